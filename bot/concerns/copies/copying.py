"""One copy of a concern's record, read from the database as it stood when the copy was asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.concerns import damaged, entries
from bot.concerns.copies import chronology
from bot.concerns.copies.chronology import Header, Line, Paper, Said
from bot.concerns.copies.entry_lines import line_of
from bot.concerns.copies.redaction import Redactor, folded, names_in, without_names, words
from bot.concerns.words import ABOUT_WHOM, LABELS, ROLE_WORDS, STATE_WORDS
from db.models import (
    AuditEvent,
    Concern,
    ConcernExport,
    ConcernText,
    EntryKind,
    Organisation,
    Participant,
    Staff,
)
from db.scope import of

ASKED = "concern.export"
"""The audit event of asking for a copy; its link stands for the whole chain up to it."""
_EVENTS = {
    "concern.acknowledged": "Acknowledged",
    "concern.escalated": "Not answered in time: the next was asked",
    "concern.rerouted": "Sent another way, after the raiser said more",
    "concern.lapsed": "Left untouched for too long: new again",
}
_OPINION = "The raiser's own opinion is left out of these pages."
_ATTACHED = (
    f"{_OPINION} The whole record is attached to this file as record.json: with that opinion, and with every earlier "
    "version of what was written."
)
_TAKEN_OUT = f"{_OPINION} Names were taken out; “[person 1]” is the same person throughout."


@dataclass(frozen=True)
class _Names:
    """How people are called in a copy."""

    staff: Mapping[str, Staff]
    raised_by: str
    raiser_shown: bool
    redacted: bool

    def called(self, slack_id: str) -> str:
        known = self.staff.get(slack_id)
        return (known.name if known is not None else None) or slack_id

    def by(self, slack_id: str) -> str:
        """Who did something, with their role; in a redacted copy the role alone."""
        if slack_id == damaged.WORDS:
            return slack_id
        if slack_id in ("system", "setup"):
            return "The bot"
        role = "raiser" if slack_id == self.raised_by else self._role(slack_id)
        hidden = self.redacted and not (slack_id == self.raised_by and self.raiser_shown)
        return f"The {role}" if hidden else f"{self.called(slack_id)} ({role})"

    def _role(self, slack_id: str) -> str:
        known = self.staff.get(slack_id)
        return next((ROLE_WORDS[role] for role in known.roles if role in ROLE_WORDS), "staff") if known else "staff"


def paper_of(session: Session, export: ConcernExport) -> Paper:
    """What a copy says: the record up to the moment at which the copy was asked for."""
    concern = session.scalars(of(export.organisation_id, Concern).where(Concern.id == export.concern_id)).one()
    organisation = session.get_one(Organisation, export.organisation_id)
    zone = organisation.timezone
    choices: dict[str, Any] = json.loads(export.redaction or "{}")
    staff = {one.slack_id: one for one in session.scalars(of(organisation.id, Staff))}
    names = _Names(staff, damaged.raiser(concern), bool(choices.get("raiser")), export.redacted)
    texts = _texts(session, concern, export.made_at)
    versions = [one for one in entries.versions(session, concern) if one.at <= export.made_at]
    made_for_names: list[str] = []
    if export.redacted:
        texts, versions, made_for_names = _without_name_fields(texts, versions, choices)
    said = _said(texts, names)
    events = _events(session, concern, export.made_at)

    dated = [(said[0].at, 0, chronology.raised(said[0], zone))] if said else []
    seen = set(said[0].texts) if said else set()
    for number, one in enumerate(said[1:], 1):
        dated.append((one.at, number, chronology.amended(one, sorted(seen), zone)))
        seen |= set(one.texts)
    for number, entry in enumerate(versions):
        line = line_of(entry, names.by(entry.by), names.by if export.redacted else names.called, zone)
        dated.append((entry.at, 1000 + number, line))
    for number, event in enumerate(events):
        at = chronology.moment(event.at, zone)
        line = Line(at, at, names.by(event.actor), "The bot's log", (_EVENTS[event.action],))
        dated.append((event.at, 500 + number, line))
    lines = tuple(line for _, _, line in sorted(dated, key=lambda one: one[:2]))
    link = _link(session, concern, export)
    header = _header(concern, organisation, export, names, _person(texts, versions), link)
    if not export.redacted:
        if not choices.get("attach"):
            return Paper(header, lines, (_OPINION,), None)
        record = json.dumps(_record(concern, export, texts, versions, link), ensure_ascii=False, indent=1)
        return Paper(header, lines, (_ATTACHED,), record)
    paper = Paper(header, lines, (_TAKEN_OUT,), None)
    choices = {**choices, "names": [*choices.get("names", ()), *made_for_names]}
    return chronology.without(paper, _redactor(session, concern, paper, names, texts, versions, choices))


def _texts(session: Session, concern: Concern, until: datetime) -> list[tuple[ConcernText, str]]:
    rows = session.scalars(
        of(concern.organisation_id, ConcernText)
        .where(ConcernText.concern_id == concern.id, ConcernText.at <= until)
        .order_by(ConcernText.at, ConcernText.field, ConcernText.version)
    )
    return [(row, damaged.words(partial(getattr, row, "words"))) for row in rows]


_NOT_READ = frozenset(["participants", "way"])
"""Fields that hold ids and codes; they are in the attached record."""


_FOR_NAMES = frozenset(["who", "not_told", "witnesses"])
"""Fields of the raiser's that are made for names; those of the register are known one by one."""
_ENTRY_FOR_NAMES = {EntryKind.INFORMED: ("name", "by"), EntryKind.REFERRAL: ("person",)}


def _without_name_fields(
    texts: list[tuple[ConcernText, str]], versions: list[entries.Entry], choices: Mapping[str, Any]
) -> tuple[list[tuple[ConcernText, str]], list[entries.Entry], list[str]]:
    """Texts and entries whose fields made for names say nothing any more, and the names that stood there."""
    keep = [str(one) for one in choices.get("keep", ())]
    found: list[str] = []

    def said(text: str) -> str:
        found.extend(names_in(text, keep))
        return without_names(text, keep)

    shown = [(row, said(text) if row.field.rpartition(".")[2] in _FOR_NAMES else text) for row, text in texts]
    entered = []
    for entry in versions:
        fields = {name: said(str(entry.fields[name])) for name in _entry_names(entry)}
        entered.append(replace(entry, fields={**entry.fields, **fields}))
    return shown, entered, found


def _entry_names(entry: entries.Entry) -> list[str]:
    return [name for name in _ENTRY_FOR_NAMES.get(entry.kind, ()) if entry.fields.get(name)]


def _by(row: ConcernText) -> str:
    return damaged.words(lambda: row.by)


def _said(texts: list[tuple[ConcernText, str]], names: _Names) -> list[Said]:
    """What was written, by moment and person, each moment's fields in the order in which they are read."""
    found: dict[tuple[datetime, str], dict[str, str]] = {}
    for row, text in texts:
        if row.field not in _NOT_READ and not row.field.startswith("way"):
            found.setdefault((row.at, _by(row)), {})[row.field] = text
    order = list(LABELS)

    def place(name: str) -> tuple[str, int]:
        last = name.rpartition(".")[2]
        return name.rpartition(".")[0], order.index(last) if last in order else len(order)

    return [
        Said(names.by(by), at, {name: fields[name] for name in sorted(fields, key=place)})
        for (at, by), fields in sorted(found.items(), key=lambda one: one[0])
    ]


def _events(session: Session, concern: Concern, until: datetime) -> list[AuditEvent]:
    query = of(concern.organisation_id, AuditEvent).where(
        AuditEvent.record_id == concern.id.hex, AuditEvent.action.in_(_EVENTS), AuditEvent.at <= until
    )
    return list(session.scalars(query.order_by(AuditEvent.sequence)))


def _link(session: Session, concern: Concern, export: ConcernExport) -> AuditEvent:
    query = of(concern.organisation_id, AuditEvent).where(
        AuditEvent.record_id == concern.id.hex,
        AuditEvent.action == ASKED,
        AuditEvent.detail == f"copy {export.copy_number}",
    )
    return session.scalars(query).one()


def _person(texts: list[tuple[ConcernText, str]], versions: list[entries.Entry]) -> str:
    """Whom the record is about, as it is known."""
    linked = {
        one.id: str(one.fields.get("person_name", ""))
        for one in versions
        if one.kind is EntryKind.PERSON and one.fields.get("person_part") == "subject"
    }
    named = [text for row, text in texts if row.field == "people"][-1:]
    free = [text for row, text in texts if row.field == "who"][-1:]
    return "; ".join(dict.fromkeys([*linked.values(), *named, *free])) or "Not known"


def _header(
    concern: Concern, organisation: Organisation, export: ConcernExport, names: _Names, person: str, link: AuditEvent
) -> Header:
    at = chronology.moment(export.made_at, organisation.timezone)
    nation = (concern.nation or organisation.nation).replace("_", " ").title()
    kind = "redacted" if export.redacted else "whole record"
    about = dict(ABOUT_WHOM)[concern.about]
    rows = (
        ("Organisation", organisation.name),
        ("Reference", concern.reference),
        ("About", f"{person} ({about.lower()})"),
        ("Nation", nation),
        ("State", STATE_WORDS[concern.state]),
        ("Produced by", names.by(export.slack_id)),
        ("Produced at", at),
        ("Produced for", export.made_for),
        ("Purpose", export.purpose),
    )
    copy = f"copy {export.copy_number}, {kind}"
    return Header(concern.reference, rows, copy, export.made_at, f"{link.sequence}:{link.hash}")


def _record(
    concern: Concern,
    export: ConcernExport,
    texts: list[tuple[ConcernText, str]],
    versions: list[entries.Entry],
    link: AuditEvent,
) -> dict[str, Any]:
    def at(moment: datetime | None) -> str | None:
        return None if moment is None else moment.isoformat()

    return {
        "reference": concern.reference,
        "about": concern.about,
        "subject_staff": concern.subject_staff,
        "urgency": concern.urgency.value,
        "raised_by": damaged.words(lambda: concern.raised_by),
        "raised_at": at(concern.raised_at),
        "texts": [
            {
                "field": row.field,
                "version": row.version,
                "by": _by(row),
                "at": at(row.at),
                "text": text,
            }
            for row, text in texts
        ],
        "entries": [
            {
                "entry": str(one.id),
                "kind": one.kind.value,
                "version": one.version,
                "by": one.by,
                "at": at(one.at),
                "owner": one.owner,
                "due_at": at(one.due_at),
                "done_at": at(one.done_at),
                "fields": dict(one.fields),
            }
            for one in versions
        ],
        "copy": {"number": export.copy_number, "by": export.slack_id, "at": at(export.made_at)},
        "chain": {"link": link.sequence, "hash": link.hash},
    }


def _redactor(
    session: Session,
    concern: Concern,
    paper: Paper,
    names: _Names,
    texts: list[tuple[ConcernText, str]],
    versions: list[entries.Entry],
    choices: Mapping[str, Any],
) -> Redactor:
    """Names of the record's people, and of anybody the organisation knows who occurs in it."""
    keep = [str(one) for one in choices.get("keep", ())]
    raiser = names.called(names.raised_by)
    linked = [str(one) for one in choices.get("names", ())]
    linked += [str(one.fields["person_name"]) for one in versions if one.fields.get("person_name")]
    linked += [name for row, text in texts if row.field == "people" for name in text.splitlines()]
    if names.raiser_shown:
        keep.append(raiser)
    else:
        linked += [raiser, names.raised_by]
    acted = {_by(row) for row, _ in texts} | {one.by for one in versions} | {one.owner or "" for one in versions}
    linked += [names.called(one) for one in sorted(acted - {"", "system", damaged.WORDS, names.raised_by})]
    printed = words(" ".join(_everything(paper)))
    known = [one.name for one in session.scalars(of(concern.organisation_id, Participant))]
    known += [name for one in names.staff.values() for name in (one.name, one.slack_id) if name]
    others = sorted(name for name in set(known) if any(part in printed for part in words(folded(name))))
    return Redactor(linked, others, keep)


def _everything(paper: Paper) -> list[str]:
    found = [value for _, value in paper.header.rows]
    for one in paper.lines:
        found += [one.event, one.by, *one.what, *one.action, *one.agency, *one.decision]
    return found
