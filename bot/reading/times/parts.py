"""What the parts of a typed line are: days and hours, and what stands around them."""

from dataclasses import dataclass

from bot.reading.times import repeats, written
from bot.reading.times.clocks import Clock, Span
from bot.reading.times.written import Dated


@dataclass(frozen=True)
class Length:
    """Minutes."""

    minutes: int


@dataclass(frozen=True)
class Part:
    """A part of the day."""

    name: str


@dataclass(frozen=True)
class Zone:
    """A time zone that was typed: its name, or minutes from UTC."""

    name: str
    minutes: int | None = None


@dataclass(frozen=True)
class Instant:
    """So many minutes from now; `now` itself is said."""

    minutes: int
    this_time: bool = False


@dataclass(frozen=True)
class DayList:
    """Several days that share a month: `1, 8 and 15 December`; or all days from one to another. Not `joined` by a word,
    it is asked whether all are meant: `3, 10, 17 December`; `either` where *or* stands there."""

    days: tuple[Dated, ...]
    through: bool = False
    joined: bool = True
    either: bool = False


@dataclass(frozen=True)
class WeekdayRange:
    """`Monday to Friday`."""

    first: int
    last: int


@dataclass(frozen=True)
class Until:
    """Until which day a repeat goes; without a day where it cannot be read."""

    day: written.Day | None
    about: str = ""


@dataclass(frozen=True)
class From:
    """From which day on."""

    day: written.Day


@dataclass(frozen=True)
class Open:
    """Words that leave the moment open: `TBC`, `any day but Friday`, or a number that may be a day or an hour; and the
    days that are not meant."""

    what: str
    without: tuple[written.Day, ...] = ()


@dataclass(frozen=True)
class Person:
    """Somebody who was mentioned."""

    slack_id: str


@dataclass(frozen=True)
class Named:
    """Somebody who was named without a mention; not `sure`, it may be no person but a part of the title."""

    about: str
    sure: bool = True


@dataclass(frozen=True)
class Programme:
    """A programme of the organisation."""

    name: str


@dataclass(frozen=True)
class Quoted:
    """What stands in quotation marks is the title."""

    text: str


@dataclass(frozen=True)
class Courtesy:
    """`please`."""


@dataclass(frozen=True)
class Piece:
    """A part of the line: from token `at` (small words before it included) up to before `end`; `own` is where it
    begins itself."""

    at: int
    own: int
    end: int
    what: object


DAYS = (
    written.Weekday,
    written.Dated,
    written.MonthDay,
    written.Offset,
    written.Nth,
    written.Feast,
    written.Week,
    written.Month,
    written.Unreadable,
    written.NoSuchDay,
    DayList,
    WeekdayRange,
)
HOURS = (Clock, Span)
WHEN = (*DAYS, *HOURS, Part, Length, repeats.Every, repeats.Times, repeats.Stretch, Until, From, Zone, Instant, Open)
