"""Carrying a checklist over from the last meeting of a series: its answers come along as proposals to confirm."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import service
from bot.diary import meetings
from bot.errors import NotFound
from bot.facts.points import Point
from bot.facts.recording import Saying, write
from bot.facts.standing import history, newest
from bot.gates import again, posts
from bot.gates.sheet import CHANGED_ROW, SETTINGS_ROW, Sheet
from db import audit
from db.models import Checklist, Fact, FactAnswer, Meeting
from db.scope import of


@dataclass(frozen=True)
class Offer:
    """The earlier meeting whose answers can be carried over into a checklist, and how many they are."""

    checklist_id: UUID
    earlier: Meeting
    answers: int


def offer(session: Session, caller: Caller, sheet: Sheet, now: datetime) -> Offer | None:
    """The last meeting of the series of which there is something to carry over; None where nothing is, or was already.

    Only meetings that the caller may run count.
    """
    if sheet.checklist.carried_from is not None or not sheet.open:
        return None
    for earlier in again.before(session, sheet.meeting, now, partial(meetings.may_run, caller)):
        said = _answers(session, sheet, earlier)
        if said:
            return Offer(sheet.checklist.id, earlier, len(said))
    return None


def _answers(session: Session, sheet: Sheet, earlier: Meeting) -> dict[Point, Fact]:
    """What people ticked on the earlier meeting and nobody, nor the bot, has answered on this one.

    Settings are not carried so: they belong to the link, and are confirmed with what is the same as last time.
    """
    checklist = session.scalar(of(earlier.organisation_id, Checklist).where(Checklist.meeting_id == earlier.id))
    if checklist is None:
        return {}
    said = newest(history(session, earlier))
    rows = [row for row in sheet.rows if row.id not in (CHANGED_ROW, SETTINGS_ROW)]
    boxes = {box.point: box for row in rows for box in row.boxes if box.point.measure and not box.each}
    return {
        point: one
        for point, one in said.items()
        if one.yes and not one.carried and point in boxes and boxes[point].newest is None
    }


def carry_over(session: Session, caller: Caller, checklist_id: UUID, earlier_id: UUID, now: datetime) -> Sheet:
    """Take the answers of an earlier meeting of the series over, not yet confirmed. A second time changes nothing.

    Raises NotFound where that meeting is not one of the series, or not the caller's; Refused as `service.held` does.
    """
    checklist = service.held(session, caller, checklist_id)
    found = service.sheet(session, checklist)
    if checklist.carried_from is not None:
        return found
    series = again.before(session, found.meeting, now, partial(meetings.may_run, caller))
    earlier = next((one for one in series if one.id == earlier_id), None)
    if earlier is None:
        raise NotFound(f"That meeting is not an earlier one of the series of {found.meeting.reference} any more.")
    said = _answers(session, found, earlier)
    carried = [Saying(point, FactAnswer.YES, first=one) for point, one in said.items()]
    write(session, caller, found.meeting, carried, now)
    checklist.carried_from = earlier.id
    session.flush()
    detail = f"{len(said)} answers of {earlier.reference}"
    audit.record(
        session, checklist.organisation_id, now, caller.slack_id, "checklist.carried", "checklist", checklist.id, detail
    )
    posts.redraw(session, checklist, now)
    return service.sheet(session, checklist)
