"""Whether what an organisation set itself is allowed by its policy, in sentences."""

import difflib
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from bot.policy.cited import Ruled
from bot.policy.model import Pack
from bot.policy.overrides import KEPT_UNDER, Overrides, plain, rules
from bot.policy.strictness import loosens


def problems(pack: Pack, overrides: Overrides) -> tuple[str, ...]:
    """What is wrong with the overrides: the key of the organisation file, what the policy says, its clauses."""
    return (*_texts(pack, overrides), *_platforms(pack, overrides), *_rules(pack, overrides))


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
            yield f"{place}: “{plain(one.value)}” is not a value of this rule; give {_choices(rule)}."
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


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _by(clauses: tuple[str, ...]) -> str:
    return f" ({', '.join(clauses)})" if clauses else ""
