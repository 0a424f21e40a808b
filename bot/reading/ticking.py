"""Which of the things to tick a text means, and whether it says that it is done.

Only an exact id ticks. A negation, a question or “still to” never does: it says that something is not done.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from bot.reading.limits import keep_going
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Understood

_NOT = re.compile(
    r"\b(?:not|no|never|none|nothing|nobody|without|except|excluding|besides|apart|unless|but|forgot|forgotten|forget|fail|failed|"
    r"skip|skipped|unable|missing|missed|undone|open|pending|outstanding|todo|still|yet|need|needs|needed|must|should|will|shall|later|"
    r"tomorrow|soon|almost|nearly|partly|half|impossible|cannot|cant|wont|dont|didnt|doesnt|isnt|wasnt|arent|werent|hasnt|havent|"
    r"hadnt|couldnt|wouldnt|shouldnt|mustnt|neednt|aint|unticked|untick|remove|undo|"
    r"waiting for|going to|to do|ddim|heb|"
    r"when|if|after|before|until|once|maybe|perhaps|think|unsure|try|tried|trying)\b|n['’`]t\b|\?",
    re.IGNORECASE,
)
_SIGN = re.compile("[^\\w\\s.,!:'\"“”‘’`*✅✔☑👍\ufe0f-]")
"""A sign that may cross something out or leave it open: `~lock~`, `[ ] lock`, `❌ lock`."""
_ALIKE = 70
"""From this likeness on (0 to 100) an id is offered."""
_SLIP = 75
"""From this likeness on a word is another, misspelt."""
_SHORT = 3
"""Words up to this length seldom tell what is meant."""
_LONGEST = 300
_MEAN_THE_SAME = {
    "consent": ("consent", "permission", "agree", "agreement", "allow"),
    "carer": ("carer", "parent", "guardian", "mother", "father", "family", "mum", "dad"),
    "child": ("child", "children", "kid", "young", "pupil", "under"),
    "rules": ("rules", "contract", "boundaries"),
    "photo": ("photo", "picture", "image", "recording", "video"),
    "checks": ("checks", "dbs", "vetting"),
}
"""Words that staff and policies use for one thing."""
_SAYS_LITTLE = frozenset(
    ["done", "told", "said", "from", "with", "have", "that", "this", "everybody", "everyone", "person"]
)
_SPOKEN_OF = 0.6
"""The share of an id's words that a sentence must have to be about it."""


@dataclass(frozen=True)
class Item:
    """One thing that can be ticked: its id, and the sentence that says what it is."""

    id: str
    text: str = ""

    @property
    def words(self) -> str:
        """The id in words."""
        return _folded(self.id)


def read(text: str, items: Sequence[Item]) -> Outcome[str]:
    """The id that a text means. Ask `no tick` where it says that something is not done, with the thing that it speaks
    of; Ask `which` where an id only comes near; Refused where none does."""
    if len(text) > _LONGEST:
        return Refused(text[:60], f"There is nothing to tick that is called “{text[:60]}…”.")
    wanted = _folded(text)
    exact = next((one for one in items if one.words == wanted), None)
    says_not = bool(_NOT.search(text) or _SIGN.search(unicodedata.normalize("NFKC", text)))
    if exact is not None and not _SIGN.search(unicodedata.normalize("NFKC", text)):
        return Understood(exact.id)
    spoken_of = _spoken_of(wanted, items)
    if spoken_of and says_not:
        question = f"I tick nothing from “{text}”: it says that something is not done, or asks."
        return Ask("no tick", question, tuple(Choice(one.words, one.id) for one in spoken_of), about=text)
    near = [] if says_not else [one for one in items if _near(wanted, one.words)]
    near.sort(key=lambda one: -fuzz.ratio(wanted, one.words))
    near = near or ([] if says_not else _told(wanted, items))
    if near:
        question = f"There is nothing to tick that is called “{text}”. Do you mean this?"
        return Ask("which", question, tuple(Choice(one.words, one.id) for one in near[:3]), about=text)
    return Refused(text, f"There is nothing to tick that is called “{text}”.")


def misspelt(text: str, known: str) -> bool:
    """Whether a text is an id and nothing else, with a slip of the pen in some word."""
    typed, words = _folded(text).split(), _folded(known).split()
    return len(typed) == len(words) and all(fuzz.ratio(*pair) >= _SLIP for pair in zip(typed, words, strict=True))


def names_one(text: str, ids: Sequence[str]) -> bool:
    """Whether a text as a whole is one of some ids, whatever its ending, or with a slip of the pen."""
    wanted = _folded(text)
    return any(misspelt(text, one) or _same(wanted, _folded(one)) for one in ids)


def nearest(text: str, items: Sequence[Item]) -> list[Item]:
    """Those that have most of a text's words, or of words for the same, in their id or their sentence, the nearest
    first: to be told, and never to be ticked."""
    wanted = {_meaning(one) for one in _folded(text).split() if len(one) > _SHORT} - _SAYS_LITTLE
    counts: dict[str, int] = {}
    for one in items:
        keep_going()
        for words, weighs in ((one.words, 2), (_folded(one.text), 1)):
            own = {_meaning(word) for word in words.split()}
            found = weighs * sum(any(_same(word, part) for part in own) for word in wanted)
            counts[one.id] = counts.get(one.id, 0) + found
    told = {one.id: one for one in items if counts[one.id]}
    return sorted(told.values(), key=lambda one: -counts[one.id])


def _meaning(word: str) -> str:
    """The word by which those that mean the same are compared."""
    return next((name for name, words in _MEAN_THE_SAME.items() if any(_same(word, one) for one in words)), word)


def _told(wanted: str, items: Sequence[Item]) -> list[Item]:
    """Those whose sentence has most of the longer words of a text, and the most of them: *lock* for *The meeting is
    locked once everybody is in*."""
    typed = [one for one in wanted.split() if one not in _SAYS_LITTLE]
    telling = [one for one in typed if len(one) > _SHORT] or [one for one in typed if len(one) == _SHORT]
    counts = {}
    for one in items:
        keep_going()
        counts[one.id] = sum(any(_begins(word, part) for part in _folded(one.text).split()) for word in telling)
    best = max(counts.values(), default=0)
    return [one for one in items if best and counts[one.id] == best and best * 2 > len(telling)]


def _begins(typed: str, known: str) -> bool:
    return _same(typed, known) or fuzz.ratio(typed, known[: len(typed) + 1]) >= _SLIP


def _folded(text: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", plain))


def _near(wanted: str, words: str) -> bool:
    """Whether an id is misspelt, or all of its words stand in the text: “the lock is on”, “carer talked to”."""
    return fuzz.ratio(wanted, words) >= _ALIKE or _share(wanted, words) == 1


def _spoken_of(wanted: str, items: Sequence[Item]) -> list[Item]:
    """What a sentence speaks of: the id of which most words stand in it, and the longest of these."""
    shares = {one.id: (_share(wanted, one.words), len(one.words.split())) for one in items}
    best = max(shares.values(), default=(0.0, 0))
    return [one for one in items if best[0] >= _SPOKEN_OF and shares[one.id] == best][:1]


def _share(wanted: str, words: str) -> float:
    typed, parts = wanted.split(), words.split()
    found = sum(any(_same(one, part) for one in typed) for part in parts)
    return found / len(parts) if parts else 0.0


def _same(typed: str, known: str) -> bool:
    """One word, whatever its ending: *lock* and *locked*, *agreed* and *agree*."""
    short, long = sorted((typed, known), key=len)
    return typed == known or (len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 3)
