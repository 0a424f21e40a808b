"""Which dates a written day may mean, seen from today."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from bot.reading.outcome import Said
from bot.reading.times.written import (
    Dated,
    Day,
    Feast,
    Month,
    MonthDay,
    NoSuchDay,
    Nth,
    Offset,
    Unreadable,
    Week,
    Weekday,
)
from bot.reading.words import DAY_NAMES, EASTER, FEASTS, MONTH_NAMES, MOVING

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
LOOKED_BACK = 3
"""Months. A day without a year that lay within these is past, and not next year's."""
FAR = 13
"""Months. What lies further ahead is asked about."""

Passed = Callable[[date], bool]


@dataclass(frozen=True)
class Reading:
    """One date that is meant, with what was assumed; `year` where the year was typed."""

    date: date
    said: tuple[Said, ...] = ()
    year: bool = False


@dataclass(frozen=True)
class Readings:
    """The dates that may be meant, in the order in which they are offered."""

    found: tuple[Reading, ...]

    @property
    def doubtful(self) -> bool:
        """Whether there is more than one."""
        return len(self.found) > 1


class NoDay(Exception):
    """The words name no day: `kind` is day, date or none, `about` the words."""

    def __init__(self, kind: str, about: str = "") -> None:
        super().__init__(kind)
        self.kind, self.about = kind, about


def words_of(day: date) -> str:
    """`Thursday 19 November 2026`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def on(which: Sequence[Day], today: date, passed: Passed) -> Readings:
    """The dates that days written beside each other mean together. Raises NoDay."""
    firm = [one for one in which if not isinstance(one, Week | Month)]
    weeks = [one for one in which if isinstance(one, Week)]
    if not firm:
        raise NoDay("day")
    if any(isinstance(one, Month) for one in which) and not any(isinstance(one, Dated | Nth) for one in firm):
        raise NoDay("day")
    plain = [one for one in firm if isinstance(one, Weekday)]
    fixed = [one for one in firm if not isinstance(one, Weekday)]
    if weeks and not fixed and len(plain) == 1:
        return _in_week(plain[0], weeks[0], today)
    found = _all(fixed, today, passed)
    if not plain:
        return found
    if not fixed:
        return _all(plain, today, passed)
    if len({one.date for one in found.found}) > 1 and len(fixed) > 1:
        # Which of several days is meant is asked: none is dropped.
        return found
    others = [one for one in plain if not any(day.date.weekday() in one.numbers for day in found.found)]
    if others and len(plain) > 1:
        return Readings((*found.found, *_all(others, today, passed).found))
    return _agreed(found, plain[0], today)


def _all(which: Sequence[Day], today: date, passed: Passed) -> Readings:
    every: dict[date, Reading] = {}
    for one in which:
        for reading in of(one, today, passed):
            every.setdefault(reading.date, reading)
    return Readings(tuple(every.values()))


def _agreed(found: Readings, weekday: Weekday, today: date) -> Readings:
    """A weekday beside a date: they agree, or the date and the nearest such weekday are both readings."""
    right = tuple(one for one in found.found if one.date.weekday() in weekday.numbers)
    if right:
        return Readings(
            tuple(Reading(one.date, (*_spelling(weekday.typed, one.date), *one.said), one.year) for one in right[:1])
        )
    other = []
    for one in found.found[:1]:
        nearest = min(
            (one.date + timedelta(days=away) for away in range(-3, 4)),
            key=lambda day: (day.weekday() not in weekday.numbers, abs(day - one.date)),
        )
        other.append(Reading(nearest, one.said, one.year))
    return Readings((*found.found[:1], *other))


def _in_week(weekday: Weekday, week: Week, today: date) -> Readings:
    """`Thursday next week`, `Thursday w/c 23 November`."""
    monday = today - timedelta(days=today.weekday()) + week.ahead * _WEEK
    if week.of is not None:
        of_week = of(week.of, today, lambda _day: False)[0].date
        monday = of_week - timedelta(days=of_week.weekday())
    days = [monday + timedelta(days=number) for number in weekday.numbers]
    return Readings(tuple(Reading(one, (_day_said(one, "weeks begin on Monday"),)) for one in days))


def of(which: Day, today: date, passed: Passed) -> tuple[Reading, ...]:
    """The dates that one written day may mean. Raises NoDay."""
    match which:
        case Weekday():
            return tuple(one for number in which.numbers for one in _weekday(which, number, today, passed))
        case Dated():
            return tuple(_dated(which, month, today) for month in which.months)
        case MonthDay():
            return (_month_day(which, today, passed),)
        case Offset():
            day = today + timedelta(days=which.days)
            name = "tomorrow" if which.days % 7 else "today"
            typed = (Said("spelling", name, f"I took “{which.typed}” as {name}."),) if which.typed else ()
            return (Reading(day, typed), *([Reading(day + _WEEK, typed)] if which.week else []))
        case Nth():
            return _bare_nth(which, today, passed) if which.bare else (_nth(which, today),)
        case Feast():
            return (_feast(which.name, today),)
        case Unreadable():
            raise NoDay("date", which.about)
        case NoSuchDay():
            raise NoDay("none", which.about)
        case Week() | Month():
            raise NoDay("day")


def _weekday(which: Weekday, number: int, today: date, passed: Passed) -> list[Reading]:
    ahead = (number - today.weekday()) % 7
    coming = today + timedelta(days=ahead or 7)
    spelled = _spelling(which.typed, coming)
    if which.weeks and which.mode != "next":
        base = [coming] if ahead else [today, coming]
        return [Reading(one + which.weeks * _WEEK, spelled) for one in base]
    match which.mode:
        case "last":
            return [Reading(coming - (_WEEK if ahead else 2 * _WEEK))]
        case "next" | "after next":
            later = _WEEK if which.mode == "after next" else which.weeks * _WEEK
            return [Reading(one + later, spelled) for one in _next(number, coming, today)]
        case "week on":
            near = [coming] if ahead else [today, coming]
            return [Reading(one, spelled) for one in (*near, near[-1] + _WEEK)]
        case "coming":
            return [Reading(one, spelled) for one in ([coming] if ahead else [today, coming])]
        case "this":
            if not ahead:
                return [Reading(today, (_day_said(today, "today"),))]
            if number < today.weekday():
                return [Reading(coming, (*spelled, _day_said(coming, "the coming one")))]
            return [Reading(coming, spelled)]
        case _:
            if ahead:
                return [Reading(coming, spelled)]
            day, why = (coming, "the hour has passed today") if passed(today) else (today, "today")
            return [Reading(day, (*spelled, _day_said(day, why)))]


def _next(number: int, coming: date, today: date) -> list[date]:
    """`next Thursday`: the first one after today, and the one in the week after this, which may be the same."""
    in_next = today + timedelta(days=7 + number - today.weekday())
    if coming != in_next:
        return [coming, in_next]
    return [coming, coming + _WEEK] if coming == today + _DAY else [coming]


def _day_said(day: date, why: str) -> Said:
    return Said("day", day.isoformat(), f"{day:%A} is {words_of(day)} ({why}).")


def _spelling(typed: str, day: date) -> tuple[Said, ...]:
    return (Said("spelling", DAY_NAMES[day.weekday()], f"I took “{typed}” as {day:%A}."),) if typed else ()


def _dated(which: Dated, month: int, today: date) -> Reading:
    name = MONTH_NAMES[month - 1]
    spelled = (Said("spelling", name, f"I took “{which.typed}” as {name}."),) if which.typed else ()
    about = f"{which.day} {name}{f' {which.year}' if which.year else ''}"
    if which.year is not None:
        day = _made(which.year, month, which.day)
        if day is None:
            raise NoDay("none", about)
        return Reading(day, spelled, year=True)
    years = [_made(today.year + number, month, which.day) for number in (-1, 0, 1)]
    before = [one for one in years if one and months_on(today, -LOOKED_BACK) <= one < today]
    if before:
        return Reading(before[0], spelled)
    coming = years[1] if (month, which.day) >= (today.month, today.day) else years[2]
    if coming is None:
        raise NoDay("none", about)
    return Reading(coming, spelled)


def fits_weekday(number: int, weekday: int, today: date) -> bool:
    """Whether the next such day of a month is such a weekday."""
    for ahead in range(3):
        month = months_on(today.replace(day=1), ahead)
        day = _made(month.year, month.month, number)
        if day and day >= today:
            return day.weekday() == weekday
    return False


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_day(which: MonthDay, today: date, passed: Passed) -> Reading:
    """The next such day of a month that there is; that of next month where it was typed."""
    first = today.replace(day=1)
    for ahead in range(4) if which.ahead is None else [which.ahead]:
        month = months_on(first, ahead)
        day = _made(month.year, month.month, which.day)
        if day and day >= today and not (day == today and passed(day)):
            return Reading(day, (_day_said(day, "the next one"),) if which.ahead is None else ())
    raise NoDay("none", str(which.day))


def months_on(day: date, number: int) -> date:
    """The same day so many months on; the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=16)
def _easter(year: int) -> date:
    closed = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return closed.get_named("Easter Monday")[0] - _DAY


def nth_of(month: date, number: int, weekday: int) -> date | None:
    """The n-th such weekday of a month, from 1; -1 is the last."""
    if number < 0:
        last = months_on(month.replace(day=1), 1) - _DAY
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = month.replace(day=1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    return day if day.month == first.month else None


def _nth(which: Nth, today: date) -> Reading:
    if which.month is None:
        month = months_on(today.replace(day=1), which.ahead)
        day = nth_of(month, which.number, which.weekday)
        if day is None:
            raise NoDay("none", f"{which.number}. {DAY_NAMES[which.weekday]}")
        return Reading(day)
    years = [which.year] if which.year else [today.year, today.year + 1]
    for year in years:
        day = nth_of(date(year, which.month, 1), which.number, which.weekday)
        if day is None:
            raise NoDay("none", f"{which.number}. {DAY_NAMES[which.weekday]} in {MONTH_NAMES[which.month - 1]}")
        if day >= today or which.year or day >= months_on(today, -LOOKED_BACK):
            return Reading(day, year=bool(which.year))
    raise NoDay("none")


def _bare_nth(which: Nth, today: date, passed: Passed) -> tuple[Reading, ...]:
    """`3rd Thursday` without a month: the next third one there is, or the 3rd, or just the coming Thursday."""
    months = [months_on(today.replace(day=1), ahead) for ahead in range(4)]
    days = [nth_of(month, which.number, which.weekday) for month in months]
    next_one = next(day for day in days if day and day >= today and not (day == today and passed(day)))
    counted = Reading(next_one, (_day_said(next_one, "the next one"),))
    if which.bare == "number":
        return (_month_day(MonthDay(which.number), today, passed), counted)
    return (counted, *_weekday(Weekday((which.weekday,)), which.weekday, today, passed))


def _feast(name: str, today: date) -> Reading:
    for year in (today.year, today.year + 1):
        if name in EASTER:
            day = _easter(year) + timedelta(days=EASTER[name])
        elif name in MOVING:
            month, number, weekday, behind = MOVING[name]
            day = (nth_of(date(year, month, 1), number, weekday) or date.max) + timedelta(days=behind)
        else:
            month, number = FEASTS[name]
            day = date(year, month, number)
        if day >= today:
            return Reading(day, (Said("day", day.isoformat(), f"{name.title()} is {words_of(day)}."),))
    raise NoDay("none", name)
