"""The manifest and the code name the same commands, shortcuts, events and scopes; ids belong to one room."""

import ast
import importlib
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot import rooms
from bot.__main__ import cli
from bot.clock import Clock
from bot.deliveries.registry import Jobs
from bot.deps import Deps
from bot.providers.configured import configured
from bot.settings import Settings
from bot.slack.call import Kind
from bot.slack.client import SlackClient
from bot.slack.methods import EVENTS, METHODS
from bot.slack.router import Router
from db.session import Database

ROOT = Path(__file__).parents[2]
# Slack keeps these command names for itself: one of them makes it refuse the whole manifest.
RESERVED = """
archive away active apps call close collapse dm dnd expand feed feedback help invite invite_people join keys leave me
msg mute open part pro remind rename s search shortcuts shrug star status topic who
"""


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def registered() -> Iterator[tuple[Router, Jobs]]:
    """Everything that the rooms register, without a server and without a database that is ever opened."""
    settings = Settings(_env_file=None, database_url="sqlite:///never_opened.db")
    database = Database(settings.database_url)
    router, jobs = Router(), Jobs()
    slack = SlackClient("xoxb-none", settings.api_base)
    rooms.register(router, jobs, Deps(settings, database, Clock(), slack, configured(settings)))
    yield router, jobs
    database.close()


def _room_ids() -> dict[str, type[StrEnum]]:
    """The ids of each part of a room that has any of its own."""
    found = {}
    for path in sorted([*(ROOT / "bot").rglob("*views.py"), *(ROOT / "bot").rglob("ids.py")]):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        ids = getattr(module, "Ids", None)
        if ids is not None and ids.__module__ == module.__name__:
            found[module.__name__] = ids
    return found


def _literals(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Calls in the bot's code of an attribute with one of these names, with the file they are in."""
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                yield str(path.relative_to(ROOT)), node


def test_commands(manifest: dict[str, Any], registered: tuple[Router, Jobs]) -> None:
    declared = manifest["features"]["slash_commands"]
    assert {one["command"].lstrip("/") for one in declared} == set(registered[0].commands)
    assert len(declared) == len(registered[0].commands)
    for one in declared:
        assert one["should_escape"] is True, one["command"]
        assert one["description"]
        assert one["usage_hint"]


def test_for_http_every_place_has_the_address(manifest: dict[str, Any]) -> None:
    ran = CliRunner().invoke(cli, ["manifest", "https://bot.example.org/", "--file", str(ROOT / "manifest.yml")])
    assert ran.exit_code == 0, ran.output
    http, url = yaml.safe_load(ran.output), "https://bot.example.org/slack/events"
    assert [one.pop("url") for one in http["features"]["slash_commands"]] == [url] * len(
        manifest["features"]["slash_commands"]
    )
    assert http["settings"]["interactivity"].pop("request_url") == url
    assert http["settings"]["event_subscriptions"].pop("request_url") == url
    assert http["settings"].pop("socket_mode_enabled") is False
    http["settings"]["socket_mode_enabled"] = True
    assert http == manifest
    assert "https://" in CliRunner().invoke(cli, ["manifest", "http://bot.example.org"]).output


def test_no_command_has_a_name_of_slacks_own(manifest: dict[str, Any]) -> None:
    names = {one["command"].lstrip("/") for one in manifest["features"]["slash_commands"]}
    assert not names & set(RESERVED.split())


def test_shortcuts(manifest: dict[str, Any], registered: tuple[Router, Jobs]) -> None:
    declared = [one["callback_id"] for one in manifest["features"]["shortcuts"]]
    handled = [identifier for kind, identifier in registered[0].routes if kind is Kind.SHORTCUT]
    assert sorted(declared) == sorted(handled)


def test_events(manifest: dict[str, Any], registered: tuple[Router, Jobs]) -> None:
    declared = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert sorted(declared) == sorted(registered[0].events) == sorted(EVENTS)


def test_scopes_are_those_that_the_methods_take_and_no_more(manifest: dict[str, Any]) -> None:
    taken = {scope for scopes in (*METHODS.values(), *EVENTS.values()) for scope in scopes}
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == sorted(taken | {"commands"})


def test_every_method_that_is_listed_is_called_and_the_other_way_round() -> None:
    named: set[str] = set()
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.parts or path.name == "methods.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in METHODS:
                named.add(node.value)
    assert named == set(METHODS)
    for file, call in _literals({"call", "query"}):
        first = call.args[0] if call.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and "." in first.value:
            assert first.value in METHODS, file


@pytest.mark.anyio
async def test_the_client_calls_no_other_method(anyio_backend: str) -> None:
    client = SlackClient("xoxb-none", "http://127.0.0.1:9/")
    with pytest.raises(ValueError, match=r"files\.upload"):
        await client.call("files.upload")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_every_id_belongs_to_one_room_and_bears_its_name() -> None:
    rooms_of: dict[str, str] = {}
    for room, ids in _room_ids().items():
        for one in ids:
            assert one.value not in rooms_of, f"{one.value} is in {room} and in {rooms_of[one.value]}"
            rooms_of[one.value] = room
    assert len(rooms_of) > 10
    for value in rooms_of:
        assert "." in value, value


def test_every_id_has_a_handler_and_every_handler_an_id(registered: tuple[Router, Jobs]) -> None:
    """A button may carry a number after its id, where one block holds several of a kind."""
    known = {one.value for ids in _room_ids().values() for one in ids}
    handled = {re.sub(r"\.\d+$", "", str(identifier)) for _, identifier in registered[0].routes}
    assert known == handled


def test_every_kind_of_delivery_that_is_owed_has_a_step(registered: tuple[Router, Jobs]) -> None:
    steps = registered[1].kinds
    owed = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and called in ("owe", "owe_for") and len(node.args) > 2:
                kind = node.args[2]
                if isinstance(kind, ast.Constant):
                    owed.add(kind.value)
    assert owed
    assert owed <= set(steps)


def test_what_is_for_a_concern_goes_first_and_nothing_else_does(registered: tuple[Router, Jobs]) -> None:
    for name, kind in registered[1].kinds.items():
        assert kind.lane.first is name.startswith("concern."), name


def test_only_what_looks_after_all_concerns_is_owed_outside_a_raisers_turn() -> None:
    """`owe_for` knows whose turn a delivery is; `owe` alone would put it among everybody's."""
    for_all = {"alerting/reaching.py", "alerting/clock_steps.py", "alerting/rerouting.py", "viewing.py", "owing.py"}
    for_all |= {"raising/unread.py"}
    found = set()
    for path in (ROOT / "bot/concerns").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "owe":
                found.add(str(path.relative_to(ROOT / "bot/concerns")))
    assert found <= for_all


def test_what_slack_shows_of_the_app(manifest: dict[str, Any]) -> None:
    assert len(manifest["display_information"]["long_description"]) >= 175
    assert manifest["features"]["app_home"]["home_tab_enabled"]
    assert manifest["features"]["app_home"]["messages_tab_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert all(len(one["name"]) <= 24 for one in manifest["features"]["shortcuts"])


def test_socket_mode_is_the_default_and_needs_no_address(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    addresses = [one for one in _values(manifest) if isinstance(one, str) and one.startswith("http")]
    assert addresses == []


def _values(content: Any) -> Iterator[Any]:
    if isinstance(content, dict):
        for value in content.values():
            yield from _values(value)
    elif isinstance(content, list):
        for value in content:
            yield from _values(value)
    else:
        yield content
