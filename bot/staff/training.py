"""The training of staff as somebody wrote it down: which one, and on which day it was taken."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.policy import Pack

_AHEAD = timedelta(days=1)  # somewhere it is tomorrow already


def days(value: Any) -> dict[str, date]:
    """The day of each training by its id. Raises ValueError with a sentence where one is no day, or still to come."""
    if not isinstance(value, Mapping):
        raise ValueError("training must be a list of trainings, each with its day such as 2026-01-10")
    return {str(name): _day(str(name), day) for name, day in value.items()}


def _day(name: str, value: Any) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        found = None
    if not isinstance(found, date) or isinstance(found, datetime):
        raise ValueError(f"the training “{name}” needs its day, such as 2026-01-10")
    if found > datetime.now(UTC).date() + _AHEAD:
        raise ValueError(f"the training “{name}” is dated {found}, which is still to come")
    return found


def unknown(pack: Pack, trained: Iterable[tuple[str, Iterable[str]]]) -> str:
    """A sentence about the first training that the policy does not ask for; empty where there is none.

    `trained` has each person's name with the ids of their training.
    """
    known = [item.id for item in pack.staffing.training]
    asks = f"It asks for: {', '.join(known)}" if known else "It asks for none"
    for who, names in trained:
        for name in names:
            if name not in known:
                return f"people: {who} has the training “{name}”, which the policy {pack.name} does not know. {asks}"
    return ""
