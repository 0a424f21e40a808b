"""The hours in which an organisation's workers are available, by day of the week."""

import re
from datetime import datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"^\s*(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})\s*$")


def _span(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = _SPAN.match(value)
    try:
        begin, end = (time.fromisoformat(part.zfill(5)) for part in found.groups()) if found else (None, None)
    except ValueError:
        begin = end = None
    if begin is None or end is None or begin >= end:
        raise ValueError(f"“{value}” is not a span of hours such as 09:00-17:00")
    return (begin, end)


Span = Annotated[tuple[time, time], BeforeValidator(_span)]


class Hours(BaseModel):
    """From when until when people work, in the organisation's zone; a day that is left out is a day off."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    monday: Span | None = None
    tuesday: Span | None = None
    wednesday: Span | None = None
    thursday: Span | None = None
    friday: Span | None = None
    saturday: Span | None = None
    sunday: Span | None = None

    def hold(self, starts_at: datetime, ends_at: datetime, zone: str) -> bool:
        """Whether a meeting (aware times) lies within the hours of the one day on which it takes place."""
        begin, end = (moment.astimezone(ZoneInfo(zone)) for moment in (starts_at, ends_at))
        span: tuple[time, time] | None = getattr(self, DAYS[begin.weekday()])
        same_day = begin.date() == end.date()
        return span is not None and same_day and span[0] <= begin.time() and end.time() <= span[1]

    def of(self, day: int) -> str:
        """The hours of a day of the week (Monday is 0) in words."""
        span: tuple[time, time] | None = getattr(self, DAYS[day])
        return f"{span[0]:%H:%M} to {span[1]:%H:%M}" if span else "closed"
