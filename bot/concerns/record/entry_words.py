"""The fields of an entry as people read them, whatever its kind: label and text by field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.concerns import damaged
from bot.concerns.entries import STRUCK, Entry
from bot.concerns.record import (
    actions,
    closing,
    correcting,
    deciding,
    handover,
    informed,
    logs,
    people,
    questions,
    triage,
)
from bot.concerns.record.sheets import Field, words
from db.models import EntryKind

TITLES: Mapping[EntryKind, str] = {
    EntryKind.PERSON: "Person",
    EntryKind.TRIAGE: "Triage",
    EntryKind.DECISION: "Decision",
    EntryKind.ACTION: "Action",
    EntryKind.REFERRAL: "Referral",
    EntryKind.INFORMED: "Who was informed",
    EntryKind.QUESTION: "Question to the raiser",
    EntryKind.HANDOVER: "Handing over",
    EntryKind.CLOSURE: "Closing",
    EntryKind.REOPENING: "Reopened",
    EntryKind.AMENDMENT: "Amendment",
    EntryKind.ERROR: "Entered in error",
    EntryKind.DUPLICATE: "Duplicate",
}
_SHEETS: Mapping[EntryKind, Sequence[Field]] = {
    EntryKind.PERSON: people.FIELDS,
    EntryKind.TRIAGE: triage.FIELDS,
    EntryKind.DECISION: deciding.FIELDS,
    EntryKind.ACTION: (*actions.FIELDS, actions.NOTE),
    EntryKind.INFORMED: (*informed.FIELDS, logs.WHY),
    EntryKind.QUESTION: (questions.QUESTION, questions.ANSWER),
    EntryKind.HANDOVER: (handover.NOTE, handover.REASON),
    EntryKind.CLOSURE: (*closing.FIELDS, closing.BACK),
    EntryKind.REOPENING: (closing.AGAIN,),
    EntryKind.AMENDMENT: (correcting.REASON,),
    EntryKind.ERROR: (correcting.REASON,),
    EntryKind.DUPLICATE: (correcting.REASON,),
}
_PEOPLE = frozenset(["to", "by", actions.OWNER, people.NOT_COLLEAGUE])
"""Fields that hold a Slack id; the logs ask for `by` as free text, and their sheet knows it."""
_UNREAD = frozenset([logs.NATION, "version", "was"])
"""What is kept for the bot's own use."""
_LABELS = {
    "to": "Offered to",
    "by": "Offered by",
    STRUCK: "Entered in error, because",
    "brought_back": "Brought back, because",
    "other": "The other concern",
    people.NOT_COLLEAGUE: "Another person than the colleague",
}


def labelled(entry: Entry, called: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """Label and text by field, in the order of the form, then what the form did not ask. `called` gives the name of
    a Slack id."""
    if damaged.KEY in entry.fields:
        return {damaged.KEY: ("What it said", damaged.WORDS)}
    asked = _sheet(entry)
    known = words(asked, entry.fields)
    found = {one.name: (one.label, known[one.name]) for one in asked if one.name in known}
    for name, value in entry.fields.items():
        if name not in found and name not in _UNREAD and value not in (None, "", []):
            found[name] = (_LABELS.get(name) or name.replace("_", " ").capitalize(), _text(name, value, called))
    return found


def _sheet(entry: Entry) -> Sequence[Field]:
    if entry.kind is EntryKind.REFERRAL:
        return (*logs.fields_of(entry.kind, str(entry.fields[logs.NATION])), logs.WHY)
    return _SHEETS[entry.kind]


def _text(name: str, value: Any, called: Callable[[str], str]) -> str:
    if name == "categories":
        return ", ".join(dict(triage.CATEGORIES).get(str(one), str(one)) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "field":
        return correcting.field_label(str(value))
    return called(str(value)) if name in _PEOPLE else str(value)
