"""The Web API methods and the errors they answer with."""

import json
from typing import Any

import httpx
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.api import call, error
from tests.sandbox.bolt_bot import section

GENERAL = "C0GENERAL"


def test_posting_changing_and_deleting(sandbox: Sandbox) -> None:
    posted = call(sandbox, "chat.postMessage", channel=GENERAL, text="first", blocks=[section("*first*")])
    assert posted["channel"] == GENERAL
    assert posted["message"]["bot_id"] == sandbox.settings.bot_id
    ts = posted["ts"]
    reply = call(sandbox, "chat.postMessage", channel=GENERAL, text="reply", thread_ts=ts)
    call(sandbox, "chat.update", channel=GENERAL, ts=ts, text="second", blocks=[section("*second*")])
    first, second = sandbox.thread(GENERAL, ts)
    assert (first.text, first.edited, first.blocks[0]["text"]["text"]) == ("second", True, "*second*")
    assert (second.ts, second.thread_ts) == (reply["ts"], ts)
    call(sandbox, "chat.delete", channel=GENERAL, ts=ts)
    assert first.deleted
    assert sandbox.messages(GENERAL) == [second]
    link = call(sandbox, "chat.getPermalink", channel=GENERAL, message_ts=second.ts)["permalink"]
    assert link.endswith(f"/archives/{GENERAL}/p{second.ts.replace('.', '')}")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"channel": "C0NONE", "text": "x"}, "channel_not_found"),
        ({"channel": "#general", "text": "x"}, "channel_not_found"),
        ({"channel": "G0SECRET", "text": "x"}, "channel_not_found"),
        ({"channel": "C0OLD", "text": "x"}, "is_archived"),
        ({"channel": "U0GONE", "text": "x"}, "channel_not_found"),
        ({"channel": "U0EXT", "text": "x"}, "channel_not_found"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": ""}, "no_text"),
        ({"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": GENERAL, "text": "x", "blocks": [section("")]}, "invalid_blocks"),
        ({"channel": GENERAL, "text": "x", "blocks": "nonsense"}, "invalid_arguments"),
        ({"channel": GENERAL, "text": "x", "blocks": [section("x" * 2800)] * 5}, "msg_blocks_too_long"),
        ({"channel": GENERAL, "text": "x", "attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"text": "x"}, "invalid_arguments"),
    ],
)
def test_what_cannot_be_posted(sandbox: Sandbox, args: dict[str, Any], code: str) -> None:
    assert error(sandbox, "chat.postMessage", **args) == code


def test_a_public_channel_needs_membership_or_the_scope(sandbox: Sandbox) -> None:
    assert call(sandbox, "chat.postMessage", channel="C0OTHER", text="x")["ok"]
    sandbox.settings.scopes.remove("chat:write.public")
    assert error(sandbox, "chat.postMessage", channel="C0OTHER", text="x") == "not_in_channel"
    assert call(sandbox, "conversations.join", channel="C0OTHER")["ok"]
    assert call(sandbox, "chat.postMessage", channel="C0OTHER", text="x")["ok"]


def test_direct_messages(sandbox: Sandbox) -> None:
    opened = call(sandbox, "conversations.open", users="U0ADA")["channel"]["id"]
    by_person = call(sandbox, "chat.postMessage", channel="U0ADA", text="to you")
    assert by_person["channel"] == opened
    assert [message.text for message in sandbox.dm("U0ADA")] == ["to you"]
    assert "to you" in sandbox.person("U0ADA").seen()
    assert "to you" not in sandbox.person("U0BOB").seen()
    assert error(sandbox, "conversations.open", users="U0NONE") == "user_not_found"
    assert error(sandbox, "conversations.open", users="U0GONE") == "user_disabled"
    assert error(sandbox, "conversations.open", users="U0BOT") == "cannot_dm_bot"
    sandbox.settings.messages_tab = False
    assert error(sandbox, "chat.postMessage", channel="U0ADA", text="x") == "messages_tab_disabled"


def test_ephemeral_messages(sandbox: Sandbox) -> None:
    call(sandbox, "chat.postEphemeral", channel=GENERAL, user="U0ADA", text="psst")
    assert [message.text for message in sandbox.person("U0ADA").private] == ["psst"]
    assert sandbox.messages(GENERAL) == []
    for user in ("U0GUEST", "U0NONE"):
        code = error(sandbox, "chat.postEphemeral", channel=GENERAL, user=user, text="x")
        assert code == "user_not_in_channel"
    assert error(sandbox, "chat.postEphemeral", channel="C0OTHER", user="U0ADA", text="x") == "not_in_channel"
    ts = sandbox.person("U0ADA").private[0].ts
    assert error(sandbox, "chat.update", channel=GENERAL, ts=ts, text="x") == "message_not_found"


def test_only_own_messages_can_be_changed(sandbox: Sandbox) -> None:
    theirs = sandbox.person("U0ADA").say("mine", channel=GENERAL)
    assert error(sandbox, "chat.update", channel=GENERAL, ts=theirs.ts, text="x") == "cant_update_message"
    assert error(sandbox, "chat.delete", channel=GENERAL, ts=theirs.ts) == "cant_delete_message"
    own = call(sandbox, "chat.postMessage", channel=GENERAL, text="own")
    sandbox.settings.edit_window_seconds = 0
    assert error(sandbox, "chat.update", channel=GENERAL, ts=own["ts"], text="x") == "edit_window_closed"


def test_an_update_without_blocks_is_uncertain(sandbox: Sandbox) -> None:
    ts = call(sandbox, "chat.postMessage", channel=GENERAL, text="a", blocks=[section("a")])["ts"]
    call(sandbox, "chat.update", channel=GENERAL, ts=ts, text="b")
    assert "not certain" in sandbox.violations[0]
    sandbox.violations.clear()


def test_tokens_and_scopes(sandbox: Sandbox) -> None:
    assert call(sandbox, "auth.test")["user_id"] == "U0BOT"
    assert error(sandbox, "auth.test", token="xoxb-wrong") == "invalid_auth"
    assert error(sandbox, "auth.test", token="") == "not_authed"
    assert error(sandbox, "auth.test", token="xapp-sandbox") == "not_allowed_token_type"
    assert error(sandbox, "apps.connections.open") == "not_allowed_token_type"
    assert call(sandbox, "api.test", token="")["ok"]
    sandbox.settings.scopes.remove("chat:write")
    answer = call(sandbox, "chat.postMessage", channel=GENERAL, text="x")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert answer["provided"] == ",".join(sandbox.settings.scopes)
    assert "missing_scope" in sandbox.violations[0]
    sandbox.violations.clear()


def test_the_granted_scopes_come_with_every_answer(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Bearer {sandbox.settings.bot_token}"}
    answer = httpx.post(f"{sandbox.api_url}auth.test", headers=headers)
    assert answer.headers["x-oauth-scopes"].split(",") == sandbox.settings.scopes


def test_arguments_come_as_form_query_or_json(sandbox: Sandbox) -> None:
    token = sandbox.settings.bot_token
    blocks = json.dumps([section("*a*")])
    form = {"token": token, "channel": GENERAL, "text": "a", "blocks": blocks}
    assert httpx.post(f"{sandbox.api_url}chat.postMessage", data=form).json()["ok"]
    query = {"token": token, "user": "U0ADA"}
    assert httpx.get(f"{sandbox.api_url}users.info", params=query).json()["user"]["id"] == "U0ADA"
    kind = {"Content-Type": "application/json"}
    broken = httpx.post(f"{sandbox.api_url}auth.test", content="{", headers=kind).json()
    assert broken["error"] == "invalid_json"
    assert sandbox.calls[0].args["blocks"] == [section("*a*")]
    assert (sandbox.calls[0].method, sandbox.calls[0].token, sandbox.calls[0].status) == (
        "chat.postMessage",
        token,
        200,
    )
    assert "token" not in sandbox.calls[0].args
    sandbox.violations.clear()


def test_mistakes_are_put_on_record(sandbox: Sandbox) -> None:
    assert call(sandbox, "chat.shout", text="x")["error"] == "unknown_method"
    call(sandbox, "chat.postMessage", channel=GENERAL, blocks=[section("x")])
    call(sandbox, "chat.postMessage", channel=GENERAL, text="x", volume="loud")
    assert [sentence.partition(":")[0] for sentence in sandbox.violations] == [
        "chat.shout",
        "chat.postMessage",
        "chat.postMessage",
    ]
    assert "top-level text" in sandbox.violations[1]
    assert "volume" in sandbox.violations[2]
    sandbox.violations.clear()


def test_people(sandbox: Sandbox) -> None:
    ada = call(sandbox, "users.info", user="U0ADA")["user"]
    assert (ada["real_name"], ada["tz"], ada["profile"]["email"]) == (
        "Ada Example",
        "Europe/London",
        "ada@example.org",
    )
    assert call(sandbox, "users.info", user="U0GUEST")["user"]["is_restricted"] is True
    assert call(sandbox, "users.info", user="U0EXT")["user"]["team_id"] == "T0OTHER"
    assert call(sandbox, "users.lookupByEmail", email="BOB@example.org")["user"]["id"] == "U0BOB"
    assert error(sandbox, "users.lookupByEmail", email="nobody@example.org") == "users_not_found"
    assert error(sandbox, "users.info", user="U0NONE") == "user_not_found"
    sandbox.settings.scopes.remove("users:read.email")
    assert "email" not in call(sandbox, "users.info", user="U0ADA")["user"]["profile"]


def test_people_come_in_pages(sandbox: Sandbox) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        page = call(sandbox, "users.list", limit=2, cursor=cursor)
        assert len(page["members"]) <= 2
        seen += [member["id"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert seen == ["USLACKBOT", "U0ADA", "U0BOB", "U0GUEST", "U0GONE", "U0BOT"]
    assert error(sandbox, "users.list", cursor="made up") == "invalid_cursor"


def test_channels(sandbox: Sandbox) -> None:
    listed = call(sandbox, "conversations.list", types="public_channel,private_channel", exclude_archived=True)
    assert [channel["id"] for channel in listed["channels"]] == [GENERAL, "C0OTHER", "G0LEADS"]
    assert call(sandbox, "conversations.info", channel="G0LEADS")["channel"]["is_private"]
    assert call(sandbox, "conversations.members", channel="G0LEADS")["members"] == ["U0BOB", "U0BOT"]
    assert error(sandbox, "conversations.members", channel="G0SECRET") == "channel_not_found"
    assert error(sandbox, "conversations.join", channel="G0LEADS") == "method_not_supported_for_channel_type"
    sandbox.settings.scopes.remove("groups:read")
    assert error(sandbox, "conversations.info", channel="G0LEADS") == "missing_scope"


def test_making_a_channel(sandbox: Sandbox) -> None:
    made = call(sandbox, "conversations.create", name="new-room", is_private=True)["channel"]
    assert sandbox.state.channels[made["id"]].members == ["U0BOT"]
    call(sandbox, "conversations.invite", channel=made["id"], users="U0ADA,U0BOB")
    assert sandbox.state.channels[made["id"]].members == ["U0BOT", "U0ADA", "U0BOB"]
    for users, code in (
        ("U0ADA", "already_in_channel"),
        ("U0NONE", "user_not_found"),
        ("U0BOT", "cant_invite_self"),
    ):
        assert error(sandbox, "conversations.invite", channel=made["id"], users=users) == code
    for name, code in (
        ("new-room", "name_taken"),
        ("Loud", "invalid_name_specials"),
        ("x" * 81, "invalid_name_maxlength"),
    ):
        assert error(sandbox, "conversations.create", name=name) == code


def test_threads_and_reactions(sandbox: Sandbox) -> None:
    parent = sandbox.person("U0ADA").say("question", channel=GENERAL)
    call(sandbox, "chat.postMessage", channel=GENERAL, text="answer", thread_ts=parent.ts)
    found = call(sandbox, "conversations.replies", channel=GENERAL, ts=parent.ts)
    assert [message["text"] for message in found["messages"]] == ["question", "answer"]
    assert error(sandbox, "conversations.replies", channel=GENERAL, ts="1.000001") == "thread_not_found"
    mark = {"channel": GENERAL, "timestamp": parent.ts, "name": "eyes"}
    assert call(sandbox, "reactions.add", **mark)["ok"]
    assert error(sandbox, "reactions.add", **mark) == "already_reacted"
    assert parent.reactions == ["eyes"]


def test_blocks_can_be_checked_without_posting(sandbox: Sandbox) -> None:
    assert call(sandbox, "blocks.validate", blocks=[section("x")])["ok"]
    answer = call(sandbox, "blocks.validate", blocks=[section("x" * 3001)])
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"][0]["pointer"] == "/blocks/0/text/text"
    assert error(sandbox, "blocks.validate", view={"type": "modal"}) == "invalid_view"
    assert call(sandbox, "team.info")["team"]["id"] == "T0123456"


def test_rate_limits_are_kept_when_switched_on(sandbox: Sandbox) -> None:
    sandbox.settings.rate_limits = True
    statuses = [call(sandbox, "chat.postMessage", channel=GENERAL, text="x")["ok"] for _ in range(4)]
    assert statuses == [True, True, True, False]
    assert sandbox.calls[-1].status == 429
    assert sandbox.calls[-1].response["error"] == "ratelimited"
    assert call(sandbox, "chat.postMessage", channel="G0LEADS", text="x")["ok"]
