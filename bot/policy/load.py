"""Reads a policy pack from its YAML file, fills in the bot's own where it is silent, and checks it."""

import difflib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.policy import cited, model, rules
from bot.policy.clauses import BROUGHT, PACKS, clauses
from bot.policy.located import Located, Mistake, PackError, Where, dotted, read_yaml
from bot.policy.model import Pack

DEFAULTS = PACKS / "defaults.yaml"
GROW_BY_ID = {("guide", "topics")}
"""Lists that keep the bot's own items beside the document's."""

M = TypeVar("M", bound=BaseModel)


def pack_names() -> tuple[str, ...]:
    """The policies that there are: a file each, those of the register of clauses first, in its order."""
    there = sorted(path.stem for path in PACKS.glob("*.yaml") if path.name != DEFAULTS.name)
    order = list(dict.fromkeys(clause.document for clause in clauses().values()))
    return tuple(sorted(there, key=lambda name: order.index(name) if name in order else len(order)))


PACK_NAMES = pack_names()
"""Those that there were when the program began."""


@cache
def load_pack(name: str) -> Pack:
    """The pack of that name, one of `pack_names`.

    Raises PackError when there is no such pack or when its file has mistakes.
    """
    path = PACKS / f"{name}.yaml"
    if name not in pack_names():
        sentence = f"is not a policy; choose one of {', '.join(pack_names())}"
        raise PackError([Mistake(path.name, 1, repr(name), sentence)])
    return load_pack_file(path, name)


def load_pack_file(path: Path, document: str) -> Pack:
    """Read and check one pack file. Its clauses must all belong to ``document`` in the register, or be the file's own.

    Raises PackError with every mistake found, each with its file, line and field.
    """
    pack = read_yaml(path)
    _refuse_default_keys(pack)
    _fill(pack, read_yaml(DEFAULTS))
    own = pack.data.get("clauses") if isinstance(pack.data, dict) else None
    known = frozenset(own) if isinstance(own, dict) else frozenset()
    BROUGHT.update(known)
    return validated(Pack, pack, {"document": document, "own": known})


def validated(kind: type[M], located: Located, context: dict[str, object]) -> M:
    """Check data from a file against a model; the context reaches the model's validators.

    Raises PackError with every mistake found.
    """
    try:
        # As JSON, because only there does pydantic insist on the type of a scalar and take lists for tuples.
        return kind.model_validate_json(json.dumps(located.data, default=str), strict=True, context=context)
    except ValidationError as error:
        raise PackError(_told(located, mistake) for mistake in error.errors()) from None


def _refuse_default_keys(pack: Located) -> None:
    own = [where for where in pack.places if where and where[-1] == "default"]
    if own:
        sentence = "is not a key of a pack file: the bot itself marks what is its own"
        raise PackError(pack.mistake(where, sentence) for where in own)


def _fill(pack: Located, defaults: Located) -> None:
    """Put the bot's own values into the pack's groups where the document is silent, marked as such."""
    if not isinstance(pack.data, dict) or not isinstance(defaults.data, dict):
        return
    for group, values in defaults.data.items():
        if isinstance(values, list):
            pack.data[group] = _joined(pack.data.get(group), values)
            continue
        own = pack.data.setdefault(group, {})
        if (group,) not in pack.places:
            pack.places[group,] = defaults.places[group,]
        if not isinstance(own, dict):
            continue
        for name, value in values.items():
            if isinstance(value, list) and (group, name) in GROW_BY_ID:
                own[name] = _joined(own.get(name), value)
            elif name not in own:
                own[name] = _marked(value)
                pack.places.update(_below(defaults.places, (group, name)))


def _joined(own: object, extra: list[dict[str, object]]) -> object:
    """The pack's own items, then those of the bot whose ids the pack does not use."""
    if own is None:
        own = []
    if not isinstance(own, list):
        return own
    ids = {item.get("id") for item in own if isinstance(item, dict)}
    return [*own, *(_marked(item) for item in extra if item["id"] not in ids)]


def _marked(value: object) -> object:
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, dict):
        marked = {name: _marked(item) for name, item in value.items()}
        return {**marked, "default": True} if marked.keys() & {"text", "say"} else marked
    return value


def _below(places: dict[Where, tuple[str, int]], top: Where) -> dict[Where, tuple[str, int]]:
    return {where: place for where, place in places.items() if where[: len(top)] == top}


def _told(located: Located, mistake: ErrorDetails) -> Mistake:
    where: Where = mistake["loc"]
    if mistake["type"] == "missing":
        return located.mistake(where, "is missing", dotted(where))
    if mistake["type"] == "extra_forbidden":
        return located.mistake(where, f"is not a known key{_meant(str(where[-1]))}")
    return located.mistake(where, _sentence(mistake))


def _sentence(mistake: ErrorDetails) -> str:
    given = mistake["input"]
    simple = given is None or isinstance(given, str | int | float)
    shown = json.dumps(given, ensure_ascii=False) if simple else "that"
    limits = mistake.get("ctx", {})
    match mistake["type"]:
        case "bool_type":
            return f"must be true or false, not {shown}"
        case "int_type":
            return f"must be a whole number, not {shown}"
        case "string_type":
            return f"must be text, not {shown}"
        case "tuple_type":
            return f"must be a list, not {shown}"
        case "model_type" | "model_attributes_type":
            return f"must be a group of keys, not {shown}"
        case "literal_error":
            return f"must be one of {limits['expected']}, not {shown}"
        case "string_too_long":
            return f"has {len(str(given))} characters, and at most {limits['max_length']} fit"
        case "clause":
            return f"{shown} {mistake['msg']}"
        case _:
            words = mistake["msg"]
            return words if words[0].islower() else f"is wrong: {words[0].lower()}{words[1:]}"


def _meant(word: str) -> str:
    close = difflib.get_close_matches(word, _known_keys(), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _known_keys() -> Iterable[str]:
    kinds = [kind for module in (cited, rules, model) for kind in vars(module).values()]
    parts = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return sorted({name for part in parts for name in part.model_fields})
