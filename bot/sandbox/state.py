"""All that the workspace knows, behind one lock."""

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.sandbox.fields import complete
from bot.sandbox.modals import Modals
from bot.sandbox.model import Channel, File, Json, Message, User
from bot.sandbox.settings import Settings


@dataclass
class Trigger:
    """The right to open one modal, given out with a command, click or shortcut."""

    id: str
    user: str
    channel: str | None
    from_view: str | None
    at: float = field(default_factory=time.monotonic)
    used: bool = False
    repeated: bool = False
    opened: str | None = None


@dataclass
class ResponseUrl:
    """The right to answer one interaction, a few times and for a while."""

    token: str
    user: str
    channel: str
    cause: str
    message: Message | None = None
    at: float = field(default_factory=time.monotonic)
    uses: int = 0


class State:
    """The workspace's people, channels, messages, views and rights; hold `lock` around several steps."""

    def __init__(self, settings: Settings, users: Sequence[User], channels: Sequence[Channel]) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {channel.id: channel for channel in channels}
        self.posts: dict[str, list[Message]] = {}
        self.files: dict[str, File] = {}
        self.modals = Modals(settings, self.lock)
        self.base_url: Callable[[], str] = lambda: ""
        self.socket_url: Callable[[], str] = lambda: ""
        self._private: dict[str, list[Message]] = {}
        self._triggers: dict[str, Trigger] = {}
        self._response_urls: dict[str, ResponseUrl] = {}
        self._watchers: list[Callable[[str], None]] = []
        self._last_ts = 0
        for user in users:
            self.add_user(user)
        if settings.bot_user_id not in self.users:
            self.add_user(User(id=settings.bot_user_id, name="Facilitator assistant", is_bot=True))

    # Notifications

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call back with the kind of every change; returns what ends that."""
        self._watchers.append(callback)
        return lambda: self._watchers.remove(callback)

    def changed(self, kind: str) -> None:
        """Tell the watchers."""
        for watcher in list(self._watchers):
            watcher(kind)

    # People and channels

    def add_user(self, user: User) -> None:
        """Add an account; without a team it belongs to this workspace."""
        user.team_id = user.team_id or self.settings.team_id
        self.users[user.id] = user

    def is_stranger(self, user: User) -> bool:
        """Whether the account does not belong to this workspace."""
        return self.settings.team_id not in (user.team_id, *user.grid_teams)

    def dm_of(self, user_id: str) -> Channel | None:
        """The direct message channel between the bot and that person, if there is one."""
        return next((c for c in list(self.channels.values()) if c.is_im and c.user == user_id), None)

    def open_dm(self, user_id: str) -> Channel:
        """The direct message channel between the bot and that person, made where missing."""
        with self.lock:
            channel = self.dm_of(user_id)
            if channel is None:
                members = [user_id, self.settings.bot_user_id]
                channel = Channel(f"D{user_id[1:]}", "directmessage", True, members, is_im=True, user=user_id)
                self.channels[channel.id] = channel
            return channel

    def sees(self, user_id: str, channel: Channel) -> bool:
        """Whether the person can read the channel: a member, or a full member of a public one's team."""
        if user_id in channel.members:
            return True
        user = self.users[user_id]
        outside = user.is_restricted or user.is_ultra_restricted or self.is_stranger(user)
        return not channel.is_private and not outside

    def can_read(self, user_id: str, message: Message) -> bool:
        """Whether the person sees the message."""
        return message.visible_to in (None, user_id) and self.sees(user_id, self.channels[message.channel])

    # Files and messages

    def keep_file(self, user_id: str, name: str, content: bytes, *, elsewhere: bool = False) -> File:
        """Keep a file that somebody chose in a form."""
        made = File(f"F{secrets.token_hex(5).upper()}", user_id, name, content, time.time(), elsewhere)
        self.files[made.id] = made
        return made

    def new_ts(self) -> str:
        """A message time that no other message has."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(time.time() * 1_000_000))
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def post(self, message: Message) -> Message:
        """Store a message that everybody in the channel sees."""
        message.blocks = complete(message.blocks)
        with self.lock:
            self.posts.setdefault(message.channel, []).append(message)
        self.changed("message")
        return message

    def give(self, message: Message) -> Message:
        """Store a message that only `message.visible_to` sees."""
        message.blocks = complete(message.blocks)
        with self.lock:
            self._private.setdefault(message.visible_to or "", []).append(message)
        self.changed("private")
        return message

    def private_of(self, user_id: str) -> list[Message]:
        """The messages that only that person sees, oldest first."""
        with self.lock:
            return [message for message in self._private.get(user_id, []) if not message.deleted]

    def rewrite(
        self, message: Message, text: str, blocks: list[Json] | None, attachments: list[Json] | None = None
    ) -> None:
        """Change a message; blocks and attachments that are None stay as they are."""
        with self.lock:
            message.text = text
            message.edited = True
            if blocks is not None:
                message.blocks = complete(blocks)
            if attachments is not None:
                message.attachments = attachments
        self.changed("private" if message.visible_to else "message")

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        """A message of the channel that is not deleted."""
        posts = self.posts.get(channel_id, [])
        return next((m for m in posts if m.ts == ts and not m.deleted), None)

    # Rights given out with an interaction

    def new_trigger(self, user_id: str, channel: str | None = None, from_view: str | None = None) -> Trigger:
        """The right that goes with one interaction."""
        number = int(time.time() * 1000)
        trigger = Trigger(f"{number}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}", user_id, channel, from_view)
        with self.lock:
            self._triggers[trigger.id] = trigger
        return trigger

    def trigger(self, trigger_id: str) -> Trigger | None:
        """The trigger with that id, expired and used ones included."""
        return self._triggers.get(trigger_id)

    def new_response_url(self, user_id: str, channel: str, cause: str, message: Message | None = None) -> str:
        """The address for answering one interaction; `cause` is its trigger id."""
        right = ResponseUrl(secrets.token_urlsafe(18), user_id, channel, cause, message)
        with self.lock:
            self._response_urls[right.token] = right
        return f"{self.base_url()}/response/{right.token}"

    def response_url(self, token: str) -> ResponseUrl | None:
        """The right behind a response_url."""
        return self._response_urls.get(token)

    def message_payload(self, message: Message) -> Json:
        """A message as Slack sends and returns it."""
        shown: Json = {
            "type": "message",
            "user": message.user,
            "text": message.text,
            "ts": message.ts,
            "team": self.settings.team_id,
            "blocks": message.blocks,
        }
        if message.user == self.settings.bot_user_id:
            shown |= {"bot_id": self.settings.bot_id, "app_id": self.settings.app_id}
        if message.attachments:
            shown["attachments"] = message.attachments
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if message.edited:
            shown["edited"] = {"user": message.user, "ts": message.ts}
        if message.metadata:
            shown["metadata"] = message.metadata
        return shown
