"""Repeats: how often, how many times, from when and until when; and the days that come of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.reading.times.dates import months_on, nth_of
from bot.reading.times.tokens import Line, ordinal, whole
from bot.reading.words import DASHES, PART_WORDS, PLURAL_DAYS, SHORT_FORMS, WEEKDAYS, set_of

MOST = 60
"""No more meetings than these are made of one line."""
_UNITS = {
    **dict.fromkeys(("week", "weeks", "wk", "wks"), "week"),
    **dict.fromkeys(("month", "months"), "month"),
    **dict.fromkeys(("day", "days"), "day"),
    **dict.fromkeys(("fortnight", "fortnights"), "fortnight"),
}
_TIMES = set_of("times time sessions session meetings occasions lessons classes dates x")
_ADVERBS = {
    "weekly": ("week", 1),
    "fortnightly": ("week", 2),
    "monthly": ("month", 1),
    "daily": ("day", 1),
    "weekdays": ("weekday", 1),
}
_OFTEN = {"once": 1, "twice": 2, "thrice": 3}
_EACH = set_of("a an per each every / in")


@dataclass(frozen=True)
class Every:
    """How often: each so many weeks, months or days, or on every day from Monday to Friday."""

    unit: str
    number: int = 1
    often: int | None = None
    """How many times in each of them, where that was typed: `twice a week`."""
    part: str = ""
    """The part of the day that was typed with it: `two evenings a week`."""
    either: bool = False
    """Whether it may be twice in one, too: `biweekly`."""


@dataclass(frozen=True)
class Times:
    """How many of them."""

    number: int


@dataclass(frozen=True)
class Stretch:
    """Over how long: so many weeks, months or days."""

    number: int
    unit: str


_UNIT = {"fortnight": Every("week", 2), **{one: Every(one) for one in ("week", "month", "day")}}


def every(line: Line, at: int) -> tuple[Every, int] | None:
    """`weekly`, `every other`, `each`, `every two weeks`, `twice a week`; before a weekday without that."""
    word = line.word(at)
    adverb = _adverb(line, at) or _so_often(line, at)
    if adverb:
        return adverb
    if word == "alternate" and _weekday(line, at + 1):
        return Every("week", 2), at + 1
    if word not in ("every", "each"):
        return None
    number, end = _how_many(line, at + 1)
    unit = line.word(end)
    if unit in ("weekday", "weekdays"):
        return Every("weekday"), end + 1
    if unit in _UNITS:
        kind = _UNITS[unit]
        return Every("week" if kind == "fortnight" else kind, number * (2 if kind == "fortnight" else 1)), end + 1
    if _weekday(line, end):
        return Every("week", number), end
    if _nth_weekday(line, at + 1):
        return Every("month"), at + 1
    return None


def _adverb(line: Line, at: int) -> tuple[Every, int] | None:
    """`weekly`; `biweekly` and `bi-weekly`, of which nobody knows whether they are twice a week."""
    if line.word(at) in _ADVERBS:
        return Every(*_ADVERBS[line.word(at)]), at + 1
    end = at + 1 + (line.word(at) == "bi") + (line.word(at) == "bi" and line.word(at + 1) in DASHES)
    two_ways = line.word(at) == "biweekly" or (end > at + 1 and line.word(end - 1) == "weekly")
    return (Every("week", 2, either=True), end) if two_ways else None


def _so_often(line: Line, at: int) -> tuple[Every, int] | None:
    """`twice a week`, `2x weekly`, `three mornings per week`, `2/week`: how many times in each."""
    counted = _occasions(line, at)
    if counted is None:
        return None
    number, place, noun = counted
    sure = noun in ("times", "time")
    each = line.word(place) in _EACH
    if each and not (line.word(place) == "in" and line.word(place + 1) != "a"):
        found = every(line, place) if line.word(place) in ("each", "every") else None
        place += 1 + (line.word(place) == "in")
        unit = _UNIT.get(_UNITS.get(line.word(place), ""))
        how = (unit, place + 1) if unit else found
    elif line.word(place) in _ADVERBS and (sure or _several_days(line)):
        how = Every(*_ADVERBS[line.word(place)]), place + 1
    elif noun == "x" and line.word(place) in ("week", "month", "day"):
        how = Every(line.word(place)), place + 1
    else:
        return None
    return (replace(how[0], often=number, part=PART_WORDS.get(noun, "")), how[1]) if how else None


def _occasions(line: Line, at: int) -> tuple[int, int, str] | None:
    """A number of times, the place behind it, and the word that counts them: `twice`, `2x`, `x2`, `two evenings`."""
    if line.word(at) in _OFTEN:
        return _OFTEN[line.word(at)], at + 1, "times"
    if line.word(at) in ("x", "×") and line.digits(at + 1):
        return int(line.word(at + 1)[:3]), at + 2, "x"
    found = whole(line, at)
    if found is None or not 0 < found[0] < MOST:
        return None
    noun = line.word(found[1])
    counts = noun in _TIMES or noun in PART_WORDS or noun in ("day", "days", "×")
    if not counts and noun not in ("/", "per"):
        return None
    return found[0], found[1] + counts, "x" if noun == "×" else noun


def _several_days(line: Line) -> bool:
    """Whether more than one weekday stands in the line, so that `2x weekly` counts them and not the weeks."""
    return len({token.word for token in line.tokens if token.word in WEEKDAYS or token.word in PLURAL_DAYS}) > 1


def _how_many(line: Line, at: int) -> tuple[int, int]:
    if line.word(at) in ("other", "second", "2nd", "alternate"):
        return 2, at + 1
    if line.words(at, "2", "nd") and _weekday(line, at + 2):
        return 2, at + 2
    if line.digits(at) and line.word(at + 1) in ("nd", "rd", "th") and (line.word(at + 2) in _UNITS):
        return int(line.word(at)[:2]), at + 2
    if line.word(at) == "third" and line.word(at + 1) in _UNITS:
        return 3, at + 2 - 1
    found = whole(line, at)
    if found and line.word(found[1]) in _UNITS and 0 < found[0] < 60:
        return found
    return 1, at


def _weekday(line: Line, at: int) -> bool:
    return line.word(at) in WEEKDAYS or line.word(at) in PLURAL_DAYS


def _nth_weekday(line: Line, at: int) -> bool:
    found = (-1, at + 1) if line.word(at) == "last" else ordinal(line, at)
    return bool(found) and found is not None and _weekday(line, found[1])


def count(line: Line, at: int) -> tuple[Times | Stretch, int] | None:
    """`6 times`, `5 sessions`, `x6`, `for 6 weeks`, `for the next 3 months`, `six Tuesdays`."""
    place = at
    if line.word(place) in ("for", "over"):
        place += 1
        if line.word(place) in ("the", "a"):
            place += 1
        if line.word(place) in ("next", "total", "coming"):
            place += 1
    elif line.word(at + (line.word(at) == "the")) in ("next", "coming", "first"):
        place += 1 + (line.word(at) == "the")
    if line.word(place) == "x" and line.digits(place + 1):
        return Times(int(line.word(place + 1)[:3])), place + 2
    if line.glued(place) and line.kind(place - 1) == "word":
        return None
    found = (1, place + 1) if line.word(place) == "a" and place > at else whole(line, place)
    return _counted(line, *found, ahead=place > at) if found and found[0] > 0 else None


def _counted(line: Line, number: int, end: int, *, ahead: bool = False) -> tuple[Times | Stretch, int] | None:
    """What a number counts: meetings, or weeks, months and days."""
    unit, further = line.word(end), line.word(end + 1)
    if unit in _TIMES:
        return Times(number), end + 1 + (further in ("only", "total"))
    if (unit in PLURAL_DAYS or (unit in WEEKDAYS and ahead)) and number > 1:
        return Times(number), end
    if unit not in _UNITS or f"{number}{unit}" in SHORT_FORMS:
        return None
    kind = _UNITS[unit]
    behind = end + 1 + (further in ("running", "only", "total"))
    whence = line.word(behind) == "from" and not ahead
    if whence or line.word(behind) in ("'", "on", "time", "ago", "today", "tomorrow"):
        return None
    return (Stretch(2 * number, "week") if kind == "fortnight" else Stretch(number, kind)), behind


def days(
    first: date, how: Every, weekdays: frozenset[int], nth: tuple[int, int] | None, until: date | None = None
) -> Iterator[date]:
    """The days of a repeat from the first one on, without end unless one is given."""
    for day in _endless(first, how, weekdays, nth):
        if until is not None and day > until:
            return
        yield day


def _endless(first: date, how: Every, weekdays: frozenset[int], nth: tuple[int, int] | None) -> Iterator[date]:
    if how.unit == "month":
        for number in range(0, 12 * 50, how.number):
            month = months_on(first.replace(day=1), number)
            day = nth_of(month, *nth) if nth else months_on(first, number)
            if day is not None and day >= first:
                yield day
        return
    if how.unit == "day":
        for number in range(0, 366 * 20, how.number):
            yield first + timedelta(days=number)
        return
    wanted = frozenset(range(5)) if how.unit == "weekday" else weekdays
    monday = first - timedelta(days=first.weekday())
    for number in range(0, 52 * 20, how.number):
        for weekday in sorted(wanted):
            day = monday + timedelta(weeks=number, days=weekday)
            if day >= first:
                yield day


def end_of(first: date, length: Stretch) -> date:
    """The last day on which a repeat over so many weeks, months or days may fall."""
    if length.unit == "month":
        return months_on(first, length.number) - timedelta(days=1)
    return first + timedelta(days=length.number * (7 if length.unit == "week" else 1) - 1)
