"""Everybody on a list once: who is known already, who was named twice, and who may be somebody known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.reading.limits import keep_going
from bot.reading.outcome import Choice, Said
from bot.reading.persons.lexicon import given
from bot.reading.persons.names import bare, folded, near_words, slipped
from bot.reading.persons.roll import ANOTHER, ONE, Doubt, Person

_LONG = 5
_SHORT = 5
_MOST_OFFERED = 2
"""So many whom a name may mean are offered with a button each; a third button says that it is somebody else."""


def each_once(
    entries: Sequence[Person | Doubt], known: Sequence[str], elsewhere: Mapping[str, str], *, met: bool
) -> tuple[list[Person | Doubt], list[str], list[Said]]:
    """Everybody once: who is known already, who was named twice, and who may be somebody known; `elsewhere` are those
    who are known but not on this list, with where they are."""
    found: list[Person | Doubt] = []
    places: dict[str, int] = {}
    times: dict[str, list[str]] = {}
    already: list[str] = []
    registered = {folded(one): one for one in known}
    # Made bare once: every name is compared with every other.
    others = {name: where for name, where in elsewhere.items() if folded(name) not in registered}
    plain = [(name, bare(name).split(), "who is on the list") for name in known]
    plain += [(name, bare(name).split(), f"who is {where}") for name, where in others.items()]
    met_before = {*registered, *map(folded, others)}
    here: list[tuple[str, list[str]]] = []
    named = {*met_before, *(folded(one.name) for one in entries if isinstance(one, Person))}
    for one in entries:
        keep_going()
        if isinstance(one, Doubt) and one.kind == "line" and folded(one.about) in named:
            # Written small, say, so that it might have been a remark; but somebody is called that.
            one = Person(one.about)
        if isinstance(one, Doubt):
            found.append(one)
            continue
        key = folded(one.name)
        if key in registered and key not in places:
            already.append(registered[key])
            one = replace(one, name=registered[key])
        if key in places:
            _again(found, places[key], one, times[key], met=met)
            continue
        doubt = None if key in met_before or one.sure == ANOTHER else _same(one, plain, here)
        places[key], times[key] = len(found), [one.name]
        found.append(doubt or one)
        if doubt is None:
            here.append((one.name, bare(one.name).split()))
    said = [
        Said("named", f"{len(named)}", f"{_best(named)} stands on the list {len(named)} times; it is one person.")
        for named in times.values()
        if len(named) > 1
    ]
    said += [Said("already", one, f"{one} is on the list already.") for one in already]
    return found, already, said


def _again(found: list[Person | Doubt], place: int, one: Person, named: list[str], *, met: bool) -> None:
    """A name that stands on the list already: the same person, written in another way, or another of that name."""
    before = found[place]
    if not isinstance(before, Person):
        return
    other_address = bool(before.email and one.email and before.email.casefold() != one.email.casefold())
    same_address = bool(before.email and one.email and not other_address)
    if other_address or (one.name in named and not (met or same_address or one.sure == ONE)):
        question = f"Are there two people called {before.name}? Then give one of them an initial."
        choices = (Choice("One person", before.line),)
        found[place] = Doubt("twice", 0, before.name, before.line, question, choices)
        return
    named.append(one.name)
    best, age = _best([before.name, one.name]), before.age or one.age
    carers = tuple(dict.fromkeys((*before.carers, *one.carers)))
    found[place] = replace(before, name=best, email=before.email or one.email, age=age, carers=carers)


def _best(spellings: Sequence[str]) -> str:
    """The first spelling of a name with capitals."""
    return next((one for one in spellings if not one.islower()), spellings[0])


def _same(
    one: Person, known: Sequence[tuple[str, list[str], str]], before: Sequence[tuple[str, list[str]]]
) -> Doubt | None:
    """The question whether somebody is the same as one who is known, or as one before them on the list; all come with
    their bare words, and who is known with where they are."""
    words = bare(one.name).split()
    # Who is nearest is offered first: a slip is the last thing that is thought of.
    found = [(name, where) for name, theirs, where in known if near_words(words, theirs)]
    found += [(name, where) for name, theirs, where in known if slipped(words, theirs) and (name, where) not in found]
    found = found[:_MOST_OFFERED]
    earlier = "" if found else next((name for name, theirs in before if _near_here(words, theirs)), "")
    if not found and not earlier:
        return None
    # On one list nothing is left to add but an address and an age.
    same = [replace(one, name=name).line for name, _ in found]
    same = same or [replace(one, name=earlier, sure=ONE).line] * bool(one.email or one.age or one.carers)
    labels = [f"The same as {name}" for name, _ in found] if len(found) > 1 else ["The same person"]
    choices = [Choice(label, line) for label, line in zip(labels, same or [""], strict=True)]
    choices.append(Choice("Another person", replace(one, sure=ANOTHER).line))
    whom = " or ".join(f"{name}, {where}" for name, where in found) or f"{earlier}, on your list"
    question = f"Is {one.name} the same person as {whom}?"
    return Doubt("same", 0, one.name, one.line, question, tuple(choices), found[0][0] if found else earlier)


def _near_here(one: list[str], other: list[str]) -> bool:
    """Whether two on one list may be the same person. Short first names are often one letter apart, as are those of
    brothers and sisters: a slip counts only in a whole name or a long one, and not in its first letter."""
    if near_words(one, other, slips=False):
        return True
    if len(one) == len(other) == 1 and (
        min(len(one[0]), len(other[0])) <= _SHORT or (given(one[0]) and given(other[0]))
    ):
        return False  # Albie and Alfie
    long = len(one) > 1 < len(other) or min(len(one[0]), len(other[0])) >= _LONG
    return long and one[0][0] == other[0][0] and slipped(one, other)
