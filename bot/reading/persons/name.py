"""One name: what belongs to it, and what can be no name."""

import re
import unicodedata

from bot.reading.persons.lexicon import (
    BEGINNINGS,
    DOUBTFUL,
    EXCEPT,
    NEVER_FIRST,
    NO_NAMES,
    NUMBERED,
    PARENTS,
    SMALL_WORDS,
    STANDS_IN,
    given,
    given_only,
    words_of,
)
from bot.reading.persons.names import PARTICLES, bare, core

LONGEST_NAME = 80
_MOST_WORDS = 4
_WHOLE = 2
_TITLES = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|rev|revd|reverend|sir|dame|lord|lady|master|cllr)\.?", re.IGNORECASE
)
_WHOSE = re.compile(PARENTS, re.IGNORECASE)
_WHOSE_FIRST = re.compile(rf"(?:{PARENTS})(?!\w)", re.IGNORECASE)
_PAIRS = (("“", "”"), ('"', '"'), ("'", "'"), ("‘", "’"), ("«", "»"), ("„", "“"), ("`", "`"), ("*", "*"), ("_", "_"))
_SHORT_FORMS = words_of("st ste jr jnr sr snr jun sen wm chas geo thos jas fr br ap ab")
STAND_IN = re.compile(
    rf"(?:{STANDS_IN}) [^\W\d_]|{NUMBERED} (?P<number>(?:(?:no|nr|number)\.? ?)?#?\d{{1,3}})", re.IGNORECASE
)
"""`Child A` is what a careful person writes in place of a name; `child 1` may be that, or how many there are."""
_SEXES = ("F", "M", "f", "m")
_NOT = words_of("but not no nobody minus")
_SIGNS = "'’‘‛ʼʻʹ′`´＇-‐‑‒–−.·\u200c\u200d・=＝"  # noqa: RUF001


def tidy(text: str) -> str:
    """A name without quotation marks, bold marks and stops around it."""
    text = text.strip()
    for _ in range(4):
        text = text.strip(" ,;!\t-–—")
        if text.endswith(".") and not re.search(r"(?:^|[\s.])(?:\w|jr|sr|snr|jnr)\.$", text, re.IGNORECASE):
            text = text.rstrip(".")
        for opening, closing in _PAIRS:
            if len(text) > 2 and text.startswith(opening) and text.endswith(closing):
                text = text[1:-1]
    text = re.sub(r"^[*_]+(?=\w)|(?<=\w)[*_]+$", "", text)
    for opening, closing in ("()", "[]"):
        text = text.strip() if opening in text and closing in text else text.strip(f"{opening}{closing} ")
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


def ends_here(word: str) -> bool:
    """Whether a stop behind a word ends something, and is not that of `St.` or `Mr.`."""
    return not _TITLES.fullmatch(word) and word.casefold() not in _SHORT_FORMS


def no_name(name: str, *, sure: bool = False) -> bool:
    """Whether a text is plainly something other than a name; `sure`: somebody has said that it is one, so that only
    its signs count."""
    stands_in = STAND_IN.fullmatch(name)
    if stands_in:
        return bool(stands_in["number"]) and not sure
    words = [word.strip('()"“”') for word in name.split()]
    if not words or not all(_spelt(word) for word in words):
        return True
    if sure:
        return False
    folded = [bare(word) for word in words]
    if any(word in NO_NAMES | EXCEPT for word in folded) or any(re.search(r"\w['’]s$", word) for word in words[:-1]):
        return True
    if len(words) == 1:
        if re.search(r"\w['’]s$", words[0]):
            return True
        return (
            (len(name) == 1 and name.isascii())
            or folded[0] in DOUBTFUL | SMALL_WORDS | BEGINNINGS
            or bool(_TITLES.fullmatch(words[0]))
        )
    if (NO_NAMES | DOUBTFUL | SMALL_WORDS).issuperset(folded):
        return True
    if folded[0] in BEGINNINGS or re.search(r"['’]s$", words[-1]):
        return True
    small = [plain for plain, word in zip(folded, words, strict=True) if word.islower()]
    if any(word in SMALL_WORDS or word in DOUBTFUL for word in small):
        return True
    # “Robin Ashdown joined”: behind a whole name with capitals something more is said.
    return len(words) > 2 and words[0][:1].isupper() and words[-1].islower() and folded[-1] not in PARTICLES


def within(text: str) -> tuple[str, str] | None:
    """The name that may stand in what is no name as it is, without marks and numbers, and the remark that begins behind
    it: `Aled Jones )`, `Hywel Price mum Sian`. None where nothing is left that may be one."""
    if STAND_IN.fullmatch(text):
        return text, ""
    kept = "".join(one if one in _SIGNS or unicodedata.category(one)[0] in "LMN" else " " for one in text)
    words = [word for word in re.sub(r"(?<=\w\w)\.(?=\w\w)", " ", kept).split() if re.search(r"[^\W_]", word)]
    number = any(word.isdigit() for word in words)
    while words and (words[0].isdigit() or words[-1].isdigit()):
        words.pop(0 if words[0].isdigit() else -1)
    if not words or not all(_spelt(word) or word.isdigit() for word in words):
        return None
    whole = " ".join(words)
    if _WHOSE_FIRST.match(whole) and no_name(whole):
        return None
    words = _without_beginning(words)
    name, remark = without_title(tidy(" ".join(words))), ""
    capitals = words[0][:1].isupper()
    behind = next((place for place, word in enumerate(words) if place and _remarks(word, capitals=capitals)), 0)
    if not behind and len(words) > _WHOLE and words[-1] in _SEXES:
        behind = len(words) - 1
    before = " ".join(words[:behind])
    if behind and not no_name(before) and (" " in before or given(before)):
        name, remark = without_title(before), " ".join(words[behind:])
    if name != text and (no_name(name) or (number and " " not in name and not given(name))):
        return None
    plain = bare(name).split()
    if (
        NO_NAMES.issuperset(plain)
        or (name.islower() and (SMALL_WORDS | DOUBTFUL).issuperset(plain))
        or re.search(r"\w['’]s(?:\s|$)", name)
    ):
        return None
    if " " in name and (plain[0] in NEVER_FIRST or not EXCEPT.isdisjoint(plain)):
        return None
    return (name, remark) if name else None


def _without_beginning(words: list[str]) -> list[str]:
    """The words from the first given name on, where those before it say who that is: `her brother Bo`."""
    for place, word in enumerate(words):
        if bare(word) in EXCEPT | _NOT:
            break
        if given(word) and (place == 0 or word[:1].isupper()):
            return words[place:]
        if not word.islower() or bare(word) not in SMALL_WORDS | NO_NAMES | DOUBTFUL:
            break
    return words


def _remarks(word: str, *, capitals: bool) -> bool:
    """Whether a word behind a name begins something else: a number, whose it is or, where the name is written with
    `capitals`, a sentence."""
    plain = bare(word)
    sentence = word.islower() and (plain in SMALL_WORDS or (capitals and plain not in PARTICLES))
    return word.isdigit() or bool(_WHOSE.fullmatch(word)) or sentence or plain in EXCEPT


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


def in_pairs(name: str) -> list[str]:
    """The people whose first names and surnames, or initials, a name may be: `Tia Bell Omar Marsh`, `Tia B. Omar M.`.
    Nobody where nothing speaks for it."""
    words = name.split()
    if len(words) < _MOST_WORDS or any(word.casefold() in PARTICLES and len(word) > 1 for word in words):
        return []
    begins = [0]
    for place in range(2, len(words) - 1):
        if place - begins[-1] > 1 and given(words[0]) and given(words[place]):
            begins.append(place)
    if len(begins) > 1:
        return [" ".join(words[one:end]) for one, end in zip(begins, [*begins[1:], len(words)], strict=True)]
    firsts, lasts = words[::2], words[1::2]
    short = [[len(one.strip(".")) == 1 for one in side] for side in (firsts, lasts)]
    capitals = [[one.isupper() and len(one) > 1 for one in side] for side in (firsts, lasts)]
    alike = any(all(one) and not any(other) for each in (short, capitals) for one, other in (each, each[::-1]))
    if not alike or len(words) % 2:
        return []
    return [" ".join(pair) for pair in zip(firsts, lasts, strict=True)]
