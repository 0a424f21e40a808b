"""Proof that tests depend on what they claim to show: a replaced pack part must make them fail."""

import hashlib
import json
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Union, get_args, get_origin

import yaml

from bot.policy.clauses import PACKS, clauses
from bot.policy.load import load_pack_file
from bot.policy.model import Pack

ROOT = Path(__file__).parents[2]
SAID = ("text", "say", "short", "title")
_AT_ONCE = 2
_SECONDS = 300


@dataclass(frozen=True)
class Proof:
    """What became of the tests of one clause once its part of the pack was replaced."""

    clause: str
    failed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether a test noticed."""
        return bool(self.failed)


def sample(candidates: Iterable[str], count: int, seed: str) -> list[str]:
    """That many of the candidates, drawn by the seed, in order."""
    drawn = sorted(candidates, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return sorted(drawn[:count])


def commit() -> str:
    """The hash of the commit that is checked out. Raises CalledProcessError or FileNotFoundError without git."""
    command = ["git", "rev-parse", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 fixed words
    return done.stdout.strip()


def prove(wanted: Sequence[str], tests: Mapping[str, Sequence[str]], told: Callable[[Proof], None]) -> list[Proof]:
    """Replace the parts that cite each clause and run its tests; `told` hears of each proof as it is made.

    Raises RuntimeError where tests could not be run at all.
    """
    proofs = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for proof in pool.map(partial(_proof, tests), wanted):
            told(proof)
            proofs.append(proof)
    return proofs


def _proof(tests: Mapping[str, Sequence[str]], clause: str) -> Proof:
    with TemporaryDirectory() as directory:
        packs, result = Path(directory) / "packs", Path(directory) / "result.json"
        write_replaced(clause, packs)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        command += ["--packs", str(packs), "--clauses-to", str(result), *_on_one_database(tests[clause])]
        done = subprocess.run(  # noqa: S603 the interpreter and the ids of our own tests
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
        if done.returncode not in (0, 1) or not result.exists():
            raise RuntimeError(f"The tests of {clause} could not be run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return Proof(clause, tuple(json.loads(result.read_text(encoding="utf-8"))["failed"].get(clause, ())))


def _on_one_database(tests: Sequence[str]) -> list[str]:
    """Without the repetition of a test on the second database."""
    return [one for one in tests if "[postgres" not in one or one.replace("[postgres", "[sqlite") not in tests]


def write_replaced(clause: str, directory: Path) -> None:
    """Write a copy of the packs in which whatever cites the clause says and asks for something else.

    Raises PackError if the altered pack would not be valid.
    """
    shutil.copytree(PACKS, directory)
    document = clauses()[clause].document
    path = directory / f"{document}.yaml"
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    _replace(data, Pack, clause)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    # A pack that cannot be read would make every test fail, and prove nothing.
    load_pack_file(path, document)


def _replace(data: Any, kind: Any, clause: str) -> None:
    """Replace the parts of `data`, which a model of that kind reads, that cite the clause."""
    if isinstance(data, list):
        for item in data:
            _replace(item, _item_kind(kind), clause)
    elif isinstance(data, dict):
        fields = getattr(kind, "model_fields", {})
        if clause in (data.get("clauses") or ()):
            _replace_part(data, fields)
        for name, inside in data.items():
            if name in fields and name not in ("value", "clauses"):
                _replace(inside, fields[name].annotation, clause)


def _replace_part(part: dict[str, Any], fields: Mapping[str, Any]) -> None:
    for name in SAID:
        if name in part:
            part[name] = f"Replaced: {hashlib.sha256(part[name].encode()).hexdigest()[:12]}"
    part.pop("detail", None)
    part.pop("setting", None)
    if "value" in part:
        part["value"] = another(fields["value"].annotation, part["value"])


def _item_kind(kind: Any) -> Any:
    """The model of a list's items."""
    while get_origin(kind) is not tuple:
        kind = get_args(kind)[0]
    return get_args(kind)[0]


def another(kind: Any, value: Any) -> Any:
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        inside = get_args(kind)[0]
        return [another(inside, value[0])] if len(value) == 1 else value[1:]
    choices = [choice for choice in _choices(kind) if choice != value]
    if choices:
        return choices[0]
    return "2099-12-31" if value is None or value[:2] == "20" else "replaced"


def _choices(kind: Any) -> list[Any]:
    if get_origin(kind) is Literal:
        return list(get_args(kind))
    if get_origin(kind) in (Union, types.UnionType):
        return [choice for one in get_args(kind) for choice in _choices(one)]
    return []
