"""A reference to a meeting at one end of a text that has words of its own: `cooking club all`, `Robin to Cooking club`.

Numbers are `numbering.split`'s. Here are whole titles, `the one on Thursday`, and the number without a mark that
stands before a list.
"""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.reading import numbering, references
from bot.reading.clean import trimmed
from bot.reading.limits import keep_going
from bot.reading.persons.lexicon import given
from bot.reading.references import Known

Named = Callable[[str], Sequence[Known]]
_TO = frozenset(["to", "for", "from", "in", "on", "onto", "into", "of", "at"])
_MOST_WORDS = 12
"""No more words of either end are looked at."""
_LONGEST = 200
_EDGE = " \t\r\n,;:"
_NUMBER_FIRST = re.compile(r"\s*(?P<digits>[0-9]{1,18})(?P<mark>\s*[:.,;)]\s*|\s+[-–—]\s+|\s+)(?=[^\s\d])")
_NUMBER_LAST = re.compile(r"(?<!\S)(?:to|for|from|into|onto)\s+(?P<digits>[0-9]{1,18})[\s.!]*$", re.IGNORECASE)
_TO_LAST = re.compile(r"\s(?:to|from|into|onto)\s+(?P<what>[^\n,;:]+)$", re.IGNORECASE)
_FIRST_PIECE = re.compile(r"\s*([^,;:\n(]{1,60})[,;:\n]")
_LAST_PIECE = re.compile(r"[,;\n]([^,;:\n(]{1,60})$")
_PARTING = (":", "-", "–", "—")
_DASHED_HEAD = re.compile(r"\s*(?P<head>[^,;:\n–—]{1,40}?)\s+[-–—]\s+(?=[^\n–—]*[,;])")
_AND = re.compile(r"(?:\s(?:and|or|plus|but|except)|[&+])\s*$", re.IGNORECASE)
_LAST = 80
"""How much of a text's end is looked at for them."""
_CLUB = re.compile(r"\b(?:club|group|session|meeting|class|course|workshop|team)\b", re.IGNORECASE)
_KIND = re.compile(r"\b(?:club|group|session|meeting|class|course|one|hour|workshop|team)s?\b|['’]s\b", re.IGNORECASE)


@dataclass(frozen=True)
class Cut:
    """The meetings that an end of a text names, the words that do, and the rest. `sure`: they can be nothing else, such
    as somebody's name. `marked`: a colon or a dash parts them from the rest. `near`: they are a part of a title, or one
    misspelt, which has to be asked about. `behind`: they stand at the end. `several`: it is a row of meetings."""

    found: tuple[Known, ...]
    words: str
    rest: str
    sure: bool = True
    near: bool = False
    marked: bool = False
    behind: bool = False
    several: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        """Their numbers."""
        return tuple(one.number for one in self.found)


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

    text = _plain(text)

    def exactly(typed: str) -> Sequence[Known]:
        return references.named_by(typed, meetings, now, back=back)

    def nearly(typed: str) -> Sequence[Known]:
        says_which = re.search(r"[^\W_]", _KIND.sub(" ", typed))
        return references.nearly_named_by(typed, meetings) if says_which else ()

    for named in (exactly, nearly):
        unsure = names or named is nearly
        first = _at_the_start(text, named, unsure)
        last = None if first_only else _at_the_end(text, named, unsure)
        if first and last and last.sure and first.found != last.found:
            behind = _at_the_end(first.rest, named, unsure) if first.sure else None
            first = (
                replace(first, found=(*first.found, *last.found), rest=behind.rest, several=True) if behind else last
            )
        found = first or last
        if found:
            return replace(found, near=named is nearly)
    return None


def _at_the_start(text: str, named: Named, unsure: bool) -> Cut | None:
    words = list(re.finditer(r"\S+", text))
    for end in range(min(len(words), _MOST_WORDS), 0, -1):
        keep_going()
        head, rest = text[: words[end - 1].end()], text[words[end - 1].end() :]
        found = _found(head, named)
        if found:
            marked = head.rstrip().endswith(":") or rest.lstrip()[:1] in _PARTING
            sure = not unsure or marked or bool(_KIND.search(head))
            rest = re.sub(rf"^[{_EDGE}]*(?:[-–—](?=\s))?[{_EDGE}]*", "", rest)
            return Cut(found, trimmed(head, _EDGE), rest, sure, marked=marked)
    return None


def _at_the_end(text: str, named: Named, unsure: bool) -> Cut | None:
    text = numbering.without_courtesy(text)
    words = list(re.finditer(r"\S+", text))
    for start in range(max(1, len(words) - _MOST_WORDS), len(words)):
        keep_going()
        if _AND.search(f" {words[start][0]}"):
            continue
        joined = words[start][0].casefold() in _TO
        tail = text[words[start].end() :] if joined else text[words[start].start() :]
        found = _found(tail, named)
        if found:
            rest = trimmed(text[: words[start].start()], _EDGE, end_only=True)
            sure = joined or not unsure or bool(_KIND.search(tail))
            return _one_of_several(Cut(found, trimmed(tail, _EDGE), rest, sure, behind=True), named, unsure)
    return None


def _one_of_several(last: Cut, named: Named, unsure: bool) -> Cut | None:
    """What an end of a text names, where it is the last of a row: `Robin to art club and book group` names two
    meetings, and the end of `all but Robin and Tia` is somebody's name."""
    row = _AND.search(last.rest, max(0, len(last.rest) - _LAST))
    if row is None:
        return last
    before = _at_the_end(last.rest[: row.start()], named, unsure)
    if before is not None:
        return replace(last, found=(*before.found, *last.found), rest=before.rest, several=True)
    return last if last.sure else None


def mentioned(text: str, meetings: Sequence[Known]) -> tuple[Known, ...]:
    """The meetings whose whole title stands somewhere in a sentence."""
    return tuple(one for one in meetings if references.names_whole(html.unescape(text), one))


def _plain(text: str) -> str:
    """The text with Slack's way of writing what would else hold a semicolon undone; no mention comes of it."""
    return text.replace("&amp;", "&").replace("&gt;", ">")


def _found(typed: str, named: Named) -> tuple[Known, ...]:
    typed = html.unescape(typed).strip()
    return tuple(named(typed)) if typed and len(typed) <= _LONGEST else ()


def alike(text: str, meetings: Sequence[Known]) -> frozenset[int]:
    """The numbers of the meetings of whose title a text has a word that says something."""
    words = {word for word in re.findall(r"[^\W_]{3,}", html.unescape(text).casefold()) if not _KIND.fullmatch(word)}
    return frozenset(one.number for one in meetings if words & set(re.findall(r"[^\W_]{3,}", one.title.casefold())))


def number_first(text: str, *, lists: bool = False) -> tuple[int, str, bool] | None:
    """The number without a mark before the words of one line, these words, and whether a colon or a dash parts them: in
    `2 all but Aled` it may be a meeting's. None for one of several, as in a list, or with `lists` what may number the
    first of one."""
    found = _NUMBER_FIRST.match(text)
    if not found or "\n" in text.strip() or (lists and found["mark"].strip() in (".", ")")):
        return None
    rest, marked = text[found.end() :], found["mark"].strip() in _PARTING
    return None if re.search(r"(?<![\w.])\d+[.):]\s", rest) else (int(found["digits"]), rest, marked)


def number_last(text: str) -> tuple[int, str] | None:
    """The number without a mark at the end, where a word before it says that it is a meeting's: `Robin to 2`."""
    text = numbering.without_courtesy(text)
    found = _NUMBER_LAST.search(text, max(0, len(text) - _LAST))
    return (int(found["digits"]), trimmed(text[: found.start()], _EDGE, end_only=True)) if found else None


def unknown_reference(text: str, *, lists: bool = False) -> tuple[str, str] | None:
    """The words of a text that name a meeting nobody knows, and the rest: `pottery: Robin`, `pottery - Robin, Tia`,
    `Robin to pottery`, `Robin, book club`. `lists`: what stands before a colon may be the head of a list."""
    text = numbering.without_courtesy(_plain(text))
    dashed = _DASHED_HEAD.match(text)
    if dashed and not (lists and given(dashed["head"].split()[0])):
        return dashed["head"].strip(), text[dashed.end() :].strip()
    head, mark, rest = text.partition(":")
    if mark and not lists and rest.strip() and len(head) <= _LAST and "\n" not in head:
        return head.strip(), rest.strip()
    found = _TO_LAST.search(text, max(0, len(text) - _LAST))
    if found:
        return trimmed(found["what"], _EDGE), trimmed(text[: found.start()], _EDGE, end_only=True)
    first, last = _FIRST_PIECE.match(text), _LAST_PIECE.search(text, max(0, len(text) - _LAST))
    if first and _CLUB.search(first[1]):
        return first[1].strip(), text[first.end() :].strip()
    if last and _CLUB.search(last[1]):
        return last[1].strip(), trimmed(text[: last.start()], _EDGE, end_only=True)
    return None


__all__ = ["Cut", "alike", "cut", "mentioned", "number_first", "number_last", "unknown_reference"]
