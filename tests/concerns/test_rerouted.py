"""A form sent again with another subject or urgency, and people whose right ends after a concern was raised."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import rights
from bot.concerns.alerting import rerouting
from bot.sandbox.answers import Answer
from bot.staff.people import owe_reroute
from db.models import AuditEvent, Concern, Delivery, Staff
from db.models.concern import ConcernState
from tests.support.raising import SECRET, raise_one
from tests.support.world import World


@pytest.fixture
def resend(world: World) -> Callable[..., Answer]:
    """Raise a concern, and send its form again with other values, as after an answer that was lost."""
    bodies: list[bytes] = []
    taken = world.sandbox.sender.post

    async def keep(content: bytes, *arguments: object, **more: object) -> object:
        bodies.append(content)
        return await taken(content, *arguments, **more)  # type: ignore[arg-type]

    world.sandbox.sender.post = keep  # type: ignore[method-assign,assignment]

    def again(about: str, **values: str) -> Answer:
        payloads = [json.loads(parse_qs(body.decode())["payload"][0]) for body in bodies if b"payload=" in body]
        payload = copy.deepcopy(next(one for one in payloads if one["type"] == "view_submission"))
        state = payload["view"]["state"]["values"]
        next(iter(state["about"].values()))["selected_option"]["value"] = about
        for name, value in values.items():
            state[name] = {"v": {"type": "users_select", "selected_user": value}}
            if name == "urgency":
                state[name] = {"v": {"type": "radio_buttons", "selected_option": {"value": value}}}
        body = urlencode({"payload": json.dumps(payload)}).encode()
        return world.sandbox.raw(body, world.sandbox.sign(body))

    return again


def the_concern(world: World) -> Concern:
    return world.read(lambda session: session.scalars(select(Concern)).one())


def take_roles(world: World, slack_id: str) -> None:
    def work(session: Session) -> None:
        session.scalars(select(Staff).where(Staff.slack_id == slack_id)).one().roles = []

    world.write(work)


def test_named_afterwards_the_subject_can_read_it_no_longer(world: World, resend: Callable[..., Answer]) -> None:
    raise_one(world)
    world.settle()
    channel, direct = world.sandbox.messages("G0CONCERN")[-1], world.sandbox.dm("U0LEAD")[-1]
    before = copy.deepcopy(channel)
    answer = resend("staff", subject_staff="U0LEAD")
    assert "Added to what you had saved" in json.dumps(answer.body)
    world.settle()
    concern = the_concern(world)
    assert (concern.about, concern.subject_staff) == ("staff", "U0LEAD")
    for who, message in (("U0LEAD", before), ("U0DEP", before)):
        world.person(who).click("concern.read", message=message)
        assert SECRET not in world.person(who).seen()
    assert concern.reference in world.sandbox.dm("U0HEAD")[-1].words
    assert "no longer here" in channel.words
    assert "no longer here" in direct.words
    world.person("U0HEAD").click("concern.acknowledge", message=world.sandbox.dm("U0HEAD")[-1])
    assert SECRET in world.person("U0HEAD").seen()
    assert "has added to this" in world.person("U0HEAD").seen()
    world.settle()
    assert "acknowledged" not in channel.words + direct.words
    actions = world.read(lambda s: list(s.scalars(select(AuditEvent.action))))
    assert actions.count("concern.rerouted") == 1


def test_what_the_subject_has_acknowledged_comes_open_again(world: World, resend: Callable[..., Answer]) -> None:
    raise_one(world)
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.settle()
    resend("staff", subject_staff="U0LEAD")
    world.settle()
    assert the_concern(world).state is ConcernState.RAISED
    assert "answer by" in world.sandbox.dm("U0HEAD")[-1].words


def test_about_the_head_afterwards_is_sealed(world: World, resend: Callable[..., Answer]) -> None:
    raise_one(world)
    world.settle()
    answer = resend("staff", subject_staff="U0HEAD")
    assert "Nobody inside the organisation" in json.dumps(answer.body)
    assert the_concern(world).sealed_from_staff


def test_more_urgent_afterwards_is_asked_sooner(world: World, resend: Callable[..., Answer]) -> None:
    raise_one(world, urgency="week")
    world.settle()
    resend("child", urgency="now")
    world.settle()
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert "Nobody has answered yet" in world.sandbox.dm("U0DEP")[-1].words


def test_a_lead_whose_role_has_ended_opens_nothing(world: World) -> None:
    raise_one(world)
    world.settle()
    message = world.sandbox.messages("G0CONCERN")[-1]
    take_roles(world, "U0LEAD")
    for button in ("concern.read", "concern.acknowledge"):
        world.person("U0LEAD").click(button, message=message)
        assert SECRET not in world.person("U0LEAD").seen()
    assert the_concern(world).state is ConcernState.RAISED


def test_nobody_waits_for_a_deputy_whose_role_has_ended(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    take_roles(world, "U0DEP")
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert not world.sandbox.dm("U0DEP")
    assert "Nobody has answered yet" in world.sandbox.dm("U0HEAD")[-1].words


def test_finished_concerns_are_for_a_new_lead_too_a_slice_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever becomes a lead can read what was closed before; nobody is told, and no unit of work takes it all."""
    monkeypatch.setattr(rerouting, "_AT_ONCE", 2)
    for number in range(5):
        raise_one(world, facts=f"worry {number}")
        world.person("U0FAC").close()
    world.settle()

    def change(session: Session) -> UUID:
        for one in session.scalars(select(Concern)).all():
            one.state = ConcernState.CLOSED
        new = session.scalars(select(Staff).where(Staff.slack_id == "U0COW")).one()
        new.roles, new.in_file, new.file_order = ["lead"], True, 9
        owe_reroute(session, new.organisation_id, datetime.now(UTC))
        return new.organisation_id

    organisation_id = world.write(change)
    world.settle()
    reach = world.read(lambda session: rights.reaching(session, organisation_id, "U0COW"))
    assert len(reach) == 5
    assert world.sandbox.dm("U0COW") == []
    rest = select(Delivery).where(Delivery.kind == rerouting.FINISHED, Delivery.record_id.is_not(None))
    assert len(world.read(lambda session: list(session.scalars(rest)))) == 2
