"""When two names are one person's: the same however they are written, or so near that somebody has to be asked."""

import re
import unicodedata

from rapidfuzz.distance import OSA

from db.folding import folded

__all__ = ["PARTICLES", "bare", "core", "folded", "near", "near_words", "slipped", "tight"]

_SHORTEST_WITH_SLIP = 3
_SHORTEST_WITH_TWO = 5
_OTHER_SIGNS = re.compile(r"[^\w\s]|_")
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_SMALL_WORDS = """
van von der den de la las los le el al da das do dos del della di du ter ten zu af av bin ibn bint abu ap ab ferch
verch mac mc ó o ní ni nic ua y e i st san santa thi binti bt
"""
PARTICLES = frozenset(_SMALL_WORDS.split())
"""The small words of names, such as *van* and *ap*."""


def bare(name: str) -> str:
    """A folded name without accents and signs: what is left when somebody writes in a hurry."""
    plain = folded(name)
    if plain.isascii() and plain.isalpha():
        return plain
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.translate(_STROKES))
        plain = "".join(one for one in letters if not unicodedata.combining(one))
    return " ".join(_OTHER_SIGNS.sub(" ", plain.replace("'", "").replace(".", "")).split())


def tight(name: str) -> str:
    """A bare name without spaces: `o brien` is `O'Brien`."""
    return bare(name).replace(" ", "")


def core(name: str) -> list[str]:
    """The words of a name that are neither initials nor small words such as *van* and *al-*."""
    found = [word for word in folded(name).split() if word not in PARTICLES and len(word.strip(".")) > 1]
    return found or folded(name).split()


def near(one: str, other: str, *, slips: bool = True) -> bool:
    """Whether two names that are not the same may be one person's: but for accents and signs, a first name alone, a
    first name and an initial, the same words turned round, or (with `slips`) one letter."""
    return near_words(bare(one).split(), bare(other).split(), slips=slips)


def near_words(left: list[str], right: list[str], *, slips: bool = True) -> bool:
    """The same of two names that are bare already."""
    if not left or not right:
        return False
    if "".join(left) == "".join(right) or sorted(left) == sorted(right):
        return True
    short, long = sorted((left, right), key=len)
    if short[0] == long[0] and len(short) == 1:
        return True
    if len(short) == len(long) and short[0] == long[0] and _only_initial(short, long):
        return True
    return slips and _one_letter(left, right)


def _only_initial(short: list[str], long: list[str]) -> bool:
    """`Robin A` and `Robin Ashdown`; not `Sam K` and `Sam P`."""
    pairs = [(a, b) for a, b in zip(short, long, strict=True) if a != b]
    return all(1 in (len(a), len(b)) and a[0] == b[0] and a[0].isalpha() for a, b in pairs)


def slipped(left: list[str], right: list[str]) -> bool:
    """Whether two bare names may be one that was written by ear or in a hurry: one letter or two off in the first name
    or in what stands behind it, which may be left out or an initial. Tia Bell is no Mia: where one has no surname, the
    first letter is the same."""
    if not left or not right or not _by_ear(left[0], right[0]):
        return False
    one, other = "".join(left[1:]), "".join(right[1:])
    if not one or not other:
        return one == other or left[0][0] == right[0][0]
    if 1 in (len(one), len(other)):
        return one[0] == other[0] and one[0].isalpha()
    return _by_ear(one, other)


def _by_ear(one: str, other: str) -> bool:
    """The same, or one letter off, and two in a name of five letters and more."""
    if one == other:
        return True
    shortest = min(len(one), len(other))
    if shortest < _SHORTEST_WITH_SLIP or (one.isdigit() and other.isdigit()):
        return False
    most = 2 if shortest >= _SHORTEST_WITH_TWO else 1
    return int(OSA.distance(one, other, score_cutoff=most)) <= most


def _one_letter(left: list[str], right: list[str]) -> bool:
    if min(len("".join(left)), len("".join(right))) < _SHORTEST_WITH_SLIP:
        return False
    if len(left) == len(right) and all(
        a == b or len(a) == len(b) == 1 or (a.isdigit() and b.isdigit()) for a, b in zip(left, right, strict=True)
    ):
        return False
    return int(OSA.distance(" ".join(left), " ".join(right), score_cutoff=1)) <= 1
