"""Counting the SQL statements that one request costs."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from tests.support.world import World


def _beside(statement: str) -> bool:
    """Whether a statement is of what keeps the heads of the audit chain beside the data: it runs by itself after a
    commit, at any moment."""
    words = " ".join(statement.split())
    return words.endswith("FROM audit_heads") or words.startswith("SELECT concerns.reference FROM concerns")


@contextlib.contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that run meanwhile, in order; not the BEGIN of a transaction. The bot should make no
    deliveries (`work=False`), for the worker's statements would be among them."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN") and not _beside(statement):
            found.append(statement)

    engines = world.db.engines
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
