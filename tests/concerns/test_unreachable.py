"""People whom Slack will never reach: given up visibly, administrators told, the next asked at once."""

from dataclasses import replace

from sqlalchemy import select

from db.models import AuditEvent, Delivery
from tests.concerns.clockwork import said, the_concern
from tests.support.raising import SECRET, raise_one
from tests.support.world import World


def actions(world: World) -> list[tuple[str, str]]:
    """What the audit chain holds on people who could not be reached."""
    query = select(AuditEvent.action, AuditEvent.detail).where(AuditEvent.action.like("%unreachable"))
    return world.read(lambda session: [(one.action, one.detail) for one in session.execute(query)])


def close_account(world: World, who: str) -> None:
    """Slack deactivates an account, and the bot has not heard of it."""
    world.sandbox.state.add_user(replace(world.sandbox.state.users[who], deleted=True))


def test_the_one_on_call_is_gone_and_the_deputy_is_asked_at_once(world: World) -> None:
    close_account(world, "U0LEAD")
    raise_one(world)
    world.settle()
    assert sorted(said(world)) == [("G0CONCERN", "new"), ("U0DEP", "asked")]
    assert ("concern.unreachable", "U0LEAD user_disabled") in actions(world)
    (told,) = world.sandbox.dm("U0ADM")
    assert "<@U0LEAD>" in told.words
    for hidden in (SECRET, the_concern(world).reference, "concern"):
        assert hidden not in told.words
    given_up = world.read(
        lambda s: list(s.execute(select(Delivery.kind, Delivery.error_code).where(Delivery.given_up_at.is_not(None))))
    )
    assert [tuple(one) for one in given_up] == [("concern.dm", "user_disabled")]


def test_the_next_in_the_ladder_is_gone_and_the_head_is_asked(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    close_account(world, "U0DEP")
    world.clock_forward(15 * 60 + 2)
    world.settle()
    asked = [who for who, what in said(world) if what == "asked"]
    assert asked[-1] == "U0HEAD"  # the raiser is told to telephone at the same moment, before or after
    world.clock_forward(60)
    world.settle()
    assert len([one for one in world.sandbox.dm("U0ADM") if "<@U0DEP>" in one.words]) == 1


def test_an_administrator_whom_it_is_about_is_not_told(world: World) -> None:
    close_account(world, "U0HEAD")
    raise_one(world, about="staff", subject_staff="U0ADM")
    world.settle()
    assert not world.sandbox.dm("U0ADM")
    assert actions(world)
    world.clock_forward(3600 + 5)
    world.settle()
    assert said(world)[-1] == ("U0FAC", "telephone")


def test_a_raiser_who_has_left_is_not_written_to_for_ever(world: World) -> None:
    raise_one(world, urgency="now")
    world.settle()
    close_account(world, "U0FAC")
    world.clock_forward(15 * 60 + 5)
    world.settle()
    assert ("concern.raiser_unreachable", "user_disabled") in actions(world)
    assert sorted(said(world)[-3:]) == [("U0DEP", "asked"), ("U0DEP", "round"), ("U0LEAD", "round")]
    assert not world.sandbox.dm("U0ADM")
    world.clock_forward(15 * 60 + 5)
    world.settle()
    assert ("U0HEAD", "asked") in said(world)
    assert [one for one in actions(world) if "raiser" in one[0]] == [("concern.raiser_unreachable", "user_disabled")]
