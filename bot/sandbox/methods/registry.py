"""How a Web API method is declared, and what it is given."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.sandbox.blockkit.rules import Problem
from bot.sandbox.journal import Journal
from bot.sandbox.model import Channel, Json, User
from bot.sandbox.settings import Settings
from bot.sandbox.state import State

T = TypeVar("T")


class SlackError(Exception):
    """An answer with `ok` false; `extra` is added to it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def refused(code: str, problems: Sequence[Problem | str]) -> SlackError:
    """An error that lists in Slack's way what is wrong with the arguments."""
    return SlackError(code, response_metadata={"messages": [str(problem) for problem in problems]})


@dataclass
class Call:
    """One call with its arguments, and what the method may look at."""

    method: str
    args: Json
    settings: Settings
    state: State
    journal: Journal

    def text(self, name: str, default: str = "") -> str:
        """An argument as a string."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An argument as a boolean, in any of the forms that Slack takes."""
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """An argument as a whole number; invalid_arguments otherwise."""
        try:
            return int(self.args.get(name, default))
        except (TypeError, ValueError):
            raise refused("invalid_arguments", [f"[ERROR] {name} must be an integer"]) from None

    def parsed(self, name: str) -> Any:
        """An argument that is JSON, whether it came as JSON or as text; None where absent."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise refused("invalid_arguments", [f"[ERROR] {name} is not valid JSON"]) from None

    def listed(self, name: str) -> list[str]:
        """An argument that is a list or is separated by commas."""
        value = self.args.get(name) or []
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items if str(item).strip()]

    def need(self, *scopes: str) -> None:
        """Refuse unless one of the scopes is granted."""
        granted = self.settings.scopes
        if scopes and not set(scopes) & set(granted):
            raise SlackError("missing_scope", needed=scopes[0], provided=",".join(granted))

    def user(self, name: str = "user") -> User:
        """The account named by an argument; user_not_found otherwise."""
        user = self.state.users.get(self.text(name))
        if user is None:
            raise SlackError("user_not_found")
        return user

    def channel(self, name: str = "channel") -> Channel:
        """A conversation that the bot may know of; channel_not_found otherwise."""
        channel = self.state.channels.get(self.text(name))
        if channel is None or (channel.is_private and self.settings.bot_user_id not in channel.members):
            raise SlackError("channel_not_found")
        return channel

    def is_member(self, channel: Channel) -> bool:
        """Whether the bot is in the channel."""
        return self.settings.bot_user_id in channel.members

    def page(self, items: Sequence[T], default: int) -> tuple[list[T], Json]:
        """One page of `items` by the arguments `limit` and `cursor`, and the metadata that goes with it."""
        limit = self.number("limit", default)
        if not 0 <= limit <= 1000:
            raise SlackError("invalid_limit")
        limit = limit or default or len(items)
        start = self._cursor()
        end = start + limit
        following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
        return list(items[start:end]), {"response_metadata": {"next_cursor": following}}

    def _cursor(self) -> int:
        cursor = self.text("cursor")
        if not cursor:
            return 0
        try:
            word, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
            if word == "next":
                return int(start)
        except ValueError:
            pass
        raise SlackError("invalid_cursor")


@dataclass(frozen=True)
class Method:
    """One method: what it needs and how it answers."""

    name: str
    run: Callable[[Call], Json]
    scopes: tuple[str, ...]
    required: tuple[str, ...]
    known: frozenset[str]
    tier: int
    caller: str


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scopes: str = "", required: str = "", optional: str = "", tier: int = 3, caller: str = "bot"
) -> Callable[[Callable[[Call], Json]], Callable[[Call], Json]]:
    """Declare a method; lists are separated by spaces, and any one of several scopes is enough.

    `caller` is whose token it takes: "bot", "app" or "anyone". `tier` is the rate limit: 1 to 4 as Slack
    names them, 0 for one a second and channel.
    """

    def declare(run: Callable[[Call], Json]) -> Callable[[Call], Json]:
        known = frozenset(f"{required} {optional} token team_id".split())
        METHODS[name] = Method(name, run, tuple(scopes.split()), tuple(required.split()), known, tier, caller)
        return run

    return declare
