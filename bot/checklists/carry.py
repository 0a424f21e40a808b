"""Carrying a checklist over from the last meeting of a series: its answers come along as proposals to confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.checklists import service
from bot.diary import meetings
from bot.errors import NotFound
from bot.facts.points import Point
from bot.facts.recording import Saying, write
from bot.facts.standing import history, newest
from bot.gates import posts
from bot.gates.sheet import CHANGED_ROW, SETTINGS_ROW, Sheet
from db import audit
from db.crypto import keyring
from db.models import Checklist, Fact, FactAnswer, Meeting, MeetingState
from db.models.meeting import series_words
from db.scope import of

_LOOKS_BACK = 20
_NEVER_HELD = (MeetingState.DRAFT, MeetingState.CANCELLED)


@dataclass(frozen=True)
class Offer:
    """The earlier meeting whose answers can be carried over into a checklist, and how many they are."""

    checklist_id: UUID
    earlier: Meeting
    answers: int


def offer(session: Session, caller: Caller, sheet: Sheet, now: datetime) -> Offer | None:
    """The last meeting of the series of which there is something to carry over; None where nothing is, or was already.

    A series is what bears the same title in the same programme. Only meetings that the caller may run count.
    """
    if sheet.checklist.carried_from is not None or not sheet.open:
        return None
    for earlier in _series(session, caller, sheet.meeting, now):
        said = _answers(session, sheet, earlier)
        if said:
            return Offer(sheet.checklist.id, earlier, len(said))
    return None


def _series(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> Iterable[Meeting]:
    """The earlier meetings of a series, the last one first."""
    query = of(meeting.organisation_id, Meeting).where(
        Meeting.series.in_(keyring().blind_indexes(series_words(meeting.title, meeting.programme))),
        Meeting.state.not_in(_NEVER_HELD),
        Meeting.starts_at < meeting.starts_at,
        Meeting.starts_at <= now,
        Meeting.id != meeting.id,
    )
    rows = session.scalars(query.order_by(Meeting.starts_at.desc(), Meeting.number.desc()).limit(_LOOKS_BACK))
    return [one for one in rows if meetings.may_run(caller, one)]


def _answers(session: Session, sheet: Sheet, earlier: Meeting) -> dict[Point, Fact]:
    """What people ticked on the earlier meeting and nobody, nor the bot, has answered on this one.

    Settings are never carried: they belong to one meeting at its provider, and are read back or ticked there.
    """
    checklist = session.scalar(of(earlier.organisation_id, Checklist).where(Checklist.meeting_id == earlier.id))
    if checklist is None:
        return {}
    said = newest(history(session, earlier))
    rows = [row for row in sheet.rows if row.id not in (CHANGED_ROW, SETTINGS_ROW)]
    boxes = {box.point: box for row in rows for box in row.boxes if box.point.measure}
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
    earlier = next((one for one in _series(session, caller, found.meeting, now) if one.id == earlier_id), None)
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
