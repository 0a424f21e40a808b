"""Everybody on a list once: who is known already, who was named twice, and who may be somebody known."""

from collections.abc import Sequence
from dataclasses import replace

from bot.reading.limits import keep_going
from bot.reading.outcome import Choice, Said
from bot.reading.persons.names import bare, folded, near_words
from bot.reading.persons.roll import ANOTHER, ONE, Doubt, Person


def each_once(
    entries: Sequence[Person | Doubt], known: Sequence[str], *, met: bool
) -> tuple[list[Person | Doubt], list[str], list[Said]]:
    """Everybody once: who is known already, who was named twice, and who may be somebody known."""
    found: list[Person | Doubt] = []
    places: dict[str, int] = {}
    times: dict[str, list[str]] = {}
    already: list[str] = []
    registered = {folded(one): one for one in known}
    # Made bare once: every name is compared with every other.
    plain = [(name, bare(name).split()) for name in known]
    here: list[tuple[str, list[str]]] = []
    named = {*registered, *(folded(one.name) for one in entries if isinstance(one, Person))}
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
        doubt = None if key in registered or one.sure == ANOTHER else _same(one, plain, here)
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
    found[place] = replace(before, name=_best([before.name, one.name]), email=before.email or one.email)


def _best(spellings: Sequence[str]) -> str:
    """The first spelling of a name with capitals."""
    return next((one for one in spellings if not one.islower()), spellings[0])


def _same(one: Person, known: Sequence[tuple[str, list[str]]], before: Sequence[tuple[str, list[str]]]) -> Doubt | None:
    """The question whether somebody is the same as one who is known, or as one before them on the list; both come
    with their bare words."""
    words = bare(one.name).split()
    other = next((name for name, theirs in known if near_words(words, theirs)), "")
    earlier = "" if other else next((name for name, theirs in before if _near_here(words, theirs)), "")
    if not other and not earlier:
        return None
    # On one list nothing is left to add but an address.
    same = Person(other, one.email).line if other else Person(earlier, one.email, ONE).line if one.email else ""
    choices = (
        Choice("The same person", same),
        Choice("Another person", replace(one, sure=ANOTHER).line),
    )
    where = "who is on the list" if other else "on your list"
    question = f"Is {one.name} the same person as {other or earlier}, {where}?"
    return Doubt("same", 0, one.name, one.line, question, choices, other or earlier)


def _near_here(one: list[str], other: list[str]) -> bool:
    """Whether two on one list may be the same person. Short first names are often one letter apart, as are those of
    brothers and sisters: a slip counts only in a whole name, and not in its first letter."""
    slips = len(one) > 1 and len(other) > 1 and one[0][0] == other[0][0]
    return near_words(one, other, slips=slips)
