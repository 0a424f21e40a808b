"""Confirming in one tap what is the same as last time: settings, measures and reminders alike."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import service
from bot.diary import meetings
from bot.errors import Conflict
from bot.facts.recording import Saying, check_open, write
from bot.gates import again, gating, posts, readiness
from bot.gates.again import Again
from bot.policy.gates import Refusal
from bot.reading import as_id
from db import audit
from db.models import HowShown, Meeting


@dataclass(frozen=True)
class Confirmed:
    """What came of it: how much was confirmed, whether the checklist was signed off with it, and what is left."""

    meeting: Meeting
    checklist_id: UUID
    many: int
    signed: bool
    left: Refusal | None


def found(session: Session, caller: Caller, drawn: str, now: datetime, *, to_change: bool = False) -> Again:
    """What can be confirmed now. Raises NotFound, or Conflict where that is not what was shown."""
    meeting = meetings.get(session, caller, as_id(drawn.partition(":")[0]), to_change=to_change)
    check_open(meeting)
    gates = gating.of_meeting(session, meeting, now)
    offer = again.of_meeting(session, meeting, gates, now, partial(meetings.may_run, caller))
    if offer is None or offer.drawn != drawn:
        raise Conflict(
            f"Something changed for {meeting.reference} since this was shown, or it was confirmed already. Nothing was "
            f"confirmed now. `/meeting show {meeting.reference}` shows how it stands."
        )
    return offer


def confirm(session: Session, caller: Caller, drawn: str, now: datetime) -> Confirmed:
    """Record all that was shown as said for this meeting too, and sign the checklist off where nothing is left on it.

    Each fact keeps who said it first, and that it was confirmed as the same. Raises as `found` does.
    """
    offer = found(session, caller, drawn, now, to_change=True)
    meeting = offer.meeting
    checklist = service.begun(session, caller, meeting, now)
    said = [
        Saying(point, one.answer, one.reason, first=one, how=HowShown.AS_BEFORE) for point, one in offer.said.items()
    ]
    write(session, caller, meeting, said, now)
    service.worked_on(session, checklist, (point.measure for point in offer.said))
    detail = f"{len(said)} as at {offer.earlier.reference}"
    audit.record(
        session, meeting.organisation_id, now, caller.slack_id, "meeting.as_before", "meeting", meeting.id, detail
    )
    session.flush()
    sheet = service.sheet(session, checklist)
    signed = offer.whole and not sheet.unanswered and not sheet.not_looked_at
    if signed:
        service.sign(session, caller, sheet, now)
    readiness.settle(session, meeting, caller.slack_id, now)
    posts.redraw(session, checklist, now)
    left = readiness.before_ready(gating.of_meeting(session, meeting, now))
    return Confirmed(meeting, checklist.id, len(said), signed, left)
