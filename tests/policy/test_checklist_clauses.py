"""Every measure of every policy's checklist, as the person who ticks it sees it."""

import csv
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.checklists import views
from bot.gates.sheet import Sheet, draw_up
from bot.policy import load_pack
from bot.providers import SettingKey
from db.models import Checklist, Meeting, MeetingState

START = datetime(2037, 11, 26, 16, tzinfo=UTC)
with (Path(__file__).parent / "seen_in_checklist.csv").open(encoding="utf-8", newline="") as file:
    SEEN = list(csv.DictReader(file))
SETTINGS = {
    "w4u-03-f": SettingKey.PRIVATE_CHAT_OFF,
    "w4u-06-d": SettingKey.PASSCODE,
    "w4u-06-e": SettingKey.WAITING_ROOM,
    "w4u-06-f": SettingKey.LOCK,
    "w4u-08-a": SettingKey.PRIVATE_CHAT_OFF,
    "w4u-08-e": SettingKey.HOST_ONLY_SHARE,
    "jam-07-b": SettingKey.WAITING_ROOM,
    "sen-03-b": SettingKey.NO_JOIN_BEFORE_HOST,
    "sen-03-c": SettingKey.WAITING_ROOM,
    "sen-03-d": SettingKey.LOCK,
    "sen-04-a": SettingKey.PRIVATE_CHAT_OFF,
    "sen-04-b": SettingKey.HOST_ONLY_SHARE,
    "sen-04-c": SettingKey.FILE_TRANSFER_OFF,
    "sen-05-a": SettingKey.NO_RECORDING,
    "stj-04-c": SettingKey.RANDOM_ID,
    "stj-04-d": SettingKey.PASSCODE,
    "stj-05-a": SettingKey.NO_RECORDING,
    "stj-06-a": SettingKey.WAITING_ROOM,
    "stj-06-b": SettingKey.LOCK,
    "stj-06-c": SettingKey.MUTE_ON_ENTRY,
    "stj-06-d": SettingKey.HOST_ONLY_SHARE,
    "stj-06-f": SettingKey.NO_BREAKOUT_ROOMS,
    "vol-03-a": SettingKey.PASSCODE,
    "vol-03-b": SettingKey.HOST_ONLY_SHARE,
    "vol-03-c": SettingKey.FILE_TRANSFER_OFF,
    "vol-03-d": SettingKey.NO_JOIN_BEFORE_HOST,
    "vol-03-e": SettingKey.REMOVED_CANNOT_REJOIN,
}
"""The measures that the bot itself meets once the provider has confirmed a setting."""


def cases(*, of_settings: bool) -> list[Any]:
    chosen = [one for one in SEEN if not of_settings or one["id"] in SETTINGS]
    return [
        pytest.param(one, id=f"{one['clause']}-{one['id']}", marks=pytest.mark.clause(one["clause"])) for one in chosen
    ]


def sheet(policy: str, confirmed: SettingKey | None = None) -> Sheet:
    # That nothing is recorded is two settings at the provider.
    said = [confirmed.value] if confirmed else []
    said += [SettingKey.NO_AUTO_RECORDING.value] if confirmed is SettingKey.NO_RECORDING else []
    meeting = Meeting(
        id=uuid.UUID(int=1),
        number=1,
        title="Cooking",
        starts_at=START,
        provider="zoom",
        state=MeetingState.ENDED,  # by then everything can be ticked
        settings_read={one: {"state": "applied", "evidence": "read back"} for one in said},
    )
    return draw_up(load_pack(policy), Checklist(id=uuid.UUID(int=2)), meeting, [], "Europe/London")


def group(view: dict[str, Any], row: str) -> tuple[str, list[dict[str, Any]], str]:
    """The heading of a row in the form with who is at risk, its boxes, and its small print."""
    blocks = [block for block in view["blocks"] if block["block_id"].startswith(f"row.{row}.")]
    inputs = [block for block in blocks if block["type"] == "input"]
    headings = [block["label"]["text"] for block in inputs]
    headings += [block["hint"]["text"] for block in inputs if "hint" in block]
    notes = [element["text"] for block in blocks if block["type"] == "context" for element in block["elements"]]
    boxes = [option for block in inputs for option in block["element"]["options"]]
    # A risk stands once for each phase in which something against it can be true.
    return "\n".join(dict.fromkeys(headings)), boxes, "\n".join(notes)


def phases(view: dict[str, Any]) -> dict[str, str]:
    """Under which heading of the form each box stands: before the session, while it runs, or when it is over."""
    found: dict[str, str] = {}
    phase = ""
    for block in view["blocks"]:
        if block["block_id"].startswith("phase."):
            phase = block["block_id"].removeprefix("phase.")
        elif block["type"] == "input":
            found |= {option["value"]: phase for option in block["element"]["options"]}
    return found


@pytest.mark.parametrize("seen", cases(of_settings=False))
def test_the_form_shows_the_risk_and_each_measure_to_tick_with_the_clause(seen: dict[str, str]) -> None:
    row = "-".join(seen["id"].split("-")[:2])
    view = views.form(sheet(seen["policy"]))
    heading, boxes, note = group(view, row)
    assert phases(view).get(seen["id"], "") == seen["when"]
    assert seen["clause"] in note
    if seen["id"] == row:
        number = int(row[-2:])
        assert heading == "\n".join(filter(None, [f"{number}. {seen['seen']}", seen["also"]]))
    else:
        shown = [(box["text"]["text"], box.get("description", {}).get("text", "")) for box in boxes]
        assert (seen["seen"], seen["also"]) in shown


@pytest.mark.parametrize("seen", cases(of_settings=True))
def test_what_the_provider_confirmed_is_met_without_a_tick(seen: dict[str, str]) -> None:
    setting, row = SETTINGS[seen["id"]], "-".join(seen["id"].split("-")[:2])
    _, boxes, note = group(views.form(sheet(seen["policy"], confirmed=setting)), row)
    assert seen["seen"] not in [box["text"]["text"] for box in boxes]
    assert f"✅ checked at Zoom: {seen['seen']}" in note
    assert "read back" in note


def test_the_list_of_measures_with_a_setting_is_whole() -> None:
    provided = {key.value for key in SettingKey}
    policies = sorted({one["policy"] for one in SEEN})
    measures = [one for policy in policies for row in load_pack(policy).checklist.rows for one in row.measures]
    assert {one.id: one.setting for one in measures if one.setting in provided} == SETTINGS
