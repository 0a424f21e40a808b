"""The line at the end of a run that counts the tests for each database."""

import subprocess
import sys
from pathlib import Path

from tests.support.counts import database_of, summary

ROOT = Path(__file__).parents[2]


def test_the_database_is_told_by_the_fixture_id() -> None:
    # Not parametrised: these very names would be counted.
    assert database_of("tests/a.py::test_saves[sqlite]") == "sqlite"
    assert database_of("tests/a.py::test_saves[postgres-twice]") == "postgres"
    assert database_of("tests/a.py::test_saves[a [bracket]-sqlite]") == "sqlite"
    assert database_of("tests/sqlite.py::test_postgres") == "other"
    assert database_of("tests/a.py::test_saves[mysqlite]") == "other"


def test_failures_are_counted_where_they_happened() -> None:
    line = summary(["a[sqlite]", "b[sqlite]", "b[postgres]"], ["a[postgres]"])
    assert line == "SQLite: 2 passed · PostgreSQL: 1 passed, 1 failed · other: 0 passed"


def test_the_counts_of_all_workers_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "test_small.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('database', ['sqlite', 'postgres'])\n"
        "@pytest.mark.parametrize('number', range(3))\n"
        "def test_small(database, number):\n"
        "    assert database == 'sqlite' or number\n"
    )
    command = [sys.executable, "-m", "pytest", "-n", "2", "-c", str(ROOT / "pyproject.toml")]
    command += ["-p", "tests.support.counts", str(tmp_path)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    assert "SQLite: 3 passed · PostgreSQL: 2 passed, 1 failed · other: 0 passed" in told
