"""What the form about one person says when it comes back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import BadInput
from bot.facts import people
from bot.facts.people import Circumstance
from bot.facts.points import Point
from bot.facts.recording import Saying
from bot.participants.forms import check_email
from bot.reading.persons import ages, carers
from db.models import FactAnswer, HowShown, ParticipantKind

KIND, AGE, EMAIL, CARERS = "kind", "age", "email", "carers"
RISK, RISK_WHY, ASSESSED, LEVEL, MEASURES, REFERRAL = "risk", "risk_why", "assessed", "level", "measures", "referral"
STANDS_UNTIL = "assessed_until"
NEW, INTRODUCED, ONE_TO_ONES = "new", "introduced", "one_to_ones"
ACCESS, ACCESS_TALK, SOCIAL = "access", "access_talk", "social"
BAN_FROM, BAN_WHY, LIFT = "ban_from", "ban_why", "lift"
"""The fields of the form."""
YES, NO = "yes", "no"
BETWEEN = " · "
"""What stands between the level of an assessment and by whom and when it was made."""
_TEXTS = {
    MEASURES: people.MEASURES,
    INTRODUCED: people.INTRODUCED,
    ONE_TO_ONES: people.ONE_TO_ONES,
    ACCESS: Circumstance.ACCESS_CONCERN.requirement,
    ACCESS_TALK: people.ACCESS_TALK,
}
"""Fields whose words say that something is so or was done, and how; emptied, it is taken back."""
_CHOICES = {
    RISK: Circumstance.HIGH_RISK.requirement,
    NEW: Circumstance.NEW_MEMBER.requirement,
    SOCIAL: Circumstance.BY_SOCIAL_MEDIA.requirement,
}


@dataclass(frozen=True)
class Filled:
    """What somebody changed in the form: attributes of the person, and what is recorded of them. What they left as it
    was is not in it, so that what others changed meanwhile stays."""

    attributes: Mapping[str, Any]
    said: tuple[Saying, ...]


def filled(view: Mapping[str, Any], state: Mapping[str, Any], today: date) -> Filled:
    """A submitted form. Raises BadInput naming the field."""
    before = _drawn(view)
    touched = {name for name in state if _value(state[name]) != before.get(name)}
    attributes = _attributes(state, touched, today) if KIND in state else {}
    return Filled(attributes, tuple(_said(state, touched, today)))


def _attributes(state: Mapping[str, Any], touched: set[str], today: date) -> dict[str, Any]:
    kind = ParticipantKind(str(state[KIND]))
    age = _age(str(state.get(AGE) or ""), kind, today)
    named, unread = carers.lines(str(state.get(CARERS) or ""))
    if unread:
        raise BadInput("One a line, such as: mum Ann Bell ann@example.org 07700 900123", field=CARERS)
    for one in named:
        check_email(one.email, field=CARERS)
    email = check_email(state.get(EMAIL), field=EMAIL)
    values = {KIND: kind, AGE: age, EMAIL: email, CARERS: named}
    return {name: value for name, value in values.items() if name in touched}


def _age(typed: str, kind: ParticipantKind, today: date) -> ages.Age | None:
    if not typed.strip():
        return None
    age = ages.typed(typed)
    if age is None or not ages.possible(age, today):
        raise BadInput("Write it like 14, May 2010, under 16, 16 to 17 or over 18.", field=AGE)
    most = age.most(today, today)
    if kind.grown_up and most is not None and most < ages.GROWN_UP_AT:
        raise BadInput("Somebody under 18 is no adult. Choose child or young person above.", field=AGE)
    return age


def _said(state: Mapping[str, Any], touched: set[str], today: date) -> Iterator[Saying]:
    for name, requirement in _CHOICES.items():
        answer = state.get(name)
        if touched & {name, f"{name}_why"} and answer:
            yield _saying(requirement, _text(state, f"{name}_why"), yes=answer == YES)
    if touched & {ASSESSED, LEVEL, STANDS_UNTIL}:
        yield _assessment(_text(state, ASSESSED), state.get(LEVEL), state.get(STANDS_UNTIL), today)
    if REFERRAL in touched:
        yield _saying(people.REFERRAL) if state.get(REFERRAL) else _back(people.REFERRAL)
    for name, requirement in _TEXTS.items():
        if name in touched:
            text = _text(state, name)
            yield _saying(requirement, text) if text else _back(requirement)
    yield from _ban(state)


def _assessment(by: str | None, level: Any, until: Any, today: date) -> Saying:
    if not by and not level and not until:
        return _back(people.ASSESSMENT)
    if not by:
        raise BadInput("Who assessed it, and when?", field=ASSESSED)
    if not level:
        raise BadInput("How high is the risk?", field=LEVEL)
    last = date.fromisoformat(until) if until else None
    if last and last < today:
        raise BadInput("That day is over, so it would not count. Choose one to come, or none.", field=STANDS_UNTIL)
    return Saying(Point(people.ASSESSMENT), FactAnswer.YES, f"{level}{BETWEEN}{by}", until=last, how=HowShown.WRITING)


def _ban(state: Mapping[str, Any]) -> Iterator[Saying]:
    banned, why = Circumstance.BANNED.requirement, _text(state, BAN_WHY)
    if why and not state.get(BAN_FROM):
        raise BadInput("From which day?", field=BAN_FROM)
    if why:
        since = date.fromisoformat(str(state[BAN_FROM]))
        yield Saying(Point(banned), FactAnswer.YES, why, day=since)
    lifted = _text(state, LIFT)
    if lifted:
        yield _saying(banned, lifted, yes=False)


def _saying(requirement: str, reason: str | None = None, *, yes: bool = True) -> Saying:
    return Saying(Point(requirement), FactAnswer.YES if yes else FactAnswer.NO, reason)


def _back(requirement: str) -> Saying:
    return Saying(Point(requirement), FactAnswer.BACK)


def _text(state: Mapping[str, Any], name: str) -> str | None:
    return str(state.get(name) or "").strip() or None


def _value(value: Any) -> Any:
    return value or None


def _drawn(view: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields held when the form was drawn."""
    found: dict[str, Any] = {}
    for block in view.get("blocks", []):
        element = block.get("element", {})
        option, options = element.get("initial_option"), element.get("initial_options")
        held = option["value"] if option else [one["value"] for one in options] if options else None
        found[str(block["block_id"])] = held or element.get("initial_value") or element.get("initial_date")
    return found
