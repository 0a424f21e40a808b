"""Triage as the record shows it and as its form asks for it."""

from collections.abc import Mapping
from typing import Any

from bot.concerns.content_views import ContentView
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views, sheets
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.record.triage import CATEGORIES, FIELDS, LEVEL, NATION, OTHER, REASON
from bot.concerns.states import Event
from bot.slack import blocks as b
from db.models import EntryKind

_LABEL = "What kind of worry is it? Up to three"


def section(opened: Opened, zone: str) -> list[b.Block]:
    """Level, reason, kind and nation, or the button that asks for them."""
    found, can = opened.of(EntryKind.TRIAGE), opened.can(Event.TRIAGE)
    value = str(Target(opened.concern.id, version=found[0].version if found else 0))
    if not found:
        ask = b.section("triage", "*Triage:* not done yet", b.button("Triage", Ids.TRIAGE, value, style="primary"))
        return [ask] if can else []
    entry = found[0]
    head = lead_views.heading("Triage", entry, zone)
    if level := sheets.words((LEVEL,), entry.fields).get(LEVEL.name):
        head += f"\n*{LEVEL.heading}:* {level}"
    if chosen := category_words(entry.fields.get("categories", ())):
        head += f"\n*Kind of worry:* {chosen}"
    change = b.button("Change", Ids.TRIAGE, value) if can else None
    return sheet_views.blocks("triage", head, (REASON, OTHER, NATION), entry.fields, change)


def form(target: Target, values: Mapping[str, Any], nation: str) -> ContentView:
    """The form, filled with what stands; the reason is asked anew each time. `nation` is the organisation's."""
    filled = {**values, REASON.name: None, "nation": values.get("nation") or nation}
    blocks = sheet_views.inputs(FIELDS, filled)
    blocks.insert(2, _categories(values.get("categories", ())))
    return lead_views.form(Ids.TRIAGE_FORM, "Triage", blocks, target)


def clash(standing: Entry, typed: Mapping[str, Any], target: Target, zone: str) -> ContentView:
    """What somebody else saved meanwhile, and what was typed."""
    chosen = typed.get("categories") or ()
    both = {"categories": (category_words(standing.fields.get("categories", ())), category_words(chosen))}
    return lead_views.clash(
        Ids.TRIAGE_FORM, standing, FIELDS, typed, target, zone, more=[_categories(chosen)], words=both
    )


def category_words(chosen: Any) -> str:
    """The chosen kinds of worry, for people to read."""
    known = dict(CATEGORIES)
    return ", ".join(known.get(one, one) for one in chosen)


def _categories(chosen: Any) -> b.Block:
    return b.several_input("categories", _LABEL, CATEGORIES, chosen=list(chosen), optional=True)
