"""What SQLAlchemy once made of a statement is good for every bot of a run: a run starts a thousand of them, and each
would spend a sixth of its start on making the same again."""

from typing import Any

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from db.session import Database

_compiled: LRUCache[Any, Any] = LRUCache(10_000)


def share(db: Database) -> None:
    """Have the engines of a database keep what they compile where all others of the run do."""
    for engine in db.engines:
        engine._compiled_cache = _compiled


def _install() -> None:
    # A statement is kept under its dialect; two of one class compile alike here, for they talk to servers of one kind.
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
        kind.__hash__ = lambda one: hash(type(one))  # type: ignore[assignment,method-assign]


_install()
