"""Lists that are pasted as tables: header rows, and columns that make one name or hold what is none."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.persons.ages import Age, typed
from bot.reading.persons.carers import Carer, carer, relation_of
from bot.reading.persons.lexicon import given, words_of
from bot.reading.persons.name import STAND_IN, no_name, tidy
from bot.reading.persons.names import folded
from bot.reading.persons.pasted import ADDRESS, Line, pieces

_HEADER_WORDS = words_of(
    """
name names full first last given family middle fore forename forenames firstname lastname surname surnames child
children childs pupil pupils student students participant participants attendee attendees young person persons people
known preferred original display user email emails e-mail mail address parent parents carer carers guardian contact
contacts mum mums dad phone telephone tel mobile number no age ages dob date of birth year yr group class form school
gender pronouns join joined leave left time duration minutes mins min guest role status recording consent in waiting
room notes note comments allergies medical info id registered registration attended emergency title postcode for the
key worker keyworker social support teacher tutor mentor staff and or s in-meeting meeting upn
"""
)
_NAMES_THEM = re.compile(
    r"\b(?:names?|forenames?|surnames?|firstname|lastname|participants?|attendees?|child(?:ren)?|pupils?|students?)\b"
    r"|^\W*(?:first\W+last|last\W+first)\b"
)
_ABOVE = re.compile(
    r"\W*(?:(?:all\s+)?attending|present|here|kids|young\s+people|yp|the\s+list|list)\s*:\s*", re.IGNORECASE
)
"""What stands on a line of its own above names."""
_SEXES = words_of("f m x b g nb boy girl male female man woman")
_ROLES = (
    ("email", r"e-?mail|address"),
    ("telephone", r"phone|telephone|\btel\b|mobile|number"),
    ("age", r"\bages?\b|dob|birth"),
    ("school", r"\byear\b|\byr\b|class|form\b"),
    ("time", r"time|duration|minutes|join|leave|date"),
    ("carer", r"parent|carer|guardian|contact|emergency|\bmums?\b|\bdad\b|worker|teacher|tutor|mentor|\bstaff\b"),
    ("last", r"surname|last ?name|family ?name|^(?:last|family)$"),
    ("first", r"forename|first ?name|given ?name|^(?:first|given|preferred|known)$"),
    ("name", r"name|participant|attendee|child|pupil|student"),
)
_COUNTS = re.compile(r"\s*(?:no|nr|num|number)?\.?\s*#?\s*", re.IGNORECASE)
_NO_NAME = re.compile(r"\s*(?:no|names?)\s+(?:names?|no)\b", re.IGNORECASE)
_LEFT_OUT = {
    "telephone": "telephone",
    "age": "age",
    "school": "age",
    "time": "time",
    "carer": "column",
    "other": "column",
}


@dataclass(frozen=True)
class Row:
    """One line of a list, and the address, the age and the carers that columns give to its person."""

    line: Line
    email: str | None = None
    age: Age | None = None
    carers: tuple[Carer, ...] = ()


def table(rows: Sequence[Line]) -> tuple[list[Row], set[str]]:
    """The lines without their header, columns that make one name put together, and what was left out."""
    for place, row in enumerate(rows[:3]):
        separator = _header(row.text)
        if separator is not None and place + 1 < len(rows):
            before = [Row(one) for one in rows[:place]]
            found, notes = _columns(_cells(row.text, separator), separator, rows[place + 1 :])
            words = {_role(word) for word in re.split(r"[\W_]+", row.text) if word}
            # A number under “Class” is no age.
            notes |= {"school"} if "school" in words and "age" not in words else set()
            return [*before, *found], {"header", *notes}
    return _two_columns(rows)


def _header(text: str) -> str | None:
    """The separator of a header row: a sign, a space, or nothing for one word; None where the line is none."""
    if _ABOVE.fullmatch(text):
        return ""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)?", re.sub(r"['’]s\b", "", text.casefold()))
    if not words or not set(words) <= _HEADER_WORDS or not _NAMES_THEM.search(text.casefold().replace("’", "'")):
        return None
    if re.search(r"[^\w\s,|()'’:#./*_-]", text) or STAND_IN.fullmatch(text.strip()) or _NO_NAME.match(text):
        return None
    return next((one for one in "\t,|" if one in text), " " if len(words) > 1 else "")


def _cells(text: str, separator: str) -> list[str]:
    if separator in ("", " "):
        return [text]
    if separator == "," and '"' in text:
        return [one.strip() for one in next(csv.reader([text], skipinitialspace=True))]
    return [one.strip() for one in text.split(separator)]


def _columns(header: Sequence[str], separator: str, rows: Sequence[Line]) -> tuple[list[Row], set[str]]:
    if _COUNTS.fullmatch(header[0]) and all(len(_cells(one.text, separator)) < len(header) for one in rows):
        header = header[1:]  # the numbers of the lines were taken off before
    roles = [_role(cell) for cell in header]
    if len(roles) < 2 or not {"name", "first", "last"} & set(roles):
        return [Row(one) for one in rows], set()
    notes: set[str] = set()
    found = [row for one in rows for row in [_row(one, _cells(one.text, separator), roles, header, notes)] if row]
    return found, notes


def _role(cell: str) -> str:
    words = re.sub(r"\([^)]*\)", " ", re.sub(r"['’]s\b", "", cell.casefold()))
    return next((role for role, shape in _ROLES if re.search(shape, words)), "other")


def _row(line: Line, cells: Sequence[str], roles: Sequence[str], header: Sequence[str], notes: set[str]) -> Row | None:
    """A line of a table with a header: the name from its columns, the address from its own."""
    if len(cells) == 1 or any(cells[len(roles) :]):
        return Row(line)
    by_role: dict[str, list[str]] = {}
    for role, cell in zip(roles, cells, strict=False):
        if cell:
            by_role.setdefault(role, []).append(cell)
    name = _whole(*(by_role.get(role, [""])[0] for role in ("first", "last", "name")))
    addresses = [one for role in ("email", "carer") for one in by_role.get(role, []) if ADDRESS.match(one)]
    if not name or len(set(addresses)) > 1 or any(not ADDRESS.match(one) for one in by_role.get("email", [])):
        return Row(line) if any(cells) else None
    told = {age for cell in by_role.get("age", []) if (age := typed(cell))}
    age = told.pop() if len(told) == 1 else None
    if age:
        notes.add("aged")
        by_role.pop("age")
    carers = _carers(cells, roles, header, addresses)
    if carers:
        by_role.pop("carer")
        addresses = [one for one in addresses if not any(one == carer.email for carer in carers)]
    notes |= {_LEFT_OUT[role] for role, kept in by_role.items() if role in _LEFT_OUT and set(kept) - set(addresses)}
    return Row(Line(line.number, name), addresses[0] if addresses else None, age, carers)


def _carers(
    cells: Sequence[str], roles: Sequence[str], header: Sequence[str], addresses: Sequence[str]
) -> tuple[Carer, ...]:
    """The carers whom columns name, the only one with the address that is said to be a carer's."""
    columns = list(zip(header, roles, cells, strict=False))
    named = [(relation_of(head), cell) for head, role, cell in columns if role == "carer" and cell and "@" not in cell]
    if not all(relation and re.search(r"[^\W\d_]", cell) for relation, cell in named):
        return ()
    theirs = [one for head, _, one in columns if one in addresses and relation_of(head)]
    email = f" {theirs[0]}" if len(named) == len(theirs) == 1 else ""
    found = [carer(f"{relation} {cell}{email}") for relation, cell in named]
    return tuple(one for one in found if one) if all(found) else ()


def _whole(first: str, last: str, name: str) -> str:
    """A name from its columns: beside first name or surname alone, a column of names holds the rest, or all of it."""
    if name and bool(first) != bool(last):
        there = set(folded(first or last).split()) <= set(folded(name).split())
        return name if there else " ".join(one for one in (first, name, last) if one)
    return " ".join(one for one in (first, last) if one) or name


def _two_columns(rows: Sequence[Line]) -> tuple[list[Row], set[str]]:
    """Lines of two cells with one word each, without a header: first name and surname, in the order in which they stand
    unless more of the surnames stand first. What stands in further cells is theirs; what is neither an age, a number
    nor an address is asked about. In a line alone two first names, with nothing beside them, are two people's."""
    plain = [Row(one) for one in rows]
    cells = [[cell for cell in one.text.split("\t") if cell] for one in rows]
    pairs = [one[:2] for one in cells if len(one) > 1 and all(_one_word(cell) for cell in one[:2])]
    if not rows or len(pairs) != len(rows):
        return plain, set()
    if len(rows) == 1 and len(cells[0]) == 2 and all(map(given, pairs[0])):
        return plain, set()
    turned = sum(given(last) and not given(first) for first, last in pairs)
    straight = sum(given(first) and not given(last) for first, last in pairs)
    in_order, told = straight >= turned, straight > turned and len(rows) > 1
    if not told and any(len(one) > 2 and not all(map(_beside, one[2:])) for one in cells):
        return plain, set()
    notes = {"columns"} if in_order else set()
    found = []
    for one, (first, last), (_, _, *others) in zip(rows, pairs, cells, strict=True):
        notes |= {"column" for other in others if other.casefold() in _SEXES}
        more = [other if _beside(other) else f"({other})" for other in others if other.casefold() not in _SEXES]
        # “Surname, First” is turned round, and asked about, by the same rule as without a table.
        found.append(Row(Line(one.number, " ".join((first if in_order else f"{first},", last, *more)))))
    return found, notes


def _beside(cell: str) -> bool:
    """Whether a cell holds only what may stand beside a name."""
    found = pieces(f"- {cell}" if cell.isdigit() else cell)
    return (
        cell.casefold() in _SEXES
        or re.fullmatch(r"\d{1,2}", cell) is not None
        or not any(tidy(one.name) for one in found)
    )


def _one_word(cell: str) -> bool:
    name = tidy(cell)
    return " " not in name and not no_name(name)
