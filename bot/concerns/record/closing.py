"""Closing a concern: outcome, reason, what was learnt; the second sign-off where it is asked; and opening it again."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.record import conflicts, guards
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.sheets import Ask, Field, read
from bot.concerns.states import Event, Need
from bot.errors import BadInput, Conflict
from bot.reading.times import local_time
from db.models import Concern, EntryKind

OUTCOMES = (
    ("support", "Support is in place"),
    ("agency", "Another agency looks after it"),
    ("resolved", "Resolved"),
    ("unfounded", "Found not to be so"),
    ("not_safeguarding", "Not about safeguarding"),
    ("moved", "They have left us; passed on to where they are now"),
    ("other", "Something else, said below"),
)
REGULATOR = (
    ("reported", "Reported to the regulator"),
    ("not_needed", "Considered; no report is needed"),
)
OUTCOME = Field("outcome", "What is the outcome?", Ask.CHOICE, OUTCOMES, needed="Choose the outcome.", said="Outcome")
REASON = Field("closing_reason", "Why can it be closed?", Ask.LONG, needed="Say why it can be closed.", said="Reason")
LEARNING = Field("learning", "What do we learn from it?", Ask.LONG, said="Learnt")
REPORT = Field(
    "regulator",
    "Is a report to a regulator needed?",
    Ask.CHOICE,
    REGULATOR,
    needed="Say whether a regulator, such as the Charity Commission, was considered.",
    said="Report to a regulator",
)
NO_REPORT = Field("regulator_reason", "If no report: why not?", Ask.LONG, said="Why no report")
KEEP = Field("keep_until", "Look at this record again on", Ask.DAY, needed="Choose a day.")
FIELDS = (OUTCOME, REASON, LEARNING, REPORT, NO_REPORT, KEEP)
BACK = Field("back_reason", "What is missing?", Ask.LONG, needed="Say what is missing.", said="Not signed off, missing")
AGAIN = Field("again_reason", "Why is it opened again?", Ask.LONG, needed="Say why it is opened again.", said="Reason")
_MORNING = time(9)


def from_state(state: Mapping[str, Any]) -> dict[str, str]:
    """The form as filled in. Raises BadInput: no report to a regulator needs its reason, as the record does."""
    found = read(FIELDS, state)
    if found["regulator"] == "not_needed" and not found.get("regulator_reason", "").strip():
        raise BadInput("Say why no report is needed. The record keeps the reason.", field="regulator_reason")
    return found


def back_from_state(state: Mapping[str, Any]) -> str:
    """What is missing, byte for byte. Raises BadInput where nothing is said."""
    return read((BACK,), state)[BACK.name]


def again_from_state(state: Mapping[str, Any]) -> str:
    """Why it is opened again, byte for byte. Raises BadInput where nothing is said."""
    return read((AGAIN,), state)[AGAIN.name]


def suggested_day(retention: Mapping[str, Any], zone: str, now: datetime) -> date | None:
    """The day that the organisation's own retention of concerns leads to, or None where it has set none."""
    days = retention.get("concerns")
    return (now.astimezone(ZoneInfo(zone)) + timedelta(days=int(days))).date() if days else None


def close(
    session: Session, caller: Caller, concern: Concern, found: Mapping[str, str], version: int, now: datetime
) -> UUID | Clash:
    """Close a concern, or ask for the second sign-off where one is needed. Raises Conflict, naming everything that
    is still open, where it can't be closed; BadInput where the day to look again has passed."""
    again_on = local_time.moment(datetime.combine(date.fromisoformat(found["keep_until"]), _MORNING), caller.zone)
    if again_on <= now:
        raise BadInput("Choose a day to come.", field="keep_until")
    entry = conflicts.save_only(session, caller, concern, EntryKind.CLOSURE, version, found, now)
    if isinstance(entry, Clash):
        return entry
    event = Event.ASK_SIGN_OFF if guards.second_asked(session, concern) else Event.CLOSE
    concern.review_at = again_on
    concern.closed_at = now if event is Event.CLOSE else None
    guards.step(session, caller, concern, event, now, given={Need.REASON})
    return entry


def sign_off(session: Session, caller: Caller, concern: Concern, version: int, now: datetime) -> UUID:
    """The second sign-off: the concern is closed. Raises Conflict for the one who asked for it, and where what
    is signed off is not what they saw."""
    closure = _waiting(session, concern, version)
    concern.closed_at = now
    # The one who asked is found as the author of the newest version, so the step comes before the new one.
    guards.step(session, caller, concern, Event.SIGN_OFF, now)
    entries.revise(session, caller, concern, closure, {**closure.fields, "signed_off": True}, now, version=version)
    return closure.id


def send_back(session: Session, caller: Caller, concern: Concern, version: int, reason: str, now: datetime) -> UUID:
    """Not signed off: back to acting, with what is missing. Raises Conflict where it is not waited for."""
    closure = _waiting(session, concern, version)
    entries.revise(session, caller, concern, closure, {**closure.fields, BACK.name: reason}, now, version=version)
    concern.review_at = None
    guards.step(session, caller, concern, Event.SEND_BACK, now, given={Need.REASON})
    return closure.id


def _waiting(session: Session, concern: Concern, version: int) -> entries.Entry:
    closure = conflicts.only(session, concern, EntryKind.CLOSURE)
    if closure is None or closure.version != version:
        raise Conflict("Somebody changed this meanwhile. Nothing was saved. Open the record again.")
    return closure


def reopen(session: Session, caller: Caller, concern: Concern, reason: str, now: datetime) -> UUID:
    """Open a concern again, with the reason; what was written at the closing stays. Raises Conflict for an open one."""
    entry = entries.add(session, caller, concern, EntryKind.REOPENING, {AGAIN.name: reason}, now)
    concern.closed_at, concern.review_at, concern.duplicate_of = None, None, None
    concern.lead = caller.slack_id
    guards.step(session, caller, concern, Event.REOPEN, now, given={Need.REASON})
    return entry
