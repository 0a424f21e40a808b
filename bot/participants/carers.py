"""Parents and carers of participants: one for brothers and sisters, as the team knows them who wrote them down."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.reading.persons.carers import Carer as Named
from bot.reading.persons.names import folded
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
    session: Session, caller: Caller, participant: Participant, named: Named, known_ones: Known, now: datetime
) -> bool:
    """Write down a carer who stood on a list. False where another carer's address is on record and nothing tells the
    two apart: it stays."""
    same = _same(participant, named) or next((one for one in participant.links if _one_of_them(one, named)), None)
    if same is not None:
        same.carer.name = same.carer.name or named.name or None
        same.carer.email, same.carer.phone = (
            same.carer.email or named.email or None,
            same.carer.phone or named.phone or None,
        )
        same.relation = same.relation or named.relation or None
        return True
    if not named.name and any(one.carer.email for one in participant.links):
        return False
    _link(session, caller, participant, named, known_ones, now)
    return True


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
