"""What the people and the events of the sandbox use of the workspace that they are in."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from bot.sandbox.answers import Answer
from bot.sandbox.journal import Journal, Reply
from bot.sandbox.model import Message
from bot.sandbox.sender import Request
from bot.sandbox.settings import Settings
from bot.sandbox.state import State

Acknowledged = Callable[[Request, Reply], Answer]


class Around(Protocol):
    """A workspace, seen from inside."""

    settings: Settings
    journal: Journal
    state: State

    @property
    def bot_listens(self) -> bool:
        """Whether there is an address or a connection to send to."""

    def messages(self, channel_id: str) -> list[Message]:
        """The messages of a channel."""

    def until(self, check: Callable[[], bool], timeout: float) -> None:
        """Return when `check` is true, or after `timeout` seconds all the same."""

    def event(self, kind: str, fields: Mapping[str, Any] | None = None) -> Answer:
        """Deliver one Events API callback."""

    def send(self, request: Request, answer: Acknowledged) -> Answer:
        """Deliver a request, and turn the reply into an answer."""

    def deliver(self, request: Request) -> Reply:
        """Deliver a request and return the bot's bare reply."""
