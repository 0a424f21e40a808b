"""Whose register a typed line is about: never another's than that of the meeting that was named."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.person import Person
from db.models import AttendanceMark, Meeting, MeetingState
from tests.attendance.conftest import book_club, marks, walk_ins
from tests.support.asked import choices
from tests.support.world import World


@pytest.fixture
def farah(world: World, meeting: str) -> Person:
    """The register of M-1 Cooking club alone is open; M-2 Youth club and M-3 Chess come tomorrow and later."""
    person = world.person("U0FAC")
    person.command("/meeting", "new Youth club tomorrow at 18:00")
    person.command("/participant", "add Aled Price, Dee to M-2")
    person.command("/meeting", "new Chess tomorrow at 20:00")
    return person


@pytest.mark.parametrize(
    ("typed", "present"),
    [
        ("Cooking club all", {"Aled Jones", "Mair", "Bo"}),
        ("cooking club: none", set()),
        ("the cooking club: all but Aled", {"Mair", "Bo"}),
        ("all but Aled for cooking club", {"Mair", "Bo"}),
        ("Bo absent, cooking club", {"Aled Jones", "Mair"}),
        ("1 all but Aled", {"Mair", "Bo"}),
        ("1: none", set()),
        ("the one today all", {"Aled Jones", "Mair", "Bo"}),
        ("M-1 cooking club all but Bo", {"Aled Jones", "Mair"}),
        ("meeting 1: all but Bo please", {"Aled Jones", "Mair"}),
    ],
)
def test_a_title_a_day_and_a_bare_number_name_the_register(
    world: World, farah: Person, typed: str, present: set[str]
) -> None:
    assert "Register of M-1 saved" in farah.command("/attendance", typed).text
    assert {name for name, there in marks(world).items() if there} == present
    assert len(marks(world)) == 3


@pytest.mark.parametrize(
    "typed",
    [
        "youth club all",
        "youth club: none",
        "Youth Club – all but Aled",
        "all but Aled in youth club",
        "2 all but Aled",
        "2: all",
        "2, none",
        "2 – all",
        "youth club tuesday all",
        "chess all",
        "chess: none",
        "M-2 all",
    ],
)
def test_another_meetings_register_is_too_early_and_the_open_one_is_left_alone(
    world: World, farah: Person, typed: str
) -> None:
    answer = farah.command("/attendance", typed)
    assert "It is too early for the register of M-" in answer.text
    assert "M-1" not in answer.text.split("What you typed")[0]
    assert f"/attendance {typed}" in answer.text
    assert answer.opened is None
    assert marks(world) == {}


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("pottery all", "“pottery”"),
        ("youth all", "Do you mean this meeting by “youth”?"),
        ("yuoth club: none", "Do you mean this meeting by “yuoth club”?"),
        ("all but Aled in cooking", "Do you mean this meeting by “cooking”?"),
        ("all but Quentin", "“Quentin”"),
        ("all 2", "“all 2”"),
        ("12 there", "“12 there”"),
        ("9 all", "M-9"),
        ("2 Aled, Bo", "“2”"),
        ("2. Aled", "“2”"),
        ("3: Aled", "“3”"),
    ],
)
def test_words_left_over_stop_a_register_that_was_not_named(
    world: World, farah: Person, typed: str, named: str
) -> None:
    answer = farah.command("/attendance", typed)
    assert answer.opened is None
    assert named in answer.text
    assert f"/attendance {typed}" in answer.text
    assert world.count(AttendanceMark) == 0
    assert walk_ins(world) == []


def test_the_button_under_a_stop_goes_on_with_what_was_typed(world: World, farah: Person) -> None:
    assert choices(farah.command("/attendance", "youth all")) == ["attendance M-2 all"]
    assert "It is too early for the register of M-2" in farah.click("command.again.0").text
    assert choices(farah.command("/attendance", "yuoth club: none")) == ["attendance M-2 none"]
    assert choices(farah.command("/attendance", "2 Aled, Bo"))[:2] == [
        "attendance M-2 Aled, Bo",
        "attendance M-1 Aled, Bo",
    ]
    assert "Register of M-1 saved: 2 present" in farah.click("command.again.1").text


def test_a_question_that_could_be_of_a_concern_carries_no_words(world: World, farah: Person) -> None:
    answer = farah.command("/attendance", "cooking Bo absent, scared")
    assert choices(answer) == ["concern", "attendance M-1"]
    assert "scared" not in json.dumps(answer.private.blocks if answer.private else "")


def test_a_title_of_two_is_asked_about_and_all_is_carried(world: World, farah: Person) -> None:
    farah.command("/meeting", "new Cooking club today at 17:10 for 15 min")
    answer = farah.command("/attendance", "cooking club all")
    assert "Which “cooking club”?" in answer.text
    assert choices(answer)[0] == "attendance M-1 all"
    assert marks(world) == {}
    assert "Register of M-1 saved: 3 present" in farah.click("command.again.0").text


def test_where_several_fit_there_is_a_button_for_each_that_goes_on(world: World, meeting: str) -> None:
    book_club(world)
    farah = world.person("U0FAC")
    answer = farah.command("/attendance", "all but Aled")
    assert "Which meeting?" in answer.text
    assert choices(answer) == ["attendance M-1 all but Aled", "attendance M-2 all but Aled"]
    assert choices(farah.command("/attendance", "none")) == ["attendance M-1 none", "attendance M-2 none"]
    assert "Register of M-1 saved" in farah.click("command.again.0").text


def test_a_meeting_that_was_started_long_before_its_time_is_the_one_meant(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Aled, Bo to M-1")
    assert "no meeting that fits" in farah.command("/attendance", "all but Aled").text
    for state, typed in ((MeetingState.STARTED, "all but Aled"), (MeetingState.ENDED, "Aled came too")):

        def move(session: Session, state: MeetingState = state) -> None:
            meeting = session.scalars(select(Meeting)).one()
            meeting.state, meeting.started_at = state, datetime.fromtimestamp(world.now(), UTC)

        world.write(move)
        assert "Register of M-1" in farah.command("/attendance", typed).text
    assert marks(world) == {"Aled": True, "Bo": True}


def test_a_title_that_is_somebodys_name_is_asked_about(world: World, farah: Person) -> None:
    farah.command("/meeting", "new Mair tomorrow at 21:00")
    answer = farah.command("/attendance", "Mair absent")
    assert "Is “Mair” the meeting, or somebody’s name?" in answer.text
    assert marks(world) == {}


@pytest.mark.parametrize("typed", ["M-1 youth club all", "M-1 pottery: none", "M-1 all but two", "M-1 nearly everyone"])
def test_a_form_that_asks_has_no_tick_from_words_in_doubt(world: World, farah: Person, typed: str) -> None:
    opened = json.dumps(farah.command("/attendance", typed).opened)
    assert "Nothing is saved yet." in opened
    assert "initial_options" not in opened
    assert "You wrote: " in opened
    assert "walk-in" not in opened
