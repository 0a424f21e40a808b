"""Three hundred invitations: shown within a second, and none lost by a kill -9; what is made twice has the same id."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.sandbox.mailbox import Mailbox
from db.crypto import Keyring, use_keyring
from db.models import Meeting, Organisation, ParticipantKind, Role
from db.session import Database
from tests.faults.harness import LEASE_SECONDS, Stage
from tests.support.clearing import clear, words
from tests.support.world import KEYS

MEETINGS, EACH = 2, 150
"""On a meeting fit 200."""
PEOPLE = MEETINGS * EACH
LINK = "https://zoom.us/j/1234567890"


def register(stage: Stage, number: int) -> None:
    """Register many people on a meeting; typed, their made-up names would be asked about one by one."""
    use_keyring(Keyring.parse(KEYS))
    database = Database(stage.database_url)

    def work(session: Session) -> None:
        meeting = session.scalars(select(Meeting).where(Meeting.number == number)).one()
        organisation = session.get_one(Organisation, meeting.organisation_id)
        caller = Caller(organisation, "U0FAC", "Farah", frozenset([Role.FACILITATOR]))
        whose = range((number - 1) * EACH, number * EACH)
        entries = [
            ParticipantEntry(name=f"Person {one}", kind=ParticipantKind.ADULT, email=f"p{one}@example.org")
            for one in whose
        ]
        participants.add(session, caller, meeting, entries, datetime.now(UTC))

    asyncio.run(database.write(work, seconds=30))
    database.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Where the mails arrive."""
    opened = Mailbox()
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def stage(database_url: str, tmp_path: Path, mailbox: Mailbox) -> Iterator[Stage]:
    """A bot process at a sandbox and a mailbox, with a meeting on which many are registered and may have the link."""
    opened = Stage(tmp_path, database_url)
    opened.settings |= {"SMTP_URL": mailbox.smtp_url, "MAIL_FROM": "club@example.org"}
    opened.start()
    farah = opened.sandbox.person("U0FAC")
    for number in range(1, MEETINGS + 1):
        farah.command("/meeting", f"new Choir on Thursday at 1{number}:00 for 50 min", channel="C0YOUTH")
        link = f"edit M-{number} link {LINK}{number} passcode 7t3kq9wz"
        farah.command("/meeting", link, channel="C0YOUTH")
        register(stage=opened, number=number)
        clear(farah, f"M-{number}", "invite")
    yield opened
    opened.close()


def asked(stage: Stage, number: int) -> float:
    """Show what would be sent about a meeting, and ask for it; how long the showing took, in seconds."""
    farah, begun = stage.sandbox.person("U0FAC"), time.monotonic()
    farah.command("/invitation", f"send M-{number}", channel="C0YOUTH")
    took = time.monotonic() - begun
    assert f"M-{number}: {EACH} mails are to be sent" in words(farah.view)
    farah.submit()
    farah.close(all_views=True)
    return took


def received(mailbox: Mailbox) -> Counter[str]:
    """How many mails each address has."""
    return Counter(str(mail["X-Envelope-To"]) for mail in mailbox.messages)


@pytest.mark.faults
@pytest.mark.timeout(240)
def test_three_hundred_with_a_kill_in_the_middle(stage: Stage, mailbox: Mailbox) -> None:
    took = max(asked(stage, number) for number in (1, 2))
    stage.sandbox.wait_for(lambda: len(mailbox.messages) >= PEOPLE // 3, 60)
    assert stage.process is not None
    stage.process.kill()
    stage.start()
    stage.clock_forward(LEASE_SECONDS)
    stage.sandbox.wait_for(lambda: len(received(mailbox)) == PEOPLE, 90)
    time.sleep(1)
    ids = {(str(mail["X-Envelope-To"]), str(mail["Message-ID"])) for mail in mailbox.messages}
    assert len(ids) == PEOPLE, "whoever gets a mail twice sees it once"
    twice = sum(received(mailbox).values()) - PEOPLE
    assert twice <= 4, "no more than were in hand"
    assert took < 1
