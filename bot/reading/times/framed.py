"""What stands around a meeting in a mail, a form or a spoken line, and is no part of it: labels, heads, `um`."""

import re

from bot.reading.stamps import without_stamps

_FIELD = (
    r"(?:re|fw|fwd|aw|subject|title|topic|event|event name|name|meeting|session|activity|what|when|date|day|"
    r"date and time|date & time|date/time|time|starts?|starting|start time|begins|from time|at|duration|length|"
    r"how long|where|location|place|venue|platform)"
)
_LABEL = re.compile(rf"^[ \t>*•-]*(?:{_FIELD}[ \t*]*(?::|=)[ \t*]*)+(?=\S)", re.IGNORECASE | re.MULTILINE)
"""What a calendar, a form or a mail writes before a line."""
_DASHED = re.compile(rf"^[ \t>*•]*{_FIELD}[ \t]+[-–—][ \t]+(?=\S)", re.IGNORECASE | re.MULTILINE)
"""The same with a dash, where more than one line has it."""
_END = re.compile(
    r"\s*\n[ \t>*•-]*(?:ends?|end time|finish(?:es)?|until|to)[ \t*]*(?::|=|[ \t][-–—][ \t])[ \t*]*", re.IGNORECASE
)
"""`End: 17:00` on a line of its own."""
_HEAD_OF_MAIL = re.compile(
    r"^[ \t>]*(?:from|sent|to|cc|bcc|reply-to|importance|attachments?):.*$\n?", re.IGNORECASE | re.MULTILINE
)
_SUBJECT = re.compile(r"^[ \t>]*(?:subject|re|fwd?):", re.IGNORECASE | re.MULTILINE)
_BEGINS_WITH = re.compile(
    r"(?:(?:u+m+|u+h+m*|er|erm+|er{3,}|h+m+|a+h+|oh)\b[\s,.…-]+"
    r"|(?:ok(?:ay)?|so|right|well|yeah|yep|yes|yo|anyway|now|alright)\b(?:[ \t]*[,.…!]+\s*|\s+(?:then|so)\b[\s,]*)"
    r"|(?:ok(?:ay)?|so|yeah|yep|yo)[ \t]+(?=[^\W\d_A-Z]{3})(?!what\b|that\b|many\b|much\b))+",
)
"""What somebody says before anything is said; `Ok Café` is a title, and so is `so what`."""
_ENDS_WITH = re.compile(
    r"[\s,.!]+(?:lol|haha+|x+|thx|thanks|thank you|ta|cheers|pls|please|ok\?*|okay\?*)[\s.!]*$", re.IGNORECASE
)
_CELLS = re.compile(r"(\d{1,2}[:.]\d{2}(?:[ ]?[ap]\.?m)?)\t+(?=\d{1,2}[:.]\d{2})", re.IGNORECASE)
"""Start and end in two columns."""
_AFTERTHOUGHT = re.compile(
    r"[\s,.–—-]+(?:oh[\s,]+)?(?:and[\s,]+)?(?:it['’]?s[\s]+)?(?:only|just)\s+(?:for\s+)?"
    r"(?=(?:\d{1,3}\s*(?:m|mins?|minutes?|h|hrs?|hours?)|half\s+an\s+hour|an\s+hour)\b)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"\n[ \t]*(?:many thanks|thanks(?: very much| so much)?|thank you|thx|cheers|ta|(?:kind |best |warm )?regards|"
    r"best wishes|best|diolch(?: yn fawr)?|yours)[ \t,.!]*\n+(?:[^\W\d_][^\n\d]{0,40}\n?){1,2}\s*$",
    re.IGNORECASE,
)
"""Who wrote a mail, below their thanks."""
_GREETED = re.compile(
    r"^\s*(?:hi|hiya|hello|hey|dear|good (?:morning|afternoon|evening))\b[^\n,!]{0,40}[,!]?\s*\n", re.IGNORECASE
)
"""Whom it greets, on a line of its own."""


_SENTENCE = re.compile(
    r"\b(?:that|we|our|you|your|please|is|are|will|would|be|been|there|i|just|if|has|have)\b", re.IGNORECASE
)
"""In a mail these make a sentence, which is no title."""
_ASKED = re.compile(
    r"^\s*(?:(?:can|could|would|will|shall|may)\s+(?:we|you|i)\s+(?:please\s+)?"
    r"(?:do|have|book|set\s+up|schedule|arrange|make|create|plan|add)"
    r"|please\s+(?:book|set\s+up|schedule|arrange|add))\s+",
    re.IGNORECASE,
)
_REMINDED = re.compile(
    r"^\s*(?:(?:just|a|quick|friendly)\s+)*reminder(?:\s+that|\s*:|\s+of)\s+(?:the\s+|our\s+)?", re.IGNORECASE
)
_HELD = re.compile(
    r"\s+(?:takes\s+place|(?:will|is\s+to)\s+take\s+place|is\s+taking\s+place|will\s+be\s+held"
    r"|is\s+(?:being\s+)?held|is\s+happening|will\s+be)\s+(?=(?:on|at|this|next|tomorrow|today)\b)",
    re.IGNORECASE,
)
_COLUMN = (
    r"(?:date|day|start|end|start time|end time|time|from|to|group|title|name|session|class|duration|length|event"
    r"|subject|activity|meeting)"
)
_HEADS = re.compile(rf"^\s*(?:{_COLUMN}[ ]*\t+)+{_COLUMN}[ ]*\n", re.IGNORECASE)
"""The row above those of a sheet."""
_OUTLOOKS = re.compile(r"\s*\(UTC(?:[+-]\d\d:\d\d)?\)\s*Dublin, Edinburgh, Lisbon, London\.?", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_RUN_ON = re.compile(
    rf"\b(mon|tues?|wed|weds|thu|thurs?|fri|sat|sun)(\d{{1,2}}(?:st|nd|rd|th)?)[ ]?({_MONTH})\b", re.IGNORECASE
)
"""`mon23nov`: the spaces forgotten."""
_IN_TWO_LETTERS = re.compile(
    rf"\b(Mo|Tu|We|Th|Fr|Sa|Su|MO|TU|WE|TH|FR|SA|SU|mo|tu|th|fr|sa|su)\.?(?=,?\s+\d{{1,2}}(?:st|nd|rd|th)?"
    rf"[\s/.-]+(?:\d|(?i:{_MONTH})\b))"
)
_WHOLE_DAYS = {
    "mo": "Monday",
    "tu": "Tuesday",
    "we": "Wednesday",
    "th": "Thursday",
    "fr": "Friday",
    "sa": "Saturday",
    "su": "Sunday",
}
_ALL_AT = re.compile(r"(?:(?<=/\d)|(?<=/\d\d)|(?<=\dth))\s+all\s+(?=(?:at\s+)?\d{1,2}(?:[.:]\d{2}|\s*[ap]m))")
"""Behind several days: `23/11 and 7/12 all at 3.15pm`."""


def _whole_day(found: re.Match[str]) -> str:
    return _WHOLE_DAYS[found[1].casefold()]


def _unsigned(text: str) -> str:
    """A mail without greeting and signature, where what is left is no sentence: what stands around a time in one would
    become a title."""
    signed = _SIGNED.search(text)
    if signed is None:
        return text
    body = _GREETED.sub("", text[: signed.start()])
    body = _HELD.sub(" ", _REMINDED.sub("", body))
    return text if _SENTENCE.search(_ASKED.sub("", body)) else body


def without_frame(text: str) -> str:
    """The text without what only frames it."""
    text = without_stamps(text)
    if _SUBJECT.search(text) and "\n" in text:
        text = _HEAD_OF_MAIL.sub("", text)
    text = _unsigned(text)
    text = _CELLS.sub(r"\1 to ", _HEADS.sub("", text))
    text = _ALL_AT.sub(" ", _IN_TWO_LETTERS.sub(_whole_day, _RUN_ON.sub(r"\1 \2 \3", _OUTLOOKS.sub("", text))))
    text = _AFTERTHOUGHT.sub(" for ", text)
    text = _END.sub(" to ", text) if _LABEL.search(text) or _DASHED.search(text) else text
    text = _LABEL.sub("", text)
    text = _DASHED.sub("", text) if len(_DASHED.findall(text)) > 1 else text
    begins = _BEGINS_WITH.match(text[0].lower() + text[1:] if text else "")
    text = text[begins.end() :] if begins else text
    ends = _ENDS_WITH.search(text)
    while ends and ends.start() > 0:
        text = text[: ends.start()]
        ends = _ENDS_WITH.search(text)
    return text
