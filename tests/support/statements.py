"""Counting the SQL statements that one request costs."""

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from tests.support.world import World


@contextlib.contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """The statements that run meanwhile, in order; not the BEGIN of a transaction. The bot should make no
    deliveries (`work=False`), for the worker's statements would be among them."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    engines = {world.db.engine, world.db._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
