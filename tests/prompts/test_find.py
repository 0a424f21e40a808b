"""What a hurried person's word means among the things to tick."""

import pytest

from bot.errors import BadInput
from bot.policy import load_pack
from bot.policy.filling import Words
from bot.prompts import board
from bot.prompts.forms import LONGEST_REASON, split_reason
from db.models import Moment


@pytest.mark.parametrize(
    ("policy", "typed", "meant"),
    [
        ("working4u", "lock", "lock"),
        ("working4u", "Send link", "send-link"),
        ("working4u", "send_link", "send-link"),
        ("working4u", "sendlink", "send-link"),
        ("working4u", "powerpoint", "slide"),
        ("working4u", "camera moves", "camera-moves"),
        ("working4u", "housekeeping", "housekeeping"),
        ("james", "hoody", "hoodie"),
        ("james", "staf meeting", "staff-meeting"),
        ("james", "debreif", "debrief"),
        ("st_josephs", "mute everybody", "mute"),
        ("sendiass", "transcript", "transcript"),
    ],
)
def test_the_closest_is_meant(policy: str, typed: str, meant: str) -> None:
    assert [box.id for box in found(policy, typed)] == [meant]


def found(policy: str, typed: str) -> tuple[board.Box, ...]:
    groups = board.groups_of(load_pack(policy), tuple(Moment), {}, Words())
    return board.find([box for group in groups for box in group.boxes], typed)


def test_two_that_are_as_close_are_both_named() -> None:
    with pytest.raises(BadInput) as wrong:
        found("working4u", "breakout rooms")
    assert "`breakout-host`" in wrong.value.words
    assert "`breakout-co-host`" in wrong.value.words


def test_nothing_close_names_what_there_is() -> None:
    with pytest.raises(BadInput) as wrong:
        found("james", "xylophone")
    assert "nothing to tick called “xylophone”" in wrong.value.words
    with pytest.raises(BadInput):
        board.find([], "lock")


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
