"""Who of those on a meeting is meant by some words: by whole name, first name, first name and initial, or initials."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from bot.reading.limits import keep_going
from bot.reading.persons.lexicon import nicknames
from bot.reading.persons.names import bare, folded, near_words, tight

_MOST_WORDS = 7
_INITIALS = re.compile(r"(?:[^\W\d_]\.? ?){2,4}")
_SHORTEST_BEGINNING = 3
_LONGEST = 80
_OF_SOMEBODY = frozenset(
    (
        *("cousin", "cousins", "brother", "sister", "siblings", "sibling", "twin", "friend", "friends", "mate", "mum"),
        *("mam", "mom", "dad", "mother", "father", "parent", "parents", "carer", "gran", "nan", "grandma", "grandad"),
        *("aunt", "auntie", "uncle", "niece", "nephew", "neighbour", "girlfriend", "boyfriend", "partner", "stepdad"),
        *("stepmum", "stepbrother", "stepsister", "guest", "worker", "teacher", "dog", "son", "daughter", "wife"),
    )
)
"""Whoever is somebody’s is not that somebody."""


class Known:
    """The people on a meeting, by all that they may be called; somebody is named by their place among them."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._bare: list[list[str]] = []
        self._exact: dict[str, set[int]] = {}
        self._loose: dict[str, set[int]] = {}
        self._initials: dict[str, set[int]] = {}
        self._alike: dict[str, tuple[int, ...]] = {}
        for place, name in enumerate(names):
            words = folded(name).split()
            plain = [bare(word) for word in words]
            close = [word.replace(" ", "") for word in plain]
            self._bare.append(" ".join(plain).split())
            forms = [(" ".join(words[:end]), "".join(close[:end])) for end in range(1, len(words) + 1)]
            if len(words) > 1:
                forms.append((f"{words[0]} {plain[-1][:1]}", f"{close[0]}{close[-1][:1]}"))
                # `J Pugh`, of whom it is said who was meant.
                self._loose.setdefault(f"{close[0][:1]}{close[-1]}", set()).add(place)
            for form, tight_form in forms:
                self._exact.setdefault(form, set()).add(place)
                self._loose.setdefault(tight_form, set()).add(place)
            letters = [word[0] for word in self._bare[place]]
            for form in {"".join(letters), f"{letters[0]}{letters[-1]}"} if len(letters) > 1 else ():
                self._initials.setdefault(form, set()).add(place)

    def called(self, words: Sequence[str]) -> tuple[tuple[int, ...], bool]:
        """Those whom these words can name, and whether it has to be said whom they were taken for."""
        return self._called(words, [folded(word) for word in words], [tight(word) for word in words])

    def _called(self, words: Sequence[str], plain: Sequence[str], close: Sequence[str]) -> tuple[tuple[int, ...], bool]:
        exact = self._exact.get(" ".join(plain).strip(" .,"))
        if exact:
            return tuple(sorted(exact)), False
        loose = self._loose.get("".join(close))
        if loose:
            return tuple(sorted(loose)), True
        text = " ".join(words)
        if text.isupper() and _INITIALS.fullmatch(text):
            return tuple(sorted(self._initials.get("".join(close), ()))), True
        return (), False

    def apart(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """A row of words as names, each with its beginning and end; nothing where something is left over."""
        plain, close = [folded(word) for word in words], [tight(word) for word in words]
        best: dict[int, list[tuple[int, int]]] = {len(words): []}
        for start in range(len(words) - 1, -1, -1):
            keep_going()
            for end in range(min(len(words), start + _MOST_WORDS), start, -1):
                if end in best and self._called(words[start:end], plain[start:end], close[start:end])[0]:
                    best[start] = [(start, end), *best[end]]
                    break
        return best.get(0, [])

    def plural(self, word: str) -> tuple[int, ...]:
        """Those of a first name in the plural: `Sams`."""
        return self.called([re.sub(r"['’]?s$", "", word)])[0] if word.endswith("s") else ()

    def like(self, text: str) -> tuple[int, ...]:
        """Those who may be meant by words that name nobody: by a nickname first, then by likeness."""
        if text not in self._alike:
            self._alike[text] = self._like(text)
        return self._alike[text]

    def _like(self, text: str) -> tuple[int, ...]:
        plain = bare(text).split()
        if not plain or len(text) > _LONGEST or (len(plain) > 1 and not _OF_SOMEBODY.isdisjoint(plain)):
            return ()
        also = nicknames(plain[0])
        by_nickname = tuple(place for place, words in enumerate(self._bare) if words and words[0] in also)
        return by_nickname or tuple(place for place, words in enumerate(self._bare) if words and _like(plain, words))


def _like(plain: list[str], words: list[str]) -> bool:
    if len(plain) == 1 and len(plain[0]) == 1:
        return words[0].startswith(plain[0])
    return near_words(plain, words) or plain == words[-1:] or _begins(plain[0], words[0]) or _slip(plain, words)


def _begins(one: str, other: str) -> bool:
    short = min(len(one), len(other))
    return short >= _SHORTEST_BEGINNING and one[:_SHORTEST_BEGINNING] == other[:_SHORTEST_BEGINNING]


def _slip(plain: Sequence[str], words: Sequence[str]) -> bool:
    slips = 1 if len(plain[0]) < 5 else 2
    return len(plain[0]) > 2 and int(OSA.distance(plain[0], words[0])) <= slips


def named(names: Sequence[str], places: Iterable[int]) -> str:
    """Names in a row, for a sentence."""
    return ", ".join(names[place] for place in places)
