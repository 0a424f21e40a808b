"""A meeting's link, alone or in the invitation that it was pasted with: where it leads, and its own passcode.

Wrapped links are unwrapped and what is inside is judged; a label never counts. A passcode is never invented, dropped,
cut or replaced by another.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from bot.reading.hosts import Hosts, imitates, leads_to, unwrapped
from bot.reading.limits import keep_going
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood


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
_MOST_LINKS = 12
LONGEST_PASSCODE = 10
_PERMITTED = re.compile(r"[A-Za-z0-9@*_-]+")
_SLACKS = re.compile(r"<([^<>|\s]+)(?:\|[^<>]*)?>")
_KNOWN_BARE = (
    r"(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|teams\.microsoft\.com|teams\.live\.com|teams\.cloud\.microsoft|meet\.google\.com|"
    r"youtube\.com|youtu\.be|whatsapp\.com|wa\.me)/"
)
_URL = re.compile(rf"(?:https?://|(?<![\w@./:-]){_KNOWN_BARE})[^\s<>\"“”]+", re.IGNORECASE)
_BEHIND = ".,;:!?)]}'’‘”*>"
_PASSCODE = re.compile(
    r"\b(?P<word>pass\s?code|passwor[dt]|pass\s?word|cyfrinair|pwd|pw|pass|code)\b(?P<is>\s*(?:(?:is|yw|ydy)\b|[:=–-])?\s*)"
    r"(?P<code>\d{3}[ -]\d{3,4}(?!\w)|\S+)?",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"one tap mobile|dial by your location|dial.?in by phone|join by phone|or dial|phone conference id|"
    r"more phone numbers|join by sip|ffonio",
    re.IGNORECASE,
)
_PERSONAL_ROOM = re.compile(r"personal meeting (?:room|id)|personal room", re.IGNORECASE)
_ID = re.compile(r"(?:meeting id|id cyfarfod)\s*[:=]?\s*[\d ]{9,}", re.IGNORECASE)
_BARE_CODE = re.compile(r"(?=\S*\d)[A-Za-z0-9@*_-]{4,12}")
_BEGINS = re.compile(
    r"\W*(?:link|pass\s?code|passwor[dt]|pwd|pw|cyfrinair|tel:|https?:|\d{3} \d{3,4} \d{3,4}\b)", re.IGNORECASE
)
_ZOOM_JOIN = re.compile(r"/(?:j|w|wc/join|wc)/(\d{9,12})(?:/join)?/?")
_MEET_CODE = re.compile(r"/[a-z]{3}-[a-z]{4}-[a-z]{3}")
_PERSONAL_ID_LENGTH = 10
_SHORTEST_UNGUESSABLE = 16
_FIRST_TOLD = ("lookalike", "personal", "host-link", "one-person", "hidden", "unknown-service", "no-meeting", "no-link")

_HOST_LINK = (
    "This is the host’s own link: whoever opens it becomes the host. Keep it to yourself, and paste the link for "
    "participants instead (in Zoom: Copy invite link)."
)
_PERSONAL = (
    "This is a personal meeting link: it stays the same for every meeting, so anyone who ever had it can come back. "
    "Make a meeting with a generated ID and paste its link."
)
_NO_LINK = Refused("no-link", "There is no link in it. Please paste the whole meeting link, starting with https://.")
_IN_LINK = Said("passcode in link", "", "Whoever has the link needs no passcode: it is inside the link.")


def read(text: str, *, own_hosts: Collection[str] = (), personal_ids: Collection[str] = ()) -> Outcome[Link]:
    """The link and the passcode in what was pasted or typed. `own_hosts` are further hosts that the organisation
    trusts, such as its own Jitsi; `personal_ids` the personal meeting IDs that are known, as digits."""
    hosts = Hosts(own_hosts, frozenset(re.sub(r"\D", "", one) for one in personal_ids))
    text = _plain(text)
    found = [_trimmed(text, one) for one in list(_URL.finditer(text))[:_MOST_LINKS]]
    if not found:
        return _without_link(text)
    judged = [_judged(url, hosts) for url in dict.fromkeys(found)]
    good = _different([one for one in judged if isinstance(one, Understood)])
    refused = sorted((one for one in judged if isinstance(one, Refused)), key=lambda one: _FIRST_TOLD.index(one.what))
    if not good or (refused and refused[0].what == "lookalike"):
        return refused[0]
    if _PERSONAL_ROOM.search(text):
        return Refused("personal", _PERSONAL)
    if len(good) > 1:
        choices = tuple(Choice(one.value.url or "", one.value) for one in good)
        return Ask("which", "There are links to two meetings in it. Which one is it?", choices)
    return _with_passcode(good[0], _words_beside(text, found))


def is_pasted(text: str) -> bool:
    """Whether a text is a link, a passcode or an invitation at all: it has a link or begins with the word for one, or
    with what only an invitation has."""
    text = _plain(text)
    if re.match(r"\W*(?:title|programme|with|for|to|on)\b", text, re.IGNORECASE):
        return False
    return bool(_URL.search(text) or _BEGINS.match(text) or _ID.search(text))


def platform_of(url: str) -> Platform | None:
    """The service that a link leads to, for words alone: whether the link may be used is another question."""
    name = leads_to(url)
    return Platform(name) if name else None


def _plain(text: str) -> str:
    """The text without what cannot be seen, and with each link of Slack's as the link alone."""
    text = "".join(one for one in text if unicodedata.category(one) != "Cf")
    # Slack takes half of a coded bracket behind a link into the link.
    text = re.sub(r"&[gl]t;?>;?", ">", text)
    for coded, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(coded, sign)
    return _SLACKS.sub(lambda one: f" {one[1]} " if _URL.match(one[1]) else one[0], text)


def _trimmed(text: str, found: re.Match[str]) -> str:
    """A link without the marks around it; a closing bracket belongs to it where it has an opening one."""
    url = found[0]
    while url and (url[-1] in _BEHIND or (url[-1] == "_" and text[: found.start()].endswith("_"))):
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def _different(good: Sequence[Understood[Link]]) -> list[Understood[Link]]:
    """Links to different meetings; of one with and without its passcode, the one with it."""
    found: dict[str, Understood[Link]] = {}
    for one in good:
        where = (one.value.url or "").partition("?")[0].rstrip("/")
        if where not in found or (one.value.passcode_in_link and not found[where].value.passcode_in_link):
            found[where] = one
    return list(found.values())


# Where a link leads


def _judged(url: str, hosts: Hosts) -> Understood[Link] | Refused:
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
    query = {one.casefold() for one in parse_qs(parts.query, keep_blank_values=True)}
    if "zak" in query or "zak=" in parts.fragment.casefold():
        return Refused("host-link", _HOST_LINK)
    checked = _CHECKS[name](parts, query, hosts)
    if isinstance(checked, Refused):
        return checked
    said = (Said("https", "", "I put https:// before it."),) if added else ()
    return Understood(checked.value, (*checked.said, *said))


def _split(url: str) -> SplitResult | Refused:
    """The parts of a link, its host in small letters."""
    if len(url) > _LONGEST or not url.isprintable() or set(url) & set(' \\"<>'):
        return _NO_LINK
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _NO_LINK
    if port not in (None, 443):
        return Refused("hidden", "The link names a port, which a meeting link never needs. Please copy it again.")
    return parts._replace(scheme="https", netloc=parts.netloc.casefold() if "@" not in parts.netloc else parts.netloc)


_Checked = Understood[Link] | Refused


def _taken(parts: SplitResult, platform: Platform, *, in_link: bool = False, said: tuple[Said, ...] = ()) -> _Checked:
    link = Link(urlunsplit(parts), platform, passcode_in_link=in_link)
    return Understood(link, (*said, _IN_LINK) if in_link else said)


def _zoom(parts: SplitResult, query: set[str], hosts: Hosts) -> _Checked:
    path = parts.path
    if path.startswith(("/s/", "/start/", "/host/")):
        return Refused("host-link", _HOST_LINK)
    if path.startswith(("/my/", "/p/")):
        return Refused("personal", _PERSONAL)
    if "tk" in query:
        return Refused("one-person", "This link belongs to one registered person. Please paste the link for everybody.")
    join = _ZOOM_JOIN.fullmatch(path)
    if join is None:
        return Refused("no-meeting", "This Zoom link does not lead into a meeting. In Zoom, use “Copy invite link”.")
    if join[1] in hosts.personal_ids:
        return Refused("personal", _PERSONAL)
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


# Its passcode


def _words_beside(text: str, urls: Sequence[str]) -> str:
    """What stands beside the links, before what is for the telephone, without the meeting's number."""
    for url in sorted(urls, key=len, reverse=True):
        text = text.replace(url, " ")
    telephone = _TELEPHONE.search(text)
    return _ID.sub(" ", text[: telephone.start()] if telephone else text)


def _with_passcode(found: Understood[Link], words: str) -> Outcome[Link]:
    if found.value.platform is Platform.MEET:
        return found
    read_out = _passcode(words)
    if isinstance(read_out, Refused):
        return read_out
    if read_out is None:
        read_out = _bare_code(found.value.url or "", words)
    if read_out is None:
        return found
    code, said = read_out
    return Understood(replace(found.value, passcode=code), (*found.said, *said))


def _without_link(text: str) -> Outcome[Link]:
    """A passcode alone, where nothing else was typed."""
    words = re.sub(r"^\W*(?:the\s+|new\s+)*", "", text, flags=re.IGNORECASE)
    starts = _PASSCODE.match(words)
    if starts is None or starts["word"].casefold() in ("code", "pass"):
        return _NO_LINK
    read_out = _passcode(words)
    if read_out is None:
        return Refused("no-passcode", "Which passcode? Write it behind the word: `passcode 73kq92`.")
    if isinstance(read_out, Refused):
        return read_out
    return Understood(Link(passcode=read_out[0]), read_out[1])


def _passcode(words: str) -> tuple[str, tuple[Said, ...]] | Refused | None:
    for found in _PASSCODE.finditer(words):
        typed = found["code"] or ""
        halves = re.fullmatch(r"(\d{3})[ -](\d{3,4})", typed)
        code = "".join(halves.groups()) if halves else typed.strip("“”\"'‘’()[]<>`").rstrip(".,;:!?)]’”\"'")
        loose = found["word"].casefold() in ("pass", "code")
        if not code or (loose and not any(one.isdigit() for one in code)):
            continue
        refused = check_passcode(code)
        if refused is not None:
            return refused
        return code, ((_read_as(code),) if halves else ())
    return None


def check_passcode(code: str) -> Refused | None:
    """Why a passcode cannot be one, or None."""
    if not _PERMITTED.fullmatch(code):
        return Refused("passcode-characters", "A passcode has only letters, digits and @ * - _. Please look again.")
    if len(code) > LONGEST_PASSCODE:
        why = f"That passcode has {len(code)} characters; the services take {LONGEST_PASSCODE}. Nothing of it was cut."
        return Refused("passcode-too-long", why)
    return None


def _bare_code(url: str, words: str) -> tuple[str, tuple[Said, ...]] | None:
    """A code that stands alone behind a link; the number of the link once more is none."""
    left = re.sub(r"^\W*link\b\W*", "", words.strip(), flags=re.IGNORECASE).strip(" \t\r\n,;.:()")
    if not _BARE_CODE.fullmatch(left) or len(left) > LONGEST_PASSCODE or left in url:
        return None
    return left, (_read_as(left),)


def _read_as(code: str) -> Said:
    return Said(f"passcode {code}", code, "I took what stands beside the link as its passcode.")
