"""What the lead did, as lines of a chronology: each kind of entry in the column it belongs to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.concerns.copies import chronology
from bot.concerns.copies.chronology import NOTHING, Line
from bot.concerns.entries import Entry
from bot.concerns.record.entry_words import TITLES, labelled
from db.models import EntryKind

_DECIDES = frozenset([EntryKind.DECISION, EntryKind.CLOSURE, EntryKind.REOPENING])
_NO_ACTION = frozenset(["none", "not_safeguarding"])
"""The decisions that need a reason for doing nothing."""


def line_of(entry: Entry, by: str, called: Callable[[str], str], zone: str) -> Line:
    """The line of one version of an entry. `called` gives the name of a Slack id."""
    entered = chronology.moment(entry.at, zone)
    said = tuple(_paragraphs(entry, called, zone))
    head = TITLES[entry.kind] + (f", version {entry.version}; the one before stays" if entry.version > 1 else "")
    source = "Amendment" if entry.version > 1 or entry.kind is EntryKind.AMENDMENT else "Record"
    line = Line(_event(entry.fields, zone) or entered, entered, by, source, (head,), NOTHING)
    if entry.kind is EntryKind.REFERRAL:
        return replace(line, agency=said)
    if entry.kind is EntryKind.ACTION:
        return replace(line, action=said)
    if entry.kind in _DECIDES:
        none = entry.fields.get("decision") in _NO_ACTION
        reason = (f"None, because: {entry.fields.get('decision_reason', '')}",) if none else NOTHING
        return replace(line, action=reason, decision=said)
    return replace(line, what=(head, *said))


def _event(fields: Mapping[str, Any], zone: str) -> str:
    """When it happened, where the entry says so itself."""
    day = str(fields.get("day") or "")
    return chronology.day_and_time(day, str(fields.get("time") or ""), zone) if day else ""


def _paragraphs(entry: Entry, called: Callable[[str], str], zone: str) -> list[str]:
    found = [f"{label.rstrip('?')}: {text}" for label, text in labelled(entry, called).values()]
    if entry.due_at is not None:
        found.append(f"Due: {chronology.moment(entry.due_at, zone)}")
    if entry.done_at is not None:
        found.append(f"Done: {chronology.moment(entry.done_at, zone)}")
    return found
