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


def without_frame(text: str) -> str:
    """The text without what only frames it."""
    text = without_stamps(text)
    if _SUBJECT.search(text) and "\n" in text:
        text = _HEAD_OF_MAIL.sub("", text)
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
