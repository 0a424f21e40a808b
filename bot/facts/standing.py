"""What is known about a meeting: gathered once by a unit of work, and what of it stands."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.facts.points import AGREEMENT, Point
from bot.policy.gates import Answer, Tick
from db.models import Fact, FactAnswer, Meeting, SubjectKind
from db.remember import remembered
from db.scope import ORGANISATION, of

_HISTORY = of(ORGANISATION, Fact).where(Fact.scope_id == bindparam("meeting")).order_by(Fact.sequence)


def history(session: Session, meeting: Meeting) -> Sequence[Fact]:
    """Everything that was said of a meeting and of its people there, oldest first."""

    def load() -> Sequence[Fact]:
        return session.scalars(_HISTORY, {"organisation": meeting.organisation_id, "meeting": meeting.id}).all()

    return remembered(session, ("facts", meeting.id), (Fact,), load)


def point_of(fact: Fact) -> Point:
    """What a fact is about."""
    return Point(fact.requirement, fact.subject_id if fact.subject_kind is SubjectKind.VISIT else "")


def newest(facts: Iterable[Fact]) -> dict[Point, Fact]:
    """The last that was said on each point, also where it was taken back; `facts` oldest first."""
    return {point_of(one): one for one in facts}


def standing(facts: Iterable[Fact]) -> dict[Point, Fact]:
    """What stands after these facts, oldest first: on each point the last yes or no that was not taken back."""
    return {point: one for point, one in newest(facts).items() if one.answer is not FactAnswer.BACK}


def ticks(stands: Mapping[Point, Fact]) -> dict[Point, Tick]:
    """Every yes among what stands, as staff's word for it."""
    return {
        point: Tick(by=one.by, at=one.at, reason=one.reason or "", manager=one.as_manager)
        for point, one in stands.items()
        if one.yes
    }


def current(session: Session, meeting: Meeting) -> dict[Point, Tick]:
    """What stands as ticked about a meeting now."""
    return ticks(standing(history(session, meeting)))


def agreements(session: Session, meeting: Meeting) -> dict[str, Answer]:
    """What people said to the rules of a meeting, by registration; nobody who was not asked is among them."""
    stands = standing(history(session, meeting))
    found = {point.person: one for point, one in stands.items() if point.requirement == AGREEMENT}
    return {person: Answer(one.yes, one.by, one.at) for person, one in found.items()}


def last_number(facts: Sequence[Fact]) -> int:
    """The number of the newest fact, 0 where there is none."""
    return facts[-1].sequence if facts else 0
