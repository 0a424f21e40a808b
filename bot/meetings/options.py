"""What is planned for a meeting beside its title and time: recording, breakout rooms, one-to-one and the like.

Typed options stand after the time, or between commas before it, so that a title such as “Recording studio club”
is left alone. Free text runs to the end, or to a comma that another option follows.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BadInput, Unclear
from bot.reading import clean, keep_going
from bot.reading.corrections import Correction, corrections, replaced
from bot.reading.times.clocks import says_hour
from db.models import MeetingKind

LONGEST_TEXT = 300
MOST_DAYS = 36_525
_MOST_SHOWN = 60
BOXES = ("recorded", "one_to_one", "breakout_rooms")
"""The tick boxes of the form's field ``options``."""
TEXTS = ("purpose", "recording_purpose", "recording_reason", "breakout_reason", "one_to_one_reason")
"""The options that are free text."""

_MENTION = re.compile(r"<@[^<>]*>")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_RECORDED = r"(?:to\s+be\s+|being\s+|will\s+be\s+|we\s+)?rec(?:ord(?:ed|ing|\s+it)?)?"
_BREAKOUT = r"break[\s-]*outs?(?:[\s-]*rooms?)?"
_ONE = r"(?:one|1)[\s-]*(?:to|on|2)[\s-]*(?:one|1)|1\s*[:-]\s*1|121"
_SENSITIVE = r"sensitive(?:\s+(?:or|and)\s+private)?(?:\s+(?:matters?|topics?|subjects?))?|private\s+matters?"
_NOT = r"(?:not|no|nothing|without|never|don['’]?t)\s+(?:be\s+|being\s+|a\s+|any\s+)?"
_BECAUSE = r"because|becuase|becouse|b/?c|cos|coz|cuz|reason\s*:"
_LENGTH = r"\d|half\b|(?:an?|one|two|three|four|five|six)\s+(?:and\s+a\s+half\s+)?h(?:ou)?rs?\b"
_LASTS = (
    r"h|hrs?|hours?|m|mins?|minutes?|days?|weeks?|wks?|fortnights?|months?|terms?|mornings?|afternoons?|evenings?|nights?"
    r"|weekends?|lessons?|sessions?|bit|while"
)
_HOW_LONG = rf"\s+(?:{_LENGTH}|(?:[^\s,;.]+\s+){{0,5}}(?:{_LASTS})\b)"
"""Behind *for* this is how long, or how often, and no purpose; where the reader of times makes nothing of it, it is
asked about."""
_SPAN = r"(\d{1,5})\s*(d|w|m|y)(?:ays?|eeks?|onths?|ears?)?"
_FLAGS = {
    "recorded": (_RECORDED, True, False),
    "breakout_rooms": (_BREAKOUT, True, False),
    "kind": (_ONE, MeetingKind.ONE_TO_ONE, MeetingKind.GROUP),
    "sensitive": (_SENSITIVE, True, False),
}
_REASON_OF = {"recorded": "recording_reason", "breakout_rooms": "breakout_reason", "kind": "one_to_one_reason"}
_ANY_FLAG = rf"(?:{_NOT})?(?:{'|'.join(pattern for pattern, _yes, _no in _FLAGS.values())})(?![\w-])"
_DAYS_LONG = rf"(?=\d+\s*(?:days?|weeks?|months?|years?)\b){_SPAN}"
_KEPT = rf"(?:kept|keep(?:\s+it)?|deleted?)\s+(?:for\s+|after\s+)?{_DAYS_LONG}"
_KEPT_FOR = rf"for\s+{_DAYS_LONG}"
"""Behind a recording only: without one it says how often the meeting is."""
_LED = r"(?:led|run)\s+by\s+(?=<@)|lead(?:er)?\s*(?:is\s+|:\s*)?(?=<@)"
_PURPOSE = rf"(?:about(?!\s+\d)|purpose\s*:?|for(?!{_HOW_LONG}))\s+"
_OPENER = rf"(?:{_ANY_FLAG}|(?:{_BECAUSE})\s|{_KEPT}|{_LED}|no\s+purpose\b|{_PURPOSE})"
_JOINS = r"^(?:[\s,.;&]|(?:and|but|with(?!\s*<@))\b|w/)+"
_FREE_ENDS = re.compile(
    rf"[,;.]\s*(?:and\s+|but\s+)?(?={_OPENER})"
    rf"|\s+(?:and\s+|but\s+)?(?={_ANY_FLAG}\s+(?:{_BECAUSE})\s)"
    rf"|\s+(?={_LED})|[,;]?\s+with\s+(?=<@)"
    r"|[,;]?\s+(?=for\s+\d+(?:\.5)?\s*(?:h|hrs?|hours?|m|mins?|minutes?)$)",
    re.IGNORECASE,
)
_BETWEEN_COMMAS = re.compile(
    rf",\s*((?:{_ANY_FLAG})(?:\s*(?:,|and|&)\s*(?:{_ANY_FLAG}))*)\s*"
    r"(?=,|(?:on|at|tomorrow|today|tonight|next|this|mon|tue|wed|thu|fri|sat|sun|\d)\w*\b)",
    re.IGNORECASE,
)


def _shown(text: str) -> str:
    plain = html.unescape(text)
    return plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"


class TakenBack(BadInput):
    """Words that would be kept may take some of themselves back. `either` are what may be meant, the later first, and
    `word` is that under which they are typed, where there is one."""

    def __init__(self, found: Correction, word: str = "") -> None:
        self.either, self.word = (found.after, found.before), word
        after, before = (_shown(one) for one in self.either)
        super().__init__(f"That takes something back: is it “{after}” or “{before}”? Nothing was changed.")


def either(taken: TakenBack, command: str) -> Unclear:
    """The question with a button for each that may be meant, and with the form, where it is right as it stands."""
    form = ("Write it in the form", command)
    if not taken.word:
        return Unclear(taken.words, [form])
    labels = [f"“{_shown(one)}”" for one in taken.either]
    choices = [*((label, f"{command} {taken.word}") for label in labels), form]
    return Unclear(taken.words, choices, [*taken.either, ""])


def check_kept(text: str, word: str, *, title: bool = False) -> None:
    """Raise TakenBack for words that may take some of themselves back."""
    found = replaced(text, title=title)
    if found is not None:
        raise TakenBack(found, word)


class Options(BaseModel):
    """What somebody said about a meeting. None: not said. An empty text and 0 days: taken away."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: MeetingKind | None = None
    purpose: str | None = Field(None, max_length=LONGEST_TEXT)
    sensitive: bool | None = None
    breakout_rooms: bool | None = None
    breakout_reason: str | None = Field(None, max_length=LONGEST_TEXT)
    one_to_one_reason: str | None = Field(None, max_length=LONGEST_TEXT)
    recorded: bool | None = None
    recording_purpose: str | None = Field(None, max_length=LONGEST_TEXT)
    recording_reason: str | None = Field(None, max_length=LONGEST_TEXT)
    recording_days: int | None = Field(None, ge=0, le=MOST_DAYS)
    lead_worker: str | None = None


def places(text: str) -> Iterator[int]:
    """Every place where options could begin, the leftmost first."""
    return (found.start() for found in re.finditer(rf"(?<![\w@-]){_OPENER}", text, re.IGNORECASE))


def before(text: str, place: int) -> str:
    """What stands before the options, without the comma or the word that joins them."""
    return re.sub(r"(?:[\s,.;&]|(?<!\w)(?:and|with|but|w/))+$", "", text[:place], flags=re.IGNORECASE)


def between_commas(text: str) -> tuple[str, dict[str, Any]]:
    """Options that fill the place between a comma and the next comma or day: (the text without them, the options)."""
    found = _BETWEEN_COMMAS.search(text)
    if not found or not text[: found.start()].strip() or says_hour(text[: found.start()]):
        return text, {}
    said, _left = read(found.group(1))
    return f"{text[: found.start()]} {text[found.end() :].lstrip(' ,')}".strip(), said


def is_one_to_one(title: str) -> bool:
    """Whether the title says no more than that two people meet."""
    return re.fullmatch(_ONE, title, re.IGNORECASE) is not None


def read(text: str) -> tuple[dict[str, Any], str]:
    """Options out of a text that begins with one: (fields of Options, what is none). Raises BadInput.

    Texts are left in the form in which Slack sends them; mentions in them are taken out.
    """
    said: dict[str, Any] = {}
    without_reason: list[str] = []
    left: list[str] = []
    rest = text.strip()
    while rest := re.sub(_JOINS, "", rest, flags=re.IGNORECASE):
        keep_going()
        after = _flag(rest, said, without_reason)
        if after is None:
            after = _detail(rest, said, without_reason)
        if after is None:
            word, _space, after = rest.partition(" ")
            left.append(word)
        rest = after
    return said, " ".join(left)


def _flag(rest: str, said: dict[str, Any], without_reason: list[str]) -> str | None:
    """Take a yes or no from the beginning of the text; None where there is none."""
    for name, (pattern, yes, no) in _FLAGS.items():
        found = re.match(rf"({_NOT})?(?:{pattern})(?![\w-])", rest, re.IGNORECASE)
        if not found:
            continue
        value = no if found.group(1) else yes
        if said.setdefault(name, value) != value:
            what = found.group(0).strip()
            raise BadInput(f"That says two things: is it “{what}”, or what stands before it? Nothing was changed.")
        rest = rest[found.end() :]
        if not found.group(1) and name in _REASON_OF:
            without_reason.append(name)
        if re.match(r"\s*,(?!\s*(?:and|&)\b)", rest):
            without_reason.clear()  # a reason behind a comma is for what stands nearest
        used_for = re.match(rf"\s+for(?!{_HOW_LONG})\s+", rest, re.IGNORECASE)
        if name == "recorded" and said[name] and used_for:
            said["recording_purpose"], rest = _free(rest[used_for.end() :])
        return rest
    return None


def _detail(rest: str, said: dict[str, Any], without_reason: list[str]) -> str | None:
    """Take a reason, a purpose, a number of days or a name from the beginning of the text."""
    if found := re.match(rf"(?:{_BECAUSE})\s+", rest, re.IGNORECASE):
        if not without_reason:
            raise BadInput(
                "What is that the reason for? Write it behind it: `recording because …`, "
                "`breakout rooms because …` or `one-to-one because …`."
            )
        reason, after = _free(rest[found.end() :])
        said.update({_REASON_OF[name]: reason for name in without_reason})
        without_reason.clear()
        return after
    kept = rf"(?:{_KEPT}|{_KEPT_FOR}|{_DAYS_LONG})" if said.get("recorded") else _KEPT
    if found := re.match(kept, rest, re.IGNORECASE):
        number, unit = [one for one in found.groups() if one]
        said["recording_days"] = check_days(int(number) * _DAYS[unit.lower()])
        return rest[found.end() :].lstrip()
    if found := re.match(rf"(?:{_LED})<@([UW][A-Z0-9]+)[^>]*>", rest, re.IGNORECASE):
        said["lead_worker"] = found.group(1)
        return rest[found.end() :]
    if found := re.match(r"no\s+purpose\b", rest, re.IGNORECASE):
        said["purpose"] = ""
        return rest[found.end() :]
    if found := re.match(_PURPOSE, rest, re.IGNORECASE):
        said["purpose"], after = _free(rest[found.end() :])
        return after
    return None


def _free(text: str) -> tuple[str, str]:
    """Free text up to where another option begins: (the text, the rest)."""
    ends = [_FREE_ENDS.search(text), re.search(rf"\s+(?=(?:{_BECAUSE})\s)", text, re.IGNORECASE)]
    end = min((found.start() for found in ends if found), default=len(text))
    told = _MENTION.sub("a colleague", text[:end]).strip(" ,;")
    opened = (one for one in corrections(told) if re.match(_OPENER, one.after, re.IGNORECASE))
    found = replaced(told) or next(opened, None)
    if found is not None:
        raise TakenBack(found)
    return check_text(told), text[end:]


def check_text(text: str, *, field: str | None = None) -> str:
    """A purpose or a reason in one line. Raises BadInput when it is too long."""
    tidy = clean(text)
    if len(tidy) > LONGEST_TEXT:
        raise BadInput(f"That has {len(tidy)} characters; {LONGEST_TEXT} fit. Please shorten it.", field=field)
    return tidy


def check_days(days: int, *, field: str | None = None) -> int:
    """For how many days a recording is kept. Raises BadInput when it is none, or more than a hundred years."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("For how many days is the recording kept? Write a number such as 30.", field=field)
    return days
