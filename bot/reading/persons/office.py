"""The people of an office's table: read by the rules of a pasted list, its questions answered one by one by name."""

import hashlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.reading.limits import keep_going
from bot.reading.outcome import Choice, Said
from bot.reading.persons.names import folded
from bot.reading.persons.once import each_once
from bot.reading.persons.pasted import Line
from bot.reading.persons.people import of_rows, said_of
from bot.reading.persons.roll import ONE, Doubt, Person
from bot.reading.persons.tables import Row

LEFT_OUT = -1
"""The answer to any question that leaves the person out."""


@dataclass(frozen=True)
class Register:
    """Who is on a table: those who are understood, what is still to be asked, who was known, and what is said."""

    people: tuple[Person, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    already: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()


def key(doubt: Doubt) -> str:
    """What a question is known by; no name can be read from it."""
    return hashlib.sha256(f"{doubt.kind} {doubt.number} {doubt.about} {doubt.other}".encode()).hexdigest()[:12]


def read(
    rows: Sequence[Row], known: Sequence[str], elsewhere: Mapping[str, str], answers: Mapping[str, int]
) -> Register:
    """The people of a table; `answers` are the choices that were made, by the `key` of their questions."""
    notes: set[str] = set()
    entries = _answered_lines(rows, answers, notes)
    while True:
        keep_going()
        found, already, said = each_once(entries, known, elsewhere, met=False)
        doubts = [one for one in found if isinstance(one, Doubt)]
        answered = [one for one in doubts if one.kind != "line" and key(one) in answers]
        if not answered:
            break
        for one in answered:
            entries = _answered(entries, one, answers[key(one)])
    people = tuple(one for one in found if isinstance(one, Person))
    return Register(people, tuple(doubts), tuple(already), (*said_of(notes - {"aged", "carers"}), *said))


def _answered_lines(rows: Sequence[Row], answers: Mapping[str, int], notes: set[str]) -> list[Person | Doubt]:
    """What each line says, those that were in doubt as they were answered: with the age and the carers of its row."""
    entries: list[Person | Doubt] = []
    whose = {row.line.number: row for row in rows}
    for number, one in _one_a_row(rows, notes):
        if not isinstance(one, Doubt) or (place := answers.get(key(one))) is None:
            entries.append(one)
        elif 0 <= place < len(one.choices):
            lines = one.choices[place].value.splitlines()
            row = whose[number] if len(lines) == 1 else replace(whose[number], email=None, age=None)
            for line in lines:
                entries += [each for _, each in of_rows([replace(row, line=Line(number, line))], notes)]
    return entries


def _one_a_row(rows: Sequence[Row], notes: set[str]) -> Iterator[tuple[int, Person | Doubt]]:
    """What each line says; a row that names several people is asked about, since its other cells are one's."""
    for number, group in itertools.groupby(of_rows(rows, notes), key=lambda one: one[0]):
        found = [one for _, one in group]
        people = [one.name for one in found if isinstance(one, Person)]
        if len(people) < 2:
            yield from ((number, one) for one in found)
            continue
        text = next(row.line.text for row in rows if row.line.number == number)
        question = f"Is “{text}” one person or {len(people)}? Their carers stay with all of them."
        choice = Choice(f"{len(people)} people: {', '.join(people)}", "\n".join(people))
        yield number, Doubt("line", number, text, text, question, (choice,))
        yield from ((number, one) for one in found if isinstance(one, Doubt))


def _answered(entries: Sequence[Person | Doubt], doubt: Doubt, place: int) -> list[Person | Doubt]:
    """The entries with a question about a person answered: what a choice says of the name, with all that is theirs."""
    rest = list(entries)
    first = next((at for at, one in enumerate(rest) if isinstance(one, Person) and one.name == doubt.about), None)
    if first is None:
        return rest
    person = rest[first]
    if doubt.kind == "twice":
        return _one_person(rest, doubt.about, keep=place != LEFT_OUT)
    line = doubt.choices[place].value if 0 <= place < len(doubt.choices) else ""
    said = [one for _, one in of_rows([Row(Line(0, line))], set())] if line else []
    if not isinstance(person, Person) or len(said) != 1 or not isinstance(said[0], Person):
        del rest[first]
        return rest
    rest[first] = replace(person, name=said[0].name, sure=said[0].sure)
    return rest


def _one_person(entries: list[Person | Doubt], name: str, *, keep: bool) -> list[Person | Doubt]:
    """Everybody of a name made one person, with all their carers; or left out."""
    same = [one for one in entries if isinstance(one, Person) and folded(one.name) == folded(name)]
    others = [one for one in entries if one not in same]
    if not keep:
        return others
    carers = tuple(dict.fromkeys(carer for one in same for carer in one.carers))
    email = next((one.email for one in same if one.email), None)
    age = next((one.age for one in same if one.age), None)
    at = min(entries.index(one) for one in same)
    merged = replace(same[0], email=email, age=age, carers=carers, sure=ONE)
    kept = [one for one in entries[:at] if one not in same]
    return [*kept, merged, *(one for one in entries[at:] if one not in same)]
