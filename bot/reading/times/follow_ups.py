"""What is to be done after an incident, and by when: `ring mum by Friday`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.reading.corrections import corrections, leads_in
from bot.reading.outcome import Ask, Outcome, Refused, Said, Understood
from bot.reading.times.dates import words_of
from bot.reading.times.due import Due, due
from bot.reading.times.parts import DAYS, HOURS, Part, Piece
from bot.reading.times.plans import Around, parts_of
from bot.reading.times.tokens import Line

_BY = ("by", "before", "erbyn", "cyn", "until", "till", "than", "due", "deadline")
_OF = (
    "about",
    "of",
    "with",
    "re",
    "regarding",
    "concerning",
    "from",
    "since",
    "after",
    "the",
    "last",
    "to",
    "over",
    "and",
)
"""A day behind one of these is what something is about."""
_TOLD = re.compile(r"\b(?:happened|said|saw|was|were|did|made|took|told|last|yesterday|ago)\b", re.IGNORECASE)
"""Words of what has been: a day beside them is none by when something is to be done."""
_EDGES = " \t\n,;:.!-–—()"
LONGEST = 1_000


@dataclass(frozen=True)
class FollowUp:
    """What is to be done, as it was typed, and the day by when."""

    what: str
    day: date | None = None


def follow_up(text: str, around: Around) -> Outcome[FollowUp]:
    """What is to be done and by when. Ask `day` where no day stands there; what can be read in two ways is asked, and a
    day that has passed refused. A text that is too long for a sentence with a day in it is kept as it is."""
    if len(text) > LONGEST:
        return _asked(text)
    line, pieces, _left, _doubt = parts_of(text, around)
    groups = _days(pieces, line)
    marked = [one for one in groups if line.word(one[0].own - 1) in _BY]
    if len(marked or groups) != 1:
        question = "There is more than one day in it: by which is it to be done?" if groups else ""
        return _asked(text, question)
    if _taken_back(text, line, groups):
        return _asked(text, "That takes something back. By which day is it to be done?")
    group = (marked or groups)[0]
    at, end = _begin(line, group[0]), group[-1].end
    found = due(line.slice(group[0].own, end), around, with_today=True)
    what = _without(line, at, end)
    sure = bool(marked) or _stands_apart(line, group, what)
    return _outcome(found, what, text, sure=sure, marked=bool(marked))


def _taken_back(text: str, line: Line, groups: Sequence[Sequence[Piece]]) -> bool:
    """Whether a day may be taken back: `by Friday no sorry Monday`, `not by Friday but the Monday after`."""
    led = (line.slice(0, _begin(line, group[0])) for group in groups)
    return any(one.sure for one in corrections(text)) or any(leads_in(one) for one in led)


def _asked(text: str, question: str = "") -> Ask[FollowUp]:
    return Ask("day", question or "By when is the follow-up to be done?", kept=FollowUp(text))


def _days(pieces: Sequence[Piece], line: Line) -> list[list[Piece]]:
    """The days of a line, each with the hour and the parts beside it."""
    groups: list[list[Piece]] = []
    for one in pieces:
        if not isinstance(one.what, (*DAYS, *HOURS, Part)):
            continue
        if groups and line.skip(groups[-1][-1].end) >= one.at:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [group for group in groups if any(isinstance(one.what, DAYS) for one in group)]


def _begin(line: Line, first: Piece) -> int:
    """Where the words that say by when begin: `no later than`, `by`, `on`."""
    at = min(first.at, first.own)
    while at and line.word(at - 1) in (*_BY, "on", "later", "no", "latest"):
        at -= 1
    return at


def _without(line: Line, at: int, end: int) -> str:
    """The text without its day where that stands at an end; else as it was typed."""
    if line.skip(end) >= len(line):
        return line.slice(0, at).strip(_EDGES)
    if at == 0:
        return line.slice(end, len(line)).strip(_EDGES)
    return line.text


def _stands_apart(line: Line, group: Sequence[Piece], what: str) -> bool:
    """Whether a day without *by* can only be the one by when: at an end, and of nothing that is told."""
    first, last = group[0], group[-1]
    edge = line.skip(last.end) >= len(line) or min(first.at, first.own) == 0
    return edge and line.word(first.own - 1) not in _OF and not _TOLD.search(what)


def _outcome(found: Outcome[Due], what: str, text: str, *, sure: bool, marked: bool) -> Outcome[FollowUp]:
    if isinstance(found, Refused):
        return found
    if isinstance(found, Ask):
        named = " or ".join(one.label for one in found.choices[:3])
        question = f"By when: {named}?" if named and found.what != "year" else found.question
        return Ask(found.what, question, about=found.about, kept=FollowUp(what, found.kept.day if found.kept else None))
    if found.value.moment is not None:
        what = text
    if not sure:
        day = FollowUp(text, found.value.day)
        return Ask("day", f"Is {found.value.words} the day by when it is to be done?", kept=day, said=found.said)
    said = found.said
    if not marked:
        said = (
            *said,
            Said("day", found.value.day.isoformat(), f"I took {words_of(found.value.day)} as the day by when."),
        )
    return Understood(FollowUp(what, found.value.day), said)


__all__ = ["Around", "FollowUp", "follow_up"]
