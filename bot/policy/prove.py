"""Proof that tests depend on what they claim to show: a pack that asks for something else must make them fail.

Every proof is written down as it is made, so that a run that was stopped goes on where it was.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.policy.altered import KINDS, Kind

ROOT = Path(__file__).parents[2]
_LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Proof:
    """What became of the tests of one clause, for each way in which what serves it was altered."""

    clause: str
    failed: Mapping[Kind, tuple[str, ...]]

    @property
    def green(self) -> tuple[Kind, ...]:
        """The ways that no test noticed."""
        return tuple(kind for kind in KINDS if kind in self.failed and not self.failed[kind])

    @property
    def holds(self) -> bool:
        """Whether a test noticed each."""
        return not self.green


def sample(candidates: Iterable[str], count: int, seed: str) -> list[str]:
    """That many of the candidates, drawn by the seed, in order."""
    drawn = sorted(candidates, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return sorted(drawn[:count])


def commit() -> str:
    """The hash of the commit that is checked out. Raises CalledProcessError or FileNotFoundError without git."""
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 fixed words
    return done.stdout.strip()


def read(path: Path) -> dict[str, Proof]:
    """The proofs that a run before wrote down, by clause; none where there is no such file."""
    if not path.exists():
        return {}
    written = json.loads(path.read_text(encoding="utf-8"))
    return {
        clause: Proof(clause, {kind: tuple(failed[kind]) for kind in KINDS if kind in failed})
        for clause, failed in written.items()
    }


def write(path: Path, proofs: Iterable[Proof]) -> None:
    """Write proofs down, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".new")
    scratch.write_text(json.dumps({one.clause: one.failed for one in proofs}, indent=1, sort_keys=True) + "\n")
    scratch.replace(path)


def prove(
    wanted: Mapping[str, Sequence[Kind]],
    tests: Mapping[str, Sequence[str]],
    told: Callable[[Proof], None],
    at_once: int = 2,
) -> list[Proof]:
    """Alter what serves each clause in each of these ways, and run those of `tests` that claim it, the narrowest first
    until one notices; `told` hears of each proof as it is made.

    Raises RuntimeError where tests could not be run at all.
    """
    own = {clause: narrowest_first(clause, tests) for clause in wanted}
    jobs = [(clause, kind, own[clause]) for clause, kinds in wanted.items() for kind in kinds]
    if not jobs:
        return []
    proofs: dict[str, Proof] = {}
    found: dict[str, dict[Kind, tuple[str, ...]]] = {clause: {} for clause in wanted}
    with TemporaryDirectory() as directory:
        asked, made, log = (Path(directory) / name for name in ("asked.json", "made.jsonl", "log"))
        asked.write_text(json.dumps(jobs), encoding="utf-8")
        made.touch()
        files = sorted({test.partition("::")[0] for one in own.values() for test in one})
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        command += ["--proofs", str(asked), "--proofs-to", str(made), "--proofs-at-once", str(at_once), *files]
        with log.open("w") as output:
            run = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)  # noqa: S603 our own tests' files
        for line in _lines(made, run):
            clause, kind, failed = json.loads(line)
            found[clause][kind] = tuple(failed)
            if len(found[clause]) == len(wanted[clause]):
                proofs[clause] = Proof(clause, found[clause])
                told(proofs[clause])
        missing = sorted(wanted.keys() - proofs.keys())
        if missing:
            raise RuntimeError(f"The tests of {', '.join(missing)} could not be run:\n{log.read_text()[-2000:]}")
    return [proofs[clause] for clause in wanted]


def _lines(path: Path, run: subprocess.Popen[bytes]) -> Iterator[str]:
    """The lines of a file as they are written, until whoever writes them is done."""
    with path.open(encoding="utf-8") as file:
        while True:
            over = run.poll() is not None
            yield from (line for line in file if line.endswith("\n"))
            if over:
                return
            time.sleep(_LOOK_SECONDS)


def narrowest_first(clause: str, tests: Mapping[str, Sequence[str]]) -> list[str]:
    """The tests of a clause, those that claim the fewest clauses first: they cost least and are the likeliest to notice
    that this one is altered. Each once, on the database that costs less to begin with."""
    claimed = Counter(_on_sqlite(test) for every in tests.values() for test in set(every))
    return sorted(dict.fromkeys(_on_sqlite(one) for one in tests[clause]), key=lambda one: claimed[one])


def _on_sqlite(test: str) -> str:
    return test.replace("[postgres", "[sqlite")
