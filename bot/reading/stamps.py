"""Lines copied out of a chat: when each was written, and by whom, stands before its words."""

import re

_DAY = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"
_HOUR = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[ \u202f]?[ap]\.?m\.?)?"
_WHO = r"[^:\n\[\]]{1,40}:[ \t]+"
_STAMP = re.compile(
    rf"^[ \t\u200e]*(?:\[(?:{_DAY},?[ ]+)?{_HOUR}(?:,?[ ]+{_DAY})?\][ \t]*{_WHO}"
    rf"|{_DAY},?[ ]+{_HOUR}[ ]+[-–][ ]+{_WHO})",
    re.IGNORECASE | re.MULTILINE,
)
"""`[30/11/2026, 21:14] Sam: `, `30/11/2026, 21:14 - Sam: `."""


def without_stamps(text: str) -> str:
    """The text without them; the same text where it has none."""
    return _STAMP.sub("", text)
