"""Text for Slack: escaping, times in the reader's own zone, and finding mentions in what was typed."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

# Slack escapes a typed “<”, so that none stands inside of what it wraps; saying so keeps a row of them cheap to read.
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto):[^|<>]+)(?:\|([^<>]*))?>")
_LOOKS_LIKE = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"}
_MARKUP = re.compile(r"[*`]|(?<!\w)[_~]|[_~](?!\w)")
"""Slack marks nothing up with a `_` or `~` inside a word."""
_OTHER = re.compile(r"<[#!][^<>|]*(?:\|([^<>]*))?>")


def esc(text: str) -> str:
    """Text that somebody typed, made harmless in mrkdwn: no mention, link or command survives."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def bold(text: str) -> str:
    """Text that somebody typed, harmless and in bold: signs that would mark it up in another way, or end the bold, look
    alike and do nothing."""
    return f"*{_MARKUP.sub(lambda found: _LOOKS_LIKE[found[0]], esc(text))}*"


def unwrapped(text: str) -> str:
    """A command's text with links, addresses and channels as they were typed; mentions and signs are left as Slack
    sends them."""
    text = _LINK.sub(lambda found: found.group(1).removeprefix("mailto:"), text)
    return _OTHER.sub(lambda found: found.group(1) or found.group(0), text)


def unescape(text: str) -> str:
    """What the person typed, from the form in which Slack sends a command's text."""
    text = unwrapped(text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_typed(text: str) -> str:
    """The same as mrkdwn, harmless, with whoever was mentioned."""
    return MENTION.sub(lambda found: mention(found[1]), unwrapped(text))


def typed_length(text: str) -> int:
    """How many characters somebody typed, of a text in which Slack writes some of them as several."""
    return len(text) - 4 * text.count("&amp;") - 3 * (text.count("&lt;") + text.count("&gt;"))


def mentions(text: str) -> list[str]:
    """The Slack ids mentioned in a command's text, in order, each once."""
    return list(dict.fromkeys(MENTION.findall(text)))


def without_mentions(text: str) -> str:
    """The text with its mentions taken out and spaces closed up."""
    return " ".join(MENTION.sub(" ", text).split())


def clip(text: str, limit: int) -> str:
    """The text, or its beginning with an ellipsis where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clip_marked(md: str, limit: int) -> str:
    """Mrkdwn, or its beginning with an ellipsis where it is too long: never cut inside a link, a date or a coded sign,
    and what stands in bold or as code is closed."""
    if len(md) <= limit:
        return md
    cut = md[: limit - 4]
    cut = cut[: cut.rfind("<")] if cut.rfind("<") > cut.rfind(">") else cut
    cut = re.sub(r"&[a-z]{0,3}$", "", cut)
    last = cut.rpartition("\n")[2]
    return f"{cut.rstrip()}…{''.join(mark for mark in '`*' if last.count(mark) % 2)}"


def when(moment: datetime, zone: str, *, weekday: bool = False) -> str:
    """A moment as Slack shows it in the reader's own zone; the organisation's zone where it cannot."""
    local = moment.astimezone(ZoneInfo(zone))
    shape = "date_long_pretty" if weekday else "date_short_pretty"
    return f"<!date^{int(moment.timestamp())}^{{{shape}}} at {{time}}|{plain_when(local)}>"


def clock_time(moment: datetime, zone: str) -> str:
    """Only the time of day, in the reader's own zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"<!date^{int(moment.timestamp())}^{{time}}|{local:%H:%M}>"


def plain_when(local: datetime) -> str:
    """A local time in plain words: `Thursday 26 November 2026 at 16:00`."""
    return local.strftime(f"%A {local.day} %B %Y at %H:%M")


_BY_PAGE = {"page:carer": "the parent or carer, on their page", "page:participant": "themselves, on their page"}


def mention(slack_id: str) -> str:
    """A person as Slack shows them; of a family that answered on its page, who of it did."""
    return _BY_PAGE.get(slack_id.rpartition(":")[0]) or f"<@{slack_id}>"
