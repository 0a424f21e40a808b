"""What is known about one person: who may see and change it, and what of it is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import ages, meetings, roster
from bot.errors import NotFound, Refused
from bot.facts import people, recording
from bot.facts.people import Circumstance
from bot.facts.points import Point
from bot.facts.recording import Saying
from bot.gates import readiness
from bot.participants import carers, merging
from bot.policy import load_pack
from bot.reading.persons.carers import Carer as Named
from bot.reading.persons.names import folded
from db import audit
from db.crypto import keyring
from db.folding import spellings
from db.models import Fact, FactAnswer, Meeting, MeetingState, Participant, Registration, Role
from db.scope import of

_MOST_NAMESAKES = 20
_MOST_SETTLED = 10
_TO_SETTLE = (MeetingState.SCHEDULED, MeetingState.READY)


@dataclass(frozen=True)
class About:
    """One person as somebody sees them who may: `on` are the numbers of that one's own meetings with them.

    `asks` are the circumstances that the policy asks about, `facts` all that was recorded of the person, oldest first.
    A manager who neither runs their meetings nor every meeting sees a ban `only`, since managers alone lift it.
    """

    person: Participant = field(repr=False)
    on: tuple[int, ...]
    zone: str
    now: datetime
    asks: frozenset[Circumstance]
    facts: tuple[Fact, ...] = field(repr=False)
    may_lift: bool = False
    ban_only: bool = False

    @property
    def stands(self) -> Mapping[str, Fact]:
        """What stands of them, by requirement."""
        return people.standing(self.facts, self.today)

    @property
    def today(self) -> date:
        """The day, where the organisation is."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()


def find(session: Session, caller: Caller, record_id: UUID, now: datetime, *, to_change: bool = False) -> About:
    """The person of a record, for those who run a meeting of theirs, for those who may run every meeting, and for
    managers who may have to lift a ban. Raises NotFound."""
    records = next(iter(roster.records(session, caller.organisation_id, [record_id]).values()), [])
    person = next((one.shown for one in records if one.id == record_id), None)
    if person is None:
        raise _not_found()
    mine = merging.own(session, caller, now)
    theirs = [one.id for one in records if one.shown is person]
    places = of(caller.organisation_id, Registration).where(
        Registration.participant_id.in_(theirs), Registration.removed_at.is_(None), Registration.meeting_id.in_(mine)
    )
    on = set(session.scalars(places.with_only_columns(Registration.meeting_id))) if mine else set()
    if to_change:
        session.refresh(person, with_for_update=True)
    runs, manager = bool(on) or meetings.watches_all(caller), caller.has(Role.MANAGER)
    facts = people.of_person(session, caller.organisation_id, theirs) if runs or manager else ()
    if not runs and not people.is_so(people.standing(facts), Circumstance.BANNED):
        raise _not_found()
    numbers = tuple(number for key, number in mine.items() if key in on)
    asks = people.asked_about(load_pack(caller.organisation.policy))
    return About(person, numbers, caller.zone, now, asks, tuple(facts), may_lift=manager, ban_only=not runs)


def registered_as(session: Session, caller: Caller, registration_id: UUID) -> UUID:
    """The record with which somebody is registered; whoever asks for the person is checked then. Raises NotFound."""
    query = of(caller.organisation_id, Registration).where(Registration.id == registration_id)
    found: UUID | None = session.scalar(query.with_only_columns(Registration.participant_id))
    if found is None:
        raise _not_found()
    return found


def called(session: Session, caller: Caller, words: str, now: datetime) -> list[merging.Seen]:
    """Those whom a name can mean, on the registers of the caller's own meetings; for those who may run every meeting
    also everybody of exactly that name, and for managers whoever of them is banned."""
    found = merging.called(words, None, merging.seen(session, caller, now))
    if not meetings.watches_all(caller) and not caller.has(Role.MANAGER):
        return found
    indexes = {index for form in spellings(words) for index in keyring().blind_indexes(form)}
    query = of(caller.organisation_id, Participant).where(Participant.name_index.in_(indexes)).limit(_MOST_NAMESAKES)
    seen = {one.person.id for one in found}
    known = {one.shown.id: one.shown for one in session.scalars(query) if folded(one.name) == folded(words)}
    others = {key: one for key, one in known.items() if key not in seen}
    if others and not meetings.watches_all(caller):
        said = people.of_person(session, caller.organisation_id, list(others))
        banned = {one.scope_id for one in said if one.requirement == Circumstance.BANNED.requirement}
        others = {key: one for key, one in others.items() if key in banned}
    return [*found, *(merging.Seen(one, (one.name,), ()) for one in others.values())]


def change(
    session: Session, caller: Caller, about: About, changes: Mapping[str, Any], recorded: Sequence[Fact] = ()
) -> list[str]:
    """Change what a form changed of a person, after what it `recorded`; the names of what is different now."""
    person, done = about.person, []
    for name, value in changes.items():
        if name == "age":
            if (value.words if value else None) == person.age:
                continue
            ages.note(person, value, caller.slack_id, about.now)
        elif name == "carers":
            known_ones = carers.known(session, caller, value, [caller.slack_id, person.added_by])
            before = [carers.of_link(one) for one in person.links]
            if not carers.change(session, caller, person, value, known_ones, about.now):
                continue
            _carers_gone(session, caller, about, before, recorded)
        elif getattr(person, name) != value:
            setattr(person, name, value)
        else:
            continue
        done.append(name)
    if done:
        audit.record(
            session,
            caller.organisation_id,
            about.now,
            caller.slack_id,
            "participant.changed",
            "participant",
            person.id,
            " ".join(done),
        )
        _settle(session, caller, about, done)
    return done


def _carers_gone(
    session: Session, caller: Caller, about: About, before: Sequence[Named], recorded: Sequence[Fact]
) -> None:
    """Record which of those who were a person's carers are so no more: by name, else by address."""
    still = [carers.of_link(one) for one in about.person.links]
    gone = [one for one in before if not any(_same_carer(one, other) for other in still)]
    words = [" ".join(each for each in (one.relation, one.name or one.email) if each) for one in gone]
    said = [Saying(Point(people.CARER), FactAnswer.NO, one) for one in words]
    recording.record_of_person(session, caller, about.person, said, [*about.facts, *recorded], about.now, each=True)


def _same_carer(one: Named, other: Named) -> bool:
    """Whether a carer is another one changed: the name or the address stayed."""
    named = bool(one.name) and folded(one.name) == folded(other.name)
    return named or (bool(one.email) and one.email.casefold() == other.email.casefold())


def record(session: Session, caller: Caller, about: About, said: Sequence[Saying]) -> list[Fact]:
    """Record what a form says of a person; what it adds. Raises Refused for a ban that whoever is no manager lifts, and
    for anything else that somebody says who sees the ban only."""
    for one in said:
        of_ban = one.point.requirement == Circumstance.BANNED.requirement
        if (about.ban_only and not of_ban) or (of_ban and one.answer is not FactAnswer.YES and not about.may_lift):
            raise Refused(
                "Only a manager lifts a ban, and records nothing else of somebody whose meetings they don’t run."
            )
    made = recording.record_of_person(session, caller, about.person, said, about.facts, about.now)
    if made:
        # A risk that is known now changes what was confirmed as the same as last time.
        _settle_all(session, caller, about)
    return made


def _settle(session: Session, caller: Caller, about: About, done: Sequence[str]) -> None:
    """Look anew at the meetings to come whose readiness hangs on how old people are."""
    platform = load_pack(caller.organisation.policy).meeting.other_platform
    if platform.value == "if_right_for_age" and {"age", "kind"} & set(done):
        _settle_all(session, caller, about)


def _settle_all(session: Session, caller: Caller, about: About) -> None:
    records = roster.records(session, caller.organisation_id, [about.person.id])
    places = of(caller.organisation_id, Registration).where(
        Registration.participant_id.in_([one.id for each in records.values() for one in each]),
        Registration.removed_at.is_(None),
    )
    query = (
        of(caller.organisation_id, Meeting)
        .where(Meeting.id.in_(places.with_only_columns(Registration.meeting_id)), Meeting.state.in_(_TO_SETTLE))
        .where(Meeting.ends_from(about.now))
        .order_by(Meeting.starts_at)
        .limit(_MOST_SETTLED)
    )
    for meeting in session.scalars(query.with_for_update(key_share=True)).all():
        readiness.settle(session, meeting, caller.slack_id, about.now)


def _not_found() -> NotFound:
    return NotFound("I can’t find this person on the registers of your meetings. Nothing was changed.")
