"""A mail of which the server did not say whether it took it, and one that it has while its reader says no."""

import threading
from pathlib import Path
from typing import Any

from bot.sandbox.mailbox import Mailbox
from tests.families.form import asked_in_slack, send, with_pages
from tests.invitations.conftest import schedule
from tests.invitations.sent import FARAH, addressed, done, mailing, sent, shown
from tests.support.clearing import clear


def lossy(mailbox: Mailbox, address: str) -> None:
    """It keeps what comes for an address and hangs up without an answer."""
    keep = mailbox.handle_DATA

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        answer = await keep(server, session, envelope)
        if address in envelope.rcpt_tos:
            server.transport.abort()
        return answer

    mailbox.handle_DATA = handle  # type: ignore[assignment, method-assign]


def test_whoever_may_have_the_link_is_told_that_it_is_cancelled(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        lossy(mailbox, "robin@example.org")
        shown(world)
        farah.submit()
        world.sandbox.wait_for(lambda: len(mailbox.messages) >= 2, 20)
        done(world)
        farah.command("/meeting", "cancel M-1", channel="C0GENERAL")
        farah.click("Cancel it")
        del mailbox.handle_DATA
        for _ in range(6):
            world.clock_forward(601)
            done(world)
        got = [words for to, words in addressed(mailbox) if to == "robin@example.org"]
        assert len([words for words in got if "Cancelled" in words]) == 1


def test_a_no_while_the_link_is_with_the_server_is_told_to_the_host(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(with_pages(world))
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        world.settle()
        url = asked_in_slack(world, "Siân")
        mailbox.answer_after = threading.Event()
        shown(world)
        farah.submit()
        world.sandbox.wait_for(lambda: len(mailbox.to("carer@example.org")) >= 1, 20)
        assert "Saved" in send(url, consent="no").text
        mailbox.answer_after.set()
        mailbox.answer_after = None
        done(world)
        world.clock_forward(200)
        done(world)
        told = [str(one.blocks) for one in world.sandbox.dm(FARAH)]
        assert any("The link has gone out to somebody who may not have it" in text for text in told)


def test_whoever_was_mailed_and_told_by_phone_since_is_mailed_the_cancellation(
    database_url: str, tmp_path: Path
) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        sent(world)
        farah.command("/meeting", "edit M-1 to 19:00", channel="C0YOUTH")
        if farah.view is not None:
            farah.submit()
        while farah.view is not None:
            farah.close(all_views=True)
        farah.command("/invitation", "sent Robin M-1 by phone", channel="C0YOUTH")
        farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
        farah.click("Cancel it")
        world.clock_forward(700)
        done(world)
        assert "Cancelled" in [words for to, words in addressed(mailbox) if to == "robin@example.org"]
