"""Posting, changing and taking away messages."""

import time

from bot.sandbox.methods.content import Content, read_content
from bot.sandbox.methods.registry import Call, SlackError, method
from bot.sandbox.model import Channel, Json, Message

SHAPE = "text blocks attachments parse link_names unfurl_links unfurl_media metadata mrkdwn as_user"


def content_of(call: Call) -> Content:
    """The content of the call, its complaints put on record."""
    content = read_content(call.args.get("text"), call.parsed("blocks"), call.parsed("attachments"))
    for complaint in content.complaints:
        call.journal.violation(f"{call.method}: {complaint}")
    return content


def _destination(call: Call) -> Channel:
    """The conversation to write in; a person's id means the direct message with them."""
    target = call.text("channel")
    if target in call.state.users:
        user = call.state.users[target]
        if user.deleted or user.is_bot or call.state.is_stranger(user):
            raise SlackError("channel_not_found")
        channel = call.state.open_dm(target)
    else:
        channel = call.channel()
    if channel.is_im and not call.settings.messages_tab:
        raise SlackError("messages_tab_disabled")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


@method(
    "chat.postMessage",
    scopes="chat:write",
    required="channel",
    optional=f"{SHAPE} thread_ts reply_broadcast",
    tier=0,
)
def post_message(call: Call) -> Json:
    """Post in a conversation or in a thread."""
    channel = _destination(call)
    if not call.is_member(channel) and "chat:write.public" not in call.settings.scopes:
        raise SlackError("not_in_channel")
    content = content_of(call)
    thread = call.text("thread_ts") or None
    if thread:
        parent = call.state.find_message(channel.id, thread)
        if parent is None or parent.thread_ts not in (None, parent.ts):
            raise SlackError("thread_not_found")
    message = call.state.post(
        Message(
            ts=call.state.new_ts(),
            channel=channel.id,
            user=call.settings.bot_user_id,
            text=content.text or "",
            blocks=content.blocks or [],
            thread_ts=thread,
            attachments=content.attachments or [],
            metadata=call.parsed("metadata"),
        )
    )
    return {"channel": channel.id, "ts": message.ts, "message": call.state.message_payload(message)}


@method("chat.postEphemeral", scopes="chat:write", required="channel user", optional=f"{SHAPE} thread_ts", tier=4)
def post_ephemeral(call: Call) -> Json:
    """Show something to one member of a conversation only."""
    channel = call.channel()
    if channel.is_archived:
        raise SlackError("is_archived")
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    user_id = call.text("user")
    user = call.state.users.get(user_id)
    if user is None or user.deleted or user_id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(call)
    message = call.state.give(
        Message(
            ts=call.state.new_ts(),
            channel=channel.id,
            user=call.settings.bot_user_id,
            text=content.text or "",
            blocks=content.blocks or [],
            thread_ts=call.text("thread_ts") or None,
            visible_to=user_id,
            attachments=content.attachments or [],
        )
    )
    return {"message_ts": message.ts}


def _own_message(call: Call, refusal: str) -> Message:
    channel = call.channel()
    message = call.state.find_message(channel.id, call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.settings.bot_user_id:
        raise SlackError(refusal)
    if channel.is_archived:
        raise SlackError("is_archived")
    return message


@method(
    "chat.update",
    scopes="chat:write",
    required="channel ts",
    optional=f"{SHAPE} reply_broadcast file_ids",
    tier=3,
)
def update(call: Call) -> Json:
    """Change one of the bot's own messages."""
    message = _own_message(call, "cant_update_message")
    window = call.settings.edit_window_seconds
    if window is not None and time.time() - float(message.ts) > window:
        raise SlackError("edit_window_closed")
    content = content_of(call)
    if content.blocks is None and message.blocks:
        call.journal.violation("chat.update: text alone for a message with blocks; what remains is not certain")
    call.state.rewrite(message, content.text or "", content.blocks, content.attachments)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": call.state.message_payload(message),
    }


@method("chat.delete", scopes="chat:write", required="channel ts", optional="as_user", tier=3)
def delete(call: Call) -> Json:
    """Take one of the bot's own messages away."""
    message = _own_message(call, "cant_delete_message")
    message.deleted = True
    call.state.changed("message")
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink", required="channel message_ts", tier=4)
def get_permalink(call: Call) -> Json:
    """The web address of a message."""
    channel = call.channel()
    message = call.state.find_message(channel.id, call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    address = f"https://{call.settings.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


@method("reactions.add", scopes="reactions:write", required="channel name timestamp", tier=3)
def add_reaction(call: Call) -> Json:
    """Put an emoji under a message."""
    channel = call.channel()
    if not call.is_member(channel):
        raise SlackError("not_in_channel")
    message = call.state.find_message(channel.id, call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    name = call.text("name")
    if not name.replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise SlackError("invalid_name")
    if name in message.reactions:
        raise SlackError("already_reacted")
    message.reactions.append(name)
    call.state.changed("message")
    return {}
