"""Parents and carers of participants: one for brothers and sisters, as the team knows them who wrote them down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants.forms import ParticipantEntry
from bot.reading.persons.carers import Carer as Named
from bot.reading.persons.names import folded
from db import audit
from db.base import new_id
from db.crypto import keyring
from db.models import Carer, CarerOf, Participant
from db.scope import of

Known = dict[str, Carer]
"""Carers by their address, in small letters."""


def known(session: Session, caller: Caller, named: Iterable[Named], team: Sequence[str]) -> Known:
    """The carers of these addresses whom one of the team has written down before."""
    indexes = {index for one in named if one.email for index in keyring().blind_indexes(one.email)}
    if not indexes:
        return {}
    query = of(caller.organisation_id, Carer).where(Carer.email_index.in_(indexes), Carer.added_by.in_(team))
    return {(one.email or "").casefold(): one for one in session.scalars(query.order_by(Carer.added_at.desc()))}


def add(
    session: Session,
    caller: Caller,
    participant: Participant,
    named: Named,
    known_ones: Known,
    now: datetime,
    entry: ParticipantEntry,
) -> bool:
    """Write down a carer of an entry. False where another address is on record, of nobody's name or of this one's, and
    nothing says whether it is the same carer: it stays."""
    same = _same(participant, named) or next((one for one in participant.links if _one_of_them(one, named)), None)
    if same is not None:
        same.carer.name = same.carer.name or named.name or None
        same.carer.email, same.carer.phone = (
            same.carer.email or named.email or None,
            same.carer.phone or named.phone or None,
        )
        same.relation = same.relation or named.relation or None
        return True
    namesake = _namesake(participant, named)
    if namesake is not None and named.email.casefold() in entry.moved:
        namesake.carer.email, namesake.carer.phone = named.email, named.phone or namesake.carer.phone
        organisation_id, changed = caller.organisation_id, "participant.changed"
        audit.record(session, organisation_id, now, caller.slack_id, changed, "participant", participant.id, "carers")
        return True
    if namesake is not None and named.email.casefold() not in entry.another:
        return False
    if not named.name and any(one.carer.email for one in participant.links):
        return False
    _link(session, caller, participant, named, known_ones, now)
    return True


@dataclass
class Differs:
    """A carer on record, and another address that a list has for one of the same name; `of` are whose carer it is."""

    carer: Carer
    named: Named
    of: list[str] = field(default_factory=list)


def differing(told: Sequence[tuple[Participant, ParticipantEntry]]) -> list[Differs]:
    """The carers of a list who may be those on record, with a new address: brothers' and sisters' once."""
    found: dict[tuple[UUID, str], Differs] = {}
    for participant, entry in told:
        for named in entry.carers:
            link = None if _same(participant, named) else _namesake(participant, named)
            if link is not None:
                key = link.carer.id, named.email.casefold()
                found.setdefault(key, Differs(link.carer, named)).of.append(participant.name)
    return list(found.values())


def change(
    session: Session,
    caller: Caller,
    participant: Participant,
    wanted: Sequence[Named],
    known_ones: Known,
    now: datetime,
) -> bool:
    """Make somebody's carers these; whether that changed anything. A carer of brothers and sisters is changed for all
    of them; whoever is not among these any more is no carer of this one."""
    before = [of_link(one) for one in participant.links]
    if list(wanted) == before:
        return False
    kept = []
    for one in wanted:
        link = _same(participant, one) or next((each for each in participant.links if _called(each, one)), None)
        if link is None:
            kept.append(_link(session, caller, participant, one, known_ones, now))
            continue
        link.carer.name, link.carer.email, link.carer.phone = one.name or None, one.email or None, one.phone or None
        link.relation, link.may_consent = one.relation or None, one.may_consent
        kept.append(link)
    for gone in [one for one in participant.links if one not in kept]:
        participant.links.remove(gone)
    for place, link in enumerate(kept):
        link.place = place
    return True


def of_link(link: CarerOf) -> Named:
    """A carer as they are written down."""
    carer = link.carer
    return Named(link.relation or "", carer.name or "", carer.email or "", carer.phone or "", link.may_consent)


def _same(participant: Participant, named: Named) -> CarerOf | None:
    email = named.email.casefold()
    return next((one for one in participant.links if email and (one.carer.email or "").casefold() == email), None)


def _one_of_them(link: CarerOf, named: Named) -> bool:
    """Whether a carer of that name is on record already, with no other address."""
    return _called(link, named) and not (link.carer.email and named.email)


def _namesake(participant: Participant, named: Named) -> CarerOf | None:
    """The carer of that name on record, with another address."""
    same = [one for one in participant.links if named.email and _called(one, named)]
    return same[0] if same and all(one.carer.email for one in same) else None


def _called(link: CarerOf, named: Named) -> bool:
    return bool(named.name) and folded(link.carer.name or "") == folded(named.name)


def _link(
    session: Session, caller: Caller, participant: Participant, named: Named, known_ones: Known, now: datetime
) -> CarerOf:
    carer = known_ones.get(named.email.casefold()) if named.email else None
    if carer is None:
        carer = Carer(
            id=new_id(),
            organisation_id=caller.organisation_id,
            name=named.name or None,
            email=named.email or None,
            phone=named.phone or None,
            added_by=caller.slack_id,
            added_at=now,
        )
        session.add(carer)
        if named.email:
            known_ones[named.email.casefold()] = carer
    carer.name = carer.name or named.name or None
    link = CarerOf(
        id=new_id(),
        organisation_id=caller.organisation_id,
        relation=named.relation or None,
        may_consent=named.may_consent,
        place=len(participant.links),
        carer=carer,
    )
    participant.links.append(link)
    return link
