"""Packs that ask for something else than the documents do: what the tests that claim a clause must notice.

A requirement is altered in one way at a time: what it says and asks for, how hard it is, before which moment it is
asked, and of whom.
"""

import hashlib
import shutil
import types
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import yaml

from bot.policy.clauses import PACKS, clauses
from bot.policy.gates import gate as gates_module
from bot.policy.gates.facts import MeetingFacts, Person
from bot.policy.gates.gate import Asked, Gate, Moment, Strength
from bot.policy.load import load_pack, load_pack_file
from bot.policy.model import Pack
from bot.policy.rules import Step

Kind = Literal["says", "strength", "moment", "person"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SAID = ("text", "say", "short", "title")

_WEAKER = {"required": "when_possible", "when_possible": "reminder", "reminder": "required", "may": "required"}
_WEAKER_GATE: dict[Strength, Strength] = {
    "required": "when_possible",
    "when_possible": "reminder",
    "advice": "required",
    "reminder": "required",
}
_LATER_GATE: dict[Moment, Moment] = {"ready": "entry", "invite": "entry", "start": "ready", "entry": "ready"}
_LATER_PHASE = {"before": "after", "during": "before", "after": "before"}
_PROMPTS = "prompts"


def applying(clause: str, served: tuple[str, ...]) -> tuple[Kind, ...]:
    """The ways in which what serves a clause can be altered at all, by the places that serve it (`Standing.served`)."""
    cited = dict(load_pack(clauses()[clause].document).cited())
    found: set[Kind] = {"says"}
    for room, _, place in (one.rpartition(" ") for one in served):
        if room == "/meeting gates":
            found |= {"strength", "moment"}
            if isinstance(cited[place], Step):
                found.add("person")
        elif room == "/meeting tick" and place.startswith(_PROMPTS):
            found |= {"strength", "moment"}
        elif room == "/checklist" and ".measures[" in place:
            found.add("moment")
    return tuple(kind for kind in KINDS if kind in found)


def write_altered(clause: str, kind: Kind, directory: Path) -> None:
    """Write a copy of the packs in which whatever cites the clause is altered in that way.

    Raises PackError if the altered pack would not be valid.
    """
    shutil.copytree(PACKS, directory)
    document = clauses()[clause].document
    path = directory / f"{document}.yaml"
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    _alter(data, Pack, clause, _CHANGES[kind])
    if kind == "moment":
        _move_prompts(data.get(_PROMPTS) or {}, clause)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    # A pack that cannot be read would make every test fail, and prove nothing.
    load_pack_file(path, document)


def alter_gates(clause: str, kind: Kind) -> None:
    """From now on, in this process, have every gate that cites the clause be as hard, stand before the moment or count
    for the people that it should not: what no pack says but the gates themselves."""
    made = gates_module._gate

    def altered(facts: MeetingFacts, asked: Asked, **how: Any) -> Gate:
        if clause not in asked.rule.clauses:
            return made(facts, asked, **how)
        match kind:
            case "strength" if not isinstance(asked.rule, Step):
                # A step is as hard as its pack has it: altered twice it might be as hard as before.
                asked = replace(asked, strength=_WEAKER_GATE[asked.strength])
            case "moment":
                asked = replace(asked, moment=_LATER_GATE[asked.moment])
            case "person" if not isinstance(asked.rule, Step) and "left" in how:
                others: list[Person] = [one for one in facts.people if one not in how["left"]]
                how = {**how, "left": others, "is_open": bool(others), "tick": None}
            case _:
                pass
        return made(facts, asked, **how)

    setattr(gates_module, "_gate", altered)  # noqa: B010 a plain name would have to be imported by everybody


def _alter(data: Any, kind: Any, clause: str, change: Callable[[dict[str, Any], Mapping[str, Any]], None]) -> None:
    """Change the parts of `data`, which a model of that kind reads, that cite the clause."""
    if isinstance(data, list):
        for item in data:
            _alter(item, _item_kind(kind), clause, change)
    elif isinstance(data, dict):
        fields = getattr(kind, "model_fields", {})
        if clause in (data.get("clauses") or ()):
            change(data, fields)
        for name, inside in data.items():
            if name in fields and name not in ("value", "clauses"):
                _alter(inside, fields[name].annotation, clause, change)


def _say_otherwise(part: dict[str, Any], fields: Mapping[str, Any]) -> None:
    for name in SAID:
        if name in part:
            part[name] = f"Replaced: {hashlib.sha256(part[name].encode()).hexdigest()[:12]}"
    part.pop("detail", None)
    part.pop("setting", None)
    if "value" in part:
        part["value"] = another(fields["value"].annotation, part["value"])


def _weaken(part: dict[str, Any], fields: Mapping[str, Any]) -> None:
    if "strength" in fields:
        part["strength"] = _WEAKER[part.get("strength", "required")]


def _defer(part: dict[str, Any], fields: Mapping[str, Any]) -> None:
    if "phase" in fields:
        part["phase"] = _LATER_PHASE[part.get("phase", "before")]


def _ask_others(part: dict[str, Any], fields: Mapping[str, Any]) -> None:
    if "who" in fields:
        part["who"] = "under_age" if part.get("who", "everyone") == "everyone" else "everyone"


_CHANGES: dict[Kind, Callable[[dict[str, Any], Mapping[str, Any]], None]] = {
    "says": _say_otherwise,
    "strength": _weaken,
    "moment": _defer,
    "person": _ask_others,
}


def _move_prompts(prompts: dict[str, list[dict[str, Any]]], clause: str) -> None:
    """What is prompted for the clause is prompted at the end, or, where it was the end, while planning."""
    moved: list[tuple[str, dict[str, Any]]] = []
    for moment, items in prompts.items():
        moved += [(moment, item) for item in items if clause in item.get("clauses", ())]
    for moment, item in moved:
        prompts[moment].remove(item)
        later = "planning" if moment in ("end", "afterwards") else "end"
        prompts.setdefault(later, []).append({name: value for name, value in item.items() if name != "only"})


def _item_kind(kind: Any) -> Any:
    """The model of a list's items."""
    while get_origin(kind) is not tuple:
        kind = get_args(kind)[0]
    return get_args(kind)[0]


def another(kind: Any, value: Any) -> Any:
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        inside = get_args(kind)[0]
        return [another(inside, value[0])] if len(value) == 1 else value[1:]
    choices = [choice for choice in _choices(kind) if choice != value]
    if choices:
        return choices[0]
    return "2099-12-31" if value is None or value[:2] == "20" else "replaced"


def _choices(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) in (Union, types.UnionType):
        return [choice for one in get_args(kind) for choice in _choices(one)]
    return []
