"""Whose list a typed name goes on, or comes off: only that of the meeting that was named."""

import json
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.person import Person
from db.models import Meeting, MeetingState, Registration
from tests.support.asked import choices
from tests.support.clubs import clubs
from tests.support.world import World


@pytest.fixture
def farah(world: World) -> Person:
    """M-1 Cooking club and M-2 Youth club, to come; Aled Jones is on both."""
    person = clubs(world, "Cooking club tomorrow at 16:00", "Youth club tomorrow at 18:00")
    person.command("/participant", "add Aled Jones to M-1")
    person.command("/participant", "add Aled Jones to M-2")
    world.settle()
    return person


def on(world: World) -> dict[str, set[str]]:
    """Who is registered, by meeting; Aled Jones, who is on both from the start, is left out."""
    query = select(Registration, Meeting).join(Meeting, Meeting.id == Registration.meeting_id)

    def read(session: Session) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for one, meeting in session.execute(query.where(Registration.removed_at.is_(None))):
            if one.participant.name != "Aled Jones":
                found.setdefault(meeting.reference, set()).add(one.participant.name)
        return found

    return world.read(read)


@pytest.mark.parametrize(
    "typed",
    [
        "Robin, Tia to youth club",
        "Robin, Tia to Youth Club please",
        "youth club: Robin, Tia",
        "youth club Robin, Tia",
        "Robin, Tia, youth club",
        "Robin and Tia for the youth club",
        "to youth club: Robin, Tia",
        "Robin, Tia to 2",
        "Robin, Tia to m2",
        "Robin, Tia to #2",
        "Robin, Tia to meeting 2",
        "M 2: Robin, Tia",
        "Youth club\nRobin\nTia",
        "Robin\nTia\nto youth club",
    ],
)
def test_a_title_and_every_way_to_write_a_number_name_the_meeting(world: World, farah: Person, typed: str) -> None:
    answer = farah.command("/participant", f"add {typed}")
    if answer.opened is not None:
        assert "M-2" in json.dumps(answer.opened)
        answer = farah.submit()
    assert on(world) == {"M-2": {"Robin", "Tia"}}, answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "Robin, Tia to youth",
        "Robin, Tia to yuoth club",
        "Robin, Tia to pottery",
        "Robin, Tia, pottery club",
        "pottery club: Robin, Tia",
        "pottery club, Robin, Tia",
        "2: Robin, Tia",
        "2 Robin, Tia",
        "Robin, Tia",
    ],
)
def test_what_names_no_meeting_is_asked_about_and_a_press_goes_on(world: World, farah: Person, typed: str) -> None:
    answer = farah.command("/participant", f"add {typed}")
    assert on(world) == {}
    assert answer.opened is None
    place = choices(answer).index("participant add M-2 Robin, Tia")
    answer = farah.click(f"command.again.{place}")
    assert on(world) == {"M-2": {"Robin", "Tia"}}, answer.text


def test_the_only_meeting_is_never_taken_for_another_that_was_named(world: World, alone: Person) -> None:
    for typed in (
        "Robin, Tia to youth club",
        "Robin to pottery",
        "pottery club: Robin",
        "Robin, pottery club",
        "Robin to 2",
        "Robin to M-2",
        "2: Robin",
        "M-2 Robin",
        "youth group\nRobin\nTia",
    ):
        answer = alone.command("/participant", f"add {typed}")
        assert answer.opened is None, typed
        assert f"/participant add {typed}" in answer.text
    assert on(world) == {}


def test_an_address_in_angles_beside_the_meeting_makes_nobody_else(world: World, farah: Person) -> None:
    there = set()
    for typed in (
        "Ola <o@example.org> to M-2",
        "Nia <n@example.org>; to M-2 please",
        "M-2 Gwen <g@example.org>",
        "Iwan <i@example.org> to 2",
        "Huw <h@example.org>, to youth club",
    ):
        answer = farah.command("/participant", f"add {typed}")
        assert answer.opened is not None, answer.text
        answer = farah.submit(whose="carer")
        there.add(typed.partition(" <")[0].removeprefix("M-2 "))
        assert on(world) == {"M-2": there}, answer.text
    for room, words in (
        ("/participant", "remove Ola <o@example.org> from M-2"),
        ("/participant", "merge Ola <o@example.org> into Nia <n@example.org>"),
        ("/attendance", "M-2 Ola <o@example.org>"),
    ):
        answer = farah.command(room, words)
        assert not re.search(r"(?<!&)\bgt\b|&gt(?!;)", f"{answer.text} {json.dumps(answer.opened)}"), answer.text


def test_a_list_is_shown_of_the_meeting_that_was_named(world: World, farah: Person) -> None:
    for typed in ("M-2", "2", "youth club", "the youth club", "the one tomorrow at youth club"):
        assert "M-2" in farah.command("/participant", f"list {typed}").text


def test_two_of_one_title_are_asked_about_when_a_list_is_wanted(world: World, farah: Person) -> None:
    farah.command("/meeting", "new Youth club tomorrow at 20:00")
    assert choices(farah.command("/participant", "list youth club")) == ["participant list M-2", "participant list M-3"]


def test_somebody_is_taken_off_the_meeting_that_was_named(world: World, farah: Person) -> None:
    for typed in ("Aled from youth club", "Aled from 2", "Aled, youth club", "youth club: Aled", "Aled from m2"):
        answer = farah.command("/participant", f"remove {typed}")
        assert "Aled Jones" in answer.text, typed
        assert "M-2" in answer.text
        assert "M-1" not in answer.text


def test_nobody_is_taken_off_where_no_meeting_is_known(world: World, farah: Person) -> None:
    for typed in ("Aled from pottery", "Aled from youth", "Aled", "Aled, pottery club"):
        offered = choices(farah.command("/participant", f"remove {typed}"))
        assert "participant remove M-2 Aled" in offered, typed
        place = offered.index("participant remove M-2 Aled")
        assert "M-2" in farah.click(f"command.again.{place}", value="participant remove M-2 Aled").text


def test_a_cancelled_meeting_and_one_of_somebody_else_are_refused_with_the_text(world: World, farah: Person) -> None:
    def cancel(session: Session) -> None:
        session.scalars(select(Meeting).where(Meeting.number == 2)).one().state = MeetingState.CANCELLED

    world.write(cancel)
    world.person("U0COW").command("/meeting", "new Chess tomorrow at 20:00")
    for typed, why in (
        ("Robin to youth club", "M-2 is cancelled"),
        ("M-2", "M-2 is cancelled"),
        ("Robin to M-3", "M-3"),
        ("Robin to 9", "M-9"),
        ("Robin to chess", "chess"),
    ):
        answer = farah.command("/participant", f"add {typed}")
        assert why in answer.text
        assert f"/participant add {typed}" in answer.text
        assert on(world) == {}
