"""`M-12 and later`: a meeting named with all that come after it in its series."""

import re

_NOUN = r"(?:\s+(?:ones?|meetings?|sessions?|weeks?|dates?|times?|of\s+(?:them|it)))?"
_AFTER = r"(?:(?:after|following|behind)(?:\s+(?:it|that|this|them|those))?|afterwards?|onwards?|from\s+then\s+on)"
_BEHIND = re.compile(
    rf"(?:[\s,]*(?:and|&|&amp;|\+|plus|with)\s+(?:all\s+|any\s+|every\s+)?(?:of\s+)?(?:the\s+|its\s+)?(?:others?\s+)?"
    rf"(?:(?:later|following|future|further|coming|remaining|next){_NOUN}|(?:ones?\s+|meetings?\s+|sessions?\s+)?{_AFTER}"
    rf"|rest{_NOUN}|everything\s+{_AFTER})|[\s,]*\b(?:onwards?|from\s+then\s+on))(?=[\s,.:;!?]|$)[\s,:;]*",
    re.IGNORECASE,
)


def leading(text: str) -> tuple[bool, str]:
    """Whether a text begins with `and later`, and the rest: for what stands behind a meeting's number."""
    found = _BEHIND.match(text)
    return (True, text[found.end() :]) if found else (False, text)


def trailing(text: str) -> tuple[bool, str]:
    """Whether a text ends with `and later`, and what stands before it."""
    for found in _BEHIND.finditer(text):
        if not text[found.end() :].strip(" .!?") and text[: found.start()].strip():
            return True, text[: found.start()]
    return False, text
