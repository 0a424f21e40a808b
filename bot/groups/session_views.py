"""What people see of a group's meetings."""

from collections.abc import Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import bold, clip, esc
from db.models import Group, Meeting, MeetingState, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room."""

    NEXT = "group.next"
    WITHOUT = "group.without"


def next_button(group: Group) -> b.Button:
    """The button on a group's card that makes its next meeting."""
    return b.button("Next session", Ids.NEXT, f"{group.id}", style="primary")


def taken_words(group: Group, registered: int, *, asked_for: bool = False) -> str:
    """Whose meeting it is, unless it was asked for as that, how many of its members came with it, and what is planned
    for its sessions."""
    came = f"{registered} {'member comes' if registered == 1 else 'members come'} with it"
    words = f"{came if registered else 'It has no members yet'}."
    words = words if asked_for else f"It is a meeting of the group {bold(group.title)}. {words}"
    return f"{words} Plan: {esc(clip(group.plan, 300))}" if group.plan else words


def passed_words(group: Group, passed: Sequence[Meeting], zone: str) -> str:
    """Why the next meeting is on a later day: on which days before it the group has one, or had one cancelled."""

    def day(one: Meeting) -> str:
        local = one.starts_at.astimezone(ZoneInfo(zone))
        return f"{local:%A} {local.day} {local:%B}"

    gone = [one for one in passed if one.state is MeetingState.CANCELLED]
    there = [one for one in passed if one not in gone]
    words = []
    if there:
        named = ", ".join(f"{one.reference} on {day(one)}" for one in there[:3])
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        words.append(f"It comes after {named}{more}, which {'is' if len(there) == 1 else 'are'} there already.")
    for one in gone[:3]:
        left = day(one)
        words.append(
            f"{left} is left out: {one.reference} on that day was cancelled; "
            f"`/meeting new {esc(group.title)} on {left}` makes one for it."
        )
    return " ".join(words)


def without_button(meeting: Meeting) -> b.Button:
    """The button that makes a meeting none of its group, for ten minutes."""
    return b.button("Without the group", Ids.WITHOUT, f"{meeting.id}")


def series_words(group: Group, registered: int, *, new: bool) -> str:
    """Whose meetings a series is."""
    title = esc(group.title)
    if new:
        return (
            f"They are the meetings of the group *{title}*, which is new: whoever is added to it comes to all of them, "
            f"`/group add NAME, NAME to {title}`."
        )
    came = f"{registered} {'member comes' if registered == 1 else 'members come'} to the first"
    return f"They are meetings of the group *{title}*. {came if registered else 'It has no members yet'}."


def without(meetings: Sequence[Meeting], gone: Sequence[Registration]) -> Say:
    """What came of making meetings none of a group."""
    if not meetings:
        return Say("Nothing was changed", [b.section("without", "It belongs to no group. Nothing was changed.")])
    named = ", ".join(one.reference for one in meetings[:5]) + (" …" if len(meetings) > 5 else "")
    off = f" {len(gone)} who had come with it are off the list." if gone else ""
    verb = "belongs" if len(meetings) == 1 else "belong"
    return Say(named, [b.section("without", f"*{named}* {verb} to no group now.{off}")])
