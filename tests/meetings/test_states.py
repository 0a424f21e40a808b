"""The table of a meeting's states is the one place where a state changes, and it leads everywhere."""

import ast
from pathlib import Path

import pytest

from bot.diary import states
from db.models import Meeting, MeetingState

ROOT = Path(__file__).parents[2]


def test_what_does_not_follow_is_refused() -> None:
    for before, allowed in states.STEPS.items():
        for to in set(MeetingState) - allowed:
            meeting = Meeting(state=before)
            with pytest.raises(ValueError, match="cannot become"):
                states.move(meeting, to)
            assert meeting.state is before


def test_the_table_has_every_state_and_its_names_are_made_of_them() -> None:
    assert set(states.STEPS) == set(MeetingState)
    assert {*states.OPEN, *states.OVER, MeetingState.CANCELLED} == set(MeetingState)
    # To close a meeting with its register is still to come.
    assert set().union(*states.STEPS.values()) == set(MeetingState) - {MeetingState.CLOSED}


def test_nothing_else_sets_a_meetings_state() -> None:
    found = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and "MeetingState" in path.read_text(encoding="utf-8"):
                found += [path.name for one in node.targets if isinstance(one, ast.Attribute) and one.attr == "state"]
    assert found == ["states.py"]
