"""Pasted links: which are taken, and why the others are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.providers import LinkRefused, Platform, check_link


@pytest.mark.parametrize(
    ("url", "platform", "passcode_in_link"),
    [
        ("https://zoom.us/j/81234567890", Platform.ZOOM, False),
        ("https://us02web.zoom.us/j/81234567890?pwd=abc.1", Platform.ZOOM, True),
        ("https://example-trust.zoom.us/j/812345678", Platform.ZOOM, False),
        ("https://app.zoom.us/wc/81234567890/join", Platform.ZOOM, False),
        ("https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=x", Platform.TEAMS, False),
        ("https://teams.microsoft.com/meet/2345678901234?p=secret", Platform.TEAMS, True),
        ("https://meet.google.com/abc-defg-hij", Platform.MEET, False),
        ("https://meet.example.org/4f9d2c1b7a6e5d4c3b2a", Platform.OWN, False),
    ],
)
def test_a_meeting_link_is_taken(url: str, platform: Platform, passcode_in_link: bool) -> None:
    link = check_link(f"  {url} ", own_hosts=["Meet.Example.org"])
    assert (link.url, link.platform, link.passcode_in_link) == (url, platform, passcode_in_link)
    assert url not in repr(link)


def test_slacks_way_of_writing_a_link_is_understood() -> None:
    assert check_link("<https://zoom.us/j/81234567890|zoom>").url == "https://zoom.us/j/81234567890"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not a link"),
        ("tonight at six", "not a link"),
        ("https://zoom.us/j/81234567890\nhttps://evil.example", "not a link"),
        ("https://zoom.us\\@evil.example/j/81234567890", "not a link"),
        ("https://zoom.us:x/j/81234567890", "not a link"),
        ("https://zoom.us/j/" + "1" * 3000, "not a link"),
        ("http://zoom.us/j/81234567890", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https://zoom.us@evil.example/j/81234567890", "hide where it leads"),
        ("https://user:word@zoom.us/j/81234567890", "hide where it leads"),
        ("https://zoom.us:8443/j/81234567890", "port"),
        ("https://zoom.us.evil.example/j/81234567890", "imitates"),
        ("https://zoom-us.example/j/81234567890", "imitates"),
        ("https://evilzoom.us/j/81234567890", "imitates"),
        ("https://teams.microsoft.com.evil.example/meet/1", "imitates"),
        ("https://sub.meet.google.com/abc-defg-hij", "imitates"),
        ("https://xn--zom-fna.us/j/81234567890", "imitate"),
        ("https://zооm.us/j/81234567890", "imitate"),  # noqa: RUF001 - two Cyrillic letters are the point
        ("https://192.0.2.7/j/81234567890", "plain name"),
        ("https://[2001:db8::1]/j/81234567890", "plain name"),
        ("https://meet.jit.si/CookingClub", "no meeting service"),
        ("https://zoom.us/my/morgan", "personal"),
        ("https://zoom.us/j/1234567890", "personal"),
        ("https://zoom.us/s/81234567890?zak=abc", "becomes the host"),
        ("https://zoom.us/s/81234567890", "becomes the host"),
        ("https://zoom.us/j/81234567890?ZAK=abc", "becomes the host"),
        ("https://zoom.us/j/81234567890#zak=abc", "becomes the host"),
        ("https://zoom.us/w/81234567890?tk=abc", "one registered person"),
        ("https://zoom.us/rec/share/abc", "not lead into a meeting"),
        ("https://zoom.us/j/81234567890/../../my/morgan", "not lead into a meeting"),
        ("https://teams.microsoft.com/l/channel/19%3aabc", "not lead into a meeting"),
        ("https://teams.microsoft.com/meet/", "not lead into a meeting"),
        ("https://meet.google.com/lookup/youthclub", "nickname"),
        ("https://meet.google.com/new", "not lead into a meeting"),
        ("https://meet.example.org/", "no room"),
    ],
)
def test_another_link_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(LinkRefused) as caught:
        check_link(url, own_hosts=["meet.example.org"], personal_ids=["123 456 7890"])
    assert reason in caught.value.words


@pytest.mark.parametrize(
    ("url", "warning"),
    [
        ("https://zoom.us/j/9234567890", "10 digits"),
        ("https://teams.live.com/meet/9312345678", "private Teams account"),
        ("https://meet.google.com/abc-defg-hij", "no passcode"),
        ("https://meet.example.org/Cooking", "guessed"),
    ],
)
def test_what_may_be_unwise_is_warned_of(url: str, warning: str) -> None:
    warnings = check_link(url, own_hosts=["meet.example.org"]).warnings
    assert len(warnings) == 1
    assert warning in warnings[0]


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://zoom.us/", "https://zoom.us/j/", "https://["]))
def test_anything_typed_is_taken_or_refused_in_words(text: str, start: str) -> None:
    try:
        told = check_link(start + text).url
    except LinkRefused as refused:
        told = refused.words
    assert told.startswith("https://") or told.endswith(".")
