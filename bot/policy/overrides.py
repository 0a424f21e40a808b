"""What an organisation sets itself beside its policy: people's domains, hours, platforms, texts, numbers, rules.

An override may always tighten a rule. It may loosen one only where the policy itself leaves room (its strength
is ``may`` or ``when_possible``), with a reason that is stored and shown.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

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
Days = Annotated[int, Field(ge=1, le=36525)] | None
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
Reason = Annotated[str, Field(min_length=3, max_length=300)] | None


class Own(BaseModel):
    """A part of the organisation file: fixed once read, without unknown keys, its content in no error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)


class Approved(Own):
    """A platform that the organisation uses; where the policy asks, who checked it, and from which age it is."""

    platform: Platform
    checked_by: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    checked_on: date | None = None
    minimum_age: Annotated[int, Field(ge=0, le=25)] | None = None
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
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 ()-]{3,24}$")] | None = None
    holders: Annotated[tuple[str, ...], BeforeValidator(lambda value: _once(value))] = ()


class AgeOfConsent(Own):
    """The organisation's own age of consent, in years."""

    age: Annotated[int, Field(ge=1, le=25)]
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
    group_size: Annotated[int, Field(ge=1, le=1000)] | None = None
    retention: Retention = Retention()
    account: Account = Account()
    age_of_consent: Annotated[
        AgeOfConsent | None, BeforeValidator(lambda age: {"age": age} if isinstance(age, int) else age)
    ] = None
    review_due: date | None = None
    policy_overrides: tuple[RuleOverride, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with the overrides, a sentence each, and the required slots that are empty still."""

    problems: tuple[str, ...]
    missing: tuple[Slot, ...]


def stored(options: Mapping[str, Any]) -> Overrides:
    """The overrides out of an organisation's stored options; none where nothing is stored."""
    return Overrides.model_validate(options.get("overrides", {}))


def check(pack: Pack, overrides: Overrides) -> Checked:
    """Hold the organisation's own settings against its policy."""
    problems = (*_texts(pack, overrides), *_platforms(pack, overrides), *_rules(pack, overrides))
    return Checked(tuple(problems), tuple(slot for slot in pack.slots if slot.required and not filled(slot, overrides)))


def filled(slot: Slot, overrides: Overrides) -> str:
    """What the organisation put into a slot, in words; empty while it has not."""
    if slot.holds == "people":
        return str(overrides.group_size or "")
    if slot.holds == "days":
        days = {name: getattr(overrides.retention, name) for name in KEPT_UNDER[slot.id]}
        return ", ".join(f"{name} {number} days" for name, number in days.items()) if all(days.values()) else ""
    return overrides.texts.get(slot.id) or ""


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
        say = f"Your organisation’s own rule, “{_plain(name)}: {_plain(value)}”. {reason or ''}".rstrip()
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
    known = dict(rules(pack))
    if overrides.age_of_consent is not None:
        own = overrides.age_of_consent
        yield known["consent.age"], "consent.age", own.age, own.reason or ""
    for one in overrides.policy_overrides:
        yield known[one.field], one.field, one.value, one.reason or ""


def _change(rule: Ruled[Any], where: str, value: object, reason: str) -> Change:
    return Change(where, rule.value, value, reason, loosens(where, rule.value, value), rule.clauses)


def _texts(pack: Pack, overrides: Overrides) -> Iterator[str]:
    slots = {slot.id: slot for slot in pack.slots}
    for name, text in overrides.texts.items():
        slot = slots.get(name)
        if slot is None:
            close = difflib.get_close_matches(name, slots, n=1)
            hint = f"did you mean “{close[0]}”?" if close else f"it knows {', '.join(sorted(slots))}."
            yield f"texts.{name}: the policy {pack.name} has no such text; {hint}"
        elif slot.holds == "people":
            yield f"texts.{name}: this is a number of people; give it as {name}."
        elif slot.holds == "days":
            yield f"texts.{name}: this is a number of days; give it under retention, as {_listed(KEPT_UNDER[name])}."
        elif slot.holds == "link" and text and not text.startswith("https://"):
            yield f"texts.{name}: this is a web address; it begins with https://"


def _platforms(pack: Pack, overrides: Overrides) -> Iterator[str]:
    rule = pack.meeting.other_platform
    for one in overrides.approved_platforms:
        if one.platform in pack.meeting.platforms.value:
            continue
        place = f"approved_platforms: {one.platform}"
        if rule.value == "refuse":
            yield f"{place} is not a platform of this policy. {pack.meeting.platforms.say}{_by(rule.clauses)}"
        elif rule.strength == "when_possible" and not one.reason:
            yield f"{place} needs a reason, because the policy names other platforms.{_by(rule.clauses)}"


def _rules(pack: Pack, overrides: Overrides) -> Iterator[str]:
    known = dict(rules(pack))
    seen: set[str] = set()
    if overrides.age_of_consent is not None:
        own = overrides.age_of_consent
        yield from _loosened("age_of_consent", known["consent.age"], "consent.age", own.age, own.reason)
        seen.add("consent.age")
    for number, one in enumerate(overrides.policy_overrides, start=1):
        place = f"policy_overrides.{number} ({one.field})"
        rule = known.get(one.field)
        if rule is None:
            close = difflib.get_close_matches(one.field, known, n=1)
            yield f"{place}: there is no such rule{f'; did you mean “{close[0]}”?' if close else '.'}"
        elif one.field in seen:
            yield f"{place}: this rule is set a second time."
        elif one.field.startswith("about."):
            yield f"{place}: this is a fact about the document and cannot be set."
        elif not _fits(rule, one.value):
            yield f"{place}: “{_plain(one.value)}” is not a value of this rule; give {_choices(rule)}."
        else:
            yield from _loosened(place, rule, one.field, one.value, one.reason)
        seen.add(one.field)


def _loosened(place: str, rule: Ruled[Any], where: str, value: object, reason: str | None) -> Iterator[str]:
    if not loosens(where, rule.value, value):
        return
    if rule.strength not in ("may", "when_possible"):
        source = _by(rule.clauses) or " (the bot’s own rule)"
        yield f"{place}: the policy does not let this be loosened. {rule.say}{source}"
    elif not reason:
        yield f"{place}: asking for less than the policy needs a reason.{_by(rule.clauses)}"


def _fits(rule: Ruled[Any], value: object) -> bool:
    try:
        type(rule).model_validate({**rule.model_dump(), "value": value}, strict=True)
    except ValidationError:
        return False
    return True


def _choices(rule: Ruled[Any]) -> str:
    schema = type(rule).model_json_schema()["properties"]["value"]
    kinds = {"boolean": "true or false", "integer": "a whole number", "array": "a list of names", "string": "a text"}
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    return kinds.get(schema.get("type", ""), "a whole number, or nothing")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return ", ".join(_plain(one) for one in value) or "none"
    return "none" if value is None else str(value).replace("_", " ")


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _by(clauses: tuple[str, ...]) -> str:
    return f" ({', '.join(clauses)})" if clauses else ""
