"""Nothing that is written about a concern is anywhere but in the sealed record and in the modals of the permitted."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text

from tests.concerns.marked import MARK, Marked, today
from tests.support.process import command_line, environment, serving, set_up
from tests.support.world import make_sandbox

OUTSIDERS = ("U0COW", "U0MAN", "U0ADM")
"""Whom no concern of the walk reaches; every fourth is about the first of them."""


@dataclass(frozen=True)
class Walked:
    """What can be looked through after so many lives of concerns: texts by the place where they were found."""

    marks: dict[str, str]
    references: list[str]
    places: dict[str, str]
    drawn: str

    def leaks(self) -> set[str]:
        """Each field whose mark stands where nothing may stand, and where."""
        fields = {mark.casefold(): field for mark, field in self.marks.items()}
        return {
            f"{fields.get(mark.casefold(), 'part of a mark')} in {place}"
            for place, said in self.places.items()
            for mark in MARK.findall(said)
        }


def walked(folder: Path, database_url: str, count: int) -> Walked:
    """So many lives of concerns at a bot process of its own."""
    (folder / "clock").write_text("0")
    with make_sandbox() as sandbox:
        settings = environment(sandbox, database_url, folder, PUBLIC_URL="http://127.0.0.1:9")
        set_up(folder, settings)
        with serving(folder, sandbox, settings) as process:
            walk = Marked(sandbox, today(time.time()), process.url, folder / "clock")
            walk.everything(count)
            assert len(walk.copies) == count
            places = {"metrics": httpx.get(f"{process.url}/metrics").text, "pages": "".join(walk.pages)}
            for who in OUTSIDERS:
                person = walk.person(who)
                person.command("/concern", "list")
                person.home(2)
                places[f"the eyes of {who}"] = person.seen()
            places["log"] = process.log.read_text()
        assert sandbox.violations == []
        audit = command_line("audit", "verify", folder=folder, settings=settings)
        assert audit.returncode == 0
        calls = [call.args for call in sandbox.calls if not call.method.startswith("views.")]
        views = [call.args for call in sandbox.calls if call.method.startswith("views.")]
        answers = [reply.body for reply in sandbox.journal.sent]
        places |= {
            "messages": json.dumps(calls, default=str),
            "metadata": json.dumps([_metadata(one) for one in [*views, *answers]]),
            "answers to commands": json.dumps([one.body for one in sandbox.journal.sent if one.kind == "command"]),
            "audit": audit.stdout,
            "tables": _tables(database_url),
        }
    for file in (folder / "data").glob("*"):
        places[file.name] = file.read_bytes().decode("latin-1")
    return Walked(walk.marks, walk.references, places, json.dumps([views, answers], default=str))


def _metadata(carrier: Any) -> str:
    """What the view that a call or an answer carries keeps for itself: its metadata and the values of its buttons."""
    view = carrier.get("view") if isinstance(carrier, dict) else None
    if isinstance(view, str):
        view = json.loads(view)
    if not view:
        return ""
    return f"{view.get('private_metadata')} {view.get('external_id')} {list(_values(view['blocks']))}"


def _values(part: Any) -> Iterator[str]:
    """The value of every button."""
    if isinstance(part, list):
        for one in part:
            yield from _values(one)
    elif isinstance(part, dict):
        if part.get("type") == "button":
            yield str(part.get("value"))
        for one in part.values():
            yield from _values(one)


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
    found = walked(tmp_path, database_url, 2)
    assert len(found.references) == 2
    assert len(found.marks) > 60
    # The same look finds the marks where they may stand: in the views of those who may know.
    assert "facts in views" in replace(found, places={"views": found.drawn}).leaks()
    assert found.leaks() == set()


@pytest.mark.faults
@pytest.mark.timeout(1500)
def test_two_hundred_lives_leave_no_mark(tmp_path: Path) -> None:
    """[sqlite]"""
    found = walked(tmp_path, f"sqlite:///{tmp_path}/data/facilitator.db", 200)
    assert len(set(found.references)) == 200
    assert len(found.marks) > 6000
    assert found.leaks() == set()
