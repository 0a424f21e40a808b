"""Nothing that is written about a concern is anywhere but in the sealed record and in the modals of the permitted."""

import json
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.concerns.marked import Marked, today
from tests.support.process import command_line, environment, serving, set_up
from tests.support.world import make_sandbox


def walked(folder: Path, database_url: str, count: int) -> None:
    """So many lives of concerns at a bot process of its own, and then the search for what leaked."""
    (folder / "clock").write_text("0")
    with make_sandbox() as sandbox:
        settings = environment(sandbox, database_url, folder, PUBLIC_URL="http://127.0.0.1:9")
        set_up(folder, settings)
        with serving(folder, sandbox, settings) as process:
            walk = Marked(sandbox, today(time.time()))
            walk.everything(count)
            metrics = httpx.get(f"{process.url}/metrics").text
            for token in walk.tokens:
                httpx.get(f"{process.url}/export/{token}")
            log = process.log.read_text()
        assert len(walk.references) == count
        assert len(walk.marks) > 30 * count
        assert len(walk.tokens) >= count
        assert sandbox.violations == []
        audit = command_line("audit", "verify", folder=folder, settings=settings)
        assert audit.returncode == 0
        messages = json.dumps([c.args for c in sandbox.calls if not c.method.startswith("views.")], default=str)
        drawn = json.dumps([c.args for c in sandbox.calls if c.method.startswith("views.")], default=str)
        metadata = json.dumps(
            [
                (c.args["view"] if isinstance(c.args.get("view"), dict) else json.loads(c.args.get("view", "{}"))).get(
                    "private_metadata"
                )
                for c in sandbox.calls
                if c.method.startswith("views.")
            ]
        )
        acknowledged = json.dumps([r.body for r in sandbox.journal.sent if r.kind == "command"], default=str)
        places = {
            "messages": messages,
            "answers to commands": acknowledged,
            "metadata": metadata,
            "log": log,
            "metrics": metrics,
            "audit": audit.stdout,
            "tables": _tables(database_url),
        }
    for file in (folder / "data").glob("*"):
        places[file.name] = file.read_bytes().decode("latin-1")
    leaked = {f"{walk.marks[mark]} in {name}" for name, said in places.items() for mark in walk.marks if mark in said}
    assert leaked == set()
    assert any(mark in drawn for mark in walk.marks)


def _tables(database_url: str) -> str:
    """Every row of every table, as it lies in the database."""
    driver = {"postgresql": "postgresql+psycopg"}.get(make_url(database_url).get_backend_name(), "sqlite")
    engine = create_engine(make_url(database_url).set(drivername=driver))
    with engine.connect() as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        if driver != "sqlite":
            query = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        names = [row[0] for row in connection.execute(text(query))]
        rows = [row for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
        found = str([[bytes(value) if isinstance(value, memoryview) else value for value in row] for row in rows])
    engine.dispose()
    return found


@pytest.mark.timeout(120)
def test_two_lives_leave_no_mark(database_url: str, tmp_path: Path) -> None:
    walked(tmp_path, database_url, 2)


@pytest.mark.faults
@pytest.mark.timeout(1500)
def test_two_hundred_lives_leave_no_mark(tmp_path: Path) -> None:
    """[sqlite]"""
    walked(tmp_path, f"sqlite:///{tmp_path}/data/facilitator.db", 200)
