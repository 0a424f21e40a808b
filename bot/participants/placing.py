"""Places on several meetings at once, of people who are known: those of a group that somebody joins or leaves."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotNow
from bot.gates import readiness
from bot.participants import firsts
from bot.participants.service import MOST_ON_A_MEETING, register
from db import audit
from db.holding import is_held, note
from db.models import Meeting, Participant, Registration
from db.scope import of


def held(session: Session, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The same meetings, held until the end of the unit of work, as they are now."""
    wanted = [one for one in meetings if not is_held(session, one.id)]
    if wanted:
        query = of(wanted[0].organisation_id, Meeting).where(Meeting.id.in_([one.id for one in wanted]))
        # In the order of their ids, so that two who do this never wait for each other.
        for one in session.scalars(query.order_by(Meeting.id).with_for_update(key_share=True)):
            note(session, one)
    return list(meetings)


def on(session: Session, meetings: Sequence[Meeting]) -> dict[UUID, list[Registration]]:
    """Everybody's places on some meetings, those that were taken off among them, by meeting."""
    found: dict[UUID, list[Registration]] = {one.id: [] for one in meetings}
    if meetings:
        query = of(meetings[0].organisation_id, Registration).where(Registration.meeting_id.in_(list(found)))
        for one in session.scalars(query.order_by(Registration.removed_at)):
            found[one.meeting_id].append(one)
    return found


def place(
    session: Session, caller: Caller, meetings: Sequence[Meeting], people: Sequence[Participant], now: datetime
) -> dict[Meeting, list[Registration]]:
    """Register people on each of some meetings where they are not yet; whom on which. Raises NotNow for one that would
    be too full."""
    places, done = on(session, held(session, meetings)), {}
    for meeting in meetings:
        there = {one.participant.id: one for one in places[meeting.id]}
        expected = {key for key, one in there.items() if one.removed_at is None}
        missing = [one for one in people if one.id not in expected]
        if len(expected) + len(missing) > MOST_ON_A_MEETING:
            raise NotNow(f"{meeting.reference} would be too full: {MOST_ON_A_MEETING} people fit.")
        if not missing:
            continue
        new = [register(session, caller, meeting, one, there.get(one.id), now) for one in missing]
        done[meeting] = new
        _told(session, caller, meeting, "registration.added", len(new), now)
    return done


def place_first(
    session: Session, caller: Caller, meeting: Meeting, people: Sequence[Participant], now: datetime
) -> list[Registration]:
    """Register people on a meeting that this unit of work has made, and on which nobody can be yet."""
    if not people:
        return []
    note(session, meeting)
    new = [register(session, caller, meeting, one, None, now) for one in people]
    _told(session, caller, meeting, "registration.added", len(new), now)
    return new


def take_off(
    session: Session, caller: Caller, meetings: Sequence[Meeting], people: Collection[UUID], now: datetime
) -> dict[Meeting, list[Registration]]:
    """Take people, by their ids, off each of some meetings; whom off which."""
    places, done = on(session, held(session, meetings)), {}
    for meeting in meetings:
        gone = [one for one in places[meeting.id] if one.removed_at is None and one.participant.id in people]
        if not gone:
            continue
        _off(session, caller, meeting, gone, now)
        done[meeting] = gone
    return done


def undo_placing(
    session: Session,
    caller: Caller,
    meetings: Sequence[Meeting],
    people: Collection[UUID],
    placed: datetime,
    now: datetime,
) -> dict[Meeting, list[Registration]]:
    """Take off whom one act had registered at a moment; whom off which meeting."""
    places, done = on(session, held(session, meetings)), {}
    for meeting in meetings:
        gone = [
            one
            for one in places[meeting.id]
            if one.removed_at is None and one.added_at == placed and one.participant.id in people
        ]
        if gone:
            _off(session, caller, meeting, gone, now)
            done[meeting] = gone
    return done


def undo_taking_off(
    session: Session,
    caller: Caller,
    meetings: Sequence[Meeting],
    people: Collection[UUID],
    taken_off: datetime,
    now: datetime,
) -> list[Meeting]:
    """Put back whom one act had taken off at a moment; on which meetings."""
    places, done = on(session, held(session, meetings)), []
    for meeting in meetings:
        here = {one.participant.id for one in places[meeting.id] if one.removed_at is None}
        back = [
            one
            for one in places[meeting.id]
            if one.removed_at == taken_off and one.participant.id in people and one.participant.id not in here
        ]
        if not back:
            continue
        for one in back:
            one.removed_at = one.removed_by = None
        firsts.look_again(session, meeting, [one.participant_id for one in back])
        _told(session, caller, meeting, "registration.put_back", len(back), now)
        done.append(meeting)
    return done


def _off(session: Session, caller: Caller, meeting: Meeting, gone: Sequence[Registration], now: datetime) -> None:
    for one in gone:
        one.removed_at, one.removed_by = now, caller.slack_id
    firsts.look_again(session, meeting, [one.participant_id for one in gone], first_at=meeting.starts_at)
    _told(session, caller, meeting, "registration.removed", len(gone), now)


def _told(session: Session, caller: Caller, meeting: Meeting, action: str, count: int, now: datetime) -> None:
    audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, f"{count}")
    readiness.settle(session, meeting, caller.slack_id, now)
