"""What a hurried person's word means among the things to tick."""

import pytest

from bot.errors import BadInput, Unclear
from bot.policy import load_pack
from bot.policy.filling import Words
from bot.prompts import board
from bot.prompts.forms import LONGEST_REASON, split_reason
from bot.providers import SettingKey
from bot.reading import ticking
from db.models import Meeting, Moment


@pytest.mark.parametrize(
    ("policy", "typed", "meant"),
    [
        ("working4u", "lock", "lock"),
        ("working4u", "Send link", "send-link"),
        ("working4u", "send_link", "send-link"),
        ("working4u", "camera moves", "camera-moves"),
        ("working4u", "housekeeping", "housekeeping"),
        ("james", "Staff  meeting", "staff-meeting"),
    ],
)
def test_an_exact_id_is_meant(policy: str, typed: str, meant: str) -> None:
    assert [box.id for box in found(policy, typed)] == [meant]


@pytest.mark.parametrize(
    ("policy", "typed", "near"),
    [
        ("working4u", "sendlink", "send-link"),
        ("james", "hoody", "hoodie"),
        ("james", "staf meeting", "staff-meeting"),
        ("james", "debreif", "debrief"),
    ],
)
def test_what_only_comes_near_is_offered(policy: str, typed: str, near: str) -> None:
    with pytest.raises(Unclear) as asked:
        found(policy, typed)
    assert f"meeting tick M-12 {near}" in [command for _, command in asked.value.choices]


@pytest.mark.parametrize("typed", ["projector", "before the link", "xylophone", "the thing"])
def test_nothing_close_opens_the_form(typed: str) -> None:
    with pytest.raises(Unclear) as asked:
        found("working4u", typed)
    assert f"“{typed}”" in asked.value.words
    assert asked.value.choices == (("Open the form", "meeting tick M-12"),)


def found(policy: str, typed: str) -> tuple[board.Box, ...]:
    groups = board.groups_of(load_pack(policy), Meeting(breakout_rooms=True), tuple(Moment), {}, Words())
    return board.find("M-12", [box for group in groups for box in group.boxes], typed)


def test_the_reason_is_what_follows_because() -> None:
    assert split_reason("M-12 lock because everybody is in, because I looked") == (
        "M-12 lock",
        "everybody is in, because I looked",
    )
    assert split_reason("M-12 lock") == ("M-12 lock", "")
    assert split_reason("M-12 lock because") == ("M-12 lock because", "")
    with pytest.raises(BadInput) as wrong:
        split_reason("M-12 lock because " + "x" * (LONGEST_REASON + 1))
    assert f"{LONGEST_REASON} fit" in wrong.value.words


def test_what_is_ticked_on_the_checklist_is_offered_there() -> None:
    listed = [ticking.Item(key.value, key.label) for key in SettingKey]
    groups = board.groups_of(load_pack("james"), Meeting(breakout_rooms=True), tuple(Moment), {}, Words())
    for typed in ("lock", "lok", "waiting room is on"):
        with pytest.raises(Unclear) as asked:
            board.find("M-12", [box for group in groups for box in group.boxes], typed, listed=listed)
        assert asked.value.choices[0] == ("Open the checklist", "checklist tick M-12")
