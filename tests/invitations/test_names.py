"""Names that look like something else, and people who are taken off and added again."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Participant, Sending, SendingState
from tests.invitations.conftest import schedule
from tests.invitations.sent import FARAH, done, mailing, plain, sent, shown
from tests.support.clearing import clear

NAME = "Abe [Smith] https://evil.example/x"


def test_brackets_in_a_name_are_no_blank_and_an_address_in_it_is_no_link(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)

        def rename(session: Session) -> None:
            found = session.scalars(select(Participant)).all()
            next(one for one in found if one.name == "Robin").name = NAME

        world.write(rename)
        clear(world.person(FARAH), "M-1", "invite")
        assert "*2 mails, each to one address*" in sent(world)
        states = world.read(lambda session: list(session.scalars(select(Sending.state))))
        assert states == [SendingState.SENT] * 2
        (mail,) = mailbox.to("robin@example.org")
        assert plain(mail).startswith(f"Hello {NAME},\r\n")
        html = str(mail.get_body(("html",)))
        assert "evil.example" in html
        assert 'href="https://evil' not in html.replace("=3D", "=")
        assert 'href="https://zoom.us' in html.replace("=\n", "").replace("=3D", "=")


def test_whoever_is_added_again_is_sent_it_again(database_url: str, tmp_path: Path) -> None:
    """Their old link and page may have been why they were taken off."""
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        sent(world)
        assert "nothing is to be sent now" in shown(world)
        farah.close(all_views=True)
        world.clock_forward(60)
        farah.command("/participant", "remove Robin from M-1", channel="C0YOUTH")
        farah.click("Remove")
        farah.command("/participant", "add Robin to M-1", channel="C0YOUTH")
        done(world)
        clear(farah, "M-1", "invite")
        assert "*One mail*" in shown(world)
        farah.submit()
        done(world)
        first, second = mailbox.to("robin@example.org")
        assert ("SEQUENCE:0" in str(first), "SEQUENCE:1" in str(second)) == (True, True)
