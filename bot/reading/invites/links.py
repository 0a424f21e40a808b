"""A meeting's link, alone or in the invitation that it was pasted with: where it leads, and its own passcode.

Wrapped links are unwrapped and what is inside is judged; a label never counts. A passcode is never invented, dropped,
cut or replaced by another.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bot.reading.invites import passcodes
from bot.reading.invites.hosts import Hosts, leads_to
from bot.reading.invites.services import NO_LINK, PERSONAL, Link, Platform, judged
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood

_MOST_LINKS = 12
_SLACKS = re.compile(r"<([^<>|\s]+)(?:\|[^<>]*)?>")
_KNOWN_BARE = (
    r"(?:[\w-]+\.)*(?:zoom\.us|zoom\.com|teams\.microsoft\.com|teams\.live\.com|teams\.cloud\.microsoft|meet\.google\.com|"
    r"youtube\.com|youtu\.be|whatsapp\.com|wa\.me)/"
)
_URL = re.compile(rf"(?:https?://|(?<![\w@./:-]){_KNOWN_BARE})[^\s<>\"“”]+", re.IGNORECASE)
_BEHIND = ".,;:!?)]}'’‘”*>"
_STRETCH = re.compile(
    r"(?P<telephone>one tap mobile|dial by your location|dial.?in (?:by phone|numbers?|details)|"
    r"join (?:by|via) (?:tele)?phone|or dial\b|or call in|call in \(audio|phone conference id|more phone numbers|"
    r"find (?:a|your) local number|(?:join )?(?:by|from an?) (?:sip|h\.?323)|ffonio|deialu)|"
    r"join zoom meeting|join (?:on your computer|the meeting)|click here to join|video call link|\btopic:|"
    r"https?://[^\s<>]*(?:/j/|/meetup-join/|/meet/|meet\.google\.com/)",
    re.IGNORECASE,
)
"""Where what is for the telephone begins, and where it ends."""
_INVITATION = re.compile(
    r"\b(?:topic|subject|pwnc)\s*:|join zoom meeting|ymuno|microsoft teams|joining info|video call link|"
    r"join the meeting|click here to join|one tap mobile|_{8}|invites? you|inviting you",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{3,4}[ -]?\d{3,4}(?: \d{1,4})?(?!\d)")
_PERSONAL_ROOM = re.compile(r"personal meeting (?:room|id)|personal room", re.IGNORECASE)
_ID = re.compile(r"(?:meeting id|id cyfarfod)\s*[:=]?\s*[\d ]{9,}", re.IGNORECASE)
_BEGINS = re.compile(
    r"\W*(?:link|pas+\s?-?(?:code|cod|word|wort|wrd)|pin\s*[:=]?\s*\d|pwd|pw|cyfrinair|tel:|https?:|"
    r"\d{3} \d{3,4} \d{3,4}\b)",
    re.IGNORECASE,
)
_HERE = "\ue010"
_SPOKEN_AGAINST = (
    r"(?:old|previous|former|expired|dead|broken|wrong|invalid|outdated|cancelled|last week['’]?s|yesterday['’]?s|"
    r"not|no longer|never|(?:do|does|is|was|wo|ca|did|should|would|are|has|have)n['’]?t|can['’]?t|instead of|"
    r"rather than|other than|replac(?:e|ed|es|ing)|ditch|bin|drop|stop|cancel|remove|delete|scrap|was|were|maybe|"
    r"perhaps|unsure|hen|ddim|nid)"
)
_NO_PASSCODE = rf"(?!(?:pass|code|pin\b|pw|title|programme))[^\W{_HERE}]+"
_GAP = rf"[^\w.;!?{_HERE}\n]+"
_AGAINST = re.compile(
    rf"\b{_SPOKEN_AGAINST}\b(?:{_GAP}{_NO_PASSCODE}){{0,3}}(?:{_GAP})?{_HERE}|"
    rf"{_HERE}(?:{_GAP}{_NO_PASSCODE}){{0,2}}{_GAP}{_SPOKEN_AGAINST}\b(?!\s+(?:the\s+)?(?:pass|code|pin|pw))|"
    rf"\b(?:is it|is this|is that|which|should)\b[^.;!\n]*{_HERE}[^\w\n]*\?",
    re.IGNORECASE,
)
"""Words right before or behind a link that may say that it is not to be used, or that only ask."""
_TITLED = re.compile(r"\b(?:title|programme)\s", re.IGNORECASE)
_FIRST_TOLD = ("lookalike", "personal", "host-link", "one-person", "hidden", "unknown-service", "no-meeting", "no-link")

UNREAD = (
    "I can't read “{}” beside the link. If it says the passcode, write it as `passcode 73kq92`; if not, send the link "
    "alone."
)
_ONLY_THEIRS = (
    "The only passcode in it is for the telephone or the host. Paste the link alone, with the meeting’s own passcode "
    "behind it if there is one: `link https://… passcode 73kq92`."
)


def read(text: str, *, own_hosts: Collection[str] = (), personal_ids: Collection[str] = ()) -> Outcome[Link]:
    """The link and the passcode in what was pasted or typed. `own_hosts` are further hosts that the organisation
    trusts, such as its own Jitsi; `personal_ids` the personal meeting IDs that are known, as digits."""
    hosts = Hosts(own_hosts, frozenset(re.sub(r"\D", "", one) for one in personal_ids))
    text = passcodes.spelt(plain(text))
    found = [_trimmed(text, one) for one in list(_URL.finditer(text))[:_MOST_LINKS]]
    if not found:
        return _without_link(text)
    verdicts = [judged(url, hosts) for url in dict.fromkeys(found)]
    good = _different([one for one in verdicts if isinstance(one, Understood)])
    refused = sorted((one for one in verdicts if isinstance(one, Refused)), key=lambda one: _FIRST_TOLD.index(one.what))
    if not good or (refused and refused[0].what == "lookalike"):
        return refused[0]
    if _PERSONAL_ROOM.search(text):
        return Refused("personal", PERSONAL)
    if len(good) > 1:
        choices = tuple(_choice(one.value) for one in good)
        return Ask("which", "There are links to two meetings in it. Which one is it?", choices)
    doubt = _spoken_against(text)
    if doubt:
        return Ask("sure", f"“{doubt}” stands beside the link. Is it the one to use?", (_choice(good[0].value),))
    return _with_passcode(good[0], words_beside(text), text)


def _choice(link: Link) -> Choice[Link]:
    return Choice(link.url or "", link)


def _spoken_against(text: str) -> str:
    """The words beside a link that may say that it is none to use; a whole invitation has none of its own."""
    if is_invitation(text):
        return ""
    marked, at = "", 0
    for one in _URL.finditer(text):
        marked += text[at : one.start()] + _HERE
        at = one.start() + len(_trimmed(text, one))
    found = _AGAINST.search(marked + text[at:])
    if found is None or _TITLED.search(marked + text[at:], 0, found.end()):
        return ""
    return " ".join(found[0].replace(_HERE, " ").split()).strip(" ,:;-–()<>\"“”'?")


def is_pasted(text: str) -> bool:
    """Whether a text is a link, a passcode or an invitation at all: it has a link or begins with the word for one, or
    with what only an invitation has."""
    text = plain(text)
    if re.match(r"\W*(?:title|programme|with|for|to|on)\b", text, re.IGNORECASE):
        return False
    return bool(_URL.search(text) or _BEGINS.match(text) or _ID.search(text))


def leads(text: str) -> bool:
    """Whether a text begins with a link, a passcode or the word for one."""
    text = plain(text).lstrip(" \n<*_“\"'(")
    return bool(_URL.match(text) or _BEGINS.match(text))


def platform_of(url: str) -> Platform | None:
    """The service that a link leads to, for words alone: whether the link may be used is another question."""
    name = leads_to(url)
    return Platform(name) if name else None


def plain(text: str) -> str:
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


# Its passcode


def words_beside(text: str) -> str:
    """What stands beside the links, without what is for the telephone and without the meeting's number."""
    own = "".join(words for words, telephones in _stretches(text) if not telephones)
    urls = [_trimmed(own, one) for one in list(_URL.finditer(own))[:_MOST_LINKS]]
    for url in sorted(urls, key=len, reverse=True):
        own = own.replace(url, " ")
    own = _ID.sub(" ", own)
    numbers = {digits for url in urls for digits in re.findall(r"\d{9,}", url)}
    return _NUMBER.sub(lambda found: " " if re.sub(r"\D", "", found[0]) in numbers else found[0], own)


def _stretches(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of an invitation, and whether each is for the telephone."""
    at, telephones = 0, False
    for found in _STRETCH.finditer(text):
        yield text[at : found.start()], telephones
        at, telephones = found.start(), found["telephone"] is not None
    yield text[at:], telephones


def is_invitation(text: str) -> bool:
    """Whether a text is an invitation as a service or a calendar gives it, rather than something typed."""
    return bool(_INVITATION.search(text))


def has_link(text: str) -> bool:
    """Whether there is a link in a text."""
    return bool(_URL.search(plain(text)))


def rest(text: str) -> str | None:
    """What was typed beside a link and its passcode; None for a whole invitation, which has many words of its own."""
    text = plain(text)
    if is_invitation(text):
        return None
    # Brackets that somebody typed around a link; those of a mention stay.
    words = re.sub(r"<(?![@#!])|(?<![^\s<])>", " ", _without_word(words_beside(text)))
    found = passcodes.passcode(words)
    left = passcodes.without(found.left if isinstance(found, passcodes.Found) else words)
    return "" if isinstance(passcodes.alone(left), passcodes.Found) else " ".join(left.split())


def unread(text: str) -> str:
    """The words beside a link that may say its passcode in a way that is not known here; nothing where there are none,
    or where the link needs no passcode."""
    found = read(text)
    if isinstance(found, Understood):
        link = found.value
        if link.passcode or link.passcode_in_link or not link.url or link.platform is Platform.MEET:
            return ""
    words = passcodes.without(_without_word(words_beside(passcodes.spelt(plain(text)))))
    return passcodes.unread(words, whole=is_invitation(text))


def _without_word(words: str) -> str:
    return re.sub(r"\blink\b\s*[:=]?", " ", words, flags=re.IGNORECASE)


def _with_passcode(found: Understood[Link], words: str, whole: str) -> Outcome[Link]:
    link = found.value
    if link.platform is Platform.MEET:
        return found
    code = passcodes.passcode(words) or passcodes.alone(passcodes.without(_without_word(words)))
    if code is None and not link.passcode_in_link and _only_theirs(whole):
        return Ask("passcode", _ONLY_THEIRS)
    if code is None:
        return found
    if isinstance(code, passcodes.Found):
        return Understood(replace(link, passcode=code.code), (*found.said, *_read_as(code)))
    return _asked(code, link)


def _only_theirs(text: str) -> bool:
    """Whether a passcode is named, and it is the telephone's or the host's."""
    telephones = "\n".join(words for words, telephone in _stretches(text) if telephone)
    return passcodes.is_theirs(text) or passcodes.passcode(telephones) is not None


def _asked(code: passcodes.Doubt | Refused, link: Link) -> Ask[Link] | Refused:
    if isinstance(code, Refused):
        return code
    choices = tuple(Choice(one, replace(link, passcode=one)) for one in code.codes)
    return Ask("passcode", code.question, choices, kept=link)


def _without_link(text: str) -> Outcome[Link]:
    """A passcode alone, where nothing else was typed."""
    if not passcodes.is_named(text):
        return NO_LINK
    code = passcodes.passcode(text)
    if code is None:
        return Refused("no-passcode", "Which passcode? Write it behind the word: `passcode 73kq92`.")
    if isinstance(code, passcodes.Found):
        return Understood(Link(passcode=code.code), _read_as(code))
    return _asked(code, Link())


def _read_as(code: passcodes.Found) -> tuple[Said, ...]:
    words = {
        "alone": "I took what stands beside the link as its passcode.",
        "groups": f"I took the groups of the passcode together as one of {len(code.code)} characters.",
    }
    return (Said(f"passcode {code.code}", code.code, words[code.assumed]),) if code.assumed else ()
