"""Whoever was just registered may be somebody whom another team knows: where that can be asked without telling who
comes to what.

A place on a group's meeting may be named by its programme, never that on a one-to-one or on a sensitive meeting: a name
typed on purpose must not be a way to learn who is in counselling.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants import merging
from bot.participants.merging import YOUNGEST_FIRST
from bot.participants.service import P
from bot.reading.persons.names import bare, near_words, slipped
from db.models import Meeting, MeetingKind, MeetingState, Participant, ParticipantKind, Registration
from db.scope import of

_MOST_PLACES = 500


@dataclass(frozen=True)
class Elsewhere:
    """One person of the name. `programme` is where they come; `number` that of a meeting of the caller's own, who may
    see them then, and `name` what they are called there where it is not quite the same. `gone` and `stays` are the two
    records, as a merge takes them."""

    gone: UUID
    stays: UUID
    programme: str | None
    number: int | None
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Namesake:
    """Somebody who was just registered, and whom of their name others know."""

    new: Participant
    others: tuple[Elsewhere, ...]


def of_new(
    session: Session, caller: Caller, elsewhere: Mapping[P, Sequence[Participant]], now: datetime
) -> list[Namesake]:
    """What is to be asked of those who were just registered, by the records that others have of their names."""
    records = {other.id: other for others in elsewhere.values() for other in others}
    if not records:
        return []
    places: dict[UUID, list[Meeting]] = {}
    on = of(caller.organisation_id, Registration).where(
        Registration.participant_id.in_(list(records)), Registration.removed_at.is_(None)
    )
    rows = session.execute(
        on.join(Meeting, Meeting.id == Registration.meeting_id)
        .where(Meeting.state != MeetingState.CANCELLED)
        .with_only_columns(Registration.participant_id, Meeting)
        .order_by(Meeting.starts_at.desc())
        .limit(_MOST_PLACES)
    )
    for record, meeting in rows:
        places.setdefault(record, []).append(meeting)
    mine = merging.own(session, caller, now)
    found = []
    for registration, others in elsewhere.items():
        new, people = registration.participant, dict[UUID, Elsewhere]()
        for other in others:
            one = _one(new, other, places.get(other.id, ()), mine) if _may_be(new.kind, other.kind) else None
            if one and (other.person_id not in people or one.number is not None):
                people[other.person_id] = one
        offered = _told_apart(people.values())
        if offered:
            found.append(Namesake(new, offered))
    return found


def nearly(session: Session, caller: Caller, new: Sequence[Registration], now: datetime) -> list[Namesake]:
    """What is to be asked of those who were new just now, and whose name is nearly that of somebody on another meeting
    of the caller's own."""
    made = [one.participant for one in new if one.participant.added_at == now]
    if not made:
        return []
    among = merging.seen(session, caller, now)
    theirs = {one.person.id: one for one in among}
    found = []
    for one in made:
        words, mine = bare(one.name).split(), theirs.get(one.id)
        alike = [
            other
            for other in among
            if other is not mine
            and _may_be(one.kind, other.person.kind)
            and any(_near(words, name) for name in other.names)
        ]
        pairs = [(merging.Pair(mine, other).turned, other) for other in alike if mine]
        others = tuple(
            Elsewhere(pair.gone.person.id, pair.stays.person.id, None, other.meetings[0], other.person.name)
            for pair, other in pairs
        )
        found += [Namesake(one, others)] if others else []
    return found


def _near(words: list[str], name: str) -> bool:
    other = bare(name).split()
    return near_words(words, other) or slipped(words, other)


def _may_be(one: ParticipantKind, other: ParticipantKind) -> bool:
    """A father has his son's name now and then; what is a young person to one team is a child to another."""
    return one.grown_up is other.grown_up


def _one(
    new: Participant, other: Participant, meetings: Sequence[Meeting], mine: Mapping[UUID, int]
) -> Elsewhere | None:
    seen = next((one for one in meetings if one.id in mine), None)
    if seen is not None:
        ages = [YOUNGEST_FIRST.index(one.kind) for one in (new, other.person)]
        gone, stays = (other.person_id, new.id) if ages[0] < ages[1] else (new.id, other.person_id)
        return Elsewhere(gone, stays, seen.programme, seen.number)
    told = next((one for one in meetings if one.kind is MeetingKind.GROUP and not one.sensitive), None)
    return Elsewhere(new.id, other.person_id, told.programme, None) if told else None


def _told_apart(people: Collection[Elsewhere]) -> tuple[Elsewhere, ...]:
    """Those whom the same words would name are left out, for nobody could choose between them."""
    named = Counter((one.programme, one.number) for one in people)
    return tuple(one for one in people if named[one.programme, one.number] == 1)
