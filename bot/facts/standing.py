"""What is known about a meeting and its people: gathered once by a unit of work, and what of it stands."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.facts.lasting import lasting, records
from bot.facts.points import AGREEMENT, Point
from bot.policy.gates import Answer, Tick
from db.models import Fact, FactAnswer, Meeting, Registration, SubjectKind
from db.remember import remembered
from db.scope import ORGANISATION, of

_HISTORY = of(ORGANISATION, Fact).where(Fact.scope_id == bindparam("meeting")).order_by(Fact.sequence)


def history(session: Session, meeting: Meeting) -> Sequence[Fact]:
    """Everything that was said of a meeting and of its people there, oldest first."""

    def load() -> Sequence[Fact]:
        return session.scalars(_HISTORY, {"organisation": meeting.organisation_id, "meeting": meeting.id}).all()

    return remembered(session, ("facts", meeting.id), (Fact,), load)


def gathered(session: Session, meeting: Meeting, people: Sequence[Registration]) -> Sequence[Fact]:
    """The same with what is known of these people beyond this meeting, of each scope oldest first: all that its gates
    are judged by, read in one statement."""
    scopes = frozenset([meeting.id, *records(people)])
    query = of(meeting.organisation_id, Fact).where(Fact.scope_id.in_(scopes))

    def load() -> Sequence[Fact]:
        return session.scalars(query.order_by(Fact.scope_id, Fact.sequence)).all()

    found = remembered(session, ("facts", meeting.id, scopes), (Fact,), load)
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


def known(session: Session, meeting: Meeting, people: Sequence[Registration]) -> dict[Point, Fact]:
    """What stands about a meeting and these of its people, whether it was said there or holds for them anyway: of the
    two the later counts."""
    within, whose = lasting(session, meeting), records(people)
    every = gathered(session, meeting, people)
    found = newest(one for one in every if one.subject_kind is not SubjectKind.PERSON)
    of_people = {
        (one.scope_id, one.requirement): one
        for one in every
        if one.subject_kind is SubjectKind.PERSON
        and one.requirement in within
        and one.within == within[one.requirement]
    }
    for one in sorted(of_people.values(), key=lambda one: one.at):
        for point in (Point(one.requirement, person) for person in whose[one.scope_id]):
            if point not in found or found[point].at <= one.at:
                found[point] = one
    return _not_back(found)


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


def last_number(facts: Iterable[Fact]) -> int:
    """The number of the newest of these facts of one scope, 0 where there is none."""
    return max((one.sequence for one in facts), default=0)
