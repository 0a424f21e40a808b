"""The views methods: triggers, hashes, limits, the Home tab."""

import time
from typing import Any

from bot.sandbox import Sandbox
from bot.sandbox.person import Person
from tests.sandbox.api import call, error
from tests.sandbox.bolt_bot import BoltBot, field, modal, section, text


def trigger(sandbox: Sandbox, ada: Person) -> str:
    """The trigger of a command that the bot answers with nothing."""
    ada.command("/quiet")
    newest = sandbox.sent[-1]
    assert newest.status == 200
    return str(QUIET[-1])


QUIET: list[str] = []


def quiet(bolt: BoltBot) -> None:
    @bolt.app.command("/quiet")
    async def answer(ack: Any, body: dict[str, str]) -> None:
        QUIET.append(body["trigger_id"])
        await ack()


def test_a_trigger_works_once_and_for_three_seconds(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    assert sandbox.settings.trigger_seconds == 3
    first = trigger(sandbox, ada)
    assert error(sandbox, "views.open", trigger_id="1.2.made-up", view=modal(section("x"))) == "invalid_trigger_id"
    opened = call(sandbox, "views.open", trigger_id=first, view=modal(section("x")))
    assert ada.view is not None
    assert opened["view"]["id"] == ada.view["id"]
    assert error(sandbox, "views.open", trigger_id=first, view=modal(section("x"))) == "exchanged_trigger_id"
    second = trigger(sandbox, ada)
    sandbox.settings.trigger_seconds = 0.05
    time.sleep(0.06)
    assert error(sandbox, "views.open", trigger_id=second, view=modal(section("x"))) == "expired_trigger_id"


def test_a_refused_view_does_not_use_the_trigger_up(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    right = trigger(sandbox, ada)
    assert error(sandbox, "views.open", trigger_id=right, view=modal(section(""))) == "invalid_arguments"
    assert error(sandbox, "views.push", trigger_id="x", view=modal(section("x"))) == "invalid_trigger_id"
    big = [section("x" * 2900) for _ in range(90)]
    assert error(sandbox, "views.open", trigger_id=right, view=modal(*big)) == "view_too_large"
    assert call(sandbox, "views.open", trigger_id=right, view=modal(section("x")))["ok"]


def test_updates_find_the_view_and_mind_its_hash(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    view = modal(section("one"), external_id="mine")
    opened = call(sandbox, "views.open", trigger_id=trigger(sandbox, ada), view=view)["view"]
    changed = modal(section("two"), external_id="mine")
    assert call(sandbox, "views.update", view_id=opened["id"], hash=opened["hash"], view=changed)["ok"]
    stale = {"view_id": opened["id"], "hash": opened["hash"], "view": changed}
    assert error(sandbox, "views.update", **stale) == "hash_conflict"
    assert call(sandbox, "views.update", external_id="mine", view=modal(section("three")))["ok"]
    assert "three" in ada.seen()
    assert error(sandbox, "views.update", view=changed) == "missing_argument"
    ada.close()
    assert error(sandbox, "views.update", view_id=opened["id"], view=changed) == "not_found"


def test_external_ids_are_unique(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    view = modal(section("x"), external_id="mine")
    call(sandbox, "views.open", trigger_id=trigger(sandbox, ada), view=view)
    second = {"trigger_id": trigger(sandbox, ada), "view": view}
    assert error(sandbox, "views.open", **second) == "duplicate_external_id"


def test_pushing_needs_an_open_modal(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    pushed = {"trigger_id": trigger(sandbox, ada), "view": modal(section("x"))}
    assert error(sandbox, "views.push", **pushed) == "not_found"


def test_the_home_tab(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [section(f"Hello <@{event['user']}>")]}
        await client.views_publish(user_id=event["user"], view=view)

    home = ada.home()
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "Hello <@U0ADA>"
    assert "Hello" in ada.seen()
    again = call(sandbox, "views.publish", user_id="U0ADA", view={"type": "home", "blocks": [section("New")]})
    assert again["view"]["id"] == home["id"]
    stale = {"user_id": "U0ADA", "hash": home["hash"], "view": {"type": "home", "blocks": [section("x")]}}
    assert error(sandbox, "views.publish", **stale) == "hash_conflict"
    assert error(sandbox, "views.publish", user_id="U0ADA", view=modal(section("x"))) == "invalid_arguments"
    sandbox.settings.home_tab = False
    assert error(sandbox, "views.publish", **stale) == "not_enabled"


def test_a_modal_with_inputs_needs_a_submit_button(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    quiet(bolt)
    without = {"type": "modal", "title": text("x"), "blocks": [field("a")]}
    assert error(sandbox, "views.open", trigger_id=trigger(sandbox, ada), view=without) == "invalid_arguments"
