"""People who come, go and change, with the events that Slack sends for it."""

from dataclasses import replace
from typing import Any

from bot.sandbox.answers import Answer
from bot.sandbox.around import Around
from bot.sandbox.methods.people import user_payload
from bot.sandbox.model import User


class Membership:
    """Each change is made at once and then told to the bot, if it is subscribed to that event."""

    def __init__(self, sandbox: Around) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state

    def add_member(self, channel_id: str, user_id: str) -> Answer | None:
        """Let somebody join a channel."""
        members = self._state.channels[channel_id].members
        if user_id not in members:
            members.append(user_id)
        return self._tell_channel("member_joined_channel", channel_id, user_id)

    def remove_member(self, channel_id: str, user_id: str) -> Answer | None:
        """Let somebody leave a channel."""
        self._state.channels[channel_id].members.remove(user_id)
        return self._tell_channel("member_left_channel", channel_id, user_id)

    def change_user(self, user_id: str, **fields: Any) -> Answer | None:
        """Change an account's fields (`deleted=True`, `is_restricted=True`, `name=…`)."""
        user = replace(self._state.users[user_id], **fields)
        self._state.add_user(user)
        self._state.changed("people")
        return self._tell_user("user_change", user)

    def join_team(self, user: User) -> Answer | None:
        """Let somebody join the workspace."""
        self._state.add_user(user)
        self._state.changed("people")
        return self._tell_user("team_join", user)

    def _tell_user(self, kind: str, user: User) -> Answer | None:
        settings = self._sandbox.settings
        shown = user_payload(settings, user, with_email="users:read.email" in settings.scopes)
        return self._tell(kind, {"user": shown})

    def _tell_channel(self, kind: str, channel_id: str, user_id: str) -> Answer | None:
        self._state.changed("people")
        channel = self._state.channels[channel_id]
        if self._sandbox.settings.bot_user_id not in (*channel.members, user_id):
            return None
        fields = {
            "user": user_id,
            "channel": channel_id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self._state.users[user_id].team_id,
        }
        return self._tell(kind, fields)

    def _tell(self, kind: str, fields: dict[str, Any]) -> Answer | None:
        if kind not in self._sandbox.settings.events:
            return None
        return self._sandbox.event(kind, fields)
