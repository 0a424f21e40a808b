"""Which of several kinds a few words mean: `kind: swearing` is inappropriate language."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.reading.outcome import Ask, Choice, Outcome, Said, Understood
from bot.reading.persons.names import bare
from bot.reading.words import set_of

_SMALL = set_of("left a an the of or and to in on at with for it was is such as some kind type incident")
_ENDINGS = ("ings", "ing", "ers", "er", "ed", "es", "s")
_LONGEST = 200
_WITH_SLIP = 5
"""From this length on one letter may be wrong."""


@dataclass(frozen=True)
class Kind:
    """Something to choose: its id, its name, and other words that are used for it."""

    id: str
    name: str
    also: str = ""


def kind(text: str, kinds: Sequence[Kind]) -> Outcome[str]:
    """The id of the kind that words mean. Every word must be one of its own; else the kinds are asked about of which
    some words are."""
    wanted = bare(text[:_LONGEST])
    for one in kinds:
        if wanted in (_plain(one.id), _plain(one.name)):
            return Understood(one.id)
    typed = [_stem(word) for word in wanted.split() if word not in _SMALL]
    own = {one.id: [_stem(word) for word in _plain(f"{one.id} {one.name} {one.also}").split()] for one in kinds}
    shares = {one.id: sum(any(_same(word, each) for each in own[one.id]) for word in typed) for one in kinds}
    whole = [one for one in kinds if typed and shares[one.id] == len(typed)]
    if len(whole) == 1:
        return Understood(whole[0].id, (Said("kind", whole[0].id, f"I took the kind to be “{whole[0].name}”."),))
    some = whole or [one for one in kinds if shares[one.id]]
    named = " or ".join(f"“{one.name}”" for one in some[:3])
    question = f"Which kind is it: {named}?" if named else "I don’t know that kind of incident. Please choose one."
    choices = tuple(Choice(one.name, one.id) for one in some)
    return Ask("which" if some else "kind", question, choices)


def _plain(text: str) -> str:
    return bare(text.replace("_", " "))


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) >= _WITH_SLIP and int(OSA.distance(one, other)) <= 1
