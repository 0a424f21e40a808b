"""Prints at the end of a run how many tests ran on SQLite, on PostgreSQL, and on neither."""

import re
from collections import Counter

from _pytest.terminal import TerminalReporter

_LABELS = {"sqlite": "SQLite", "postgres": "PostgreSQL", "other": "other"}


def database_of(nodeid: str) -> str:
    """`sqlite`, `postgres` or `other`, by the fixture ids in the brackets of a test's name."""
    parameters = re.search(r"\[(.*)\]$", nodeid)
    words = parameters[1].split("-") if parameters else []
    return next((word for word in words if word in ("sqlite", "postgres")), "other")


def summary(passed: list[str], failed: list[str]) -> str:
    """One line with the counts per database of tests passed and, where there are any, failed."""
    good = Counter(map(database_of, passed))
    bad = Counter(map(database_of, failed))
    parts = []
    for key, label in _LABELS.items():
        failures = f", {bad[key]} failed" if bad[key] else ""
        parts.append(f"{label}: {good[key]} passed{failures}")
    return " · ".join(parts)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Runs once, in the process that reports for all workers."""
    names = {
        outcome: [report.nodeid for report in terminalreporter.getreports(outcome)]
        for outcome in ("passed", "failed", "error")
    }
    terminalreporter.write_line(summary(names["passed"], names["failed"] + names["error"]))
