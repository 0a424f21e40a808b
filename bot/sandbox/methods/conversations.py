"""Channels: what they are, who is in them, making and joining them."""

import re
import secrets

from bot.sandbox.methods.registry import Call, SlackError, method
from bot.sandbox.model import Channel, Json

KINDS = frozenset({"public_channel", "private_channel", "im", "mpim"})


def _scope(channel: Channel, right: str) -> str:
    if channel.is_im:
        return f"im:{right}"
    return f"{'groups' if channel.is_private else 'channels'}:{right}"


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need(_scope(channel, "read"))
    return channel


def channel_payload(call: Call, channel: Channel) -> Json:
    """A conversation as Slack shows it to the app."""
    if channel.is_im:
        return {"id": channel.id, "is_im": True, "user": channel.user, "is_archived": channel.is_archived}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_member": call.is_member(channel),
        "is_shared": channel.is_ext_shared,
        "is_ext_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": call.settings.team_id,
        "num_members": len(channel.members),
    }


@method("conversations.info", required="channel", optional="include_locale include_num_members", tier=3)
def info(call: Call) -> Json:
    """One conversation."""
    return {"channel": channel_payload(call, _readable(call))}


@method("conversations.list", optional="types exclude_archived limit cursor team_id", tier=2)
def list_channels(call: Call) -> Json:
    """The conversations of the asked types that the bot may know of."""
    types = set(call.listed("types")) or {"public_channel"}
    if not types <= KINDS:
        raise SlackError("invalid_types")
    for kind, scope in (
        ("public_channel", "channels:read"),
        ("private_channel", "groups:read"),
        ("im", "im:read"),
        ("mpim", "mpim:read"),
    ):
        if kind in types:
            call.need(scope)
    found = [channel for channel in call.state.channels.values() if _listed(call, channel, types)]
    page, metadata = call.page(found, 100)
    return {"channels": [channel_payload(call, channel) for channel in page], **metadata}


def _listed(call: Call, channel: Channel, types: set[str]) -> bool:
    if channel.is_archived and call.flag("exclude_archived"):
        return False
    if channel.is_im:
        return "im" in types
    if channel.is_private:
        return "private_channel" in types and call.is_member(channel)
    return "public_channel" in types


@method("conversations.members", required="channel", optional="limit cursor", tier=4)
def members(call: Call) -> Json:
    """Who is in a conversation."""
    page, metadata = call.page(_readable(call).members, 100)
    return {"members": page, **metadata}


@method("conversations.replies", required="channel ts", optional="limit cursor oldest latest inclusive", tier=3)
def replies(call: Call) -> Json:
    """A message and the replies in its thread."""
    channel = call.channel()
    call.need(_scope(channel, "history"))
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    ts = call.text("ts")
    if call.state.find_message(channel.id, ts) is None:
        raise SlackError("thread_not_found")
    posts = [m for m in call.state.posts[channel.id] if ts in (m.ts, m.thread_ts) and not m.deleted]
    page, metadata = call.page(posts, 1000)
    shown = [call.state.message_payload(message) for message in page]
    return {"messages": shown, "has_more": bool(metadata["response_metadata"]["next_cursor"]), **metadata}


@method("conversations.open", optional="channel users return_im prevent_creation", tier=3)
def open_conversation(call: Call) -> Json:
    """The direct message with one person."""
    call.need("im:write")
    users = call.listed("users")
    if call.text("channel"):
        return {"channel": {"id": call.channel().id}}
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    user = call.state.users.get(users[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if call.state.is_stranger(user):
        raise SlackError("user_not_visible")
    existed = call.state.dm_of(user.id) is not None
    channel = call.state.open_dm(user.id)
    shown: Json = channel_payload(call, channel) if call.flag("return_im") else {"id": channel.id}
    return {"channel": shown, "no_op": existed, "already_open": existed}


@method("conversations.join", scopes="channels:join", required="channel", tier=3)
def join(call: Call) -> Json:
    """Become a member of a public channel."""
    channel = call.channel()
    if channel.is_private:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if not call.is_member(channel):
        channel.members.append(call.settings.bot_user_id)
        call.state.changed("people")
    return {"channel": channel_payload(call, channel)}


@method("conversations.create", required="name", optional="is_private team_id", tier=2)
def create(call: Call) -> Json:
    """Make a channel; the bot is its first member."""
    private = call.flag("is_private")
    call.need("groups:write" if private else "channels:manage")
    name = call.text("name")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise SlackError("invalid_name_specials")
    if any(channel.name == name for channel in call.state.channels.values()):
        raise SlackError("name_taken")
    channel = Channel(f"C{secrets.token_hex(5).upper()}", name, private, [call.settings.bot_user_id])
    call.state.channels[channel.id] = channel
    call.state.changed("people")
    return {"channel": channel_payload(call, channel)}


@method("conversations.invite", required="channel users", optional="force", tier=3)
def invite(call: Call) -> Json:
    """Bring people into a channel that the bot is in; nobody is added when one of them cannot be."""
    channel = call.channel()
    if channel.is_private:
        call.need("groups:write", "groups:write.invites")
    else:
        call.need("channels:manage", "channels:write.invites")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    users = call.listed("users")
    if len(users) > 1000:
        raise SlackError("too_many_users")
    for user_id in users:
        _check_invited(call, channel, user_id)
    channel.members.extend(users)
    call.state.changed("people")
    return {"channel": channel_payload(call, channel)}


def _check_invited(call: Call, channel: Channel, user_id: str) -> None:
    user = call.state.users.get(user_id)
    if user is None or user.deleted:
        raise SlackError("user_not_found")
    if user_id == call.settings.bot_user_id:
        raise SlackError("cant_invite_self")
    if user_id in channel.members:
        raise SlackError("already_in_channel")
    elsewhere = any(user_id in c.members for c in call.state.channels.values() if not c.is_im)
    if user.is_ultra_restricted and elsewhere:
        raise SlackError("ura_max_channels")
    if call.state.is_stranger(user):
        raise SlackError("user_team_not_in_channel")
