"""One process serves a SQLite file: a second one, or a worker beside it, is refused in a sentence."""

import fcntl
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.__main__ as program
from db.crypto import Keyring


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-invented")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "invented")
    monkeypatch.setenv("FACILITATOR_KEYS", Keyring.generate())
    monkeypatch.setattr(program, "_ENDING_SECONDS", 0.1)
    return tmp_path


def test_a_worker_is_refused(folder: Path) -> None:
    ran = CliRunner().invoke(program.cli, ["worker"])
    assert ran.exit_code == 1
    assert "`worker` is for PostgreSQL" in ran.output


def test_a_second_process_is_refused(folder: Path) -> None:
    (folder / "data").mkdir()
    lock = os.open(folder / "data" / "serving.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        ran = CliRunner().invoke(program.cli, ["serve", "--port", "0"])
    finally:
        os.close(lock)
    assert ran.exit_code == 1
    assert "Another process serves the database" in ran.output
