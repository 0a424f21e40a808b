"""The rules of participants: one record a person, a registration for each meeting they are expected at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import ages
from bot.diary.roster import registered
from bot.errors import NotNow
from bot.gates import readiness
from bot.participants import firsts, persons
from bot.participants.forms import ParticipantEntry
from bot.reading.persons.known import Known
from bot.reading.persons.names import bare, folded
from db import audit
from db.base import new_id
from db.holding import hold
from db.models import Meeting, MeetingState, Participant, Registration
from db.scope import of

MOST_ON_A_MEETING = 300
_CLOSE = 82.0
_ONE_SLIP = 90.0
_SHORTEST_WITH_SLIP = 4
UNDO_FOR = timedelta(minutes=10)
"""How long somebody taken off can be put back with one button."""
__all__ = ["add", "by_ids", "check_open", "closest", "match", "put_back", "registered", "remove", "somebody_on"]


@dataclass(frozen=True)
class Added:
    """What came of adding people: newly registered, those who were registered before, and those of either whose address
    or age on record differs from the one given and was left as it is. `elsewhere` are the records that others have of
    the name of somebody who was new to the team, by the new one's place."""

    new: tuple[Registration, ...] = ()
    already: tuple[Registration, ...] = ()
    other_address: tuple[Registration, ...] = ()
    other_age: tuple[Registration, ...] = ()
    elsewhere: Mapping[Registration, Sequence[Participant]] = field(default_factory=dict)


def check_open(meeting: Meeting) -> None:
    """Raises NotNow for a cancelled meeting."""
    if meeting.state is MeetingState.CANCELLED:
        raise NotNow(f"{meeting.reference} is cancelled; nobody can be added to it.")


def add(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    entries: Sequence[ParticipantEntry],
    now: datetime,
    *,
    walk_in: bool = False,
) -> Added:
    """Register people on a meeting. Somebody of the same name on an earlier meeting of the same host team is
    taken to be the same person, unless they are said to be of another kind; the same name twice on one meeting
    is one registration, and so are two names of one person. Raises Refused for a cancelled meeting or one that is
    full."""
    # Two people adding the same name at once must not make two of it.
    hold(session, meeting)
    check_open(meeting)
    new: list[Registration] = []
    already: list[Registration] = []
    elsewhere: dict[Registration, Sequence[Participant]] = {}
    present = {folded(one.participant.name): one for one in registered(session, meeting)}
    unknown = [one for one in entries if folded(one.name) not in present]
    before = persons.of_names(session, caller, meeting.team, unknown)
    places = _places(session, meeting, before.people)
    people = {one.participant.id: one for one in present.values()}
    for entry in entries:
        participant = None
        known = present.get(folded(entry.name))
        if known is None:
            participant = before.known(entry)
            known = people.get(participant.id) if participant else None
        if known is not None:
            present[folded(entry.name)] = known
            already.append(known)
            continue
        others = () if participant else before.elsewhere(entry)
        participant = participant or persons.new(session, caller, entry, now)
        back = places.get(participant.id)
        registration = register(session, caller, meeting, participant, back, now, walk_in=walk_in)
        present[folded(entry.name)] = people[participant.id] = registration
        new.append(registration)
        if others:
            elsewhere[registration] = others
    told = [(present[folded(one.name)].participant, one) for one in entries]
    others_known = persons.fill_in(session, caller, told, meeting.team, now)
    other = [one for one in people.values() if one.participant.id in others_known]
    aged = [(present[folded(one.name)], one.age) for one in entries if one.age]
    other_age = [one for one, age in aged if not ages.fill_in(one.participant, age, caller.slack_id, now, caller.zone)]
    if new:
        if len(people) > MOST_ON_A_MEETING:
            raise NotNow(f"{meeting.reference} would have {len(people)} people; {MOST_ON_A_MEETING} fit.")
        action = "registration.walk_in" if walk_in else "registration.added"
        audit.record(
            session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, f"{len(new)}"
        )
    if new or aged:
        readiness.settle(session, meeting, caller.slack_id, now)
    return Added(tuple(new), tuple(already), tuple(other), tuple(other_age), elsewhere)


def _places(session: Session, meeting: Meeting, people: Sequence[Participant]) -> dict[UUID, Registration]:
    """The places of people on a meeting, from which they may have been taken off: of one person's the one they were
    taken off last."""
    if not people:
        return {}
    query = of(meeting.organisation_id, Registration).where(
        Registration.meeting_id == meeting.id,
        Registration.participant_id.in_({key for one in people for key in (one.id, one.person_id)}),
    )
    return {one.participant.id: one for one in session.scalars(query.order_by(Registration.removed_at))}


def register(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    participant: Participant,
    back: Registration | None,
    now: datetime,
    *,
    walk_in: bool = False,
) -> Registration:
    """A place of somebody on a meeting: the one from which they were taken off, `back`, or a new one."""
    if back is not None:
        back.removed_at = back.removed_by = None
        back.walk_in, back.added_at = walk_in, now
        firsts.look_again(session, meeting, [participant.id])
        return back
    registration = Registration(
        id=new_id(),
        organisation_id=meeting.organisation_id,
        meeting_id=meeting.id,
        participant_id=participant.id,
        walk_in=walk_in,
        added_by=caller.slack_id,
        added_at=now,
    )
    registration.record = participant
    session.add(registration)
    return registration


class Place(Protocol):
    """Somebody's place: on a meeting, or in a group."""

    @property
    def participant(self) -> Participant:
        """Whose it is."""
        ...


P = TypeVar("P", bound=Place)


@dataclass(frozen=True)
class Match(Generic[P]):
    """Names as typed, matched with places: `found`, `unsure` (name → those who may be meant), `unknown`
    names."""

    found: tuple[P, ...]
    unsure: dict[str, tuple[P, ...]]
    unknown: tuple[str, ...]


def closest(name: str, among: Sequence[P], limit: int = 5, alike: float = _CLOSE) -> list[P]:
    """Those whose name is like the typed one, most alike first; accents and capitals ignored.

    `alike` is how much (0 to 100) a name has to be like it; with 0 everybody is, in the order of likeness.
    """
    scored = [(_likeness(bare(name), bare(one.participant.name)), one) for one in among]
    enough = [pair for pair in scored if pair[0] >= alike]
    return [one for _score, one in sorted(enough, key=lambda pair: -pair[0])][:limit]


def _likeness(typed: str, known: str) -> float:
    """How like two names are, 0 to 100. One slip of the finger, in the first name too, is close."""
    slips = [OSA.distance(typed, whole) for whole in (known, known.split(" ")[0])]
    slip = len(typed) >= _SHORTEST_WITH_SLIP and min(slips) <= 1
    return max(float(fuzz.WRatio(typed, known)), _ONE_SLIP if slip else 0.0)


def match(names: Sequence[str], among: Sequence[P]) -> Match[P]:
    """Match typed names with places: exactly, or by a first name that only one person has."""
    found: list[P] = []
    unsure: dict[str, tuple[P, ...]] = {}
    unknown: list[str] = []
    for name in dict.fromkeys(names):
        called = _called(name, among)
        close = tuple(called) or tuple(closest(name, among, limit=1))
        if len(called) == 1:
            found.append(called[0])
        elif close:
            unsure[name] = close
        else:
            unknown.append(name)
    return Match(tuple(dict.fromkeys(found)), unsure, tuple(unknown))


def somebody_on(session: Session, meetings: Sequence[Meeting], words: str) -> bool:
    """Whether words may be the name of somebody registered on one of some meetings."""
    known = Known([one.participant.name for each in meetings for one in registered(session, each)])
    return bool(known.called(words.split())[0] or known.like(words))


def _called(name: str, among: Sequence[P]) -> list[P]:
    """Those who are called exactly so; else those whose first name it is."""
    plain = folded(name)
    exactly = [one for one in among if folded(one.participant.name) == plain]
    return exactly or [one for one in among if folded(one.participant.name).split(" ")[0] == plain]


def by_ids(session: Session, caller: Caller, ids: Sequence[UUID]) -> list[Registration]:
    """Registrations of the caller's organisation by their ids, by name; the removed ones too.

    Whoever calls this checks the right to their meeting.
    """
    rows = session.scalars(of(caller.organisation_id, Registration).where(Registration.id.in_(ids)))
    return sorted(rows, key=lambda one: one.participant.name.casefold())


def remove(
    session: Session, caller: Caller, meeting: Meeting, registrations: Sequence[Registration], now: datetime
) -> list[Registration]:
    """Take people off a meeting; the registration stays, marked. Returns those who were still on it."""
    taken = [one for one in registrations if one.removed_at is None]
    for one in taken:
        one.removed_at, one.removed_by = now, caller.slack_id
    if taken:
        firsts.look_again(session, meeting, [one.participant_id for one in taken], first_at=meeting.starts_at)
        count = f"{len(taken)}"
        audit.record(
            session, meeting.organisation_id, now, caller.slack_id, "registration.removed", "meeting", meeting.id, count
        )
        readiness.settle(session, meeting, caller.slack_id, now)
    return taken


def put_back(
    session: Session, caller: Caller, meeting: Meeting, ids: Sequence[UUID], taken_off: datetime, now: datetime
) -> list[Registration]:
    """Undo one removal: those whom it took off are on the meeting as before, with their marks. Returns whom it put
    back; none where it was undone before. Raises NotNow when it is too late, or the meeting takes nobody."""
    hold(session, meeting)
    if now > taken_off + UNDO_FOR:
        raise NotNow(
            f"That was more than ten minutes ago. `/participant add NAME to {meeting.reference}` registers them again."
        )
    check_open(meeting)
    off = of(caller.organisation_id, Registration).where(
        Registration.id.in_(ids), Registration.meeting_id == meeting.id, Registration.removed_at == taken_off
    )
    on = registered(session, meeting)
    there = {one.participant.id for one in on}
    # Whoever is on it by another record of theirs has their place already.
    back = [one for one in session.scalars(off) if one.participant.id not in there]
    if len(on) + len(back) > MOST_ON_A_MEETING:
        raise NotNow(f"{meeting.reference} is full: {MOST_ON_A_MEETING} fit.")
    for one in back:
        one.removed_at = one.removed_by = None
    if back:
        firsts.look_again(session, meeting, [one.participant_id for one in back])
        action = "registration.put_back"
        audit.record(
            session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, f"{len(back)}"
        )
        readiness.settle(session, meeting, caller.slack_id, now)
    return sorted(back, key=lambda one: one.participant.name.casefold())
