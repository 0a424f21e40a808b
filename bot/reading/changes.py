"""A change of a meeting as people say it, in the plain words of `/meeting edit`.

`make it 6` is `to 6`, `only 45 mins` is `for 45 min`, `call it Art club` is `title Art club`. What is told by the
meeting itself (`30 mins longer`, `finish at 5.30`, `5 instead of 4`, `also with @…`) is a value of its own. A text
that says none of it comes back as it was typed.
"""

import re
from dataclasses import dataclass

from bot.reading.numbering import without_courtesy
from bot.reading.times.lengths import length
from bot.reading.times.tokens import Line

_IT = r"(?:it|this|that|(?:the|this|our)\s+(?:meeting|session|club|class|group|call|one|start|time))"
_ASKING = re.compile(
    r"(?:(?:please|pls|plz|ok|so|hi|hello)[\s,.!]+"
    r"|(?:can|could|would|shall|may)\s+(?:we|you|i|it)\s+(?:please\s+|just\s+)?"
    r"|(?:i|we)(?:\s+(?:need|want|have)\s+to|['’]d\s+like\s+to|\s+would\s+like\s+to)\s+|let['’]?s\s+|just\s+(?=make|call|change|move)"
    r"|i\s+(?:need|want)\s+you\s+to\s+)+",
    re.IGNORECASE,
)
_WHEN = (
    r"(?:(?:at|on|to|the)\s+)?(?:\d|half\b|quarter\b|noon\b|midday\b|mid|mon|tue|wed|thu|fri|sat|sun|tom|tmr|tmw|today|"
    r"next\s|this\s|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|eleven\b|twelve\b|an?\s)"
)
_MADE = re.compile(
    r"(?:(?:oh(?:\s+no)?|no\s+wait|actually|sorry|oops|(?:i\s+)?meant|should\s+(?:say|read)|correction)[\s,:]+)*"
    rf"(?:do\s+|(?:make|set|have|do|put)\s+{_IT}\s+|(?:change|swap|switch|move|push)(?:\s+{_IT})?\s+(?:over\s+)?to\s+"
    rf"|call\s+it\s+|(?:{_IT}\s+)?(?:needs?\s+to\s+be|has\s+to\s+be|will\s+be|ought\s+to\s+be)\s+(?:at\s+|on\s+)?"
    r"|(?:it['’]?s|it\s+is)\s+(?:now\s+)?(?:at\s+|on\s+)?|(?<=[\s,:]))"
    rf"(?={_WHEN})",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"(?:please\s+)?(?:(?:is|was|has\s+been|now|be)\s+)*"
    r"(?:moved?|changed?|put|push(?:ed)?|bring|brought|shift(?:ed)?|set|make|rescheduled?|postponed?)\b"
    r"(?:\s+(?:it|this|the|its|start|starting|time|day|date|meeting|session|back|forward|on))*\s+(?:to|for|at|until)\s+"
    r"(?=[^\n]*(?:\d|day|mon|tue|wed|thu|fri|sat|sun|tomorrow|noon|half|quarter|week))|"
    r"(?:it\s+)?(?:now\s+)?start(?:s|ing)?\s+(?:at\s+|on\s+)?(?=\d|half|quarter|noon|mon|tue|wed|thu|fri|sat|sun|tomorrow)|"
    r"(?:(?:it|that|this)\s+)?(?:should(?:\s+have\s+been|\s+be)|was\s+meant\s+to\s+be|was\s+supposed\s+to\s+be)\s+(?:at\s+|on\s+)?"
    r"(?=\d|half|quarter|noon|mon|tue|wed|thu|fri|sat|sun|tomorrow)",
    re.IGNORECASE,
)
"""A change of the moment in a whole sentence."""
_LABEL = re.compile(rf"(?:new\s+)?(?:time|hour|day|date|when)\s*(?:\bis\b|[:=]|\bto\b)?\s*(?={_WHEN})", re.IGNORECASE)
_NEXT_WEEK = re.compile(r"(?:to\s+)?next\s+week", re.IGNORECASE)

_TITLE = re.compile(
    rf"(?:(?:re-?name|re-?title)(?:\s+{_IT})?(?:\s*:\s*|\s+(?:(?:to|as)\s+)?)"
    rf"|(?:call|name|title)\s+{_IT}\s+(?:as\s+)?"
    rf"|(?:(?:{_IT}|it['’]?s|name)\s+)?(?:is\s+|should\s+be\s+|to\s+be\s+|will\s+be\s+|now\s+)*called\s+"
    r"|(?:change|set|update|edit|correct|fix)\s+(?:the\s+|its\s+)?(?:title|name)\s*(?:\bto\b|\bas\b|[=:])\s*"
    r"|(?:the\s+)?(?:new\s+)?name\s*(?:\bis\b|\bshould\s+be\b|[=:])\s*"
    r"|(?:the\s+)?new\s+title\s*(?:is\s+|should\s+be\s+|[=:]\s*)?|title\s+should\s+be\s+)(?=\S)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“‘'](.+)[\"”’']")
_NO_TITLE = re.compile(r"(?:off|a\s+day|quits|in|back|again|me|us|them)\W*", re.IGNORECASE)
"""`call it off` is no title."""
_MORE = re.compile(
    r"(?:[,;.]|\band\b|\bthen\b|&|\+)\s*(?:(?:make|move|change|put|push|start|finish|end|call|rename|extend|shorten|add|set)\b"
    r"|(?:at|for|to|on)\s+(?:\d|half|mon|tue|wed|thu|fri|sat|sun|tomorrow))",
    re.IGNORECASE,
)
"""Another change behind a title that was said in a sentence."""

_ONLY = re.compile(r"(?:only|just)\s+(?:for\s+)?(?P<l>.+)", re.IGNORECASE)
_ALONE = re.compile(
    r"(?:for\s+)?(?P<l>.+?)\s+(?:only|instead|long|total|in\s+total|max|in\s+length|altogether)", re.IGNORECASE
)
_LASTS = re.compile(
    rf"(?:(?:{_IT}\s+)?(?:lasts?|lasting|runs?|should\s+last|will\s+last)|length|duration)\s*(?:\bis\b|[:=]|\bto\b|\bfor\b)?\s*"
    rf"(?P<l>.+)|(?:cut|shorten|reduce|trim|extend|lengthen|stretch|change|set)(?:\s+(?:{_IT}|(?:the\s+)?(?:length|duration)))?"
    r"(?:\s+down)?\s+to\s+(?P<l2>.+)",
    re.IGNORECASE,
)
_LONGER = (
    re.compile(
        rf"(?:(?:make|run|have)\s+{_IT}\s+(?:for\s+)?)?(?P<l>.+?)\s+(?:(?P<more>longer|more|extra)|shorter|less)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:(?P<more>extend|lengthen|stretch|prolong)|shorten|cut|reduce|trim)(?:\s+{_IT})?(?:\s+down|\s+short)?\s+by\s+(?P<l>.+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?P<more>add)\s+(?:on\s+)?(?:an?\s+extra\s+|another\s+)?(?P<l>.+?)(?:\s+(?:on|to\s+it|extra|(?:to|on|at)\s+the\s+end))*",
        re.IGNORECASE,
    ),
    re.compile(r"(?P<more>(?:an?\s+)?extra|another)\s+(?P<l>.+)", re.IGNORECASE),
    re.compile(r"(?:take|knock|chop)\s+(?P<l>.+?)\s+off(?:\s+(?:it|the\s+end))?", re.IGNORECASE),
    re.compile(
        r"(?:finish|end|stop)(?:es|s|ing)?\s+(?P<l>.+?)\s+(?:(?P<more>later)|earlier|early|sooner)", re.IGNORECASE
    ),
)
_ENDS = re.compile(
    rf"(?:(?:{_IT}\s+)?(?:now\s+)?(?:should\s+|will\s+|needs?\s+to\s+|to\s+)?(?:finish|end|stop)(?:es|s|ing)?(?:\s+time)?"
    r"\s*(?:\bis\b|[:=])?\s*(?:\b(?:at|by|now|for)\b\s*)?"
    r"|(?:until|till|['’]?til|up\s+to|up\s+till)\s+"
    rf"|(?:extend|stretch|run|lengthen|go\s+on|carry\s+on|cut|shorten)(?:\s+{_IT})?(?:\s+on)?\s+(?:to|until|till|['’]?til)\s+)"
    r"(?P<hour>(?:\d|half\s|quarter\s|noon|midday)[^,;\n]*)",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\s+(?:instead|now)$", re.IGNORECASE)
_SWAP = re.compile(
    r"(?P<new>[^,;\n]{1,60}?)\s*(?:,|-|–|—)?\s*(?:instead\s+of|rather\s+than|\bnot)\s+(?P<old>[^,;\n]{1,60})"
    rf"|(?:change|move|shift|swap|switch|push)\s+(?:{_IT}\s+)?(?:from\s+)?(?P<was>[^,;\n]{{1,60}}?)\s+(?:to|for)\s+(?P<to>[^,;\n]{{1,60}})"
    r"|no\s+longer\s+(?P<left>[^,;\n]{1,60}?)\s*(?:,\s*(?:but\s+|now\s+)?|\bbut\s+|\bnow\s+)(?P<now>[^,;\n]{1,60})"
    r"|not\s+(?P<gone>[^,;\n]{1,60}?)\s*(?:,\s*but|,|\bbut)\s*(?P<stays>[^,;\n]{1,60})",
    re.IGNORECASE,
)
_MENTIONS = r"(?:(?:and|&|,)\s*)?<@[UW][A-Z0-9]+(?:\|[^<>]*)?>(?:\s*(?:,|and|&|\+)?\s*<@[UW][A-Z0-9]+(?:\|[^<>]*)?>)*"
_ALSO = re.compile(
    rf"(?:(?:and|also|plus|add(?:ing)?|\+|&)\s+(?:also\s+)?(?:with\s+)?(?P<a>{_MENTIONS})(?:\s+(?:too|also|as\s+well))?"
    rf"|(?:with\s+)?(?P<b>{_MENTIONS})\s+(?:too|also|as\s+well))",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    rf"(?:without|remove|drop|minus|not\s+with|take\s+off|no\s+longer\s+with)\s+(?P<who>{_MENTIONS})", re.IGNORECASE
)
_HOW_LONG_IT_IS = 400
"""No sentence of a change is longer; what is, is left to the readers of lists and invitations."""


@dataclass(frozen=True)
class Longer:
    """So many minutes more than the meeting has, or fewer."""

    minutes: int


@dataclass(frozen=True)
class Ends:
    """The hour at which the meeting is to end; it begins when it did."""

    hour: str


@dataclass(frozen=True)
class Swap:
    """What is to be instead of what: `5 instead of 4`. Right only where the second is how it stands."""

    new: str
    old: str


@dataclass(frozen=True)
class Workers:
    """Who is to be a co-worker beside those that are, or no longer: the words with the mentions."""

    mentions: str
    more: bool


Relative = Longer | Ends | Swap | Workers


def _minutes(words: str | None) -> int | None:
    """The minutes of words that are a length and nothing else."""
    if not words:
        return None
    line = Line(words)
    found = length(line, 0) if len(line) else None
    return found[0] if found and line.skip(found[1]) >= len(line) else None


def _bare(text: str) -> str:
    text = without_courtesy(text.strip()) if len(text) <= _HOW_LONG_IT_IS else text
    asked = _ASKING.match(text)
    return text[asked.end() :] if asked and text[asked.end() :] else text


def plain(text: str) -> str:
    """The change in the words of the command (`to …`, `for …`, `title …`); the text itself where it says none."""
    if len(text) > _HOW_LONG_IT_IS:
        return text
    bare = _bare(text)
    lasts = _lasts(bare)
    if lasts is not None:
        return f"for {lasts} min"
    made = _MADE.match(bare) or _LABEL.match(bare)
    if made:
        rest = bare[made.end() :]
        lasts = _minutes(rest) or _lasts(rest)
        if lasts is not None:
            return f"for {lasts} min"
        if relative(rest) is not None or rest.lower().startswith(("a ", "an ")):
            return rest
        return "same time next week" if _NEXT_WEEK.fullmatch(rest) else f"to {rest.removeprefix('to ')}"
    title = _TITLE.match(bare)
    if title and not _NO_TITLE.fullmatch(bare, title.end()) and not _MORE.search(bare, title.end()):
        return f"title {_unquoted(bare[title.end() :])}"
    return "same time next week" if _NEXT_WEEK.fullmatch(bare) else text


def as_moved(text: str) -> str:
    """The same; `move it to 5` and `change the time to 17:30`, too, as they are shortest: `to 5`."""
    text = plain(text)
    found = _MOVES.match(text)
    return f"to {text[found.end() :]}" if found else text


def _unquoted(words: str) -> str:
    quoted = _QUOTED.fullmatch(words)
    return quoted[1] if quoted else words


def _lasts(bare: str) -> int | None:
    for pattern in (_ONLY, _ALONE, _LASTS):
        found = pattern.fullmatch(bare)
        words = found.groupdict() if found else {}
        minutes = _minutes(words.get("l") or words.get("l2"))
        if minutes is not None:
            return minutes
    return None


def relative(text: str) -> Relative | None:
    """What a whole text says by how the meeting stands; None where it says nothing of that kind."""
    if len(text) > _HOW_LONG_IT_IS:
        return None
    bare = _bare(text)
    for pattern in _LONGER:
        found = pattern.fullmatch(bare)
        minutes = _minutes(found["l"]) if found else None
        if found and minutes is not None:
            return Longer(minutes if "more" in pattern.groupindex and found["more"] else -minutes)
    ends = _ENDS.fullmatch(_INSTEAD.sub("", bare))
    if ends and _minutes(ends["hour"]) is None:
        return Ends(ends["hour"])
    also, without = _ALSO.fullmatch(bare), _WITHOUT.fullmatch(bare)
    if also or without:
        return Workers((also["a"] or also["b"]) if also else without["who"] if without else "", more=bool(also))
    swap = _SWAP.fullmatch(bare)
    if swap:
        return Swap(
            swap["new"] or swap["to"] or swap["now"] or swap["stays"],
            swap["old"] or swap["was"] or swap["left"] or swap["gone"],
        )
    return None
