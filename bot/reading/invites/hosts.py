"""Whose host a link names: a meeting service's, a wrapping's, or one that imitates a service."""

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from rapidfuzz.distance import OSA

from bot.reading.outcome import Refused

_SERVICES = {
    "zoom.us": "zoom",
    "zoom.com": "zoom",
    "teams.microsoft.com": "teams",
    "teams.live.com": "teams",
    "teams.cloud.microsoft": "teams",
    "meet.google.com": "meet",
    "youtube.com": "youtube",
    "youtu.be": "youtube",
    "whatsapp.com": "whatsapp",
    "wa.me": "whatsapp",
}
_WITH_SUBDOMAINS = ("zoom.us", "zoom.com", "teams.microsoft.com", "youtube.com", "whatsapp.com")
_REAL = ("google.com", "microsoft.com", "microsoft.us", "zoomgov.com", "live.com", "office.com", "google.co.uk")
"""Hosts of the same firms that have no meeting for us: none of them is an imitation."""
_NAMES = ("zoom", "microsoft", "google", "whatsapp", "youtube")
_WHOLE_NAMES = ("teams", "meetgoogle")
_HIDING = frozenset(
    (
        "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "lnkd.in",
        "shorturl.at", "rb.gy", "t.ly", "aka.ms", "tiny.cc", "bl.ink", "short.io", "v.gd", "qr.codes", "s.id",
    )
)  # fmt: skip
_HIDING_END = (".mimecast.com", ".mimecastprotect.com")
_INSIDE = {
    "safelinks.protection.outlook.com": "url",
    "safelinks.protection.office365.us": "url",
    "slack-redir.net": "url",
    "linkprotect.cudasvc.com": "a",
    "google.com": "q",
    "google.co.uk": "q",
    "l.facebook.com": "u",
    "clicktime.symantec.com": "u",
}
"""By wrapping: the part of its query that holds the link."""
_DNS_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_V3 = re.compile(r"https://urldefense\.(?:com|us)/v3/__(?P<url>.+?)__;(?P<coded>[A-Za-z0-9_-]*)!", re.IGNORECASE)
_RUN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MOST_WRAPPINGS = 6


@dataclass(frozen=True)
class Hosts:
    """What an organisation knows: hosts of its own, and personal meeting IDs as digits."""

    trusted: Collection[str] = ()
    personal_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def own(self) -> frozenset[str]:
        """Its own hosts in small letters."""
        return frozenset(one.strip().casefold() for one in self.trusted)


def leads_to(url: str) -> str | None:
    """The meeting service that a link leads to; None for any other host."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    if host in _SERVICES:
        return _SERVICES[host]
    return next((_SERVICES[known] for known in _WITH_SUBDOMAINS if host.endswith(f".{known}")), None)


def unwrapped(url: str) -> str:
    """What is inside a link that a mail service or a calendar wrapped, however often."""
    for _ in range(_MOST_WRAPPINGS):
        inside = _inside(url)
        if inside is None:
            break
        url = re.sub(r"^(https?):/(?!/)", r"\1://", inside)
    return url


def _inside(url: str) -> str | None:
    third = _V3.match(url)
    if third:
        return _decoded(third["url"], third["coded"])
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if host == "urldefense.proofpoint.com":
        coded = parse_qs(parts.query).get("u", [""])[0]
        second = parts.path.startswith("/v2/")
        return (unquote(coded.replace("-", "%").replace("_", "/")) if second else coded) or None
    name = next((part for known, part in _INSIDE.items() if host == known or host.endswith(f".{known}")), None)
    if name is None or (name == "q" and parts.path != "/url"):
        return None
    query = parse_qs(parts.query)
    return next(iter(query.get(name) or query.get("url") or []), None)


def _decoded(url: str, coded: str) -> str:
    """Each `*` stands for the next character of the coded tail; `**` and a letter for as many as the letter says."""
    try:
        signs = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return url
    place = 0

    def sign(found: re.Match[str]) -> str:
        nonlocal place
        many = 1 if found[0] == "*" else _RUN.index(found[0][2]) + 2
        place += many
        return signs[place - many : place]

    return re.sub(r"\*\*[A-Za-z0-9_-]|\*", sign, url)


def imitates(parts: SplitResult) -> Refused | None:
    """Why the host of a link is none that can be trusted to be what it looks like, or None."""
    host = parts.hostname or ""
    if "@" in parts.netloc:
        why = "The link has an “@” before its host, a trick to hide where it leads. Do not open it."
        return Refused("lookalike", why)
    if not host.isascii() or any(label.startswith("xn--") for label in host.split(".")):
        why = "The link’s host has letters that may imitate others. Do not open it; copy it again from the service."
        return Refused("lookalike", why)
    if host.rpartition(".")[2].isdigit() or not _DNS_NAME.fullmatch(host):
        return Refused(
            "hidden", "The link’s host is not a plain name, so it does not show whose it is. Do not open it."
        )
    if leads_to(f"https://{host}/") or any(host == one or host.endswith(f".{one}") for one in _REAL):
        return None
    if host in _HIDING or host.removeprefix("www.") in _HIDING or host.endswith(_HIDING_END):
        return Refused(
            "hidden", "This link does not show where it leads. Copy the meeting's link from the service itself."
        )
    if _resembles(host):
        why = "This link imitates a meeting service that it does not belong to. Do not open it."
        return Refused("lookalike", why)
    return None


def _resembles(host: str) -> bool:
    drawn = host.translate(str.maketrans("01357", "olest")).replace("rn", "m").replace("vv", "w")
    if any(name in drawn or name in drawn.replace("-", "").replace(".", "") for name in (*_NAMES, "meetgoogle")):
        return True
    labels = re.split(r"[.-]", drawn)
    near = any(one and one[0] == name[0] and OSA.distance(one, name) == 1 for one in labels for name in _NAMES)
    return near or any(one in _WHOLE_NAMES for one in labels)
