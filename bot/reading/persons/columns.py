"""Which column of an office's table holds what, and the lines of a list that come of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.reading.clean import clean
from bot.reading.persons.ages import Age, typed
from bot.reading.persons.carers import Carer
from bot.reading.persons.lexicon import given
from bot.reading.persons.names import folded
from bot.reading.persons.pasted import ADDRESS, Line
from bot.reading.persons.tables import Row


class Role(StrEnum):
    """What a column holds."""

    NAME = "name"
    LAST = "last"
    KNOWN_AS = "known_as"
    AGE = "age"
    EMAIL = "email"
    CARER = "carer"
    RELATION = "relation"
    CARER_EMAIL = "carer_email"
    CARER_PHONE = "carer_phone"


_CARER = r"\b(?:parent|carer|guardian|mum|mother|dad|father|contact|next of kin|nok)s?\b"
_EMAIL, _PHONE = r"e-?mail", r"phone|telephone|\btel\b|mobile|\bmob\b|number"
_GUESSED: tuple[tuple[Role, str, str], ...] = (
    (Role.CARER_EMAIL, rf"{_CARER}.*(?:{_EMAIL}|address)|(?:{_EMAIL}|address).*{_CARER}", ""),
    (Role.CARER_PHONE, rf"{_CARER}.*(?:{_PHONE})|(?:{_PHONE}).*{_CARER}", ""),
    (Role.RELATION, r"relation", ""),
    (Role.CARER, _CARER, r"consent|permission|postcode|address|\bid\b"),
    (Role.EMAIL, _EMAIL, ""),
    (Role.AGE, r"\bages?\b|\bdob\b|d\.o\.b|birth|\bborn\b", r"place"),
    (Role.KNOWN_AS, r"known|preferred|nickname|called", ""),
    (Role.LAST, r"surname|last ?name|family ?name|^(?:last|family)$", ""),
    (Role.NAME, r"forename|first ?name|given ?name|^(?:first|given)$", ""),
    (
        Role.NAME,
        r"name|child|pupil|student|participant|attendee|learner|member",
        rf"{_PHONE}|\bid\b|\bupn\b|user|middle",
    ),
)
"""Each column is the first of these whose words stand in its header and whose others do not."""
_APART = re.compile(r"[;,/\s]+")
_MOST_NAMED = 8


@dataclass(frozen=True)
class Columns:
    """The columns of a table by what they hold, and whether its first row says so."""

    of: Mapping[Role, int]
    headed: bool = True

    @property
    def kept(self) -> str:
        """It in a few letters, with nothing of the table's content."""
        return ",".join([f"{int(self.headed)}", *(f"{role.value}:{place}" for role, place in self.of.items())])

    @classmethod
    def read(cls, kept: str) -> "Columns":
        """What `kept` gave."""
        headed, *pairs = kept.split(",")
        found = (one.partition(":") for one in pairs if one)
        return cls({Role(role): int(place) for role, _, place in found}, headed == "1")


@dataclass(frozen=True)
class Listed:
    """The lines of a table, and what is said of cells that were not taken: numbers of rows by what they are about."""

    rows: tuple[Row, ...] = field(repr=False)
    known_as: int = 0
    ages: tuple[int, ...] = ()
    addresses: tuple[int, ...] = ()
    without_name: tuple[int, ...] = ()


def guess(rows: Sequence[Sequence[str]]) -> Columns:
    """What the columns of a table seem to hold, by the words above them; without any, by what stands in them."""
    header = rows[0]
    named = _by_header(header)
    if Role.NAME in named or Role.LAST in named:
        if Role.NAME not in named:
            named[Role.NAME] = named.pop(Role.LAST)
        return Columns(named)
    return Columns(_by_content(rows), headed=bool(named) and not any(map(_is_data, header)))


def _by_header(header: Sequence[str]) -> dict[Role, int]:
    found: dict[Role, int] = {}
    for place, cell in enumerate(header):
        words = re.sub(r"['’]s\b", "", cell.casefold().replace("_", " "))
        if _is_data(cell) or len(words) > 60:
            continue
        for role, shape, other in _GUESSED:
            if role not in found and re.search(shape, words) and not (other and re.search(other, words)):
                found[role] = place
                break
    return found


def _is_data(cell: str) -> bool:
    return bool(ADDRESS.match(cell)) or any(one.isdigit() for one in cell)


def _by_content(rows: Sequence[Sequence[str]]) -> dict[Role, int]:
    found: dict[Role, int] = {}
    columns = [[row[place] for row in rows if row[place]] for place in range(len(rows[0]))]
    for place, cells in enumerate(columns):
        half = len(cells) / 2
        if sum(bool(ADDRESS.match(one)) for one in cells) > half:
            # Whose it is nobody said: nothing but somebody's word makes it a carer's, or the participant's own.
            continue
        if sum(typed(one) is not None for one in cells) > half:
            found.setdefault(Role.AGE, place)
        elif sum(given(one.split(",")[-1].strip()) for one in cells) > half:
            found.setdefault(Role.NAME, place)
    return found


def listed(rows: Sequence[Sequence[str]], columns: Columns) -> Listed:
    """The lines of a list that a table gives, with the age, the address and the carer of each. Lines are numbered as a
    spreadsheet numbers its rows."""
    found: list[Row] = []
    known_as, ages, addresses, nameless = 0, [], [], []
    for number, row in enumerate(rows, 1):
        if number == 1 and columns.headed:
            continue
        cells = {role: clean(row[place]) for role, place in columns.of.items() if place < len(row)}
        name, called = _name(cells)
        if not name:
            nameless += [number] if any(cells.values()) else []
            continue
        known_as += called
        age = typed(cells.get(Role.AGE, ""))
        ages += [number] if cells.get(Role.AGE) and age is None else []
        own, theirs = cells.get(Role.EMAIL, ""), cells.get(Role.CARER_EMAIL, "")
        carers, whole = _carers(cells, theirs)
        email = own if ADDRESS.match(own) else None
        addresses += [number] if (own and email is None) or not whole else []
        found.append(Row(Line(number, name), email, age, carers))
    return Listed(tuple(found), known_as, tuple(ages), tuple(addresses), tuple(nameless))


def _name(cells: Mapping[Role, str]) -> tuple[str, bool]:
    """Somebody's name as they are called, and whether that is another than the one they are listed by."""
    first, last, called = (cells.get(one, "") for one in (Role.NAME, Role.LAST, Role.KNOWN_AS))
    if last and folded(last) not in folded(first):
        first = " ".join(one for one in (first, last) if one)
    first = first or last
    if not called or not first or folded(called) in (folded(first), folded(first).split()[0]):
        return first or called, False
    if " " in called:
        return called, True
    surname = first.partition(",")[0] if "," in first else " ".join(first.split()[1:])
    return f"{called} {last or surname}".strip(), True


def _carers(cells: Mapping[Role, str], emails: str) -> tuple[tuple[Carer, ...], bool]:
    """The carer of a row, and whether what stands as the address is one whole address. Of several the first is taken:
    nobody said whose the others are."""
    name, relation = cells.get(Role.CARER, ""), cells.get(Role.RELATION, "").casefold()
    every = [one.strip("<>()") for one in _APART.split(emails) if one]
    email = next((one for one in every if ADDRESS.match(one)), "")
    name = "" if re.search(r"[@<>\d]", name) or len(name) > 80 else name
    relation = "" if re.search(r"[@<>\d]", relation) or len(relation) > 40 else relation
    phone = cells.get(Role.CARER_PHONE, "")
    phone = phone if re.fullmatch(r"\+?[\d .()/-]{7,24}", phone) else ""
    carers = (Carer(relation, name, email, phone),) if name or email else ()
    return carers, every == [email] or not every


def lines_of(numbers: Sequence[int]) -> str:
    """`row 4`, `rows 4, 7 and 9`."""
    shown = [f"{one}" for one in numbers[:_MOST_NAMED]]
    more = len(numbers) - len(shown)
    if more:
        return f"rows {', '.join(shown)} and {more} more"
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"


__all__ = ["Age", "Columns", "Listed", "Role", "guess", "lines_of", "listed"]
