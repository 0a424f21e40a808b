"""The link and the passcode that a host pasted: whether they may be used, and what the bot knows of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput
from bot.policy import load_pack
from bot.policy.overrides import stored
from bot.providers.rules import SettingKey
from bot.reading import links
from bot.reading.links import Link, Platform
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from db.models import Meeting, Organisation

_ASKED = (Platform.YOUTUBE, Platform.WHATSAPP)
"""Services of which the policy says whether they may be used at all."""


def pasted(session: Session, meeting: Meeting, text: str) -> Understood[Link]:
    """What was pasted. Raises BadInput with the reason for what must not be used."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    outcome = _read(organisation, text)
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why, field="link")
    if isinstance(outcome, Ask):
        raise BadInput(f"{outcome.question} Please paste that one only.", field="link")
    platform = outcome.value.platform
    if platform is not None and platform in _ASKED and not _approved(organisation, platform):
        raise BadInput(f"Your policy does not approve {platform.value.title()} for meetings.", field="link")
    return outcome


def _read(organisation: Organisation, text: str) -> Outcome[Link]:
    return links.read(text, own_hosts=organisation.options.get("meeting_hosts", []))


def _approved(organisation: Organisation, platform: Platform) -> bool:
    named = {str(one) for one in load_pack(organisation.policy).meeting.platforms.value}
    return platform.value in named | {one.platform for one in stored(organisation.options).approved_platforms}


def check_passcode(passcode: str) -> None:
    """Raise BadInput for a passcode that no service takes."""
    refused = links.check_passcode(passcode) if passcode else None
    if refused is not None:
        raise BadInput(refused.why, field="passcode")


def told_of(found: Understood[Link], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with what a link tells of them: whether its number was generated. A good link takes an earlier doubt
    away."""
    key = SettingKey.RANDOM_ID.value
    doubt = next((one.words for one in found.said if one.kind == "maybe personal"), None)
    if doubt:
        return {**settings, key: {"state": "unknown", "evidence": doubt}}
    if settings.get(key, {}).get("state") == "unknown":
        return {**settings, key: {"state": "by_host", "evidence": "The host makes this meeting."}}
    return dict(settings)


def words(caller: Caller, meeting: Meeting, text: str | None) -> str:
    """What to say of a link that was taken: what was assumed, and that no passcode came with it."""
    outcome = _read(caller.organisation, text or "") if text else None
    if not isinstance(outcome, Understood):
        return ""
    said = [one.words for one in outcome.said if one.kind != "policy"]
    link = outcome.value
    if link.url and not meeting.passcode and link.platform is not Platform.MEET and not link.passcode_in_link:
        add = f"`/meeting edit {meeting.reference} passcode …`"
        said.append(f"No passcode came with it, so the invitation has none. Has the meeting one? {add}")
    return " ".join(said)
