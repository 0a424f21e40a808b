"""The two logs of a concern's record, referrals and people informed: saved once, changed in versions, with a reason
where something that stood is changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.entries import Entry
from bot.concerns.record import conflicts, informed, referrals, working
from bot.concerns.record.conflicts import Clash, Clock
from bot.concerns.record.sheets import Ask, Field
from bot.concerns.states import Event, after
from bot.errors import BadInput, NotFound
from db.inbox import Claim, once_by_id
from db.models import Concern, EntryKind

NATION = "nation"
"""The key that keeps whose services a referral was chosen from."""
WHY = Field("why", "Why the change?", Ask.LINE, hint="Needed where you change what stood. It is kept too.")
KINDS = (EntryKind.REFERRAL, EntryKind.INFORMED)


def nation_of(caller: Caller, concern: Concern, entry: Entry | None = None) -> str:
    """The nation whose services a form offers: the one an entry was written for, else the concern's."""
    known = entry.fields.get(NATION) if entry else None
    return str(known or referrals.nation_of(concern, caller.organisation))


def fields_of(kind: EntryKind, nation: str) -> Sequence[Field]:
    """What is asked in a log's form, without the reason of a change."""
    return referrals.fields(nation) if kind is EntryKind.REFERRAL else informed.FIELDS


def standing(session: Session, concern: Concern, kind: EntryKind, entry_id: UUID) -> Entry:
    """The newest version of an entry of a log. Raises NotFound."""
    found = entries.get(session, concern, entry_id)
    if found is None or found.kind is not kind:
        raise NotFound("There is no such entry in this record.")
    return found


def read(kind: EntryKind, nation: str, state: Mapping[str, Any]) -> dict[str, str]:
    """A log's form as filled in. Raises BadInput."""
    if kind is EntryKind.INFORMED:
        return informed.from_state(state)
    return {**referrals.from_state(nation, state), NATION: nation}


def add(
    session: Session,
    caller: Caller,
    concern: Concern,
    claim: Claim,
    kind: EntryKind,
    found: Mapping[str, str],
    now: datetime,
) -> None:
    """A new entry, once for a form: sent again with other words, it adds a version. Raises Conflict where the
    concern takes no notes in its state, BadInput for days that do not fit."""
    after(concern.state, Event.NOTE)

    def make() -> UUID:
        how = _clock(kind, found, caller.zone, now, None)
        return entries.add(session, caller, concern, kind, found, now, due_at=how.due_at, done_at=how.done_at)

    def amend(made: UUID) -> UUID:
        before = standing(session, concern, kind, made)
        how = _clock(kind, found, caller.zone, now, before.done_at)
        conflicts.save(session, caller, concern, kind, made, before.version, found, now, how)
        return made

    outcome = once_by_id(session, caller.organisation_id, claim, now, make=make, amend=amend)
    if not outcome.again:
        working.changed(session, concern, now, Event.NOTE)


def change(
    session: Session,
    caller: Caller,
    concern: Concern,
    entry_id: UUID,
    version: int,
    found: Mapping[str, str],
    why: str,
    now: datetime,
) -> Clash | None:
    """A new version of an entry, whatever the concern's state: an answer comes late. The Clash where somebody else
    saved one after the form was drawn. Raises BadInput where what stood is changed without a reason."""
    before = entries.get(session, concern, entry_id)
    if before is None or before.kind not in KINDS:
        raise NotFound("There is no such entry in this record.")
    if before.version == version and not why.strip() and _changes(before, found):
        raise BadInput("Say why you change what stood before; both stay in the record.", field=WHY.name)
    how = _clock(before.kind, found, caller.zone, now, before.done_at)
    fields = {**found, **({WHY.name: why} if why else {})}
    saved = conflicts.save(session, caller, concern, before.kind, entry_id, version, fields, now, how)
    if isinstance(saved, Clash):
        return saved
    working.changed(session, concern, now)
    return None


def _changes(before: Entry, found: Mapping[str, str]) -> bool:
    """Whether something that stood is changed, rather than added to."""
    return any(found.get(name) != text for name, text in before.fields.items() if name != WHY.name)


def _clock(kind: EntryKind, found: Mapping[str, str], zone: str, now: datetime, done_at: datetime | None) -> Clock:
    return Clock() if kind is EntryKind.INFORMED else referrals.clock(found, found[NATION], zone, now, done_at)
