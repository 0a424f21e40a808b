"""A local stand-in for one Slack workspace, served over real HTTP.

The bot is pointed at `api_url` and receives signed requests at `bot_url` (or Socket Mode envelopes).
Every method here and on `Person` is synchronous and may be called from any thread but the sandbox's own.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from starlette.routing import BaseRoute

from bot.sandbox import payloads
from bot.sandbox.answers import Answer
from bot.sandbox.around import Acknowledged
from bot.sandbox.events import deliver_event, event_body
from bot.sandbox.faults import Faults
from bot.sandbox.journal import ApiCall, Journal, Reply
from bot.sandbox.membership import Membership
from bot.sandbox.model import Channel, Json, Message, NotPossibleError, User
from bot.sandbox.person import Person
from bot.sandbox.sender import Request, Sender, sign
from bot.sandbox.server import ServerThread, make_app
from bot.sandbox.settings import make_settings
from bot.sandbox.snapshot import snapshot
from bot.sandbox.socket_mode import Sockets
from bot.sandbox.state import State
from bot.sandbox.web_api import WebApi

T = TypeVar("T")


class Sandbox:
    """One workspace with its people and channels, the app installed in it, and all that happened.

    `scopes`, `events` and the app's tabs are read from `manifest` where None; `commands` None takes any.
    `bot_url` None sends over the Socket Mode connections that the bot has open.
    """

    def __init__(
        self,
        *,
        team_id: str = "T0123456",
        team_name: str = "Sample organisation",
        signing_secret: str = "sandbox-signing-secret",  # noqa: S107
        bot_token: str = "xoxb-sandbox",  # noqa: S107
        app_token: str = "xapp-sandbox",  # noqa: S107
        users: Sequence[User] = (),
        channels: Sequence[Channel] = (),
        scopes: Iterable[str] | None = None,
        commands: Iterable[str] | None = None,
        events: Iterable[str] | None = None,
        manifest: Path | str = "manifest.yml",
        bot_user_id: str = "U0BOT",
        host: str = "127.0.0.1",
        port: int = 0,
        rate_limits: bool = False,
        extra_routes: Sequence[BaseRoute] = (),
    ) -> None:
        self.settings = make_settings(
            scopes=scopes,
            commands=commands,
            events=events,
            manifest=Path(manifest),
            team_id=team_id,
            team_name=team_name,
            signing_secret=signing_secret,
            bot_token=bot_token,
            app_token=app_token,
            bot_user_id=bot_user_id,
            rate_limits=rate_limits,
        )
        self.journal = Journal()
        self.faults = Faults()
        self.state = State(self.settings, users, channels)
        self.sockets = Sockets(self.settings)
        self.sender = Sender(self.settings, self.journal, self.sockets)
        self.membership = Membership(self)
        self._persons: dict[str, Person] = {}
        self._last: tuple[Request, Acknowledged] | None = None
        api = WebApi(self.settings, self.state, self.journal, self.faults)
        app = make_app(api, self.sockets, extra_routes)
        self.server = ServerThread(app, self.sender, host, port)
        self.state.base_url = lambda: self.url
        self.state.socket_url = lambda: self.sockets.new_url(self.url)

    # Running

    def start(self) -> Self:
        """Serve from a thread of its own; returns when the port answers."""
        self.server.start()
        return self

    def stop(self) -> None:
        """Release held requests, close the connections and stop serving."""
        self.faults.release_all()
        self.server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where the sandbox listens, without a trailing slash."""
        return self.server.url

    @property
    def api_url(self) -> str:
        """The Web API's base, with a trailing slash: the value for SLACK_API_URL."""
        return f"{self.url}/api/"

    @property
    def bot_url(self) -> str | None:
        """Where signed requests go: `{bot_url}/slack/events`; None means over Socket Mode."""
        return self.sender.bot_url

    @bot_url.setter
    def bot_url(self, url: str | None) -> None:
        self.sender.bot_url = url.rstrip("/") if url else None

    @property
    def bot_listens(self) -> bool:
        """Whether there is an address or a connection to send to."""
        return self.bot_url is not None or self.sockets.count > 0

    # What happened

    @property
    def calls(self) -> list[ApiCall]:
        """Every Web API call received, oldest first, refused ones included."""
        return self.journal.calls

    @property
    def sent(self) -> list[Reply]:
        """Every answer the bot gave to a request of the workspace, oldest first."""
        return self.journal.sent

    @property
    def violations(self) -> list[str]:
        """What real Slack would have refused or ignored; clear it where a test provokes it."""
        return self.journal.violations

    def messages(self, channel_id: str) -> list[Message]:
        """The messages of a channel that are not deleted, thread replies included, oldest first."""
        with self.state.lock:
            return [message for message in self.state.posts.get(channel_id, []) if not message.deleted]

    def thread(self, channel_id: str, ts: str) -> list[Message]:
        """The message `ts` and the replies to it, oldest first."""
        return [m for m in self.messages(channel_id) if ts in (m.ts, m.thread_ts)]

    def dm(self, user_id: str) -> list[Message]:
        """The direct messages between the bot and `user_id`, oldest first."""
        channel = self.state.dm_of(user_id)
        return self.messages(channel.id) if channel else []

    def wait_for(self, check: Callable[[], T], timeout: float = 5.0) -> T:
        """The first truthy value of `check`; AssertionError after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            value = check()
            if value:
                return value
            if time.monotonic() > deadline:
                raise AssertionError(f"Nothing within {timeout:g} s; violations so far: {self.violations}")
            time.sleep(0.01)

    def until(self, check: Callable[[], bool], timeout: float) -> None:
        """Return when `check` is true, or after `timeout` seconds all the same."""
        deadline = time.monotonic() + timeout
        while not check() and time.monotonic() < deadline:
            time.sleep(0.01)

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call back with the kind of change ("message", "private", "view", "home", "people") on each one.

        The callback may run on any thread and must return at once. Returns what ends the subscription.
        """
        return self.state.subscribe(callback)

    def snapshot_for(self, user_id: str) -> Json:
        """What that person sees now, as plain JSON."""
        return snapshot(self.state, user_id)

    # People

    def person(self, user_id: str) -> Person:
        """The hands and eyes of one person; always the same object for the same id."""
        if user_id not in self.state.users:
            raise NotPossibleError(f"Nobody in the sandbox has the id {user_id}.")
        return self._persons.setdefault(user_id, Person(self, user_id))

    # Requests to the bot

    def event(self, kind: str, fields: Mapping[str, Any] | None = None, event_id: str | None = None) -> Answer:
        """Deliver one Events API callback, again up to three times while it is not acknowledged.

        The same `event_id` may be given again to resend. The answer is the last attempt's.
        """
        body = event_body(self.settings, kind, dict(fields or {}), event_id)
        return deliver_event(self, body)

    def raw(self, body: bytes | str, headers: Mapping[str, str] | None = None) -> Answer:
        """Post `body` to the bot exactly as given, with only these headers; nothing is judged."""
        reply = self.server.run(self.sender.post(_bytes(body), dict(headers or {}), "raw"))
        return Answer(self.state, None, reply)

    def sign(self, body: bytes | str, at: float | None = None) -> dict[str, str]:
        """The headers Slack would send with `body`, signed for the time `at` (default now)."""
        content = _bytes(body)
        kind = "application/json" if content.startswith(b"{") else "application/x-www-form-urlencoded"
        return {**sign(self.settings, content, at), "Content-Type": kind}

    def repeat(self) -> Answer:
        """Send the last command, click, submission or shortcut again, byte for byte."""
        request, answer = self._last_sent()
        trigger = self.state.trigger(str(request.payload.get("trigger_id")))
        if trigger is not None:
            trigger.repeated = True
        return answer(request, self.deliver(request, fresh=False))

    def forge(self, user_id: str) -> Answer:
        """Send the last request as if `user_id` had made it, who may never have seen what it was done on.

        Slack's own client lets nobody do this; a bot must be safe against it all the same.
        """
        request, answer = self._last_sent()
        forged = payloads.by_another(self.state, request, self.state.users[user_id])
        return answer(forged, self.deliver(forged))

    def refresh_sockets(self) -> None:
        """Ask for every Socket Mode connection to be made anew, as Slack does from time to time."""
        self.server.run(self.sockets.refresh())

    def send(self, request: Request, answer: Acknowledged) -> Answer:
        """Deliver a request, keep it for `repeat`, and turn the reply into an answer."""
        self._last = (request, answer)
        return answer(request, self.deliver(request))

    def deliver(self, request: Request, *, fresh: bool = True) -> Reply:
        """Deliver a request and return the bot's bare reply."""
        return self.server.run(self.sender.deliver(request, fresh=fresh))

    def _last_sent(self) -> tuple[Request, Acknowledged]:
        if self._last is None:
            raise NotPossibleError("Nobody has done anything that could be repeated.")
        return self._last


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body
