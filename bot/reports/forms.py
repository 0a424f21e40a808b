"""The days that a report covers, from what somebody typed or chose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from bot import dates
from bot.errors import BadInput
from bot.slack.text import unescape

WEEK = timedelta(days=7)
LONGEST = timedelta(days=366)
_JUST_AHEAD = timedelta(days=31)
_LONG_AGO = timedelta(days=300)
_LONGEST_WORDS = 200
_WAYS = "“last week”, “week of 16 November” or “1 November to 15 November”"
_SPAN = re.compile(r"\s+(?:to|until|till|through)\s+|\s*[–—]\s*|\s+-\s+|(?<=\d)-(?=\d{1,2}\s+[a-z]{3})", re.IGNORECASE)
_NAMED_WEEK = re.compile(
    r"^(?:the\s+)?week\s+(?:of|from|beginning|starting|commencing)?\s*(?P<day>\S.*)$", re.IGNORECASE
)
_DAY_OF_MONTH = re.compile(r"^\d{1,2}(?:st|nd|rd|th)?$", re.IGNORECASE)
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)\w*", re.IGNORECASE)
_PROGRAMME = re.compile(r"(?:^|\s)(?:in|for)\s+(?P<name>.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Period:
    """Whole local days, both ends included."""

    first: date
    last: date

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment of it and the first moment after it, as aware UTC."""
        return dates.day_start(self.first, zone), dates.day_start(self.last + timedelta(days=1), zone)

    @property
    def words(self) -> str:
        """`Monday 16 to Sunday 22 November 2026`."""
        if self.first == self.last:
            return _day_words(self.last)
        year = f" {self.first.year}" if self.first.year != self.last.year else ""
        month = f" {self.first:%B}" if year or self.first.month != self.last.month else ""
        return f"{self.first:%A} {self.first.day}{month}{year} to {_day_words(self.last)}"


def _day_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


class ReportForm(BaseModel):
    """What a report is about; no programme means all of them."""

    model_config = ConfigDict(frozen=True)

    period: Period
    programme: str | None = None


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + WEEK - timedelta(days=1))


def today(now: datetime, zone: str) -> date:
    """The day it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def from_text(text: str, now: datetime, zone: str, programmes: list[str]) -> ReportForm:
    """`last week in Cooking`, `week of 16 November`, `1 November to 15 November`. Raises BadInput."""
    words = " ".join(unescape(text).split())
    words = re.sub(r"\b(?:by|per)\s+programme\b", "", words, flags=re.IGNORECASE).strip()
    if len(words) > _LONGEST_WORDS:
        raise BadInput(f"That is too long. Write {_WAYS}.")
    words, programme = _take_programme(words, programmes, now, zone)
    return ReportForm(period=period(words, now, zone), programme=programme)


def _take_programme(text: str, programmes: list[str], now: datetime, zone: str) -> tuple[str, str | None]:
    for known in sorted(programmes, key=len, reverse=True):
        found = re.search(rf"(?:^|\s+)(?:(?:in|for)\s+)?{re.escape(known)}$", text, re.IGNORECASE)
        if found:
            return text[: found.start()].strip(), known
    unknown = _PROGRAMME.search(text)
    if unknown and not dates.understood(unknown["name"], now, zone):
        names = ", ".join(programmes) or "none yet"
        raise BadInput(f"There is no programme “{unknown['name'][:60]}”. There are: {names}.")
    return text, None


def period(text: str, now: datetime, zone: str) -> Period:
    """The days that some words name; no words mean this week. Raises BadInput."""
    words = re.sub(r"^(?:from|for|in|between)\s+", "", text.strip(), flags=re.IGNORECASE)
    known = _known(words.lower(), today(now, zone))
    if known is not None:
        return known
    named = _NAMED_WEEK.match(words)
    if named:
        return week_of(_day(named["day"], now, zone))
    ends = _SPAN.split(words)
    if len(ends) == 2 and all(ends):
        return _span(ends[0], ends[1], now, zone)
    single = _day(words, now, zone)
    return Period(single, single)


def _known(words: str, now: date) -> Period | None:
    """The weeks and months that have a name of their own."""
    month = Period(now.replace(day=1), (now.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    before = month.first - timedelta(days=1)
    return {
        "": week_of(now),
        "week": week_of(now),
        "this week": week_of(now),
        "last week": week_of(now - WEEK),
        "previous week": week_of(now - WEEK),
        "next week": week_of(now + WEEK),
        "month": month,
        "this month": month,
        "last month": Period(before.replace(day=1), before),
        "today": Period(now, now),
        "yesterday": Period(now - timedelta(days=1), now - timedelta(days=1)),
    }.get(words)


def _span(start: str, end: str, now: datetime, zone: str) -> Period:
    if _DAY_OF_MONTH.match(start):
        start = f"{start} {re.sub(r'^[0-9]+(?:st|nd|rd|th)?', '', end.strip(), flags=re.IGNORECASE)}"
    first, last = _day(start, now, zone), _day(end, now, zone)
    if last < first:
        raise BadInput(f"That ends on {_day_words(last)}, before it begins on {_day_words(first)}.")
    if last - first > LONGEST:
        raise BadInput("That is more than a year. Choose a shorter span.")
    return Period(first, last)


def _day(words: str, now: datetime, zone: str) -> date:
    """A day, rather a past one; a date without a year that lies weeks ahead is not taken for last year's."""
    try:
        past = dates.day(words, now, zone, prefer="past")
        ahead = dates.day(words, now, zone)
    except BadInput:
        raise BadInput(f"I can't read which days you mean. Write {_WAYS}.") from None
    here = today(now, zone)
    if here - past > _LONG_AGO and ahead - here <= _JUST_AHEAD and not _WEEKDAY.search(words):
        return ahead
    return past


def weeks(now: datetime, zone: str, count: int = 26) -> list[Period]:
    """This week and those before it, newest first."""
    this = today(now, zone)
    return [week_of(this - number * WEEK) for number in range(count)]


def from_state(state: Mapping[str, Any]) -> ReportForm:
    """The week and programme chosen in the form. Raises BadInput naming the field."""
    if not state.get("week"):
        raise BadInput("Choose a week.", field="week")
    return ReportForm(period=week_of(date.fromisoformat(state["week"])), programme=state.get("programme") or None)
