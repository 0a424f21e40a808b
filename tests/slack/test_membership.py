"""Who counts as staff: on an Enterprise Grid whoever belongs to the workspace, whatever id a payload carries."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.sandbox import sample
from bot.sandbox.model import User
from bot.staff.people import belongs
from db.models import AuditEvent, Concern, Meeting, Staff
from tests.concerns.pressing import submit
from tests.support.raising import raise_one
from tests.support.world import World

HOME = "T0SCHOOL"
COLLEAGUE = User(id="U0GRID", name="Gita Grid", team_id=HOME, grid_teams=(HOME, sample.TEAM))
NEIGHBOUR = User(id="U0NEXT", name="Ned Neighbour", team_id=HOME, grid_teams=(HOME,))
NEW = "new Cooking club on Thursday at 16:00"


@pytest.mark.parametrize(
    ("user", "ours"),
    [
        ({"team_id": "T1"}, True),
        ({"team_id": "T2"}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T2", "T1"]}}, True),
        ({"enterprise_user": {"teams": ["T1"]}}, True),
        ({"enterprise_user": {"teams": ["T2"]}}, False),
        ({"team_id": "T2", "teams": ["T1"]}, True),
        ({"team_id": "E1", "enterprise_user": {}}, False),
        ({}, True),
        ({"is_stranger": True}, False),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1"]}, "is_stranger": True}, False),
        ({"team_id": "T2", "enterprise_user": None, "teams": None}, False),
    ],
)
def test_who_belongs(user: dict[str, Any], ours: bool) -> None:
    assert belongs(user, "T1") is ours


def join(world: World, user: User) -> None:
    """Somebody of another workspace of the Grid is met in a channel; Slack tells the bot nothing of it."""
    world.sandbox.state.add_user(user)
    for channel in ("C0GENERAL", "C0YOUTH"):
        world.sandbox.state.channels[channel].members.append(user.id)


def test_a_colleague_whose_home_is_another_workspace_is_staff(world: World) -> None:
    join(world, COLLEAGUE)
    assert "Cooking club" in world.person(COLLEAGUE.id).command("/meeting", NEW, channel="C0GENERAL").text
    assert world.count(Meeting) == 1
    raise_one(world, COLLEAGUE.id)
    assert world.count(Concern) == 1


def test_the_lead_of_another_home_workspace_answers(world: World) -> None:
    """The hourly reading and what Slack says of changes carry the home workspace; neither shuts anybody out."""
    world.sandbox.membership.change_user("U0LEAD", team_id=HOME, grid_teams=(HOME, sample.TEAM))
    world.clock_forward(3601)
    world.settle()
    assert "M-1" in world.person("U0LEAD").command("/meeting", NEW, channel="C0GENERAL").text
    assert (
        world.read(lambda s: s.scalars(select(Staff.slack_team).where(Staff.slack_id == "U0LEAD")).one()) == sample.TEAM
    )


def test_strangers_stay_out(world: World) -> None:
    join(world, NEIGHBOUR)
    for who in (NEIGHBOUR.id, "UXSTRANGER"):
        said = world.person(who).command("/meeting", NEW, channel="C0GENERAL").text
        assert said.startswith("You can't use this here.")
    assert world.count(Meeting) == 0
    refused = world.read(lambda s: list(s.scalars(select(AuditEvent.actor).where(AuditEvent.action == "refused"))))
    assert refused == [NEIGHBOUR.id, "UXSTRANGER"]


def test_who_has_come_since_is_looked_up_again(world: World) -> None:
    join(world, NEIGHBOUR)
    person = world.person(NEIGHBOUR.id)
    assert "can't use this" in person.command("/meeting", NEW, channel="C0GENERAL").text
    world.sandbox.state.users[NEIGHBOUR.id].grid_teams = (HOME, sample.TEAM)
    assert "can't use this" in person.command("/meeting", NEW, channel="C0GENERAL").text
    world.clock_forward(601)
    assert "Cooking club" in person.command("/meeting", NEW, channel="C0GENERAL").text


@pytest.mark.parametrize("team", [None, {"id": HOME}, {"id": "E0GRID"}])
def test_a_button_that_names_another_workspace_or_none(world: World, team: dict[str, str] | None) -> None:
    payload = {
        "type": "shortcut",
        "team": team,
        "enterprise": {"id": "E0GRID"},
        "user": {"id": "U0FAC", "team_id": HOME},
        "callback_id": "concern.shortcut",
        "trigger_id": world.sandbox.state.new_trigger("U0FAC").id,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    assert world.sandbox.raw(body, world.sandbox.sign(body)).status == 200
    assert world.person("U0FAC").view is not None


def test_a_form_that_is_refused_says_not_saved_and_gives_the_numbers(world: World) -> None:
    answer = submit(world, "UXSTRANGER", "concern.form", "", {"facts": {"facts": {"type": "x", "value": "a worry"}}})
    said = json.dumps(answer.body)
    assert "NOT SAVED" in said
    assert "020 7946 0001" in said
    assert world.count(Concern) == 0


def test_somebody_new_whom_slack_does_not_describe_is_asked_to_try_again(world: World) -> None:
    join(world, COLLEAGUE)
    person = world.person(COLLEAGUE.id)
    world.sandbox.faults.error("users.info", "internal_error", times=2)
    said = person.command("/meeting", NEW, channel="C0GENERAL").text
    assert "try again" in said
    assert "can't use" not in said
    person.command("/concern", "", channel="C0GENERAL")
    assert "999" in person.seen()
    refused = world.read(lambda s: list(s.scalars(select(AuditEvent.actor).where(AuditEvent.action == "refused"))))
    assert refused == []
    assert "Cooking club" in person.command("/meeting", NEW, channel="C0GENERAL").text


def test_administrators_see_no_participants_of_others(world: World) -> None:
    world.person("U0FAC").command("/meeting", NEW, channel="C0GENERAL")
    world.person("U0FAC").command("/participant", "add Robin Reed to M-1", channel="C0GENERAL")
    administrator = world.person("U0ADM")
    for command, text in (("/participant", "list M-1"), ("/meeting", "show M-1"), ("/attendance", "M-1 all")):
        administrator.command(command, text, channel="C0GENERAL")
        assert "Robin" not in administrator.seen()
