"""Events as Zoom sends them, signed, to the bot over real HTTP."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.support.world import World
from tests.support.zoom import WEBHOOK_SECRET as SECRET


def signed(body: bytes, stamp: str, secret: str = SECRET) -> dict[str, str]:
    """The headers that Zoom would send with this body."""
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={digest}", "content-type": "application/json"}


def send(world: World, event: Mapping[str, Any], *, secret: str = SECRET, late: float = 0) -> httpx.Response:
    """Post one event; `late`: it was signed so many seconds ago."""
    body = json.dumps(event).encode()
    headers = signed(body, str(int(world.now() - late)), secret)
    assert world.bot is not None
    return httpx.post(f"{world.bot.url}/zoom/events", content=body, headers=headers)


def event(
    name: str, ref: str, at: float, *, uuid: str = "occasion-1", host: str = "sessions", **person: Any
) -> dict[str, Any]:
    """One event of the meeting `ref` at this moment, in seconds since 1970; `person` are the participant's fields."""
    moment = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about: dict[str, Any] = {
        "id": int(ref) if name.startswith("recording") else ref,
        "uuid": uuid,
        "host_id": host,
        "topic": "M-1",
        "type": 2,
        "start_time": moment,
        "timezone": "Europe/London",
        "duration": 60,
    }
    if person:
        when = {"meeting.participant_joined": "join_time", "meeting.participant_left": "leave_time"}
        about["participant"] = {
            "user_id": person.get("participant_uuid"),
            when.get(name, "date_time"): moment,
            **person,
        }
    return {
        "event": name,
        "event_ts": int(at * 1000),
        "payload": {"account_id": "account", "object": about},
    }


def joined(ref: str, at: float, name: str, key: str, **more: Any) -> dict[str, Any]:
    """Somebody comes in."""
    return event("meeting.participant_joined", ref, at, user_name=name, participant_uuid=key, **more)


def left(ref: str, at: float, name: str, key: str, **more: Any) -> dict[str, Any]:
    """Somebody goes."""
    return event("meeting.participant_left", ref, at, user_name=name, participant_uuid=key, **more)
