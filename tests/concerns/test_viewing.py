"""A view with content does not outlive the right to see it, nor a quarter of an hour."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import viewing, watching
from bot.concerns.watching import noted
from bot.sandbox.answers import Answer
from bot.sandbox.person import Person
from bot.slack import blocks as b
from bot.slack.call import Modal, Redraw
from db.models import Concern, ConcernView
from db.models.concern import ConcernState
from db.session import NotSaved
from tests.concerns.leading import only, triage
from tests.concerns.test_rerouted import resend  # noqa: F401
from tests.support.raising import SECRET, raise_one
from tests.support.world import World, set_up

CLOSED = "Closed for safety"


def opened(world: World, who: str = "U0LEAD") -> Person:
    """A concern is raised, and somebody whom it reaches has it open."""
    raise_one(world)
    world.settle()
    person = world.person(who)
    person.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert SECRET in person.seen()
    world.settle()
    return person


def rows(world: World) -> list[ConcernView]:
    """Every view that was written down."""
    return world.read(lambda session: list(session.scalars(select(ConcernView))))


def test_the_id_is_kept_and_nothing_else(world: World) -> None:
    lead = opened(world)
    (row,) = rows(world)
    assert row.slack_id == "U0LEAD"
    assert lead.view is not None
    assert lead.view["external_id"] == row.view_id
    assert row.ended_at is None


def test_it_ends_after_a_quarter_of_an_hour(world: World) -> None:
    lead = opened(world)
    world.clock_forward(14 * 60)
    world.settle()
    assert SECRET in lead.seen()
    world.clock_forward(61)
    world.settle()
    assert SECRET not in lead.seen()
    assert CLOSED in lead.seen()
    assert rows(world)[0].ended_at is not None


def test_drawn_anew_it_lasts_as_long_again(world: World) -> None:
    lead = opened(world)
    world.clock_forward(15 * 60 + 1)
    world.settle()
    lead.click("concern.read")
    assert SECRET in lead.seen()
    world.clock_forward(14 * 60)
    world.settle()
    assert SECRET in lead.seen()
    world.clock_forward(2 * 60)
    world.settle()
    assert CLOSED in lead.seen()


def test_it_outlives_a_restart(world: World) -> None:
    lead = opened(world)
    world.stop_bot()
    world.clock_forward(15 * 60 + 1)
    assert SECRET in lead.seen()
    world.start_bot()
    world.settle()
    assert CLOSED in lead.seen()


def test_it_ends_when_the_role_is_taken_away(world: World) -> None:
    lead = opened(world)
    people = [
        {"slack": "U0DEP", "name": "Dan Deputy", "roles": ["lead"], "email": "d@example.org", "phone": "020 7946 0002"},
        {"slack": "U0HEAD", "name": "Hana Head", "roles": ["head"], "email": "h@example.org", "phone": "020 7946 0003"},
    ]
    set_up(world.settings, people=people)
    world.settle()
    assert CLOSED in lead.seen()
    lead.click("concern.read")
    assert SECRET not in lead.seen()
    assert "no such record" in lead.seen()


@pytest.mark.parametrize("change", [{"deleted": True}, {"is_restricted": True}])
def test_it_ends_when_slack_says_that_somebody_left(world: World, change: dict[str, bool]) -> None:
    lead = opened(world)
    world.sandbox.membership.change_user("U0LEAD", **change)
    world.settle()
    world.sandbox.wait_for(lambda: CLOSED in lead.seen(), 8)
    assert SECRET not in lead.seen()


def test_it_ends_when_the_concern_turns_out_to_be_about_them(
    world: World,
    resend: Callable[..., Answer],  # noqa: F811
) -> None:
    lead = opened(world)
    resend("staff", subject_staff="U0LEAD")
    world.settle()
    assert CLOSED in lead.seen()


def test_hand_over_ends_this_persons_views_of_this_concern_only(world: World) -> None:
    lead = opened(world)
    deputy = world.person("U0DEP")
    deputy.click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])

    def hand_over(session: Session) -> None:
        concern = session.scalars(select(Concern)).one()
        viewing.end_for(session, concern, "U0LEAD", datetime.now(UTC))

    world.write(hand_over)
    world.settle()
    assert CLOSED in lead.seen()
    assert SECRET in deputy.seen()
    lead.click("concern.read")
    assert SECRET in lead.seen()


def test_a_view_that_was_closed_by_its_person_is_let_go(world: World) -> None:
    lead = opened(world)
    lead.close()
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert rows(world)[0].ended_at is not None


def test_work_whose_view_cannot_be_noted_is_not_saved_either(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are one unit of work: what is said of it is true of the whole."""
    raise_one(world)
    world.settle()

    def gone(*_arguments: object) -> None:
        raise NotSaved("gone")

    monkeypatch.setattr(viewing, "show", gone)
    lead = world.person("U0LEAD")
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert SECRET not in lead.seen()
    assert "NOT SAVED" in lead.seen()
    monkeypatch.undo()
    assert only(world).state is ConcernState.RAISED
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert SECRET in lead.seen()


def test_records_out_of_reach_between_the_work_and_its_showing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where whoever did the work left the noting to the watcher, the work is saved, and nothing says otherwise."""
    raise_one(world)
    world.settle()

    def left(_session: object, _call: object, answer: Any, _now: object) -> Any:
        return answer

    def gone(*_arguments: object) -> None:
        raise NotSaved("gone")

    monkeypatch.setattr(watching, "note", left)
    monkeypatch.setattr(viewing, "show", gone)
    lead = world.person("U0LEAD")
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    assert SECRET not in lead.seen()
    assert "can't be shown just now" in lead.seen()
    assert "NOT SAVED" not in lead.seen()
    monkeypatch.undo()
    lead.click("concern.read")
    assert SECRET in lead.seen()


def test_a_view_of_another_room_is_not_taken_for_one_whatever_its_name_is() -> None:
    view = b.modal("concern.record", "Record", [], metadata=str(uuid4()))
    nothing: Any = None
    for answer in (Modal(view), Redraw(view)):
        assert asyncio.run(noted(nothing, nothing, answer)) is answer


def test_what_is_still_to_be_done_ends_too(world: World) -> None:
    """It was drawn under a name that said of itself that it shows nothing."""
    lead = opened(world)
    triage(lead)
    lead.click("concern.close")
    assert "Not ready to be closed yet" in lead.seen()
    assert "For safety this closes at" in lead.seen()
    world.clock_forward(15 * 60 + 1)
    world.settle()
    assert CLOSED in lead.seen()
