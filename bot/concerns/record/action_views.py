"""Actions as the record shows them and as their forms ask for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.concerns import damaged
from bot.concerns.content_views import ContentView, person
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.actions import FIELDS, NOTE, OWNER, WHAT
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from bot.slack.text import when
from db.models import EntryKind

_WHO = "Who does it? Only those who may know of this"
_HINT = "If somebody else is to do something, choose yourself and ask them without telling them of this."


def section(opened: Opened, zone: str) -> list[b.Block]:
    """Every action with who does it and until when, and the button for a new one."""
    can, blocks = opened.can(Event.NOTE), []
    for one in opened.of(EntryKind.ACTION):
        blocks += _action(opened, one, zone, can=can)
    if can:
        value = str(Target(opened.concern.id, version=opened.concern.version))
        blocks.append(b.actions("actions", b.button("Add an action", Ids.ACTION_ADD, value)))
    return blocks


def _action(opened: Opened, entry: Entry, zone: str, *, can: bool) -> list[b.Block]:
    head = lead_views.heading("Action", entry, zone)
    state = f"done {when(entry.done_at, zone)}" if entry.done_at else f"due {_due(entry.due_at, zone)}"
    head += f"\n{person(entry.owner or '')} · {state}"
    blocks = sheet_views.blocks(f"action.{entry.id.hex}", head, (WHAT, NOTE), entry.fields)
    if can and entry.done_at is None:
        value = str(Target(opened.concern.id, entry.id, entry.version))
        row = (b.button("Done", Ids.ACTION_DONE, value), b.button("Change", Ids.ACTION_CHANGE, value))
        blocks.append(b.actions(f"action.{entry.id.hex}.buttons", *row))
    return blocks


def _due(moment: datetime | None, zone: str) -> str:
    return when(moment, zone) if moment else "without a day"


def form(target: Target, values: Mapping[str, Any], permitted: Mapping[str, str], chosen: str) -> ContentView:
    """The form, empty or filled with what stands; `permitted` are those who may do it, by Slack id, with their
    names."""
    what, due = sheet_views.inputs(FIELDS, values)
    return lead_views.form(Ids.ACTION_FORM, "Action", [what, _owner(permitted, chosen), due], target)


def done_form(target: Target, entry: Entry) -> ContentView:
    """The form that asks what was done."""
    blocks = [
        b.context("what", "*To be done*"),
        *b.verbatim("action", str(entry.fields.get(WHAT.name, damaged.WORDS))),
        *sheet_views.inputs((NOTE,), {}),
    ]
    return lead_views.form(Ids.ACTION_DONE_FORM, "Action done", blocks, target)


def clash(
    standing: Entry, typed: Mapping[str, Any], permitted: Mapping[str, str], target: Target, zone: str
) -> ContentView:
    """What somebody else saved meanwhile, and what was typed."""
    chosen, before = str(typed.get(OWNER) or ""), str(standing.owner or "")
    both = {OWNER: (permitted.get(before, before), permitted.get(chosen, chosen))}
    more = [_owner(permitted, chosen)]
    return lead_views.clash(Ids.ACTION_FORM, standing, FIELDS, typed, target, zone, more=more, words=both)


def done_clash(standing: Entry, typed: Mapping[str, Any], target: Target, zone: str) -> ContentView:
    """What somebody else saved of the action meanwhile, and the note that was typed."""
    stands = {WHAT.name: (str(standing.fields.get(WHAT.name, damaged.WORDS)), "")}
    return lead_views.clash(Ids.ACTION_DONE_FORM, standing, (NOTE,), typed, target, zone, words=stands)


def _owner(permitted: Mapping[str, str], chosen: str) -> b.Block:
    return b.select_input(OWNER, _WHO, list(permitted.items()), chosen=chosen, hint=_HINT)
