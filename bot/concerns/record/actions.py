"""Actions: what is to be done about a concern, by whom, until when; and that it was."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights
from bot.concerns.alerting import ladder
from bot.concerns.alerting.ladder import Nudge
from bot.concerns.record import conflicts, guards
from bot.concerns.record.conflicts import Clash, Clock
from bot.concerns.record.sheets import Ask, Field, read
from bot.concerns.states import Event
from bot.errors import BadInput, NotFound
from bot.reading.times import local_time
from db.models import Concern, EntryKind

WHAT = Field("action_what", "What is to be done?", Ask.LONG, needed="Say what is to be done.", said="To be done")
DUE = Field("action_due", "Until which day?", Ask.DAY, needed="Choose a day.")
FIELDS = (WHAT, DUE)
OWNER = "action_owner"
NOTE = Field("action_note", "What was done?", Ask.LONG, needed="Say what was done, or why not.", said="Done")
_EVENING, _NIGHT = time(17), time(23, 59)


def from_state(state: Mapping[str, Any]) -> dict[str, str]:
    """The form as filled in, with the owner's Slack id. Raises BadInput."""
    found = read(FIELDS, state)
    if not state.get(OWNER):
        raise BadInput("Choose who does it.", field=OWNER)
    return {**found, OWNER: str(state[OWNER])}


def note_from_state(state: Mapping[str, Any]) -> str:
    """What was done, byte for byte. Raises BadInput where nothing is said."""
    return read((NOTE,), state)[NOTE.name]


def due_at(day: date, zone: str, now: datetime) -> datetime:
    """The moment by which something is due on a day: five in the afternoon, at the day's end where that has passed."""
    due = local_time.moment(datetime.combine(day, _EVENING), zone, field=DUE.name)
    return due if due > now else local_time.moment(datetime.combine(day, _NIGHT), zone, field=DUE.name)


def save(
    session: Session,
    caller: Caller,
    concern: Concern,
    entry_id: UUID | None,
    version: int,
    found: Mapping[str, str],
    now: datetime,
) -> UUID | Clash:
    """Write down an action, or change one. Whoever does it must be somebody who may know of the concern, for
    nobody can do what they may not be told. Raises BadInput for anybody else and for a new day that has passed."""
    owner = found[OWNER]
    if owner not in rights.recipients(session, concern):
        words = "They may not know of this concern. Choose one of those who may, and let them ask for help."
        raise BadInput(words, field=OWNER)
    standing = entries.get(session, concern, entry_id) if entry_id else None
    due = due_at(date.fromisoformat(found["action_due"]), caller.zone, now)
    if due <= now and (standing is None or standing.fields.get("action_due") != found["action_due"]):
        raise BadInput("That day has passed. Choose today or later.", field="action_due")
    clock = Clock(owner, due, standing.done_at if standing else None)
    kept = {NOTE.name: standing.fields[NOTE.name]} if standing and NOTE.name in standing.fields else {}
    fields = {**found, **kept}
    entry = conflicts.save(session, caller, concern, EntryKind.ACTION, entry_id, version, fields, now, clock)
    if not isinstance(entry, Clash):
        guards.step(session, caller, concern, Event.NOTE, now)
        if owner not in (caller.slack_id, standing.owner if standing else None):
            ladder.nudge(session, concern, owner, Nudge.GIVEN, now)
    return entry


def done(
    session: Session, caller: Caller, concern: Concern, entry_id: UUID, version: int, note: str, now: datetime
) -> UUID | Clash:
    """Note that an action is done, with what was done. Raises NotFound where there is no such action."""
    standing = entries.get(session, concern, entry_id)
    if standing is None or standing.kind is not EntryKind.ACTION:
        raise NotFound("There is no such action in this record.")
    fields = {**standing.fields, NOTE.name: note}
    clock = Clock(standing.owner, standing.due_at, standing.done_at or now)
    entry = conflicts.save(session, caller, concern, EntryKind.ACTION, entry_id, version, fields, now, clock)
    if not isinstance(entry, Clash):
        guards.step(session, caller, concern, Event.NOTE, now)
    return entry
