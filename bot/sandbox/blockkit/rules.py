"""Small rules from which the description of every block and element is put together.

A rule looks at one value and adds what is wrong with it to a report; it never raises.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json


@dataclass(frozen=True)
class Problem:
    """One thing Slack would refuse, with the JSON pointer to it."""

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"[ERROR] {self.message} [json-pointer:{self.pointer}]"


@dataclass
class Report:
    """The problems found so far."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, pointer: str, message: str, code: str = "invalid_value") -> None:
        """Keep one problem."""
        self.problems.append(Problem(pointer, code, message))


Rule = Callable[[Any, str, Report], None]
Check = Callable[[Json, str, Report], None]


def string(most: int, least: int = 0) -> Rule:
    """A string of `least` to `most` characters."""

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add(at, "must be a string", "invalid_type")
        elif len(value) > most:
            report.add(at, f"must be less than {most + 1} characters", "too_long")
        elif len(value) < least:
            report.add(at, f"must be more than {least - 1} characters", "too_short")

    return rule


def matching(pattern: str, meaning: str) -> Rule:
    """A string that fully matches a regular expression."""
    compiled = re.compile(pattern)

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            report.add(at, f"must be {meaning}", "invalid_format")

    return rule


def url(most: int = 3000) -> Rule:
    """A web or mail address that Slack would open."""
    address = matching(r"(?:https?://[^\s/]\S*|mailto:\S+|slack://\S+|tel:\S+)", "a valid url")

    def rule(value: Any, at: str, report: Report) -> None:
        address(value, at, report)
        string(most)(value, at, report)

    return rule


def one_of(*allowed: Any) -> Rule:
    """One of a few fixed values."""

    def rule(value: Any, at: str, report: Report) -> None:
        if isinstance(value, dict | list) or value not in allowed:
            report.add(at, f"must be one of {', '.join(map(str, allowed))}", "invalid_value")

    return rule


def boolean(value: Any, at: str, report: Report) -> None:
    """True or false, not a string or number that stands for it."""
    if not isinstance(value, bool):
        report.add(at, "must be a boolean", "invalid_type")


def number(
    least: float | None = None, most: float | None = None, *, whole: bool = True, above: float | None = None
) -> Rule:
    """A number in the given bounds, by default a whole one."""

    def rule(value: Any, at: str, report: Report) -> None:
        kinds = (int,) if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            report.add(at, "must be a whole number" if whole else "must be a number", "invalid_type")
        elif (least is not None and value < least) or (most is not None and value > most):
            report.add(at, f"must be between {least} and {most}", "out_of_range")
        elif above is not None and value <= above:
            report.add(at, f"must be greater than {above}", "out_of_range")

    return rule


def listing(item: Rule, most: int, least: int = 1) -> Rule:
    """A list of `least` to `most` items that each keep a rule."""

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add(at, "must be an array", "invalid_type")
            return
        if len(value) > most:
            report.add(at, f"no more than {most} items allowed", "too_many_items")
        if len(value) < least:
            report.add(at, f"no fewer than {least} items allowed", "too_few_items")
        for index, entry in enumerate(value):
            item(entry, f"{at}/{index}", report)

    return rule


def record(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *checks: Check) -> Rule:
    """An object with these keys and no others; the checks see it only when its keys are right."""
    known = {**required, **(optional or {})}

    def rule(value: Any, at: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add(at, "must be an object", "invalid_type")
            return
        before = len(report.problems)
        for key in required:
            if key not in value:
                report.add(at, f"missing required field: {key}", "missing_field")
        for key, entry in value.items():
            if key not in known:
                report.add(f"{at}/{key}", f"invalid additional property: {key}", "unknown_field")
            else:
                known[key](entry, f"{at}/{key}", report)
        if len(report.problems) == before:
            for check in checks:
                check(value, at, report)

    return rule


def by_type(kinds: Mapping[str, Rule], meaning: str, allowed: Iterable[str] | None = None) -> Rule:
    """An object whose `type` names the rule it must keep, out of `allowed` types only."""
    usable = frozenset(kinds if allowed is None else allowed)

    def rule(value: Any, at: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            report.add(at, f"unsupported type of {meaning}: {kind}", "unsupported_type")
        elif kind not in usable:
            report.add(at, f"{kind} is not allowed here", "unsupported_type")
        else:
            kinds[kind](value, at, report)

    return rule


def text(most: int = 3000, *, mrkdwn: bool = True, plain: bool = True, least: int = 1) -> Rule:
    """A text object; Slack refuses an empty one."""
    kinds: dict[str, Rule] = {}
    content = string(most, least)
    if plain:
        kinds["plain_text"] = record({"type": one_of("plain_text"), "text": content}, {"emoji": boolean})
    if mrkdwn:
        kinds["mrkdwn"] = record({"type": one_of("mrkdwn"), "text": content}, {"verbatim": boolean})
    return by_type(kinds, "text object")


def plain(most: int) -> Rule:
    """A plain_text object, where Slack takes no mrkdwn."""
    return text(most, mrkdwn=False)
