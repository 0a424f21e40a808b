"""The tables of what people type, and of what must be understood."""

import codecs
import csv
import re
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}|\\[nrt]")


def rows(kind: str, *folders: str) -> list[dict[str, str]]:
    """The rows of a kind, of the folders named or of all: `\\n`, `\\r`, `\\t` and `\\u` with its
    four figures are the characters."""
    found = []
    for folder in folders or ("cases", "phrasings"):
        path = _HERE / folder / f"{kind}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                found += [{name: _real(cell) for name, cell in row.items()} for row in csv.DictReader(file)]
    return found


def params(kind: str, *folders: str) -> list[object]:
    """The rows as pytest's parameters, by their id."""
    return [pytest.param(row, id=row["id"]) for row in rows(kind, *folders)]


def _real(cell: str) -> str:
    return _ESCAPED.sub(lambda found: codecs.decode(found[0], "unicode_escape"), cell)
