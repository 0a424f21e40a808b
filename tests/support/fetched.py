"""Counting the rows that the database gives back, for a test that says that no more is read than is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.engine.cursor import CursorFetchStrategy


@contextmanager
def counting_rows() -> Iterator[list[int]]:
    """Within this, how many rows each fetch gave, by whichever thread."""
    found: list[int] = []
    everything, some, single = CursorFetchStrategy.fetchall, CursorFetchStrategy.fetchmany, CursorFetchStrategy.fetchone

    def noted(rows: Any) -> Any:
        found.append(len(rows))
        return rows

    def one(*what: Any, **how: Any) -> Any:
        row = single(*what, **how)
        found.append(row is not None)
        return row

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CursorFetchStrategy, "fetchall", lambda *what: noted(everything(*what)))
        patch.setattr(CursorFetchStrategy, "fetchmany", lambda *what: noted(some(*what)))
        patch.setattr(CursorFetchStrategy, "fetchone", one)
        yield found
