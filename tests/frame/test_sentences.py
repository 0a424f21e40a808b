"""Whatever is wrong with the settings, the database or the files, the command line says it in a sentence."""

import os
import socket
from pathlib import Path

import pytest

from bot.sandbox import sample
from db.crypto import Keyring
from tests.support.process import command_line

ROOT = Path(__file__).parents[2]
GOOD = {
    "FACILITATOR_KEYS": Keyring.generate(),
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_API_URL": "http://127.0.0.1:9/",
}


def run(folder: Path, *words: str, **settings: str) -> tuple[int, str]:
    """Run the bot's command line in a folder; its exit code and all that it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, "PYTHONPATH": str(ROOT), **GOOD, **settings}
    ran = command_line(*words, folder=folder, settings=environment, timeout=40)
    said = ran.stdout + ran.stderr
    assert "Traceback" not in said
    assert "Error:" not in said
    return ran.returncode, said


def organisation(folder: Path, content: bytes | None = None) -> str:
    import yaml

    path = folder / "organisation.yaml"
    path.write_bytes(content if content is not None else yaml.safe_dump(sample.organisation()).encode())
    return str(path)


@pytest.mark.parametrize("verb", ["migrate", "setup", "audit"])
def test_a_database_that_is_not_there(tmp_path: Path, verb: str) -> None:
    words = {"migrate": ["migrate"], "setup": ["setup", organisation(tmp_path)], "audit": ["audit", "verify"]}[verb]
    code, said = run(tmp_path, *words, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert code == 1
    assert "Is DATABASE_URL right" in said


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "postgresql://u@127.0.0.1:port/x", "DATABASE_URL is not a database address"),
        ("DATABASE_URL", "postgresql+asyncpg://u@127.0.0.1/x", "DATABASE_URL must be a sqlite"),
        ("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL must name a file"),
        ("DATABASE_URL", "sqlite:////proc/none/x.db", "cannot be made"),
        ("SLACK_API_URL", "http://host:port/", "SLACK_API_URL must be"),
        ("SMTP_URL", "smtp://host:port", "SMTP_URL is not an address"),
        ("SMTP_URL", "smtp://", "SMTP_URL must start"),
        ("FACILITATOR_KEYS", "1:short", "FACILITATOR_KEYS: key 1"),
    ],
)
def test_a_wrong_setting(tmp_path: Path, name: str, value: str, says: str) -> None:
    code, said = run(tmp_path, "migrate", **{"MAIL_FROM": "bot@example.org", name: value})
    assert code == 1
    assert says in said


def test_settings_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    code, said = run(tmp_path, "migrate")
    assert (code, ".env cannot be read" in said) == (1, True)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"a: [1", b"- 1", b""])
def test_an_organisation_file_that_is_none(tmp_path: Path, content: bytes) -> None:
    code, said = run(tmp_path, "setup", organisation(tmp_path, content))
    assert code == 1
    assert "Nothing was changed." in said
    assert not (tmp_path / "data" / "contacts.json").exists()


@pytest.mark.parametrize("now", ["999999999999999d", "31d", "31wd"])
def test_a_wait_that_nobody_could_live_to_see(tmp_path: Path, now: str) -> None:
    import yaml

    content = sample.organisation(acknowledge_within={"now": now})
    code, said = run(tmp_path, "setup", organisation(tmp_path, yaml.safe_dump(content).encode()))
    assert code == 1
    assert "too long" in said


def test_other_keys_than_those_that_sealed(tmp_path: Path) -> None:
    assert run(tmp_path, "setup", organisation(tmp_path))[0] == 0
    for words in (["setup", organisation(tmp_path)], ["check"]):
        code, said = run(tmp_path, *words, FACILITATOR_KEYS=Keyring.generate())
        assert code == 1
        assert "FACILITATOR_KEYS lacks the key" in said


def test_contacts_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data" / "contacts.json").mkdir(parents=True)
    code, said = run(tmp_path, "setup", organisation(tmp_path))
    assert code == 1
    assert "contacts.json could not be written" in said


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run(tmp_path, "serve", "--port", str(port))
    assert code == 1
    assert f"127.0.0.1:{port} is taken" in said
    assert "Listening" not in said
