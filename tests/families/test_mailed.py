"""The mail that asks brings the page on which to answer, to the address that the page is for."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import FamilyPage, Participant, ParticipantKind, Sending
from tests.families.form import BASE, at_bot, fields, get, registration_of, send
from tests.invitations.conftest import LINK, schedule
from tests.invitations.sent import addressed, done, mailing, plain, sent, shown
from tests.support.said import facts
from tests.support.world import World


def page_in(world: World, text: str) -> str:
    """The address of the page in a mail."""
    found = re.findall(rf"{BASE}/family/[0-9a-f]+", text)
    assert len(found) == 1
    return at_bot(world, found[0])


def test_what_is_asked_by_mail_is_answered_on_the_page(database_url: str, tmp_path: Path) -> None:
    texts = {"house_rules": "Be kind to each other.", "privacy_policy": "https://example.org/privacy"}
    with mailing(database_url, tmp_path, policy="sendiass", texts=texts) as (world, mailbox):
        world.stop_bot()
        world.settings = world.settings.model_copy(update={"public_url": BASE})
        world.start_bot()
        schedule(world)
        siân, robin = (registration_of(world, one).participant_id for one in ("Siân", "Robin"))
        # Whoever the mail goes to in the end has a page that is theirs, though a first try was for another address.
        put(world, siân, carers_email="wrong@example.org")
        put(world, robin, email="wrong@example.org")
        mailbox.answers["MAIL"] = "421 4.7.0 Try again later, closing connection"
        sent(world)
        assert mailbox.messages == []
        put(world, siân, carers_email="carer@example.org")
        put(world, robin, email="robin@example.org")
        del mailbox.answers["MAIL"]
        world.clock_forward(60)
        done(world)
        assert [to for to, _ in addressed(mailbox)] == ["carer@example.org", "robin@example.org"]
        (robins,) = (one for one in mailbox.messages if one["X-Envelope-To"] == "robin@example.org")
        own = page_in(world, plain(robins))
        assert "This page is for Robin." in get(own).text
        assert {"own-consent", "rules-agreed"} <= {one.removeprefix("was.") for one in fields(get(own).text)}
        (mail,) = (one for one in mailbox.messages if one["X-Envelope-To"] == "carer@example.org")
        text = plain(mail)
        url = page_in(world, text)
        assert "answer on this page" in text
        assert "Siân" not in url
        assert "parent or carer of Siân" in get(url).text
        assert url.rpartition("/")[2] in str(mail.get_body(("html",)))
        send(url, carer_consent="no")
        assert "said no" in shown(world).lower()
        send(url, carer_consent="yes")
        # The child's own page is opened from the carer's.
        answer = httpx.post(url, data={"own_page": "1"}, timeout=20)
        assert answer.status_code == 303
        child = f"{url.split('/family/')[0]}{answer.headers['location']}"
        assert child != url
        assert "This page is for Siân." in get(child).text
        send(child, rules_agreed="yes")
        assert world.count(FamilyPage) == 5
        assert not [one for one in world.read(lambda s: s.scalars(select(Sending)).all()) if one.page]
        sent(world)
        mails = [one for one in mailbox.messages if one["X-Envelope-To"] == "carer@example.org"]
        assert LINK in plain(mails[-1])
        assert "/family/" not in plain(mails[-1])
        # Each page ends with the right of whoever has it: to speak for the child, to the mail that came.
        for of, pages, change, back in (
            (siân, (url, child), {"age": "17"}, {"age": None}),
            (siân, (url, child), {"kind": ParticipantKind.ADULT}, {"kind": ParticipantKind.CHILD}),
            (siân, (url, child), {"may_consent": False}, {"may_consent": True}),
            (siân, (url, child), {"carers_email": "right@example.org"}, {"carers_email": "Carer@example.org"}),
            (robin, (own,), {"email": "right@example.org"}, {"email": "robin@example.org"}),
        ):
            put(world, of, **change)
            known = len(facts(world))
            for page in pages:
                assert get(page).status_code == 404, (change, page)
                form = {"carer-consent": "yes", "rules-agreed": "no", "own-consent": "yes"}
                assert httpx.post(page, data=form, timeout=20).status_code == 404
                assert httpx.post(page, data={"own_page": "1"}, timeout=20).status_code == 404
            assert len(facts(world)) == known
            put(world, of, **back)
            assert [get(page).status_code for page in pages] == [200] * len(pages), change


def put(world: World, participant: UUID, **changes: Any) -> None:
    """Put right what is on record of somebody, or of their carer."""

    def work(session: Session) -> None:
        person = session.get_one(Participant, participant)
        for name, value in changes.items():
            if name == "may_consent":
                person.links[0].may_consent = value
            elif name == "carers_email":
                person.links[0].carer.email = value
            else:
                setattr(person, name, value)
                person.age_said_at = datetime.now(UTC)

    world.write(work)
