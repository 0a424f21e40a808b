"""Finds the page that a hurried person means: in memory, by words, forgiving what thumbs do to spelling."""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.guide.pages import Page
from bot.reading import keep_going

_WORD = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(r"\S+\.\S*\w/\S*|\S+\.\S+\.\S*\w")
_CLAUSE = re.compile(r"[A-Z0-9]{3}-\d{3}")
_EMPTY = frozenset(
    _WORD.findall(
        "a an and are as at be can could do does for from get go has have he her him his how i if in is it its me my "
        "of on or our please she should so some that the their them then there they this to us want was we what "
        "everybody everyone all find see use need know help wat wot wich when where which who why will with would "
        "you your s t co keep keeps twice again not"
    )
)
"""Words that say nothing about what is looked for."""

_SAME = {
    "kick": "remove",
    "boot": "remove",
    "pwd": "password",
    "pass": "passcode",
    "mic": "microphone",
    "vid": "video",
    "cam": "camera",
    "pic": "picture",
    "pics": "pictures",
    "mob": "phone",
    "mobile": "phone",
    "laptop": "computer",
    "pc": "computer",
    "cant": "cannot",
    "wont": "not",
    "doesnt": "not",
    "somebody": "person",
    "someone": "person",
    "anyone": "person",
    "people": "person",
    "participant": "person",
    "participants": "person",
    "fone": "phone",
}
_TITLE, _WORDS, _LINE = 3.0, 2.5, 1.0
_CLOSE = 74
"""From this likeness on (0 to 100) a typed word counts as a misspelt known one."""
_POLICY_TOPIC, _OWN_TOPIC = 1.25, 1.15
"""A page that was written as an answer comes before one that only holds the same words; the policy's first."""
_LONGEST = 300
"""How many characters are looked at; what is looked for stands at the beginning."""
_FOUND = 0.45
"""The share of what was typed that a page must cover to be an answer."""
_SURE = 0.75


@dataclass(frozen=True)
class Hit:
    """A page with how well it fits: 0 for not at all, and from 1 on everything typed is in its title."""

    page: Page
    score: float
    covered: float

    @property
    def good(self) -> bool:
        """Whether it answers what was typed."""
        return self.covered >= _FOUND

    @property
    def sure(self) -> bool:
        """Whether hardly anything typed is missing in it."""
        return self.covered >= _SURE


class Index:
    """The pages of one pack, ready to be searched."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._weights = {page.id: _weights(page) for page in pages}
        self._forms = {word: _simple(word) for page in pages for text, _ in _texts(page) for word in _typed_words(text)}
        pages_with = Counter(word for weights in self._weights.values() for word in weights)
        self._rarity = {word: math.log(1 + len(pages) / count) for word, count in pages_with.items()}
        same = {word: _simple(known) for word, known in _SAME.items()}
        self._forms |= {word: known for word, known in same.items() if known in self._rarity}
        self._unknown = math.log(1 + len(pages)) / 2

    def find(self, typed: str) -> list[Hit]:
        """All pages, the best first; for a clause's id, the pages that cite it. None where nothing was typed."""
        typed = typed[:_LONGEST]
        if is_clause(typed):
            clause = typed.strip().upper()
            return [Hit(page, 1, 1) for page in self._pages if any(clause in line.clauses for line in page.lines)]
        wanted = list(dict.fromkeys(_typed_words(typed)))
        if not wanted:
            return []
        meant = [self._meant(word) for word in wanted]
        hits = [self._hit(page, typed, meant) for page in self._pages]
        return sorted(hits, key=lambda hit: -hit.score)

    @property
    def words(self) -> Collection[str]:
        """Every word that stands in a page, in small letters."""
        return self._forms.keys()

    def names(self, page: Page, typed: str) -> bool:
        """Whether something typed stands in the page's title."""
        return any(self._known_by(page, word, _TITLE) for word in words_of(typed[:_LONGEST]))

    def subject(self, typed: str) -> Page | None:
        """The topic that is known by the most of what was typed, whatever else was typed; None where none is."""
        wanted = dict.fromkeys(words_of(typed[:_LONGEST]))
        known = {
            page: sum(self._rarity[w] * self._weights[page.id][w] for w in wanted if self._known_by(page, w))
            for page in self._pages
            if page.topic
        }
        best = max(known, key=lambda page: known[page], default=None)
        return best if best is not None and known[best] else None

    def _known_by(self, page: Page, word: str, least: float = _WORDS) -> bool:
        return self._weights[page.id].get(word, 0) >= least

    def _meant(self, typed: str) -> dict[str, float]:
        """The known words that a typed word may stand for, with their likeness from 0 to 1."""
        if (simple := _simple(typed)) in self._rarity:
            return {simple: 1.0}
        keep_going()
        meant: dict[str, float] = {}
        for word, known in self._forms.items():
            share = likeness(typed, word)
            if share >= _CLOSE:
                meant[known] = max(meant.get(known, 0), share / 100)
        return meant

    def _hit(self, page: Page, typed: str, meant: Sequence[dict[str, float]]) -> Hit:
        weights = self._weights[page.id]
        total = gained = covered = 0.0
        for word in meant:
            found = [(self._rarity[known], share, weights.get(known, 0)) for known, share in word.items()]
            total += max((rarity for rarity, _, _ in found), default=self._unknown)
            gained += max((rarity * share * weight for rarity, share, weight in found), default=0)
            covered += max((rarity * share**2 for rarity, share, weight in found if weight), default=0)
        phrase = max(fuzz.token_sort_ratio(typed.lower(), words.lower()) for words in (page.title, *page.words))
        score = gained / (total * _TITLE) + (phrase / 100) ** 2
        favour = (_OWN_TOPIC if page.bots_own else _POLICY_TOPIC) if page.topic else 1
        return Hit(page, score * favour, covered / total)


def is_clause(typed: str) -> bool:
    """Whether a clause of a policy was asked for by its id."""
    return _CLAUSE.fullmatch(typed.strip().upper()) is not None


def likeness(typed: str, known: str) -> float:
    """How alike two words are, 0 to 100: misspelt, or cut short while typing."""
    if len(typed) < 3 or (typed[0] != known[0] and fuzz.ratio(typed, known) < 85):
        return 0.0
    if len(typed) >= 4 and known.startswith(typed):
        return 90.0
    return fuzz.ratio(typed, known)


def words_of(text: str) -> list[str]:
    """The words of a text that can be looked for, in their simplest form."""
    return [_simple(word) for word in _typed_words(text)]


def _typed_words(text: str) -> list[str]:
    words = _WORD.findall(_ADDRESS.sub(" ", text).lower().replace("'", "").replace("’", ""))
    return [_SAME.get(word, word) for word in words if word not in _EMPTY]


def _simple(word: str) -> str:
    """A word without the endings that do not change what is meant."""
    for ending in ("ings", "ing", "ies", "ed", "es", "s", "e"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= 3:
            return stem
    return word


def _texts(page: Page) -> list[tuple[str, float]]:
    """Every text of a page with its weight."""
    return [
        *((line.text, _LINE) for line in page.lines),
        *((words, _WORDS) for words in page.words),
        (page.title, _TITLE),
    ]


def _weights(page: Page) -> dict[str, float]:
    """How much each word of a page says about it."""
    found: dict[str, float] = {}
    for text, weight in _texts(page):
        for word in words_of(text):
            found[word] = max(found.get(word, 0), weight)
    return found
