"""Many mails of one meeting: a slice of them on one connection, each written down before the next is begun."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.deliveries import worker
from bot.invitations import making, steps
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.sandbox.mailbox import Mailbox
from db.models import Meeting, ParticipantKind, Role, Sending, SendingState
from tests.invitations.conftest import schedule
from tests.invitations.sent import done, mailing, shown
from tests.support.clearing import clear
from tests.support.world import World

FARAH, MANY = "U0FAC", 30
MOST_STATEMENTS = 6
"""For one mail: its row, three changes, and its part of what a slice asks."""


@pytest.fixture
def many(database_url: str, tmp_path: Path) -> Iterator[tuple[World, Mailbox]]:
    """M-1, on which thirty adults may have the link, and the mailbox."""
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        caller = Caller(world.organisation(), FARAH, "Farah", frozenset([Role.FACILITATOR]))

        def register(session: Session) -> None:
            entries = [
                ParticipantEntry(name=f"Person {one}", kind=ParticipantKind.ADULT, email=f"p{one}@example.org")
                for one in range(MANY)
            ]
            participants.add(session, caller, session.scalars(select(Meeting)).one(), entries, datetime.now(UTC))

        world.write(register)
        clear(world.person(FARAH), "M-1", "invite")
        world.settle()
        yield world, mailbox


def received(mailbox: Mailbox) -> Counter[str]:
    """How many mails each of the thirty has."""
    every = Counter(str(mail["X-Envelope-To"]) for mail in mailbox.messages)
    return Counter({key: number for key, number in every.items() if key.startswith("p")})


def once_each(mailbox: Mailbox) -> bool:
    """Whether each of the thirty has one."""
    return sorted(received(mailbox).values()) == [1] * MANY


@pytest.mark.both
def test_a_slice_takes_one_connection_and_few_statements(many: tuple[World, Mailbox]) -> None:
    world, mailbox = many
    shown(world)
    counted: list[str] = []
    before = mailbox.connections

    def count(*asked: Any) -> None:
        counted.append(asked[2])

    world.person(FARAH).submit()
    engines = world.db.engines
    for engine in engines:
        event.listen(engine, "before_cursor_execute", count)
    done(world)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", count)
    assert once_each(mailbox)
    assert mailbox.connections - before <= 2, "a slice is of 25"
    of_sending = [one for one in counted if "sendings" in one or one.startswith("UPDATE")]
    assert len(of_sending) <= MOST_STATEMENTS * MANY


def test_what_a_server_says_in_the_middle(many: tuple[World, Mailbox]) -> None:
    """It takes four mails on a connection, and then is too busy for a while; each goes once."""
    world, mailbox = many
    mailbox.most_each = 4
    shown(world)
    world.person(FARAH).submit()
    world.sandbox.wait_for(lambda: len(mailbox.messages) >= 10, 20)
    mailbox.answers["MAIL"] = "421 4.3.2 Service is closing"
    world.sandbox.wait_for(lambda: "busy" in words_of(world), 20)
    assert len(received(mailbox)) < MANY
    mailbox.answers.clear()
    world.clock_forward(120)
    done(world)
    assert once_each(mailbox)


def words_of(world: World) -> str:
    """What stands of the mails that are late."""
    found = select(Sending.code).where(Sending.state == SendingState.WAITING, Sending.code.is_not(None))
    return "busy" if world.read(lambda session: session.scalars(found).first()) == "mail_later" else ""


def test_a_mail_that_hangs_holds_up_none_behind_it(
    many: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, mailbox = many
    monkeypatch.setattr(steps, "_SLOW_SECONDS", 0.1)
    monkeypatch.setattr(worker, "_PLACE_SECONDS", 0.2)
    mailbox.answer_after = threading.Event()
    shown(world)
    world.person(FARAH).submit()
    world.sandbox.wait_for(lambda: len(mailbox.messages) >= 3, 20)
    mailbox.answer_after.set()
    done(world)
    assert once_each(mailbox)


def test_what_is_wrong_with_one_is_not_the_others(many: tuple[World, Mailbox], monkeypatch: pytest.MonkeyPatch) -> None:
    world, mailbox = many
    outcome = making._Making.outcome

    def broken(self: making._Making, row: Sending, pages: bool) -> making.Outcome:
        if self.places[row.registration_id].participant.name == "Person 7":
            raise LookupError("no such word")
        return outcome(self, row, pages)

    monkeypatch.setattr(making._Making, "outcome", broken)
    shown(world)
    world.person(FARAH).submit()
    world.sandbox.wait_for(lambda: len(received(mailbox)) == MANY - 1, 30)
    assert "p7@example.org" not in received(mailbox)
    monkeypatch.setattr(making._Making, "outcome", outcome)
    world.clock_forward(120)
    done(world)
    assert once_each(mailbox)


def test_a_cancellation_in_the_middle_stops_the_rest(many: tuple[World, Mailbox]) -> None:
    world, mailbox = many
    mailbox.answer_after = threading.Event()
    farah = world.person(FARAH)
    shown(world)
    farah.submit()
    world.sandbox.wait_for(lambda: mailbox.messages, 20)
    farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
    farah.click("Cancel it")
    mailbox.answer_after.set()
    world.settle(20)
    assert len(received(mailbox)) < MANY, "what was not begun is looked at anew"
