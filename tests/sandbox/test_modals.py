"""Modals: opening, filling in, submitting, and what Slack does with the answer."""

from typing import Any

import pytest

from bot.sandbox import NotPossibleError, Sandbox
from bot.sandbox.person import Person
from tests.sandbox.bolt_bot import BoltBot, Json, actions, button, field, modal, options, section, text


def opening(bolt: BoltBot, view: Json) -> None:
    """`/open` opens the view."""

    @bolt.app.command("/open")
    async def command(ack: Any, body: Json, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()


def answering(bolt: BoltBot, **answer: Any) -> None:
    """Every submission of the form gets this acknowledgement."""

    @bolt.app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(**answer)


EVERY_INPUT = modal(
    field("line"),
    field("long", {"type": "plain_text_input", "multiline": True, "max_length": 20, "min_length": 3}),
    field("mail", {"type": "email_text_input"}),
    field("web", {"type": "url_text_input"}),
    field("count", {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"}),
    field("rich", {"type": "rich_text_input"}),
    field("kind", {"type": "static_select", "options": options("Red", "Blue")}),
    field("kinds", {"type": "multi_static_select", "options": options("Red", "Blue"), "max_selected_items": 2}),
    field("radio", {"type": "radio_buttons", "options": options("Yes", "No")}),
    field("ticks", {"type": "checkboxes", "options": options("One", "Two")}),
    field("person", {"type": "users_select"}),
    field("people", {"type": "multi_users_select"}),
    field("channel", {"type": "channels_select"}),
    field("place", {"type": "conversations_select"}),
    field("day", {"type": "datepicker"}),
    field("time", {"type": "timepicker"}),
    field("moment", {"type": "datetimepicker"}),
    private_metadata="kept",
    external_id="outside",
)
EVERY_VALUE: Json = {
    "line": "one line",
    "long": "two\nlines",
    "mail": "kim@example.org",
    "web": "https://example.org",
    "count": 4,
    "rich": "styled",
    "kind": "Blue",
    "kinds": ["red", "blue"],
    "radio": "yes",
    "ticks": True,
    "person": "U0BOB",
    "people": ["U0ADA", "U0BOB"],
    "channel": "C0GENERAL",
    "place": "C0OTHER",
    "day": "2026-11-22",
    "time": "16:00",
    "moment": 1795348800,
}


def test_every_kind_of_input_reaches_the_bot(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, EVERY_INPUT)
    answering(bolt)
    opened = ada.command("/open").opened
    assert opened is not None
    answer = ada.submit(EVERY_VALUE)
    assert answer.errors == {}
    assert ada.view is None
    body = bolt.bodies[-1]
    view = body["view"]
    values = {block: state["value"] for block, state in view["state"]["values"].items()}
    blue = {"text": {"type": "plain_text", "text": "Blue", "emoji": True}, "value": "blue"}
    red = {"text": {"type": "plain_text", "text": "Red", "emoji": True}, "value": "red"}
    assert values["line"] == {"type": "plain_text_input", "value": "one line"}
    assert values["long"]["value"] == "two\nlines"
    assert values["count"] == {"type": "number_input", "value": "4"}
    assert values["rich"]["rich_text_value"]["type"] == "rich_text"
    assert values["kind"] == {"type": "static_select", "selected_option": blue}
    assert values["kinds"]["selected_options"] == [red, blue]
    assert values["radio"]["selected_option"]["value"] == "yes"
    assert [option["value"] for option in values["ticks"]["selected_options"]] == ["one", "two"]
    assert values["person"]["selected_user"] == "U0BOB"
    assert values["people"]["selected_users"] == ["U0ADA", "U0BOB"]
    assert values["channel"]["selected_channel"] == "C0GENERAL"
    assert values["place"]["selected_conversation"] == "C0OTHER"
    assert values["day"] == {"type": "datepicker", "selected_date": "2026-11-22"}
    assert values["time"]["selected_time"] == "16:00"
    assert values["moment"]["selected_date_time"] == 1795348800
    assert (view["private_metadata"], view["external_id"], view["callback_id"]) == ("kept", "outside", "form")
    assert (view["id"], view["root_view_id"], view["previous_view_id"]) == (opened["id"], opened["id"], None)
    assert body["user"] == {
        "id": "U0ADA",
        "username": "ada.example",
        "name": "ada.example",
        "team_id": "T0123456",
    }
    assert body["team"] == {"id": "T0123456", "domain": "sample-organisation"}
    assert body["enterprise"] is None
    assert body["response_urls"] == []


def test_untouched_inputs_hold_slacks_empty_values(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, EVERY_INPUT)
    ada.command("/open")
    assert ada.view is not None
    values = {block: state["value"] for block, state in ada.view["state"]["values"].items()}
    assert values["line"] == {"type": "plain_text_input", "value": None}
    assert values["kind"] == {"type": "static_select", "selected_option": None}
    assert values["people"] == {"type": "multi_users_select", "selected_users": []}
    assert values["day"] == {"type": "datepicker", "selected_date": None}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("line", "", "required"),
        ("long", "ab", "at least 3"),
        ("mail", "not a mail", "valid email"),
        ("web", "example", "valid URL"),
        ("count", "1.5", "valid number"),
        ("count", "10", "at most 9"),
        ("ticks", False, "required"),
        ("kind", None, "required"),
    ],
)
def test_slack_itself_refuses_before_it_asks_the_bot(
    bolt: BoltBot, sandbox: Sandbox, ada: Person, name: str, value: Any, said: str
) -> None:
    opening(bolt, EVERY_INPUT)
    ada.command("/open")
    asked = len(sandbox.sent)
    answer = ada.submit({**EVERY_VALUE, name: value})
    assert said in answer.errors[name]
    assert len(sandbox.sent) == asked
    assert ada.view is not None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("long", "x" * 21),
        ("line", "two\nlines"),
        ("kind", "Green"),
        ("person", "U0GONE"),
        ("channel", "G0LEADS"),
        ("place", "G0SECRET"),
        ("day", "22/11/2026"),
        ("time", "4pm"),
        ("missing", "x"),
    ],
)
def test_what_the_client_does_not_let_a_person_enter(bolt: BoltBot, ada: Person, name: str, value: Any) -> None:
    opening(bolt, EVERY_INPUT)
    ada.command("/open")
    with pytest.raises(NotPossibleError):
        ada.fill({name: value})


def test_inputs_are_named_by_label_too(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(field("b1", label=text("What happened?"))))
    ada.command("/open")
    ada.fill({"What happened?": "a lot"})
    assert ada.view is not None
    assert ada.view["state"]["values"]["b1"]["value"]["value"] == "a lot"
    assert "a lot" in ada.seen()


def test_errors_leave_what_was_typed(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(field("line")))
    answering(bolt, response_action="errors", errors={"line": "Not that one."})
    ada.command("/open")
    answer = ada.submit(line="this one")
    assert answer.errors == {"line": "Not that one."}
    assert answer.text == "Not that one."
    assert ada.errors == {"line": "Not that one."}
    assert ada.view is not None
    assert ada.view["state"]["values"]["line"]["value"]["value"] == "this one"


def test_an_update_keeps_values_of_the_same_ids_only(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(field("same"), field("other")))
    changed = modal(field("same"), field("other", {"type": "plain_text_input", "action_id": "new"}))
    answering(bolt, response_action="update", view=changed)
    ada.command("/open")
    before = ada.view
    answer = ada.submit(same="kept", other="lost")
    assert "Same" in answer.text
    assert before is not None
    assert ada.view is not None
    assert ada.view["id"] == before["id"]
    assert ada.view["hash"] != before["hash"]
    assert ada.view["state"]["values"]["same"]["value"]["value"] == "kept"
    assert ada.view["state"]["values"]["other"] == {"new": {"type": "plain_text_input", "value": None}}


def test_a_pushed_view_lies_on_the_other(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(section("below")))
    answering(bolt, response_action="push", view=modal(section("above"), callback_id="upper"))
    below = ada.command("/open").opened
    answer = ada.submit()
    assert "above" in answer.text
    assert below is not None
    assert [view["callback_id"] for view in ada.views] == ["form", "upper"]
    assert ada.views[1]["previous_view_id"] == ada.views[1]["root_view_id"] == below["id"]
    assert ada.close() is None
    assert [view["callback_id"] for view in ada.views] == ["form"]


def test_clear_closes_all(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(section("below")))
    answering(bolt, response_action="clear")
    ada.command("/open")
    ada.submit()
    assert ada.views == []


@pytest.mark.parametrize(
    ("answer", "violation"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "not an input"),
        ({"response_action": "errors", "errors": {}}, "at least one"),
        ({"response_action": "explode"}, "response_action"),
        ({"text": "thanks"}, "response_action"),
        ({"response_action": "update", "view": modal(section("x"), title=text("x" * 25))}, "less than 25"),
    ],
)
def test_a_wrong_acknowledgement_leaves_the_modal(
    bolt: BoltBot, sandbox: Sandbox, ada: Person, answer: Json, violation: str
) -> None:
    opening(bolt, modal(field("line")))

    @bolt.app.view("form")
    async def submitted() -> Any:
        from slack_bolt import BoltResponse

        return BoltResponse(status=200, body=answer, headers={"content-type": "application/json"})

    ada.command("/open")
    said = ada.submit(line="x")
    assert said.errors == {"": "We had some trouble connecting. Try again?"}
    assert ada.view is not None
    assert violation in sandbox.violations[0]
    sandbox.violations.clear()


def test_three_views_at_most(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    more = modal(actions(button("More", "more")))
    opening(bolt, more)

    @bolt.app.action("more")
    async def push(ack: Any, body: Json, client: Any) -> None:
        await client.views_push(trigger_id=body["trigger_id"], view=more)
        await ack()

    ada.command("/open")
    ada.click("More")
    assert ada.click("more").opened is not None
    assert len(ada.views) == 3
    ada.click("more")
    assert len(ada.views) == 3
    assert any("push_limit_reached" in violation for violation in sandbox.violations)
    sandbox.violations.clear()


def test_closing_is_told_only_where_asked(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(section("x"), notify_on_close=True))

    @bolt.app.view_closed("form")
    async def gone(ack: Any) -> None:
        await ack()

    ada.command("/open")
    answer = ada.close()
    assert answer is not None
    assert answer.status == 200
    assert bolt.bodies[-1]["type"] == "view_closed"
    assert bolt.bodies[-1]["is_cleared"] is False
    assert ada.view is None


def test_a_choice_that_tells_the_bot_redraws_the_modal(bolt: BoltBot, ada: Person) -> None:
    kind = {"type": "static_select", "options": options("Red", "Blue")}
    first = [field("note"), field("kind", kind, dispatch_action=True)]
    opening(bolt, modal(*first))

    @bolt.app.action("value")
    async def chosen(ack: Any, body: Json, client: Any) -> None:
        assert body["view"]["state"]["values"]["note"]["value"]["value"] == "typed before"
        view = body["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(*first, field("more")))
        await ack()

    ada.command("/open")
    ada.fill(note="typed before")
    answer = ada.choose("kind", "Blue")
    assert answer.status == 200
    action = bolt.bodies[-1]["actions"][0]
    assert (action["block_id"], action["action_id"], action["type"]) == ("kind", "value", "static_select")
    assert action["selected_option"]["value"] == "blue"
    assert ada.view is not None
    values = ada.view["state"]["values"]
    assert values["note"]["value"]["value"] == "typed before"
    assert values["kind"]["value"]["selected_option"]["value"] == "blue"
    assert values["more"]["value"]["value"] is None
    with pytest.raises(NotPossibleError):
        ada.choose("note", "x")


def test_external_selects_ask_the_bot(bolt: BoltBot, ada: Person) -> None:
    opening(bolt, modal(field("who", {"type": "external_select", "action_id": "who"})))
    answering(bolt)

    @bolt.app.options("who")
    async def offer(ack: Any, payload: Json) -> None:
        await ack(options=options("Kim", "Kit") if payload["value"].lower().startswith("k") else [])

    ada.command("/open")
    assert [option["value"] for option in ada.suggestions("who", "K")] == ["kim", "kit"]
    with pytest.raises(NotPossibleError):
        ada.fill(who="Zed")
    assert ada.submit(who="Kim").errors == {}


def test_a_conversation_input_gives_a_response_url(bolt: BoltBot, sandbox: Sandbox, ada: Person) -> None:
    here = {"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}
    opening(bolt, modal(field("place", here)))

    @bolt.app.view("form")
    async def submitted(ack: Any, body: Json, respond: Any) -> None:
        from slack_sdk.webhook.async_client import AsyncWebhookClient

        url = body["response_urls"][0]["response_url"]
        await AsyncWebhookClient(url).send(text="for the room", response_type="in_channel")
        await ack()

    ada.command("/open", channel="C0GENERAL")
    ada.submit()
    assert [message.text for message in sandbox.messages("C0GENERAL")] == ["for the room"]


def test_nothing_can_be_done_without_a_modal(ada: Person) -> None:
    for act in (ada.submit, ada.close, lambda: ada.fill(x="y")):
        with pytest.raises(NotPossibleError):
            act()
