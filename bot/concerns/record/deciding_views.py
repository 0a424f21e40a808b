"""The decision as the record shows it and as its form asks for it."""

from collections.abc import Mapping
from typing import Any

from bot.concerns.content_views import ContentView
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.deciding import FIELDS, REASON
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from db.models import EntryKind


def section(opened: Opened, zone: str) -> list[b.Block]:
    """What was decided and why, or the button that asks for it."""
    found, can = opened.of(EntryKind.DECISION), opened.can(Event.DECIDE)
    value = str(Target(opened.concern.id, version=found[0].version if found else 0))
    if not found:
        button = b.button("Decide", Ids.DECIDE, value, style="primary")
        return [b.section("decision", "*Decision:* none yet", button)] if can else []
    head = lead_views.heading("Decision", found[0], zone)
    again = b.button("Decide anew", Ids.DECIDE, value) if can else None
    return sheet_views.blocks("decision", head, FIELDS, found[0].fields, again)


def form(target: Target, values: Mapping[str, Any]) -> ContentView:
    """The form, filled with what stands; the reason is asked anew each time."""
    blocks = sheet_views.inputs(FIELDS, {**values, REASON.name: None})
    return lead_views.form(Ids.DECIDE_FORM, "Decision", blocks, target)


def clash(standing: Entry, typed: Mapping[str, Any], target: Target, zone: str) -> ContentView:
    """What somebody else decided meanwhile, and what was typed."""
    return lead_views.clash(Ids.DECIDE_FORM, standing, FIELDS, typed, target, zone)
