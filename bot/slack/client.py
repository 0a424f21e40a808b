"""Calls to Slack's Web API: one shared connection pool, and errors as one small family."""

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.methods import METHODS
from db.session import goes_first

CALL_SECONDS = 8.0
_CONNECTIONS = 40
_KNOWN_SECONDS = 300

_PASSING = frozenset(
    [
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "timeout",
    ]
)


class SlackProblem(Exception):
    """Slack did not do what was asked. `code` is Slack's own word; `retry_after` seconds where it said so."""

    def __init__(self, code: str, *, passing: bool, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.passing = passing
        self.retry_after = retry_after


def _problem(response: Any) -> SlackProblem:
    """Slack's refusal as our own error; an answer that is no JSON comes as the raw HTTP response."""
    headers = {str(name).lower(): value for name, value in (response.headers or {}).items()}
    content = getattr(response, "data", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    code = str(content.get("error") or f"http_{status}") if isinstance(content, dict) else f"http_{status}"
    wait = float(headers["retry-after"]) if "retry-after" in headers else None
    passing = wait is not None or code in _PASSING or status >= 500
    return SlackProblem(code, passing=passing, retry_after=wait)


class SlackClient:
    """Slack's Web API with the bot's token. `start` must run inside the event loop that will use it.

    What is for a concern has connections of its own, so that it never waits for one behind anything else.
    """

    def __init__(self, token: str, base_url: str) -> None:
        self._token = token
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
        """Call a Web API method with JSON arguments. Raises SlackProblem, within `seconds`."""
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
                return await self.web.api_call(method, **how)
        except SlackApiError as refused:
            raise _problem(refused.response) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as gone:
            raise SlackProblem(type(gone).__name__, passing=True) from None

    async def respond(self, response_url: str, seconds: float, **body: Any) -> None:
        """Answer privately through a response_url. Raises SlackProblem, within `seconds`."""
        session = self._sessions[goes_first()]
        try:
            async with asyncio.timeout(seconds), session.post(response_url, json=body) as response:
                if response.status != 200:
                    raise SlackProblem(f"http_{response.status}", passing=response.status >= 500)
        except (TimeoutError, aiohttp.ClientError, OSError) as gone:
            raise SlackProblem(type(gone).__name__, passing=True) from None

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
