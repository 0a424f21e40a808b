"""A backup that was made while people work comes back on an empty machine, and the whole journey is walked there."""

import re
import threading
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Concern
from db.session import Database
from tests.faults.harness import Stage
from tests.journey.walk import Walk
from tests.support.process import command_line, environment, serving, set_up
from tests.support.zoom import HOST, zoom_account, zoom_settings

_HELD = re.compile(r"(\d+) concerns")


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database in which there is nothing, of the same kind as the test's."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path}/there/data/facilitator.db"
    return str(request.getfixturevalue("postgres_cluster").create_database())


def taken_under_load(stage: Stage, target: Path) -> tuple[set[str], str]:
    """A backup while concerns are raised; those told "saved" before it began, and what it says that it holds."""
    enough, done = threading.Event(), threading.Event()

    def raising() -> None:
        while not done.is_set():
            stage.submit(stage.ready_to_submit())
            if len(stage.told) > 4:
                enough.set()

    raiser = threading.Thread(target=raising)
    raiser.start()
    try:
        assert enough.wait(60)
        before = set(stage.told)
        made = command_line("backup", str(target), folder=stage.folder, settings=stage.settings, timeout=120)
    finally:
        done.set()
        raiser.join()
    assert made.returncode == 0, made.stdout + made.stderr
    assert len(stage.told) > len(before), "nothing was raised while the backup was made"
    return before, made.stdout


@pytest.mark.faults
@pytest.mark.timeout(300)
def test_the_journey_is_walked_after_a_restore(database_url: str, empty_url: str, tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "backup"
    here.mkdir()
    there.mkdir()
    (there / "clock").write_text("0")
    stage = Stage(here, database_url)
    try:
        stage.start()
        before, said = taken_under_load(stage, file)
        stage.all_posted()
        assert stage.process is not None
        stage.process.stop()
        found = _HELD.search(said)
        assert found, said
        assert len(before) <= int(found.group(1)) <= len(stage.told)
        with zoom_account() as zoom:
            settings = environment(stage.sandbox, empty_url, there, **zoom_settings(zoom))
            restored = command_line("restore", str(file), folder=there, settings=settings, timeout=120)
            assert restored.returncode == 0, restored.stdout + restored.stderr
            assert f"{found.group(1)} concerns" in restored.stdout
            set_up(there, settings, provider="zoom", zoom_host=HOST)
            with serving(there, stage.sandbox, settings):
                opened(stage, before)
                Walk(stage.sandbox, there / "clock").whole()
                verified = command_line("audit", "verify", folder=there, settings=settings)
        assert (verified.returncode, "whole" in verified.stdout) == (0, True), verified.stdout
        kept = references(empty_url)
        assert before <= kept
        assert len(kept) == int(found.group(1)) + 1
        assert stage.sandbox.violations == []
    finally:
        stage.close()


def opened(stage: Stage, before: set[str]) -> None:
    """What was saved before the backup can be read from the messages that told of it."""
    lead = stage.sandbox.person("U0LEAD")
    for message in stage.sandbox.messages("G0CONCERN"):
        if any(one in message.words for one in before) and message.thread_ts in (None, message.ts):
            lead.click("concern.acknowledge", message=message)
            assert "worry 0." in lead.seen()
            lead.close(all_views=True)


def references(url: str) -> set[str]:
    """The concerns of a database."""
    database = Database(url)
    try:
        with Session(database.engine) as session:
            return set(session.scalars(select(Concern.reference)))
    finally:
        database.close()
