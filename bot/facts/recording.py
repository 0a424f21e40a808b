"""Recording a fact, correcting it, and taking it back: each a row of its own with name and time."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotNow
from bot.facts.points import AGREEMENT, Point
from bot.facts.standing import history, last_number, standing
from db import audit
from db.base import new_id
from db.holding import hold
from db.models import Fact, FactAnswer, Meeting, MeetingState, Role, SubjectKind

_CLOSED = (MeetingState.CLOSED, MeetingState.CANCELLED)


@dataclass(frozen=True)
class Saying:
    """What is to be written down on one point. `first`: the earlier meeting's fact, where that is carried over."""

    point: Point
    answer: FactAnswer
    reason: str | None = None
    first: Fact | None = None


def check_open(meeting: Meeting) -> None:
    """Raise NotNow where a meeting is closed or cancelled."""
    if meeting.state in _CLOSED:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; nothing can be ticked on it any more.")


def record(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    said: Mapping[Point, str | None],
    now: datetime,
    *,
    yes: bool = True,
    closed_too: bool = False,
) -> list[Point]:
    """Record a yes or a no on some points, each with its reason or without; those of them that changed.

    The caller's right to say it must have been checked. What stands with the other answer is corrected by it; the same
    answer with another reason, or a manager's where no manager's was, is a new fact, and else it is none. What is
    said of many people is one audit event. Raises NotNow where the meeting is closed or cancelled, unless `closed_too`.
    """
    if not said:
        return []
    answer = FactAnswer.YES if yes else FactAnswer.NO
    stands = _hold(session, meeting, closed_too)
    changed = [
        Saying(point, answer, reason)
        for point, reason in said.items()
        if _adds(stands.get(point), answer, caller, reason)
    ]
    write(session, caller, meeting, changed, now)
    _audit(session, caller, meeting, "meeting.ticked", [_named(one.point, yes) for one in changed], now)
    return [one.point for one in changed]


def take_back(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    points: Collection[Point],
    now: datetime,
    *,
    closed_too: bool = False,
) -> list[Point]:
    """Take back what stands on some points, whoever said it; those of them on which something stood. As `record`."""
    if not points:
        return []
    stands = _hold(session, meeting, closed_too)
    gone = [point for point in dict.fromkeys(points) if point in stands]
    write(session, caller, meeting, [Saying(point, FactAnswer.BACK) for point in gone], now)
    _audit(session, caller, meeting, "meeting.unticked", [_named(point, stands[point].yes) for point in gone], now)
    return gone


def write(session: Session, caller: Caller, meeting: Meeting, said: Sequence[Saying], now: datetime) -> None:
    """Write facts down, numbered after those there are. The meeting must be held; the audit is the caller's."""
    first = last_number(history(session, meeting)) + 1
    session.add_all(
        Fact(
            id=new_id(),
            organisation_id=meeting.organisation_id,
            scope_id=meeting.id,
            sequence=number,
            subject_kind=SubjectKind.VISIT if one.point.person else SubjectKind.MEETING,
            subject_id=one.point.person or meeting.id.hex,
            requirement=one.point.requirement,
            answer=one.answer,
            reason=one.reason,
            as_manager=caller.has(Role.MANAGER),
            by=caller.slack_id,
            at=now,
            first_by=one.first.by if one.first else None,
            first_at=one.first.at if one.first else None,
        )
        for number, one in enumerate(said, start=first)
    )


def _hold(session: Session, meeting: Meeting, closed_too: bool) -> dict[Point, Fact]:
    hold(session, meeting)
    if not closed_too:
        check_open(meeting)
    return standing(history(session, meeting))


def _adds(stands: Fact | None, answer: FactAnswer, caller: Caller, reason: str | None) -> bool:
    """Whether an answer says something that what stands does not."""
    if stands is None or stands.answer is not answer:
        return True
    return bool(reason and reason != stands.reason) or (caller.has(Role.MANAGER) and not stands.as_manager)


def _named(point: Point, yes: bool) -> Point:
    """A point as the audit has it: what was said to the rules is not content, and who reads the chain needs it."""
    return Point("agreed" if yes else "said-no", point.person) if point.requirement == AGREEMENT else point


def _audit(
    session: Session, caller: Caller, meeting: Meeting, action: str, points: Sequence[Point], now: datetime
) -> None:
    """An event for each point, and one for a gate with how many people it was about."""
    many = Counter(point.requirement for point in points if point.gate)
    details = dict.fromkeys(
        f"{point.requirement} for {many[point.requirement]} people" if many[point.requirement] > 1 else str(point)
        for point in points
    )
    for detail in details:
        audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)
