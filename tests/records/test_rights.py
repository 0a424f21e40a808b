"""Rows that give rights, written by somebody who can write to the database and has no key: they give nothing, and those
who watch over the record are told."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.app import WRONG_KEY
from bot.clock import Clock
from bot.records import heads, verifying
from db import audit
from db.base import new_id
from db.crypto import Keyring, use_keyring
from db.models import Concern, ConcernRecipient, Staff
from tests.concerns.pressing import press
from tests.support.raising import SECRET, raise_one
from tests.support.world import BotThread, World, set_up

pytestmark = pytest.mark.both
STAFF: Any = Staff.__table__
CONCERNS: Any = Concern.__table__
RECIPIENTS: Any = ConcernRecipient.__table__


def the_concern(world: World) -> Concern:
    return world.read(lambda session: session.scalars(select(Concern)).one())


def change_staff(slack_id: str, **values: Any) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        session.execute(update(STAFF).where(STAFF.c.slack_id == slack_id).values(**values))

    return work


def told(world: World, who: str) -> str:
    return "\n".join(message.words for message in world.sandbox.dm(who))


def listed(world: World, who: str) -> str:
    """What somebody sees who asks for the list of concerns."""
    person = world.person(who)
    while person.view:
        person.close()
    answer = person.command("/concern", "list")
    return f"{answer.text} {answer.blocks} {person.view}"


def doubtful(world: World) -> list[str]:
    """What `audit verify` says of rows."""
    found = world.read(lambda session: verifying.look(session, []))
    return [one.words for one in found if "not written with the key" in one.words]


def test_a_role_written_without_the_key_gives_nothing_and_raises_the_alarm(world: World) -> None:
    raise_one(world)
    world.settle()
    assert the_concern(world).reference in listed(world, "U0LEAD")
    world.write(change_staff("U0MAN", roles=["manager", "lead"]))
    assert the_concern(world).reference not in listed(world, "U0MAN")
    assert SECRET not in press(world, "U0MAN", "concern.read", str(the_concern(world).id))
    assert "can't use this here" in world.person("U0MAN").command("/meeting", "list").text
    world.sandbox.wait_for(lambda: all("outside the bot" in told(world, one) for one in ("U0LEAD", "U0ADM")), 15)
    assert not told(world, "U0MAN")
    (row,) = doubtful(world)
    assert "of staff" in row
    set_up(world.settings)
    assert doubtful(world) == []
    assert "can't use this here" not in world.person("U0MAN").command("/meeting", "list").text


def test_a_recipient_written_without_the_key_reads_nothing(world: World) -> None:
    """Neither by a row of their own beside a forged role, nor by one beside a role that was given."""
    raise_one(world)
    concern = the_concern(world)
    seal = world.read(lambda session: session.scalars(select(ConcernRecipient.seal)).first())
    forged = []
    for who in ("U0MAN", "U0HEAD"):
        row = {
            "id": new_id(), "organisation_id": concern.organisation_id, "concern_id": concern.id,
            "slack_id": who, "rank": 0,
        }  # fmt: skip
        world.write(lambda session, row=row: session.execute(RECIPIENTS.insert().values(**row, seal=seal)))  # type: ignore[misc]
        forged.append(str(row["id"]))
    world.write(change_staff("U0MAN", roles=["lead"]))
    for who in ("U0MAN", "U0HEAD"):
        assert concern.reference not in listed(world, who)
        assert SECRET not in press(world, who, "concern.read", str(concern.id))
    rows = [one for one in doubtful(world) if "recipients" in one]
    assert [sum(key in one for one in rows) for key in forged] == [1, 1]


def test_a_recipient_taken_out_is_missed(world: World) -> None:
    """Whoever is taken out is asked by nobody any more: those who watch over the record are told of it."""
    raise_one(world)
    world.settle()
    assert the_concern(world).goes_to == len(world.read(lambda s: s.scalars(select(ConcernRecipient.id)).all()))
    world.write(lambda session: session.execute(delete(RECIPIENTS).where(RECIPIENTS.c.slack_id == "U0LEAD")))
    found = world.read(lambda session: verifying.look(session, []))
    (said,) = [one.words for one in found if "taken out" in one.words]
    assert f"row {the_concern(world).id} of concerns" in said
    world.person("U0DEP").command("/concern", "list")
    world.person("U0DEP").home()
    world.clock_forward(3_700)
    world.sandbox.wait_for(lambda: "outside the bot" in told(world, "U0ADM") or None, 15)
    # Setting the number back too is seen by the row's own seal.
    world.write(lambda session: session.execute(update(CONCERNS).values(goes_to=None)))
    assert any("of concerns" in one for one in doubtful(world))


def test_those_whom_an_earlier_concern_goes_to_are_counted_within_the_hour(world: World) -> None:
    raise_one(world)
    world.settle()

    def earlier(session: Session) -> None:
        row = session.scalars(select(Concern)).one()
        row.goes_to = None
        row.vouch()

    world.write(earlier)
    world.clock_forward(3_700)
    world.sandbox.wait_for(lambda: the_concern(world).goes_to, 15)
    assert the_concern(world).goes_to == 2
    assert doubtful(world) == []


def test_a_keeper_written_without_the_key_is_none(world: World) -> None:
    raise_one(world)
    world.write(lambda session: session.execute(update(CONCERNS).values(lead="U0DEP", acknowledged_by="U0DEP")))
    assert the_concern(world).lead is None
    assert [one for one in doubtful(world) if "of concerns" in one]


def test_what_is_changed_by_the_bot_afterwards_seals_no_forged_row(world: World) -> None:
    world.write(change_staff("U0MAN", guest=False, roles=["lead"]))

    def by_the_bot(session: Session) -> None:
        row = session.scalars(select(Staff).where(Staff.slack_id == "U0MAN")).one()
        row.deactivated = True
        session.flush()
        row.deactivated = False

    world.write(by_the_bot)
    row = world.read(lambda session: session.scalars(select(Staff).where(Staff.slack_id == "U0MAN")).one())
    assert (row.genuine, row.roles) == (False, [])


def test_a_database_older_than_its_last_known_head_is_said_at_the_start(world: World) -> None:
    """Somebody put a copy of yesterday in place: the concerns of today are named, and the bot goes on serving."""
    raise_one(world)
    world.settle()
    reference = the_concern(world).reference
    file = world.settings.heads_file
    world.sandbox.wait_for(lambda: file.exists() and reference in file.read_text(), 15)
    organisation = world.organisation().id
    world.stop_bot()
    seen = heads.Head(Clock().now(), organisation, 900, "0" * 64, ("C-2026-00001",))
    heads.append(file, [seen])
    bot = world.start_bot()
    world.sandbox.wait_for(lambda: all("C-2026-00001" in told(world, one) for one in ("U0LEAD", "U0ADM")), 15)
    assert reference not in told(world, "U0ADM")
    ready = httpx.get(f"{bot.url}/readyz")
    assert ready.status_code == 200
    assert "older" in ready.json()["record"]
    raise_one(world, who="U0COW")
    assert world.count(Concern) == 2
    assert world.read(lambda session: audit.verify(session, organisation)) is None
    wrong = [one.words for one in world.read(lambda s: verifying.look(s, [world.settings.heads_file])) if one.wrong]
    assert any("links are missing" in one for one in wrong)
    assert any("C-2026-00001" in one and reference not in one for one in wrong)
    # It is said once, not at every start.
    before = told(world, "U0LEAD")
    world.stop_bot()
    world.start_bot()
    world.settle()
    assert told(world, "U0LEAD").count("older copy") == before.count("older copy") == 1


def test_a_key_that_does_not_open_the_records_is_said_in_a_sentence(world: World) -> None:
    """The bot is not ready, writes nothing, and whoever is worried still sees whom to telephone."""
    world.stop_bot()
    other = world.settings.model_copy(update={"facilitator_keys": SecretStr(Keyring.generate(7))})
    bot = BotThread(other)
    try:
        world.sandbox.bot_url = bot.url
        world.sandbox.wait_for(lambda: bot.app.problem, 20)
        ready = httpx.get(f"{bot.url}/readyz")
        assert ready.status_code == 503
        assert ready.json()["why"] == WRONG_KEY
        assert "020 7946" in world.person("U0FAC").command("/concern").text
        assert "NOT SAVED" in world.person("U0FAC").command("/incident", "swore; done: spoke").text
    finally:
        bot.stop()
        use_keyring(world.settings.keyring())
    world.start_bot()
