"""The ways in which a day is written down: what was typed, before anybody asks which date it means."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Weekday:
    """A day of the week. `mode` is this, coming, next, last, after next, week on (with or without the week), or empty;
    `weeks` are weeks on. Two numbers where a slip may be either."""

    numbers: tuple[int, ...]
    mode: str = ""
    weeks: int = 0
    plural: bool = False
    typed: str = ""


@dataclass(frozen=True)
class Dated:
    """A day and a month, with or without a year; `typed` where a month was misspelt."""

    day: int
    months: tuple[int, ...]
    year: int | None = None
    typed: str = ""


@dataclass(frozen=True)
class MonthDay:
    """A day of the month alone: `the 19th`; `ahead` so many months from this one: `the 19th of next month`."""

    day: int
    ahead: int | None = None


@dataclass(frozen=True)
class Offset:
    """Days from today; `typed` where the word was misspelt or short. `week`: *week* stands before it, which may be of
    what stands before that."""

    days: int
    typed: str = ""
    week: bool = False


@dataclass(frozen=True)
class Nth:
    """The first, second … or last such weekday of a month: named, or so many months on. `bare` where no month was
    named: behind a `number` it may be the day of the month, behind a `word` just the coming weekday."""

    number: int
    weekday: int
    month: int | None = None
    ahead: int = 0
    year: int | None = None
    bare: str = ""


@dataclass(frozen=True)
class Feast:
    """A day with a name of its own."""

    name: str


@dataclass(frozen=True)
class Week:
    """A week, or its end, which names no day: so many weeks on, or the one with a date."""

    ahead: int = 0
    of: Dated | None = None
    weekend: bool = False


@dataclass(frozen=True)
class Month:
    """A month that names no day; without its number only a part of one is meant."""

    number: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Unreadable:
    """What looks like a day and cannot be read."""

    about: str


@dataclass(frozen=True)
class NoSuchDay:
    """A day that no calendar has."""

    about: str


Day: TypeAlias = Weekday | Dated | MonthDay | Offset | Nth | Feast | Week | Month | Unreadable | NoSuchDay
