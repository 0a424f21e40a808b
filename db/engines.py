"""How the connections to the two databases are made, and whether a commit on them is on disk when it returns."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool

SQLITE_SLICE = 0.2
"""How long a connection waits for a lock before whoever uses it looks at the clock."""
SQLITE_STATEMENTS = 2000
"""How many statements a connection keeps prepared: more than the bot has, for to prepare one costs more than to run it.
"""


def sqlite_engine(url: Any, *, read_only: bool) -> Engine:
    """One that writes or only reads; whatever may write begins with the lock, because it could not upgrade later."""
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=6 if read_only else 1,
        max_overflow=0 if read_only else 1,
        pool_timeout=1,
        # The connection that was used last still knows the pages and the statements that the next unit needs.
        pool_use_lifo=True,
        connect_args={
            "timeout": SQLITE_SLICE,
            "check_same_thread": False,
            "isolation_level": None,
            "cached_statements": SQLITE_STATEMENTS,
        },
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def postgres_engine(url: Any, *, statement_seconds: int, size: int) -> Engine:
    """A pool of `size` connections on which no statement takes longer than `statement_seconds`."""
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=size,
        max_overflow=0,
        pool_timeout=1,
        pool_pre_ping=True,
        pool_recycle=600,
        connect_args={
            "connect_timeout": 1,
            # A process that stops in the middle of a transaction must not keep its locks from the others.
            "options": f"-c statement_timeout={statement_seconds * 1000} -c idle_in_transaction_session_timeout=5000 "
            "-c synchronous_commit=on -c timezone=UTC",
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": 10_000,
        },
    )


def durability(connection: Connection) -> tuple[bool, str]:
    """Whether a commit is on disk when it returns, and the settings read back, for `check` and the tests."""
    if connection.dialect.name == "sqlite":
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()
        return (mode == "wal" and level == 2), f"journal_mode={mode}, synchronous={level}"
    commit = connection.execute(text("SHOW synchronous_commit")).scalar_one()
    fsync = connection.execute(text("SHOW fsync")).scalar_one()
    return (commit in ("on", "remote_apply") and fsync == "on"), f"synchronous_commit={commit}, fsync={fsync}"
