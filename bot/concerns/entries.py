"""The entries of a concern's record: sealed, versioned, never overwritten."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged
from bot.errors import Conflict
from db.base import new_id
from db.models import Concern, ConcernEntry, EntryKind
from db.remember import remembered
from db.scope import of

STRUCK = "entered_in_error"
"""The key of an entry's fields that keeps why it was entered in error; its newest version has it or not."""


@dataclass(frozen=True)
class Entry:
    """One version of an entry as the permitted read it. `fields` are its words; times are aware UTC."""

    id: UUID
    kind: EntryKind
    version: int
    fields: Mapping[str, Any]
    by: str
    at: datetime
    owner: str | None
    due_at: datetime | None
    done_at: datetime | None


def add(
    session: Session,
    caller: Caller,
    concern: Concern,
    kind: EntryKind,
    fields: Mapping[str, Any],
    now: datetime,
    *,
    owner: str | None = None,
    due_at: datetime | None = None,
    done_at: datetime | None = None,
) -> UUID:
    """A new entry; gives its id. `owner` is the Slack id of whoever is to do it."""
    entry = new_id()
    _write(session, caller, concern, (entry, kind, 1), fields, now, (owner, due_at, done_at))
    return entry


def revise(
    session: Session,
    caller: Caller,
    concern: Concern,
    before: Entry,
    fields: Mapping[str, Any],
    now: datetime,
    *,
    version: int,
    owner: str | None = None,
    due_at: datetime | None = None,
    done_at: datetime | None = None,
) -> None:
    """A new version of an entry, whole. `version` is the one the person saw: another one raises Conflict."""
    if before.version != version:
        raise Conflict("Somebody changed this meanwhile. Nothing was overwritten.")
    _write(session, caller, concern, (before.id, before.kind, version + 1), fields, now, (owner, due_at, done_at))


def _write(
    session: Session,
    caller: Caller,
    concern: Concern,
    identity: tuple[UUID, EntryKind, int],
    fields: Mapping[str, Any],
    now: datetime,
    clock: tuple[str | None, datetime | None, datetime | None],
) -> None:
    entry, kind, version = identity
    owner, due_at, done_at = clock
    session.add(
        ConcernEntry(
            organisation_id=concern.organisation_id,
            concern_id=concern.id,
            entry=entry,
            kind=kind,
            version=version,
            words=json.dumps(dict(fields), ensure_ascii=False),
            by=caller.slack_id,
            at=now,
            owner=owner,
            due_at=due_at,
            done_at=done_at,
        )
    )
    session.flush()


def versions(session: Session, concern: Concern, *kinds: EntryKind) -> list[Entry]:
    """Every version of every entry, in the order of writing; of the kinds named, or of all."""
    return [read(row) for row in rows_of(session, concern) if not kinds or row.kind in kinds]


def rows_of(session: Session, concern: Concern) -> Sequence[ConcernEntry]:
    """Every version of every entry, unopened, in the order of writing."""
    query = of(concern.organisation_id, ConcernEntry).where(ConcernEntry.concern_id == concern.id)
    query = query.order_by(ConcernEntry.at, ConcernEntry.id)
    return remembered(session, ("entries", concern.id), (ConcernEntry,), lambda: session.scalars(query).all())


def current(session: Session, concern: Concern, *kinds: EntryKind) -> list[Entry]:
    """The newest version of each entry, in the order in which the entries were begun; without those that were
    entered in error, which only `newest` and `versions` give."""
    return [one for one in newest(session, concern, *kinds) if STRUCK not in one.fields]


def newest(session: Session, concern: Concern, *kinds: EntryKind) -> list[Entry]:
    """The newest version of every entry, in the order in which the entries were begun."""
    found: dict[UUID, Entry] = {}
    for one in versions(session, concern, *kinds):
        if one.id not in found or one.version > found[one.id].version:
            found[one.id] = one
    return list(found.values())


def get(session: Session, concern: Concern, entry: UUID) -> Entry | None:
    """The newest version of one entry of this concern, or None."""
    written = [row for row in rows_of(session, concern) if row.entry == entry]
    return read(max(written, key=lambda row: row.version)) if written else None


def read(row: ConcernEntry) -> Entry:
    """A row, opened; fields that do not open say so."""
    return Entry(
        id=row.entry,
        kind=row.kind,
        version=row.version,
        fields=damaged.fields(lambda: json.loads(row.words)),
        by=damaged.words(lambda: row.by),
        at=row.at,
        owner=damaged.words_or_none(lambda: row.owner or "") or None,
        due_at=row.due_at,
        done_at=row.done_at,
    )
