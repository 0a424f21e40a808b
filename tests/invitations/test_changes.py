"""What reaches those who were told before: another time, another link, a cancellation; with the calendar entry that
goes with it, read by a parser of its own."""

import re
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.invitations import calendar
from db.base import new_id
from db.models import Meeting
from tests.families.form import BASE, at_bot, with_pages
from tests.families.form import send as answer
from tests.invitations.conftest import LINK, passcode, schedule
from tests.invitations.sent import FARAH, done, mailing, plain, sent, shown, to, who_got_what
from tests.invitations.test_matrix import complete
from tests.support.clearing import choose_moment, clear, everything
from tests.support.world import World

OTHER = "https://zoom.us/j/98765432109"


def entry(mail: EmailMessage) -> dict[str, str]:
    """The calendar part of a mail as RFC 5545 has it: folded lines joined, the values by their names, the method."""
    (part,) = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    text = part.get_content().replace("\r\n", "\n").replace("\n ", "")
    assert text.startswith("BEGIN:VCALENDAR")
    found: dict[str, str] = {}
    for line in text.splitlines():
        named, _, value = line.partition(":")
        found.setdefault(named.partition(";")[0], value)
    assert part.get_param("method") == found["METHOD"]
    return found


def moment(value: str) -> datetime:
    """A moment in UTC, as it stands in an entry."""
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_another_time_another_link_and_none(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        sent(world)
        first = entry(mailbox.to("robin@example.org")[0])
        assert (first["METHOD"], first["SEQUENCE"], first["STATUS"]) == ("REQUEST", "0", "CONFIRMED")
        assert first["SUMMARY"] == "Online session"
        assert first["ATTENDEE"] == "MAILTO:robin@example.org"
        assert first["ORGANIZER"] == "MAILTO:club@example.org"
        assert moment(first["DTSTART"]).astimezone(ZoneInfo("Europe/London")).hour == 16
        carers = entry(mailbox.to("carer@example.org")[0])
        assert carers["UID"] != first["UID"]
        for mail in mailbox.messages:
            inside = str(entry(mail))
            assert not [one for one in (LINK, passcode(world), "Robin", "Siân", "Baking") if one in inside]
        mailbox.messages.clear()

        farah.command("/meeting", "edit M-1 to 19:00", channel="C0YOUTH")
        farah.submit()  # the year is far ahead, and asked about
        farah.close(all_views=True)
        card = farah.command("/meeting", "show M-1", channel="C0YOUTH").text
        assert "*Next:* 2 people were told another time." in card, "it comes before all else"
        said = sent(world)
        assert "That it is at another time* · 2 people" in said
        assert "told another time" not in farah.command("/meeting", "show M-1", channel="C0YOUTH").text
        for mail in mailbox.messages:
            text = plain(mail)
            assert "from 19:00 to" in text
            assert LINK not in text
            assert entry(mail)["SEQUENCE"] == "1"
            assert moment(entry(mail)["DTSTART"]).hour == 19
        assert {entry(mail)["UID"] for mail in mailbox.messages} == {first["UID"], carers["UID"]}
        assert len(mailbox.messages) == 2, "Kit, who was told nothing, is told nothing"
        mailbox.messages.clear()

        farah.command("/meeting", f"edit M-1 link {OTHER} passcode 8t3kq9wz", channel="C0YOUTH")
        clear(farah, "M-1", "invite")
        said = sent(world)
        assert "The link* · 2 people" in said
        for mail in mailbox.messages:
            assert "The link to our online meeting is new. The old one does not work any more." in plain(mail)
            assert OTHER in plain(mail)
            assert entry(mail)["SEQUENCE"] == "2"
        mailbox.messages.clear()

        farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
        farah.click("Cancel it")
        world.settle()
        assert mailbox.messages == [], "for ten minutes it can be taken back"
        farah.click("Not cancelled after all")
        world.clock_forward(700)
        done(world)
        assert mailbox.messages == [], "it takes place"
        farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
        farah.click("Cancel it")
        world.clock_forward(700)
        done(world)
        assert len(mailbox.messages) == 2
        for mail in mailbox.messages:
            assert str(mail["Subject"]) == "Cancelled: online meeting on Thursday 26 November"
            assert "does not take place. It was to be on Thursday 26 November" in plain(mail)
            last = entry(mail)
            assert (last["METHOD"], last["SEQUENCE"], last["STATUS"]) == ("CANCEL", "3", "CANCELLED")
            assert last["UID"] in (first["UID"], carers["UID"])
        assert "nothing is to be sent now" in shown(world)


@pytest.mark.parametrize("happens", ["new_link", "cancelled"])
def test_what_is_on_its_way_is_followed_by_what_makes_it_right(database_url: str, tmp_path: Path, happens: str) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        slow = mailbox.answer_after = threading.Event()
        shown(world, "M-1 for Robin")
        farah.submit()
        world.sandbox.wait_for(lambda: bool(mailbox.messages), 20)
        if happens == "new_link":
            farah.command("/meeting", f"edit M-1 link {OTHER} passcode 8t3kq9wz", channel="C0YOUTH")
            clear(farah, "M-1", "invite")
        else:
            farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
            farah.click("Cancel it")
        mailbox.answer_after = None
        slow.set()
        world.sandbox.wait_for(lambda: "on its way" not in who_got_what(world), 20)
        done(world)
        if happens == "cancelled":
            assert len(mailbox.messages) == 1, "for ten minutes it can be taken back"
            world.clock_forward(601)
            done(world)
        first, then = mailbox.to("robin@example.org")
        assert (entry(first)["SEQUENCE"], entry(then)["SEQUENCE"]) == ("0", "1")
        assert entry(first)["UID"] == entry(then)["UID"]
        if happens == "new_link":
            assert LINK in plain(first)
            assert OTHER in plain(then)
        else:
            assert entry(then)["METHOD"] == "CANCEL"


@pytest.mark.parametrize(
    ("local", "hour"),
    [
        ("2027-03-27 16:00", 16),
        ("2027-03-28 16:00", 15),
        ("2027-03-30 16:00", 15),
        ("2027-10-30 16:00", 15),
        ("2027-10-31 16:00", 16),
        ("2027-10-31 00:30", 23),
    ],
)
def test_the_hour_is_right_in_the_weeks_of_clock_changes(local: str, hour: int) -> None:
    starts = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/London"))
    meeting = Meeting(starts_at=starts.astimezone(UTC), ends_at=(starts + timedelta(hours=1)).astimezone(UTC))
    raw = calendar.entry("REQUEST", meeting, new_id(), "a@example.org", "b@example.org", "Ours", 0, datetime.now(UTC))
    mail = EmailMessage()
    mail.set_content("x")
    mail.add_alternative(raw.decode(), subtype="calendar", params={"method": "REQUEST"})
    found = entry(mail)
    assert moment(found["DTSTART"]) == starts
    assert moment(found["DTSTART"]).hour == hour
    assert moment(found["DTEND"]) - moment(found["DTSTART"]) == timedelta(hours=1)


def test_the_passcode_apart(database_url: str, tmp_path: Path) -> None:
    own = [{"field": "invitation.passcode", "value": "apart"}]
    with mailing(database_url, tmp_path, policy_overrides=own) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        clear(farah, "M-1", "invite")
        by_hand = farah.command("/invitation", "M-1 for Robin", channel="C0YOUTH").text
        assert "The passcode, in a message of its own" in by_hand
        said = sent(world)
        assert "4 mails, each to one address" in said
        assert "the passcode ten minutes later, in a mail of its own" in said
        assert len(mailbox.messages) == 2
        world.clock_forward(700)
        done(world)
        assert len(mailbox.messages) == 4
        key = passcode(world)
        for mail in mailbox.messages:
            whole = mail.as_string() + plain(mail)
            assert (LINK in whole) is (key not in whole)
        apart = mailbox.to("robin@example.org")[-1]
        assert f"Passcode: {key}" in plain(apart)
        # A new link is mailed by itself, and its own passcode after it.
        farah.command("/meeting", "link new M-1", channel="C0YOUTH")
        farah.submit({"link": OTHER, "passcode": "8t3kq9wz"})
        farah.close(all_views=True)
        clear(farah, "M-1", "invite")
        done(world)
        world.clock_forward(700)
        done(world)
        *_, link, passcode_mail = mailbox.to("robin@example.org")
        assert OTHER in plain(link)
        assert "8t3kq9wz" not in link.as_string() + plain(link)
        assert "Passcode: 8t3kq9wz" in plain(passcode_mail)
        # A link that holds its passcode cannot be parted from it.
        farah.command("/meeting", f"edit M-1 link {LINK}?pwd=abcdef", channel="C0YOUTH")
        clear(farah, "M-1", "invite")
        assert "The link has the passcode in it, and your organisation sends the two apart." in shown(world)
        assert not (farah.view or {})["submit"]


def test_a_link_waits_for_its_day_and_moves_with_the_meeting(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path, policy="working4u", texts={"contract": "Be kind."}) as (world, mailbox):
        schedule(world)
        farah = world.person(FARAH)
        tick_but_day(world)
        said = sent(world)
        assert "by itself on" in said
        assert "Wednesday 25 November 2037 at 09:00" in said
        assert mailbox.messages == []
        farah.command("/meeting", "edit M-1 to 23 November 2037", channel="C0YOUTH")
        farah.submit()  # the year is far ahead, and asked about
        farah.close(all_views=True)
        world.settle()
        assert mailbox.messages == []
        assert "Sunday 22 November 2037 at 09:00" in who_got_what(world)
        # Cancelled by mistake while it falls due, it goes all the same once the meeting is not cancelled after all.
        to(world, timedelta(days=1, hours=7, minutes=5))
        farah.command("/meeting", "cancel M-1", channel="C0YOUTH")
        farah.click("Cancel it")
        world.clock_forward(480)
        done(world)
        assert mailbox.messages == []
        farah.click("Not cancelled after all")
        done(world)
        assert sorted(str(one["To"]) for one in mailbox.messages) == ["carer@example.org", "robin@example.org"]


def clear_but(world: World, gate: str) -> None:
    """Tick all that can be ticked before the link goes but one, for everybody."""
    farah = world.person(FARAH)
    farah.command("/meeting", "tick M-1", channel="C0YOUTH")
    choose_moment(farah, "invite")
    values = {}
    for block, value in everything(farah.view).items():
        if not block.endswith(gate):
            values[block] = [one for one in value if one != gate] if isinstance(value, list) else value
    farah.submit(values)
    farah.close(all_views=True)


def tick_but_day(world: World) -> None:
    """Tick all that can be ticked before the link goes, and give no reason for another day."""
    farah = world.person(FARAH)
    farah.command("/meeting", "tick M-1", channel="C0YOUTH")
    choose_moment(farah, "invite")
    farah.submit({key: value for key, value in everything(farah.view).items() if key != "why.link-day"})
    farah.close(all_views=True)


def test_text_and_page_say_the_same(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        clear(world.person(FARAH), "M-1", "invite")
        sent(world)
        mail = mailbox.to("robin@example.org")[0]
        kinds = [part.get_content_type() for part in mail.walk()]
        assert kinds == ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
        body = mail.get_body(("html",))
        assert body is not None
        page = str(body.get_content())
        assert '<html lang="en">' in page
        assert f'<a href="{LINK}">{LINK}</a>' in page
        assert "<li>Keep what others say in the group private.</li>" in page
        assert not re.search(r"<(script|img|link|iframe)|src=|https?://(?!zoom\.us)", page), "nothing from outside"
        words = re.sub(r"<title>.*?</title>|<[^>]+>", " ", page).split()
        assert words == re.sub(r"(?m)^- ", "", plain(mail)).split()


def test_a_busy_server_is_waited_for_and_nothing_is_lost(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path) as (world, mailbox):
        schedule(world)
        clear(world.person(FARAH), "M-1", "invite")
        mailbox.answers["MAIL"] = "421 4.7.0 Try again later, closing connection"
        sent(world)
        assert mailbox.messages == []
        listed = who_got_what(world)
        assert "the server is busy, the bot keeps trying" in listed
        del mailbox.answers["MAIL"]
        world.clock_forward(60)
        done(world)
        assert len(mailbox.messages) == 2
        assert len({str(one["Message-ID"]) for one in mailbox.messages}) == 2


def test_the_mail_asks_and_the_family_answers(database_url: str, tmp_path: Path) -> None:
    with mailing(database_url, tmp_path, policy="sendiass", **complete("sendiass")) as (world, mailbox):
        schedule(with_pages(world))
        farah = world.person(FARAH)
        said = sent(world)
        assert "Information, and the question for permission* · one person" in said
        assert "The rules, and the question whether they agree* · one person" in said
        carers, robins = mailbox.to("carer@example.org")[0], mailbox.to("robin@example.org")[0]
        assert "Before Siân can take part, we need your permission." in plain(carers)
        pages = [re.findall(rf"{BASE}/family/\w+", plain(mail)) for mail in (carers, robins)]
        assert [len(one) for one in pages] == [1, 1]
        asked, own = (at_bot(world, one[0]) for one in pages)
        assert "Saved. Thank you." in answer(asked, carer_consent="yes").text
        assert "Saved. Thank you." in answer(own, rules_agreed="no", own_consent="yes").text
        clear_but(world, "rules-agreed")
        said = shown(world)
        assert "nothing is to be sent now" in said
        assert "Nothing to Robin.* They, or their parent or carer, said no. Nobody asks them again." in said
        farah.close()
        assert "Saved. Thank you." in answer(own, rules_agreed="yes").text
        assert "The link* · one person" in sent(world)
        assert LINK in plain(mailbox.to("robin@example.org")[-1])
        assert "Saved. Thank you." in answer(asked, carer_consent="no").text
        assert "Siân" not in shown(world).partition("Nothing to")[0], "a no is no reason to ask again"
