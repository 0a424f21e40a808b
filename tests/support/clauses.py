"""Gathers which clauses the tests of a run have shown, for `python -m bot policy coverage`.

A test that shows a clause carries `@pytest.mark.clause("W4U-144")`. Whether it does so through the bot's own door is
seen, not said: it does when a signed request went out while it ran. A whole run writes what passed to
build/coverage.json; a run of a part writes it only where `--clauses-to` says.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.policy import clauses

ROOT = Path(__file__).parents[2]
WRITTEN_TO = ROOT / "build" / "coverage.json"
_KEY, _COMMANDED = "clause", "commanded"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where a run of a part writes."""
    group = parser.getgroup("clauses")
    group.addoption("--clauses-to", type=Path, help="write the clauses that were shown to this file")


def pytest_configure(config: pytest.Config) -> None:
    """One process gathers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Gathered(config), "clauses gathered")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A report brings an item's properties, not its marks, from a worker."""
    for item in items:
        for mark in item.iter_markers("clause"):
            item.user_properties += [(_KEY, clause) for clause in mark.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Notes of a test whether it sent a signed request."""
    if item.get_closest_marker("clause") is None:
        return (yield)
    signed: list[None] = []
    signature = SignatureVerifier.generate_signature

    def noted(*arguments: Any, **named: Any) -> str | None:
        signed.append(None)
        return signature(*arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SignatureVerifier, "generate_signature", noted)
        try:
            return (yield)
        finally:
            if signed:
                item.user_properties.append((_COMMANDED, ""))


class _Gathered:
    """What the reports of a run say of clauses."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        heaps = ("passed", "failed", _COMMANDED)
        self._tests: dict[str, dict[str, list[str]]] = {heap: defaultdict(list) for heap in heaps}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.outcome in self._tests:
            commanded = report.outcome == "passed" and any(key == _COMMANDED for key, _ in report.user_properties)
            for heap in [report.outcome, *([_COMMANDED] if commanded else [])]:
                for key, clause in report.user_properties:
                    if key == _KEY:
                        self._tests[heap][str(clause)].append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        path = self._config.getoption("--clauses-to") or (WRITTEN_TO if self._whole_run else None)
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(self._tests, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        if self._wrong():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @property
    def _whole_run(self) -> bool:
        source = self._config.args_source
        return source is pytest.Config.ArgsSource.TESTPATHS and not self._config.getoption("keyword")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for sentence in self._wrong():
            terminalreporter.write_line(sentence, red=True)

    def _wrong(self) -> list[str]:
        """A sentence for each mark that names no clause that can be served."""
        known = clauses()
        marked = {clause: tests for outcome in self._tests.values() for clause, tests in outcome.items()}
        unknown = {clause: "is not the id of any clause" for clause in marked if clause not in known}
        out = {clause: "is out of scope" for clause in marked if clause in known and known[clause].serve == "out"}
        return [f"{marked[clause][0]}: {clause} {why}" for clause, why in sorted({**unknown, **out}.items())]
