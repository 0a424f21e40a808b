"""A span of whole days, what may be in doubt about one, and how spans are worked out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot.reading.outcome import Said
from bot.reading.past.past_days import DAY, NOTHING, NoSuch
from bot.reading.words import NUMBERS

WEEK = timedelta(days=7)
HALF_A_YEAR = 183
NTH = r"\d\d?(?:st|nd|rd|th)?"
"""A number of a day."""


@dataclass(frozen=True)
class Span:
    """Whole days, both ends included. `runs`: it is one that has a name and runs now, so that its days to come are no
    surprise."""

    first: date
    last: date
    said: tuple[Said, ...] = ()
    runs: bool = False


@dataclass(frozen=True)
class Doubt:
    """Spans of which one is meant."""

    spans: tuple[Span, ...]
    question: str = "Which days are meant?"
    what: str = "which"


@dataclass(frozen=True)
class Open:
    """Something that has to be said first."""

    what: str
    question: str


Found: TypeAlias = Span | Doubt | Open | NoSuch


def in_words(first: date, last: date) -> str:
    """`Monday 16 to Sunday 22 November 2026`."""
    end = f"{last:%A} {last.day} {last:%B} {last.year}"
    if first == last:
        return end
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%B}" if year or first.month != last.month else ""
    return f"{first:%A} {first.day}{month}{year} to {end}"


def week_of(day: date) -> Span:
    """From Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + 6 * DAY)


def month_of(year: int, month: int) -> Span:
    """A whole month; months before January and after December count on."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Span(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - DAY)


def many_months(year: int, month: int, count: int) -> Span:
    """Several whole months in a row."""
    return Span(month_of(year, month).first, month_of(year, month + count - 1).last)


def running(span: Span) -> Span:
    """A span that has a name and runs now."""
    return Span(span.first, span.last, runs=True)


def telling(span: Span | None, *said: Said) -> Found:
    """The span, with one more thing to say."""
    return NOTHING if span is None else Span(span.first, span.last, (*span.said, *said), span.runs)


def either(spans: list[Span]) -> Found:
    """The one span there is, or a doubt between several."""
    different = tuple(one for at, one in enumerate(spans) if one not in spans[:at])
    return different[0] if len(different) == 1 else Doubt(different)


def month_back(month: int, today: date) -> Span:
    """The month of that name that has been last, or runs now."""
    year = today.year - (month > today.month)
    span = month_of(year, month)
    runs = span.first <= today <= span.last
    # A month half a year back may be meant for the one to come.
    tell = year != today.year or (today - span.last).days > HALF_A_YEAR
    return Span(span.first, span.last, (year_said(year),) if tell else (), runs)


def year_said(*years: int) -> Said:
    """That a year was taken, or several."""
    if len(set(years)) == 1:
        return Said("year", str(years[0]), f"I took {years[0]}.")
    return Said("years", f"{years[0]} to {years[-1]}", f"I took {years[0]} to {years[-1]}.")


def count_of(word: str) -> int:
    """A number in figures or in words."""
    return int(word) if word.isdecimal() else NUMBERS[word]
