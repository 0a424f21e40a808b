"""The days that a report covers, from what somebody typed or chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from bot.errors import BadInput, Unclear
from bot.reading import Refused, Understood
from bot.reading.past import periods
from bot.reading.past.periods import Asked
from bot.reading.past.span import in_words
from bot.reading.times import local_time
from bot.reading.words import fold
from bot.slack.text import clip, unescape

WEEK = timedelta(days=7)
_MOST_OFFERED = 20
_WAYS = "“last week”, “week of 16 November” or “1 November to 15 November”"


@dataclass(frozen=True)
class Period:
    """Whole local days, both ends included."""

    first: date
    last: date

    def bounds(self, zone: str) -> tuple[datetime, datetime]:
        """The first moment of it and the first moment after it, as aware UTC."""
        return local_time.day_start(self.first, zone), local_time.day_start(self.last + timedelta(days=1), zone)

    @property
    def words(self) -> str:
        """`Monday 16 to Sunday 22 November 2026`."""
        return in_words(self.first, self.last)


class ReportForm(BaseModel):
    """What a report is about: a programme, or the groups of a title; neither means all."""

    model_config = ConfigDict(frozen=True)

    period: Period
    programme: str | None = None
    group: str | None = None


def week_of(day: date) -> Period:
    """The week from Monday to Sunday that a day lies in."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + WEEK - timedelta(days=1))


def today(now: datetime, zone: str) -> date:
    """The day it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def from_text(
    text: str, now: datetime, zone: str, programmes: Sequence[str], groups: Sequence[str] = ()
) -> tuple[ReportForm, str]:
    """The report that some words ask for, and what was taken to be meant though it was not typed, in a sentence.
    `groups` are titles. Raises Unclear with a button for each reading, or BadInput."""
    words = unescape(text)
    names = list({fold(one): one for one in (*groups, *programmes)}.values())
    found = periods.read(words, today(now, zone), names)
    if isinstance(found, Refused):
        raise BadInput(f"{found.why} Write {_WAYS}.")
    if isinstance(found, Understood):
        said = " ".join(one.words for one in found.said)
        period, named = Period(found.value.first, found.value.last), found.value.programme
        of_group = named is not None and named not in programmes
        return ReportForm(period=period, **{"group" if of_group else "programme": named}), said
    question = " ".join([*(one.words for one in found.said), found.question])
    if found.what == "programme":
        question += f" {', '.join(found.about.split(' | ')) or 'none yet'}{'?' if question.endswith('mean') else '.'}"
    raise Unclear(question, [(clip(one.label, 70), _command(one.value)) for one in found.choices[:_MOST_OFFERED]])


def _command(asked: Asked) -> str:
    programme = f" in {asked.programme}" if asked.programme else ""
    return f"report {asked.first} to {asked.last}{programme}"


def weeks(now: datetime, zone: str, count: int = 26) -> list[Period]:
    """This week and those before it, newest first."""
    this = today(now, zone)
    return [week_of(this - number * WEEK) for number in range(count)]


def from_state(state: Mapping[str, Any]) -> ReportForm:
    """The week and programme chosen in the form. Raises BadInput naming the field."""
    if not state.get("week"):
        raise BadInput("Choose a week.", field="week")
    return ReportForm(period=week_of(date.fromisoformat(state["week"])), programme=state.get("programme") or None)
