"""Buttons, menus and choices in messages, shortcuts, and answers over response_url."""

from typing import Any

import httpx
import pytest

from bot.sandbox import NotPossibleError, Sandbox
from bot.sandbox.person import Person
from tests.sandbox.api import call
from tests.sandbox.bolt_bot import BoltBot, Json, actions, button, modal, options, section

GENERAL = "C0GENERAL"


def post(sandbox: Sandbox, *blocks: Json, channel: str = GENERAL) -> Any:
    """A message of the bot with these blocks."""
    ts = call(sandbox, "chat.postMessage", channel=channel, text="message", blocks=list(blocks))["ts"]
    return next(message for message in sandbox.messages(channel) if message.ts == ts)


def acknowledging(bolt: BoltBot, action_id: str) -> None:
    @bolt.app.action(action_id)
    async def pressed(ack: Any) -> None:
        await ack()


def test_a_button_in_a_message(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "go")
    message = post(sandbox, actions(button("Go", "go", value="7", style="primary")))
    assert ada.click("Go").status == 200
    body = bolt.bodies[-1]
    assert body["type"] == "block_actions"
    assert body["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": GENERAL,
        "is_ephemeral": False,
    }
    assert body["channel"] == {"id": GENERAL, "name": "general"}
    assert body["message"]["ts"] == message.ts
    action = body["actions"][0]
    assert {key: action[key] for key in ("action_id", "block_id", "type", "value", "style")} == {
        "action_id": "go",
        "block_id": "actions",
        "type": "button",
        "value": "7",
        "style": "primary",
    }
    assert action["text"]["text"] == "Go"
    assert float(action["action_ts"]) > 0


def test_the_newest_message_with_the_button_is_meant(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "go")
    older = post(sandbox, actions(button("Go", "go", value="old")))
    post(sandbox, actions(button("Go", "go", value="new")))
    post(sandbox, section("no button"))
    ada.click("go")
    assert bolt.bodies[-1]["actions"][0]["value"] == "new"
    ada.click("go", message=older)
    assert bolt.bodies[-1]["actions"][0]["value"] == "old"


def test_values_tell_buttons_apart(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "go")
    post(
        sandbox,
        section("one", accessory=button("Go", "go", value="1")),
        section("two", accessory=button("Go", "go", value="2")),
    )
    with pytest.raises(NotPossibleError, match="values are: 1, 2"):
        ada.click("Go")
    ada.click("Go", value="2")
    assert bolt.bodies[-1]["actions"][0]["value"] == "2"
    with pytest.raises(NotPossibleError):
        ada.click("Stop")


def test_overflow_menus(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "more")
    menu = {"type": "overflow", "action_id": "more", "options": options("Edit", "Cancel")}
    post(sandbox, section("x", accessory=menu))
    ada.click("Cancel")
    assert bolt.bodies[-1]["actions"][0]["selected_option"]["value"] == "cancel"
    ada.click("more", value="edit")
    assert bolt.bodies[-1]["actions"][0]["selected_option"]["value"] == "edit"


def test_choices_in_a_message_are_kept_per_person(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "ticks")
    acknowledging(bolt, "go")
    ticks = {"type": "checkboxes", "action_id": "ticks", "options": options("One", "Two")}
    post(sandbox, actions(ticks, button("Go", "go")))
    ada.choose("ticks", ["One"])
    assert [o["value"] for o in bolt.bodies[-1]["actions"][0]["selected_options"]] == ["one"]
    ada.click("Go")
    values = bolt.bodies[-1]["state"]["values"]["actions"]["ticks"]
    assert [option["value"] for option in values["selected_options"]] == ["one"]
    sandbox.person("U0BOB").click("Go")
    assert bolt.bodies[-1]["state"]["values"]["actions"]["ticks"]["selected_options"] == []


def test_an_ephemeral_message_keeps_its_content_to_itself(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    acknowledging(bolt, "go")
    blocks = [actions(button("Go", "go"))]
    call(sandbox, "chat.postEphemeral", channel=GENERAL, user="U0ADA", text="x", blocks=blocks)
    ada.click("Go")
    assert bolt.bodies[-1]["container"]["is_ephemeral"] is True
    assert "message" not in bolt.bodies[-1]
    with pytest.raises(NotPossibleError):
        sandbox.person("U0BOB").click("Go")


def test_a_body_for_a_button_is_ignored_and_on_record(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.action("go")
    async def pressed(ack: Any) -> None:
        await ack(text="nobody sees this")

    post(sandbox, actions(button("Go", "go")))
    assert ada.click("Go").text == ""
    assert ada.private == []
    assert sandbox.violations == ["action go: Slack ignores a body in this acknowledgement"]
    sandbox.violations.clear()


def test_a_stranger_may_click(bolt: BoltBot, sandbox: Sandbox) -> None:
    acknowledging(bolt, "go")
    post(sandbox, actions(button("Go", "go")))
    sandbox.person("U0EXT").click("Go")
    body = bolt.bodies[-1]
    assert body["user"]["team_id"] == "T0OTHER"
    assert body["team"]["id"] == "T0123456"


def test_a_button_in_a_modal_is_pressed_before_those_behind_it(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    post(sandbox, actions(button("Behind", "behind")))

    @bolt.app.command("/open")
    async def command(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(actions(button("Go", "go"))))
        await ack()

    @bolt.app.action("go")
    async def pressed(ack: Any, body: Json, client: Any) -> None:
        view = modal(section("pressed"))
        await client.views_update(view_id=body["container"]["view_id"], view=view)
        await ack()

    ada.command("/open")
    assert "pressed" in ada.click("Go").text
    assert "pressed" in ada.seen()
    assert "response_url" not in bolt.bodies[-1]
    with pytest.raises(NotPossibleError):
        ada.click("Behind")


def test_nobody_presses_what_they_do_not_see_except_by_forgery(bolt: BoltBot, sandbox: Sandbox) -> None:
    acknowledging(bolt, "go")
    message = post(sandbox, actions(button("Go", "go")), channel="G0LEADS")
    with pytest.raises(NotPossibleError, match="does not see"):
        sandbox.person("U0ADA").click("Go", message=message)
    sandbox.person("U0BOB").click("Go", message=message)
    honest = bolt.bodies[-1]
    assert sandbox.forge("U0ADA").status == 200
    assert bolt.bodies[-1]["user"]["id"] == "U0ADA"
    assert bolt.bodies[-1]["actions"] == honest["actions"]
    assert bolt.bodies[-1]["trigger_id"] != honest["trigger_id"]


def test_shortcuts(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.shortcut("raise")
    async def everywhere(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("open")))
        await ack()

    assert ada.shortcut("raise").opened is not None
    assert bolt.bodies[-1]["type"] == "shortcut"
    assert "response_url" not in bolt.bodies[-1]
    ada.close()
    message = sandbox.person("U0BOB").say("worrying", channel=GENERAL)
    assert "open" in ada.message_shortcut("raise", message).text
    assert bolt.bodies[-1]["type"] == "message_action"
    assert bolt.bodies[-1]["message"]["text"] == "worrying"
    assert bolt.bodies[-1]["message_ts"] == message.ts


def test_answers_over_the_response_url(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.action("go")
    async def pressed(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="done", replace_original=False)

    @bolt.app.action("swap")
    async def swapped(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="swapped", replace_original=True)

    @bolt.app.action("gone")
    async def removed(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    message = post(sandbox, actions(button("Go", "go"), button("Swap", "swap"), button("Gone", "gone")))
    assert ada.click("Go").text == "done"
    assert [m.text for m in ada.private] == ["done"]
    ada.click("Gone")
    assert message.deleted
    other = post(sandbox, actions(button("Swap", "swap")))
    ada.click("Swap")
    assert (other.text, other.blocks) == ("swapped", [])


def test_a_response_url_has_five_uses_and_half_an_hour(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    @bolt.app.command("/quiet")
    async def quiet(ack: Any) -> None:
        await ack()

    answer = ada.command("/quiet", channel=GENERAL)
    url = bolt.bodies[-1]["response_url"]
    for number in range(5):
        assert httpx.post(url, json={"text": f"{number}"}).status_code == 200
    assert answer.private is not None
    assert answer.private.text == "4"
    assert httpx.post(url, json={"text": "6"}).json()["error"] == "used_url"
    ada.command("/quiet")
    sandbox.settings.response_url_seconds = 0
    assert httpx.post(bolt.bodies[-1]["response_url"], json={"text": "x"}).json()["error"] == "expired_url"
    assert httpx.post(f"{sandbox.url}/response/none", json={"text": "x"}).status_code == 404
    assert len(sandbox.violations) == 3
    sandbox.violations.clear()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "x", "colour": "red"},
        {"blocks": [section("no text")]},
        {"text": "x", "blocks": [section("")]},
        {"delete_original": True},
        {"text": "x", "replace_original": True},
    ],
)
def test_wrong_answers_over_a_response_url_are_on_record(
    bolt: BoltBot, sandbox: Sandbox, ada: Person, body: Json
) -> None:
    @bolt.app.command("/quiet")
    async def quiet(ack: Any) -> None:
        await ack()

    ada.command("/quiet")
    httpx.post(bolt.bodies[-1]["response_url"], json=body)
    assert len(sandbox.violations) == 1
    sandbox.violations.clear()
