"""One name: what belongs to it, and what can be no name."""

import re
import unicodedata

from bot.reading.lexicon import BEGINNINGS, DOUBTFUL, NO_NAMES, SMALL_WORDS, given, given_only
from bot.reading.names import PARTICLES, bare, core

LONGEST_NAME = 80
_MOST_WORDS = 4
_TITLES = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|reverend|sir|dame|lord|lady|master|cllr)\.?", re.IGNORECASE
)
_PAIRS = (("“", "”"), ('"', '"'), ("'", "'"), ("‘", "’"), ("«", "»"), ("„", "“"), ("`", "`"), ("*", "*"), ("_", "_"))
_STAND_IN = re.compile(
    r"(?:child|adult|person|participant|pupil|student|attendee|learner) (?:\w|\d{1,3})", re.IGNORECASE
)
_SIGNS = "'’‘‛ʼʻʹ′`´＇-‐‑‒–−.·\u200c\u200d・=＝"  # noqa: RUF001


def tidy(text: str) -> str:
    """A name without quotation marks, bold marks and stops around it."""
    text = text.strip()
    for _ in range(4):
        text = text.strip(" ,;!\t")
        if text.endswith(".") and not re.search(r"(?:^|[\s.])(?:\w|jr|sr|snr|jnr)\.$", text, re.IGNORECASE):
            text = text.rstrip(".")
        for opening, closing in _PAIRS:
            if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
                text = text[1:-1]
    text = re.sub(r"^[*_]+(?=\w)|(?<=\w)[*_]+$", "", text)
    return text.strip()


def lowered(surname: str) -> str:
    """A surname in capitals as names are written: `O'NEILL` is O'Neill."""
    words = [word.lower() if word.lower() in PARTICLES else word.title() for word in surname.split()]
    return re.sub(r"(?<=\w)['’]S\b", lambda one: one[0].lower(), " ".join(words))


def without_title(name: str) -> str:
    """A name without *Mrs* and *Dr*, where more than one word is left then."""
    words = name.split()
    while len(words) > 2 and _TITLES.fullmatch(words[0]):
        words = words[1:]
    return " ".join(words)


def no_name(name: str) -> bool:
    """Whether a text is plainly something other than a name."""
    if _STAND_IN.fullmatch(name):
        return False
    words = [word.strip('()"“”') for word in name.split()]
    if not words or not all(_spelt(word) for word in words):
        return True
    folded = [bare(word) for word in words]
    if any(word in NO_NAMES for word in folded) or any(re.search(r"\w['’]s$", word) for word in words[:-1]):
        return True
    if len(words) == 1:
        if re.search(r"\w['’]s$", words[0]):
            return True
        return folded[0] in DOUBTFUL | SMALL_WORDS | BEGINNINGS or bool(_TITLES.fullmatch(words[0]))
    if folded[0] in BEGINNINGS or re.search(r"['’]s$", words[-1]):
        return True
    small = [plain for plain, word in zip(folded, words, strict=True) if word.islower()]
    if any(word in SMALL_WORDS or word in DOUBTFUL for word in small):
        return True
    # “Robin Ashdown joined”: behind a whole name with capitals something more is said.
    return len(words) > 2 and words[0][:1].isupper() and words[-1].islower() and folded[-1] not in PARTICLES


def _spelt(word: str) -> bool:
    """Whether a word is made of letters and the signs that stand in names."""
    if re.search(r"\w{2}\.\w{2}", word):
        return False
    return any(one.isalpha() for one in word) and all(
        one.isalpha() or unicodedata.category(one)[0] == "M" or one in _SIGNS for one in word
    )


def several(name: str, *, alone: bool) -> bool:
    """Whether a name may be several people's: too many words, or nothing but given names.
    `alone`: it is all there is."""
    words = core(name)
    if len(words) < len(name.split()):
        return len(words) > _MOST_WORDS
    if len(words) > _MOST_WORDS or (alone and len(words) > 2 and all(map(given, words))):
        return True
    if alone and len(words) == _MOST_WORDS and all(map(given, words[:-1])):
        return True
    return len(words) > 1 and all(map(given, words)) and given_only(words[-1]) and "-" not in name
