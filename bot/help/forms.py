"""Until when somebody is away, from what they typed or filled in."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.errors import BadInput
from bot.reading import Outcome
from bot.reading.times import local_time
from bot.reading.times.due import Around, Due, due


def until_text(text: str, around: Around) -> Outcome[Due]:
    """`until Monday` (its first moment) or `until Friday at 17:00`; today alone has begun."""
    return due(text, around, with_today=False)


def until_moment(until: Due, zone: str, now: datetime) -> datetime:
    """The moment that a day means: its hour, else its first. Raises BadInput where it is not to come."""
    return _to_come(until.moment or local_time.day_start(until.day, zone), now)


def until_state(state: Mapping[str, Any], now: datetime, zone: str) -> datetime:
    """The day, and the time if one was chosen, from the form. Raises BadInput naming the field."""
    if not state.get("date"):
        raise BadInput("Until when? Choose the day on which you are back.", field="date")
    if state.get("time"):
        local = datetime.fromisoformat(f"{state['date']}T{state['time']}")
        return _to_come(local_time.moment(local, zone, field="time"), now)
    return _to_come(local_time.day_start(date.fromisoformat(state["date"]), zone), now)


def _to_come(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise BadInput("That is not to come. Give the day on which you are back, such as “Monday”.", field="date")
    return moment
