"""The form that asks which meeting a command is about."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.slack import blocks as b
from bot.slack.call import View
from db.models import Meeting


def picked(at: datetime, zone: str) -> str:
    """A moment for a menu: short, in the organisation's zone."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


def picker(callback: str, title: str, meetings: Sequence[Meeting], zone: str, submit: str, chosen: str = "") -> View:
    """A form that asks which meeting a command is about."""
    if not meetings:
        text = "You have no meeting that fits. `/meeting new` makes one."
        return b.modal(callback, title, [b.section("none", text)])
    choices = [(str(one.id), f"{one.reference} {picked(one.starts_at, zone)} {one.title}") for one in meetings[:100]]
    first = chosen or choices[0][0]
    return b.modal(callback, title, [b.select_input("meeting", "Which meeting?", choices, chosen=first)], submit=submit)
