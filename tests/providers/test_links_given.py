"""What a service gives for the link of a meeting, how long it wants to be left alone, and how much it answers."""

import asyncio
import contextlib
import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from bot.providers import ProviderError
from bot.providers.rest import LONGEST_WAIT, RestClient, error_body, is_link_of, retry_after

NOW = datetime(2026, 11, 19, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("link", "its_own"),
    [
        ("https://teams.microsoft.com/l/meetup-join/x", True),
        ("https://eu.teams.microsoft.com/l/meetup-join/x", True),
        ("https://teams.microsoft.com:443/l/x", True),
        ("http://teams.microsoft.com/l/x", False),
        ("https://teams.microsoft.com@evil.example/l/x", False),
        ("https://evil.example/teams.microsoft.com", False),
        ("https://teams.microsoft.com.evil.example/l/x", False),
        ("https://teams.microsoft.com:8443/l/x", False),
        ("https://[::bad/l/x", False),
        ("javascript:alert(1)", False),
        ("https://teams.microsoft.com/l/\u202egpj.x", False),
        ("https://teams.microsoft.com/l/x\nBcc: somebody", False),
        ({"url": "https://teams.microsoft.com"}, False),
        (None, False),
    ],
)
def test_a_link_leads_to_the_service_itself(link: object, its_own: bool) -> None:
    assert is_link_of(link, "teams.microsoft.com") is its_own


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30.0),
        ("999999999", LONGEST_WAIT),
        ("Thu, 19 Nov 2026 09:05:00 GMT", 300.0),
        ("9999-12-31T23:59:59+00:00", LONGEST_WAIT),
        ("Mon, 01 Jan 99999999999 00:00:00 GMT", None),
        ("soon", None),
    ],
)
def test_how_long_it_wants_to_be_left_alone_has_an_end(said: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": said}), NOW) == seconds


def test_an_answer_of_any_depth_is_none() -> None:
    assert error_body(httpx.Response(403, content=b'{"a":' * 100_000)) == {}


@pytest.fixture
def answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """A service that answers every call as it is told, its address and what it is told."""
    told: dict[str, Any] = {"headers": {}, "body": b"{}"}

    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in told["headers"].items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told["body"])))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(told["body"])

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", told
    server.shutdown()
    server.server_close()


class Client(RestClient):
    """Calls to that service."""

    async def renew(self, whose: str) -> tuple[str, float]:
        return f"token{whose}", 3600.0

    def unreachable(self) -> ProviderError:
        return ProviderError("unreachable", "")

    def bad_answer(self) -> ProviderError:
        return ProviderError("bad_answer", "")

    def refused(self, response: httpx.Response) -> ProviderError:
        return ProviderError(f"refused {response.status_code}", "")


@pytest.mark.parametrize(
    ("headers", "body", "outcome"),
    [
        ({}, b'{"id": "1"}', {"id": "1"}),
        ({}, b'{"id": "' + b"1" * 3_000_000 + b'"}', "bad_answer"),
        ({"Content-Encoding": "gzip"}, gzip.compress(b'{"id": "' + b"1" * 3_000_000 + b'"}'), "bad_answer"),
        ({}, b'{"a":' * 100_000, "bad_answer"),
    ],
)
def test_an_answer_has_a_size_that_can_be_read(
    answers: tuple[str, dict[str, Any]], headers: dict[str, str], body: bytes, outcome: object
) -> None:
    url, told = answers
    told |= {"headers": headers, "body": body}

    async def called() -> object:
        client = Client(url)
        try:
            return await client.call("GET", "/meeting")
        except ProviderError as error:
            return error.code
        finally:
            await client.aclose()

    assert asyncio.run(called()) == outcome
