"""Days as a report names them, looking back: `Tuesday`, `1/9/26`, `the 9th`, `Friday 12 November`."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot.reading.words import MONTH_NAMES, MONTHS, WEEKDAYS

DAY = timedelta(days=1)
_JUST_AHEAD = timedelta(days=31)
"""A day without a year that lies so near ahead is not taken for last year's."""
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
WEEKDAY = "(?:" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + ")"


@dataclass(frozen=True)
class NoSuch:
    """There is no such day or number."""

    why: str


NOTHING = NoSuch("")
"""No rule fits."""
Days: TypeAlias = list[date] | NoSuch


def days_of(words: str, today: date, *, this_week: bool = False) -> Days:
    """The days that some words may mean, the likelier first."""
    words = re.sub(r"^(?:the|on) ", "", words).replace(" of ", " ").replace(" the ", " ").strip()
    simple = {"today": 0, "yesterday": -1, "day before yesterday": -2, "now": 0}
    if words in simple:
        return [today + simple[words] * DAY]
    weekday = re.fullmatch(rf"(?:(last|this|next|past) )?({WEEKDAY})(?: (?:just )?(gone))?", words)
    if weekday:
        which = "" if weekday[3] and WEEKDAYS[weekday[2]] != today.weekday() else weekday[1] or weekday[3] or ""
        return _weekday(which.replace("gone", "last"), WEEKDAYS[weekday[2]], today, this_week)
    for pattern, make in _SHAPES:
        found = pattern.fullmatch(words)
        if found:
            return make(found, today)
    return NOTHING


def _weekday(which: str, number: int, today: date, this_week: bool) -> Days:
    back = (today.weekday() - number) % 7
    if which == "last":
        recent = today - (back or 7) * DAY
        before = today - (today.weekday() + 7 - number) * DAY
        return [recent] if recent == before else [recent, before]
    if which == "this" or (this_week and not which):
        return [today - (today.weekday() - number) * DAY]
    if which == "next":
        return [today + ((number - today.weekday() - 1) % 7 + 1) * DAY]
    return [today - back * DAY]


def real_date(year: int, month: int, day: int) -> date | None:
    """The day, or None where no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def last_of_month(day: int, today: date) -> date | None:
    """The last such day of a month that has been, or is today."""
    return next((one for back in range(92) if (one := today - back * DAY).day == day), None)


def _full(year: str | None, month: int, day: int, today: date, weekday: str | None) -> Days:
    """A day with its month; without a year the last one, or one that lies just ahead."""
    if year is not None:
        number = int(year)
        found = real_date(number if number > 99 else 2000 + number, month, day)
    else:
        found = real_date(today.year, month, day) or real_date(today.year - 1, month, day)
        if found and found - today > _JUST_AHEAD:
            found = real_date(today.year - 1, month, day)
    if found is None:
        name = MONTH_NAMES[month - 1] if 0 < month < 13 else f"month {month}"
        return NoSuch(f"There is no {day} {name}{f' {year}' if year else ''}.")
    if weekday is None or found.weekday() == WEEKDAYS[weekday]:
        return [found]
    away = (WEEKDAYS[weekday] - found.weekday() + 3) % 7 - 3
    return [found, found + away * DAY]


_Shape: TypeAlias = Callable[[re.Match[str], date], Days]
_SHAPES: tuple[tuple[re.Pattern[str], _Shape], ...] = (
    (
        re.compile(r"(\d{4})-(\d\d?)-(\d\d?)"),
        lambda found, today: _full(found[1], int(found[2]), int(found[3]), today, None),
    ),
    (
        re.compile(rf"(?:({WEEKDAY}),? )?(\d\d?)([/.-])(\d\d?)(?:\3(\d{{4}}|\d\d))?"),
        lambda found, today: _full(found[5], int(found[4]), int(found[2]), today, found[1]),
    ),
    (
        re.compile(rf"(?:({WEEKDAY}),? )?(\d\d?)(?:st|nd|rd|th)? ?({MONTH})\.?,?(?: '?(\d{{4}}|\d\d))?"),
        lambda found, today: _full(found[4], MONTHS[found[3]], int(found[2]), today, found[1]),
    ),
    (
        re.compile(rf"(?:({WEEKDAY}),? )?({MONTH})\.? (\d\d?)(?:st|nd|rd|th)?,?(?: (\d{{4}}))?"),
        lambda found, today: _full(found[4], MONTHS[found[2]], int(found[3]), today, found[1]),
    ),
    (
        re.compile(r"(\d\d?)(?:st|nd|rd|th)"),
        lambda found, today: [one] if (one := last_of_month(int(found[1]), today)) else NoSuch("There is no such day."),
    ),
)
