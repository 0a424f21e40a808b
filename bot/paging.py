"""A page of a long list: what is shown of it, and whether there is more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list. `number` counts the pages from 0, `before` the rows on the pages before this one.
    `total` is None where counting would cost more the longer there are records."""

    rows: Sequence[T]
    number: int = 0
    before: int = 0
    more: bool = False
    total: int | None = None

    @classmethod
    def cut(cls, rows: Sequence[T], number: int, size: int, total: int | None = None) -> "Page[T]":
        """A page of `size` from the rows read for it, which are one more where there is a page after it."""
        return cls(rows[:size], number, number * size, len(rows) > size, total)

    @property
    def whole(self) -> bool:
        """Whether this page is the whole list."""
        return not self.before and not self.more

    @property
    def next(self) -> int | None:
        """The number of the page after this one, where there is one."""
        return self.number + 1 if self.more else None

    @property
    def words(self) -> str:
        """`21 to 40 of 2,134`; `1 to 20, and there are more`."""
        first, last = self.before + 1, self.before + len(self.rows)
        if self.total is not None:
            return f"{first:,} to {last:,} of {self.total:,}"
        return f"{first:,} to {last:,}" + (", and there are more" if self.more else "")
