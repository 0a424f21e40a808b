"""What the gates look at is gathered from what somebody can record; what nobody recorded never meets one."""

import ast
from dataclasses import fields, replace
from pathlib import Path

import pytest

import bot.gates.gating
from bot.policy import PACK_NAMES, load_pack
from bot.policy.gates import MeetingFacts, Person, Worker, evaluate
from bot.policy.overrides import NONE
from tests.policy.test_gates import FACTS


def gathered(kind: type) -> set[str]:
    """What is given to the facts of this kind where they are gathered for a meeting."""
    tree = ast.parse(Path(bot.gates.gating.__file__).read_text())
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and ast.unparse(one.func) == kind.__name__]
    return {str(keyword.arg) for call in calls for keyword in call.keywords}


def test_every_fact_that_gates_look_at_is_gathered() -> None:
    missing = {
        one.name for kind in (Person, MeetingFacts, Worker) for one in fields(kind) if one.name not in gathered(kind)
    }
    assert missing == set()


@pytest.mark.parametrize("pack", PACK_NAMES)
def test_nobody_is_told_that_something_is_so_because_nobody_recorded_it(pack: str) -> None:
    """With people of whom nothing is recorded, no gate about a person is met but for what the register says of them."""
    nobody = (Person("zed", "Zed", "child"), Person("ann", "Ann", "adult"))
    found = evaluate(load_pack(pack), NONE, replace(FACTS, people=nobody))
    about_people = [gate for gate in found if gate.moment in ("invite", "entry") and not gate.open]
    assert {gate.id for gate in about_people} <= {"on-list", "agreement", "link-day", "through-staff"}
