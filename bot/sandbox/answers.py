"""What came of one thing that a person did."""

from typing import Any

from bot.sandbox.journal import Reply
from bot.sandbox.model import Json, Message, readable
from bot.sandbox.state import State


class Answer:
    """The bot's reply to one request, and what the person has been shown because of it.

    `status` 0 means that the bot did not answer, or that Slack's client did not even ask it (`errors`).
    `body` is the JSON of the reply or None, `elapsed` is in seconds, `headers` have lower-case names.
    """

    def __init__(self, state: State, user_id: str | None, reply: Reply | None, trigger_id: str | None = None) -> None:
        self._state = state
        self._user_id = user_id
        self._trigger_id = trigger_id
        self._before = float(state.new_ts())
        self.status = reply.status if reply else 0
        self.elapsed = reply.elapsed if reply else 0.0
        self.problem = reply.problem if reply else ""
        self.headers = reply.headers if reply else {}
        self.raw: Any = reply.body if reply else None
        self.body: Json | None = self.raw if isinstance(self.raw, dict) else None
        self.errors: dict[str, str] = {}
        self.notice = ""
        self.shown_view: str | None = None
        if reply:
            self._before -= reply.elapsed

    def __repr__(self) -> str:
        return f"Answer(status={self.status}, errors={self.errors}, problem={self.problem!r}, text={self.text!r})"

    @property
    def opened(self) -> Json | None:
        """The modal opened or pushed with this interaction's trigger, while it is open; else None."""
        trigger = self._state.trigger(self._trigger_id) if self._trigger_id else None
        view = self._state.modals.by_id(trigger.opened) if trigger and trigger.opened else None
        return self._state.modals.render(view) if view else None

    @property
    def private(self) -> Message | None:
        """The newest message shown to this person alone since they did it, or None."""
        if self._user_id is None:
            return None
        mine = [m for m in self._state.private_of(self._user_id) if self._belongs(m)]
        return mine[-1] if mine else None

    @property
    def posted(self) -> Message | None:
        """The newest message for everybody that this interaction caused, or None."""
        if self._trigger_id is None:
            return None
        with self._state.lock:
            posts = [m for posts in self._state.posts.values() for m in posts if m.cause == self._trigger_id]
        return posts[-1] if posts else None

    @property
    def blocks(self) -> list[Json]:
        """The blocks of the message that answers; empty when there is none."""
        message = self.private or self.posted
        return message.blocks if message else []

    @property
    def text(self) -> str:
        """All that the person reads in the answer: message, errors, and the modal it opened or redrew."""
        message = self.private or self.posted
        pieces = [message.words] if message else []
        pieces += [*self.errors.values(), self.notice]
        view = self._state.modals.by_id(self.shown_view) if self.shown_view else None
        if view is not None:
            pieces += readable(view.content)
        opened = self.opened
        if opened is not None:
            pieces += readable(opened)
        return "\n".join(piece for piece in pieces if piece)

    def _belongs(self, message: Message) -> bool:
        if message.cause is not None:
            return message.cause == self._trigger_id
        return float(message.ts) >= self._before
