"""Names that may stand surname first, or may be several people's."""

from collections.abc import Sequence
from dataclasses import replace
from unicodedata import east_asian_width

from bot.reading.outcome import Choice
from bot.reading.persons.lexicon import given, given_only
from bot.reading.persons.name import in_pairs, lowered, several, tidy
from bot.reading.persons.names import PARTICLES, core
from bot.reading.persons.roll import ONE, Doubt, Found, Person


def surnames_first(found: list[Found], notes: set[str], *, form: bool) -> list[Found]:
    """Turn `Surname, First` round where every line has that shape; a line alone, or one among others, is asked."""
    pairs = [one.pair for one in found if one.pair]
    if len(found) > 1 and len(pairs) == len(found) and _all_shaped(pairs):
        notes.add("surname first")
        return [_turned(one) for one in found]
    if len(found) > 1 and len(pairs) == len(found) and all(_in_two(pair) for pair in pairs):
        return [_asked(one, in_order=True) for one in found]
    return [_asked(one) if _open(one, len(found) == 1, form=form) else one for one in found]


def _all_shaped(pairs: Sequence[tuple[str, str]]) -> bool:
    if all(given(surname) and len(surname.split()) == 1 for surname, _ in pairs):
        return False
    return all(len(core(surname)) <= 2 for surname, _ in pairs) and any(len(core(surname)) == 1 for surname, _ in pairs)


def _in_two(pair: tuple[str, str]) -> bool:
    """Whether two words on a line may be somebody's first name and surname, with a comma between them."""
    first, last = pair
    return given(first) and not given(last) and " " not in f"{first}{last}"


def _turned(one: Found) -> Found:
    first = one.entries[0]
    second = one.entries[1]
    if not isinstance(first, Person) or not isinstance(second, Person):
        return one
    surname = lowered(first.name) if first.name.isupper() and not second.name.isupper() else first.name
    return replace(one, entries=(_one_of((first, second), f"{second.name} {surname}"),))


def _open(one: Found, alone: bool, *, form: bool) -> bool:
    """Whether a line may be one person, surname first, or several."""
    names = [entry.name for entry in one.entries if isinstance(entry, Person)]
    # With a question between them none of the readings would hold everybody.
    if len(names) < len(one.entries):
        return False
    if not one.commas or len(names) < 2 or names[0] == names[1] or not _one_surname(names[0]):
        return False
    if len(names) == 2 and names[0].split()[0] in PARTICLES and " " in names[0] and " " not in names[1]:
        return True  # `van der Berg, Luuk`
    if len(names) % 2 == 0 and all(
        given(first) and not given(surname) for surname, first in zip(names[::2], names[1::2], strict=True)
    ):
        return True
    if given(names[0]) and not (given(names[1]) and not given_only(names[0]) and form and len(names) == 2):
        return False
    return (
        (form and len(names) == 2 and one.pair is not None)
        or (not alone and one.pair is not None)
        or (not alone and not given(names[0]))
    )


def _one_surname(name: str) -> bool:
    """Whether a name is one word, small words aside; in a script without spaces it is a whole name."""
    words = name.split()
    if len(name) > 1 and all(east_asian_width(letter) == "W" for letter in name):
        return False
    return len(core(name)) == 1 and all(len(word.strip(".")) > 1 or word.casefold() in PARTICLES for word in words)


def _asked(one: Found, *, in_order: bool = False) -> Found:
    people = [entry for entry in one.entries if isinstance(entry, Person)]
    names, text = [each.name for each in people], tidy(one.line.text)
    choices = [Choice(f"{len(names)} people: {', '.join(names)}"[:75], "\n".join(each.line for each in people))]
    if len(names) == 2:
        orders = [names if in_order else names[::-1], names]
        whole = [_one_of(people, " ".join(order)) for order in orders]
        choices = [*(Choice(f"One: {each.name}"[:75], each.line) for each in whole), *choices]
        choices = list({each.value: each for each in choices}.values())
    question = f"Is “{text}” one person{'' if in_order else ', surname first,'} or {len(names)} people?"
    return replace(one, entries=(Doubt("line", one.line.number, text, text, question, tuple(choices)),))


def _one_of(people: Sequence[Person], name: str) -> Person:
    """One person of that name, with what stands beside either part of it."""
    first, second = people
    carers = (*first.carers, *second.carers)
    return Person(name, second.email or first.email, age=second.age or first.age, carers=carers)


def counted_words(one: Person | Doubt, found: Sequence[Found]) -> Person | Doubt:
    """A name of too many words, or of given names alone, is asked about: one person or several?"""
    if isinstance(one, Doubt) or one.sure or one.email:
        return one
    alone = sum(len(each.entries) for each in found) == 1
    words = in_pairs(one.name)
    if not words and not several(one.name, alone=alone) and not _two_first_names(one, found):
        return one
    words = words or one.name.split()
    question = f"Is “{one.name}” one person or {len(words)}?"
    choices = (
        Choice("One person", replace(one, sure=ONE).line),
        Choice(f"{len(words)} people: {', '.join(words)}", "\n".join(words)),
    )
    number = next((each.line.number for each in found if any(one is entry for entry in each.entries)), 1)
    return Doubt("line", number, one.name, one.name, question, choices)


def _two_first_names(one: Person, found: Sequence[Found]) -> bool:
    """Whether two given names, written small, stand among first names alone: `carys dylan and efa` are three."""
    words = one.name.split()
    others = [entry for each in found for entry in each.entries if isinstance(entry, Person) and entry is not one]
    among_first = bool(others) and all(" " not in other.name for other in others)
    return among_first and len(words) == 2 and words[1].islower() and all(map(given, words))
