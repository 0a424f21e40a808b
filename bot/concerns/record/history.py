"""Who changed what when in a concern's record, with what stood before beside it; and who opened it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.concerns import damaged, entries, rights
from bot.concerns.alerting import telling
from bot.concerns.raising.amending import WAY
from bot.concerns.record import entry_words
from bot.concerns.texts import PARTICIPANTS, rows_of
from bot.concerns.words import label
from bot.staff import ways
from db.models import AuditEvent, Concern, Staff
from db.remember import remembered
from db.scope import of


@dataclass(frozen=True)
class Row:
    """One field of a change: what it says from then on, and what it said before (empty for what is new)."""

    label: str
    after: str
    before: str = ""


@dataclass(frozen=True)
class Change:
    """What one person wrote at one moment; `by` is a Slack id, or `system`."""

    at: datetime
    by: str
    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Visit:
    """How often somebody opened the record, or was refused, and when last."""

    who: str
    refused: bool
    times: int
    last: datetime


@dataclass(frozen=True)
class Told:
    """How often somebody (a Slack id, or `channel`) was told by a way, or how often that was refused (`refused` is a
    code), and when first and last."""

    who: str
    way: str
    refused: str
    times: int
    first: datetime
    last: datetime


@dataclass(frozen=True)
class History:
    """All changes, newest first, everybody who opened the record or tried to, and who was told by what."""

    changes: Sequence[Change]
    visits: Sequence[Visit]
    told: Sequence[Told]


def of_concern(session: Session, concern: Concern) -> History:
    """The history of a concern, for a person whose right was checked just now."""
    changes = [*_texts(session, concern), *_entries(session, concern)]
    changes.sort(key=lambda one: one.at, reverse=True)
    return History(changes, _visits(session, concern), _told(session, concern))


def _texts(session: Session, concern: Concern) -> list[Change]:
    """The raiser's fields and their other wordings; what was written together stands together."""
    before: dict[str, str] = {}
    found: dict[tuple[datetime, str], list[Row]] = {}
    for row in rows_of(session, concern.organisation_id, concern.id):
        text = damaged.words(partial(getattr, row, "words"))
        if row.field != PARTICIPANTS:
            said = Row(_label(row.field), text, before.get(row.field, ""))
            found.setdefault((row.at, damaged.words(partial(getattr, row, "by"))), []).append(said)
        before[row.field] = text
    return [
        Change(at, by, "Amended" if any(one.before for one in rows) else "Written by the raiser", tuple(rows))
        for (at, by), rows in found.items()
    ]


def _label(field: str) -> str:
    """A field's label, also of those that people do not read elsewhere."""
    if field == WAY:
        return "About whom, and how urgent, before this"
    return "Left out by the raiser" if field == rights.LEFT_OUT else label(field)


def _entries(session: Session, concern: Concern) -> list[Change]:
    called = _names(session, concern)
    before: dict[object, Mapping[str, tuple[str, str]]] = {}
    found = []
    for one in sorted(entries.versions(session, concern), key=lambda entry: entry.version):
        fields = entry_words.labelled(one, called)
        earlier = before.get(one.id, {})
        names = [*fields, *(name for name in earlier if name not in fields)]
        rows = [_row(fields.get(name), earlier.get(name)) for name in names if fields.get(name) != earlier.get(name)]
        title = entry_words.TITLES[one.kind] + (f", version {one.version}" if one.version > 1 else "")
        found.append(Change(one.at, damaged.words(partial(getattr, one, "by")), title, tuple(rows)))
        before[one.id] = fields
    return found


def _row(after: tuple[str, str] | None, before: tuple[str, str] | None) -> Row:
    known = after or before or ("", "")
    return Row(known[0], after[1] if after else "", before[1] if before else "")


def _names(session: Session, concern: Concern) -> Callable[[str], str]:
    known = {one.slack_id: one.called for one in _staff(session, concern)}
    return lambda slack_id: known.get(slack_id, slack_id)


def _staff(session: Session, concern: Concern) -> Sequence[Staff]:
    rows = of(concern.organisation_id, Staff)
    return remembered(session, ("staff", concern.organisation_id), (Staff,), lambda: session.scalars(rows).all())


def _told(session: Session, concern: Concern) -> list[Told]:
    """From the audit chain, which keeps of every try who was to be told by which way, and what came of it."""
    counted = (
        select(AuditEvent.detail, func.count(), func.min(AuditEvent.at), func.max(AuditEvent.at))
        .where(
            AuditEvent.organisation_id == concern.organisation_id,
            AuditEvent.record_id == concern.id.hex,
            AuditEvent.action.in_([telling.TOLD, telling.NOT_TOLD]),
        )
        .group_by(AuditEvent.detail)
    )
    people = {one.slack_id: one for one in _staff(session, concern)}
    found = []
    for detail, times, first, last in session.execute(counted):
        who, way, outcome = detail.split(" ", 2)
        refused = "" if outcome == telling.ACCEPTED else outcome
        found.append(Told(who, ways.called(people.get(who), way), refused, times, first, last))
    return sorted(found, key=lambda one: (one.first, one.who, one.way))


def _visits(session: Session, concern: Concern) -> list[Visit]:
    """From the audit chain: reading is one link each time, and so is a refusal."""
    counted = (
        select(AuditEvent.actor, AuditEvent.action, func.count(), func.max(AuditEvent.at))
        .where(
            AuditEvent.organisation_id == concern.organisation_id,
            AuditEvent.record_id == concern.id.hex,
            AuditEvent.actor != "system",
        )
        .group_by(AuditEvent.actor, AuditEvent.action)
    )
    found: dict[tuple[str, bool], Visit] = {}
    for actor, action, times, last in session.execute(counted):
        refused = action.startswith("refused ")
        if not refused and action != "concern.read":
            continue
        known = found.get((actor, refused)) or Visit(actor, refused, 0, last)
        found[actor, refused] = Visit(actor, refused, known.times + times, max(known.last, last))
    return sorted(found.values(), key=lambda one: one.last, reverse=True)
