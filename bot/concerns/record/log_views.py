"""Referrals and people informed, as the record shows them and as their forms ask for them."""

from collections.abc import Mapping
from typing import Any

from bot.concerns import damaged
from bot.concerns.content_views import ContentView
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, logs, sheet_views
from bot.concerns.record.logs import NATION, WHY
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from bot.slack.text import when
from db.models import EntryKind

_TITLES = {EntryKind.REFERRAL: "Referral", EntryKind.INFORMED: "Who was informed"}
_FORMS = {EntryKind.REFERRAL: Ids.REFERRAL_FORM, EntryKind.INFORMED: Ids.INFORMED_FORM}
_CHANGE = {EntryKind.REFERRAL: Ids.REFERRAL_CHANGE, EntryKind.INFORMED: Ids.INFORMED_CHANGE}
_ADD = {
    EntryKind.REFERRAL: ("Log a referral", Ids.REFERRAL_ADD),
    EntryKind.INFORMED: ("Log who was informed", Ids.INFORMED_ADD),
}


def section(opened: Opened, zone: str) -> list[b.Block]:
    """The referrals and who was informed, each with the button that changes it, and the buttons for new ones."""
    found = [block for one in opened.of(*logs.KINDS) for block in _entry(opened, one, zone)]
    if opened.can(Event.NOTE):
        # With the version, so that a second new entry in the same view is not taken for the first one sent again.
        value = str(Target(opened.concern.id, version=opened.concern.version))
        found.append(b.actions("logs", *(b.button(label, action, value) for label, action in _ADD.values())))
    return found


def _entry(opened: Opened, entry: Entry, zone: str) -> list[b.Block]:
    head = lead_views.heading(_TITLES[entry.kind], entry, zone)
    if entry.kind is EntryKind.REFERRAL and entry.done_at is None and entry.due_at is not None:
        head += f"\n*Answer due* {when(entry.due_at, zone)}"
    button = b.button("Change", _CHANGE[entry.kind], str(Target(opened.concern.id, entry.id)))
    asked = () if damaged.KEY in entry.fields else logs.fields_of(entry.kind, str(entry.fields.get(NATION, "")))
    fields = [one for one in asked if one.name not in ("due_day", "due_time")]
    return sheet_views.blocks(f"log.{entry.id.hex}", head, fields, entry.fields, button)


def form(kind: EntryKind, target: Target, nation: str, values: Mapping[str, Any]) -> ContentView:
    """The form for an entry, new or filled with what stands."""
    fields = [*logs.fields_of(kind, nation), *([WHY] if target.entry_id else [])]
    return lead_views.form(_FORMS[kind], _TITLES[kind], sheet_views.inputs(fields, {**values, WHY.name: None}), target)


def clash(standing: Entry, target: Target, typed: Mapping[str, Any], zone: str) -> ContentView:
    """What somebody else saved meanwhile, and what was typed, to be saved as a version after it."""
    fields = [*logs.fields_of(standing.kind, str(standing.fields.get(NATION, ""))), WHY]
    return lead_views.clash(_FORMS[standing.kind], standing, fields, typed, target, zone)
