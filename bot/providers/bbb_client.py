"""Signed calls to a BigBlueButton server, and its answers as plain values."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from xml.parsers import expat

import httpx
from pydantic import SecretStr

from bot.providers.base import NoSuchMeeting, ProviderError

CALL_SECONDS = 8.0
_LARGEST = 1_000_000
_DEEPEST = 12
OPEN_OTHERWISE = "bbb_open_otherwise"
"""The code of a refusal: the meeting is open, as it was planned before."""
_BUSY = "The BigBlueButton server is not available just now."
_LOGIN = "The BigBlueButton server refuses the bot’s shared secret. Please ask your administrator to check BBB_SECRET."


class NotXml(Exception):
    """An answer that is no plain XML."""


@dataclass
class Answer:
    """An answer's fields by their names, those of the outermost element; `people` are the attendees."""

    fields: dict[str, str] = field(default_factory=dict)
    people: list[dict[str, str]] = field(default_factory=list)

    def get(self, name: str) -> str:
        """One field; empty where it is not there."""
        return self.fields.get(name, "")

    def is_true(self, name: str) -> bool:
        """Whether a field says so."""
        return self.get(name) == "true"


def parse(content: bytes) -> Answer:
    """Read an answer. Raises NotXml; a document type, and so every entity of its own, is refused."""
    if len(content) > _LARGEST:
        raise NotXml
    answer, path, text = Answer(), list[str](), list[str]()
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise NotXml

    def begin(name: str, _attributes: object) -> None:
        path.append(name)
        text.clear()
        if len(path) > _DEEPEST:
            raise NotXml
        if path[-2:] == ["attendees", "attendee"]:
            answer.people.append({})

    def end(name: str) -> None:
        said = "".join(text).strip()
        if len(path) == 2:
            answer.fields[name] = said
        elif path[-3:-1] == ["attendees", "attendee"]:
            answer.people[-1][name] = said
        text.clear()
        path.pop()

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise NotXml from None
    return answer


class BbbClient:
    """The API of one server, at the address and with the secret that `bbb-conf --secret` shows."""

    def __init__(self, *, url: str, secret: SecretStr) -> None:
        self._url = f"{url.rstrip('/').removesuffix('/api')}/api"
        self._secret = secret
        self._http = httpx.AsyncClient(timeout=CALL_SECONDS, follow_redirects=False)

    def signed(self, call: str, parameters: Iterable[tuple[str, str]]) -> str:
        """The address of a call, which carries its checksum: whoever has it can make the call."""
        query = urlencode(list(parameters))
        digest = hashlib.sha256(f"{call}{query}{self._secret.get_secret_value()}".encode()).hexdigest()
        return f"{self._url}/{call}?{query}{'&' if query else ''}checksum={digest}"

    async def call(self, name: str, parameters: Mapping[str, str]) -> Answer:
        """One call. Raises ProviderError, and NoSuchMeeting for a meeting that is not running."""
        try:
            response = await self._get(self.signed(name, parameters.items()))
        except httpx.HTTPError:
            raise ProviderError("bbb_unreachable", _BUSY) from None
        if response.status_code >= 500 or response.status_code == 429:
            raise ProviderError("bbb_down", _BUSY)
        try:
            answer = parse(response.content)
        except NotXml:
            raise ProviderError("bbb_bad_answer", _BUSY) from None
        if answer.get("returncode") == "SUCCESS":
            return answer
        key = answer.get("messageKey")
        if key == "notFound":
            raise NoSuchMeeting("bbb_no_meeting", "The meeting is not open at BigBlueButton.", permanent=True)
        if key == "checksumError":
            raise ProviderError("bbb_login", _LOGIN, permanent=True, retry_after=3600)
        if key == "idNotUnique":
            raise ProviderError(OPEN_OTHERWISE, _BUSY)
        words = "The BigBlueButton server refuses this meeting. Please ask your administrator to look at the server."
        raise ProviderError("bbb_refused", words, permanent=True)

    async def _get(self, address: str) -> httpx.Response:
        try:
            return await self._http.get(address)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            # The server closed a connection that was kept, at that moment. Every call may be made twice.
            return await self._http.get(address)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()
