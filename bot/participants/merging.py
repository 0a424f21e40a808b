"""Two records of one person made one, and taken apart again.

Nothing is moved or deleted: the record that is merged keeps its registrations and stands in concerns as before, and
says which record stands for it (`Participant.person`). Only where both are on one register one of the two places is
taken off.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, lazyload

from bot.caller import Caller
from bot.diary import meetings
from bot.errors import Conflict, NotFound, NotNow
from bot.gates import readiness
from bot.participants import firsts
from bot.participants.service import UNDO_FOR
from bot.reading.persons.known import Known
from bot.reading.persons.names import folded
from db import audit
from db.base import new_id
from db.holding import note
from db.models import AttendanceMark, CarerOf, Meeting, Participant, ParticipantKind, Registration
from db.scope import of

_OWN = meetings.Wanted(meetings.ANY.states, since=timedelta(days=180))
_MOST_MEETINGS = 100
_MOST_RECORDS = 20
"""How many records one person can have; a button carries their ids."""
YOUNGEST_FIRST = tuple(ParticipantKind)


@dataclass(frozen=True)
class Seen:
    """Somebody on the registers of the caller's own meetings: their record, all their names, and the numbers of those
    meetings, the last first."""

    person: Participant
    names: tuple[str, ...] = field(repr=False)
    meetings: tuple[int, ...]

    @property
    def age(self) -> tuple[datetime, UUID]:
        """What the older of two records has less of."""
        return self.person.added_at, self.person.id


@dataclass(frozen=True)
class Pair:
    """Two records that may be one person's: the one that is merged, and the one that stays."""

    gone: Seen
    stays: Seen

    @property
    def turned(self) -> "Pair":
        """The same with the younger one's record staying: no rule that protects somebody ends by a merge."""
        ages = [YOUNGEST_FIRST.index(one.person.kind) for one in (self.gone, self.stays)]
        return Pair(self.stays, self.gone) if ages[0] < ages[1] else self


@dataclass(frozen=True)
class Merged:
    """A merge that was made: what it needs to be undone, and the caller's own meetings with both on the register."""

    gone: UUID
    stays: UUID
    at: datetime
    carried: tuple[UUID, ...] = ()
    """Records that stood behind the one that is merged."""
    address: bool = False
    """The record that stays had no address and has that of the other now."""
    both_on: tuple[int, ...] = ()
    apart: bool = False
    """The record that stays is another team's: it is counted with it, and neither sees the other."""


def own(session: Session, caller: Caller, now: datetime) -> dict[UUID, int]:
    """The caller's own meetings to come and of the last half year, by id, with their numbers, the last one first."""
    return meetings.newest(session, caller, now, _OWN, _MOST_MEETINGS)


def seen(session: Session, caller: Caller, now: datetime) -> list[Seen]:
    """Everybody on the registers of the caller's own meetings to come and of the last half year."""
    rows = meetings.on_registers(session, caller, now, _OWN, _MOST_MEETINGS)
    if not rows:
        return []
    place = {number: at for at, number in enumerate(dict.fromkeys(number for _, number in rows))}
    on: dict[UUID, set[int]] = {}
    for record, number in rows:
        on.setdefault(record, set()).add(number)
    records = session.scalars(of(caller.organisation_id, Participant).where(Participant.id.in_(list(on)))).all()
    people: dict[UUID, list[Participant]] = {}
    for one in records:
        people.setdefault(one.person_id, []).append(one)
    found = []
    for theirs in people.values():
        person = next((one.person for one in theirs if not one.apart), theirs[0])
        where = {number for one in theirs for number in on[one.id]}
        names = tuple(dict.fromkeys([person.name, *(one.name for one in theirs)]))
        found.append(Seen(person, names, tuple(sorted(where, key=place.__getitem__))))
    return sorted(found, key=lambda one: (one.person.name.casefold(), [-number for number in one.meetings]))


def elsewhere(session: Session, caller: Caller, meeting: Meeting | None, now: datetime) -> dict[str, str]:
    """All names of those on the registers of the caller's other meetings, each with where they are."""
    here = meeting.number if meeting else None
    found: dict[str, str] = {}
    for one in seen(session, caller, now):
        number = next((number for number in one.meetings if number != here), None)
        if number is not None:
            found |= {name: f"on M-{number}" for name in one.names if name not in found}
    return found


def called(words: str, number: int | None, among: Sequence[Seen]) -> list[Seen]:
    """Those whom a name can mean, on the meeting of a number where one is given: by their whole name, else by a part
    of it, else by one that is like it."""
    here = [one for one in among if number is None or number in one.meetings]
    exact = [one for one in here if folded(words) in map(folded, one.names)]
    known = Known([one.person.name for one in here])
    return exact or [here[place] for place in known.called(words.split())[0] or known.like(words)]


def pairs(gone: Sequence[Seen], stays: Sequence[Seen]) -> list[Pair]:
    """Each two different people of those who may be meant. Where nothing says which record is to stay, the older one
    does."""
    made = [Pair(one, other) for one in gone for other in stays if one.person.id != other.person.id]
    if {one.person.id for one in gone} == {one.person.id for one in stays}:
        made = [one for one in made if one.gone.age > one.stays.age]
    turned = [one.turned for one in made]
    return list({(one.gone.person.id, one.stays.person.id): one for one in turned}.values())


def merge(
    session: Session, caller: Caller, gone_id: UUID, stays_id: UUID, now: datetime, *, namesake: bool = False
) -> Merged | None:
    """Make two records one person's; None where they are already. Raises NotFound for people whom the caller does not
    see, and Conflict where one of them was merged with somebody else since. A `namesake` that stays may be another
    team's: then the two are counted as one, and each team goes on seeing what it knows itself."""
    # Meetings are held before people, as whoever saves a register does: neither then waits for the other.
    on = Counter(meeting for _, meeting in _on(session, caller, _records_of(caller, [gone_id, stays_id])))
    shared = _hold(session, caller, [one for one, count in on.items() if count > 1])
    gone, stays = _locked(session, caller, gone_id, stays_id)
    behind = _merged_into(session, caller, {gone.id, gone.person_id, stays.id, stays.person_id})
    theirs = [gone.id, *(one.id for one in behind if one.merged_into_id == gone.id)]
    group = list(dict.fromkeys([*theirs, stays.id, gone.person_id, stays.person_id, *(one.id for one in behind)]))
    places = _on(session, caller, group)
    mine = own(session, caller, now)
    if gone.person_id == stays.person_id:
        _check_seen(places, mine, group)
        return None
    _check_seen(places, mine, theirs)
    apart = not _is_seen(places, mine, [one for one in group if one not in theirs])
    names = {folded(one.name) for one in (stays, *behind) if one.person_id == stays.id}
    if apart and not (namesake and folded(gone.name) in names):
        raise _not_found()
    if gone.merged_into_id or stays.merged_into_id:
        raise Conflict("One of the two is one person with somebody else since. Please ask anew; nothing was changed.")
    if len(group) > _MOST_RECORDS:
        raise NotNow(f"{_MOST_RECORDS} records can be one person’s; these would be {len(group)}.")
    address = bool(gone.addresses and not stays.addresses and not apart)
    if address:
        stays.email = gone.email
        stays.links.extend(_copied(one) for one in gone.links)
    _one_place(session, caller, shared, theirs, group, now)
    for one in (gone, *behind):
        if one.id in theirs:
            one.merged_into = stays
    gone.merged_at, gone.apart = now, apart
    firsts.of_people(session, caller.organisation_id, [stays.id])
    _written(session, caller, "participant.merged", stays, gone, shared, now)
    both_on = tuple(sorted(mine[one.id] for one in shared if one.id in mine))
    return Merged(gone.id, stays.id, now, tuple(theirs[1:]), address, both_on, apart)


def take_back(session: Session, caller: Caller, made: Merged, now: datetime) -> tuple[Participant, ...]:
    """Undo one merge: the two are two people again, with their places and marks of before. Returns those of the two
    whom the caller sees; nobody where that was undone before. Raises NotNow when it is too late."""
    if now > made.at + UNDO_FOR:
        raise NotNow("That was more than ten minutes ago: they stay one person.")
    off = of(caller.organisation_id, Registration).where(
        Registration.participant_id.in_(_records_of(caller, [made.gone, made.stays])),
        Registration.removed_at == made.at,
    )
    shared = _hold(session, caller, set(session.scalars(off.with_only_columns(Registration.meeting_id))))
    gone, stays = _locked(session, caller, made.gone, made.stays)
    behind = _merged_into(session, caller, {gone.person_id, stays.id})
    group = list(dict.fromkeys([gone.id, stays.id, gone.person_id, *made.carried, *(one.id for one in behind)]))
    mine = own(session, caller, now)
    _check_seen(_on(session, caller, group), mine, group)
    if gone.merged_at != made.at:
        return ()
    carried = [one for one in behind if one.id in made.carried and one.merged_into_id == gone.person_id]
    two = (gone,) if gone.apart else (gone, stays)
    gone.merged_into = gone.merged_at = None
    gone.apart = False
    for one in carried:
        one.merged_into = gone
    if made.address and stays.addresses == gone.addresses:
        stays.email = None
        stays.links.clear()
    _two_places(session, caller, shared, group, made.at, now)
    firsts.of_people(session, caller.organisation_id, [gone.id, stays.person_id])
    _written(session, caller, "participant.merge_undone", stays, gone, shared, now)
    return two


def _copied(link: CarerOf) -> CarerOf:
    return CarerOf(
        id=new_id(),
        organisation_id=link.organisation_id,
        carer=link.carer,
        relation=link.relation,
        may_consent=link.may_consent,
        place=link.place,
    )


def _records_of(caller: Caller, ids: Sequence[UUID]) -> Select[UUID]:
    """All records of the people whose records these are."""
    known = of(caller.organisation_id, Participant).where(Participant.id.in_(ids))
    persons = known.with_only_columns(func.coalesce(Participant.merged_into_id, Participant.id)).subquery()
    theirs = or_(Participant.id.in_(select(persons)), Participant.merged_into_id.in_(select(persons)))
    return of(caller.organisation_id, Participant).where(theirs).with_only_columns(Participant.id)


def _on(session: Session, caller: Caller, records: Any) -> list[tuple[UUID, UUID]]:
    """The places of some records, as (record, meeting)."""
    places = of(caller.organisation_id, Registration).where(
        Registration.participant_id.in_(records), Registration.removed_at.is_(None)
    )
    rows = session.execute(places.with_only_columns(Registration.participant_id, Registration.meeting_id))
    return [(record, meeting) for record, meeting in rows]


def _check_seen(places: Sequence[tuple[UUID, UUID]], mine: Collection[UUID], records: Collection[UUID]) -> None:
    if not _is_seen(places, mine, records):
        raise _not_found()


def _is_seen(places: Sequence[tuple[UUID, UUID]], mine: Collection[UUID], records: Collection[UUID]) -> bool:
    return any(record in records and meeting in mine for record, meeting in places)


def _not_found() -> NotFound:
    return NotFound("I can’t find both of them on the registers of your meetings. Nothing was changed.")


def _locked(session: Session, caller: Caller, gone_id: UUID, stays_id: UUID) -> tuple[Participant, Participant]:
    query = of(caller.organisation_id, Participant).where(Participant.id.in_([gone_id, stays_id]))
    found = {one.id: one for one in session.scalars(_to_change(query))}
    if gone_id not in found or stays_id not in found:
        raise _not_found()
    return found[gone_id], found[stays_id]


def _merged_into(session: Session, caller: Caller, ids: Collection[UUID]) -> list[Participant]:
    query = of(caller.organisation_id, Participant).where(Participant.merged_into_id.in_(ids))
    return list(session.scalars(_to_change(query)))


def _to_change(query: Select[Participant]) -> Select[Participant]:
    return query.order_by(Participant.id).options(lazyload(Participant.merged_into)).with_for_update()


def _written(
    session: Session,
    caller: Caller,
    action: str,
    stays: Participant,
    gone: Participant,
    shared: Sequence[Meeting],
    now: datetime,
) -> None:
    organisation_id = caller.organisation_id
    audit.record(session, organisation_id, now, caller.slack_id, action, "participant", stays.id, str(gone.id))
    for meeting in shared:
        readiness.settle(session, meeting, caller.slack_id, now)


# A register that holds both


def _hold(session: Session, caller: Caller, ids: Collection[UUID]) -> list[Meeting]:
    if not ids:
        return []
    query = of(caller.organisation_id, Meeting).where(Meeting.id.in_(ids)).order_by(Meeting.id)
    held = list(session.scalars(query.with_for_update(key_share=True)))
    for one in held:
        note(session, one)
    return held


def _places(session: Session, caller: Caller, held: Sequence[Meeting], group: Sequence[UUID]) -> list[Registration]:
    query = of(caller.organisation_id, Registration).where(
        Registration.meeting_id.in_([one.id for one in held]), Registration.participant_id.in_(group)
    )
    return list(session.scalars(query))


def _one_place(
    session: Session,
    caller: Caller,
    shared: Sequence[Meeting],
    leaving: Collection[UUID],
    group: Sequence[UUID],
    now: datetime,
) -> None:
    """On each of these meetings one place stays: of one who was expected, else with the link, else of the record that
    stays. They were there if they were by either place; the marks of before are kept."""
    if not shared:
        return
    places = [one for one in _places(session, caller, shared, group) if one.removed_at is None]
    marks = _current(session, caller, [one.id for one in places])
    for meeting in shared:
        here = [one for one in places if one.meeting_id == meeting.id]
        here.sort(
            key=lambda one: (one.walk_in, one.link_shown_at is None, one.participant_id in leaving, one.added_at),
        )
        if not here:
            continue
        stays, *others = here
        for one in others:
            one.removed_at, one.removed_by = now, caller.slack_id
        said = [marks[one.id].present for one in here if one.id in marks]
        before = marks.get(stays.id)
        if said and (before is None or before.present != any(said)):
            if before is not None:
                before.replaced_at = now
            session.add(
                AttendanceMark(
                    id=new_id(),
                    organisation_id=caller.organisation_id,
                    meeting_id=meeting.id,
                    registration_id=stays.id,
                    present=any(said),
                    by=caller.slack_id,
                    at=now,
                )
            )


def _current(session: Session, caller: Caller, places: Sequence[UUID]) -> dict[UUID, AttendanceMark]:
    query = of(caller.organisation_id, AttendanceMark).where(
        AttendanceMark.registration_id.in_(places), AttendanceMark.replaced_at.is_(None)
    )
    return {one.registration_id: one for one in session.scalars(query)}


def _two_places(
    session: Session,
    caller: Caller,
    shared: Sequence[Meeting],
    group: Sequence[UUID],
    at: datetime,
    now: datetime,
) -> None:
    """The places that a merge took off are there again, and where nobody has said otherwise since, the marks that
    counted before it count."""
    if not shared:
        return
    places = _places(session, caller, shared, group)
    for one in places:
        if one.removed_at == at:
            one.removed_at = one.removed_by = None
    query = of(caller.organisation_id, AttendanceMark).where(
        AttendanceMark.registration_id.in_([one.id for one in places]),
        or_(AttendanceMark.at == at, AttendanceMark.replaced_at == at),
    )
    marks = list(session.scalars(query))
    for made in (one for one in marks if one.at == at and one.replaced_at is None):
        made.replaced_at = now
        for before in marks:
            if before.registration_id == made.registration_id and before.replaced_at == at:
                before.replaced_at = None
