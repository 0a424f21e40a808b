"""Which of some titled things a text names: by its whole title or number, at an end of a text or as the whole of it.

A part of a title, or one with a slip in it, is never taken in silence: it is given back as `near`, to be asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.reading import numbering
from bot.reading.clean import trimmed
from bot.reading.limits import keep_going
from db.folding import plain_words

_MARK = re.compile(
    r"(?<![\w/])(?:g\s?-?\s?|group\s+(?:g-?\s?|no\.?\s?|#)?)(?P<digits>\d{1,9})(?![\w:.])", re.IGNORECASE
)
_TO = re.compile(r"(?:to|from|of|in|into|for|on)$", re.IGNORECASE)
_LED = re.compile(r"^(?:to|from|of|in|into|for|on|the|our|my)\s+", re.IGNORECASE)
_KIND = re.compile(r"^(?:club|group|class|course|session|team|workshop)s?$")
_EDGE = " \t\r\n,;:"
_MOST_WORDS = 12
_LONG = 7
"""In a title of so many letters two may be off; in a shorter one, one."""


@dataclass(frozen=True)
class Titled:
    """Something with a number and a title."""

    number: int
    title: str

    @property
    def key(self) -> str:
        """The title as it is compared."""
        return plain_words(self.title)


@dataclass(frozen=True)
class Cut:
    """Those that an end of a text names, and the other words. `near`: none has quite this title."""

    found: tuple[Titled, ...]
    words: str
    rest: str
    near: bool = False


def whole(text: str, among: Sequence[Titled]) -> Cut | None:
    """Those that the whole of a text names; None where it names none."""
    typed = _polite(text)
    mark = _MARK.fullmatch(typed)
    if mark:
        found = tuple(one for one in among if one.number == int(mark["digits"]))
        return Cut(found, typed, "") if found else None
    exact = _called(typed, among) or _called(_LED.sub("", typed), among)
    if exact:
        return Cut(exact, typed, "")
    words = set(plain_words(typed).split())
    part = tuple(one for one in among if words and (words <= set(one.key.split()) or set(one.key.split()) <= words))
    near = _nearly(typed, among) or part
    return Cut(near, typed, "", near=True) if near else None


def first(text: str, among: Sequence[Titled]) -> Cut | None:
    """Those whose title or number a text begins with; the longest title counts."""
    text = text.strip()
    mark = _MARK.match(text)
    if mark:
        found = tuple(one for one in among if one.number == int(mark["digits"]))
        return Cut(found, mark[0], _behind(text[mark.end() :])) if found else None
    words = list(re.finditer(r"\S+", text))
    for named in (_called, _nearly, _partly):
        for end in range(min(len(words), _MOST_WORDS), 0, -1):
            keep_going()
            head = text[: words[end - 1].end()]
            found = named(head, among)
            if found:
                return Cut(found, trimmed(head, _EDGE), _behind(text[len(head) :]), near=named is not _called)
    return None


def within(text: str, among: Sequence[Titled]) -> Cut | None:
    """Those whose whole title stands somewhere in a text, and the other words; the longest title counts. Never sure."""
    plain = f" {plain_words(text)} "
    among = [one for one in among if f" {one.key} " in plain]
    words = list(re.finditer(r"\S+", text)) if among else []
    for length in range(min(len(words), _MOST_WORDS), 0, -1):
        for start in range(len(words) - length + 1):
            keep_going()
            begin, end = words[start].start(), words[start + length - 1].end()
            found = _called(text[begin:end], among)
            if found:
                rest = trimmed(f"{text[:begin]}{text[end:].lstrip()}", _EDGE, end_only=True)
                return Cut(found, trimmed(text[begin:end], _EDGE), rest, near=True)
    return None


def last(text: str, among: Sequence[Titled]) -> Cut | None:
    """Those whose title or number stands at the end of a text behind *to* or *from*; or at its beginning before a
    colon. The longest title counts."""
    text = numbering.without_courtesy(text.strip())
    words = list(re.finditer(r"\S+", text))
    for named in (_called, _nearly, _partly):
        for start in range(max(1, len(words) - _MOST_WORDS), len(words)):
            keep_going()
            if not _TO.match(words[start - 1][0]):
                continue
            tail = text[words[start].start() :]
            mark = _MARK.fullmatch(tail)
            found = tuple(one for one in among if mark and one.number == int(mark["digits"])) or named(
                _LED.sub("", tail), among
            )
            if found:
                rest = trimmed(text[: words[start - 1].start()], _EDGE, end_only=True)
                return Cut(found, trimmed(tail, _EDGE), rest, near=named is not _called)
    head, mark_, rest = text.partition(":")
    for named in (_called, _nearly, _partly):
        found = named(head, among) if mark_ else ()
        if found:
            return Cut(found, head.strip(), rest.strip(), near=named is not _called)
    return None


def nearly(title: str, among: Sequence[Titled]) -> tuple[Titled, ...]:
    """Those whose title is this one but for a slip or two; none that has it quite."""
    return _nearly(title, among)


def _called(typed: str, among: Sequence[Titled]) -> tuple[Titled, ...]:
    key = plain_words(typed)
    return tuple(one for one in among if key and one.key == key)


def _nearly(typed: str, among: Sequence[Titled]) -> tuple[Titled, ...]:
    key = plain_words(typed)
    slips = 2 if len(key) >= _LONG else 1
    return tuple(one for one in among if len(key) > slips + 2 and 0 < OSA.distance(one.key, key) <= slips)


def _partly(typed: str, among: Sequence[Titled]) -> tuple[Titled, ...]:
    """Those of whose title the words are a part, or that are called so but for a word like *club*."""
    wanted = {one for one in plain_words(typed).split() if not _KIND.match(one)}
    return tuple(one for one in among if wanted and wanted <= set(one.key.split()))


def _behind(text: str) -> str:
    """What stands behind a title, without the mark that parts them."""
    return re.sub(rf"^[{_EDGE}]*(?:[-–—](?=\s))?[{_EDGE}]*", "", text)


def _polite(text: str) -> str:
    return numbering.without_courtesy(text.strip()).strip(" \t\"“”'’?!.")
