"""The bodies of the requests that Slack sends to an app, field by field as Slack fills them."""

import copy
import re
import time
from typing import Any

from bot.sandbox.fields import Field
from bot.sandbox.modals import OpenView
from bot.sandbox.model import Channel, Json, Message, User
from bot.sandbox.sender import Request
from bot.sandbox.state import State, Trigger

LINK = re.compile(r"(<[@#][UWC]\w+(?:\|[^<>]*)?>)")
ADDRESS = re.compile(r"https?://[^\s<>]+|(?<![\w.@<])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def action_time() -> str:
    """Now, as Slack writes it in an action."""
    return f"{time.time():.6f}"


def escaped(state: State, text: str, *, links: bool = True) -> str:
    """What Slack makes of typed text: &, < and > made harmless, and people, channels and addresses linked.

    A mention that is already written as Slack links it stays as it is.
    """
    pieces = LINK.split(text)
    pieces[::2] = [_escaped_piece(state, piece, links=links) for piece in pieces[::2]]
    return "".join(pieces)


def _escaped_piece(state: State, text: str, *, links: bool) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not links:
        return text
    people = {user.name: user for user in state.users.values()}
    people |= {user.handle: user for user in state.users.values()}
    channels = [channel for channel in state.channels.values() if channel.name and not channel.is_im]
    text = ADDRESS.sub(_linked, text)
    text = _mentioned(text, "@", {name: f"<@{user.id}|{user.handle}>" for name, user in people.items()})
    return _mentioned(text, "#", {channel.name: f"<#{channel.id}|{channel.name}>" for channel in channels})


def _linked(match: re.Match[str]) -> str:
    address = match.group().rstrip(".,;:!?)")
    rest = match.group()[len(address) :]
    return (f"<{address}>" if "://" in address else f"<mailto:{address}|{address}>") + rest


def _mentioned(text: str, sign: str, names: dict[str, str]) -> str:
    if not names:
        return text
    longest_first = sorted(names, key=len, reverse=True)
    pattern = rf"(?<![\w<]){sign}({'|'.join(map(re.escape, longest_first))})(?![\w-])"
    lower = {name.lower(): link for name, link in names.items()}
    return re.sub(pattern, lambda match: lower[match.group(1).lower()], text, flags=re.IGNORECASE)


def _person(user: User) -> Json:
    return {"id": user.id, "username": user.handle, "name": user.handle, "team_id": user.team_id}


def _team(state: State, team_id: str) -> Json:
    domain = state.settings.domain if team_id == state.settings.team_id else team_id.lower()
    return {"id": team_id, "domain": domain}


def _base(state: State, kind: str, user: User, team_id: str) -> Json:
    return {
        "type": kind,
        "user": _person(user),
        "team": _team(state, team_id),
        "api_app_id": state.settings.app_id,
        "token": state.settings.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": _channel_name(channel)}


def command(state: State, user: User, channel: Channel, word: str, text: str, trigger: Trigger) -> Request:
    """A slash command."""
    settings = state.settings
    payload = {
        "token": settings.verification_token,
        "team_id": user.team_id,
        "team_domain": _team(state, user.team_id)["domain"],
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.handle,
        "command": word,
        "text": escaped(state, text.strip(), links=settings.should_escape),
        "api_app_id": settings.app_id,
        "is_enterprise_install": "false",
        "response_url": state.new_response_url(user.id, channel.id, trigger.id),
        "trigger_id": trigger.id,
    }
    return Request("slash_commands", word, payload, takes_body=True)


def shortcut(state: State, user: User, callback_id: str, trigger: Trigger) -> Request:
    """A global shortcut."""
    payload = _base(state, "shortcut", user, user.team_id)
    payload |= {"callback_id": callback_id, "trigger_id": trigger.id, "action_ts": action_time()}
    del payload["api_app_id"]
    return Request("interactive", f"shortcut {callback_id}", payload, takes_body=False)


def message_shortcut(state: State, user: User, callback_id: str, message: Message, trigger: Trigger) -> Request:
    """A shortcut run on a message."""
    payload = _base(state, "message_action", user, user.team_id)
    payload |= {
        "callback_id": callback_id,
        "trigger_id": trigger.id,
        "action_ts": action_time(),
        "message_ts": message.ts,
        "message": state.message_payload(message),
        "channel": _channel(state.channels[message.channel]),
        "response_url": state.new_response_url(user.id, message.channel, trigger.id),
    }
    del payload["api_app_id"]
    return Request("interactive", f"message shortcut {callback_id}", payload, takes_body=False)


def view_action(state: State, user: User, view: OpenView, action: Json, trigger: Trigger) -> Request:
    """Something pressed or chosen in a modal or on the Home tab."""
    payload = _base(state, "block_actions", user, user.team_id)
    payload |= {
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger.id,
        "view": state.modals.render(view),
        "actions": [action],
    }
    return Request("interactive", f"action {action['action_id']}", payload, takes_body=False)


def message_action(state: State, user: User, message: Message, values: Json, action: Json, trigger: Trigger) -> Request:
    """Something pressed or chosen in a message; Slack keeps the content of an ephemeral one to itself."""
    payload = _base(state, "block_actions", user, state.settings.team_id)
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload |= {
        "container": container,
        "trigger_id": trigger.id,
        "channel": _channel(state.channels[message.channel]),
        "state": {"values": values},
        "response_url": state.new_response_url(user.id, message.channel, trigger.id, message),
        "actions": [action],
    }
    if message.visible_to is None:
        payload["message"] = state.message_payload(message)
    return Request("interactive", f"action {action['action_id']}", payload, takes_body=False)


def submission(state: State, user: User, view: OpenView, trigger: Trigger) -> Request:
    """A modal's submit button."""
    payload = _base(state, "view_submission", user, user.team_id)
    payload |= {
        "trigger_id": trigger.id,
        "view": state.modals.render(view),
        "response_urls": _response_urls(state, user, view, trigger),
    }
    name = f"submission {view.content.get('callback_id', '')}"
    return Request("interactive", name, payload, takes_body=True)


def _response_urls(state: State, user: User, view: OpenView, trigger: Trigger) -> list[Json]:
    urls: list[Json] = []
    for block in view.content["blocks"]:
        element = block.get("element", {})
        if not element.get("response_url_enabled"):
            continue
        chosen = view.values[block["block_id"]][element["action_id"]]
        channel = chosen.get("selected_conversation") or chosen.get("selected_channel")
        if channel:
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": state.new_response_url(user.id, channel, trigger.id),
                }
            )
    return urls


def closed(state: State, user: User, view: OpenView, *, is_cleared: bool) -> Request:
    """A modal closed by its person, where the app asked to be told."""
    payload = _base(state, "view_closed", user, user.team_id)
    payload |= {"view": state.modals.render(view), "is_cleared": is_cleared}
    name = f"closing {view.content.get('callback_id', '')}"
    return Request("interactive", name, payload, takes_body=False)


def suggestion(state: State, user: User, field: Field, query: str, place: Json) -> Request:
    """The question what an external select offers for some typed letters."""
    payload = _base(state, "block_suggestion", user, user.team_id)
    payload |= {"action_id": field.action_id, "block_id": field.block_id, "value": query, **place}
    return Request("interactive", f"options {field.action_id}", payload, takes_body=True)


def by_another(state: State, request: Request, user: User) -> Request:
    """The same request made by somebody else, with a trigger and a response_url of their own."""
    payload = copy.deepcopy(request.payload)
    if request.kind == "slash_commands":
        payload |= {"user_id": user.id, "user_name": user.handle, "team_id": user.team_id}
        channel = payload["channel_id"]
    else:
        payload["user"] = _person(user)
        channel = payload.get("channel", {}).get("id", "")
    trigger = state.new_trigger(user.id, channel or None)
    if "trigger_id" in payload:
        payload["trigger_id"] = trigger.id
    if "response_url" in payload:
        payload["response_url"] = state.new_response_url(user.id, channel, trigger.id)
    return Request(request.kind, request.name, payload, request.takes_body)


def pressed(field: Field, option: Json | None = None) -> Json:
    """The action of a pressed button, or of a chosen overflow item."""
    element = field.element
    action: Json = {
        "action_id": field.action_id,
        "block_id": field.block_id,
        "type": field.kind,
        "action_ts": action_time(),
    }
    if option is not None:
        action["selected_option"] = option
        return action
    for key in ("text", "value", "style"):
        if key in element:
            action[key] = element[key]
    return action


def chosen(field: Field, entered: Json) -> Json:
    """The action of an element whose state is now `entered`."""
    ids: dict[str, Any] = {"action_id": field.action_id, "block_id": field.block_id, "action_ts": action_time()}
    return {**entered, **ids}
