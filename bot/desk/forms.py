"""Until when somebody is away, from what they typed or filled in."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot import dates
from bot.errors import BadInput

_UNTIL = re.compile(r"^(?:until|till|til|to)\s+", re.IGNORECASE)


def until_text(text: str, now: datetime, zone: str) -> datetime:
    """`until Monday` (its first moment) or `until Friday at 17:00`, as aware UTC. Raises BadInput."""
    words = _UNTIL.sub("", text.strip())
    if dates.has_time(words):
        return dates.moment(words, now, zone)
    return _to_come(dates.day_start(dates.day(words, now, zone), zone), now)


def until_state(state: Mapping[str, Any], now: datetime, zone: str) -> datetime:
    """The day, and the time if one was chosen, from the form. Raises BadInput naming the field."""
    if not state.get("date"):
        raise BadInput("Until when? Choose the day on which you are back.", field="date")
    if state.get("time"):
        local = datetime.fromisoformat(f"{state['date']}T{state['time']}")
        return _to_come(dates.settle(local, zone, field="time"), now)
    return _to_come(dates.day_start(date.fromisoformat(state["date"]), zone), now)


def _to_come(moment: datetime, now: datetime) -> datetime:
    if moment <= now:
        raise BadInput("That is not to come. Give the day on which you are back, such as “Monday”.", field="date")
    return moment
