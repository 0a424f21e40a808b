"""What passed between the bot and the workspace, and what Slack would not have taken."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.model import Json


@dataclass
class ApiCall:
    """One Web API call (or response_url post, method "response_url") as received.

    `at` is seconds since the epoch; `status` and `response` are 0 and {} until it was answered.
    """

    method: str
    args: Json
    token: str
    at: float = field(default_factory=time.time)
    status: int = 0
    response: Json = field(default_factory=dict)


@dataclass
class Reply:
    """What the bot answered to one request; status 0 means that it did not answer, `problem` why.

    `body` is the parsed JSON, or the text, or None when empty. `elapsed` is in seconds.
    """

    kind: str
    status: int
    body: Any
    elapsed: float
    problem: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.time)


class Journal:
    """Append-only lists; each may be read at any time from any thread and cleared by a test."""

    def __init__(self) -> None:
        self.calls: list[ApiCall] = []
        self.sent: list[Reply] = []
        self.violations: list[str] = []
        self._lock = threading.Lock()

    def record_call(self, call: ApiCall) -> None:
        """Keep one call; its answer is filled in later on the same object."""
        with self._lock:
            self.calls.append(call)

    def record_reply(self, reply: Reply) -> None:
        """Keep one answer of the bot."""
        with self._lock:
            self.sent.append(reply)

    def violation(self, sentence: str) -> None:
        """Keep one sentence about what real Slack would have refused or ignored."""
        with self._lock:
            self.violations.append(sentence)
