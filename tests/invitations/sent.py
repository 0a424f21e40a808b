"""A world with a mail server, and asking in it for what is to be sent."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.sandbox.mailbox import Mailbox
from db.models import Meeting
from tests.support.clearing import words
from tests.support.world import World, open_world

FARAH = "U0FAC"


@contextlib.contextmanager
def mailing(database_url: str, tmp_path: Path, **changes: Any) -> Iterator[tuple[World, Mailbox]]:
    """A world whose bot hands its mails to a mailbox."""
    mailbox = Mailbox()
    mailbox.start()
    try:
        with open_world(database_url, tmp_path, **changes) as world:
            joined(world, mailbox)
            yield world, mailbox
            assert world.sandbox.violations == []
    finally:
        mailbox.stop()


def joined(world: World, mailbox: Mailbox) -> None:
    """Start the bot anew with a mail server."""
    world.stop_bot()
    secret = type(world.settings.facilitator_keys)(mailbox.smtp_url)
    world.settings = world.settings.model_copy(update={"smtp_url": secret, "mail_from": "club@example.org"})
    world.start_bot()


def shown(world: World, typed: str = "M-1", who: str = FARAH) -> str:
    """What `/invitation send` shows, its form left open."""
    person = world.person(who)
    while person.view:
        person.close()
    answer = person.command("/invitation", f"send {typed}", channel="C0YOUTH")
    return words(person.view) if person.view else answer.text


def sent(world: World, typed: str = "M-1", who: str = FARAH) -> str:
    """Ask for all that `/invitation send` shows, and wait until it is done; what the form said first."""
    person, said = world.person(who), shown(world, typed, who)
    person.submit()
    assert person.view is None
    done(world)
    return said


def done(world: World) -> None:
    """Wait until all that is due is done, and the message that shows it has looked again."""
    world.settle(20)
    world.clock_forward(3)
    world.settle(20)


def who_got_what(world: World, typed: str = "M-1") -> str:
    """What `/invitation sent` says."""
    return world.person(FARAH).command("/invitation", f"sent {typed}", channel="C0YOUTH").text


def addressed(mailbox: Mailbox) -> list[tuple[str, str]]:
    """To which address went what, by its subject's first words, in alphabetical order."""
    return sorted((str(one["X-Envelope-To"]), str(one["Subject"]).split(":")[0]) for one in mailbox.messages)


def plain(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def to(world: World, before: timedelta) -> None:
    """Move the clock to so long before the meeting."""
    starts_at = world.read(lambda session: session.scalars(select(Meeting)).one().starts_at)
    world.clock_forward((starts_at - before).timestamp() - world.now())
    world.settle(20)
