"""What is known about a meeting and its people: gathered once by a unit of work, and what of it stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.facts.lasting import lasting, of_organisation, records
from bot.facts.points import AGREEMENT, Point
from bot.policy.gates import Answer, Tick
from db.models import Fact, FactAnswer, Meeting, Registration, SubjectKind
from db.remember import remembered
from db.scope import ORGANISATION, of

_HISTORY = of(ORGANISATION, Fact).where(Fact.scope_id == bindparam("meeting")).order_by(Fact.sequence)
_GATHERED = (
    of(ORGANISATION, Fact)
    .where(Fact.scope_id.in_(bindparam("scopes", expanding=True)))
    .order_by(Fact.scope_id, Fact.sequence)
)


def history(session: Session, meeting: Meeting) -> Sequence[Fact]:
    """Everything that was said of a meeting and of its people there, oldest first."""

    def load() -> Sequence[Fact]:
        return session.scalars(_HISTORY, {"organisation": meeting.organisation_id, "meeting": meeting.id}).all()

    return remembered(session, ("facts", meeting.id), (Fact,), load)


def gathered(
    session: Session, meeting: Meeting, people: Sequence[Registration], staff: Collection[UUID] = ()
) -> Sequence[Fact]:
    """The same with what is known of these people beyond this meeting, of the organisation and of these members of
    staff, of each scope oldest first: all that its gates are judged by, read in one statement."""
    scopes = frozenset([meeting.id, meeting.organisation_id, *records(people), *staff])
    read: dict[frozenset[UUID], Sequence[Fact]] = remembered(session, ("gathered", meeting.id), (Fact,), dict)
    wider = next((facts for every, facts in read.items() if scopes <= every), None)
    if wider is not None:
        return [one for one in wider if one.scope_id in scopes]
    asked = {"organisation": meeting.organisation_id, "scopes": list(scopes)}
    read[scopes] = found = session.scalars(_GATHERED, asked).all()
    mine = [one for one in found if one.scope_id == meeting.id]
    remembered(session, ("facts", meeting.id), (Fact,), lambda: mine)
    return found


def point_of(fact: Fact) -> Point:
    """What a fact that was said at a meeting is about."""
    return Point(fact.requirement, fact.subject_id if fact.subject_kind is SubjectKind.VISIT else "")


def newest(facts: Iterable[Fact]) -> dict[Point, Fact]:
    """The last that was said on each point, also where it was taken back; `facts` oldest first."""
    return {point_of(one): one for one in facts}


def standing(facts: Iterable[Fact]) -> dict[Point, Fact]:
    """What stands after these facts, oldest first: on each point the last yes or no that was not taken back."""
    return _not_back(newest(facts))


def known(
    session: Session, meeting: Meeting, people: Sequence[Registration], staff: Collection[UUID] = ()
) -> dict[Point, Fact]:
    """What stands about a meeting and these of its people, whether it was said there or holds for them or for the whole
    organisation anyway: of two the later counts. `staff` are those of whom the caller will ask `trained` next."""
    every = gathered(session, meeting, people, staff)
    found = newest(one for one in every if one.subject_kind in (SubjectKind.MEETING, SubjectKind.VISIT))
    for one, points in sorted(_beyond(session, meeting, people, every), key=lambda held: held[0].at):
        for point in points:
            if point not in found or found[point].at <= one.at:
                found[point] = one
    return _not_back(found)


def _beyond(
    session: Session, meeting: Meeting, people: Sequence[Registration], every: Sequence[Fact]
) -> Iterable[tuple[Fact, list[Point]]]:
    """The newest fact on each requirement of the people and of the organisation that holds at this meeting too, with
    the points it answers there."""
    of_people, of_all, whose = lasting(session, meeting), of_organisation(session, meeting), records(people)
    held: dict[tuple[UUID, str], tuple[Fact, list[Point]]] = {}
    for one in every:
        within = {SubjectKind.PERSON: of_people, SubjectKind.ORGANISATION: of_all}.get(one.subject_kind, {})
        if one.requirement in within and one.within == within[one.requirement]:
            theirs = whose.get(one.scope_id, []) if one.subject_kind is SubjectKind.PERSON else [""]
            held[one.scope_id, one.requirement] = (one, [Point(one.requirement, each) for each in theirs])
    return held.values()


def trained(
    session: Session, meeting: Meeting, people: Sequence[Registration], staff: Collection[UUID]
) -> dict[UUID, dict[str, date]]:
    """The day of each training of these members of staff, read with what else is known of a meeting."""
    return trainings(gathered(session, meeting, people, staff), staff)


def trainings(facts: Iterable[Fact], staff: Collection[UUID]) -> dict[UUID, dict[str, date]]:
    """The day of each training that stands after these facts, oldest first, by member of staff and training."""
    found: dict[UUID, dict[str, date]] = {one: {} for one in staff}
    for one in facts:
        name = point_of(one).training
        if one.subject_kind is not SubjectKind.STAFF or not name or one.scope_id not in found:
            continue
        if one.yes and one.day is not None:
            found[one.scope_id][name] = one.day
        else:
            found[one.scope_id].pop(name, None)
    return found


def _not_back(facts: Mapping[Point, Fact]) -> dict[Point, Fact]:
    return {point: one for point, one in facts.items() if one.answer is not FactAnswer.BACK}


def ticks(stands: Mapping[Point, Fact]) -> dict[Point, Tick]:
    """Every yes among what stands, as staff's word for it."""
    return {
        point: Tick(by=one.by, at=one.at, reason=one.reason or "", manager=one.as_manager)
        for point, one in stands.items()
        if one.yes
    }


def current(session: Session, meeting: Meeting, people: Sequence[Registration] = ()) -> dict[Point, Tick]:
    """What stands as ticked about a meeting now, and about these of its people."""
    return ticks(known(session, meeting, people) if people else standing(history(session, meeting)))


def agreements(session: Session, meeting: Meeting) -> dict[str, Answer]:
    """What people said to the rules of a meeting, by registration; nobody who was not asked is among them."""
    stands = standing(history(session, meeting))
    found = {point.person: one for point, one in stands.items() if point.requirement == AGREEMENT}
    return {person: Answer(one.yes, one.by, one.at) for person, one in found.items()}


def last_numbers(facts: Iterable[Fact]) -> dict[UUID, int]:
    """The number of the newest of these facts in each of their scopes."""
    found: dict[UUID, int] = {}
    for one in facts:
        found[one.scope_id] = max(one.sequence, found.get(one.scope_id, 0))
    return found


def last_number(facts: Iterable[Fact]) -> int:
    """The number of the newest of these facts of one scope, 0 where there is none."""
    return max((one.sequence for one in facts), default=0)
