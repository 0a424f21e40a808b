"""A setting that was as asked for at the provider and is so no more: noted when it is found, told to the host once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.deliveries.registry import Record
from bot.deps import Deps
from bot.providers import SettingKey, platform_of, title_of
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.command import again_id
from bot.slack.text import esc
from db.models import Meeting
from db.owed import Claimed, owe

TELL = "meeting.tell_drift"
_SINCE = "since"
_APPLIED, _NOT_APPLIED = "applied", "not_applied"


def noted(before: Mapping[str, Any], found: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """How the settings stand by a look of this moment, with since when each is so no more."""
    every = {}
    for name, one in found.items():
        was = before.get(name, {})
        every[name] = dict(one)
        if one["state"] == _NOT_APPLIED:
            since = now.isoformat() if was.get("state") == _APPLIED else was.get(_SINCE)
            every[name] |= {_SINCE: since} if since else {}
    return every


def since(meeting: Meeting, now: datetime) -> bool:
    """Whether a look of this moment found something that is so no more."""
    return any(one.get(_SINCE) == now.isoformat() for one in meeting.settings_read.values())


def owe_telling(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the host the news."""
    owe(session, meeting.organisation_id, TELL, at=now, target=meeting.host, record_id=meeting.id)


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the host which settings changed, as they stand by now; nothing where they are right again."""
    meeting = await deps.db.read(lambda session: session.get_one(Meeting, claimed.record_id), seconds=5)
    said = words(meeting)
    if said is not None:
        channel = await deps.slack.direct(claimed.target)
        await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


def words(meeting: Meeting) -> Say | None:
    """Which settings are so no more, and what the host does about each."""
    platform = platform_of(meeting.provider, meeting.join_url)
    keys = [SettingKey(name) for name, one in meeting.settings_read.items() if one.get(_SINCE)]
    if not keys:
        return None
    name = esc(title_of(meeting.provider))
    many = "A setting" if len(keys) == 1 else f"{len(keys)} settings"
    head = f"{many} of {meeting.reference} changed at {name}"
    lines = [
        f"• *Not so any more: {key.label[:1].lower()}{key.label[1:]}.* {esc(key.how_on(platform))}" for key in keys
    ]
    show = b.button("Show it", again_id(0), f"meeting show {meeting.reference}")
    return Say(head, [b.section("drift", f"🔴 *{head}.*"), *b.paragraphs("changed", lines), b.actions("ways", show)])
