"""The link and the passcode that a host pasted: whether they may be used, and what the bot knows of them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zlib import crc32

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput
from bot.organisation.words import platform
from bot.policy import load_pack
from bot.policy.overrides import stored
from bot.providers import has_passcode, needs_link, removal, same_room, title_of
from bot.providers.rules import SettingKey
from bot.reading.invites import links, passcodes
from bot.reading.invites.announced import Announced, announced
from bot.reading.invites.services import Link, Platform
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from bot.reading.times.plans import Around
from db.models import Meeting, Organisation

_ASKED = (Platform.YOUTUBE, Platform.WHATSAPP)
"""Services of which the policy says whether they may be used at all."""


_TOLD_BY_LINKS = ("unknown", "not_applied")
"""How a setting stands where a link has raised a doubt."""


_NUMBER = re.compile(r"zoom[^/]*/(?:j|w|s|wc/join|wc)/(\d{9,11})(?!\d)")


class AnotherMeeting(BadInput):
    """The invitation that was pasted is for another time, or called otherwise, than the meeting (`found`: what it
    says), or takes the place of one that the bot has made, which is deleted then (`instead`: where).

    Nothing was kept.
    """

    def __init__(self, meeting: Meeting, zone: str, found: Announced | None, instead: str) -> None:
        self.starts_at, self.zone, self.found, self.instead = meeting.starts_at, zone, found, instead
        self.removal = removal(meeting.provider)
        super().__init__(f"The invitation is for another meeting than {meeting.reference}.", field="link")

    @property
    def stamp(self) -> int:
        """What was asked about, as a form carries it: it tells nobody anything."""
        first = self.found.starts[0].timestamp() if self.found and self.found.starts else 0
        return crc32(f"{first}:{self.found.topic if self.found else ''}:{self.instead}".encode()) & 0x7FFFFFFF


def is_own(meeting: Meeting, url: str) -> bool:
    """Whether a link leads to the meeting that the bot has made itself, however it is written."""
    if needs_link(meeting.provider):
        return False
    known, pasted = (_NUMBER.search(one or "") for one in (meeting.join_url, url))
    same = bool(known and pasted and known[1] == pasted[1])
    return same or same_room((meeting.provider, meeting.join_url), (meeting.provider, url))


def check_meeting(session: Session, meeting: Meeting, text: str, asked: int | None, now: datetime) -> None:
    """Raise AnotherMeeting where a pasted invitation names another moment than the meeting's or another topic, or takes
    the place of a meeting that stands at the provider, and not where that was `asked` about already."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    found = announced(text, Around(now, organisation.timezone, organisation.nation))
    if found and found.is_at(meeting.starts_at) and found.is_called(meeting.title, meeting.reference):
        found = None
    instead = title_of(meeting.provider) if meeting.join_url and not needs_link(meeting.provider) else ""
    other = AnotherMeeting(meeting, organisation.timezone, found, instead)
    if (found or instead) and other.stamp != asked:
        raise other


def pasted(session: Session, meeting: Meeting, text: str) -> Understood[Link]:
    """What was pasted. Raises BadInput with the reason for what must not be used."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    outcome = _read(organisation, text)
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why, field="link")
    if isinstance(outcome, Ask):
        more = " Please paste that one only." if outcome.what == "which" else ""
        raise BadInput(f"{outcome.question}{more}", field="link")
    unread = links.unread(text)
    if unread:
        raise BadInput(links.UNREAD.format(unread), field="link")
    platform = outcome.value.platform
    if platform is not None and platform in _ASKED and not _approved(organisation, platform):
        raise BadInput(f"Your policy does not approve {platform.value.title()} for meetings.", field="link")
    return outcome


def _read(organisation: Organisation, text: str) -> Outcome[Link]:
    return links.read(text, own_hosts=organisation.options.get("meeting_hosts", []))


def _approved(organisation: Organisation, platform: Platform) -> bool:
    named = {str(one) for one in load_pack(organisation.policy).meeting.platforms.value}
    return platform.value in named | {one.platform for one in stored(organisation.options).approved_platforms}


def check_passcode(meeting: Meeting, passcode: str) -> None:
    """Raise BadInput for a passcode that no service takes, or that the meeting's has none of."""
    if passcode and not has_passcode(meeting.provider):
        name = title_of(meeting.provider)
        raise BadInput(
            f"A meeting at {name} has no passcode: whoever has the link knocks, and waits.", field="passcode"
        )
    refused = passcodes.check_passcode(passcode) if passcode else None
    if refused is not None:
        raise BadInput(refused.why, field="passcode")


def told_of(found: Understood[Link], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with what a link tells of them: whether its number or room is one of its own, and whether the
    passcode is inside it. A good link takes an earlier doubt away."""
    told = dict(settings)
    doubt = next((one.words for one in found.said if one.kind in ("maybe personal", "guessed")), None)
    _note(told, SettingKey.RANDOM_ID, "unknown" if doubt else None, doubt or "")
    inside = found.value.passcode_in_link
    _note(told, SettingKey.PASSCODE_APART, "not_applied" if inside else None, "The link contains it." if inside else "")
    return told


def _note(told: dict[str, Any], key: SettingKey, state: str | None, evidence: str) -> None:
    """Write down how a setting stands; without a state, that it is the host's to see to again."""
    if state is not None:
        told[key.value] = {"state": state, "evidence": evidence}
    elif told.get(key.value, {}).get("state") in _TOLD_BY_LINKS:
        told[key.value] = {"state": "by_host", "evidence": "The host makes this meeting."}


def words(caller: Caller, meeting: Meeting, changes: Mapping[str, Any], provider_before: str) -> str:
    """What to say of a link that was taken: whose it is, what it replaces, what was assumed, and whether a passcode
    came with it; never which one."""
    outcome = _read(caller.organisation, changes["link"]) if changes.get("link") else None
    if not isinstance(outcome, Understood):
        return ""
    link = outcome.value
    if is_own(meeting, link.url or ""):
        return f"It leads to the meeting that I made at {title_of(meeting.provider)}: its link stays."
    came = bool(link.passcode or changes.get("passcode"))
    said = [_taken(meeting, link, came=came)]
    if link.url and provider_before != meeting.provider:
        where, gone = title_of(provider_before), removal(provider_before)
        said.append(f"It takes the place of mine at {where}: what I had made there is {gone}.")
    said += [one.words for one in outcome.said if one.kind != "policy"]
    if link.url and meeting.passcode and not came:
        # Another link would have taken the passcode away.
        said.append("It is the link that it had: its passcode stays.")
    if link.url and not meeting.passcode and link.platform is not Platform.MEET and not link.passcode_in_link:
        add = f"`/meeting edit {meeting.reference} passcode …`"
        said.append(f"No passcode came with it, so the invitation has none. Has the meeting one? {add}")
    return " ".join(said)


def _taken(meeting: Meeting, link: Link, *, came: bool) -> str:
    name = platform(meeting)
    if not link.url:
        return "I took the passcode."
    whose = f"The {name} link" if name else "The link"
    return f"{whose} is kept{', and the passcode that came with it' if came else ''}."
