"""Whom a typed name means: somebody whom the own team knows already, or somebody new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, joinedload

from bot.caller import Caller
from bot.participants import carers
from bot.participants.forms import ParticipantEntry
from bot.reading.persons.ages import GROWN_UP_AT
from bot.reading.persons.names import folded
from db.base import new_id
from db.crypto import keyring
from db.folding import spellings
from db.models import Participant, ParticipantKind
from db.scope import of


@dataclass(frozen=True)
class Before:
    """Those of some names whom the own team has registered before, and those whom others have."""

    people: Sequence[Participant] = ()
    others: Sequence[Participant] = ()

    def known(self, entry: ParticipantEntry) -> Participant | None:
        """The person whom an entry means, by any of their records."""
        name = folded(entry.name)
        same = (one for one in self.people if folded(one.name) == name and entry.kind in (None, one.shown.kind))
        return next((one.shown for one in same), None)

    def elsewhere(self, entry: ParticipantEntry) -> list[Participant]:
        """The records of others that have the name of an entry."""
        name = folded(entry.name)
        return [one for one in self.others if folded(one.name) == name]


def of_names(session: Session, caller: Caller, team: Sequence[str], entries: Sequence[ParticipantEntry]) -> Before:
    """Who has the names of these entries; `team` are the Slack ids of those who work with the caller."""
    ring = keyring()
    indexes = {index for entry in entries for form in spellings(entry.name) for index in ring.blind_indexes(form)}
    if not indexes:
        return Before()
    query = of(caller.organisation_id, Participant).where(Participant.name_index.in_(indexes))
    query = query.options(joinedload(Participant.links)).order_by(Participant.added_at, Participant.id)
    found, own = session.scalars(query).unique().all(), (*team, caller.slack_id)
    return Before([one for one in found if one.added_by in own], [one for one in found if one.added_by not in own])


def met(session: Session, caller: Caller, team: Sequence[str], names: Sequence[str]) -> dict[str, str]:
    """Those of some names whom the own team has registered before, each with where they are, in words."""
    before = of_names(session, caller, team, [ParticipantEntry(name=one) for one in names])
    wanted = {folded(one) for one in names}
    return {one.name: "whom you know" for one in before.people if folded(one.name) in wanted}


def meant(
    session: Session,
    caller: Caller,
    team: Sequence[str],
    there: Sequence[Participant],
    entries: Sequence[ParticipantEntry],
) -> list[tuple[Participant, ParticipantEntry]]:
    """Whom these entries mean of those who are `there` or were registered before, with their entries."""
    present = {folded(one.name): one for one in there}
    before = of_names(session, caller, team, [one for one in entries if folded(one.name) not in present])
    found = [(present.get(folded(one.name)) or before.known(one), one) for one in entries]
    return [(person, one) for person, one in found if person is not None]


_YOUNG_PERSON_AT = 16


def _kind_of(entry: ParticipantEntry, now: datetime, zone: str) -> ParticipantKind:
    """As what somebody new comes, where nobody said it: what their age makes them, else a child."""
    today = now.astimezone(ZoneInfo(zone)).date()
    years = entry.age.least(today, today) if entry.age else None
    if years is None or years < _YOUNG_PERSON_AT:
        return ParticipantKind.CHILD
    return ParticipantKind.ADULT if years >= GROWN_UP_AT else ParticipantKind.YOUNG_PERSON


def new(session: Session, caller: Caller, entry: ParticipantEntry, now: datetime) -> Participant:
    """Somebody nobody of the team had registered before."""
    participant = Participant(
        id=new_id(),
        organisation_id=caller.organisation_id,
        name=entry.name,
        kind=entry.kind or _kind_of(entry, now, caller.zone),
        email=entry.email,
        links=[],
        added_by=caller.slack_id,
        added_at=now,
    )
    session.add(participant)
    return participant


def fill_in(
    session: Session,
    caller: Caller,
    told: Sequence[tuple[Participant, ParticipantEntry]],
    team: Sequence[str],
    now: datetime,
) -> set[UUID]:
    """Note the addresses and the carers of a list where none are known; the ids of those of whom others are on record,
    which stay."""
    known = carers.known(session, caller, [each for _, one in told for each in one.carers], (*team, caller.slack_id))
    others = set()
    for participant, entry in told:
        if entry.email and not participant.email:
            participant.email = entry.email
        # Each carer is looked at, also behind one that is left as it is.
        kept = [carers.add(session, caller, participant, each, known, now, entry) for each in entry.carers]
        if entry.email not in (None, participant.email) or not all(kept):
            others.add(participant.id)
    return others
