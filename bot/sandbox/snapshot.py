"""What one person sees, as plain JSON for a page to draw."""

import copy
from typing import Any

from bot.sandbox.modals import OpenView
from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.state import State


def snapshot(state: State, user_id: str) -> Json:
    """Channels with their messages, direct messages, private messages, modals, Home tab and people."""
    with state.lock:
        visible = [channel for channel in state.channels.values() if state.sees(user_id, channel)]
        home = state.modals.home(user_id)
        shown: Json = {
            "user": _person(state, user_id),
            "people": [_person(state, other) for other in state.users],
            "channels": [_channel(state, user_id, c) for c in visible if not c.is_im],
            "dms": [_channel(state, user_id, c) for c in visible if c.is_im],
            "private": [_message(state, m) for m in state.private_of(user_id)],
            "views": [_view(state, view) for view in state.modals.stack(user_id)],
            "home": _view(state, home) if home else None,
        }
        return copy.deepcopy(shown)


def _person(state: State, user_id: str) -> Json:
    user = state.users[user_id]
    return {
        "id": user.id,
        "name": user.name,
        "handle": user.handle,
        "tz": user.tz,
        "is_bot": user.is_bot,
        "deleted": user.deleted,
        "is_guest": user.is_restricted or user.is_ultra_restricted,
        "is_stranger": state.is_stranger(user),
    }


def _channel(state: State, user_id: str, channel: Channel) -> Json:
    posts = [message for message in state.posts.get(channel.id, []) if not message.deleted]
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_im": channel.is_im,
        "is_member": user_id in channel.members,
        "members": list(channel.members),
        "messages": [_message(state, message) for message in posts],
    }


def _message(state: State, message: Message) -> Json:
    user = state.users.get(message.user)
    shown: dict[str, Any] = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "name": user.name if user else message.user,
        "is_bot": bool(user and user.is_bot),
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "edited": message.edited,
        "reactions": message.reactions,
        "private": message.visible_to is not None,
    }
    return shown


def _view(state: State, view: OpenView) -> Json:
    return {**state.modals.render(view), "errors": view.errors}
