"""What is known about a meeting and its people: gathered once by a unit of work, and what of it stands."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.facts.lasting import MEETS, day_of, lasting, of_group, of_organisation, records
from bot.facts.points import AGREEMENT, Point
from bot.facts.shown import shown
from bot.policy.gates import Answer, Tick
from db.models import Fact, FactAnswer, Meeting, Registration, SubjectKind
from db.remember import remembered
from db.scope import ORGANISATION, of

_HISTORY = of(ORGANISATION, Fact).where(Fact.scope_id.in_(bindparam("scopes", expanding=True))).order_by(Fact.sequence)
_APART = 100_000
"""More than there are facts of a group: what a form of its meeting carries is two numbers in one."""
_GATHERED = (
    of(ORGANISATION, Fact)
    .where(Fact.scope_id.in_(bindparam("scopes", expanding=True)))
    .order_by(Fact.scope_id, Fact.sequence)
)


def history(session: Session, meeting: Meeting) -> Sequence[Fact]:
    """Everything that was said of a meeting and of its people there, oldest first; then what was said of the group that
    meets."""

    def load() -> Sequence[Fact]:
        scopes = [one for one in (meeting.id, meeting.group_id) if one]
        found = session.scalars(_HISTORY, {"organisation": meeting.organisation_id, "scopes": scopes}).all()
        return _of_meeting(session, meeting, found)

    return remembered(session, ("facts", meeting.id), (Fact,), load)


def _of_meeting(session: Session, meeting: Meeting, facts: Iterable[Fact]) -> Sequence[Fact]:
    """Those of the meeting, then those of its group that hold for it."""
    every = list(facts)
    mine = [one for one in every if one.scope_id == meeting.id]
    if meeting.group_id is None:
        return mine
    theirs, day = of_group(session, meeting), day_of(session, meeting)
    # What is over is not recorded: nothing that was said before it holds again.
    over = {one.requirement: not one.holds(day) for one in every if one.subject_kind is SubjectKind.GROUP}
    return mine + [
        one
        for one in every
        if one.subject_kind is SubjectKind.GROUP
        and one.scope_id == meeting.group_id
        and one.requirement in theirs
        and one.within == theirs[one.requirement]
        and not over[one.requirement]
    ]


def gathered(
    session: Session, meeting: Meeting, people: Sequence[Registration], staff: Collection[UUID] = ()
) -> Sequence[Fact]:
    """The same with what is known of these people beyond this meeting, of its group, of the organisation and of these
    members of staff, of each scope oldest first: all that its gates are judged by, read in one statement."""
    group = [meeting.group_id] if meeting.group_id else []
    scopes = frozenset([meeting.id, meeting.organisation_id, *group, *records(people), *staff])
    read: dict[frozenset[UUID], Sequence[Fact]] = remembered(session, ("gathered", meeting.id), (Fact,), dict)
    wider = next((facts for every, facts in read.items() if scopes <= every), None)
    if wider is not None:
        return [one for one in wider if one.scope_id in scopes]
    asked = {"organisation": meeting.organisation_id, "scopes": list(scopes)}
    read[scopes] = found = session.scalars(_GATHERED, asked).all()
    mine = _of_meeting(session, meeting, found)
    remembered(session, ("facts", meeting.id), (Fact,), lambda: mine)
    return found


def drawn(meeting: Meeting, facts: Iterable[Fact]) -> int:
    """What a form of a meeting carries to tell later what it showed, of these facts of the meeting and its group."""
    every = list(facts)
    own = last_number(one for one in every if one.scope_id == meeting.id)
    if meeting.group_id is None:
        return own
    return own * _APART + last_number(one for one in every if one.scope_id == meeting.group_id)


def seen(meeting: Meeting, number: int, by: str = "") -> Callable[[Fact], bool]:
    """Whether a form that carries this number showed a fact; or somebody knows it because they said it."""
    own, of_its_group = divmod(number, _APART) if meeting.group_id else (number, 0)

    def was_shown(fact: Fact) -> bool:
        shown = of_its_group if fact.subject_kind is SubjectKind.GROUP else own
        return fact.sequence <= shown or fact.by == by

    return was_shown


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
    """What stands about a meeting and these of its people, whether it was said there or holds for them, for the group
    or for the whole organisation anyway: of two the later counts. `staff` are those of whom the caller will ask
    `trained` next."""
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
    """The newest fact on each requirement of the people, of the group and of the organisation that holds at this
    meeting too, with the points it answers there. What is over by the day of the meeting is not recorded."""
    whose, day = records(people), day_of(session, meeting)
    holding = {
        SubjectKind.PERSON: lasting(session, meeting),
        SubjectKind.GROUP: of_group(session, meeting),
        SubjectKind.ORGANISATION: of_organisation(session, meeting),
    }
    held: dict[tuple[UUID, str], tuple[Fact, list[Point]]] = {}
    for one in every:
        within = holding.get(one.subject_kind, {})
        if one.requirement in within and one.within == within[one.requirement]:
            theirs = whose.get(one.scope_id, []) if one.subject_kind is SubjectKind.PERSON else [""]
            name = MEETS.get(one.requirement, one.requirement)
            held[one.scope_id, one.requirement] = (one, [Point(name, each) for each in theirs])
    return [one for one in held.values() if one[0].holds(day)]


def trained(
    session: Session, meeting: Meeting, people: Sequence[Registration], staff: Collection[UUID]
) -> dict[UUID, dict[str, date]]:
    """The day of each training of these members of staff that holds on the day of a meeting, read with what else is
    known of it."""
    found, day = trainings(gathered(session, meeting, people, staff), staff), day_of(session, meeting)
    return {
        key: {name: one.day for name, one in mine.items() if one.day and one.holds(day)} for key, mine in found.items()
    }


def trainings(facts: Iterable[Fact], staff: Collection[UUID]) -> dict[UUID, dict[str, Fact]]:
    """What stands of each training after these facts, oldest first, by member of staff and training; also where its
    time is over."""
    found: dict[UUID, dict[str, Fact]] = {one: {} for one in staff}
    for one in facts:
        name = point_of(one).training
        if one.subject_kind is not SubjectKind.STAFF or not name or one.scope_id not in found:
            continue
        if one.yes and one.day is not None:
            found[one.scope_id][name] = one
        else:
            found[one.scope_id].pop(name, None)
    return found


def _not_back(facts: Mapping[Point, Fact]) -> dict[Point, Fact]:
    return {point: one for point, one in facts.items() if one.answer is not FactAnswer.BACK}


def ticks(stands: Mapping[Point, Fact]) -> dict[Point, Tick]:
    """Every yes among what stands, as staff's word for it."""
    return {
        point: Tick(one.by, one.at, one.reason or "", manager=one.as_manager, shown=shown(one))
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
