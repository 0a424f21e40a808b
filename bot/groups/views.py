"""What people see of groups: always only the person who asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.groups.times import MOST_WEEKS, Rhythm, of_group
from bot.paging import Page
from bot.reading.words import DAY_NAMES
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import bold, clip, esc, mention, when
from db.models import Group, Meeting


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    NEW = "group.new"
    EDIT = "group.edit"
    OPEN_EDIT = "group.open_edit"
    SHOW_MEMBERS = "group.show_members"
    MORE = "group.more"
    CLOSE = "group.close"
    REOPEN = "group.reopen"


_CLOSING = "Its coming meetings stay. For ten minutes it can be taken back."
_WEEKS = (("1", "every week"), ("2", "every second week"), ("3", "every third week"), ("4", "every fourth week"))


@dataclass(frozen=True)
class Card:
    """A group with what else its card shows: how many belong to it today, its next meeting, and whether the reader may
    see who they are."""

    group: Group
    zone: str
    members: int
    next: Meeting | None = None
    sees_people: bool = True


def times_words(group: Group) -> str:
    """When a group meets, in words."""
    rhythm = of_group(group)
    return f"{rhythm.words}, {group.minutes} minutes" if rhythm else "No set times"


def facts(card: Card) -> str:
    """A group in a few lines."""
    group = card.group
    others = ", ".join(mention(one) for one in group.team[1:]) or "nobody yet"
    closed = "  (closed)" if group.closed_at else ""
    lines = [
        f"{bold(group.title)}{closed}" + (f" · {esc(group.programme)}" if group.programme else ""),
        times_words(group),
        f"Host {mention(group.host)}, with {others}"
        + (f"; {mention(group.lead_worker)} leads" if group.lead_worker else ""),
    ]
    lines += [f"Purpose: {esc(group.purpose)}"] if group.purpose else []
    lines += [f"Plan: {esc(clip(group.plan, 600))}"] if group.plan else []
    lines.append(_count(card.members) if card.members else "No members yet")
    if card.next is not None:
        lines.append(f"Next: *{card.next.reference}*, {when(card.next.starts_at, card.zone, weekday=True)}")
    return "\n".join(lines)


def _count(members: int) -> str:
    return f"{members} {'member' if members == 1 else 'members'}"


def shown(card: Card, intro: str = "", more: Sequence[b.Button] = ()) -> Say:
    """A group's card; `more` are buttons of other parts of the room, which come first."""
    group = card.group
    blocks = [*([b.section("intro", intro)] if intro else []), b.section("facts", facts(card))]
    if group.closed_at is None:
        value = f"{group.id}"
        offered = [*more, b.button("Change", Ids.OPEN_EDIT, value)]
        offered += [b.button("Members", Ids.SHOW_MEMBERS, value)] if card.sees_people else []
        ask = b.confirm("Close the group?", f"{clip(group.title, 100)} will be closed. {_CLOSING}", "Close it")
        offered.append(b.button("Close it", Ids.CLOSE, value, ask=ask))
        blocks.append(b.actions("buttons", *offered))
    return Say(group.title, blocks)


def ask_close(card: Card) -> Say:
    """A group about to be closed, and the button that does it; pressing it is answer enough."""
    button = b.button("Close it", Ids.CLOSE, f"{card.group.id}", style="danger")
    return Say(
        "Close the group?",
        [b.section("facts", facts(card)), b.actions("buttons", button), b.context("ask", _CLOSING)],
    )


def closed(group: Group, coming: Sequence[Meeting], *, done: bool) -> Say:
    """What came of closing a group."""
    title = esc(group.title)
    if not done:
        return Say("Closed already", [b.section("closed", f"*{title}* was closed already. Nothing was changed.")])
    lines = [f"*{title} is closed.*"]
    if coming:
        named = ", ".join(one.reference for one in coming[:5]) + (" …" if len(coming) > 5 else "")
        them = "meeting stays" if len(coming) == 1 else "meetings stay"
        lines.append(f"{len(coming)} coming {them}: {named}. `/meeting cancel {coming[0].reference}` cancels one.")
    blocks = [*b.paragraphs("closed", lines), b.actions("undo", b.button("Take it back", Ids.REOPEN, f"{group.id}"))]
    blocks.append(b.context("until", "By mistake? For ten minutes one click undoes it."))
    return Say(f"{group.title} is closed", blocks)


def reopened(group: Group, *, done: bool) -> Say:
    """What came of taking the closing back."""
    words = "is open again" if done else "is open. Nothing was changed"
    return Say("Open again", [b.section("reopened", f"{bold(group.title)} {words}.")])


def listing(page: Page[Group], sizes: Mapping[UUID, int], nexts: Mapping[UUID, datetime], zone: str) -> Say:
    """A page of the groups that somebody may run."""
    head = "Groups"
    if not page.rows and not page.before:
        text = (
            "No groups yet. A club, class or course that meets again and again is one: "
            "`/group new Cooking club on Thursdays at 16:00 for 60 min`"
        )
        return Say("No groups yet.", [b.section("empty", text)])
    lines = []
    for one in page.rows:
        where = f" · {esc(one.programme)}" if one.programme else ""
        at = f"; next {when(nexts[one.id], zone, weekday=True)}" if one.id in nexts else ""
        lines.append(f"{bold(one.title)}{where}: {times_words(one)}, {_count(sizes.get(one.id, 0))}{at}")
    blocks = b.paragraphs("groups", [f"*{head}*", *lines])
    if not page.whole:
        blocks += b.turn("groups", f"{page.words}. Any by its name: `/group show …`", "Next page", Ids.MORE, page.next)
    return Say(head, blocks)


def form(
    programmes: Sequence[str],
    values: Mapping[str, Any],
    *,
    asked: str = "",
    typed: str = "",
    group: Group | None = None,
) -> View:
    """The form for a new group, or for changing one; `asked` is what the `typed` text leaves open."""
    rhythm: Rhythm | None = values.get("rhythm")
    days = [(f"{number}", name, "") for number, name in enumerate(DAY_NAMES)]
    choices = [(name, name) for name in programmes]
    programme = values.get("programme") if values.get("programme") in programmes else None
    blocks = [
        *([b.alert("asked", esc(asked))] if asked else []),
        *([b.context("typed", f"You typed: “{typed}”")] if typed else []),
        b.text_input("title", "What is it called?", value=values.get("title"), hint="No participant's name, please."),
        b.checkbox_input("days", "It meets on", days, ticked=[f"{one}" for one in rhythm.weekdays] if rhythm else ()),
        b.time_input("time", "At", value=rhythm.meets_at if rhythm and rhythm.meets_at else None, optional=True),
        b.select_input("weeks", "How often?", _WEEKS[:MOST_WEEKS], chosen=f"{rhythm.weeks}" if rhythm else "1"),
        b.date_input("first", "From which day?", value=rhythm.counted_from if rhythm else None, optional=True),
        b.text_input("minutes", "How many minutes?", value=f"{values.get('minutes') or 60}", limit=4),
        *([b.select_input("programme", "Programme", choices, chosen=programme, optional=True)] if choices else []),
        b.person_input("host", "Host", chosen=values.get("host")),
        b.people_input("co_workers", "Co-workers", chosen=values.get("co_workers") or (), optional=True),
        b.person_input("lead_worker", "Who leads?", chosen=values.get("lead_worker"), optional=True),
        b.text_input("purpose", "What is it for?", value=values.get("purpose"), optional=True, limit=300),
        b.text_input(
            "plan",
            "Plan of a session",
            value=values.get("plan"),
            hint="Such as: welcome, what we do, how it ends.",
            optional=True,
            multiline=True,
            limit=1_000,
        ),
    ]
    if group is None:
        return b.modal(Ids.NEW, "New group", blocks, submit="Make the group")
    return b.modal(Ids.EDIT, "Change the group", blocks, submit="Save", metadata=f"{group.id}:{group.version}")


def values_of(group: Group) -> dict[str, Any]:
    """What the form holds of a group as it is."""
    names = ("title", "programme", "minutes", "host", "co_workers", "lead_worker", "purpose", "plan")
    return {**{name: getattr(group, name) for name in names}, "rhythm": of_group(group)}
