"""Requests that Slack's own client lets nobody make: any button, with any value, pressed by anybody."""

import json
from typing import Any
from urllib.parse import urlencode

from bot.sandbox.answers import Answer
from bot.sandbox.model import Message
from tests.support.world import World


def press(world: World, who: str, action: str, value: str) -> str:
    """Press a button that was never shown to this person; what they are shown for it, view and messages."""
    person = world.person(who)
    for _ in person.views:
        person.close()
    button = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "x"}, "value": value}
    blocks: list[Any] = [{"type": "actions", "block_id": "b", "elements": [button]}]
    channel = world.sandbox.state.open_dm(who).id
    ts = world.sandbox.state.new_ts()
    message = Message(ts=ts, channel=channel, user="U0BOT", text="x", blocks=blocks)
    before = len(person.private)
    person.click(action, message=message)
    view: Any = person.view or {}
    shown = {name: view.get(name) for name in ("title", "blocks", "callback_id", "private_metadata", "submit", "close")}
    return json.dumps([shown, [one.words for one in person.private[before:]]], ensure_ascii=False)


def submit(world: World, who: str, callback: str, metadata: str, values: dict[str, Any] | None = None) -> Answer:
    """Send a form that was never shown to this person, signed as Slack signs it."""
    user = world.sandbox.state.users[who]
    view = {
        "id": "V0FORGED",
        "root_view_id": "V0FORGED",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "hash": "1.x",
        "external_id": "",
        "blocks": [{"type": "input", "block_id": "facts"}],
        "state": {"values": values or {}},
    }
    payload = {
        "type": "view_submission",
        "team": {"id": world.sandbox.settings.team_id},
        "user": {"id": who, "team_id": user.team_id},
        "trigger_id": "1.2.x",
        "view": view,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return world.sandbox.raw(body, world.sandbox.sign(body))
