"""Which meeting is meant by what somebody typed, and what stops a command.

A number counts however it is written (`numbering`), and a whole title of one meeting only is as good. A part
of a title is enough to look; a command that acts asks first. What is left over stops a command that acts: it never
falls back on the only meeting there is.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

from rapidfuzz import fuzz

from bot.reading.limits import keep_going
from bot.reading.numbering import BARE, DASH, LED, MARKED, ROW, bare_of_courtesy, numbers, value_of, visible
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Understood
from bot.reading.words import DAY_NAMES, SHORT_FORMS

_OTHERS_NUMBER = re.compile(rf"(?<![\w/])(?P<kind>[ic])\s?{DASH}\s?(?P<digits>[0-9]+(?:-[0-9]+)?)(?!\w)", re.IGNORECASE)
_AGAINST = re.compile(
    r"\b(?:not|never|no|none|don['’]?t|without|except|but|isn['’]?t|cannot|can['’]?t)\b", re.IGNORECASE
)
_AROUND = re.compile(
    r"^(?:(?:the|my|our|a|meeting|session|for|to|of|called)\s+)+|(?:\s+(?:one|meeting|session))+$", re.IGNORECASE
)
_JOINING = re.compile(r"\s*(?:\b(?:and|or|then|plus)\b|[&,/+])\s*", re.IGNORECASE)
_EITHER = re.compile(
    r"[\s,.]+(?:or|no|sorry|oops|wait|actually|rather|i mean|was it|is it|maybe|make that|perhaps)"
    r"(?:[\s,.]+(?:no|sorry|was it|is it|maybe|i mean|rather|make that|it's))*[\s,.]+",
    re.IGNORECASE,
)
"""Between two numbers of which one is meant: `M-3 or was it 5`, `2 no sorry 4`."""
_ALIKE = 80
"""From this likeness on (0 to 100) a typed title is offered as a misspelt known one."""
_LISTED = 3
_SHORTEST_PART = 3
_EDGE = 60
"""So much of a longer text is given back."""
_LONGEST = 400
"""No reference has more characters."""
_MOST = 5
_DAYS = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}
_POINTS = re.compile(r"\b(?:one|meeting|session|club|group)\b|['’]s\b", re.IGNORECASE)
_SMALL = frozenset(["the", "one", "on", "at", "my", "our", "meeting", "session", "this", "coming", "s", "of"])


@dataclass(frozen=True)
class Known:
    """A meeting that may be meant: number, title, and its start on the organisation's clock."""

    number: int
    title: str
    starts_at: datetime

    @cached_property
    def folded(self) -> str:
        """The title as it is compared."""
        return _folded(self.title)

    @property
    def label(self) -> str:
        """Number, title and day: what a button says."""
        at = self.starts_at
        return f"M-{self.number} {self.title}, {at:%A} {at.day} {at:%B}"


def which(text: str, meetings: Sequence[Known], *, acts: bool, now: datetime) -> Outcome[int]:
    """The meeting that the whole of a text means. `meetings` are those that may be meant: the caller's own and those
    whose number stands in the text. Whatever is no part of the reference is refused, and named."""
    text = " ".join(visible(text).split())
    if len(text) > _LONGEST:
        return Refused(text[:_EDGE], f"“{text[:_EDGE]}…” is too long to name a meeting. {_yours(meetings)}")
    asked = text.rstrip().endswith("?")
    typed = bare_of_courtesy(text.replace("?", " "))
    typed = LED.sub("", typed, count=1) if LED.match(typed) else typed
    other = _OTHERS_NUMBER.search(typed)
    if other:
        return _no_meetings_number(other)
    halves = [MARKED.fullmatch(half) or BARE.fullmatch(half) for half in _EITHER.split(typed)]
    either = [value_of(half) for half in halves if half]
    if len(either) == len(halves) == 2:
        found = _several(either, meetings, "Which one?")
    elif MARKED.search(typed) or BARE.fullmatch(typed):
        found = _by_number(typed, meetings)
    elif ROW.fullmatch(typed) and not any(one.folded == _folded(typed) for one in meetings):
        found = _several(numbers(typed), meetings)
    elif typed:
        found = _by_words(typed, meetings, now, acts=acts)
    else:
        found = _only(meetings)
    if asked and acts and isinstance(found, Understood):
        return _sure(next(one for one in meetings if one.number == found.value))
    return found


def _by_number(typed: str, meetings: Sequence[Known]) -> Outcome[int]:
    matches = list(MARKED.finditer(typed)) or [found for found in [BARE.fullmatch(typed)] if found]
    found = tuple(dict.fromkeys(value_of(one) for one in matches))
    missing = _missing(found, meetings)
    if missing:
        return missing
    left = " ".join(f"{typed[: matches[0].start()]} {_between(typed, matches)} {typed[matches[-1].end() :]}".split())
    if len(found) > 1:
        parts = _between(typed, matches).split()
        if parts and not _JOINING.sub("", left):
            return _ask([one for one in meetings if one.number in found], "Which one? I take one at a time.")
        two = f"M-{found[0]} and M-{found[1]}"
        return Refused(f"M-{found[1]}", f"That names two meetings, {two}: one at a time, please.")
    only = next(one for one in meetings if one.number == found[0])
    left = bare_of_courtesy(left).strip(" ,;:-–")
    if _AROUND.sub("", left) and not _names(_AROUND.sub("", left), only):
        return _unread(left, only)
    return Understood(only.number)


def _several(
    found: Sequence[int], meetings: Sequence[Known], question: str = "Which one first? I take one at a time."
) -> Outcome[int]:
    return _missing(found, meetings) or _ask([one for one in meetings if one.number in found], question)


def _unread(left: str, meeting: Known) -> Refused:
    """Words that are no part of the reference: what they would be without them is offered, unless they speak against
    it."""
    why = f"I don't know what “{left}” is to say here, so nothing was done with M-{meeting.number}."
    return Refused(left, why, () if _AGAINST.search(left) else (meeting.number,))


def _between(typed: str, matches: Sequence[re.Match[str]]) -> str:
    between = " ".join(typed[one.end() : after.start()] for one, after in pairwise(matches))
    commas = "," if any(typed[one.start() : one.end()].rstrip().endswith(",") for one in matches[:-1]) else ""
    return f"{between} {commas}".strip()


def _missing(found: Iterable[int], meetings: Sequence[Known]) -> Refused | None:
    known = {one.number for one in meetings}
    number = next((one for one in found if one not in known), None)
    if number is None:
        return None
    return Refused(f"M-{number}", f"I can't find M-{number} among your meetings. {_yours(meetings)}".strip())


def _yours(meetings: Sequence[Known]) -> str:
    if not meetings:
        return "`/meeting list` shows them."
    more = f" and {len(meetings) - _LISTED} more" if len(meetings) > _LISTED else ""
    return f"You have {'; '.join(one.label for one in meetings[:_LISTED])}{more}."


def _no_meetings_number(found: re.Match[str]) -> Refused:
    kind = "an incident" if found["kind"].casefold() == "i" else "a concern"
    what = f"{found['kind'].upper()}-{found['digits']}"
    return Refused(what, f"{what} is the number of {kind}; a meeting's looks like M-12.")


def _only(meetings: Sequence[Known]) -> Outcome[int]:
    if len(meetings) == 1:
        return Understood(meetings[0].number)
    if not meetings:
        why = "You have no meeting that fits. `/meeting list` shows your meetings, `/meeting new` makes one."
        return Refused("none", why)
    return _ask(meetings, "Which meeting?")


def _ask(meetings: Sequence[Known], question: str, what: str = "which") -> Ask[int]:
    return Ask(what, question, tuple(Choice(one.label, one.number) for one in meetings[:_MOST]))


def _sure(meeting: Known) -> Ask[int]:
    return _ask([meeting], f"Do you mean {meeting.label}?", "sure")


def _by_words(typed: str, meetings: Sequence[Known], now: datetime, *, acts: bool) -> Outcome[int]:
    wanted = _folded(_AROUND.sub("", typed))
    whole = [one for one in meetings if wanted and one.folded == wanted]
    part = [one for one in meetings if wanted and _is_part(wanted, one.folded)]
    on_day = _on_day(typed, meetings, now) if _POINTS.search(typed) or not acts else []
    if whole or part:
        found = whole or part
        if len(found) > 1:
            return _ask(found, "Which one?")
        return Understood(found[0].number) if whole or not acts else _sure(found[0])
    if on_day:
        if len(on_day) > 1:
            return _ask(on_day, "Which one?")
        return _sure(on_day[0]) if acts else Understood(on_day[0].number)
    near = _misspelt(wanted, meetings)
    if near:
        return _ask(near, "I know no meeting of that title. Do you mean this one?")
    row = _row_of_titles(typed, meetings)
    if row:
        return _ask(row, "I take one meeting at a time. Which one first?")
    titled = max((one for one in meetings if names_whole(typed, one)), key=lambda one: len(one.title), default=None)
    left = _without(typed, titled.title) if titled else typed
    if titled and left != typed:
        return _unread(left, titled)
    return Refused(typed, f"I know no meeting called “{typed}”. {_yours(meetings)}")


def _row_of_titles(typed: str, meetings: Sequence[Known]) -> list[Known]:
    """The meetings of a row of titles, or of parts of them: `art and youth club`; none where one names nobody's."""
    parts = [one for one in _JOINING.split(typed) if _folded(one)]
    each = [nearly_named_by(one, meetings) for one in parts] if 1 < len(parts) <= _MOST else []
    return list(dict.fromkeys(one for found in each for one in found)) if each and all(each) else []


def named_by(typed: str, meetings: Sequence[Known], now: datetime, *, back: bool = False) -> list[Known]:
    """The meetings that a text means as a whole, by their title or as “the one on Thursday”; a part of a title is not
    enough. `back`: a day is one that has been, where a meeting was on it."""
    wanted = _folded(_AROUND.sub("", typed))
    whole = [one for one in meetings if wanted and one.folded == wanted]
    if whole or not _POINTS.search(typed):
        return whole
    return (_on_day(typed, meetings, now, back=True) if back else []) or _on_day(typed, meetings, now)


def nearly_named_by(typed: str, meetings: Sequence[Known]) -> list[Known]:
    """The meetings of whose title a text is a part, or that it may mean misspelt."""
    wanted = _folded(_AROUND.sub("", typed))
    if len(wanted) < _SHORTEST_PART:
        return []
    return [one for one in meetings if _is_part(wanted, one.folded)] or _misspelt(wanted, meetings)


def _misspelt(wanted: str, meetings: Sequence[Known]) -> list[Known]:
    return [one for one in meetings if _alike(wanted, one.folded)]


def _folded(text: str) -> str:
    """Words in small letters without accents and marks."""
    plain = text.casefold()
    if not plain.isascii():
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return " ".join(re.findall(r"[^\W_]+", plain))


def _is_part(wanted: str, title: str) -> bool:
    """Whether every typed word is a word of the title, or the beginning of one."""
    words = title.split()
    return all(any(word == one or (len(one) >= 3 and word.startswith(one)) for word in words) for one in wanted.split())


def _alike(wanted: str, title: str) -> bool:
    keep_going()
    if fuzz.ratio(wanted, title) >= _ALIKE:
        return True
    return " " not in wanted and any(len(word) > 3 and fuzz.ratio(wanted, word) >= _ALIKE for word in title.split())


def _names(left: str, meeting: Known) -> bool:
    folded = _folded(left)
    return not folded or _is_part(folded, meeting.folded)


def names_whole(typed: str, meeting: Known) -> bool:
    """Whether a meeting's whole title stands in a text."""
    return f" {meeting.folded} " in f" {_folded(typed)} "


def _without(typed: str, title: str) -> str:
    left = re.sub(re.escape(title), " ", typed, flags=re.IGNORECASE)
    return " ".join(left.split()) or typed


def _on_day(typed: str, meetings: Sequence[Known], now: datetime, *, back: bool = False) -> list[Known]:
    """The meetings to come on the day that a text such as “the one on Thursday” names; none where it says more. `back`:
    those of today and of the week before it."""
    words = [SHORT_FORMS.get(word, word) for word in _folded(typed).split() if word not in _SMALL]
    today = now.date()
    found = [one for one in meetings if (one.starts_at.date() <= today if back else one.starts_at.date() >= today)]
    if words in (["next"], ["first"]):
        return [] if back else sorted(found, key=lambda one: one.starts_at)[:1]
    for word in words:
        if word in _DAYS:
            day = today + timedelta(days=_DAYS[word])
            found = [one for one in found if one.starts_at.date() == day]
        elif (weekday := _weekday(word)) is not None:
            found = [one for one in found if one.starts_at.weekday() == weekday]
        else:
            found = [one for one in found if _is_part(word, one.folded)]
    named = any(_weekday(word) is not None or word in _DAYS for word in words)
    return found if named else []


def _weekday(word: str) -> int | None:
    names = (name.casefold() for name in DAY_NAMES)
    day = next((n for n, name in enumerate(names) if len(word) >= 3 and name.startswith(word)), None)
    return 2 if word == "weds" else day
