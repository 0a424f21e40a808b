"""The words of `danger.yaml`, in groups, and what a typed word is among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_Z = re.compile(r"(?<=[iyu])z")
"""`radicalize`, `analyze`; not *zone*."""
_TWICE = re.compile(r"([a-z])\1")
_ENDINGS = (("ings", ""), ("ing", ""), ("ied", "y"), ("ies", "y"), ("ed", ""), ("es", ""), ("s", ""))


@dataclass(frozen=True)
class Token:
    """One word: as typed, and in its simplest form."""

    typed: str
    stem: str


NOTHING = Token("", "")


def simple(word: str) -> str:
    """A word without doubled letters and without the endings that do not change what is meant."""
    word = _TWICE.sub(r"\1", _Z.sub("s", word))
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + instead
            break
    return word.removesuffix("e") if len(word) > 3 else word


class Words:
    """A set of words that is asked whether a token is one of them."""

    def __init__(self, text: str) -> None:
        each = [word.replace("-", "") for word in text.split()]
        self.exact = frozenset(word.removeprefix("=") for word in each if word.startswith("="))
        self.stems = frozenset(simple(word) for word in each if not word.startswith("="))

    def __contains__(self, token: Token) -> bool:
        return token.typed in self.exact or token.stem in self.stems


FILE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "danger.yaml").read_text(encoding="utf-8"))
PERSON, FAMILY, CHILD, STAFF, SUBJECT, BODY, HOME = (
    Words(FILE[name]) for name in ("person", "family", "child", "staff", "subject", "body", "home")
)
DANGER, WEAPON, VIOLENT, FEELING, STAFF_DOES = (
    Words(FILE[name]) for name in ("danger", "weapon", "violent", "feeling", "staff_does")
)
ORDINARY, ACTIVITY, PLAIN, NOT, PLEA, CRAFT = (
    Words(FILE[name]) for name in ("ordinary", "activity", "plain", "not", "plea", "craft")
)
STORY, PAPER, ONE, EVERYDAY = (Words(FILE[name]) for name in ("story", "paper", "one", "everyday"))
PLAYABLE, PLAYFUL, TOY, VISIT = (Words(FILE[name]) for name in ("playable", "playful", "toy", "visit"))
SUBJECT_OF_LESSONS, OCCASION, ADRIFT, TECHNICAL, VIRTUAL = (
    Words(FILE[name]) for name in ("lessons", "occasion", "adrift", "technical", "virtual")
)
MEETING, CHORES, KEPT_SAFE, FIRST_AID, CALM, FRAIL, WHEN, NEARBY = (
    Words(FILE[name]) for name in ("meeting", "chores", "kept_safe", "first_aid", "calm", "frail", "when", "nearby")
)
DOES, BESIDE = Words(FILE["does"]), Words(FILE["beside"])
DISCLOSING = frozenset(FILE["disclosing"].split())
TELLING = DISCLOSING | frozenset(FILE["telling"].split())
SMALL, PREPOSITION = frozenset(FILE["small"].split()), frozenset(FILE["preposition"].split())


def next_content(tokens: Sequence[Token]) -> tuple[Token, bool]:
    """The nearest word that means something, and whether a preposition stands before it."""
    through = False
    for token in tokens[:5]:
        if token in PERSON or not (token.typed in SMALL or token in PLAIN):
            return token, through
        through = through or token.typed in PREPOSITION
    return NOTHING, through
