"""Slack makes nothing by itself of what the bot writes: an address in a title or a name does not become a link."""

import json
from collections.abc import Iterator
from typing import Any

from bot.slack.text import esc
from tests.support.world import World

TITLE = "Join at evil.example.org or x@example.org #general"


def marked(part: Any) -> Iterator[dict[str, Any]]:
    """Every text in mrkdwn."""
    if isinstance(part, str) and part[:1] in ("{", "["):
        part = json.loads(part)
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part
        for one in part.values():
            yield from marked(one)
    elif isinstance(part, list):
        for one in part:
            yield from marked(one)


def test_no_address_becomes_a_link(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", f"new {TITLE} tomorrow at 5pm", channel="C0GENERAL")
    world.settle()
    for command, text in (
        ("/meeting", "list"),
        ("/meeting", "show M-1"),
        ("/meeting", "gates M-1"),
        ("/checklist", "M-1"),
    ):
        farah.command(command, text, channel="C0GENERAL")
    farah.command("/incident", "M-1 evil.example.org done: told x@example.org", channel="C0GENERAL")
    farah.home()
    world.settle()
    calls = [one for one in world.sandbox.calls if one.method.startswith(("chat.", "views."))]
    texts = list(marked([*(one.args for one in calls), *(one.body for one in world.sandbox.journal.sent)]))
    assert any("evil.example.org or x@example.org" in one["text"] for one in texts)
    assert [one["text"] for one in texts if one.get("verbatim") is not True] == []
    messages = [one.args for one in calls if one.method in ("chat.postMessage", "chat.update")]
    assert messages
    assert {str(one.get("parse")) for one in messages} == {"none"}
    assert "<http" not in json.dumps([one["text"] for one in texts])
    assert "mailto" not in json.dumps([one["text"] for one in texts])


def test_a_display_name_is_no_mark_up(world: World) -> None:
    world.sandbox.membership.change_user("U0COW", name="<!channel> Col")
    world.settle()
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art tomorrow at 5pm with <@U0COW>", channel="C0GENERAL")
    for command, text in (("/meeting", "gates M-1"), ("/meeting", "show M-1"), ("/meeting", "list")):
        answer = farah.command(command, text, channel="C0GENERAL")
        assert "<!channel>" not in json.dumps([answer.text, answer.blocks])
        if "gates" in text:
            assert "&lt;!channel&gt; Col" in json.dumps(answer.blocks)


def test_a_bare_text_is_answered_as_a_block(world: World) -> None:
    answer = world.person("U0FAC").command("/meeting", "show M-77 evil.example.org", channel="C0GENERAL")
    assert answer.blocks
    assert {one["verbatim"] for one in marked(answer.blocks)} == {True}


def test_the_one_escaping_leaves_no_mark_up() -> None:
    assert esc("<!channel> <https://evil.example.org|here> & <@U0FAC>") == (
        "&lt;!channel&gt; &lt;https://evil.example.org|here&gt; &amp; &lt;@U0FAC&gt;"
    )
