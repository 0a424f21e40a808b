"""`/meeting edit M-2 and later …`: a series changed from one meeting on, seen before it is done."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.reading import onwards
from db.models import Meeting, MeetingState
from tests.support.meetings import say
from tests.support.world import World


@pytest.fixture
def series(world: World) -> World:
    """M-1 to M-4 of Farah, on four Thursdays at four."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art every Thursday at 16:00 for 4 weeks in Cooking", channel="C0GENERAL")
    farah.submit()
    farah.close(all_views=True)
    return world


def meetings(world: World) -> list[Meeting]:
    query = select(Meeting).order_by(Meeting.number)
    return world.read(lambda session: list(session.scalars(query)))


def test_the_list_shows_when_each_ends_and_what_comes_next_and_can_be_taken_back(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art every Thursday 4-5.30 for 3 weeks in Cooking")
    assert farah.seen().count("16:00 to 17:30") == 3
    farah.submit()
    assert "Scheduled 3 meetings." in farah.seen()
    assert str(farah.view).count("|17:30>") == 3
    farah.click("Who comes to M-1?")
    farah.close(all_views=True)
    farah.command("/meeting", "new Art every Thursday 4-5.30 for 3 weeks in Cooking")
    farah.submit()
    farah.click("Cancel these 3")
    states = [one.state for one in meetings(world)]
    assert states == [MeetingState.DRAFT] * 3 + [MeetingState.CANCELLED] * 3
    farah.click("Not cancelled after all")
    assert [one.state for one in meetings(world)] == [MeetingState.DRAFT] * 6


def test_a_new_hour_is_everybodys_from_that_one_on(series: World) -> None:
    farah = series.person("U0FAC")
    passcodes = {one.passcode for one in meetings(series)}
    friday = meetings(series)[1].starts_at - timedelta(days=6)
    farah.command("/meeting", f"edit M-2 and later to Friday {friday:%-d %B} at 5", channel="C0GENERAL")
    assert farah.view is not None
    assert "Change all of these?" in farah.seen()
    assert "I took 5 as 17:00" in farah.seen()
    assert "Day of M-2, the first of them" in str(farah.view)
    assert {f"{one.starts_at:%A %H:%M}" for one in meetings(series)} == {"Thursday 16:00"}
    farah.submit()
    assert "Changed 3 meetings." in farah.seen()
    assert [f"{one.starts_at:%A %H:%M}" for one in meetings(series)] == ["Thursday 16:00", *["Friday 17:00"] * 3]
    assert {one.passcode for one in meetings(series)} == passcodes
    assert series.sandbox.violations == []


def test_only_what_was_changed_in_the_form_is_changed_in_all(series: World) -> None:
    farah = series.person("U0FAC")
    say(series, "edit M-3 title Art for beginners")
    farah.command("/meeting", "edit M-2 and all later ones", channel="C0GENERAL")
    farah.submit(minutes="45")
    minutes = [(one.ends_at - one.starts_at).total_seconds() / 60 for one in meetings(series)]
    assert minutes == [60, 45, 45, 45]
    assert [one.title for one in meetings(series)] == ["Art", "Art", "Art for beginners", "Art"]


def test_what_each_would_become_stands_beside_it(series: World) -> None:
    farah = series.person("U0FAC")
    first = meetings(series)[1].starts_at
    farah.command("/meeting", f"edit M-2 and later to {first + timedelta(days=1):%d %B} at 17:00", channel="C0GENERAL")
    drawn = str(farah.view)
    for one in meetings(series)[1:]:
        assert f"→ *<!date^{int((one.starts_at + timedelta(days=1, hours=1)).timestamp())}^" in drawn


def test_a_new_hour_alone_leaves_each_its_day(series: World) -> None:
    days = [one.starts_at.date() for one in meetings(series)]
    farah = series.person("U0FAC")
    farah.command("/meeting", "edit m2 and later to 5.30", channel="C0GENERAL")
    assert "Change all of these? The day stays. I took 5.30 as 17:30" in farah.seen()
    farah.submit()
    assert [one.starts_at.date() for one in meetings(series)] == days
    hours = [f"{one.starts_at.astimezone(ZoneInfo('Europe/London')):%H:%M}" for one in meetings(series)]
    assert hours == ["16:00", *["17:30"] * 3]


@pytest.mark.parametrize(
    ("typed", "said", "hours"),
    [
        ("to 5.30", "The day stays. I took 5.30 as 17:30", "17:30-18:30"),
        ("5.30pm", "The day stays.", "17:30-18:30"),
        ("at 5", "The day stays. I took 5 as 17:00", "17:00-18:00"),
        ("change the time to 5", "The day stays. I took 5 as 17:00", "17:00-18:00"),
        ("to 5-7pm", "The day stays.", "17:00-19:00"),
        ("5.15 til 7", "The day stays.", "17:15-19:00"),
        ("90 mins", "Changed.", "16:00-17:30"),
        ("60 mins", "Nothing to change:* it stands like this already.", "16:00-17:00"),
        ("5", "Say what to change", "16:00-17:00"),
        ("to 7", "Which of these?", "16:00-17:00"),
        ("an hour later?", "Is the meeting to be moved to this?", "16:00-17:00"),
    ],
)
def test_an_hour_alone_keeps_the_meetings_day(series: World, typed: str, said: str, hours: str) -> None:
    before = meetings(series)[2]
    farah = series.person("U0FAC")
    farah.command("/meeting", f"edit M-3 {typed}", channel="C0GENERAL")
    assert said in farah.seen()
    one = meetings(series)[2]
    local = [moment.astimezone(ZoneInfo("Europe/London")) for moment in (one.starts_at, one.ends_at)]
    assert "-".join(f"{moment:%H:%M}" for moment in local) == hours
    assert one.starts_at.date() == before.starts_at.date()


def test_a_move_counts_from_where_the_meeting_stands(series: World) -> None:
    def hours() -> list[str]:
        return [f"{one.starts_at.astimezone(ZoneInfo('Europe/London')):%H:%M}" for one in meetings(series)]

    farah, day = series.person("U0FAC"), meetings(series)[2].starts_at.date()
    say(series, "edit M-3 with @Col.Co-worker")
    said = say(series, "edit M-3 an hour later")
    assert "*Changed.* It moves from Thursday" in said
    assert "16:00 to Thursday" in said
    say(series, "edit M-3 bring forward 30 min")
    assert hours() == ["16:00", "16:00", "16:30", "16:00"]
    say(series, "edit M-3 2 days later")
    assert (meetings(series)[2].starts_at.date() - day).days == 2
    farah.command("/meeting", "edit M-3 move it back half an hour", channel="C0GENERAL")
    assert "Later or earlier?" in farah.seen()
    farah.submit(which="0")
    farah.close(all_views=True)
    assert hours()[2] == "17:00"
    farah.command("/meeting", "edit M-3 with aled", channel="C0GENERAL")
    assert "Who is aled?" in farah.seen()
    farah.close(all_views=True)
    assert meetings(series)[2].co_workers == ["U0COW"]
    farah.command("/meeting", "edit M-1 and later 15 min later", channel="C0GENERAL")
    farah.submit()
    assert hours()[:2] == ["16:15", "16:15"]


def test_links_are_left_to_each(series: World) -> None:
    said = say(series, "edit M-2 and later link https://zoom.us/j/91234567890?pwd=abc")
    assert "own link and passcode" in said
    assert {one.join_url for one in meetings(series)} == {None}


@pytest.mark.parametrize(
    ("text", "later", "rest"),
    [
        ("and later to 17:00", True, "to 17:00"),
        (" and later", True, ""),
        ("& later ones at 5pm", True, "at 5pm"),
        ("and all later meetings with @col", True, "with @col"),
        ("and the following to 17:00", True, "to 17:00"),
        ("and everything after it: for 45 min", True, "for 45 min"),
        ("and the rest of them on Friday", True, "on Friday"),
        ("onwards to 17:00", True, "to 17:00"),
        ("to 17:00", False, "to 17:00"),
        ("to a later hour", False, "to a later hour"),
        ("and latest title", False, "and latest title"),
        ("title Now and later", False, "title Now and later"),
    ],
)
def test_how_and_later_is_written(text: str, later: bool, rest: str) -> None:
    assert onwards.leading(text) == (later, rest)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("M-2 and later", (True, "M-2")),
        ("M-2 and all the later ones.", (True, "M-2")),
        ("the one on Thursday and after", (True, "the one on Thursday")),
        ("M-2 onwards", (True, "M-2")),
        ("M-2", (False, "M-2")),
        ("and later", (False, "and later")),
        ("the later one", (False, "the later one")),
    ],
)
def test_how_and_later_ends_a_text(text: str, found: tuple[bool, str]) -> None:
    assert onwards.trailing(text) == found


def states(world: World) -> list[str]:
    return ["cancelled" if one.state is MeetingState.CANCELLED else "stands" for one in meetings(world)]


def test_only_what_was_shown_is_cancelled(series: World) -> None:
    farah = series.person("U0FAC")
    say(series, "cancel M-2 and later")
    say(series, "edit M-3 to Friday 4 June 2027 at 17:00", "U0LEAD")
    farah.click("Cancel these 3")
    assert "changed meanwhile" in farah.seen()
    assert states(series) == ["stands"] * 4
    farah.click("Cancel these 3")
    assert states(series) == ["stands", *["cancelled"] * 3]


def test_a_second_press_of_cancel_these_says_that_it_was_done(series: World) -> None:
    farah = series.person("U0FAC")
    say(series, "cancel M-2 and later")
    asked = farah.private[-1]
    farah.click("Cancel these 3", asked)
    farah.click("Cancel these 3", asked)
    assert "M-2 was cancelled already" in farah.seen()
    assert states(series) == ["stands", *["cancelled"] * 3]


def test_what_was_added_since_the_list_was_shown_is_not_cancelled_unseen(world: World) -> None:
    farah = world.person("U0FAC")
    for day, who in ((3, "U0FAC"), (10, "U0FAC"), (12, "U0COW")):
        say(world, f"new Art on {day} June 2027 at 16:00", who)
    say(world, "cancel M-1 and later")
    asked = farah.private[-1]
    say(world, "new Art on 17 June 2027 at 16:00")
    farah.click("Cancel these 2", asked)
    assert states(world) == ["stands"] * 4
    assert "M-4" in farah.seen()
    farah.click("Cancel these 3")
    assert states(world) == ["cancelled", "cancelled", "stands", "cancelled"], "Col's is of the same title"


def test_a_form_for_later_ones_that_others_changed_changes_nothing(series: World) -> None:
    farah = series.person("U0FAC")
    farah.command("/meeting", "edit M-2 and later for 45 min", channel="C0GENERAL")
    say(series, "edit M-4 title Clay", "U0LEAD")
    answer = farah.submit()
    assert "changed meanwhile" in f"{answer} {farah.seen()}"
    assert {(one.ends_at - one.starts_at).total_seconds() for one in meetings(series)} == {3600}


def test_what_is_refused_of_one_in_the_middle_changes_none(series: World) -> None:
    farah = series.person("U0FAC")
    for number in (2, 4):
        assert "Changed." in say(series, f"edit M-{number} with @Col.Co-worker")
    farah.command("/meeting", "edit M-2 and later for 45 min led by @Col.Co-worker", channel="C0GENERAL")
    farah.submit()
    assert "Whoever leads is the host or a co-worker" in f"{farah.errors} {farah.seen()}"
    assert {(one.ends_at - one.starts_at).total_seconds() for one in meetings(series)} == {3600}
    assert {one.lead_worker for one in meetings(series)} == {None}
    assert [bool(one.co_workers) for one in meetings(series)] == [False, True, False, True]
