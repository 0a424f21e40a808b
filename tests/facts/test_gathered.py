"""What the gates look at is gathered from what somebody can record; what nobody recorded never meets one."""

import ast
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.diary import roster
from bot.gates import gating
from bot.policy import PACK_NAMES
from bot.policy.gates import MeetingFacts, Person, Worker
from db.models import Meeting
from tests.support.world import open_world


def gathered(kind: type) -> set[str]:
    """What is given to the facts of this kind where they are gathered for a meeting."""
    tree = ast.parse(Path(gating.__file__).read_text())
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and ast.unparse(one.func) == kind.__name__]
    return {str(keyword.arg) for call in calls for keyword in call.keywords}


def test_every_fact_that_gates_look_at_is_gathered() -> None:
    missing = {
        one.name for kind in (Person, MeetingFacts, Worker) for one in fields(kind) if one.name not in gathered(kind)
    }
    assert missing == set()


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_nobody_is_told_that_something_is_so_because_nobody_recorded_it(
    database_url: str, tmp_path: Path, policy: str
) -> None:
    """With people of whom nothing is recorded, no gate about a person is met but for what the register says of them."""
    with open_world(database_url, tmp_path, policy=policy) as world:
        farah = world.person("U0FAC")
        farah.command("/meeting", "new Cooking tomorrow at 16:00 with @Col.Co-worker", channel="C0YOUTH")
        farah.command("/participant", "add Zed, Ann to M-1", channel="C0YOUTH")

        def work(session: Session) -> set[str]:
            meeting = session.scalars(select(Meeting)).one()
            assert len(roster.registered(session, meeting)) == 2
            gates = gating.of_meeting(session, meeting, datetime.now(UTC))
            return {gate.id for gate in gates if gate.moment in ("invite", "entry") and not gate.open}

        assert world.read(work) <= {"on-list", "agreement", "link-day", "through-staff"}
