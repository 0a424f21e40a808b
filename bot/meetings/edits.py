"""What `/meeting edit M-1 …` changes, from what somebody typed."""

import re
from datetime import datetime
from typing import Any

from bot import dates
from bot.errors import BadInput
from bot.meetings import forms, options
from bot.slack.text import MENTION, unescape

_PART = re.compile(r"(link|passcode|title|with|programme|for|to|on)\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:link|passcode|title|programme)\b", re.IGNORECASE)
_WHAT = (
    "Say what to change: `to`, `for`, `with`, `title` or `link`; or what is planned: `recording because …`, "
    "`not recorded`, `breakout rooms`, `one-to-one`, `not sensitive`, `about …`. Without, the form opens."
)


def from_text(text: str, now: datetime, zone: str, programmes: list[str]) -> dict[str, Any]:
    """The changes by name, as `service.edit` takes them; none for an empty text. Raises BadInput.

    `link …` (with `passcode …`), `passcode …`, `title …` and `programme …` take all that follows. Of `with @…`,
    `for 45 min` and `to DAY at TIME` there is one at a time, and options may stand before or behind it.
    """
    if not text:
        return {}
    if _WHOLE.match(text):
        return _one(text, now, zone, programmes)
    for place in options.places(text):
        said, left = options.read(text[place:])
        other = f"{options.before(text, place)} {left}".strip()
        if not other:
            return forms.plain(said)
        if _PART.match(other):
            return {**_one(other, now, zone, programmes), **forms.plain(said)}
    return _one(text, now, zone, programmes)


def _one(text: str, now: datetime, zone: str, programmes: list[str]) -> dict[str, Any]:
    found = _PART.match(text)
    if not found:
        raise BadInput(_WHAT)
    word, rest = found.group(1).lower(), text[found.end() :].strip()
    match word:
        case "link":
            return _link(unescape(rest).split())
        case "with":
            return {"co_workers": tuple(dict.fromkeys(MENTION.findall(rest)))}
        case "title":
            return {"title": forms.check_title(unescape(rest))}
        case "programme":
            return {"programme": forms.find_programme(unescape(rest), programmes)}
        case "passcode":
            return {"passcode": unescape(rest)[:20]}
        case "for":
            return {"minutes": forms.check_minutes(_minutes(rest))}
        case _:
            return {"starts_at": dates.moment(unescape(rest), now, zone)}


def _link(parts: list[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {"link": parts[0] if parts else " "}
    if len(parts) > 2 and parts[1].lower() == "passcode":
        changes["passcode"] = parts[2]
    return changes


def _minutes(words: str) -> int:
    left, minutes = forms.take_duration(f"for {words}")
    if minutes is None or left:
        raise BadInput("For how long? Write it like `for 45 min`.")
    return minutes
