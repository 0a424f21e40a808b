"""Requests from the workspace to the bot: signed HTTP, or Socket Mode where no address is set."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.journal import Journal, Reply
from bot.sandbox.model import Json
from bot.sandbox.settings import Settings
from bot.sandbox.socket_mode import Sockets

EVENTS_PATH = "/slack/events"
FORM = "application/x-www-form-urlencoded"
_KEPT_SECONDS = 2.0


def sign(settings: Settings, body: bytes, at: float | None = None) -> dict[str, str]:
    """Slack's two signature headers for `body`, as of `at` in seconds since the epoch (default now)."""
    stamp = str(int(time.time() if at is None else at))
    verifier = SignatureVerifier(settings.signing_secret)
    signature = verifier.generate_signature(timestamp=stamp, body=body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}


@dataclass
class Request:
    """One request to the bot; `kind` is Slack's name of the Socket Mode envelope.

    `name` says in violations what it was; `takes_body` whether Slack looks at an answer's body.
    """

    kind: str
    name: str
    payload: Json
    takes_body: bool
    headers: dict[str, str] = field(default_factory=dict)
    retry: tuple[int, str] | None = None
    _body: bytes | None = None

    @property
    def body(self) -> bytes:
        """The bytes sent over HTTP; the same ones every time."""
        if self._body is None:
            self._body = self._encoded().encode()
        return self._body

    @property
    def content_type(self) -> str:
        """Events are JSON, all else is a form."""
        return "application/json" if self.kind == "events_api" else FORM

    def _encoded(self) -> str:
        if self.kind == "slash_commands":
            return urlencode(self.payload)
        content = json.dumps(self.payload, separators=(",", ":"), ensure_ascii=False)
        return content if self.kind == "events_api" else urlencode({"payload": content})


class Sender:
    """Sends and judges; its coroutines run on the sandbox's own loop."""

    def __init__(self, settings: Settings, journal: Journal, sockets: Sockets) -> None:
        self._settings = settings
        self._journal = journal
        self._sockets = sockets
        self._session: aiohttp.ClientSession | None = None
        self.bot_url: str | None = None

    async def __aenter__(self) -> Self:
        """Make the HTTP client, inside the running loop.

        Connections are kept, as Slack keeps them, for less than a server does: none is used that it is just closing.
        """
        connector = aiohttp.TCPConnector(keepalive_timeout=_KEPT_SECONDS, limit=0)
        self._session = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def deliver(self, request: Request, *, fresh: bool = True) -> Reply:
        """Send a request, put the answer on record, and judge it.

        `fresh` signs anew; without it the same headers go out again.
        """
        if self.bot_url is None:
            seconds = self._settings.ack_seconds
            reply = await self._sockets.deliver(request.kind, request.payload, seconds, request.retry)
            reply.kind = request.name
        else:
            if fresh or not request.headers:
                request.headers = {**sign(self._settings, request.body), **_other_headers(request)}
            reply = await self.post(request.body, request.headers, request.name)
        self._journal.record_reply(reply)
        self._judge(request, reply)
        return reply

    async def post(self, body: bytes, headers: Mapping[str, str], name: str) -> Reply:
        """Post bytes to the bot and read what it answers; status 0 where it does not."""
        if self._session is None or self.bot_url is None:
            return Reply(name, 0, None, 0.0, "the sandbox has no address for the bot")
        started = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=self._settings.ack_seconds)
        try:
            async with self._session.post(
                f"{self.bot_url}{EVENTS_PATH}", data=body, headers=headers, timeout=timeout
            ) as response:
                raw = await response.text()
                reply = Reply(name, response.status, _parsed(raw, response.content_type), time.monotonic() - started)
                reply.headers = {key.lower(): value for key, value in response.headers.items()}
                return reply
        except TimeoutError:
            return Reply(name, 0, None, time.monotonic() - started, "operation_timeout")
        except aiohttp.ClientError as error:
            elapsed = time.monotonic() - started
            return Reply(name, 0, None, elapsed, f"dispatch_failed ({type(error).__name__})")

    def _judge(self, request: Request, reply: Reply) -> None:
        if reply.problem == "operation_timeout":
            limit = f"{self._settings.ack_seconds:g} s"
            self._journal.violation(f"{request.name}: not acknowledged within {limit}")
        elif reply.status and reply.status != 200 and request.kind != "events_api":
            self._journal.violation(f"{request.name}: answered with status {reply.status}")
        elif reply.status == 200 and reply.body is not None and not request.takes_body:
            self._journal.violation(f"{request.name}: Slack ignores a body in this acknowledgement")


def _other_headers(request: Request) -> dict[str, str]:
    headers = {"Content-Type": request.content_type}
    if request.retry:
        headers |= {"X-Slack-Retry-Num": str(request.retry[0]), "X-Slack-Retry-Reason": request.retry[1]}
    return headers


def _parsed(raw: str, content_type: str) -> Any:
    """None for an empty body; JSON only where it is declared as such, as Slack shows the rest as text."""
    if not raw:
        return None
    try:
        return json.loads(raw) if content_type == "application/json" else raw
    except ValueError:
        return raw
