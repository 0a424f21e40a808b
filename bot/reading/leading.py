"""A reference to a meeting at one end of a text that has words of its own: `cooking club all`, `Robin to Cooking club`.

Numbers are `references.split`'s. Here are whole titles, `the one on Thursday`, and the number without a mark that
stands before a list.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.reading import references
from bot.reading.limits import keep_going
from bot.reading.references import Known

Named = Callable[[str], Sequence[Known]]
_TO = frozenset(["to", "for", "from", "in", "on", "onto", "into", "of", "at"])
_MOST_WORDS = 12
"""No more words of either end are looked at."""
_LONGEST = 200
_EDGE = " \t\r\n,;:"
_NUMBER_FIRST = re.compile(r"\s*(?P<digits>[0-9]{1,18})(?:\s*[:.,;)]\s*|\s+[-–—]\s+|\s+)(?=[^\s\d])")
_KIND = re.compile(r"\b(?:club|group|session|meeting|class|course|one|hour|workshop|team)s?\b|['’]s\b", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """The meetings that an end of a text names, the words that do, and the rest. `sure`: they can be nothing else, such
    as somebody's name. `near`: they are a part of a title, or one misspelt, which has to be asked about."""

    found: tuple[Known, ...]
    words: str
    rest: str
    sure: bool = True
    near: bool = False


def cut(
    text: str,
    meetings: Sequence[Known],
    now: datetime,
    *,
    first_only: bool = False,
    names: bool = False,
    back: bool = False,
) -> Cut | None:
    """Take a title or a day off the beginning or, unless `first_only`, the end of a text; None where neither names a
    meeting, nor nearly does. `names`: the other words are people's names. `back`: a day is one that has been."""

    def exactly(typed: str) -> Sequence[Known]:
        return references.named_by(typed, meetings, now, back=back)

    def nearly(typed: str) -> Sequence[Known]:
        return references.nearly_named_by(typed, meetings)

    for named in (exactly, nearly):
        found = _at_the_start(text, named, names=names) or (
            None if first_only else _at_the_end(text, named, names=names)
        )
        if found:
            return replace(found, near=named is nearly)
    return None


def _at_the_start(text: str, named: Named, *, names: bool) -> Cut | None:
    words = list(re.finditer(r"\S+", text))
    for end in range(min(len(words), _MOST_WORDS), 0, -1):
        keep_going()
        head, rest = text[: words[end - 1].end()], text[words[end - 1].end() :]
        found = _found(head, named)
        if found:
            marked = head.rstrip().endswith(":") or rest.lstrip()[:1] in (":", "-", "–", "—")
            sure = not names or marked or bool(_KIND.search(head)) or not rest.strip()
            return Cut(found, head.strip(_EDGE), re.sub(rf"^[{_EDGE}]*(?:[-–—](?=\s))?[{_EDGE}]*", "", rest), sure)
    return None


def _at_the_end(text: str, named: Named, *, names: bool) -> Cut | None:
    text = references.without_courtesy(text)
    words = list(re.finditer(r"\S+", text))
    for start in range(max(1, len(words) - _MOST_WORDS), len(words)):
        keep_going()
        joined = words[start][0].casefold() in _TO
        tail = text[words[start].end() :] if joined else text[words[start].start() :]
        found = _found(tail, named)
        if found:
            rest = text[: words[start].start()].rstrip(_EDGE)
            return Cut(found, tail.strip(_EDGE), rest, joined or not names or bool(_KIND.search(tail)))
    return None


def _found(typed: str, named: Named) -> tuple[Known, ...]:
    if len(typed) > _LONGEST or not typed.strip():
        return ()
    return tuple(named(html.unescape(typed)))


def alike(text: str, meetings: Sequence[Known]) -> frozenset[int]:
    """The numbers of the meetings of whose title a text has a word that says something."""
    words = {word for word in re.findall(r"[^\W_]{3,}", html.unescape(text).casefold()) if not _KIND.fullmatch(word)}
    return frozenset(one.number for one in meetings if words & set(re.findall(r"[^\W_]{3,}", one.title.casefold())))


def number_first(text: str) -> tuple[int, str] | None:
    """The number without a mark before the words of one line, and these words: in `2 all but Aled` it may be a
    meeting's. None where it is one of several, as in a list."""
    found = _NUMBER_FIRST.match(text)
    if not found or "\n" in text.strip():
        return None
    rest = text[found.end() :]
    return None if re.search(r"(?<![\w.])\d+[.):]\s", rest) else (int(found["digits"]), rest)


__all__ = ["Cut", "alike", "cut", "number_first"]
