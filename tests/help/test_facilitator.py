"""`/facilitator`: help, how things stand, who is who, and being away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot import __version__
from db.models import Delivery, Organisation, Staff
from db.owed import owe
from tests.support.world import World


def _says(world: World, who: str, text: str = "") -> str:
    return world.person(who).command("/facilitator", text).text


def _away(world: World, who: str) -> datetime | None:
    return world.read(lambda session: session.scalars(select(Staff.away_until).where(Staff.slack_id == who)).one())


def _in_100_days(world: World, hour: int, zone: str = "Europe/London") -> datetime:
    day = datetime.fromtimestamp(world.now(), ZoneInfo(zone)).date() + timedelta(days=100)
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_alone_it_says_what_one_can_do(world: World) -> None:
    said = _says(world, "U0FAC")
    assert "I am worried about somebody" in said
    for command in ("/meeting", "/incident", "/concern", "/facilitator"):
        assert f"`{command}`" in said


def test_help_has_a_line_for_every_command(world: World) -> None:
    assert world.bot is not None
    said = _says(world, "U0MAN", "help")
    for command in world.bot.app.router.commands.values():
        assert f"`/{command.name}`* {command.summary}" in said


def test_a_command_is_listed_only_for_those_who_may_use_it(world: World) -> None:
    assert "`/report`" in _says(world, "U0MAN", "help")
    assert "`/report`" not in _says(world, "U0FAC", "help")


def test_help_with_a_name_is_that_commands_help(world: World) -> None:
    said = _says(world, "U0FAC", "help meeting")
    assert "/meeting new" in said
    assert said == world.person("U0FAC").command("/meeting", "help").text
    assert "Did you mean `/facilitator meeting`" in _says(world, "U0FAC", "help meetign")


def test_an_unknown_word_gets_the_closest(world: World) -> None:
    assert "Did you mean `/facilitator status`" in _says(world, "U0FAC", "statsu")
    assert _says(world, "U0FAC", "xyzzy").count("`help`") == 1


def test_another_app_may_have_taken_a_name(world: World) -> None:
    assert "No incidents" in _says(world, "U0FAC", "incident list")


def test_status_is_plain_for_everybody_and_full_for_an_administrator(world: World) -> None:
    plain = _says(world, "U0FAC", "status")
    assert "records can be read" in plain
    assert "without delay" in plain
    assert "paste the link" in plain
    assert "Given up" not in plain
    full = _says(world, "U0ADM", "status")
    for words in ("Waiting:* 0", "Given up in the last week:* none", "james", __version__, "Staff list read"):
        assert words in full


def test_status_counts_what_is_late_and_what_was_given_up(world: World) -> None:
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        lost = owe(session, organisation.id, "meeting.tell_host", at=now, due=now + timedelta(days=9))
        assert lost is not None
        lost.done_at = lost.given_up_at = now
        lost.error_code = "user_not_found"
        held = owe(session, organisation.id, "incident.follow_up", at=now, due=now - timedelta(minutes=5))
        assert held is not None
        held.lease_until = now + timedelta(hours=1)

    world.write(work)
    full = _says(world, "U0ADM", "status")
    assert "1 message is late" in full
    assert "Waiting:* 1 delivery" in full
    assert "1 × meeting.tell_host (user_not_found)" in full
    world.write(lambda session: session.execute(delete(Delivery)))


def test_roles_names_everybody_with_their_telephone(world: World) -> None:
    said = _says(world, "U0FAC", "roles")
    for words in (
        "Lena Lead 020 7946 0001",
        "Dev Deputy 020 7946 0002",
        "Hana Head",
        "Max Manager",
        "Ada Admin",
        "999",
    ):
        assert words in said
    assert "away" not in said


def test_away_and_back(world: World) -> None:
    assert "You are away until" in _says(world, "U0LEAD", "away until Monday")
    until = _away(world, "U0LEAD")
    assert until is not None
    assert until > datetime.now(UTC)
    assert until.weekday() in (6, 0)
    assert "Lena Lead 020 7946 0001 (away until" in _says(world, "U0FAC", "roles")
    assert "Concerns reach you again" in _says(world, "U0LEAD", "back")
    assert _away(world, "U0LEAD") is None
    assert "nothing was changed" in _says(world, "U0LEAD", "back")


def test_away_ends_by_itself(world: World) -> None:
    _says(world, "U0LEAD", "away until tomorrow")
    world.clock_forward(timedelta(days=2).total_seconds())
    assert "away" not in _says(world, "U0FAC", "roles")


def test_the_form_asks_until_when(world: World) -> None:
    person = world.person("U0LEAD")
    person.command("/facilitator", "away")
    assert list(person.submit(date="2020-01-01").errors) == ["date"]
    assert "You are away until" in person.submit(date="2099-01-05", time="13:30").text
    assert _away(world, "U0LEAD") == datetime(2099, 1, 5, 13, 30, tzinfo=UTC)


def test_the_last_one_present_is_asked_whether_that_is_meant(world: World) -> None:
    _says(world, "U0LEAD", "away until in 100 days")
    deputy = world.person("U0DEP")
    answer = deputy.command("/facilitator", "away until in 100 days")
    assert "no safeguarding lead and no deputy" in answer.text
    assert _away(world, "U0DEP") is None
    gone = deputy.click("I am away all the same", answer.private).text
    assert "You are away until" in gone
    assert "On call now: nobody" in gone
    assert _away(world, "U0DEP") == _in_100_days(world, 0)


def test_the_last_one_is_asked_in_the_form_too(world: World) -> None:
    _says(world, "U0DEP", "away until in 100 days")
    lead = world.person("U0LEAD")
    lead.command("/facilitator", "away")
    assert "Nothing is changed yet" in lead.submit(date="2099-01-05").text
    assert _away(world, "U0LEAD") is None
    lead.click("I am away all the same")
    assert "You are away until" in lead.seen()
    assert _away(world, "U0LEAD") is not None


def test_a_day_that_may_be_two_is_asked_with_a_button_for_each(world: World) -> None:
    lead = world.person("U0LEAD")
    answer = lead.command("/facilitator", "away until tomorrow or in 9 days")
    assert "Which day do you mean? Nothing was changed." in answer.text
    assert _away(world, "U0LEAD") is None
    later = datetime.fromtimestamp(world.now(), ZoneInfo("Europe/London")).date() + timedelta(days=9)
    pressed = lead.click(f"{later:%A} {later.day} {later:%B} {later.year}", answer.private)
    assert "You are away until" in pressed.text
    until = _away(world, "U0LEAD")
    assert until is not None
    assert until.astimezone(ZoneInfo("Europe/London")).date() == later


def test_what_was_assumed_is_said_and_a_part_of_a_day_asks_for_the_hour(world: World) -> None:
    assert "I took 4 as 16:00" in _says(world, "U0LEAD", "away until tomorrow at 4")
    _says(world, "U0LEAD", "back")
    assert "At what time is “tomorrow evening”?" in _says(world, "U0LEAD", "away until tomorrow evening")
    assert _away(world, "U0LEAD") is None


def test_a_day_years_ahead_is_asked_about_in_the_form(world: World) -> None:
    lead = world.person("U0LEAD")
    lead.command("/facilitator", "away until 3 March 2099 at 17:00")
    assert "Is Tuesday 3 March 2099 right?" in lead.seen()
    assert _away(world, "U0LEAD") is None
    assert "You are away until" in lead.submit().text
    assert _away(world, "U0LEAD") == datetime(2099, 3, 3, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["away until yesterday", "away until the cows come home", "away until today"])
def test_a_day_that_cannot_be_used_changes_nothing(world: World, text: str) -> None:
    assert "day" in _says(world, "U0LEAD", text)
    assert _away(world, "U0LEAD") is None


@pytest.mark.parametrize("who", ["U0FAC", "U0ADM"])
def test_only_those_whom_a_concern_can_reach_can_be_away(world: World, who: str) -> None:
    assert "needs the role chair or deputy or head or lead" in _says(world, who, "away until Monday")
    assert _away(world, who) is None


def test_the_head_is_away_without_being_asked(world: World) -> None:
    said = _says(world, "U0HEAD", "away until in 100 days")
    assert "You are away until" in said
    assert "On call now:* Lena Lead" in said


def test_it_says_who_is_on_call(world: World) -> None:
    assert "On call now:* Lena Lead" in _says(world, "U0FAC", "roles")
    assert "On call now:* Dev Deputy" in _says(world, "U0LEAD", "away until in 100 days")
    assert "On call now:* Dev Deputy" in _says(world, "U0FAC", "roles")
    assert "On call now:* Lena Lead" in _says(world, "U0LEAD", "back")


def test_times_are_those_of_the_persons_own_clock(world: World) -> None:
    def abroad(session: Session) -> None:
        session.scalars(select(Staff).where(Staff.slack_id == "U0LEAD")).one().timezone = "Europe/Athens"

    world.write(abroad)
    _says(world, "U0LEAD", "away until in 100 days at 17:00")
    assert _away(world, "U0LEAD") == _in_100_days(world, 17, "Europe/Athens")
