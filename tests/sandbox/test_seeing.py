"""What each person sees, and how a page learns of changes."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox import Channel, Sandbox, User
from bot.sandbox.person import Person
from tests.sandbox.api import call
from tests.sandbox.bolt_bot import BoltBot, Json, field, modal, section


def test_private_channels_are_for_members(sandbox: Sandbox) -> None:
    call(sandbox, "chat.postMessage", channel="G0LEADS", text="for the leads")
    call(sandbox, "chat.postMessage", channel="C0GENERAL", text="for all")
    seen = {user: sandbox.person(user).seen() for user in ("U0ADA", "U0BOB", "U0GUEST", "U0EXT")}
    assert {user for user, text in seen.items() if "for the leads" in text} == {"U0BOB"}
    assert {user for user, text in seen.items() if "for all" in text} == {"U0ADA", "U0BOB", "U0EXT"}


def test_everything_readable_is_seen_and_nothing_else(bolt: BoltBot, ada: Person) -> None:
    view = modal(
        section("shown", accessory={"type": "image", "image_url": "https://example.org/i.png", "alt_text": "alt"}),
        field("line", {"type": "plain_text_input", "initial_value": "begun"}),
        private_metadata="hidden-metadata",
        callback_id="hidden-callback",
    )

    @bolt.app.command("/open")
    async def command(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    ada.command("/open")
    ada.fill(line="typed")
    for words in ("shown", "alt", "begun", "typed", "Form", "Save", "Line"):
        assert words in ada.seen()
    assert "hidden" not in ada.seen()


def test_a_snapshot_is_plain_json_of_what_one_person_sees(sandbox: Sandbox, ada: Person) -> None:
    call(sandbox, "chat.postMessage", channel="C0GENERAL", text="public", blocks=[section("public")])
    call(sandbox, "chat.postMessage", channel="G0LEADS", text="leads only")
    call(sandbox, "chat.postMessage", channel="U0ADA", text="direct")
    call(sandbox, "chat.postEphemeral", channel="C0GENERAL", user="U0ADA", text="psst")
    seen = json.loads(json.dumps(sandbox.snapshot_for("U0ADA")))
    channels = {channel["id"]: channel for channel in seen["channels"]}
    assert [message["text"] for message in channels["C0GENERAL"]["messages"]] == ["public"]
    assert set(channels) == {"C0GENERAL", "C0OTHER", "C0OLD"}
    assert [message["text"] for message in seen["dms"][0]["messages"]] == ["direct"]
    assert [message["text"] for message in seen["private"]] == ["psst"]
    assert (seen["views"], seen["home"]) == ([], None)
    assert {person["id"] for person in seen["people"]} >= {"U0ADA", "U0BOT"}


def test_watchers_hear_of_changes(sandbox: Sandbox, ada: Person) -> None:
    heard: list[str] = []
    stop = sandbox.subscribe(heard.append)
    ada.say("x", channel="C0GENERAL")
    call(sandbox, "chat.postEphemeral", channel="C0GENERAL", user="U0ADA", text="psst")
    sandbox.membership.add_member("C0OTHER", "U0BOB")
    assert heard == ["message", "private", "people"]
    stop()
    ada.say("y", channel="C0GENERAL")
    assert len(heard) == 3


def test_a_page_can_be_added(tmp_path: Path) -> None:
    async def page(request: Request) -> Response:
        return PlainTextResponse("a page")

    with Sandbox(manifest=tmp_path / "none.yml", extra_routes=[Route("/", page)]) as sandbox:
        assert httpx.get(sandbox.url).text == "a page"


def test_rights_are_read_from_the_manifest(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        """
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: false}
  slash_commands: [{command: /x, should_escape: false}]
oauth_config: {scopes: {bot: [commands]}}
settings: {event_subscriptions: {bot_events: [team_join]}}
""",
        encoding="utf-8",
    )
    settings = Sandbox(manifest=manifest).settings
    assert (settings.scopes, settings.events) == (["commands"], ["team_join"])
    assert (settings.home_tab, settings.messages_tab, settings.should_escape) == (True, False, False)


def test_what_does_not_come_is_said(sandbox: Sandbox) -> None:
    with pytest.raises(AssertionError, match="Nothing within"):
        sandbox.wait_for(lambda: [], timeout=0.02)


def test_a_sandbox_stops_and_another_starts(tmp_path: Path) -> None:
    for _ in range(3):
        people = [User(id="U0ADA", name="Ada Example")]
        rooms = [Channel("C0GENERAL", "general", members=["U0ADA", "U0BOT"])]
        with Sandbox(users=people, channels=rooms, manifest=tmp_path / "none.yml") as sandbox:
            assert call(sandbox, "auth.test")["ok"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(sandbox.url)
