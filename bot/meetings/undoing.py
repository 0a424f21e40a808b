"""Taking back what was done to a meeting by mistake: its start for an hour, its end and its cancellation for ten
minutes. What was done and what was taken back both stay in the audit chain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings, sendings, states
from bot.diary.roster import registered
from bot.errors import NotNow
from bot.facts import points, recording, standing
from bot.gates import readiness, urgent
from bot.meetings import card_times, service, upkeep
from bot.participants import firsts
from bot.providers import SettingKey, needs_link
from bot.staff.people import by_slack_id
from db import audit
from db.models import AttendanceMark, Meeting, MeetingState, Moment
from db.owed import supersede
from db.scope import of

_FOR = {
    MeetingState.STARTED: timedelta(hours=1),
    MeetingState.ENDED: timedelta(minutes=10),
    MeetingState.CANCELLED: service.CANCEL_UNDONE_FOR,
}
_EARLIEST = timedelta(days=1)
_SINCE_START = tuple(one for one in Moment if one not in card_times.BEFORE)
_SINCE_END = (Moment.END, Moment.AFTERWARDS)
_WORDS = {MeetingState.STARTED: "started", MeetingState.ENDED: "ended", MeetingState.CANCELLED: "cancelled"}


@dataclass(frozen=True)
class TakenBack:
    """The meetings as they are again, how many marks of the register and walk-ins went with the start, and whether what
    the provider had is there no more: the link then, or the call that ran."""

    meetings: tuple[Meeting, ...]
    marks: int = 0
    walk_ins: int = 0
    gone: bool = False


def until(meeting: Meeting) -> datetime | None:
    """Until when the last step of a meeting can be taken back; None for one that cannot."""
    at = {
        MeetingState.STARTED: meeting.started_at,
        MeetingState.ENDED: meeting.ended_at,
        MeetingState.CANCELLED: meeting.cancelled_at,
    }.get(meeting.state)
    return at + _FOR[meeting.state] if at else None


def take_back(session: Session, caller: Caller, meeting_id: UUID, state: MeetingState, now: datetime) -> TakenBack:
    """Take back the step that brought a meeting into `state`. Meetings that were cancelled together come back together.
    Raises NotNow where the time for it is over; a second time changes nothing."""
    meeting = meetings.get(session, caller, meeting_id, to_change=True)
    if meeting.state is not state:
        return TakenBack((meeting,))
    latest = until(meeting)
    if latest is None or now > latest:
        raise NotNow(f"{meeting.reference} was {_WORDS[state]} too long ago to take that back. Nothing was changed.")
    if state is MeetingState.CANCELLED:
        return _not_cancelled(session, caller, meeting, now)
    if state is MeetingState.ENDED:
        return _not_ended(session, caller, meeting, now)
    return _not_started(session, caller, meeting, now)


def _not_started(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> TakenBack:
    began = meeting.started_at or now
    marks = _marks_back(session, meeting, began, now)
    walk_ins = _walk_ins_back(session, caller, meeting, began, now)
    if meeting.nobody_came_at and meeting.nobody_came_at >= began:
        meeting.nobody_came_at = None
    _agreements_back(session, caller, meeting, began, now)
    _ticks_back(session, caller, meeting, _SINCE_START, began, now)
    meeting.started_at = None
    _back(session, caller, meeting, MeetingState.SCHEDULED, now, f"{marks} marks, {walk_ins} walk-ins")
    if not needs_link(meeting.provider) and meeting.starts_at > now:
        # What was owed to the provider was let go when the meeting began.
        upkeep.owe_making(session, meeting, now)
    return TakenBack((meeting,), marks, walk_ins)


def _marks_back(session: Session, meeting: Meeting, began: datetime, now: datetime) -> int:
    """Take back what the register was told since the start; what counted then counts again."""
    mine = of(meeting.organisation_id, AttendanceMark).where(AttendanceMark.meeting_id == meeting.id)
    marks = session.scalars(mine.order_by(AttendanceMark.at)).all()
    since = [one for one in marks if one.at >= began and one.replaced_at is None]
    counted = [one for one in marks if one.at < began and one.replaced_at is not None and one.replaced_at >= began]
    for one in since:
        one.replaced_at = now
    for one in counted:
        one.replaced_at = None
    if since:
        marked = {one.registration_id for one in since}
        there = [one.participant_id for one in registered(session, meeting) if one.id in marked]
        firsts.look_again(session, meeting, there)
    return len(since)


def _walk_ins_back(session: Session, caller: Caller, meeting: Meeting, began: datetime, now: datetime) -> int:
    found = [one for one in registered(session, meeting) if one.walk_in and one.added_at >= began]
    for one in found:
        one.removed_at, one.removed_by = now, caller.slack_id
    return len(found)


def _agreements_back(session: Session, caller: Caller, meeting: Meeting, began: datetime, now: datetime) -> None:
    """Take back who was said to have agreed to the rules since the start. A no is kept, one from before too."""
    staff = [one.id for one in by_slack_id(session, meeting.organisation_id, meeting.team).values()]
    every = standing.gathered(session, meeting, registered(session, meeting), staff)
    said = [one for one in every if one.requirement == points.AGREEMENT]
    stands, before = standing.standing(said), standing.standing(one for one in said if one.at < began)
    refused = [point for point, one in before.items() if not one.yes and (point not in stands or stands[point].yes)]
    agreed = [point for point, one in stands.items() if one.yes and one.at >= began and point not in refused]
    recording.take_back(session, caller, meeting, agreed, now)
    recording.record(session, caller, meeting, dict.fromkeys(refused), now, yes=False)


def _ticks_back(
    session: Session, caller: Caller, meeting: Meeting, moments: Collection[Moment], since: datetime, now: datetime
) -> None:
    """Take back what was ticked of these moments since: it was not done in the meeting that is still to be held."""
    theirs = [one.value for one in moments]
    stands = standing.current(session, meeting)
    in_it = {points.setting(key.value) for key in SettingKey if key.in_meeting} if Moment.START in moments else set()
    wrong = [
        point
        for point, tick in stands.items()
        if (points.is_prompt(point, *theirs) or point in in_it) and tick.at >= since
    ]
    recording.take_back(session, caller, meeting, wrong, now)


def _not_ended(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> TakenBack:
    ended = meeting.ended_at or now
    asks = urgent.not_asked(session, meeting, now)
    _ticks_back(session, caller, meeting, _SINCE_END, ended, now)
    meeting.ended_at = None
    by_hand = needs_link(meeting.provider)
    gone = not by_hand and not _stopped(session, meeting, "meeting.end", now)
    if not by_hand and not gone:
        meeting.provider_error = meeting.provider_since = meeting.provider_next = None
    _back(session, caller, meeting, MeetingState.STARTED, now)
    if asks:
        urgent.owe_question(session, meeting, now, urgent.question_due(meeting, now))
    return TakenBack((meeting,), gone=gone)


def _not_cancelled(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> TakenBack:
    together = _cancelled_with(session, caller, meeting, now)
    gone = False
    for one in together:
        one.cancelled_at = None
        by_hand = needs_link(one.provider)
        kept = by_hand or _stopped(session, one, "meeting.cancel", now)
        _back(session, caller, one, MeetingState.SCHEDULED if one.join_url else MeetingState.DRAFT, now)
        firsts.look_again(session, one)
        sendings.look_again(session, one, now)
        if not kept and one.provider_ref:
            upkeep.gone(session, one, now)
            gone = True
        elif not by_hand or one.provider_since is not None:
            upkeep.owe_making(session, one, now)
    return TakenBack(tuple(together), gone=gone)


def _cancelled_with(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    """What was cancelled in one act, this meeting among it."""
    same = of(meeting.organisation_id, Meeting).where(
        Meeting.ends_from(now - _EARLIEST),
        Meeting.state == MeetingState.CANCELLED,
        Meeting.cancelled_at == meeting.cancelled_at,
        Meeting.id != meeting.id,
    )
    others = [one for one in session.scalars(same.order_by(Meeting.starts_at)) if meetings.may_run(caller, one)]
    held = (meetings.get(session, caller, one.id, to_change=True) for one in others)
    return [meeting, *(one for one in held if one.state is MeetingState.CANCELLED)]


def _stopped(session: Session, meeting: Meeting, kind: str, now: datetime) -> bool:
    """Whether what the provider was to be asked has not been asked yet; then it is not any more."""
    return supersede(session, meeting.organisation_id, (kind,), meeting.id, now) > 0


def _back(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    to: MeetingState,
    now: datetime,
    detail: str = "",
) -> None:
    action = f"meeting.not_{meeting.state.value}"
    states.move(meeting, to)
    meeting.version += 1
    card_times.owe_cards(session, meeting, now)
    audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)
    readiness.settle(session, meeting, caller.slack_id, now)
