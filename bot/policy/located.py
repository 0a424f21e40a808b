"""YAML read together with the line of every key, so that a mistake can be pointed at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bot.yaml_text import Loader

Where: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a file: which file, line (counted from 1) and field, and what is wrong with it."""

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.field} {self.sentence}"


class PackError(ValueError):
    """A policy pack cannot be used; ``mistakes`` holds every mistake that was found."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(slots=True)
class Located:
    """Plain data from one or more YAML files, and the file and line at which each part of it stands."""

    data: object
    places: dict[Where, tuple[str, int]] = field(default_factory=dict)

    def nearest(self, where: Where) -> Where:
        """The longest beginning of ``where`` that stands in a file."""
        while where and where not in self.places:
            where = where[:-1]
        return where

    def mistake(self, where: Where, sentence: str, field_name: str | None = None) -> Mistake:
        """A mistake at ``where``, or at the nearest key above it that the file holds."""
        found = self.nearest(where)
        file, line = self.places[found]
        return Mistake(file, line, dotted(found) if field_name is None else field_name, sentence)


def dotted(where: Where) -> str:
    """A place in words: ``("checklist", "rows", 0, "title")`` is ``checklist.rows[1].title``."""
    if not where:
        return "the pack"
    words = ""
    for step in where:
        words += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return words.removeprefix(".")


def read_yaml(path: Path) -> Located:
    """Read one YAML file.

    Raises PackError when the file is not YAML, is empty, or names a key twice.
    """
    loader = Loader(path.read_text(encoding="utf-8"))
    try:
        root = loader.get_single_node()
        located = Located(None, {(): (path.name, 1)})
        if root is None:
            raise PackError([Mistake(path.name, 1, "the file", "is empty")])
        located.data = _build(loader, root, (), located, path.name)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        sentence = f"is not readable as YAML ({error.problem})"
        raise PackError([Mistake(path.name, line, "the file", sentence)]) from error
    finally:
        loader.dispose()
    return located


def _build(loader: Any, node: yaml.Node, where: Where, located: Located, file: str) -> object:
    located.places.setdefault(where, (file, node.start_mark.line + 1))
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node))
            inside = (*where, key)
            if key in mapping:
                line = key_node.start_mark.line + 1
                raise PackError([Mistake(file, line, dotted(inside), "stands here a second time")])
            located.places[inside] = (file, key_node.start_mark.line + 1)
            mapping[key] = _build(loader, value_node, inside, located, file)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_build(loader, item, (*where, n), located, file) for n, item in enumerate(node.value)]
    value: object = loader.construct_object(node)
    return value
