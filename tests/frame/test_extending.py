"""`docs/extending.md`, followed literally: what it tells one to write is written, and works; every path is there."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select
from typer.testing import CliRunner

import bot
from bot import rooms
from bot.__main__ import cli
from bot.deliveries.registry import Jobs
from bot.deps import Deps
from bot.policy import load, load_pack
from bot.policy.clauses import PACKS
from bot.providers import configured
from bot.sandbox import sample
from bot.settings import Settings
from bot.slack.router import Router
from db.models import Meeting
from tests.support import world as worlds
from tests.support.meetings import say
from tests.support.world import World, open_world

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TO_WRITE = re.compile(r"tally|lantern|harbour")
"""What the page tells one to write is not there yet."""


def blocks() -> dict[str, str]:
    """What the page tells one to write, by the file (and place) that stands behind the fence."""
    page = (DOCS / "extending.md").read_text(encoding="utf-8")
    return {head: text for head, text in re.findall(r"^```\w+ (\S[^\n]*)\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)}


@pytest.mark.parametrize("page", ["architecture.md", "extending.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"`((?:bot|db|docs|tests|migrations)/[\w./-]*)`", (DOCS / page).read_text(encoding="utf-8")))
    assert len(named) > 10
    assert [one for one in sorted(named) if not TO_WRITE.search(one) and not (ROOT / one).exists()] == []


@pytest.mark.parametrize(("section", "new", "there"), [("A command", 5, 5), ("A policy", 1, 0), ("A provider", 2, 7)])
def test_it_says_how_many_files_it_takes(section: str, new: int, there: int) -> None:
    page = (DOCS / "extending.md").read_text(encoding="utf-8")
    part = page.split(f"## {section}\n")[1].split("\n## ")[0]
    begun = re.findall(r"^\d+\. (.*?):", part, re.MULTILINE) + re.findall(r"^\d+\. (`\S+`) ", part, re.MULTILINE)
    named = {one for step in begun for one in re.findall(r"`([\w./]+\.\w+|\.env\.example)`", step)}
    assert len([one for one in named if TO_WRITE.search(one)]) == new
    assert len([one for one in named if not TO_WRITE.search(one)]) == there


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page's files, written where the bot's packages find them."""
    for name, text in blocks().items():
        if name.endswith(".py"):
            path = tmp_path / "written" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for package in (bot, importlib.import_module("bot.providers")):
        more = tmp_path / "written" / package.__name__.replace(".", "/")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(more)])
    yield tmp_path / "written"
    for name in [one for one in sys.modules if TO_WRITE.search(one) and one.startswith("bot.")]:
        del sys.modules[name]


@pytest.fixture
def with_tally(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new room is registered after the others, and the manifest has its command."""
    commands = importlib.import_module("bot.tally.commands")
    register = rooms.register

    def all_and_it(router: Router, jobs: Jobs, deps: Deps) -> None:
        register(router, jobs, deps)
        commands.register(router, deps)

    monkeypatch.setattr(rooms, "register", all_and_it)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    manifest["features"]["slash_commands"] += yaml.safe_load(blocks()["manifest.yml"])
    (written / "manifest.yml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    monkeypatch.setattr(worlds, "ROOT", written)


def test_a_command(with_tally: None, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path) as world:
        say(world, "new Cooking club on Thursday at 16:00")
        answer = world.person("U0FAC").command("/tally", "", channel="C0GENERAL")
        assert "Farah Facilitator, you have one meeting to come." in answer.text
        assert "counts your meetings to come" in world.person("U0FAC").command("/tally", "help").text
        assert world.sandbox.violations == []


@pytest.fixture
def with_harbour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packs that ship, and the page's beside them."""
    packs = tmp_path / "packs"
    packs.mkdir()
    for path in PACKS.iterdir():
        (packs / path.name).symlink_to(path)
    pack = yaml.safe_load(blocks()["bot/policy/packs/harbour.yaml"])
    measure = yaml.safe_load(blocks()["bot/policy/packs/harbour.yaml checklist.rows[0].measures"])
    pack["checklist"]["rows"][0]["measures"] += measure
    (packs / "harbour.yaml").write_text(yaml.safe_dump(pack, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(load, "PACKS", packs)
    yield
    load_pack.cache_clear()


def test_a_policy_and_a_measure(
    with_harbour: None, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sixth policy, by YAML alone: set up with it, and the gates and the checklist of a meeting come from it."""
    monkeypatch.chdir(tmp_path)
    texts: dict[str, Any] = {"texts": {"contact": "020 7946 0010"}, "retention": sample.organisation()["retention"]}
    with open_world(database_url, tmp_path, policy="harbour", group_size=12, **texts) as world:
        file = tmp_path / "organisation.yaml"
        told = {"policy": "harbour", "group_size": 10, **texts}
        file.write_text(yaml.safe_dump(sample.organisation(**told)), encoding="utf-8")
        _with_settings_of(world, monkeypatch)
        ran = CliRunner().invoke(cli, ["setup", str(file)])
        assert (ran.exit_code, "In set-up" in ran.output) == (0, False), ran.output
        assert "Our sessions are not recorded. (HAR-003)" in say(world, "new Drama on Thursday at 16:00 recording")
        assert world.count(Meeting) == 0
        say(world, "new Drama on Thursday at 16:00")
        gates = say(world, "gates M-1")
        assert "Harbour Drama: Meeting Online" in gates
        assert "Two members of staff are at every session" in gates
        assert "(HAR-001)" in gates
        world.person("U0FAC").command("/participant", "add Aled to M-1", channel="C0YOUTH")
        gates = say(world, "gates M-1")
        assert "The parent or carer agrees to drama online" in gates
        assert "(HAR-002)" in gates
        farah = world.person("U0FAC")
        farah.command("/checklist", "M-1", channel="C0YOUTH")
        world.settle()
        assert "Costumes and props" in farah.seen()
        farah.click("Tick measures")
        assert "Only the host shows a film or a picture." in str(farah.view)
        assert world.sandbox.violations == []


def _with_settings_of(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", world.database_url)
    monkeypatch.setenv("FACILITATOR_KEYS", worlds.KEYS)


def test_a_provider(written: Path, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more provider: named in the organisation's file, it makes the meeting, and says what it has applied."""
    monkeypatch.chdir(tmp_path)
    lantern = importlib.import_module("bot.providers.lantern").LanternProvider()
    there = configured.configured

    def and_it(settings: Settings) -> dict[str, Any]:
        return {**there(settings), "lantern": lantern}

    monkeypatch.setattr(configured, "NAMES", (*configured.NAMES, "lantern"))
    monkeypatch.setattr("bot.app.configured", and_it)
    with open_world(database_url, tmp_path, provider="lantern") as world:
        say(world, "new Drama on Thursday at 16:00")
        world.settle()
        meeting = world.read(lambda session: session.scalars(select(Meeting)).one())
        assert (meeting.provider_ref, meeting.join_url) == ("L1", "https://lantern.example/j/L1")
        assert meeting.settings_read["waiting_room"]["evidence"] == "Lantern says so."
        say(world, "cancel M-1")
        world.person("U0FAC").click("Cancel it")
        world.clock_forward(11 * 60)
        world.settle()
        assert lantern.held == {}
        assert world.sandbox.violations == []
