"""Everybody on a list once: who is known already, who was named twice, and who may be somebody known."""

from collections.abc import Sequence
from dataclasses import replace

from bot.reading.limits import keep_going
from bot.reading.names import bare, folded, near_words
from bot.reading.outcome import Choice, Said
from bot.reading.roll import ANOTHER, Doubt, Person


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
    for one in entries:
        keep_going()
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
        Said("named", f"{len(named)}", f"{named[0]} stands on the list {len(named)} times; it is one person.")
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
    if other_address or (one.name in named and not (met or same_address)):
        question = f"Are there two people called {before.name}? Then give one of them an initial."
        choices = (Choice("One person", before.line),)
        found[place] = Doubt("twice", 0, before.name, before.line, question, choices)
        return
    named.append(one.name)
    found[place] = replace(before, email=before.email or one.email)


def _same(one: Person, known: Sequence[tuple[str, list[str]]], before: Sequence[tuple[str, list[str]]]) -> Doubt | None:
    """The question whether somebody is the same as one who is known, or as one before them on the list; both come
    with their bare words."""
    words = bare(one.name).split()
    other = next((name for name, theirs in known if near_words(words, theirs)), None)
    earlier = None if other else next((name for name, theirs in before if near_words(words, theirs, slips=False)), None)
    if other is None and earlier is None:
        return None
    choices = (
        Choice("The same person", Person(other, one.email).line if other else ""),
        Choice("Another person", replace(one, sure=ANOTHER).line),
    )
    where = "who is on the list" if other else "on your list"
    question = f"Is {one.name} the same person as {other or earlier}, {where}?"
    return Doubt("same", 0, one.name, one.line, question, choices, other or earlier or "")
