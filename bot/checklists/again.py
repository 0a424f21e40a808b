"""Confirming in one tap what is the same as last time: settings, measures and reminders alike."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import service
from bot.diary import meetings, states
from bot.errors import Conflict, NotNow
from bot.facts import standing
from bot.facts.recording import Saying, check_open, write
from bot.gates import again, gating, posts, readiness, rows
from bot.gates.again import Again
from bot.policy.gates import Refusal
from bot.reading import as_id
from db import audit
from db.models import HowShown, Meeting


@dataclass(frozen=True)
class Confirmed:
    """What came of it: how much was confirmed, whether the checklist was signed off with it, and what is left; `again`
    where exactly that was confirmed before and stands."""

    meeting: Meeting
    checklist_id: UUID
    many: int
    signed: bool
    left: Refusal | None
    again: bool = False


def found(session: Session, caller: Caller, drawn: str, now: datetime) -> Again:
    """What can be confirmed now. Raises NotFound, Conflict where that is not what was shown, and NotNow once the
    meeting has begun or its time is over."""
    return _found(session, meetings.get(session, caller, as_id(drawn.partition(":")[0])), drawn, now)


def _found(session: Session, meeting: Meeting, drawn: str, now: datetime) -> Again:
    check_open(meeting)
    if meeting.state in states.BEGUN or now >= meeting.ends_at:
        how = "has begun" if now < meeting.ends_at else "is over"
        raise NotNow(
            f"{meeting.reference} {how}: nothing can be confirmed for it ahead any more. Nothing was confirmed."
        )
    offer = again.of_meeting(session, meeting, gating.of_meeting(session, meeting, now), now)
    if offer is None or offer.drawn != drawn:
        raise Conflict(
            f"Something changed for {meeting.reference} since this was shown. Nothing was confirmed now. "
            f"`/meeting show {meeting.reference}` shows how it stands."
        )
    return offer


def confirm(session: Session, caller: Caller, drawn: str, now: datetime) -> Confirmed:
    """Record all that was shown as said for this meeting too, and sign the checklist off where nothing is left on it.

    Each fact keeps who said it first, and that it was confirmed as the same. A second time changes nothing. Raises as
    `found` does.
    """
    meeting_id, _, shown = drawn.partition(":")
    meeting = meetings.get(session, caller, as_id(meeting_id), to_change=True)
    before = _confirmed(session, meeting, shown, now)
    if before is not None:
        return before
    offer = _found(session, meeting, drawn, now)
    checklist = service.begun(session, caller, meeting, now)
    said = [
        Saying(point, one.answer, one.reason, first=one, how=HowShown.AS_BEFORE, within=offer.within)
        for point, one in offer.said.items()
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


def _confirmed(session: Session, meeting: Meeting, shown: str, now: datetime) -> Confirmed | None:
    """What stands of exactly that which was shown; None where nothing does."""
    stands = standing.standing(standing.history(session, meeting)).values()
    many = sum((one.within or "").endswith(f":{shown}") for one in stands if one.shown_by is HowShown.AS_BEFORE)
    checklist = rows.of_meeting(session, meeting)
    if not shown or not many or checklist is None:
        return None
    left = readiness.before_ready(gating.of_meeting(session, meeting, now))
    return Confirmed(meeting, checklist.id, many, signed=False, left=left, again=True)
