"""Raising concerns at a bot that is killed, and seeing that none that was told "saved" is lost."""

import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.person import Person
from bot.sandbox.workspace import Sandbox
from tests.support.process import BotProcess, environment, set_up
from tests.support.world import make_sandbox

_REFERENCE = re.compile(r"C-\d{4}-\d{5}")
LEASE_SECONDS = 16


@dataclass
class Stage:
    """A sandbox, a database, and a bot process that can be killed."""

    folder: Path
    database_url: str
    sandbox: Sandbox = field(default_factory=make_sandbox)
    told: list[str] = field(default_factory=list)
    process: BotProcess | None = None
    kills: int = 0

    def __post_init__(self) -> None:
        (self.folder / "clock").write_text("0")
        self.fault_file = self.folder / "fault"
        self.sandbox.start()
        self.settings = environment(
            self.sandbox, self.database_url, self.folder, FAULT_FILE=str(self.fault_file), LOG_LEVEL="INFO"
        )
        set_up(self.folder, self.settings)

    def start(self, *flags: str) -> BotProcess:
        """Start (again) and wait until ready."""
        self.process = BotProcess(self.folder, self.settings, program="tests.faults.process", flags=flags)
        self.process.wait_ready(90)
        self.sandbox.bot_url = self.process.url
        return self.process

    def close(self) -> None:
        """End everything."""
        if self.process is not None:
            self.process.stop()
        self.sandbox.stop()

    def clock_forward(self, seconds: float) -> None:
        """Move the bot's clock, so that a dead process's lease is over."""
        clock = self.folder / "clock"
        moved = float(clock.read_text()) + seconds
        fresh = clock.with_suffix(".new")
        fresh.write_text(str(moved))
        fresh.replace(clock)

    def ready_to_submit(self) -> Person:
        """Somebody with a filled form on the screen."""
        person = self.sandbox.person("U0FAC")
        person.views.clear()
        opened = person.command("/concern", "", channel="C0GENERAL")
        if opened.opened is None:
            raise AssertionError(f"no form: {opened.text} {self.process and self.process.log.read_text()[-2000:]}")
        person.click("concern.continue")
        person.choose("about", "child")
        person.fill(facts=f"worry {random.random()}", urgency="today")
        return person

    def submit(self, person: Person) -> str | None:
        """Submit; the reference, if the person was told "saved"."""
        before = len(self.sandbox.sent)
        try:
            person.submit()
        except (OSError, AssertionError):
            return None
        answers = [str(reply.body) for reply in self.sandbox.sent[before:]]
        found = [m.group() for text in answers if "Saved as" in text for m in [_REFERENCE.search(text)] if m]
        self.told += found
        return found[0] if found else None

    def arm(self, point: str) -> None:
        """The process is to kill itself when it next comes to this point."""
        self.fault_file.write_text(point)

    def posted(self) -> set[str]:
        """The references that stand in the leads' channel."""
        words = "\n".join(message.words for message in self.sandbox.messages("G0CONCERN"))
        return set(_REFERENCE.findall(words))

    def all_posted(self, timeout: float = 30) -> float:
        """Wait until everything told "saved" is posted; the seconds it took."""
        begun = time.monotonic()
        self.sandbox.wait_for(lambda: set(self.told) <= self.posted() or None, timeout)
        return time.monotonic() - begun
