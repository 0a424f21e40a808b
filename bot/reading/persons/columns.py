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


_CARER = r"\b(?:parent|carer|guardian|mum|mummy|mother|dad|daddy|father|contact|next of kin|nok)s?\b"
_EMAIL, _PHONE = r"e[- ]?mail", r"phone|telephone|\btel\b|mobile|\bmob\b|number"
_THEM = r"(?:child(?:ren)?|pupil|student|participant|attendee|learner|member|young (?:person|people))s?"
_NAME_OF = rf"(?:{_THEM}|names?|full|legal|first|last|given|family|(?:fore|sur)names?|of|the|and|their|[\W_])+"
_POSTAL = r"(?:postal|home|street) address"
_GUESSED: tuple[tuple[Role, str, str], ...] = (
    (
        Role.CARER_EMAIL,
        rf"{_CARER}.*(?:{_EMAIL}|address)|(?:{_EMAIL}|address).*{_CARER}",
        r"(?:postal|home|street) address",
    ),
    (Role.CARER_PHONE, rf"{_CARER}.*(?:{_PHONE})|(?:{_PHONE}).*{_CARER}", ""),
    (Role.RELATION, r"relation", ""),
    (Role.CARER, _CARER, r"consent|permission|postcode|address|\bid\b"),
    (Role.EMAIL, rf"{_EMAIL}|\b{_THEM} address", r"teacher|tutor|staff|school (?:office )?e"),
    (Role.AGE, r"\bages?\b|\bdob\b|d\.o\.b|birth|\bborn\b", r"place"),
    (Role.KNOWN_AS, r"known|preferred|nickname|called", ""),
    (Role.LAST, rf"^(?:(?:{_THEM}|legal)\W+)*(?:surname|last ?name|family ?name|last|family)$", ""),
    (Role.NAME, rf"^(?:(?:{_THEM}|legal)\W+)*(?:forename|first ?name|given ?name|first|given)s?$", ""),
    (Role.NAME, rf"^(?=.*(?:name|{_THEM}))(?:{_NAME_OF})$", ""),
)
"""What a column holds is the first of these whose words stand in its header and whose others do not; a name is theirs
only where nothing else stands there: it may be a teacher's, or a school's."""
_HEADING = re.compile(rf"\b(?:names?|{_THEM}|teacher|tutor|school|class|form)\b")
_COUNTED = re.compile(r"(?<!\d)[1-9](?!\d)")
_LATER = re.compile(r"\b(?:second|third|fourth|other|2nd|3rd|4th|another|alternative|additional)\b")
_KINDS = (r"emergency", r"\b(?:mum|mummy|mother)s?\b", r"\b(?:dad|daddy|father)s?\b")
_OF_CARERS = (Role.CARER_EMAIL, Role.CARER, Role.CARER_PHONE, Role.RELATION)
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
    if not any(map(_is_data, header)) and (named or any(_HEADING.search(_words(cell)) for cell in header)):
        # Whose names stand there its headings say, and it is nobody's that this knows.
        return Columns(named)
    return Columns(_by_content(rows), headed=False)


def role_of(heading: str) -> Role | None:
    """What a column with this heading seems to hold."""
    words = _words(heading)
    if not words or _is_data(heading) or len(words) > 60:
        return None
    shapes = (one for one in _GUESSED if re.search(one[1], words) and not (one[2] and re.search(one[2], words)))
    return next((role for role, _, _ in shapes), None)


def left_out(header: Sequence[str], chosen: Columns) -> list[str]:
    """The headings of carers' columns that are not taken: of a second one, say."""
    taken = set(chosen.of.values())
    if not chosen.headed:
        return []
    return [cell for place, cell in enumerate(header) if place not in taken and re.search(_CARER, _words(cell))]


def _by_header(header: Sequence[str]) -> dict[Role, int]:
    roles = [role_of(cell) for cell in header]
    found: dict[Role, int] = {}
    for place, role in enumerate(roles):
        if role and role not in _OF_CARERS:
            # Of several the first: what is the first name's stands before what is the second's.
            found.setdefault(role, place)
    return {**found, **_one_carer(header, roles)}


def _one_carer(header: Sequence[str], roles: Sequence[Role | None]) -> dict[Role, int]:
    """The columns of one carer alone, of the first who has an address: one's name never gets another's address."""
    each: dict[tuple[str, str], dict[Role, int]] = {}
    last = ("", "")
    for place, role in enumerate(roles):
        if role not in _OF_CARERS or role is None:
            continue
        words = _words(header[place])
        who = _carer_of(words) if re.search(_CARER, words) else (last[0], _carer_of(words)[1] or last[1])
        each.setdefault(who, {}).setdefault(role, place)
        last = who
    firsts = sorted(each, key=lambda who: (Role.CARER_EMAIL not in each[who], who[1] not in ("", "1")))
    return each[firsts[0]] if firsts else {}


def _carer_of(words: str) -> tuple[str, str]:
    """Which carer a heading speaks of, and which number they have."""
    kinds = [kind for kind in _KINDS if re.search(kind, words)]
    number = _COUNTED.search(words)
    later = _LATER.search(words)
    counted = number[0] if number else later[0] if later else ""
    return kinds[0] if len(kinds) == 1 else "", counted


def _words(heading: str) -> str:
    """A heading in small letters, with `Parent1Email` taken apart."""
    apart = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-z])(?=[A-Z])", " ", heading.replace("_", " "))
    return re.sub(r"['’]s\b|(?<=s)['’]", "", " ".join(apart.casefold().replace("(s)", "s").split())).strip(" *:.")


def _is_data(cell: str) -> bool:
    """Whether a cell is no heading: an address, or digits that do not number a carer, a name or an address."""
    if ADDRESS.match(cell) or not any(one.isdigit() for one in cell):
        return bool(ADDRESS.match(cell))
    words = _COUNTED.sub("", _words(cell))
    return any(one.isdigit() for one in words) or not re.search(rf"{_CARER}|{_EMAIL}|\bnames?\b|\b{_THEM}\b", words)


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


__all__ = ["Age", "Columns", "Listed", "Role", "guess", "left_out", "lines_of", "listed", "role_of"]
