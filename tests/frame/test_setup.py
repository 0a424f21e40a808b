"""What a newcomer and CI rely on: requirements, Makefile, .ci/run, the example of the settings."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings

ROOT = Path(__file__).parents[2]
PINNED = ["requirements.txt", "requirements-dev.txt"]
TARGETS = [
    "help",
    "install",
    "demo",
    "run",
    "test",
    "test-both",
    "check",
    "fix",
    "bench",
    "faults",
    "states",
    "settings",
    "migration",
]


def _pins(file: str) -> dict[str, str]:
    """Name and version of each requirement in a pinned file."""
    lines = (ROOT / file).read_text().splitlines()
    found = (Requirement(line.rstrip(" \\")) for line in lines if line and not line.startswith(" "))
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in found}


def _wanted(file: str) -> set[str]:
    lines = (ROOT / file).read_text().splitlines()
    return {canonicalize_name(Requirement(line).name) for line in lines if line[:1].isalpha()}


@pytest.mark.parametrize("file", PINNED)
def test_every_requirement_has_a_version_and_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-(?!-hash=)|#)", text, re.MULTILINE)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[a-z0-9.-]+==[0-9][^ ]* ", entry), entry.partition("\n")[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.partition("\n")[0]


def test_what_is_wanted_is_declared_and_pinned_alike() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {
        "requirements.txt": project["dependencies"],
        "requirements-dev.txt": project["optional-dependencies"]["dev"],
    }
    for file, dependencies in declared.items():
        pins = _pins(file)
        requirements = [Requirement(each) for each in dependencies]
        assert {canonicalize_name(each.name) for each in requirements} == _wanted(file.replace("txt", "in"))
        for each in requirements:
            assert each.specifier.contains(pins[canonicalize_name(each.name)]), each


def test_a_package_is_pinned_to_one_version_in_both_files() -> None:
    runtime, dev = (_pins(file) for file in PINNED)
    assert {name: dev[name] for name in runtime.keys() & dev} == {name: runtime[name] for name in runtime.keys() & dev}


def _make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as a person would, although these tests may themselves run under make."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=ROOT, env=outside, capture_output=True, text=True, check=False)


def test_make_alone_lists_the_targets() -> None:
    lines = [line.split(maxsplit=2) for line in _make().stdout.splitlines()]
    assert [name for _, name, _ in lines] == TARGETS
    assert all(explanation for _, _, explanation in lines)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_be_planned(target: str) -> None:
    planned = _make("--dry-run", target, "m=a column")
    assert planned.returncode == 0, planned.stderr


def test_ci_runs_what_the_readme_tells_people_to_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    commands = script.read_text().splitlines()
    assert "set -euo pipefail" in commands
    assert commands.index("make check") < commands.index("make test")


def test_programs_that_are_missing_are_named_in_a_sentence(tmp_path: Path) -> None:
    # An empty PATH but for `id`, which says that we are somebody else than root.
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    command = ["/bin/sh", "scripts/system_packages.sh", "chromium"]
    ran = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "Not found: chromium" in ran.stderr
    assert "sudo apt-get install chromium" in ran.stderr


def test_the_example_names_every_setting_that_a_customer_may_set() -> None:
    text = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE))
    internal = {"SANDBOX_CLOCK"}
    assert named == {name.upper() for name in Settings.model_fields} - internal
