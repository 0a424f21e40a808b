"""Runs the tests of one clause after another on packs that ask for something else, for `policy coverage --prove`.

Everything is imported and collected once; each proof is a fork of that process, so that none knows of another. A test
module that reads a pack while it is imported may have its expectations from what it is to show: it proves nothing.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from _pytest import main
from _pytest.config import Config
from _pytest.reports import TestReport

from bot.policy import load_pack
from bot.policy.altered import Kind, alter_gates, write_altered

Job = tuple[str, Kind, Sequence[str]]
"""A clause, the way in which what serves it is altered, and the tests that claim it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Three options, which `policy coverage --prove` uses."""
    group = parser.getgroup("proofs")
    group.addoption("--proofs", type=Path, help="make the proofs that this file asks for, in place of a run")
    group.addoption("--proofs-to", type=Path, help="add a line for each proof to this file")
    group.addoption("--proofs-at-once", type=int, default=2)


def pytest_configure(config: Config) -> None:
    """Takes the place of a run where proofs are asked for."""
    if config.getoption("--proofs"):
        config.option.maxfail = 1
        config.pluginmanager.register(_Prover(config), "prover")


class _Prover:
    """Makes the proofs."""

    def __init__(self, config: Config) -> None:
        self._jobs: list[Job] = json.loads(config.getoption("--proofs").read_text(encoding="utf-8"))
        self._to: Path = config.getoption("--proofs-to")
        self._at_once: int = config.getoption("--proofs-at-once")
        self._failed: list[str] = []
        self._readers: set[Path] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        before = load_pack.cache_info()
        made = yield
        if load_pack.cache_info() != before:
            self._readers.add(collector.path)
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """One fork for each proof."""
        found: dict[str, list[pytest.Item]] = defaultdict(list)
        for item in (one for one in session.items if one.path not in self._readers):
            found[item.nodeid].append(item)
        running: set[int] = set()
        for job in self._jobs:
            if len(running) >= self._at_once:
                running.discard(os.wait()[0])
            items = [item for one in job[2] for item in found[one]]
            child = os.fork()
            if not child:
                self._prove(session, job, items)
            running.add(child)
        while running:
            running.discard(os.wait()[0])
        return True

    def pytest_runtest_logreport(self, report: TestReport) -> None:
        """A test that cannot even begin has noticed as well."""
        if report.failed:
            self._failed.append(report.nodeid)

    def _prove(self, session: pytest.Session, job: Job, items: list[pytest.Item]) -> None:
        clause, kind, _ = job
        code = 1
        try:
            with tempfile.TemporaryDirectory() as directory:
                packs = Path(directory) / "packs"
                write_altered(clause, kind, packs)
                load_pack.cache_clear()
                pytest.MonkeyPatch().setattr("bot.policy.load.PACKS", packs)
                alter_gates(clause, kind)
                session.items = items
                with contextlib.suppress(session.Failed, session.Interrupted):
                    main.pytest_runtestloop(session)
                line = json.dumps([clause, kind, self._failed])
                with self._to.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
                code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
