"""Signed-in calls to a provider's API: a token that is asked for again when it runs out or is refused."""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.providers.base import ProviderError

CALL_SECONDS = 8.0
_TOKEN_MARGIN = 60.0
_LONGEST_LINK = 2_000
_LARGEST_ANSWER = 2_000_000
_PLAIN = {"Accept-Encoding": "identity"}
LONGEST_WAIT = 24 * 3600.0
"""A service that says that it wants to be left alone for longer than a day is asked again all the same: that may be
wrong, and a meeting is waited for."""


class RestClient(ABC):
    """Calls to one API. Every failure is a ProviderError. A subclass says how a token is got, `whose` it is where the
    API acts for one person at a time, and what refusals mean."""

    never_kept: frozenset[str] = frozenset()
    """What lets its holder be the host, or is another form of the passcode: dropped before anything else sees it."""

    def __init__(self, api_url: str) -> None:
        # These two log addresses and headers; a join link or a token must not reach a log at any level.
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._api_url = api_url.rstrip("/")
        self._http = httpx.AsyncClient(timeout=CALL_SECONDS, follow_redirects=False)
        self._renewing = asyncio.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}

    @abstractmethod
    async def renew(self, whose: str) -> tuple[str, float]:
        """A new token and how many seconds it lasts."""

    @abstractmethod
    def unreachable(self) -> ProviderError:
        """The service could not be reached, or did not answer in time."""

    @abstractmethod
    def bad_answer(self) -> ProviderError:
        """It answered with something that cannot be understood."""

    @abstractmethod
    def refused(self, response: httpx.Response) -> ProviderError:
        """The error that an unsuccessful answer stands for."""

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str | int] | None = None,
        whose: str = "",
    ) -> dict[str, Any]:
        """One call. Returns the answer's JSON object, less what must not be kept; empty if there is none."""
        token = await self.valid_token(whose)
        response = await self._send(method, path, token, body, query)
        if response.status_code == 401:
            self._forget(whose, token)
            response = await self._send(method, path, await self.valid_token(whose), body, query)
        if not response.is_success:
            raise self.refused(response)
        if not response.content:
            return {}
        return {key: value for key, value in self.read(response).items() if key not in self.never_kept}

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
            raise self.unreachable() from None

    async def valid_token(self, whose: str = "") -> str:
        """The token that is valid now."""
        async with self._renewing:
            token, ends = self._tokens.get(whose, ("", 0.0))
            if not token or monotonic() >= ends:
                token, lasts = await self.renew(whose)
                self._tokens[whose] = (token, monotonic() + lasts - _TOKEN_MARGIN)
            return token

    async def ask_for_token(self, url: str, form: Mapping[str, str], auth: httpx.Auth | None = None) -> httpx.Response:
        """What whoever hands out tokens answers."""
        try:
            asked = self._http.build_request("POST", url, data=form, headers=_PLAIN)
            return await self._answer(asked, auth)
        except httpx.HTTPError:
            raise self.unreachable() from None

    def token_in(self, response: httpx.Response) -> tuple[str, float]:
        """The token of an answer, and how long it lasts."""
        answer = self.read(response)
        try:
            return str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise self.bad_answer() from None

    def read(self, response: httpx.Response) -> dict[str, Any]:
        """An answer's JSON object."""
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            raise self.bad_answer() from None
        if not isinstance(answer, dict):
            raise self.bad_answer()
        return answer

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
            asked = self._http.build_request(
                method, self._api_url + path, json=body, params=query, headers={**headers, **_PLAIN}
            )
            return await self._answer(asked)
        except httpx.HTTPError:
            raise self.unreachable() from None

    async def _answer(self, asked: httpx.Request, auth: httpx.Auth | None = None) -> httpx.Response:
        """What is answered, of a size that can be read: a few kilobytes that are packed can be gigabytes."""
        response = await self._http.send(asked, stream=True, auth=auth or httpx.USE_CLIENT_DEFAULT)
        try:
            if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
                raise self.bad_answer()
            content = bytearray()
            async for part in response.aiter_raw():
                content += part
                if len(content) > _LARGEST_ANSWER:
                    raise self.bad_answer()
        finally:
            await response.aclose()
        return httpx.Response(
            response.status_code, headers=response.headers, content=bytes(content), request=response.request
        )

    def _forget(self, whose: str, token: str) -> None:
        """Only the token that was refused: another call may have renewed it already."""
        if token == self._tokens.get(whose, ("", 0.0))[0]:
            del self._tokens[whose]


def is_link_of(link: object, *domains: str) -> bool:
    """Whether a link that a service gave for its meeting leads to the service itself and to nowhere else."""
    if not isinstance(link, str) or not link.isascii() or not link.isprintable() or len(link) > _LONGEST_LINK:
        return False
    try:
        parts = urlsplit(link)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    its_own = any(host == one or host.endswith(f".{one}") for one in domains)
    return parts.scheme == "https" and its_own and "@" not in parts.netloc and port in (None, 443)


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds until the service wants to be asked again, LONGEST_WAIT at most: it says them, or a date."""
    value = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return min(float(value), LONGEST_WAIT)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
        except (ValueError, OverflowError):
            continue
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((aware - now).total_seconds(), 0.0), LONGEST_WAIT)
    return None


def error_body(response: httpx.Response) -> Mapping[str, Any]:
    """What a refusal says, where it says anything."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
