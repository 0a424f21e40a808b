"""What an organisation does once for all its meetings, as its policy asks: recorded by a manager or an administrator,
with a day by which it is looked at anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import get_args
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput, NotNow
from bot.facts import recording, standing
from bot.facts.points import ACCOUNT, APPROVED_REMIT, MINIMUM_AGE, VERSION, Point, gate
from bot.policy import load_pack
from bot.policy.cited import Cited
from bot.policy.overrides import stored
from bot.policy.rules import Platform
from bot.staff.people import people_with
from db import audit
from db.models import Fact, FactAnswer, HowShown, Organisation, Role, SubjectKind
from db.owed import owe
from db.scope import of

TELL = "organisation.tell_review"
NEAR = timedelta(days=30)
"""How long before its day a review is due, and the managers are told."""
UNDO_FOR = timedelta(minutes=10)
BETWEEN = " · "
"""What stands between a minimum age and what was said of it."""
PLATFORMS: tuple[str, ...] = get_args(Platform)
_CHECKED = ("if_gdpr_compliant", "if_secure")


class Kind(StrEnum):
    """What can be asked of an organisation once."""

    ASSESSMENT = "assessment"
    PLATFORM = "platform"
    MINIMUM_AGE = "minimum_age"
    REMIT = "remit"
    ACCOUNT = "account"
    VERSION = "version"


class State(StrEnum):
    """How it stands."""

    OPEN = "open"
    STANDS = "stands"
    DUE = "due"
    OVERDUE = "overdue"


REQUIREMENTS = {
    Kind.ASSESSMENT: gate("risk-assessment").requirement,
    Kind.PLATFORM: gate("platform").requirement,
    Kind.MINIMUM_AGE: MINIMUM_AGE,
    Kind.REMIT: APPROVED_REMIT,
    Kind.ACCOUNT: ACCOUNT,
    Kind.VERSION: VERSION,
}


@dataclass(frozen=True)
class Act:
    """One thing that the policy asks of the organisation, by the policy's own words; `within` is the platform or the
    programme that it is about, None where it is about all. `holds_up`: a meeting waits for it."""

    kind: Kind
    within: str | None
    says: str
    clauses: tuple[str, ...]
    holds_up: bool


@dataclass(frozen=True)
class Seen:
    """How one of them stands: what was recorded last, and by which day it is to be looked at anew."""

    act: Act
    state: State
    fact: Fact | None = None
    review: date | None = None


@dataclass(frozen=True)
class Done:
    """What somebody says was done: `said` by whom and what came of it, `years` where it is a minimum age."""

    kind: Kind
    within: str | None
    said: str
    day: date
    review: date
    how: HowShown
    years: int | None = None


def kinds(organisation: Organisation) -> dict[Kind, tuple[Cited, str, bool]]:
    """What the policy asks of the organisation: the rule with its clauses, its words, and whether a meeting waits."""
    pack = load_pack(organisation.policy)
    found: dict[Kind, tuple[Cited, str, bool]] = {}
    rule = pack.checklist.assessment
    if rule.value == "once":
        found[Kind.ASSESSMENT] = (rule, rule.say, _holds_up(rule.strength))
    other = pack.meeting.other_platform
    if other.value in _CHECKED:
        found[Kind.PLATFORM] = (other, other.say, _holds_up(other.strength))
    if other.value == "if_right_for_age":
        found[Kind.MINIMUM_AGE] = (other, other.say, _holds_up(other.strength))
    purpose = pack.meeting.purpose
    if purpose.value == "approved":
        found[Kind.REMIT] = (purpose, purpose.say, _holds_up(purpose.strength, when_possible=True))
    contact = pack.staffing.contact
    if contact.value == "shared_account":
        found[Kind.ACCOUNT] = (contact, contact.say, _holds_up(contact.strength, when_possible=True))
    status, history = pack.about.status, pack.about.history
    clauses = [*status.clauses, *(clause for one in history for clause in one.clauses)]
    if clauses:
        words = " ".join([status.say, *(one.text for one in history)])
        found[Kind.VERSION] = (Cited(clauses=tuple(dict.fromkeys(clauses))), words, False)
    return found


def _holds_up(strength: str, *, when_possible: bool = False) -> bool:
    """An assessment and a check that the policy advises hold nothing up; see the gates."""
    return strength == "required" or (when_possible and strength == "when_possible")


def platforms(organisation: Organisation) -> list[str]:
    """The platforms that an organisation uses, as far as is known."""
    own = [one.platform for one in stored(organisation.options).approved_platforms]
    used = [organisation.provider] if organisation.provider in PLATFORMS else []
    return list(dict.fromkeys([*used, *own]))


def seen(session: Session, organisation: Organisation, today: date) -> list[Seen]:
    """How each of them stands, and whatever else of them was recorded, such as another platform."""
    asked = kinds(organisation)
    newest = {(one.requirement, one.within): one for one in _facts(session, organisation.id)}
    found = []
    for kind, (rule, says, holds_up) in asked.items():
        recorded = [within for requirement, within in newest if requirement == REQUIREMENTS[kind]]
        # Where nobody knows which platform is used, it is one line without a name.
        for within in dict.fromkeys([*_withins(organisation, kind), *recorded]) or [None]:
            act = Act(kind, within, says, rule.clauses, holds_up)
            found.append(_state(act, newest.get((REQUIREMENTS[kind], within)), today))
    return found


def _withins(organisation: Organisation, kind: Kind) -> list[str | None]:
    if kind in (Kind.PLATFORM, Kind.MINIMUM_AGE):
        return list(platforms(organisation))
    if kind is Kind.REMIT:
        return list(organisation.programmes) or [""]
    return [None]


def _state(act: Act, fact: Fact | None, today: date) -> Seen:
    if fact is None or not fact.yes:
        return Seen(act, State.OPEN)
    review = fact.until
    if review is None or today < review - NEAR:
        return Seen(act, State.STANDS, fact, review)
    return Seen(act, State.DUE if today <= review else State.OVERDUE, fact, review)


def record(session: Session, caller: Caller, done: Done, now: datetime) -> Fact:
    """Write down what the organisation did. The caller's right to say so must have been checked. Raises BadInput for
    what its policy does not ask."""
    if done.kind not in kinds(caller.organisation):
        raise BadInput("Your policy does not ask for that any more.", field="what")
    reason = f"{done.years}{BETWEEN}{done.said}" if done.kind is Kind.MINIMUM_AGE else done.said
    said = recording.Saying(
        Point(REQUIREMENTS[done.kind]), FactAnswer.YES, reason, day=done.day, until=done.review, how=done.how
    )
    return _write(session, caller, done.within, said, now)


def take_back(session: Session, caller: Caller, fact_id: UUID, now: datetime) -> bool:
    """Take back what was recorded just now: nothing stands of it then. False where something was recorded since.
    Raises NotNow after ten minutes."""
    recording.hold_organisation(session, caller.organisation_id)
    every = _facts(session, caller.organisation_id)
    fact = next((one for one in every if one.id == fact_id), None)
    if fact is None:
        return False
    if now > fact.at + UNDO_FOR:
        raise NotNow("That was more than ten minutes ago. Record it anew: the newest counts.")
    same = [one for one in every if (one.requirement, one.within) == (fact.requirement, fact.within)]
    if same[-1] is not fact or not fact.yes:
        return False
    before = same[-2] if len(same) > 1 else None
    point = Point(fact.requirement)
    back = recording.Saying(point, FactAnswer.BACK)
    if before is not None and before.yes:
        yes, how = FactAnswer.YES, before.shown_by
        back = recording.Saying(point, yes, before.reason, day=before.day, until=before.until, how=how)
    _write(session, caller, fact.within, back, now)
    return True


def _write(session: Session, caller: Caller, within: str | None, said: recording.Saying, now: datetime) -> Fact:
    recording.hold_organisation(session, caller.organisation_id)
    after = standing.last_numbers(_facts(session, caller.organisation_id)).get(caller.organisation_id, 0)
    place = recording.Place(SubjectKind.ORGANISATION, caller.organisation_id, within)
    (fact,) = recording.append(session, caller, place, [said], after, now)
    action = "organisation.recorded" if said.answer is FactAnswer.YES else "organisation.taken_back"
    own = caller.organisation_id
    audit.record(session, own, now, caller.slack_id, action, "organisation", own, fact.id.hex)
    owe(session, caller.organisation_id, "meeting.settle", at=now)
    return fact


def look(session: Session, organisation: Organisation, today: date, now: datetime) -> None:
    """Owe each manager one reminder of every review that is due; once for what was recorded, whatever comes of it."""
    for one in _to_remind(seen(session, organisation, today)):
        for manager in people_with(session, organisation.id, Role.MANAGER):
            once = f"{TELL}:{one.id.hex}:{manager.slack_id}"
            owe(session, organisation.id, TELL, at=now, target=manager.slack_id, record_id=one.id, only_once=once)


def _to_remind(every: Sequence[Seen]) -> Iterator[Fact]:
    yield from (one.fact for one in every if one.fact and one.state in (State.DUE, State.OVERDUE))


def due(session: Session, organisation: Organisation, fact_id: UUID, today: date) -> Seen | None:
    """What a reminder is about, where it still holds."""
    every = seen(session, organisation, today)
    waiting = {one.id for one in _to_remind(every)} & {fact_id}
    return next((one for one in every if one.fact and one.fact.id in waiting), None)


def minimum_age(fact: Fact | None) -> int | None:
    """From which age a platform may be used, as it was recorded."""
    years = (fact.reason or "").partition(BETWEEN)[0] if fact is not None and fact.yes else ""
    return int(years) if years.isdecimal() else None


def _facts(session: Session, organisation_id: UUID) -> Sequence[Fact]:
    """What was said of the organisation, oldest first."""
    query = of(organisation_id, Fact).where(Fact.scope_id == organisation_id)
    return session.scalars(query.order_by(Fact.sequence)).all()
