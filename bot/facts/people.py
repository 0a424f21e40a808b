"""What is recorded of a person for every meeting: circumstances that a policy asks about, and what was done about them.

These facts are seen in forms by those alone who may see them; no message, log or link of the audit chain holds them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from bot.facts.points import gate
from bot.policy import Pack
from db.models import Fact, FactAnswer, SubjectKind
from db.scope import of


class Circumstance(StrEnum):
    """What may be so about a person; the names are those by which a pack says for whom a step counts."""

    HIGH_RISK = "high_risk"
    NEW_MEMBER = "new_member"
    ACCESS_CONCERN = "access_concern"
    BY_SOCIAL_MEDIA = "by_social_media"
    BANNED = "banned"

    @property
    def requirement(self) -> str:
        """What a fact about it is called."""
        return f"person:{self.value}"


ASSESSMENT, MEASURES, REFERRAL = (gate(one).requirement for one in ("assessment", "reduce-risk", "referral"))
INTRODUCED, ONE_TO_ONES = (gate(one).requirement for one in ("introduced", "individual-sessions"))
ACCESS_TALK = gate("access-concern").requirement
"""What the form about a person records, beside the circumstances themselves."""
ACCESS_NEEDS, LANGUAGE = "person:access-needs", "person:language"
"""What a family wrote on its page: what makes it easier to take part, and in which language to write to them."""
CARER = "person:carer"
"""Somebody who was their carer is so no more; the reason says who."""


def asked_about(pack: Pack) -> frozenset[Circumstance]:
    """The circumstances that a policy asks about. Nothing else is collected of anybody but a ban, which any
    organisation may pronounce."""
    steps = {step.who for step in pack.consent.steps}
    found = {one for one in Circumstance if one.value in steps}
    social = {Circumstance.BY_SOCIAL_MEDIA} if pack.consent.age_covers.value == "social_media" else set()
    return frozenset({*found, *social, Circumstance.BANNED})


def of_person(session: Session, organisation_id: UUID, records: Collection[UUID]) -> Sequence[Fact]:
    """Everything that was said of a person beyond single meetings, by whichever of their records, oldest first."""
    query = of(organisation_id, Fact).where(Fact.scope_id.in_(records), Fact.subject_kind == SubjectKind.PERSON)
    return sorted(session.scalars(query), key=lambda one: (one.at, one.sequence))


def standing(facts: Iterable[Fact], day: date | None = None) -> dict[str, Fact]:
    """What stands of a person everywhere, by requirement; `facts` oldest first. On a `day`: without what is over."""
    newest = {one.requirement: one for one in facts if one.within is None}
    stands = {name: one for name, one in newest.items() if one.answer is not FactAnswer.BACK}
    return stands if day is None else {name: one for name, one in stands.items() if one.holds(day)}


def is_so(stands: Mapping[str, Fact], circumstance: Circumstance) -> bool:
    """Whether a circumstance is recorded as being so."""
    fact = stands.get(circumstance.requirement)
    return fact is not None and fact.yes


def banned(stands: Mapping[str, Fact], day: date) -> bool:
    """Whether a ban stands that holds on a day."""
    fact = stands.get(Circumstance.BANNED.requirement)
    return fact is not None and fact.yes and (fact.day is None or fact.day <= day)
