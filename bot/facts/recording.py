"""Recording a fact, correcting it, and taking it back: each a row of its own with name and time."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller, by_page
from bot.errors import NotNow
from bot.facts import people as persons
from bot.facts.lasting import lasting, of_group, of_organisation
from bot.facts.points import AGREEMENT, Point
from bot.facts.shown import usually
from bot.facts.standing import gathered, history, known, last_numbers
from db import audit
from db.base import new_id
from db.holding import hold
from db.models import (
    Fact,
    FactAnswer,
    HowShown,
    Meeting,
    MeetingState,
    Organisation,
    Participant,
    Registration,
    Role,
    SubjectKind,
)
from db.scope import of

REVIEWED_AFTER = timedelta(days=365)
_SPEAKS_FOR = (Role.MANAGER, Role.ADMINISTRATOR)
"""Who may say what the organisation itself did."""
_CLOSED = (MeetingState.CLOSED, MeetingState.CANCELLED)


@dataclass(frozen=True)
class Saying:
    """What is to be written down on one point. `first`: the earlier meeting's fact, where that is carried over; `day`:
    when it was so or was done, where that is not now; `until`: the last day on which it holds; `how`: how it was
    shown, where that is not `usually` so of the point; `within`: of what is a meeting's own, as what it stands."""

    point: Point
    answer: FactAnswer
    reason: str | None = None
    first: Fact | None = None
    day: date | None = None
    until: date | None = None
    how: HowShown | None = None
    within: str | None = None


@dataclass(frozen=True)
class Place:
    """Where a fact belongs: what it is about, the record within which it is numbered, and where alone it holds."""

    kind: SubjectKind
    scope: UUID
    within: str | None = None


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
    how: Mapping[Point, HowShown] | None = None,
) -> list[Point]:
    """Record a yes or a no on some points, each with its reason or without; those of them that changed. `how`: how they
    were shown.

    The caller's right to say it must have been checked. What stands with the other answer is corrected by it; the same
    answer with another reason, or a manager's where no manager's was, is a new fact, and else it is none. What holds
    for a person beyond the meeting is recorded of the person. What is said of many people is one audit event. Raises
    NotNow where the meeting is closed or cancelled, unless `closed_too`.
    """
    if not said:
        return []
    answer = FactAnswer.YES if yes else FactAnswer.NO
    people = _hold(session, meeting, said, closed_too)
    stands = known(session, meeting, people)
    shown_by = how or {}
    changed = [
        Saying(one, answer, why, how=shown_by.get(one))
        for one, why in said.items()
        if _adds(stands.get(one), answer, caller, why)
    ]
    write(session, caller, meeting, changed, now, people)
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
    people = _hold(session, meeting, points, closed_too)
    stands = known(session, meeting, people)
    gone = [point for point in dict.fromkeys(points) if point in stands]
    write(session, caller, meeting, [Saying(point, FactAnswer.BACK) for point in gone], now, people)
    _audit(session, caller, meeting, "meeting.unticked", [_named(point, stands[point].yes) for point in gone], now)
    return gone


def write(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    said: Sequence[Saying],
    now: datetime,
    people: Sequence[Registration] = (),
) -> None:
    """Write facts down, each numbered after those of its scope. The meeting, the records of those `people` of whom
    something holds beyond it, and the organisation where one is its own, must be held; the audit is the caller's."""
    within, of_all, of_its_group = (find(session, meeting) for find in (lasting, of_organisation, of_group))
    beyond = bool(people) or any(one.point.requirement in of_all for one in said)
    every = gathered(session, meeting, people) if beyond else history(session, meeting)
    records = {one.id.hex: one.participant.id for one in people}
    numbers = Counter(last_numbers(every))
    if meeting.group_id and any(one.point.requirement in of_its_group for one in said):
        numbers[meeting.group_id] = _last_of_group(session, meeting)
    for one in said:
        requirement, person = one.point
        if meeting.group_id and requirement in of_its_group:
            place = Place(SubjectKind.GROUP, meeting.group_id, of_its_group[requirement])
        elif requirement in of_all:
            place = Place(SubjectKind.ORGANISATION, meeting.organisation_id, of_all[requirement])
        elif requirement in within and person in records:
            place = Place(SubjectKind.PERSON, records[person], within[requirement])
        else:
            place = Place(SubjectKind.VISIT if person else SubjectKind.MEETING, meeting.id, one.within)
        numbers[place.scope] += 1
        session.add(_row(caller, meeting.organisation_id, place, one, numbers[place.scope], now))


def append(
    session: Session, caller: Caller, place: Place, said: Sequence[Saying], after: int, now: datetime
) -> list[Fact]:
    """Write facts of one place down, numbered on from `after`; these. What it is about must be held; the audit is the
    caller's."""
    new = [
        _row(caller, caller.organisation_id, place, one, number, now)
        for number, one in enumerate(said, start=after + 1)
    ]
    session.add_all(new)
    return new


def record_of_person(
    session: Session,
    caller: Caller,
    person: Participant,
    said: Sequence[Saying],
    before: Sequence[Fact],
    now: datetime,
    *,
    each: bool = False,
) -> list[Fact]:
    """Record what was said of a person for every meeting; what it adds to what was said `before`, oldest first. `each`:
    every one adds something, as when several carers go.

    The caller's right to say it must have been checked, and the person's record be held. What says nothing new is no
    fact. The audit names the facts by their ids alone.
    """
    stands = persons.standing(before)
    new = [one for one in said if each or _is_new(stands.get(one.point.requirement), one)]
    after = max((one.sequence for one in before if one.scope_id == person.id), default=0)
    made = append(session, caller, Place(SubjectKind.PERSON, person.id), new, after, now)
    for fact in made:
        action = "participant.recorded"
        audit.record(
            session, caller.organisation_id, now, caller.slack_id, action, "participant", person.id, fact.id.hex
        )
    return made


def _is_new(stands: Fact | None, said: Saying) -> bool:
    if stands is None:
        return said.answer is not FactAnswer.BACK
    before = (stands.answer, stands.reason, stands.day, stands.until)
    return before != (said.answer, said.reason, said.day, said.until)


def _review(place: Place, said: Saying, now: datetime) -> date | None:
    """By which day what the organisation did is looked at anew, where nobody set another."""
    own = place.kind is SubjectKind.ORGANISATION and said.answer is FactAnswer.YES
    return (now + REVIEWED_AFTER).date() if own else None


def _row(caller: Caller, organisation_id: UUID, place: Place, said: Saying, number: int, now: datetime) -> Fact:
    return Fact(
        id=new_id(),
        organisation_id=organisation_id,
        scope_id=place.scope,
        sequence=number,
        subject_kind=place.kind,
        subject_id=said.point.person if place.kind is SubjectKind.VISIT else place.scope.hex,
        requirement=said.point.requirement,
        within=place.within,
        answer=said.answer,
        reason=said.reason,
        day=said.day,
        until=said.until or _review(place, said, now),
        shown_by=said.how or (usually(said.point) if said.answer is not FactAnswer.BACK else None),
        as_manager=caller.has(*_SPEAKS_FOR if place.kind is SubjectKind.ORGANISATION else (Role.MANAGER,)),
        by=caller.slack_id,
        at=now,
        first_by=said.first.by if said.first else None,
        first_at=said.first.at if said.first else None,
    )


def _last_of_group(session: Session, meeting: Meeting) -> int:
    """The number of the newest fact of a group, whose facts nobody else writes until the end of the unit of work. The
    lock is one of its own: who holds the group may want the meeting."""
    if meeting.group_id is None:
        return 0
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(meeting.group_id.int & (2**63 - 1))))
    theirs = of(meeting.organisation_id, Fact).where(Fact.scope_id == meeting.group_id)
    return session.scalar(theirs.with_only_columns(func.max(Fact.sequence))) or 0


def _hold(session: Session, meeting: Meeting, points: Iterable[Point], closed_too: bool) -> Sequence[Registration]:
    """Hold the meeting, then the records of the people of whom something is said that holds beyond it; these people."""
    hold(session, meeting)
    if not closed_too:
        check_open(meeting)
    of_all = of_organisation(session, meeting)
    if any(point.requirement in of_all for point in points):
        hold_organisation(session, meeting.organisation_id)
    beyond = lasting(session, meeting)
    ids = {UUID(point.person) for point in points if point.person and point.requirement in beyond}
    if not ids:
        return ()
    people = session.scalars(of(meeting.organisation_id, Registration).where(Registration.id.in_(ids))).all()
    theirs = of(meeting.organisation_id, Participant).where(Participant.id.in_({one.participant.id for one in people}))
    # In the order of their ids, so that two who say something of the same people never wait for each other.
    locked = theirs.with_only_columns(Participant.id).order_by(Participant.id).with_for_update(key_share=True)
    session.execute(locked).all()
    return people


def hold_organisation(session: Session, organisation_id: UUID) -> None:
    """Keep others from saying something of the organisation or of its staff until the end of the unit of work."""
    row = select(Organisation.id).where(Organisation.id == organisation_id)
    session.execute(row.with_for_update(key_share=True)).all()


def _adds(stands: Fact | None, answer: FactAnswer, caller: Caller, reason: str | None) -> bool:
    """Whether an answer says something that what stands does not."""
    if stands is None or stands.answer is not answer:
        return True
    # What a family says itself is more than what somebody wrote down for it.
    if by_page(caller.slack_id) and not by_page(stands.by):
        return True
    return bool(reason and reason != stands.reason) or (caller.has(Role.MANAGER) and not stands.as_manager)


def _named(point: Point, yes: bool) -> Point:
    """A point as the audit has it: what was said to the rules is not content, and who reads the chain needs it; nor is
    that somebody said no."""
    if point.requirement == AGREEMENT:
        return Point("agreed" if yes else "said-no", point.person)
    return point if yes or not point.person else Point(f"no:{point.requirement}", point.person)


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
