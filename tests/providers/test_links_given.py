"""What a service gives for the link of a meeting, and how long it wants to be left alone."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.providers.rest import LONGEST_WAIT, error_body, is_link_of, retry_after

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
