"""Calls to Slack's Web API over connections that stay open, and how things stand between us and Slack."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import reference_code
from bot.logs import log
from bot.slack.methods import METHODS
from bot.slack.problems import OF_ONE_METHOD, Cause, SlackProblem, asked_wait, cause_of
from db.session import goes_first

CALL_SECONDS = 8.0
_CONNECTIONS = 40
_KNOWN_SECONDS = 300

_A_MESSAGE = "chat.postMessage"
_AS_WRITTEN = {"parse": "none", "link_names": False}
"""A message's own text, where it has no blocks: Slack makes no link of an address and no mention of a name."""


class FileTooLarge(Exception):
    """A file has more bytes than are read."""


class FileGone(Exception):
    """A file is not at Slack, or not any more."""


@dataclass(frozen=True)
class Trouble:
    """What Slack refuses, or that it cannot be reached: since when, and in which word."""

    since: datetime
    problem: SlackProblem


def _problem(response: Any) -> SlackProblem:
    """Slack's refusal as our own error. An answer that is no JSON comes as the raw HTTP response, and is not Slack's:
    a proxy's page, whatever its status, is waited for."""
    headers = {str(name).lower(): value for name, value in (response.headers or {}).items()}
    content = getattr(response, "data", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    wait = asked_wait(headers.get("retry-after"))
    if not isinstance(content, dict) or not content.get("error"):
        return SlackProblem(f"http_{status}_without_answer", Cause.PASSING, retry_after=wait)
    code = str(content["error"])
    kind = Cause.PASSING if wait is not None or status >= 500 else cause_of(code)
    if kind is not Cause.WORDS:
        return SlackProblem(code, kind, retry_after=wait)
    reference = reference_code()
    log.error("Slack refuses what we wrote", reference=reference, code=code)
    return SlackProblem(code, kind, reference=reference)


class SlackClient:
    """Slack's Web API with the bot's token. `start` must run inside the event loop that will use it.

    What is for a concern has connections of its own, so that it never waits for one behind anything else.
    """

    def __init__(self, token: str, base_url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._token = token
        self._now = now
        self._troubles: dict[str, Trouble] = {}
        self.accepted_at: datetime | None = None
        self.base_url = base_url
        self._sessions: list[aiohttp.ClientSession] = []
        self._webs: list[AsyncWebClient] = []
        self._me = ""

    @property
    def web(self) -> AsyncWebClient:
        """The SDK's client, over the connections that what runs now may use."""
        if not self._webs:
            raise RuntimeError("the Slack client was used before it was started")
        return self._webs[goes_first()]

    async def start(self) -> None:
        """Open the connections: for all, and for concerns."""
        for _ in range(2):
            session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=CALL_SECONDS),
                # A name server that does not answer must not hold up the next call.
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS, ttl_dns_cache=_KNOWN_SECONDS),
            )
            self._sessions.append(session)
            self._webs.append(
                AsyncWebClient(token=self._token, base_url=self.base_url, session=session, retry_handlers=[], timeout=8)
            )

    async def close(self) -> None:
        """Close the connections."""
        for session in self._sessions:
            await session.close()

    async def call(self, method: str, *, seconds: float = CALL_SECONDS, **arguments: Any) -> Mapping[str, Any]:
        """Call a Web API method with JSON arguments. Raises SlackProblem, within `seconds`. A message about a concern
        that Slack finds badly made goes out as its text alone."""
        if method in (_A_MESSAGE, "chat.update"):
            arguments |= _AS_WRITTEN
        try:
            return await self._send(method, seconds, json=arguments)
        except SlackProblem as problem:
            if problem.cause is not Cause.WORDS or not goes_first() or not arguments.pop("blocks", None):
                raise
            return await self._send(method, seconds, json=arguments)

    async def query(self, method: str, *, seconds: float = CALL_SECONDS, **arguments: Any) -> Mapping[str, Any]:
        """Like `call`, for the reading methods, which take their arguments as a form."""
        return await self._send(method, seconds, data=arguments)

    async def identity(self) -> tuple[Mapping[str, Any], frozenset[str]]:
        """Whose token this is, and the scopes that were granted to it. Raises SlackProblem."""
        response = await self._response("auth.test", CALL_SECONDS)
        headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
        granted = frozenset(scope.strip() for scope in headers.get("x-oauth-scopes", "").split(","))
        return response.data, granted - {""}

    async def _send(self, method: str, seconds: float, **how: Any) -> Mapping[str, Any]:
        response = await self._response(method, seconds, **how)
        return response.data if isinstance(response.data, dict) else {}

    async def _response(self, method: str, seconds: float, **how: Any) -> Any:
        if method not in METHODS:
            raise ValueError(f"{method} is not among the methods of bot/slack/methods.py")
        try:
            async with asyncio.timeout(seconds):
                response = await self.web.api_call(method, **how)
        except SlackApiError as refused:
            raise self._noted(method, _problem(refused.response)) from None
        except (TimeoutError, aiohttp.ClientError, OSError, AttributeError) as gone:
            # The last is how the SDK stumbles over JSON that is no object.
            raise self._noted(method, SlackProblem(type(gone).__name__, Cause.PASSING)) from None
        self._well(method)
        return response

    def _well(self, method: str) -> None:
        """Slack did what was asked: the token is good, and this method within our scopes."""
        for name, trouble in list(self._troubles.items()):
            if name == method or trouble.problem.code not in OF_ONE_METHOD:
                del self._troubles[name]
        if method == _A_MESSAGE:
            self.accepted_at = self._now()

    def _noted(self, method: str, problem: SlackProblem) -> SlackProblem:
        """Remember since when Slack refuses us; a refusal about anything else is an answer, and a limit passes."""
        if problem.passing and problem.retry_after is None:
            self._troubles.setdefault(method, Trouble(self._now(), problem))
        return problem

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong between us and Slack, since when: a refusal of the bot itself, else that Slack is out of
        reach; None where all is well."""
        known = sorted(self._troubles.values(), key=lambda one: (one.problem.cause is not Cause.US, one.since))
        return known[0] if known else None

    async def respond(self, response_url: str, seconds: float, **body: Any) -> None:
        """Answer privately through a response_url. Raises SlackProblem, within `seconds`."""
        session = self._sessions[goes_first()]
        try:
            # The same way out as the SDK's own calls, which take HTTPS_PROXY from the environment.
            proxy = self.web.proxy
            async with asyncio.timeout(seconds), session.post(response_url, json=body, proxy=proxy) as response:
                if response.status != 200 or response.content_type == "text/html":
                    passing = response.status < 400 or response.status >= 500
                    raise SlackProblem(f"http_{response.status}", Cause.PASSING if passing else Cause.TARGET)
        except (TimeoutError, aiohttp.ClientError, OSError) as gone:
            raise SlackProblem(type(gone).__name__, Cause.PASSING) from None

    async def file(self, file_id: str, giver: str, most: int, *, seconds: float = CALL_SECONDS) -> bytes:
        """The content of a file that somebody gave to the bot in a form. What the form says of it may be only that it
        has to be asked for, so it is asked for always. Raises FileTooLarge for more than `most` bytes, FileGone also
        for a file that is not the `giver`'s own, and SlackProblem, within `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                told = (await self.query("files.info", file=file_id))["file"]
                if told.get("user") != giver:
                    raise FileGone
                if int(told.get("size") or 0) > most:
                    raise FileTooLarge
                return await self._content(str(told.get("url_private_download") or told.get("url_private") or ""), most)
        except SlackProblem as problem:
            if problem.code in ("file_not_found", "file_deleted"):
                raise FileGone from None
            raise
        except (TimeoutError, aiohttp.ClientError, OSError) as gone:
            raise SlackProblem(type(gone).__name__, Cause.PASSING) from None

    async def _content(self, url: str, most: int) -> bytes:
        """What is at a file's address. The token goes to Slack alone, and a page to sign in at is no file."""
        if not self._is_slacks(url):
            raise FileGone
        session, proxy = self._sessions[goes_first()], self.web.proxy
        asked = {"Authorization": f"Bearer {self._token}"}
        async with session.get(url, headers=asked, proxy=proxy, allow_redirects=False) as response:
            if response.status in (404, 410):
                raise FileGone
            if response.status in (301, 302, 303, 307, 308) or response.content_type == "text/html":
                raise SlackProblem("missing_scope", Cause.US)
            if response.status != 200:
                raise SlackProblem(f"http_{response.status}", Cause.PASSING)
            content = bytearray()
            async for part in response.content.iter_chunked(65_536):
                content += part
                if len(content) > most:
                    raise FileTooLarge
            return bytes(content)

    def _is_slacks(self, url: str) -> bool:
        """Whether an address is one of Slack's, or of the server that stands in for it."""
        wanted, own = urlsplit(url), urlsplit(self.base_url)
        host = wanted.hostname or ""
        slacks = wanted.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
        return slacks or (wanted.scheme, wanted.netloc) == (own.scheme, own.netloc)

    async def members(self, channel: str) -> set[str]:
        """Everybody in a channel, the bot included. Raises SlackProblem."""
        found: set[str] = set()
        cursor = ""
        while True:
            page = await self.query("conversations.members", channel=channel, limit=200, cursor=cursor)
            found.update(page.get("members", []))
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return found

    async def me(self) -> str:
        """The bot's own Slack id, asked for once. Raises SlackProblem."""
        if not self._me:
            self._me = str((await self.query("auth.test"))["user_id"])
        return self._me

    async def direct(self, slack_id: str) -> str:
        """The channel id of the bot's direct messages with a person. Raises SlackProblem."""
        opened = await self.call("conversations.open", users=slack_id)
        return str(opened["channel"]["id"])
