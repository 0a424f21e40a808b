"""The README says what there is: every command as typed, every setting, every package."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import MagicMock

from bot import rooms
from bot.deliveries.registry import Jobs
from bot.settings import Settings
from bot.slack.router import Router

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> Router:
    """All commands, registered without anything behind them."""
    router = Router()
    rooms.register(router, Jobs(), MagicMock())
    return router


def table() -> str:
    """The table of commands as the README holds it."""
    lines = ["| type | it |", "|---|---|"]
    for name, command in sorted(commands().commands.items()):
        lines += [f"| `{example}` | {does} |" for example, does in command.usage() if example != f"/{name} help"]
    return "\n".join(lines)


def test_every_command() -> None:
    found = re.search(r"<!-- commands -->\n(.*?)\n<!-- end of commands -->", README, re.DOTALL)
    assert found is not None
    assert found.group(1) == table()


def test_every_setting() -> None:
    hidden = {"SANDBOX_CLOCK"}
    assert [n for n in map(str.upper, Settings.model_fields) if n not in hidden and f"`{n}`" not in README] == []


def test_every_package() -> None:
    names = re.findall(r"^([A-Za-z][\w-]*)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| ")).lower()
    assert [name for name in names if name.lower() not in rows] == []


def test_the_installation_can_be_pasted(tmp_path: Path) -> None:
    """Every line but those that install packages, as somebody pastes them; then the organisation can be set up."""
    found = re.search(r"<!-- installation -->\n```\n(.*?)\n```", README, re.DOTALL)
    assert found is not None
    lines = found.group(1).splitlines()
    assert "make install" in lines
    pasted = [line for line in lines if not line.startswith(("apt-get ", "make install"))]
    for name in ("bot", "db", "migrations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".env.example", "organisation.example.yaml", "manifest.yml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    script = "\n".join(["set -e", *pasted, "python -m bot setup organisation.yaml"])
    outside = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    ran = subprocess.run(["sh", "-c", script], cwd=tmp_path, env=outside, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "organisation Harbour Youth (an invented organisation) created" in ran.stdout
