"""What an organisation sets itself beside its policy: people's domains, hours, platforms, texts, numbers, rules.

An override may always tighten a rule. It may loosen one only where the policy itself leaves room (its strength
is ``may`` or ``when_possible``), with a reason that is stored and shown.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.policy.cited import Ruled, Strength
from bot.policy.hours import Hours
from bot.policy.model import Pack, Slot
from bot.policy.rules import Platform
from bot.policy.strictness import loosens

NOT_SHOWN_TEXT = 4000
KEPT_UNDER = {
    "retention": ("attendance", "incidents", "messages"),
    "kept_for": ("recordings", "chat"),
    "recording_kept_for": ("recordings",),
}
"""The record classes whose days fill a slot that holds days."""

Value = bool | int | str | tuple[str, ...] | None
Days = Annotated[int, Field(strict=True, ge=1, le=36525)] | None


def deliverable(address: str) -> str:
    """An e-mail address that a mail server would take. Raises ValueError with the rule that it breaks."""
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as wrong:
        raise ValueError(f"“{address}” is not an e-mail address. {wrong}".rstrip(".")) from None


Address = Annotated[str, Field(max_length=254), AfterValidator(deliverable)]
Count = Annotated[int, Field(strict=True)]
"""A whole number; *yes* and *true* are none."""


def _day(value: Any) -> Any:
    """Pydantic would read a number as seconds since 1970."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("this is not a day such as 2027-01-31")
    return day


Day = Annotated[date, BeforeValidator(_day)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{3,24}$")]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
Reason = Annotated[str, Field(min_length=3, max_length=300)] | None


class Own(BaseModel):
    """A part of the organisation file: fixed once read, without unknown keys, its content in no error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)


class Approved(Own):
    """A platform that the organisation uses; where the policy asks, who checked it, and from which age it is."""

    platform: Platform
    checked_by: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    checked_on: Day | None = None
    minimum_age: Annotated[Count, Field(ge=0, le=25)] | None = None
    """In years, as the provider's own terms have it."""
    reason: Reason = None


class Retention(Own):
    """For how many days each class of record is kept; empty where the organisation has not decided yet."""

    attendance: Days = None
    incidents: Days = None
    concerns: Days = None
    messages: Days = None
    chat: Days = None
    recordings: Days = None


class Account(Own):
    """The account that writes to participants, and the Slack ids of all who can reach it."""

    email: Address | None = None
    phone: Phone | None = None
    holders: Annotated[tuple[str, ...], BeforeValidator(lambda value: _once(value))] = ()


class AgeOfConsent(Own):
    """The organisation's own age of consent, in years."""

    age: Annotated[Count, Field(ge=1, le=25)]
    reason: Reason = None


class RuleOverride(Own):
    """One rule of the pack, such as ``meeting.waiting_room``, with the organisation's own value."""

    field: Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z_]+$")]
    value: Value
    reason: Reason = None


def _once(value: Any) -> Any:
    return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value


def _named(value: Any) -> Any:
    """``[zoom, {platform: teams}]``: a bare name stands for an entry."""
    return [{"platform": one} if isinstance(one, str) else one for one in value] if isinstance(value, list) else value


class Overrides(Own):
    """The keys of the organisation file that stand beside the policy; every one of them is optional."""

    staff_email_domains: tuple[Domain, ...] = ()
    working_hours: Hours | None = None
    approved_platforms: Annotated[tuple[Approved, ...], BeforeValidator(_named)] = ()
    texts: dict[str, Annotated[str, Field(max_length=NOT_SHOWN_TEXT)] | None] = Field(default_factory=dict)
    """The organisation's own texts by slot."""
    group_size: Annotated[Count, Field(ge=1, le=1000)] | None = None
    retention: Retention = Retention()
    account: Account = Account()
    age_of_consent: Annotated[
        AgeOfConsent | None, BeforeValidator(lambda age: {"age": age} if isinstance(age, int | str) else age)
    ] = None
    review_due: Day | None = None
    remind_before_review: Annotated[Count, Field(ge=1, le=366)] = 30
    """For how many days before the review administrators know of it."""
    policy_overrides: tuple[RuleOverride, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, data: Any) -> Any:
        """A key with nothing behind it counts as left out."""
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, Mapping) else data

    def approved(self, platform: str) -> Approved | None:
        """The organisation's entry for a platform, where there is one."""
        return next((one for one in self.approved_platforms if one.platform == platform), None)


NONE = Overrides()


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that the organisation changed; ``loosens`` where it asks for less than the policy's value."""

    field: str
    before: object
    after: object
    reason: str
    loosens: bool
    clauses: tuple[str, ...]


def stored(options: Mapping[str, Any]) -> Overrides:
    """The overrides out of an organisation's stored options; none where nothing is stored."""
    kept = options.get("overrides")
    return _read(json.dumps(kept, sort_keys=True)) if kept else NONE


@lru_cache(maxsize=32)
def _read(kept: str) -> Overrides:
    """The same from their text: the settings of an organisation are the same for very many requests."""
    return Overrides.model_validate(json.loads(kept))


def empty_slots(pack: Pack, overrides: Overrides) -> tuple[Slot, ...]:
    """The slots that the organisation has to fill in still; while there is one it is in set-up."""
    return tuple(slot for slot in pack.slots if slot.required and not filled(slot, overrides))


def filled(slot: Slot, overrides: Overrides) -> str:
    """What the organisation put into a slot, in words; empty while it has not."""
    if slot.holds == "people":
        return str(overrides.group_size or "")
    if slot.holds == "days":
        days = {name: getattr(overrides.retention, name) for name in KEPT_UNDER[slot.id]}
        return ", ".join(f"{name} {number} days" for name, number in days.items()) if all(days.values()) else ""
    return overrides.texts.get(slot.id) or ""


def place_of(slot: Slot) -> str:
    """The key of the organisation file that fills a slot, such as ``texts.contract``."""
    if slot.holds == "people":
        return slot.id
    if slot.holds == "days":
        return ", ".join(f"retention.{name}" for name in KEPT_UNDER[slot.id])
    return f"texts.{slot.id}"


def changes(pack: Pack, overrides: Overrides) -> tuple[Change, ...]:
    """Every rule that the organisation changed. The overrides must have been checked."""
    return tuple(_change(rule, name, value, reason) for rule, name, value, reason in _wanted(pack, overrides))


def applied(pack: Pack, overrides: Overrides) -> Pack:
    """The pack with the organisation's own rules in it. The overrides must have been checked.

    A rule that was tightened is required; one that was loosened stays as hard as the policy has it.
    """
    groups: dict[str, dict[str, Any]] = {}
    for rule, where, value, reason in _wanted(pack, overrides):
        group, name = where.split(".")
        strength: Strength = rule.strength if loosens(where, rule.value, value) else "required"
        say = f"Your organisation’s own rule, “{plain(name)}: {plain(value)}”. {reason or ''}".rstrip()
        own = rule.model_copy(update={"value": value, "strength": strength, "say": say})
        groups.setdefault(group, {})[name] = own
    if not groups:
        return pack
    parts = {group: getattr(pack, group).model_copy(update=rules) for group, rules in groups.items()}
    return pack.model_copy(update=parts)


def rules(pack: Pack) -> Iterator[tuple[str, Ruled[Any]]]:
    """Every rule of a pack with its place, such as ``("meeting.lock", Ruled(...))``."""
    for where, part in pack.cited():
        if isinstance(part, Ruled):
            yield where, part


def _wanted(pack: Pack, overrides: Overrides) -> Iterator[tuple[Ruled[Any], str, Any, str]]:
    if overrides.age_of_consent is not None:
        own = overrides.age_of_consent
        yield pack.consent.age, "consent.age", own.age, own.reason or ""
    for one in overrides.policy_overrides:
        group, name = one.field.split(".")
        yield getattr(getattr(pack, group), name), one.field, one.value, one.reason or ""


def _change(rule: Ruled[Any], where: str, value: object, reason: str) -> Change:
    return Change(where, rule.value, value, reason, loosens(where, rule.value, value), rule.clauses)


def plain(value: object) -> str:
    """A value of a rule in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(plain(one) for one in value) or "none"
    return "none" if value is None else str(value).replace("_", " ")
