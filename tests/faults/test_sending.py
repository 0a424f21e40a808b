"""Three hundred invitations of one meeting: none lost by a kill -9; of what was in hand one mail may be made twice, and
has the same id then."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.mailbox import Mailbox
from tests.faults.harness import LEASE_SECONDS, Stage
from tests.faults.sending import asked, prepared, received

PEOPLE = 300


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
    prepared(opened, mailbox, meetings=1, each=PEOPLE)
    yield opened
    opened.close()


@pytest.mark.faults
@pytest.mark.timeout(240)
def test_three_hundred_with_a_kill_in_the_middle(stage: Stage, mailbox: Mailbox) -> None:
    asked(stage, 1, PEOPLE)
    stage.sandbox.wait_for(lambda: len(mailbox.messages) >= PEOPLE // 3, 60)
    assert stage.process is not None
    stage.process.kill()
    stage.start()
    stage.clock_forward(LEASE_SECONDS)
    stage.sandbox.wait_for(lambda: len(received(mailbox)) == PEOPLE, 90)
    time.sleep(1)
    ids = {(str(mail["X-Envelope-To"]), str(mail["Message-ID"])) for mail in mailbox.messages}
    assert len(ids) == PEOPLE, "whoever gets a mail twice sees it once"
    assert sum(received(mailbox).values()) - PEOPLE <= 1, "no more than was being handed over"
