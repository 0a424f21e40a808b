"""What the sender got wrong is refused in words, or with 400 where Slack never sends it; a code is for our faults."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from bot.concerns.raising.forms import from_state
from bot.errors import BadInput
from bot.sandbox import sample
from bot.sandbox.answers import Answer
from db.models import Concern, Incident, Meeting, Participant
from tests.support.world import World

NEW = "new Cooking club on Thursday at 16:00"
CODE = "Tell your administrator this code"
NOBODYS = "older version of the bot"


def said(world: World, command: str, text: str, who: str = "U0FAC") -> str:
    """What somebody is shown for a command."""
    person = world.person(who)
    answer = person.command(command, text, channel="C0GENERAL")
    assert answer.status == 200
    whole = f"{answer.text} {answer.blocks} {person.view or ''}"
    if person.view is not None:
        person.close(all_views=True)
    assert CODE not in whole
    return whole


def test_whatever_stands_between_two_words(world: World) -> None:
    for gap in ("\u00a0", "\n", "\t", "\u2003", " \n "):
        assert "Scheduled" in said(world, "/meeting", f"new{gap}Cooking club on Thursday at 16:00")
        assert "Scheduled" in said(world, "/facilitator", f"meeting{gap}{NEW}")
        assert "Nobody is in danger" not in said(world, "/concern", f"{gap}list{gap}")
    assert world.count(Meeting) == 10


@pytest.mark.both
def test_a_number_beyond_all_numbers(world: World) -> None:
    for number in ("3000000000", "9223372036854775808", "9" * 400):
        for command, text in (
            ("/meeting", "show M-{}"),
            ("/meeting", "tick M-{} lock"),
            ("/participant", "list M-{}"),
            ("/attendance", "M-{} all"),
            ("/incident", "M-{} it; done: nothing"),
            ("/incident", "show I-{}"),
            ("/checklist", "M-{}"),
            ("/invitation", "M-{}"),
        ):
            said(world, command, text.format(number), "U0MAN")
    assert (world.count(Meeting), world.count(Incident)) == (0, 0)


def test_the_guide_takes_any_words(world: World) -> None:
    for text in ("report one-to-one", "one-to-one", "1-1", "²", "%", "\\", "a/b.c"):
        assert len(said(world, "/guide", text)) > len(text)


def test_what_cannot_be_seen_is_in_no_name_and_no_title(world: World) -> None:
    said(world, "/meeting", NEW)
    for nothing in ("\u3164", "\u200b\u202e", "\u2800"):
        said(world, "/participant", f"add {nothing} to M-1")
        said(world, "/meeting", f"new {nothing} on Friday at 16:00")
    assert (world.count(Participant), world.count(Meeting)) == (0, 1)
    said(world, "/participant", "add Ro\u200bbin \u202eReed\u202c to M-1")
    said(world, "/meeting", "new \u202eBook\u200b club on Friday at 16:00")
    assert [one.name for one in world.read(lambda s: list(s.scalars(select(Participant))))] == ["Robin Reed"]
    titles = {one.title for one in world.read(lambda s: list(s.scalars(select(Meeting))))}
    assert titles == {"Cooking club", "Book club"}


def press(world: World, action: str, value: str, who: str = "U0FAC") -> int:
    """Press a button with a value that the bot never gave out."""
    return interact(world, {"type": "block_actions", "actions": [element(action, value)]}, who)


def element(action: str, value: str) -> dict[str, Any]:
    """A button."""
    return {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1.2"}


def interact(world: World, payload: dict[str, Any], who: str = "U0FAC") -> int:
    """Send what Slack would sign; the status."""
    return sent(world, payload, who).status


def sent(world: World, payload: dict[str, Any], who: str = "U0FAC") -> Answer:
    """Send what Slack would sign; the answer."""
    state, team = world.sandbox.state, world.sandbox.settings.team_id
    channel = state.open_dm(who)
    trigger = state.new_trigger(who, channel.id)
    whole = {
        "user": {"id": who, "team_id": team},
        "team": {"id": team},
        "channel": {"id": channel.id},
        "trigger_id": trigger.id if hasattr(trigger, "id") else trigger,
        **payload,
    }
    return post(world, urlencode({"payload": json.dumps(whole)}).encode())


def post(world: World, body: bytes) -> Answer:
    """Send bytes; the answer."""
    readable = body.decode("utf-8", "ignore").encode()
    return world.sandbox.raw(body, world.sandbox.sign(readable))


def test_a_button_of_nobodys(world: World) -> None:
    for action in (
        "meeting.start",
        "meeting.open_edit",
        "participants.remove",
        "attendance.open",
        "incident.show",
        "concern.read",
        "concern.triage",
        "concern.add_more",
        "checklist.open",
    ):
        for value in ("junk", ":::", "00000000-0000-0000-0000-000000000000:99999999999999"):
            assert press(world, action, value, "U0LEAD") == 200, (action, value)
            assert CODE not in world.person("U0LEAD").seen(), (action, value)
    world.sandbox.violations.clear()


def test_junk_in_a_form_is_refused_in_words(world: World) -> None:
    world.person("U0FAC").command("/meeting", NEW, channel="C0GENERAL")
    world.person("U0FAC").command("/meeting", "edit M-1", channel="C0GENERAL")
    view = world.person("U0FAC").view
    assert view is not None
    for junk in ("junk:x", "", "{}", "0" * 3_000):
        body = {"type": "view_submission", "view": {**view, "private_metadata": junk}}
        said = json.dumps(sent(world, body).body, ensure_ascii=False)
        assert NOBODYS in said, junk
        assert CODE not in said


NEVER_SENT = [
    b"",
    b"{",
    b"[1]",
    b"null",
    b"payload=",
    b"payload=%7B",
    b"payload=%7B%7D",
    b"payload=[]",
    b"payload=%7B%22type%22%3A%22block_actions%22%2C%22actions%22%3A[]%7D",
    b"payload=%7B%22type%22%3A%22unheard_of%22%7D",
    b"command=%2Fmeeting",
    b"command=%2Fmeeting&team_id=T0&text=x",
    b"\xff\xfe",
    b'{"type": "event_callback"}',
    b'{"type": "event_callback", "event": 7, "team_id": 1}',
    b"[" * 50_000,
]


def test_what_slack_never_sends_is_a_bad_request_and_no_line_in_the_log(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.settle()
    capfd.readouterr()
    for body in NEVER_SENT:
        assert post(world, body).status in (400, 401), body[:100]
    assert "error" not in "".join(capfd.readouterr())


@pytest.mark.both
def test_an_event_that_no_record_can_look_up_is_a_bad_request(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    """PostgreSQL compares no text with a zero byte in it, SQLite does."""
    world.settle()
    capfd.readouterr()
    event = {"type": "message", "channel_type": "im", "channel": "D0\x00", "user": "U0FAC", "ts": "1.0"}
    body = json.dumps(
        {"type": "event_callback", "team_id": sample.TEAM, "event_id": "Ev0ZERO", "event": event}
    ).encode()
    assert post(world, body).status == (200 if world.db.sqlite else 400)
    assert "error" not in "".join(capfd.readouterr())


def test_a_bad_timestamp_is_not_signed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    world.settle()
    capfd.readouterr()
    body = b"command=%2Fmeeting"
    for stamp in ("", "abc", "-1", "1e9", "٣", "99999999999999999999", "1" * 5_000):
        headers = {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1"), "X-Slack-Signature": "v0=0"}
        assert world.sandbox.raw(body, headers).status == 401, stamp
        assert world.sandbox.raw(body, {**headers, "X-Slack-Signature": "\u00e9"}).status == 401, stamp
    assert "Traceback" not in "".join(capfd.readouterr())


def test_half_a_character_loses_no_concern(world: World) -> None:
    """A program that cuts a text in the middle of a face leaves a half that no record can hold."""
    person = world.person("U0FAC")
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", "child")
    person.fill(facts="what I saw", urgency="now")
    view = person.view
    assert view is not None
    view["state"]["values"]["facts"]["v"]["value"] = "what I saw \ud83d"
    assert interact(world, {"type": "view_submission", "view": view}) == 200
    assert world.count(Concern) == 1


def test_a_form_without_what_it_offers_is_a_bad_request(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    """Slack draws no choice without its options."""
    person = world.person("U0FAC")
    person.command("/meeting", NEW, channel="C0GENERAL")
    person.command("/participant", "add Aled Price to M-1", channel="C0GENERAL")
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", "child")
    view = json.loads(json.dumps(person.view))
    chooser = next(one for one in view["blocks"] if one.get("block_id") in ("meeting", "participants"))
    del chooser["element"]["options"]
    capfd.readouterr()
    about = next(one for one in view["blocks"] if one.get("block_id") == "about")["element"]
    action = {"action_id": about["action_id"], "block_id": "about", "type": about["type"]}
    action["selected_option"] = view["state"]["values"]["about"][about["action_id"]]["selected_option"]
    assert interact(world, {"type": "block_actions", "view": view, "actions": [action]}) == 400
    assert "error" not in "".join(capfd.readouterr())


def test_a_choice_that_the_form_does_not_offer_any_more_keeps_the_words(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", "child")
    person.fill(facts="what I saw", urgency="now")
    view = json.loads(json.dumps(person.view).replace('"now"', '"Now"'))
    assert interact(world, {"type": "view_submission", "view": view}) == 200
    assert world.count(Concern) == 0
    assert CODE not in person.seen()
    with pytest.raises(BadInput) as refused:
        from_state({"about": "child", "facts": "what I saw", "urgency": "Now"})
    assert "how soon" in refused.value.words
    assert refused.value.field == "urgency"
    with pytest.raises(BadInput) as missing:
        from_state({"about": "child", "facts": "what I saw"})
    assert missing.value.field == "urgency"


def test_a_long_question_fits_into_its_form(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/meeting", f"new to\n@\n{'on Monday at 10 ' * 8}\n{'@' * 240}\n{{0}}", channel="C0GENERAL")
    assert CODE not in person.seen()
    assert person.view is not None
