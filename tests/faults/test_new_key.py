"""A new key comes in while everybody works, and the old one goes: everything can still be read."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.records import sealing
from db import resealing
from db.crypto import Keyring, keyring, use_keyring
from db.models import Concern, Participant
from db.sealed import Guarded, sealed_of
from db.session import Database
from tests.faults.harness import Stage
from tests.support.process import command_line
from tests.support.world import KEYS

NEW = Keyring.generate(2)
A_SECOND = 20
MEETINGS = 2
BEFORE = 6
"""Lists of forty people that stand there already, so that sealing anew takes a number of slices."""


def a_name(of: str) -> str:
    """A name of letters alone that is near to no other."""
    letters = sha256(of.encode()).hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
    return f"{letters[:8].title()} {letters[8:16].title()}"


OLD = [[a_name(f"{number} {one}") for one in range(40)] for number in range(BEFORE)]


class Load:
    """Commands of four people, `A_SECOND` of them a second in all, until it is ended."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.done, self.answers, self.failed = stage, threading.Event(), list[str](), list[str]()
        self.numbers, self.added, self.begun = itertools.count(1), list[str](), time.monotonic()
        turns = {"U0FAC": self._add, "U0COW": self._look, "U0LEAD": self._list, "U0MAN": self._report}
        self._threads = [threading.Thread(target=self._go, args=(who, turn)) for who, turn in turns.items()]

    def __enter__(self) -> "Load":
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        for one in self._threads:
            one.join()
        self.seconds = time.monotonic() - self.begun

    def _go(self, who: str, turn: Callable[[str], str]) -> None:
        due = time.monotonic()
        while not self.done.is_set():
            try:
                said = turn(who)
            except Exception as problem:
                self.failed.append(f"{who}: {problem!r}")
                return
            (self.failed if "NOT SAVED" in said or "E-" in said else self.answers).append(said)
            due += 4 / A_SECOND
            self.done.wait(max(0.0, due - time.monotonic()))

    def _typed(self, who: str, command: str, text: str) -> str:
        return self.stage.sandbox.person(who).command(command, text, channel="C0GENERAL").text

    def _add(self, who: str) -> str:
        name = a_name(f"new {next(self.numbers)}")
        said = self._typed(who, "/participant", f"add {name} to M-{MEETINGS + 1}")
        if name in said:
            self.added.append(name)
        return said

    def _look(self, who: str) -> str:
        return self._typed(who, "/meeting", "list")

    def _list(self, who: str) -> str:
        return self._typed(who, "/concern", "list")

    def _report(self, who: str) -> str:
        return self._typed(who, "/report", "this week")


@pytest.fixture
def stage(database_url: str, tmp_path: Path) -> Iterator[Stage]:
    """A bot with records under the old key, started again with a new one in front."""
    stage = Stage(tmp_path, database_url)
    stage.start()
    try:
        host = stage.sandbox.person("U0FAC")
        for number in range(1, MEETINGS + 2):
            host.command("/meeting", f"new Cooking club tomorrow at {9 + number}:00", channel="C0GENERAL")
        for number, names in enumerate(OLD):
            text = f"add {', '.join(names)} to M-{number % MEETINGS + 1}"
            assert names[-1] in host.command("/participant", text, channel="C0GENERAL").text
        for _ in range(3):
            assert stage.submit(stage.ready_to_submit()) is not None
        stage.all_posted()
        assert stage.process is not None
        stage.process.stop()
        stage.settings["FACILITATOR_KEYS"] = f"{NEW},{KEYS}"
        stage.start()
        yield stage
    finally:
        stage.close()
        use_keyring(Keyring.parse(KEYS))


def command(stage: Stage, *arguments: str) -> str:
    done = command_line(*arguments, folder=stage.folder, settings=stage.settings, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def opened(session: Session) -> tuple[int, set[str], int]:
    """How many sealed values there are, each opened; the participants' names; how many concerns."""
    values = 0
    for model in resealing.models():
        for row in session.scalars(select(model)):
            assert not isinstance(row, Guarded) or row.genuine, model
            for one in sealed_of(model):
                stored = getattr(row, one.attribute)
                if stored is not None:
                    one.open(row, stored)
                    values += 1
    names = {one.name for one in session.scalars(select(Participant))}
    return values, names, len(session.scalars(select(Concern)).all())


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_nothing_is_unreadable_and_the_old_key_is_dropped(stage: Stage) -> None:
    with Load(stage) as load:
        time.sleep(1)
        assert "Everything is sealed under key 2" in command(stage, "keys", "rotate")
        raised = stage.submit(stage.ready_to_submit())
        assert "Nothing needs key 1" in command(stage, "keys", "drop", "1")
    assert load.failed == []
    assert len(load.answers) >= 0.7 * A_SECOND * load.seconds, "the load was lighter than it says"
    assert raised is not None
    assert stage.process is not None
    stage.process.stop()
    stage.settings["FACILITATOR_KEYS"] = NEW
    stage.start()
    stage.all_posted()
    assert "whole" in command(stage, "audit", "verify")
    use_keyring(Keyring.parse(NEW))
    assert [one for one, _ in keyring().keys] == [2]
    database = Database(stage.database_url)
    try:
        with Session(database.engine) as session:
            values, names, concerns = opened(session)
            assert sealing.needing(session, 1) == {}
    finally:
        database.close()
    assert values > len(names)
    assert len(load.added) > 5
    assert {*load.added, *itertools.chain(*OLD)} <= names
    assert concerns == 4
    lead = stage.sandbox.person("U0LEAD")
    for message in stage.sandbox.messages("G0CONCERN"):
        if message.thread_ts in (None, message.ts):
            lead.click("concern.acknowledge", message=message)
            assert "worry 0." in lead.seen()
            lead.close(all_views=True)
