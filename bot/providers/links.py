"""What the address of a meeting gives away, before anybody is invited with it."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit

from bot.errors import BadInput


class Platform(StrEnum):
    """Whose meeting a link leads to; OWN is a host that the organisation named itself."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    OWN = "own"


class LinkRefused(BadInput):
    """A link that must not be used; `words` gives the reason and what to do instead."""


@dataclass(frozen=True)
class CheckedLink:
    """A link that may be used. `passcode_in_link`: the link alone gets people to the waiting room. `warnings`
    are sentences for the host."""

    url: str = field(repr=False)
    platform: Platform
    passcode_in_link: bool = False
    warnings: tuple[str, ...] = ()


_LONGEST = 2048
_HOSTS: dict[str, Platform] = {
    "zoom.us": Platform.ZOOM,
    "teams.microsoft.com": Platform.TEAMS,
    "teams.live.com": Platform.TEAMS,
    "meet.google.com": Platform.MEET,
}
_RESEMBLING = ("zoom", "teams", "microsoft", "meet.google", "google")
_DNS_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_ZOOM_JOIN = re.compile(r"/(?:j|w|wc/join|wc)/(\d{9,12})(?:/join)?/?")
_MEET_CODE = re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}")
_PERSONAL_ID_LENGTH = 10
_SHORTEST_UNGUESSABLE = 16

_START_LINK = (
    "This is the host’s own start link: whoever opens it becomes the host. Keep it to yourself, and paste "
    "the link for participants instead (in Zoom: Copy invite link)."
)
_PERSONAL = (
    "This is a personal meeting link: it stays the same for every meeting, so anyone who ever had it can "
    "come back. Make a meeting with a generated ID and paste its link."
)


def check_link(text: str, *, own_hosts: Collection[str] = (), personal_ids: Collection[str] = ()) -> CheckedLink:
    """Check a pasted meeting link. Raises LinkRefused with the reason.

    `own_hosts`: further hosts that the organisation trusts, such as its own Jitsi. `personal_ids`: personal
    meeting IDs that are known, as digits.
    """
    url = text.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    parts = _split(url)
    platform = _platform(parts, own_hosts)
    query = {name.casefold() for name in parse_qs(parts.query, keep_blank_values=True)}
    if "zak" in query or "zak=" in parts.fragment.casefold():
        raise LinkRefused(_START_LINK)
    in_link, warnings = _CHECKS[platform](parts, query, personal_ids)
    return CheckedLink(url, platform, in_link, warnings)


def _split(url: str) -> SplitResult:
    if not url or len(url) > _LONGEST or not url.isprintable() or set(url) & set(' \\"<>'):
        raise LinkRefused("That is not a link. Please paste the whole meeting link, starting with https://.")
    if not url.isascii():
        raise LinkRefused("The link has letters that may imitate others. Please copy it again from the service.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise LinkRefused("That is not a link. Please paste the whole meeting link.") from None
    if parts.scheme != "https":
        raise LinkRefused("The link must start with https://, so that nobody on the way can change it.")
    if "@" in parts.netloc:
        raise LinkRefused("The link has an “@” before its host, a trick to hide where it leads. Do not open it.")
    if port not in (None, 443):
        raise LinkRefused("The link names a port, which a meeting link never needs. Please copy it again.")
    return parts


def _platform(parts: SplitResult, own_hosts: Collection[str]) -> Platform:
    host = parts.hostname or ""
    labels = host.split(".")
    imitates = labels[-1].isdigit() or any(label.startswith("xn--") for label in labels)
    if imitates or not _DNS_NAME.fullmatch(host):
        raise LinkRefused("The link’s host is not a plain name, so it may imitate another. Do not open it.")
    if host in {own.strip().casefold() for own in own_hosts}:
        return Platform.OWN
    for known, platform in _HOSTS.items():
        if host == known or (platform is Platform.ZOOM and host.endswith("." + known)):
            return platform
    if any(name in host for name in _RESEMBLING):
        raise LinkRefused("This link imitates a meeting service that it does not belong to. Do not open it.")
    raise LinkRefused(
        "This link belongs to no meeting service that the bot knows. It knows Zoom, Microsoft Teams and "
        "Google Meet; an administrator can add your own."
    )


def leads_to(url: str) -> Platform | None:
    """The service that a link leads to, for words alone: whether the link may be used is another question."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return next((one for known, one in _HOSTS.items() if host == known or host.endswith(f".{known}")), None)


_Found = tuple[bool, tuple[str, ...]]


def _zoom(parts: SplitResult, query: set[str], personal_ids: Collection[str]) -> _Found:
    path = parts.path
    if path.startswith(("/s/", "/start/", "/host/")):
        raise LinkRefused(_START_LINK)
    if path.startswith(("/my/", "/p/")):
        raise LinkRefused(_PERSONAL)
    if "tk" in query:
        raise LinkRefused("This link belongs to one registered person. Please paste the link for everybody.")
    join = _ZOOM_JOIN.fullmatch(path)
    if join is None:
        raise LinkRefused("This Zoom link does not lead into a meeting. In Zoom, use “Copy invite link”.")
    number = join.group(1)
    if number in {re.sub(r"\D", "", known) for known in personal_ids}:
        raise LinkRefused(_PERSONAL)
    if len(number) == _PERSONAL_ID_LENGTH:
        warning = (
            "An ID of 10 digits is usually a personal meeting ID, which must not be used. Please make sure "
            "that this one was generated for this meeting."
        )
        return "pwd" in query, (warning,)
    return "pwd" in query, ()


def _teams(parts: SplitResult, query: set[str], _personal_ids: Collection[str]) -> _Found:
    if not parts.path.startswith(("/l/meetup-join/", "/meet/")) or parts.path.rstrip("/") == "/meet":
        raise LinkRefused("This Teams link does not lead into a meeting. In Teams, copy the meeting’s join link.")
    if parts.hostname == "teams.live.com":
        warning = (
            "This meeting belongs to a private Teams account, whose settings your organisation does not "
            "govern. Please use the organisation’s account if there is one."
        )
        return "p" in query, (warning,)
    return "p" in query, ()


def _meet(parts: SplitResult, _query: set[str], _personal_ids: Collection[str]) -> _Found:
    if parts.path.startswith("/lookup/"):
        raise LinkRefused("This Meet link is a nickname, the same for every meeting. Make a meeting with its own code.")
    if not _MEET_CODE.fullmatch(parts.path.rstrip("/")):
        raise LinkRefused("This Meet link does not lead into a meeting: it should end like abc-defg-hij.")
    return False, ("Google Meet has no passcode: invite co-workers only, so that all others must knock.",)


def _own(parts: SplitResult, _query: set[str], _personal_ids: Collection[str]) -> _Found:
    room = parts.path.strip("/")
    if not room:
        raise LinkRefused("This link names no room. Please paste the link of the meeting itself.")
    if len(room) < _SHORTEST_UNGUESSABLE:
        return False, ("The room’s name is easily guessed: use a long random one, and a password.",)
    return False, ()


_CHECKS: dict[Platform, Callable[[SplitResult, set[str], Collection[str]], _Found]] = {
    Platform.ZOOM: _zoom,
    Platform.TEAMS: _teams,
    Platform.MEET: _meet,
    Platform.OWN: _own,
}
