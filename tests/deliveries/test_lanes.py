"""Whatever else hangs, a concern is told: it has places, threads and connections that nothing else can take."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.deliveries import lanes
from bot.records import alarm
from bot.sandbox.faults import Hold
from db.base import new_id
from db.models import Concern, Delivery, Meeting, Organisation
from db.owed import owe
from tests.support.raising import raise_one
from tests.support.rows import another
from tests.support.world import World, make_sandbox, make_settings, set_up

pytestmark = pytest.mark.both

WITHIN = 5
"""Seconds in which a concern is told, whatever else is going on."""


_FOR_ALL = ("concern.wind", "concern.reroute", "concern.reroute_finished", "concern.end_view")


def told(world: World) -> bool:
    """Whether the concern stands in the leads' channel and the lead has been written to; it is waited for."""
    sandbox = world.sandbox
    return bool(sandbox.wait_for(lambda: (sandbox.messages("G0CONCERN") and sandbox.dm("U0LEAD")) or None, WITHIN))


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def meetings_owed(session: Session, number: int) -> None:
    """Owe the provider `number` meetings like the one there is."""
    first = session.scalars(select(Meeting)).one()
    for one in range(2, number + 1):
        meeting = another(first, number=one)
        session.add(meeting)
        session.flush()
        now = first.created_at
        owe(session, meeting.organisation_id, "meeting.create", at=now, target="zoom", record_id=meeting.id)


@pytest.fixture
def zoom_world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A running bot whose Zoom never answers."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clock").write_text("0")
    with make_sandbox() as sandbox, silent_server() as zoom:
        more = {"zoom_account_id": "a", "zoom_client_id": "c", "zoom_client_secret": "s"}
        more |= {"zoom_api_url": zoom, "zoom_oauth_url": zoom}
        settings = make_settings(sandbox, database_url, tmp_path / "clock", **more)
        set_up(settings, provider="zoom", zoom_host="sessions@example.org")
        world = World(sandbox, settings, tmp_path / "clock", database_url)
        world.start_bot()
        yield world
        world.stop_bot()


def in_hand(world: World, kind: str) -> int:
    """How many of a kind are being made at this moment."""
    held = select(Delivery.id).where(Delivery.kind == kind, Delivery.lease_until.is_not(None))
    return world.read(lambda session: len(session.scalars(held.where(Delivery.done_at.is_(None))).all()))


def test_a_provider_that_never_answers_holds_up_no_concern(zoom_world: World) -> None:
    world = zoom_world
    world.person("U0FAC").command("/meeting", "new Club on Thursday at 16:00 for 60 min", channel="C0GENERAL")
    world.write(lambda session: meetings_owed(session, 40))
    world.sandbox.wait_for(lambda: in_hand(world, "meeting.create") or None, WITHIN)
    raise_one(world, who="U0COW")
    assert told(world)
    assert 0 < in_hand(world, "meeting.create") <= lanes.PROVIDERS.places


@contextlib.contextmanager
def messages_hanging(world: World) -> Iterator[Hold]:
    """Every place for messages is taken by a call that Slack does not answer, and more of them wait."""

    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        for user in ("U0FAC", "U0COW", "U0MAN", "U0ADM"):
            for _ in range(8):
                owe(session, organisation.id, "home.draw", at=organisation.updated_at, target=user, queue=new_id().hex)

    hold = world.sandbox.faults.hold("views.publish")
    world.write(work)
    hold.wait(lanes.MESSAGES.places)
    yield hold
    assert hold.held == lanes.MESSAGES.places
    hold.release()


def test_messages_that_hang_hold_up_no_concern(world: World) -> None:
    with messages_hanging(world):
        raise_one(world)
        assert told(world)


def test_messages_that_hang_hold_up_no_alarm(world: World) -> None:
    with messages_hanging(world):
        world.person("U0ADM").command("/facilitator", "drill")
        world.write(
            lambda s: alarm.owe_alarm(s, s.scalars(select(Organisation.id)).one(), alarm.ALTERED, Clock().now())
        )
        for words in ("DRILL", "heads of the audit chain"):
            world.sandbox.wait_for(lambda said=words: said in written_to(world, "U0LEAD"), 5)  # type: ignore[misc]
        assert all(said in written_to(world, "U0LEAD") for said in ("DRILL", "heads of the audit chain"))


def written_to(world: World, who: str) -> str:
    return "\n".join(message.words for message in world.sandbox.dm(who))


def test_a_list_that_hangs_is_read_once_and_holds_up_nothing(world: World) -> None:
    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        for _ in range(5):
            owe(session, organisation.id, "staff.sync", at=organisation.updated_at, queue=new_id().hex)

    hold = world.sandbox.faults.hold("users.list")
    world.write(work)
    hold.wait()
    raise_one(world)
    assert told(world)
    assert hold.held == lanes.READING.places
    hold.release()


def test_a_limit_on_other_messages_holds_up_no_concern(world: World) -> None:
    """Slack limits what is written to the lead's Home tab for an hour; the lead is told of a concern all the same."""

    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        owe(session, organisation.id, "home.draw", at=organisation.updated_at, target="U0LEAD")

    world.sandbox.faults.rate_limit("views.publish", seconds=3600, times=1)
    hold = world.sandbox.faults.hold("conversations.members")
    raise_one(world)
    hold.wait()
    world.write(work)
    sandbox = world.sandbox
    sandbox.wait_for(lambda: any(one.method == "views.publish" for one in sandbox.calls) or None, WITHIN)
    hold.release()
    assert told(world)
    drawn = select(Delivery.done_at).where(Delivery.kind == "home.draw")
    assert world.read(lambda s: s.scalars(drawn).one()) is None


def test_every_delivery_of_a_concern_is_in_its_raisers_turn(world: World) -> None:
    for who in ("U0FAC", "U0FAC", "U0COW"):
        raise_one(world, who=who, urgency="now")
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.clock_forward(16 * 60)
    world.settle()

    def work(session: Session) -> list[tuple[str, str]]:
        own = select(Delivery.kind, Delivery.turn).where(Delivery.kind.like("concern.%"))
        kinds = [(kind, turn) for kind, turn in session.execute(own) if kind not in _FOR_ALL]
        assert {"concern.announce", "concern.dm", "concern.note", "concern.escalate"} <= {kind for kind, _ in kinds}
        assert [one.raised_by for one in session.scalars(select(Concern))].count("U0FAC") == 2
        return kinds

    found = world.read(work)
    turns = {turn for _, turn in found}
    assert len(turns) == 2
    assert not any("U0" in turn for turn in turns)
