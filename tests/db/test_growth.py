"""Years of records cost the same, held without a clock: with four times the records no command runs more statements,
fetches more rows or decrypts more than the page that it shows; and what grows is searched by index."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from tests.bench.growth import commands
from tests.support.fetched import counting_rows
from tests.support.opened import counting_opened
from tests.support.statements import counted
from tests.support.world import World, migrated, open_world
from tests.support.years import Years, bulk_engine

pytestmark = pytest.mark.both

MEETINGS = 5
FEW, MANY = 30, 120
"""Weeks: what a form offers goes back for half a year, and that is there in both."""
A_PAGE = 25
"""How much more may be read where there is more: the rest of a page that was not full."""
GROWING = [
    "meetings",
    "meeting_staff",
    "registrations",
    "participants",
    "attendance_marks",
    "incidents",
    "incident_texts",
    "concerns",
    "concern_recipients",
    "concern_texts",
    "concern_entries",
    "audit_events",
    "deliveries",
    "checklists",
    "facts",
]


def _fill(world: World, weeks: int) -> None:
    engine = bulk_engine(world.db)
    with Session(engine, expire_on_commit=False) as session:
        years = Years(weeks, MEETINGS, people=4, incidents=2, concerns=3)
        years.fill(session, datetime.fromtimestamp(world.now(), UTC))
        if not world.db.sqlite:
            session.execute(text("ANALYZE"))
            session.commit()
    engine.dispose()
    world.stop_bot()
    # Whoever makes deliveries would be counted, too.
    world.start_bot(work=False)


@pytest.fixture
def second(world: World, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A world of its own beside the first, on the same kind of database."""
    place = tmp_path / "second"
    (place / "data").mkdir(parents=True)
    if world.db.sqlite:
        path = place / "data" / "facilitator.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        url = cluster.create_database(template=cluster.template("facilitator", migrated))
    with open_world(url, place) as opened:
        yield opened


def _costs(world: World, weeks: int) -> dict[str, tuple[int, ...]]:
    """Statements, rows and values opened of each command: the least of three times, for what the bot does of itself
    now and then is not the command's."""
    found = {}
    for what, work in commands(weeks, MEETINGS).items():
        work(world)
        times = []
        for _ in range(3):
            with counted(world) as statements, counting_rows() as rows, counting_opened() as values:
                work(world)
            times.append((len(statements), sum(rows), values.total()))
        found[what] = tuple(map(min, *times))
    return found


@pytest.mark.timeout(180)
def test_four_times_the_records_cost_no_more_than_the_page(world: World, second: World) -> None:
    _fill(world, FEW)
    _fill(second, MANY)
    few, many = _costs(world, FEW), _costs(second, MANY)
    more = {what: (few[what], many[what]) for what in few if _grew(few[what], many[what])}
    assert more == {}


def _grew(few: tuple[int, ...], many: tuple[int, ...]) -> bool:
    return many[0] > few[0] or many[1] > few[1] + A_PAGE or many[2] > few[2] + 4 * A_PAGE


@contextmanager
def _explained(world: World) -> Iterator[list[tuple[str, str]]]:
    """The statements that run meanwhile, each with the database's plan for it."""
    found: list[tuple[str, str]] = []
    prefix = "EXPLAIN QUERY PLAN" if world.db.sqlite else "EXPLAIN"

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if re.match(r"(SELECT|UPDATE|DELETE)\b", statement):
            raw = connection.connection.dbapi_connection.cursor()
            if not world.db.sqlite:
                raw.execute("SET LOCAL enable_seqscan = off")
            raw.execute(f"{prefix} {statement}", parameters)
            found.append((statement, "\n".join(str(row[-1]) for row in raw.fetchall())))
            if not world.db.sqlite:
                raw.execute("SET LOCAL enable_seqscan = on")
            raw.close()

    engines = {world.db.engine, world.db._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_what_grows_is_searched_by_index(world: World) -> None:
    """On PostgreSQL with the other way made dear, for with so little a scan is quicker: it shows that there is one."""
    _fill(world, FEW)
    scans = set()
    for what, work in commands(FEW, MEETINGS).items():
        with _explained(world) as plans:
            work(world)
        assert plans, what
        for statement, plan in plans:
            if statement.startswith("SELECT concerns.reference"):
                continue  # what the audit chain's head is written down with, off everybody's way
            for table in GROWING:
                if re.search(rf"^SCAN {table}(?! USING (COVERING )?INDEX)|Seq Scan on {table}\b", plan, re.MULTILINE):
                    scans.add((what, table, statement))
    assert scans == set()
