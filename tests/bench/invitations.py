"""Three hundred invitations of one meeting, beside a bare loop that hands over the same mails on one connection."""

import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from email.policy import SMTP
from email.utils import parseaddr
from pathlib import Path

from bot.sandbox.mailbox import Mailbox
from tests.bench.figure import Figure
from tests.faults.harness import Stage
from tests.faults.sending import asked, prepared, received
from tests.support.postgres import Cluster
from tests.support.world import ROOT

PEOPLE = 300
PROMISED_SECONDS, PROMISED_MS = 1.0, 1000 / 50
_TICKS = 100


def figures() -> Iterator[Figure]:
    """On each database: the preview, then the mails, then the same mails by the bare loop."""
    cluster = Cluster.start()
    try:
        for database in ("SQLite", "PostgreSQL"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder)
                (path / "data").mkdir()
                url = f"sqlite:///{path}/data/facilitator.db" if database == "SQLite" else cluster.create_database()
                yield from _sent(path, url, database)
    finally:
        cluster.stop()


def _sent(folder: Path, url: str, database: str) -> Iterator[Figure]:
    mailbox = Mailbox()
    mailbox.start()
    stage = Stage(folder, url)
    try:
        prepared(stage, mailbox, meetings=1, each=PEOPLE)
        busy = _busy(stage)
        shown = asked(stage, 1, PEOPLE)
        begun = time.perf_counter()
        stage.sandbox.wait_for(lambda: len(mailbox.messages) >= PEOPLE, 120)
        took, busy = time.perf_counter() - begun, _busy(stage) - busy
        assert len(received(mailbox)) == len(mailbox.messages) == PEOPLE
        bare = _bare(folder, mailbox)
    finally:
        stage.close()
        mailbox.stop()
    yield Figure(f"preview of {PEOPLE}, {database}", shown, "s", PROMISED_SECONDS)
    yield Figure(f"one mail of {PEOPLE}, {database}", took / PEOPLE * 1000, "ms", PROMISED_MS)
    yield Figure("processor of the bot for it, preview and progress in it", busy / PEOPLE * 1000, "ms")
    yield Figure("the same by a bare loop over one connection", bare / PEOPLE * 1000, "ms")


def _busy(stage: Stage) -> float:
    """How much of a processor the bot has had, in seconds."""
    assert stage.process is not None
    figures = Path(f"/proc/{stage.process.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(figures[11]) + int(figures[12])) / _TICKS


def _bare(folder: Path, mailbox: Mailbox) -> float:
    """How long the bare loop takes for the mails that are in the mailbox."""
    mails = []
    for one in mailbox.messages:
        recipient = str(one["X-Envelope-To"])
        del one["X-Envelope-To"], one["X-Encrypted"]
        mails.append((parseaddr(str(one["From"]))[1], recipient, one.as_bytes(policy=SMTP)))
    file = folder / "mails.pickle"
    file.write_bytes(pickle.dumps(mails))
    command = [sys.executable, "-m", "tests.bench._bare_mail", str(file), "127.0.0.1", str(mailbox.port)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    return float(done.stdout)
