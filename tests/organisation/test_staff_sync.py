"""The hourly reading of the staff list: it never ends, never multiplies, and forgets old requests."""

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from bot.sandbox import sample
from bot.sandbox.journal import ApiCall
from bot.sandbox.model import User
from bot.staff.people import owe_sync, upsert
from db.models import Delivery, InboxEntry, Staff
from tests.support.raising import raise_one
from tests.support.world import World

AN_HOUR = 3600


def calls(world: World) -> int:
    """How often Slack was asked for everybody."""
    return len([call for call in world.sandbox.calls if call.method == "users.list"])


def owed(world: World) -> int:
    """How many readings are still to come."""
    query = select(func.count()).select_from(Delivery).where(Delivery.kind == "staff.sync", Delivery.done_at.is_(None))
    return world.read(lambda session: session.scalar(query) or 0)


@pytest.mark.parametrize("code", ["missing_scope", "internal_error"])
@pytest.mark.parametrize("method", ["users.list", "users.info"])
def test_a_refusal_does_not_end_it(world: World, method: str, code: str) -> None:
    world.settle()
    world.sandbox.faults.error(method, code, times=1)
    before = calls(world)
    world.clock_forward(AN_HOUR + 1)
    world.sandbox.wait_for(lambda: calls(world) > before or None, 10)
    assert owed(world) == 1
    world.clock_forward(AN_HOUR + 1)
    world.sandbox.wait_for(lambda: calls(world) > before + 1 or None, 10)
    world.settle()
    assert owed(world) == 1


def test_setting_up_again_makes_no_second_row(world: World) -> None:
    assert world.bot is not None
    organisation, clock = world.organisation(), world.bot.app.deps.clock
    for _ in range(4):
        world.clock_forward(61)
        now = clock.now()
        world.write(lambda session, at=now: owe_sync(session, organisation.id, at, at))  # type: ignore[misc]
        world.settle()
    # Two where the hour ended between them.
    assert owed(world) <= 2


def test_old_requests_are_forgotten(world: World) -> None:
    raise_one(world)
    assert world.count(InboxEntry) > 0
    world.clock_forward(25 * AN_HOUR)
    world.settle()
    assert world.count(InboxEntry) == 0


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"real_name": "Nia\u200b\u202e  New\n"}, "Nia New"),
        ({"real_name": "\u3164\u200b"}, "nia.new"),
        ({"real_name": "<!channel>"}, "<!channel>"),
    ],
)
def test_a_name_of_slacks_holds_only_what_can_be_seen(world: World, said: dict[str, str], kept: str) -> None:
    organisation, bot = world.organisation(), world.bot
    assert bot is not None
    user = {"id": "U0NEW", "team_id": organisation.team_id, "name": "nia.new", "profile": said}
    now = bot.app.deps.clock.now()
    assert world.write(lambda session: upsert(session, organisation, user, now).name) == kept


def test_two_who_come_upon_one_new_person_together(world: World) -> None:
    """On PostgreSQL the second waits for the first; it must not fail."""
    organisation, now = world.organisation(), world.bot.app.deps.clock.now() if world.bot else None
    assert now is not None
    user = {"id": "U0NEW", "team_id": organisation.team_id, "profile": {"real_name": "Nia New"}}
    inserted = threading.Event()

    def first(session: Session) -> None:
        upsert(session, organisation, user, now)
        inserted.set()
        time.sleep(0.5)

    thread = threading.Thread(target=lambda: world.write(first))
    thread.start()
    inserted.wait(5)
    found = world.write(lambda session: upsert(session, organisation, user, now).slack_id)
    thread.join()
    assert found == "U0NEW"


def grow(world: World, count: int) -> None:
    """Let the workspace have so many more accounts."""
    for number in range(count):
        world.sandbox.state.add_user(User(id=f"U1{number:05}", name=f"Person {number}"))


def read_again(world: World) -> None:
    """An hour later, all of the list was read."""
    world.clock_forward(AN_HOUR + 1)
    world.settle()


def cursors(world: World) -> list[str]:
    """The cursor of each page that was asked for."""
    return [str(call.args.get("cursor") or "") for call in world.sandbox.calls if call.method == "users.list"]


@pytest.mark.both
def test_a_long_list_is_read_in_pages_and_written_in_slices(world: World) -> None:
    """A refusal in the middle goes on at the same page; each unit of work writes a hundred rows at most."""
    assert world.bot is not None
    world.settle()
    grow(world, 2100)
    before = len(cursors(world))
    written: list[int] = []
    rows: dict[Any, int] = {}
    pages = iter(range(100))

    def limited(call: ApiCall) -> None:
        if call.method == "users.list" and next(pages) == 1:
            world.sandbox.faults.rate_limit("users.list", seconds=1, times=1)

    def count(connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if re.match(r"(INSERT INTO|UPDATE) staff\b", statement):
            rows[connection] = rows.get(connection, 0) + cursor.rowcount

    def committed(connection: Any) -> None:
        written.append(rows.pop(connection, 0))

    @contextlib.contextmanager
    def counting() -> Iterator[None]:
        listened = [
            (one, *how) for one in world.db.engines for how in (("after_cursor_execute", count), ("commit", committed))
        ]
        for one in listened:
            event.listen(*one)
        try:
            yield
        finally:
            for one in listened:
                event.remove(*one)

    off = world.sandbox.faults.on_call(limited)
    with counting():
        world.clock_forward(AN_HOUR + 1)
        said = world.person("U0FAC").command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL").text
        world.sandbox.wait_for(lambda: world.count(Staff) > 2100 or None, 30)
        world.settle()
    off()
    assert "Scheduled." in said
    asked = cursors(world)[before:]
    assert len(asked) == 4
    assert asked[1] == asked[2] != ""
    assert len(set(asked)) == 3
    assert sum(written) >= 2100
    assert max(written) <= 2 * 100, "a new row is put in, then filled"
    written.clear()
    world.sandbox.state.users["U100007"].name = "Somebody Else"
    with counting():
        read_again(world)
    # Of two thousand one changed; the people of the organisation file are looked up each hour.
    assert sum(written) <= 1 + len(sample.PEOPLE)
    assert (
        world.read(lambda s: s.scalars(select(Staff).where(Staff.slack_id == "U100007")).one().name) == "Somebody Else"
    )


def test_a_lead_who_left_is_known_though_the_list_is_never_read(world: World) -> None:
    """The people of the organisation file are asked for one by one."""
    world.settle()
    world.sandbox.faults.error("users.list", "internal_error", times=1000)
    world.sandbox.state.users["U0LEAD"].deleted = True
    del world.sandbox.state.users["U0HEAD"]
    world.clock_forward(AN_HOUR + 1)
    gone = select(Staff.slack_id).where(Staff.deactivated.is_(True)).order_by(Staff.slack_id)
    left = ["U0HEAD", "U0LEAD"]
    world.sandbox.wait_for(lambda: world.read(lambda s: list(s.scalars(gone))) == left or None, 20)
    # The list itself stays owed.
    page = select(Delivery.done_at).where(Delivery.kind == "staff.page").order_by(Delivery.created_at.desc()).limit(1)
    assert world.read(lambda s: s.scalars(page).one()) is None


def test_the_people_are_looked_up_at_the_start(world: World) -> None:
    """What changed while the bot was not there was told to nobody."""
    world.settle()
    world.stop_bot()
    world.sandbox.state.users["U0DEP"].deleted = True
    moved = float(world.clock_file.read_text() or 0) + 61
    world.clock_file.write_text(str(moved))
    world.start_bot()
    gone = select(Staff.slack_id).where(Staff.deactivated.is_(True))
    world.sandbox.wait_for(lambda: world.read(lambda s: list(s.scalars(gone))) == ["U0DEP"] or None, 20)
    world.settle()
    assert world.read(lambda s: list(s.scalars(gone))) == ["U0DEP"]


def test_a_forgotten_cursor_begins_anew(world: World) -> None:
    world.settle()
    grow(world, 1500)
    pages = iter(range(100))

    def forgotten(call: ApiCall) -> None:
        if call.method == "users.list" and next(pages) == 1:
            world.sandbox.faults.error("users.list", "invalid_cursor", times=1)

    off = world.sandbox.faults.on_call(forgotten)
    read_again(world)
    off()
    assert world.count(Staff) < 1500
    read_again(world)
    assert world.count(Staff) > 1500
