"""`/meeting` and a text behind none of its words: done where it is plain, offered with a button where it is not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from db.models import Meeting
from tests.support.meetings import say, schedule
from tests.support.world import World

THURSDAY = date.today() + timedelta(days=(3 - date.today().weekday()) % 7 or 7)  # noqa: DTZ011 - the tests' own day
FRIDAY = THURSDAY + timedelta(days=1)
ON = f"{THURSDAY:%-d %b %Y}"


def made(world: World) -> list[str]:
    """The meetings there are: title, weekday and hour in London."""
    query = select(Meeting).order_by(Meeting.number)
    rows = world.read(lambda session: session.scalars(query).all())
    return [f"{one.title} {one.starts_at:%A %H:%M}" for one in rows]


@pytest.mark.parametrize(
    ("text", "meeting"),
    [
        (f"cooking club on {THURSDAY:%A %-d %B} at 4pm", "cooking club Thursday 16:00"),
        (f"{THURSDAY:%A %-d %B} 16.00 Cooking", "Cooking Thursday 16:00"),
        (f"Startup skills {ON} 4pm", None),
        (f"no art on {ON} at 4pm", None),
        ("cancel the art club", None),
    ],
)
def test_a_whole_meeting_is_made_and_what_is_doubtful_is_not(world: World, text: str, meeting: str | None) -> None:
    said = say(world, text)
    assert made(world) == ([meeting] if meeting else [])
    assert ("Scheduled." in said) is (meeting is not None)
    assert "Words I know here" not in said


def test_a_worry_makes_no_meeting_and_is_not_repeated(world: World) -> None:
    said = say(world, f"worried about Zebedee on {ON} at 4pm")
    assert "/concern" in said
    assert "999" in said
    assert "Zebedee" not in said
    assert made(world) == []


def test_a_time_without_a_day_opens_the_form(world: World) -> None:
    say(world, "cooking club 4pm")
    view = world.person("U0FAC").view
    assert view is not None
    assert view["callback_id"] == "meeting.new"
    assert made(world) == []


def test_what_it_may_mean_is_a_button_that_goes_on_with_the_text(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    assert "Is M-1 to be changed like that?" in say(world, f"M-1 to {FRIDAY:%A %-d %B} at 5pm")
    assert made(world) == ["Art Thursday 16:00"]
    farah.click("Change M-1")
    assert made(world) == ["Art Friday 17:00"]
    assert "Which of your meetings?" in say(world, "art")
    # What is asked anyhow asks whether this meeting is meant, too.
    assert "Do you mean this one? Nothing was changed." in say(world, "cancel arrt")
    assert "Cancelled" in farah.click("Cancel it").text
    farah.click("Not cancelled after all")
    assert "I can't tell what to do with “chess”" in say(world, "chess")
    # A day or an hour that cannot be is told at once.
    assert "There is no such day as" in say(world, "baking 31 feb 4pm")
    assert "There is no such hour as" in say(world, "baking fri 25:70")
    assert "Is M-1 to be changed like that?" in say(world, f"art moved to friday {FRIDAY:%-d %B} at 6pm")
    assert "Show M-1" in say(world, "when is art")
    assert "Open the form for a new one" in say(world, "on zoom")
    # A word that is nearly a command's is no second question where the form asks anyhow.
    say(world, "dance every fri 4-5.30 for 2 wks")
    assert "These 2 meetings?" in farah.seen()
    farah.close(all_views=True)
    say(world, "new Chess every thu 4pm for 3 weeks not half term")
    assert "I can't place “not half term”" in farah.seen()
    assert farah.view is not None
    assert farah.view["submit"]["text"] == "Schedule 3"
    farah.close(all_views=True)
    farah.click("Schedule a meeting of that name")
    assert farah.view is not None
    assert farah.view["callback_id"] == "meeting.new"
    farah.close(all_views=True)
    assert "Did you mean `/meeting start`?" in say(world, "strat M-1")


def test_half_a_moment_and_what_is_no_change_lead_to_the_form(world: World) -> None:
    schedule(world)
    farah = world.person("U0FAC")
    assert "The day stays." in say(world, "edit M-1 5pm")
    assert made(world) == ["Art Thursday 17:00"]
    # A day alone keeps the hour, also as people say what it should have been; another part of the day is asked about.
    assert "It stays at 17:00." in say(world, "edit M-1 should have been Wednesday")
    assert made(world) == ["Art Wednesday 17:00"]
    assert "It stays at 17:00." in say(world, "edit M-1 Thursday")
    say(world, "edit M-1 Friday evening")
    assert farah.view is not None
    assert farah.view["callback_id"] == "meeting.edit"
    farah.submit()
    farah.close(all_views=True)
    assert made(world) == ["Art Friday 17:00"]
    assert "Say what to change" in say(world, "edit M-1 bigger")
    farah.click("Change M-1 in the form")
    assert farah.view is not None


def test_a_stray_word_beside_a_day_takes_nothing_of_how_long_it_is(world: World) -> None:
    """What is asked about keeps what nobody typed."""
    farah = world.person("U0FAC")
    say(world, f"new Art on {THURSDAY:%-d %B} at 16:30 for 90 min")
    say(world, "edit M-1 same time fri insted")
    assert "16:30 to 18:00" in str(farah.view)
    farah.submit()
    meeting = world.read(lambda session: session.scalars(select(Meeting)).one())
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=90)
