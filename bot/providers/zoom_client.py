"""Signed-in calls to Zoom's API: one token for all, asked for again when it runs out or is refused."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import httpx
from pydantic import SecretStr

from bot.providers import zoom_errors

CALL_SECONDS = 8.0
_TOKEN_MARGIN = 60.0
# What lets its holder be the host, or is another form of the passcode: dropped before anything else sees it.
_NEVER_KEPT = frozenset(
    {
        "start_url",
        "dynamic_host_key",
        "encrypted_password",
        "pstn_password",
        "h323_password",
        "chat_join_url",
    }
)


class ZoomClient:
    """Server-to-server calls for one Zoom account. Every failure is a ProviderError. `now` gives aware time; it only
    turns Zoom's dates to retry at into seconds."""

    def __init__(
        self,
        *,
        account_id: str,
        client_id: str,
        client_secret: SecretStr,
        api_url: str = "https://api.zoom.us/v2",
        oauth_url: str = "https://zoom.us/oauth/token",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        # These two log addresses and headers; a join link or a token must not reach a log at any level.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._account_id = account_id
        self._login = httpx.BasicAuth(client_id, client_secret.get_secret_value())
        self._api_url = api_url.rstrip("/")
        self._oauth_url = oauth_url
        self._now = now
        self._http = httpx.AsyncClient(timeout=CALL_SECONDS, follow_redirects=False)
        self._renewing = asyncio.Lock()
        self._token = ""
        self._token_ends = 0.0
        self._scopes: frozenset[str] = frozenset()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
    ) -> dict[str, Any]:
        """One call. Returns the answer's JSON object, less what must not be kept; empty if there is none."""
        token = await self._valid_token()
        response = await self._send(method, path, token, body, query)
        if response.status_code == 401:
            self._forget(token)
            response = await self._send(method, path, await self._valid_token(), body, query)
        if not response.is_success:
            raise zoom_errors.from_response(response, self._now())
        if not response.content:
            return {}
        return {key: value for key, value in _object(response).items() if key not in _NEVER_KEPT}

    async def scopes(self) -> frozenset[str]:
        """The permissions that the account's token carries."""
        await self._valid_token()
        return self._scopes

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @asynccontextmanager
    async def deadline(self) -> AsyncIterator[None]:
        """Everything inside ends within eight seconds, however many calls it takes."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                yield
        except TimeoutError:
            raise zoom_errors.unreachable() from None

    async def _send(
        self,
        method: str,
        path: str,
        token: str,
        body: Mapping[str, Any] | None,
        query: Mapping[str, str | int] | None,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return await self._http.request(method, self._api_url + path, json=body, params=query, headers=headers)
        except httpx.HTTPError:
            raise zoom_errors.unreachable() from None

    async def _valid_token(self) -> str:
        async with self._renewing:
            if not self._token or monotonic() >= self._token_ends:
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        form = {"grant_type": "account_credentials", "account_id": self._account_id}
        try:
            response = await self._http.post(self._oauth_url, data=form, auth=self._login)
        except httpx.HTTPError:
            raise zoom_errors.unreachable() from None
        if response.status_code in (400, 401, 403):
            raise zoom_errors.login_refused()
        if not response.is_success:
            raise zoom_errors.from_response(response, self._now())
        answer = _object(response)
        try:
            token, lasts = str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise zoom_errors.bad_answer() from None
        self._scopes = frozenset(str(answer.get("scope", "")).split())
        self._token, self._token_ends = token, monotonic() + lasts - _TOKEN_MARGIN

    def _forget(self, token: str) -> None:
        """Only the token that was refused: another call may have renewed it already."""
        if token == self._token:
            self._token = ""


def _object(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        raise zoom_errors.bad_answer() from None
    if not isinstance(answer, dict):
        raise zoom_errors.bad_answer()
    return answer
