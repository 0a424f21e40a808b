"""Meetings with many people, whose invitations a bot process sends to a mailbox."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.sandbox.mailbox import Mailbox
from db.crypto import Keyring, use_keyring
from db.models import Meeting, Organisation, ParticipantKind, Role
from db.session import Database
from tests.faults.harness import Stage
from tests.support.clearing import clear, words
from tests.support.world import KEYS

LINK = "https://zoom.us/j/1234567890"


def prepared(stage: Stage, mailbox: Mailbox, *, meetings: int, each: int) -> None:
    """Start the bot with a mail server; so many meetings, with so many people each who may have the link."""
    stage.settings |= {"SMTP_URL": mailbox.smtp_url, "MAIL_FROM": "club@example.org"}
    stage.start()
    farah = stage.sandbox.person("U0FAC")
    for number in range(1, meetings + 1):
        farah.command("/meeting", f"new Choir on Thursday at 1{number}:00 for 50 min", channel="C0YOUTH")
        link = f"edit M-{number} link {LINK}{number} passcode 7t3kq9wz"
        farah.command("/meeting", link, channel="C0YOUTH")
        register(stage, number, each)
        # So many ticks at once are not always saved in time while other work is done beside: then one saves again.
        while "mails, each to one address" not in shown(stage, number):
            clear(farah, f"M-{number}", "invite")


def register(stage: Stage, number: int, each: int) -> None:
    """Register many people on a meeting; typed, their made-up names would be asked about one by one."""
    use_keyring(Keyring.parse(KEYS))
    database = Database(stage.database_url)

    def work(session: Session) -> None:
        meeting = session.scalars(select(Meeting).where(Meeting.number == number)).one()
        organisation = session.get_one(Organisation, meeting.organisation_id)
        caller = Caller(organisation, "U0FAC", "Farah", frozenset([Role.FACILITATOR]))
        whose = range((number - 1) * each, number * each)
        entries = [
            ParticipantEntry(name=f"Person {one}", kind=ParticipantKind.ADULT, email=f"p{one}@example.org")
            for one in whose
        ]
        participants.add(session, caller, meeting, entries, datetime.now(UTC))

    asyncio.run(database.write(work, seconds=30))
    database.close()


def shown(stage: Stage, number: int) -> str:
    """What `/invitation send` shows; the form is closed again."""
    farah = stage.sandbox.person("U0FAC")
    farah.command("/invitation", f"send M-{number}", channel="C0YOUTH")
    said = words(farah.view)
    farah.close(all_views=True)
    return said


def asked(stage: Stage, number: int, each: int) -> float:
    """Show what would be sent about a meeting, and ask for it; how long the showing took, in seconds."""
    farah, begun = stage.sandbox.person("U0FAC"), time.monotonic()
    farah.command("/invitation", f"send M-{number}", channel="C0YOUTH")
    took = time.monotonic() - begun
    assert f"{each} mails, each to one address" in words(farah.view)
    farah.submit()
    return took


def received(mailbox: Mailbox) -> Counter[str]:
    """How many mails each address has."""
    return Counter(str(mail["X-Envelope-To"]) for mail in mailbox.messages)
