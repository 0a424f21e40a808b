"""Where a link leads: the services that are known, and what each one's links tell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from bot.reading.invites.hosts import Hosts, imitates, leads_to, unwrapped
from bot.reading.limits import keep_going
from bot.reading.outcome import Refused, Said, Understood


class Platform(StrEnum):
    """Whose meeting a link leads to; OWN is a host that the organisation named itself."""

    ZOOM = "zoom"
    TEAMS = "teams"
    MEET = "meet"
    YOUTUBE = "youtube"
    WHATSAPP = "whatsapp"
    OWN = "own"


@dataclass(frozen=True)
class Link:
    """What was pasted: a link, a passcode, or both. `passcode_in_link`: the link alone gets people to the waiting
    room; `passcode` is None where none was pasted."""

    url: str | None = field(default=None, repr=False)
    platform: Platform | None = None
    passcode: str | None = field(default=None, repr=False)
    passcode_in_link: bool = False


_LONGEST = 2048
_ZOOM_JOIN = re.compile(r"/(?:j|w|wc/join|wc)/(\d{9,12})(?:/join)?/?")
_MEET_CODE = re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}")
_PERSONAL_ID_LENGTH = 10
_SHORTEST_UNGUESSABLE = 16
_HOST_LINK = (
    "This is the host’s own link: whoever opens it becomes the host. Keep it to yourself, and paste the link for "
    "participants instead (in Zoom: Copy invite link)."
)
PERSONAL = (
    "This is a personal meeting link: it stays the same for every meeting, so anyone who ever had it can come back. "
    "Make a meeting with a generated ID and paste its link."
)
NO_LINK = Refused("no-link", "There is no link in it. Please paste the whole meeting link, starting with https://.")
IN_LINK = Said("passcode in link", "", "Whoever has the link needs no passcode: it is inside the link.")


def judged(url: str, hosts: Hosts) -> Understood[Link] | Refused:
    """Whether a link may be used, and what it tells; or why it may not."""
    keep_going()
    url = unwrapped(url)
    added = not url.casefold().startswith("https://")
    url = re.sub(r"^(?:http://)?", "https://", url, count=1, flags=re.IGNORECASE) if added else url
    parts = _split(url)
    if isinstance(parts, Refused):
        return parts
    if (parts.hostname or "") in hosts.own:
        name: str | None = "own"
    elif (refused := imitates(parts)) is not None:
        return refused
    else:
        name = leads_to(url)
    if name is None:
        return Refused(
            "unknown-service",
            "This link belongs to no meeting service that the bot knows. It knows Zoom, Microsoft Teams and Google "
            "Meet; an administrator can add your own.",
        )
    query = {name.casefold() for name, values in parse_qs(parts.query).items() if any(one.strip() for one in values)}
    if "zak" in query or "zak=" in parts.fragment.casefold():
        return Refused("host-link", _HOST_LINK)
    checked = _CHECKS[name](parts, query, hosts)
    if isinstance(checked, Refused):
        return checked
    said = (Said("https", "", "I put https:// before it."),) if added else ()
    return Understood(checked.value, (*checked.said, *said))


def room_of(url: str) -> str:
    """Which room a link that was taken leads to: a meeting's own number at its service, whatever stands around it. Of a
    service without such a number it is the whole link."""
    parts = urlsplit(url)
    join = _ZOOM_JOIN.fullmatch(parts.path) if leads_to(url) == Platform.ZOOM else None
    if join is not None:
        return f"zoom {join[1]}"
    known = leads_to(url) in (Platform.TEAMS, Platform.MEET)
    return urlunsplit(parts._replace(query="", fragment="")) if known else url


def _split(url: str) -> SplitResult | Refused:
    """The parts of a link, its host in small letters."""
    if len(url) > _LONGEST or not url.isprintable() or set(url) & set(' \\"<>'):
        return NO_LINK
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_LINK
    if port not in (None, 443):
        return Refused("hidden", "The link names a port, which a meeting link never needs. Please copy it again.")
    return parts._replace(scheme="https", netloc=parts.netloc.casefold() if "@" not in parts.netloc else parts.netloc)


_Checked = Understood[Link] | Refused


def _taken(parts: SplitResult, platform: Platform, *, in_link: bool = False, said: tuple[Said, ...] = ()) -> _Checked:
    link = Link(urlunsplit(parts), platform, passcode_in_link=in_link)
    return Understood(link, (*said, IN_LINK) if in_link else said)


def _zoom(parts: SplitResult, query: set[str], hosts: Hosts) -> _Checked:
    path = parts.path
    if path.startswith(("/s/", "/start/", "/host/")):
        return Refused("host-link", _HOST_LINK)
    if path.startswith(("/my/", "/p/")):
        return Refused("personal", PERSONAL)
    if "tk" in query:
        return Refused("one-person", "This link belongs to one registered person. Please paste the link for everybody.")
    join = _ZOOM_JOIN.fullmatch(path)
    if join is None:
        return Refused("no-meeting", "This Zoom link does not lead into a meeting. In Zoom, use “Copy invite link”.")
    if join[1] in hosts.personal_ids:
        return Refused("personal", PERSONAL)
    said: tuple[Said, ...] = ()
    if len(join[1]) == _PERSONAL_ID_LENGTH:
        words = (
            "An ID of 10 digits is usually a personal meeting ID, which must not be used. Please make sure that this "
            "one was generated for this meeting."
        )
        said = (Said("maybe personal", join[1], words),)
    return _taken(parts, Platform.ZOOM, in_link="pwd" in query, said=said)


def _teams(parts: SplitResult, query: set[str], _hosts: Hosts) -> _Checked:
    if not parts.path.startswith(("/l/meetup-join/", "/meet/")) or parts.path.rstrip("/") == "/meet":
        why = "This Teams link does not lead into a meeting. In Teams, copy the meeting’s join link."
        return Refused("no-meeting", why)
    words = (
        "This meeting belongs to a private Teams account, whose settings your organisation does not govern. Please use "
        "the organisation’s account if there is one."
    )
    said = (Said("private account", "", words),) if parts.hostname == "teams.live.com" else ()
    return _taken(parts, Platform.TEAMS, in_link="p" in query, said=said)


def _meet(parts: SplitResult, _query: set[str], _hosts: Hosts) -> _Checked:
    if parts.path.startswith("/lookup/"):
        why = "This Meet link is a nickname, the same for every meeting. Make a meeting with its own code."
        return Refused("personal", why)
    path = parts.path.rstrip("/").casefold()
    if not _MEET_CODE.fullmatch(path):
        return Refused("no-meeting", "This Meet link does not lead into a meeting: it should end like abc-defg-hij.")
    words = "Google Meet has no passcode: invite co-workers only, so that all others must knock."
    return _taken(
        parts._replace(path=path, query="", fragment=""), Platform.MEET, said=(Said("no passcode", "", words),)
    )


_POLICY = Said("policy", "", "Your policy decides whether this service may be used.")


def _youtube(parts: SplitResult, _query: set[str], _hosts: Hosts) -> _Checked:
    if parts.hostname == "studio.youtube.com":
        return Refused("host-link", "This is the maker’s own page. Paste the link for those who watch.")
    watched = parse_qs(parts.query).get("v", [""])[0]
    path = parts.path.rstrip("/")
    if path in ("", "/watch") and not watched:
        return Refused("no-meeting", "This YouTube link does not lead to a broadcast. Copy it with “Share”.")
    return _taken(
        parts._replace(query=f"v={watched}" if watched else "", fragment=""), Platform.YOUTUBE, said=(_POLICY,)
    )


def _whatsapp(parts: SplitResult, _query: set[str], _hosts: Hosts) -> _Checked:
    if parts.hostname in ("wa.me", "api.whatsapp.com"):
        return Refused(
            "personal", "This leads to somebody’s own telephone number, which stays the same. Make a call link."
        )
    if parts.hostname not in ("call.whatsapp.com", "chat.whatsapp.com") or not parts.path.strip("/"):
        return Refused("no-meeting", "This WhatsApp link does not lead into a call.")
    words = "In a WhatsApp group everybody sees everybody's telephone number."
    seen = (Said("numbers seen", "", words),) if parts.hostname == "chat.whatsapp.com" else ()
    return _taken(parts, Platform.WHATSAPP, said=(_POLICY, *seen))


def _own(parts: SplitResult, _query: set[str], _hosts: Hosts) -> _Checked:
    room = parts.path.strip("/")
    if not room:
        return Refused("no-meeting", "This link names no room. Please paste the link of the meeting itself.")
    words = "The room’s name is easily guessed: use a long random one, and a password."
    said = (Said("guessed", room, words),) if len(room) < _SHORTEST_UNGUESSABLE else ()
    return _taken(parts, Platform.OWN, said=said)


_CHECKS: dict[str, Callable[[SplitResult, set[str], Hosts], _Checked]] = {
    "zoom": _zoom,
    "teams": _teams,
    "meet": _meet,
    "youtube": _youtube,
    "whatsapp": _whatsapp,
    "own": _own,
}
