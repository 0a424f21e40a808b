"""The import contracts of pyproject.toml, tried on small trees: one that keeps them, one that breaks each."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LAYERS = next(one["layers"] for one in CONTRACTS if one["name"] == "Imports run downwards")
HOUSE = [name for layer in LAYERS for name in layer.split(" | ")]
PACKAGES = ["db", "migrations", "bot/concerns/record", *(f"bot/{name}" for name in HOUSE)]

KEEPING = {
    "bot/app.py": "import bot.rooms\nimport slack_bolt",
    "bot/rooms.py": "import bot.meetings.commands",
    "bot/__main__.py": "import bot.app, bot.demo",
    "bot/demo.py": "import bot.sandbox.workspace",
    "bot/gates/gating.py": "import db",
    "bot/meetings/commands.py": "from bot.meetings import forms, service, views\nimport bot.slack",
    "bot/meetings/forms.py": "import bot.slack.text",
    "bot/meetings/service.py": "import db, bot.gates.gating, bot.meetings.forms, bot.policy",
    "bot/meetings/views.py": "import bot.slack.blocks",
    "bot/concerns/commands.py": "import bot.concerns.service, bot.concerns.views",
    "bot/concerns/service.py": "import db",
    "bot/concerns/views.py": "import bot.slack.blocks",
    "bot/slack/blocks.py": "import slack_sdk",
    "bot/slack/text.py": "import re",
    "bot/sandbox/workspace.py": "import slack_sdk",
}

BREAKING = {
    "The database layer knows nothing of the bot": {"db/session.py": "import bot.policy"},
    "Imports run downwards": {"bot/gates/gating.py": "import bot.meetings.service"},
    "Nothing imports in a circle": {"bot/meetings/forms.py": "import bot.slack.text, bot.meetings.commands"},
    "Services know neither Slack nor commands nor views": {"bot/meetings/service.py": "import bot.slack.blocks"},
    "Only the composition root uses another's commands and views": {
        "bot/concerns/commands.py": "import bot.meetings.views"
    },
    "Views draw what they are given and call nothing": {"bot/meetings/views.py": "import sqlalchemy"},
    "The parts of concerns build on each other one way": {
        "bot/concerns/raising/form.py": "import bot.concerns.record.closing"
    },
    "The sandbox knows nothing of the bot that it tries out": {"bot/sandbox/zoom.py": "import bot.policy"},
    "Only the demo starts the sandbox": {"bot/meetings/service.py": "import bot.sandbox"},
    "Only edge, composition root and sandbox use Slack's libraries": {"bot/meetings/commands.py": "import slack_sdk"},
}


def _outcomes(tree: Path, files: dict[str, str]) -> dict[str, str]:
    """Lay out the files in otherwise empty packages, and read the linter's verdict on each contract."""
    for package in PACKAGES:
        if f"{package}.py" not in files:
            (tree / package).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(text + "\n")
    for folder in [tree / "bot", *(path for path in tree.rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tree)
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)
    return dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", ran.stdout, re.MULTILINE))


def test_the_layout_that_the_design_describes_is_allowed(tmp_path: Path) -> None:
    assert _outcomes(tmp_path, KEEPING) == dict.fromkeys(BREAKING, "KEPT")


def test_each_contract_catches_what_it_is_for(tmp_path: Path) -> None:
    for number, (contract, files) in enumerate(BREAKING.items()):
        outcomes = _outcomes(tmp_path / str(number), KEEPING | files)
        assert outcomes[contract] == "BROKEN", contract


def imported(path: Path) -> list[str]:
    """The modules that a file imports, and the names out of them."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names]
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return found


def test_every_file_of_views_only_draws() -> None:
    """import-linter knows whole names only, so that `*_views.py` is looked at here: no database, no handlers."""
    reaching, seen = [], 0
    for path in sorted((ROOT / "bot").rglob("*views.py")):
        if "sandbox" in path.parts:
            continue
        seen += 1
        reaching += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in imported(path)
            if name.startswith(("sqlalchemy", "db.session", "bot.deps", "bot.slack.client")) or "commands" in name
        ]
    assert reaching == []
    assert seen > 30


def test_the_rules_of_the_record_know_no_slack() -> None:
    """Of each kind of entry in a concern's record, the file of its rules, beside that of its views and its commands."""
    there = sorted((ROOT / "bot/concerns/record").glob("*.py"))
    rules = [one for one in there if not one.stem.endswith(("views", "commands", "steps")) and one.stem != "flow"]
    assert len(rules) > 20
    told = re.compile(r"bot\.slack|bot\.deps|.*(_views|_commands|_steps|\.flow)\b")
    assert [f"{one.name}: {name}" for one in rules for name in imported(one) if told.match(name)] == []
