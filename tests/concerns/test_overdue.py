"""Dates of actions, referrals and reviews: whoever is to act is told once, with the reference only."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.record import working
from bot.concerns.states import Event
from db.models import Concern, EntryKind, Organisation, Role
from tests.concerns.clockwork import move_to, said, the_concern
from tests.support.raising import SECRET, raise_one
from tests.support.world import World

DAY = timedelta(days=1)


def started(world: World) -> datetime:
    """A concern that the lead has acknowledged and triaged; the moment by the bot's clock."""
    raise_one(world, urgency="week")
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[0])
    world.settle()
    work(world, lambda session, caller, concern, now: working.changed(session, concern, now, Event.TRIAGE))
    return now_of(world)


def now_of(world: World) -> datetime:
    assert world.bot is not None
    return world.bot.app.deps.clock.now()


def work(world: World, what: object) -> None:
    """Let the lead do something, as the room's handlers do it."""
    now = now_of(world)

    def unit(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        concern_id = session.scalars(select(Concern.id)).one()
        caller = Caller(organisation, "U0LEAD", "Lena Lead", frozenset({Role.LEAD}))
        concern = working.take(session, caller, concern_id, "concern.worked", now)
        what(session, caller, concern, now)  # type: ignore[operator]

    world.write(unit)
    world.settle()


def add_action(world: World, due: datetime, owner: str = "U0DEP") -> None:
    def add(session: Session, caller: Caller, concern: Concern, now: datetime) -> None:
        entries.add(session, caller, concern, EntryKind.ACTION, {"what": SECRET}, now, owner=owner, due_at=due)
        working.changed(session, concern, now)

    work(world, add)


def of_kind(world: World, kind: str) -> list[str]:
    return sorted(who for who, what in said(world) if what == kind)


def test_an_action_past_its_date_is_told_once_to_its_owner_and_the_lead(world: World) -> None:
    now = started(world)
    add_action(world, now + DAY)
    move_to(world, now + DAY - timedelta(minutes=1))
    assert of_kind(world, "overdue") == []
    world.stop_bot()
    world.start_bot()
    move_to(world, now + DAY + timedelta(minutes=1))
    assert of_kind(world, "overdue") == ["U0DEP", "U0LEAD"]
    move_to(world, now + 3 * DAY)
    assert of_kind(world, "overdue") == ["U0DEP", "U0LEAD"]
    assert SECRET not in "".join(str(c.args) for c in world.sandbox.calls if c.method == "chat.postMessage")


def test_what_is_done_or_moved_is_not_overdue(world: World) -> None:
    now = started(world)
    add_action(world, now + DAY)
    add_action(world, now + DAY, owner="U0LEAD")

    def move_and_do(session: Session, caller: Caller, concern: Concern, at: datetime) -> None:
        first, second = entries.current(session, concern, EntryKind.ACTION)
        later = now + 3 * DAY
        entries.revise(session, caller, concern, first, first.fields, at, version=1, owner=first.owner, due_at=later)
        entries.revise(session, caller, concern, second, second.fields, at, version=1, due_at=second.due_at, done_at=at)
        working.changed(session, concern, at)

    work(world, move_and_do)
    move_to(world, now + 2 * DAY)
    assert of_kind(world, "overdue") == []
    move_to(world, now + 3 * DAY + timedelta(minutes=1))
    assert of_kind(world, "overdue") == ["U0DEP", "U0LEAD"]


def test_an_owner_who_may_not_know_is_not_told(world: World) -> None:
    now = started(world)
    add_action(world, now + DAY, owner="U0FAC")
    move_to(world, now + DAY + timedelta(minutes=1))
    assert of_kind(world, "overdue") == ["U0LEAD"]


def test_the_review_date_reminds_the_lead_while_it_is_open(world: World) -> None:
    now = started(world)

    def watch(session: Session, caller: Caller, concern: Concern, at: datetime) -> None:
        concern.review_at = now + 10 * DAY
        working.changed(session, concern, at, Event.MONITOR)

    work(world, watch)
    root = world.sandbox.messages("G0CONCERN")[0]
    assert "watching" in root.words
    assert "to be looked at again by" in root.words
    move_to(world, now + 10 * DAY + timedelta(minutes=1))
    assert of_kind(world, "review") == ["U0LEAD"]
    assert of_kind(world, "untouched") == []


def test_a_closed_concern_has_no_clock(world: World) -> None:
    now = started(world)
    add_action(world, now + DAY)
    work(world, lambda session, caller, concern, at: working.changed(session, concern, at, Event.CLOSE))
    before = said(world)
    move_to(world, now + 30 * DAY)
    assert said(world) == before
    assert "closed" in world.sandbox.messages("G0CONCERN")[0].words
    assert the_concern(world).lead == "U0LEAD"


def test_the_thread_names_who_acted_and_the_state(world: World) -> None:
    started(world)
    root = world.sandbox.messages("G0CONCERN")[0]
    lines = [one.words for one in world.sandbox.thread(root.channel, root.ts)[1:]]
    assert len(lines) == 2
    assert "being looked into by" in lines[1]
    work(world, lambda session, caller, concern, at: working.changed(session, concern, at))
    lines = [one.words for one in world.sandbox.thread(root.channel, root.ts)[1:]]
    assert "worked on by" in lines[2]
