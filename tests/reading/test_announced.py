"""What an invitation says of when its meeting is, and whether a meeting can be the one that it is for."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.reading.invites.announced import announced
from bot.reading.times.plans import Around

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 30, 9, tzinfo=LONDON)
AROUND = Around(NOW, "Europe/London")
ZOOM = (
    "Join Zoom Meeting\n<https://us02web.zoom.us/j/84512345678?pwd=abc>\n\nMeeting ID: 845 1234 5678\nPasscode: 73kq92"
    "\n\nOne tap mobile\n+442079460020,,84512345678# United Kingdom"
)
MEET = "Video call link: https://meet.google.com/abc-defg-hij\nOr dial: (GB) +44 20 7946 1234 PIN: 123 456 789#"
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc/0"
HALF_SIX = "2026-12-04T18:30"


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


SAID = [
    (f"Topic: Film club\nTime: Dec 4, 2026 06:30 PM London\n{ZOOM}", HALF_SIX, "Film club"),
    (f"Topic: Film club Time: Dec 4, 2026 06:30 PM London {' '.join(ZOOM.split())}", HALF_SIX, "Film club"),
    (
        f"link Lena invites you to a planned Zoom meeting.\n\nTopic: Film\nTime: 4 Dec 2026 18:30\n{ZOOM}",
        HALF_SIX,
        "Film",
    ),
    (f"Topic: Film\nTime: Dec 4, 2026 07:30 PM Amsterdam, Berlin, Rome, Stockholm, Vienna\n{ZOOM}", HALF_SIX, "Film"),
    (f"Topic: Film\nTime: Dec 4, 2026 01:30 PM Eastern Time (US and Canada)\n{ZOOM}", HALF_SIX, "Film"),
    (f"Topic: Film\nTime: Dec 4, 2026 18:30 Universal Time UTC\n{ZOOM}", HALF_SIX, "Film"),
    (f"Topic: Film\nTime: Jul 3, 2025 06:30 PM London\n{ZOOM}", "2025-07-03T18:30", "Film"),
    (f"Topic: Film\nTime: Mar 4, 2029 09:05 AM London\n{ZOOM}", "2029-03-04T09:05", "Film"),
    (f"Film club\nFriday, 4 December · 6:30 – 7:30pm\nTime zone: Europe/London\n{MEET}", HALF_SIX, "Film club"),
    (f"Film club Friday, 4 December · 6:30 – 7:30pm Google Meet joining info {MEET}", HALF_SIX, "Film club"),
    (f"Film club\nThursday, 19 November · 4 – 5pm\nTime zone: Europe/London\n{MEET}", "2026-11-19T16:00", ""),
    (f"Subject: Film\nWhen: Friday, December 4, 2026 6:30 PM-7:30 PM.\nWhere: Teams\n{TEAMS}", HALF_SIX, "Film"),
    (f"When: 04 December 2026 18:30-19:30 (UTC+00:00) Dublin, Edinburgh, Lisbon, London.\n{TEAMS}", HALF_SIX, ""),
    (f"link for Friday at 6.30pm {TEAMS}", HALF_SIX, ""),
]


@pytest.mark.parametrize(("text", "start", "topic"), SAID)
def test_the_moment_and_the_topic_are_read(text: str, start: str, topic: str) -> None:
    found = announced(text, AROUND)
    assert found is not None
    assert found.starts[0].timestamp() == local(start).timestamp()
    assert found.is_at(local(start))
    assert not found.is_at(local(start) + timedelta(hours=1))
    assert not found.is_at(local(start) + timedelta(days=7))
    assert found.topic.startswith(topic)
    assert not topic or topic not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        ZOOM,
        f"link {ZOOM}",
        MEET,
        f"Topic: Film\n{ZOOM}",
        f"Topic: Film\nTime: This is a recurring meeting Meet anytime\n{ZOOM}",
        "link https://zoom.us/j/84512345678 passcode 730930",
        f"Microsoft Teams meeting\nJoin: {TEAMS}\nMeeting ID: 312 456 789 123\nPasscode: ab1cd2\n\nDial in by phone",
        "passcode 73kq92",
    ],
)
def test_where_no_moment_stands_none_is_made_up(text: str) -> None:
    found = announced(text, AROUND)
    assert found is None or (found.starts == () and found.is_at(local(HALF_SIX)))
    assert (found is not None) is text.startswith("Topic:")


def test_an_unknown_clock_is_never_taken_for_the_same_moment() -> None:
    found = announced(f"Topic: Film\nTime: Dec 4, 2026 06:30 PM Narnia\n{ZOOM}", AROUND)
    assert found is not None
    assert not found.is_at(local(HALF_SIX))


@pytest.mark.parametrize(
    ("repeat", "fits", "others"),
    [
        ("Every week on Fri, until Dec 18, 2026, 3 occurrence(s)", ["12-04", "12-11", "12-18"], ["12-25", "12-10"]),
        ("Every 2 weeks on Fri, until Jan 29, 2027, 5 occurrence(s)", ["12-18"], ["12-11", "11-20"]),
        ("Every day, 10 occurrence(s)", ["12-05", "12-06"], ["12-03"]),
        ("Every month on the 4, 2 occurrence(s)\n Dec 4, 2026 06:30 PM\n Dec 6, 2026 06:30 PM", ["12-04"], ["12-05"]),
        ("Every week\n  Dec 4, 2026 06:30 PM\n  Dec 12, 2026 06:30 PM", ["12-12"], ["12-11"]),
    ],
)
def test_a_repeat_fits_each_of_its_days_at_its_hour(repeat: str, fits: list[str], others: list[str]) -> None:
    found = announced(f"Topic: Film\nTime: Dec 4, 2026 06:30 PM London\n    {repeat}\n{ZOOM}", AROUND)
    assert found is not None
    assert [one for one in fits if not found.is_at(local(f"2026-{one}T18:30"))] == []
    assert [one for one in others if found.is_at(local(f"2026-{one}T18:30"))] == []
    assert not found.is_at(local(f"2026-{fits[-1]}T18:00"))


@given(
    st.integers(0, 7 * 365 * 24 * 60).map(lambda minutes: datetime(2024, 1, 1) + timedelta(minutes=minutes)),  # noqa: DTZ001
    st.sampled_from(
        ["%b {0}, %Y %I:%M %p London", "%b {0}, %Y %H:%M London", "%A, %B {0}, %Y %I:%M %p", "{0} %B %Y %H:%M"]
    ),
)
def test_any_day_and_hour_in_any_form_is_the_meetings_own(start: datetime, form: str) -> None:
    assume(local(start.isoformat()).astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == start)
    said = start.strftime(form.replace("{0}", str(start.day)))
    found = announced(f"Topic: Film\nTime: {said}\n{ZOOM}", AROUND)
    assert found is not None
    assert any(one.replace(tzinfo=None) == start for one in found.starts)
