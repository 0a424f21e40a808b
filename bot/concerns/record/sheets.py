"""The lead's small forms as data: what is asked, how it is read, and how it reads again (drawn in sheet_views).

A sheet's answers are the words of one entry of the record. The same description draws the form, fills it with what
stands, names what is missing, and gives the lines of the record and of its history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import Any

from bot.errors import BadInput


class Ask(Enum):
    """How a field is asked for."""

    LINE = auto()
    LONG = auto()
    CHOICE = auto()
    DAY = auto()
    TIME = auto()


@dataclass(frozen=True)
class Field:
    """One field; `name` is its block id and its key in the entry. `needed` is what is said where it is empty
    (empty: it may be left out). `choices` are (value, label). `said` is how the record calls it (empty: as the form
    does)."""

    name: str
    label: str
    ask: Ask = Ask.LINE
    choices: tuple[tuple[str, str], ...] = ()
    needed: str = ""
    hint: str | None = None
    said: str = ""

    @property
    def heading(self) -> str:
        """What stands before it in the record."""
        return self.said or self.label.rstrip("?")


def read(fields: Sequence[Field], state: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by field, words byte for byte. Raises BadInput at the first needed field without any."""
    found: dict[str, str] = {}
    for one in fields:
        value = state.get(one.name) or ""
        if one.needed and not value.strip():
            raise BadInput(one.needed, field=one.name)
        if value:
            found[one.name] = value
    return found


def words(fields: Sequence[Field], values: Mapping[str, Any]) -> dict[str, str]:
    """The values as people read them, by field; what is empty is left out."""
    shown = {one.name: _words(one, str(values[one.name])) for one in fields if values.get(one.name)}
    return {name: text for name, text in shown.items() if text}


def _words(field: Field, value: str) -> str:
    if field.ask is Ask.CHOICE:
        return dict(field.choices).get(value, value)
    if field.ask is Ask.DAY:
        day = date.fromisoformat(value)
        return f"{day:%A} {day.day} {day:%B %Y}"
    return value
