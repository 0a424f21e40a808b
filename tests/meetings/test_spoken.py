"""`/meeting edit` as people say it: `make it 6`, `30 mins longer`, `call it Art club`, `5 instead of 4`."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from db.models import Meeting
from tests.support.meetings import say
from tests.support.world import World

THURSDAY = date.today() + timedelta(days=(3 - date.today().weekday()) % 7 or 7)  # noqa: DTZ011 - the tests' own day


def one(world: World) -> Meeting:
    return world.read(lambda session: session.scalars(select(Meeting)).one())


def stands(world: World) -> str:
    """The only meeting as `Thu 16:00-17:00 Art`."""
    meeting = one(world)
    start, end = (at.astimezone(ZoneInfo("Europe/London")) for at in (meeting.starts_at, meeting.ends_at))
    return f"{start:%a %H:%M}-{end:%H:%M} {meeting.title}"


BEFORE = "Thu 16:00-17:00 Art"
SPOKEN = [
    ("make it 6", "I took 6 as 18:00", "Thu 18:00-19:00 Art"),
    ("can we make it half 5 pls", "I took half 5 as 17:30", "Thu 17:30-18:30 Art"),
    ("call it 5", "The day stays.", "Thu 17:00-18:00 Art"),
    ("its at 5 now", "I took 5 as 17:00", "Thu 17:00-18:00 Art"),
    ("time: 17:15", "The day stays.", "Thu 17:15-18:15 Art"),
    ("sorry 5pm", "The day stays.", "Thu 17:00-18:00 Art"),
    ("start 10 mins early", "It moves from Thursday", "Thu 15:50-16:50 Art"),
    ("make it an hour later", "It moves from Thursday", "Thu 17:00-18:00 Art"),
    ("swap to wed", "It stays at 16:00", "Wed 16:00-17:00 Art"),
    ("make it 4.30 til 6", "The day stays.", "Thu 16:30-18:00 Art"),
    ("make it 45 mins", "*Changed.*", "Thu 16:00-16:45 Art"),
    ("only 45 mins", "*Changed.*", "Thu 16:00-16:45 Art"),
    ("make it 30 mins longer", "It lasts 90 minutes, until 17:30.", "Thu 16:00-17:30 Art"),
    ("half an hour longer please", "It lasts 90 minutes, until 17:30.", "Thu 16:00-17:30 Art"),
    ("15 mins shorter", "It lasts 45 minutes, until 16:45.", "Thu 16:00-16:45 Art"),
    ("extend by 20 min", "It lasts 80 minutes, until 17:20.", "Thu 16:00-17:20 Art"),
    ("extend to 5.30", "It lasts 90 minutes, until 17:30.", "Thu 16:00-17:30 Art"),
    ("add another 15 mins to the end", "It lasts 75 minutes, until 17:15.", "Thu 16:00-17:15 Art"),
    ("finish at 5.30", "It lasts 90 minutes, until 17:30.", "Thu 16:00-17:30 Art"),
    ("finish 10 mins later", "It lasts 70 minutes, until 17:10.", "Thu 16:00-17:10 Art"),
    ("until 5.30 instead", "It lasts 90 minutes, until 17:30.", "Thu 16:00-17:30 Art"),
    ("5 instead of 4", "I took 5 as 17:00", "Thu 17:00-18:00 Art"),
    ("move it from 4 to 5.30", "I took 5.30 as 17:30", "Thu 17:30-18:30 Art"),
    ("45 mins not 60", "It lasts 45 minutes, until 16:45.", "Thu 16:00-16:45 Art"),
    ("wednesday not thursday", "*Changed.*", "Wed 16:00-17:00 Art"),
    ("call it Art club", "*Changed.*", "Thu 16:00-17:00 Art club"),
    ('rename to "Art club"', "*Changed.*", "Thu 16:00-17:00 Art club"),
    ("change the name to Art for beginners", "*Changed.*", "Thu 16:00-17:00 Art for beginners"),
    ("new title: Art club", "*Changed.*", "Thu 16:00-17:00 Art club"),
    # What is no such change, or fits the meeting in no way, changes nothing.
    ("5 instead of 3", "Say what to change", BEFORE),
    ("from wed to fri", "Say what to change", BEFORE),
    ("call it off", "Say what to change", BEFORE),
    ("call it Art club and make it 5", "Say what to change", BEFORE),
    ("title is Art club", "Nothing was changed", BEFORE),
    ("make it 6 people", "At what time", BEFORE),
    ("make it weekly", "Say what to change", BEFORE),
    ("finish at 3", "Say what to change", BEFORE),
    ("until Friday", "Say what to change", BEFORE),
    ("13 hours longer", "12 hours", BEFORE),
    ("an hour shorter", "5 minutes", BEFORE),
    ("make it 8", "Which of these?", BEFORE),
]


@pytest.mark.parametrize(("typed", "said", "after"), SPOKEN, ids=[typed for typed, _said, _after in SPOKEN])
def test_a_change_as_people_say_it(world: World, typed: str, said: str, after: str) -> None:
    say(world, f"new Art on {THURSDAY:%-d %B} at 16:00 for 60 min")
    assert stands(world) == BEFORE
    farah = world.person("U0FAC")
    farah.command("/meeting", f"edit M-1 {typed}", channel="C0GENERAL")
    assert said in farah.seen()
    assert stands(world) == after


def test_another_co_worker_comes_beside_those_there_are(world: World) -> None:
    say(world, "new Art on Thursday at 16:00 with @Col.Co-worker")
    say(world, "edit M-1 also with @Lena.Lead")
    assert one(world).co_workers == ["U0COW", "U0LEAD"]
    say(world, "edit M-1 without @Col.Co-worker")
    assert one(world).co_workers == ["U0LEAD"]
    say(world, "edit M-1 with @Col.Co-worker too")
    assert one(world).co_workers == ["U0LEAD", "U0COW"]


def test_the_only_meeting_is_meant_and_an_unknown_title_is_not(world: World) -> None:
    say(world, f"new Art on {THURSDAY:%-d %B} at 16:00 for 60 min")
    say(world, "edit make it 5")
    assert stands(world) == "Thu 17:00-18:00 Art"
    assert "I know no meeting called “Chess”" in say(world, "edit Chess make it 6")
    assert stands(world) == "Thu 17:00-18:00 Art"


def test_a_weekday_alone_is_asked_about_for_a_meeting_of_a_later_week(world: World) -> None:
    """Of a meeting in three weeks *Friday* is hardly this week's."""
    day = THURSDAY + timedelta(days=14)
    say(world, f"new Art on {day:%-d %B %Y} at 16:00 for 60 min")
    farah = world.person("U0FAC")
    farah.command("/meeting", "edit M-1 move to friday at 5", channel="C0GENERAL")
    assert "Which of these?" in farah.seen()
    assert one(world).starts_at.astimezone(ZoneInfo("Europe/London")).date() == day
    farah.submit(which="1")
    farah.close(all_views=True)
    assert one(world).starts_at.astimezone(ZoneInfo("Europe/London")).date() == day + timedelta(days=1)
    say(world, f"edit M-1 to Friday {THURSDAY + timedelta(days=1):%-d %B} at 5")
    assert one(world).starts_at.astimezone(ZoneInfo("Europe/London")).date() == THURSDAY + timedelta(days=1)
