"""Sending: shown first, asked for once, one mail to one address each, and never to whom it may not go."""

from pathlib import Path

from sqlalchemy import select

from db.models import Registration, Sending, SendingState, Stage
from tests.invitations.conftest import LINK, passcode, schedule
from tests.invitations.sent import FARAH, addressed, done, mailing, plain, sent, shown, who_got_what
from tests.support.clearing import clear, words
from tests.support.world import World


def states(world: World) -> list[tuple[Stage, SendingState]]:
    return world.read(
        lambda session: [(one.stage, one.state) for one in session.scalars(select(Sending).order_by(Sending.asked_at))]
    )


def test_shown_then_sent_each_to_one_address(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        held = shown(world)
        assert "nothing is to be sent now" in held
        assert "Nothing to Kit, Robin, Siân." in held
        assert "JAM-" in held
        assert farah.view is not None
        assert not farah.view["submit"]
        farah.close()
        clear(farah, "M-1", "invite")

        said = shown(world)
        assert "2 mails, each to one address" in said
        assert "Robin → robin@example.org" in said
        assert "Siân → carer@example.org (a carer’s)" in said
        assert "Nothing to Kit." in said
        assert mailbox.messages == [], "nothing goes before the yes"
        farah.submit()
        assert not world.person(FARAH).view, "the card says the rest"
        done(world)

        assert [to for to, _ in addressed(mailbox)] == ["carer@example.org", "robin@example.org"]
        assert states(world) == [(Stage.LINK, SendingState.SENT)] * 2
        for mail in mailbox.messages:
            text = plain(mail)
            assert str(mail["To"]) == mail["X-Envelope-To"]
            assert mail["Cc"] is None
            assert mail["Bcc"] is None
            assert str(mail["From"]) == "Harbour Youth <club@example.org>"
            assert LINK in text
            assert passcode(world) in text
            assert "Baking" not in str(mail), "a title may hold a name"
        robins, carers = mailbox.to("robin@example.org")[0], mailbox.to("carer@example.org")[0]
        assert plain(robins).startswith("Hello Robin,")
        assert plain(carers).startswith("Dear parent or carer of Siân,")
        for name, mail in (
            ("Robin", carers),
            ("Siân", robins),
            ("Kit", robins),
            ("carer@", robins),
            ("robin@", carers),
        ):
            assert name not in plain(mail)
        (card,) = world.sandbox.dm(FARAH)
        assert "The link went to 2 of 3" in card.words, "the card says it, and no message beside it"
        assert not [one for one in ("Robin", "Siân", "@example.org") if one in card.words]
        again = shown(world)
        assert "nothing is to be sent now" in again
        assert "Have what there is for them: Robin, Siân" in again
        assert "Robin: ✅ the link by mail" in who_got_what(world)
        assert "Siân: ✅ the link to a carer by mail" in who_got_what(world)
        assert "The link went to 2 of 3" in farah.command("/meeting", "show M-1", channel="C0YOUTH").text


def test_what_was_shown_is_sent_or_nothing(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        shown(world)

        def other(session: object) -> None:
            rows = session.scalars(select(Registration))  # type: ignore[attr-defined]
            next(one for one in rows if one.participant.name == "Robin").record.email = "other@example.org"

        world.write(other)
        farah.submit()
        assert "Something changed meanwhile. Nothing was sent." in words(farah.view)
        assert "Robin → other@example.org" in words(farah.view)
        world.settle()
        assert mailbox.messages == []
        farah.submit()
        world.settle(20)
        assert [to for to, _ in addressed(mailbox)] == ["carer@example.org", "other@example.org"]


def test_refused_by_the_server_is_shown_and_sent_again(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        clear(world.person(FARAH), "M-1", "invite")
        mailbox.refuse = True
        sent(world)
        assert mailbox.messages == []
        listed = who_got_what(world)
        assert "2 of 2 refused: the server does not know the address" in listed
        told = world.sandbox.dm(FARAH)[-1].words
        assert "2 refused" in told
        assert "Baking" in told, "the message names the meeting, and not its number alone"
        assert "(M-1)" in told
        mailbox.refuse = False
        farah = world.person(FARAH)
        card = farah.command("/meeting", "show M-1", channel="C0YOUTH").text
        assert "; 2 refused by the mail server." in card
        farah.click("Send again", world.sandbox.dm(FARAH)[-1])
        assert "last time the server does not know the address" in words(farah.view)
        farah.submit()
        world.settle(20)
        assert len(mailbox.messages) == 2


def test_what_may_not_go_any_more_does_not_go(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        mailbox.temporary = True
        shown(world)
        farah.submit()
        world.sandbox.wait_for(lambda: "mail_later" in codes(world), 10)
        farah.command("/participant", "remove Robin from M-1", channel="C0YOUTH")
        farah.click("participant.remove")
        farah.command("/meeting", "untick M-1 child-protection", channel="C0YOUTH")
        mailbox.temporary = False
        world.clock_forward(120)
        world.settle(20)
        assert mailbox.messages == []
        listed = who_got_what(world)
        assert "the link taken back: they were taken off the meeting" in listed
        assert "the link taken back: “child protection” was open" in listed


def codes(world: World) -> set[str | None]:
    return world.read(lambda session: {one.code for one in session.scalars(select(Sending))})


def test_given_by_hand_is_noted(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        ask = "How was it given? Say one of `by phone`"
        assert ask in farah.command("/invitation", "sent M-1 by pigeon", channel="C0YOUTH").text
        one = farah.command("/invitation", "sent M-1 by phone for Robin", channel="C0YOUTH").text
        assert "M-1: noted, by phone." in one
        assert "The link: Robin" in one
        assert "Not for" not in one
        everybody = farah.command("/invitation", "sent M-1 by letter", channel="C0YOUTH").text
        assert "The link: Siân" in everybody
        assert "Not for Kit" in everybody
        listed = who_got_what(world)
        assert "Robin: ✅ the link by phone, noted by <@U0FAC>" in listed
        assert mailbox.messages == []
        assert "nothing is to be sent now" in shown(world)


def test_without_a_mail_server_it_says_so(invited: World) -> None:
    said = shown(invited)
    assert "The bot has no mail server" in said
    assert not (invited.person(FARAH).view or {})["submit"]


def test_where_nobody_is_registered_it_says_who_to_add(invited: World) -> None:
    farah = invited.person(FARAH)
    farah.command("/meeting", "new Chess tomorrow 4pm", channel="C0GENERAL")
    farah.command("/invitation", "send M-2", channel="C0GENERAL")
    assert "Nobody is registered on M-2 yet" in words(farah.view)


def test_others_see_and_send_nothing(invited: World) -> None:
    assert "I can't find M-1" in shown(invited, who="U0COW")
    assert "I can't find M-1" in invited.person("U0COW").command("/invitation", "sent M-1", channel="C0YOUTH").text
