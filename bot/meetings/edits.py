"""What `/meeting edit M-1 …` changes, from what somebody typed."""

import re
from datetime import datetime
from typing import Any

from bot import dates
from bot.errors import BadInput
from bot.meetings import forms, options
from bot.reading import links
from bot.slack.text import MENTION, unescape

_PART = re.compile(r"(title|with|programme|for|to|on)\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:title|programme)\b", re.IGNORECASE)
_WHAT = (
    "Say what to change: `to`, `for`, `with`, `title` or `link`; or what is planned: `recording because …`, "
    "`not recorded`, `breakout rooms`, `one-to-one`, `not sensitive`, `about …`. Without, the form opens."
)


def from_text(text: str, now: datetime, zone: str, programmes: list[str]) -> dict[str, Any]:
    """The changes by name, as `service.edit` takes them; none for an empty text. Raises BadInput.

    A pasted link, passcode or whole invitation is taken as it is; `title …` and `programme …` take all that follows.
    Of `with @…`, `for 45 min` and `to DAY at TIME` there is one at a time, and options may stand before or behind it.
    """
    if not text:
        return {}
    if links.is_pasted(text):
        return {"link": text}
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
        case "with":
            return {"co_workers": tuple(dict.fromkeys(MENTION.findall(rest)))}
        case "title":
            return {"title": forms.check_title(unescape(rest))}
        case "programme":
            return {"programme": forms.find_programme(unescape(rest), programmes)}
        case "for":
            return {"minutes": forms.check_minutes(_minutes(rest))}
        case _:
            return {"starts_at": dates.moment(unescape(rest), now, zone)}


def _minutes(words: str) -> int:
    left, minutes = forms.take_duration(f"for {words}")
    if minutes is None or left:
        raise BadInput("For how long? Write it like `for 45 min`.")
    return minutes
