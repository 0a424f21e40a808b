"""Two people change one entry: the second is shown both versions, and nothing is overwritten or lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.entries import STRUCK, Entry
from bot.errors import Conflict, NotFound
from db import audit
from db.models import Concern, EntryKind


@dataclass(frozen=True)
class Clash:
    """Nothing was saved: `standing` is what somebody else saved after the form was drawn."""

    standing: Entry


@dataclass(frozen=True)
class Clock:
    """What timers and lists need of an entry: who is to do it, until when, and since when it is done."""

    owner: str | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None


def save(
    session: Session,
    caller: Caller,
    concern: Concern,
    kind: EntryKind,
    entry_id: UUID | None,
    version: int,
    fields: Mapping[str, Any],
    now: datetime,
    clock: Clock = Clock(),
) -> UUID | Clash:
    """Save an entry as a new version of the one that the form was drawn for (`version`), or as a new entry
    (`entry_id` None); gives its id. A Clash where another version stands: the reading of it is audited, nothing is
    changed. The same words sent twice by the same person are saved once.

    Call it with the concern locked by `working.take`. Raises NotFound where the concern has no such entry,
    Conflict where it was entered in error.
    """
    how = {"owner": clock.owner, "due_at": clock.due_at, "done_at": clock.done_at}
    if entry_id is None:
        return entries.add(session, caller, concern, kind, fields, now, **how)  # type: ignore[arg-type]
    standing = entries.get(session, concern, entry_id)
    if standing is None or standing.kind is not kind:
        raise NotFound("There is no such entry in this record.")
    if STRUCK in standing.fields:
        raise Conflict("This was marked as entered in error meanwhile. Bring it back first: “Correct”.")
    if standing.version != version:
        if standing.by == caller.slack_id and standing.version == version + 1 and standing.fields == dict(fields):
            return entry_id
        audit.record(
            session,
            concern.organisation_id,
            now,
            caller.slack_id,
            "concern.conflict",
            "concern",
            concern.id,
            kind.value,
        )
        return Clash(standing)
    entries.revise(session, caller, concern, standing, fields, now, version=version, **how)  # type: ignore[arg-type]
    return entry_id


def save_only(
    session: Session,
    caller: Caller,
    concern: Concern,
    kind: EntryKind,
    version: int,
    fields: Mapping[str, Any],
    now: datetime,
    clock: Clock = Clock(),
) -> UUID | Clash:
    """The same for a kind of which a concern has one entry; `version` is 0 where the form was drawn before there
    was any."""
    standing = only(session, concern, kind)
    return save(session, caller, concern, kind, standing.id if standing else None, version, fields, now, clock)


def only(session: Session, concern: Concern, kind: EntryKind) -> Entry | None:
    """The newest version of the one entry of a kind, or None."""
    found = entries.current(session, concern, kind)
    return found[0] if found else None
