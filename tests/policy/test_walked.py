"""What each policy asks for, as a facilitator meets it: of whom, before which moment, how hard, in which words.

The table was drawn from the bot; what stands before a moment (the gates) was then read against the five documents.
"""

import csv
from pathlib import Path

import pytest

from tests.policy import walking
from tests.support.world import open_world

with (Path(__file__).parent / "walked.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = [tuple(row) for row in csv.reader(_file)]
POLICIES = list(dict.fromkeys(row[0] for row in ROWS))


def _shown(policy: str) -> list[str]:
    """The clauses of a policy that the walk shows, with how hard and before which moment each is asked."""
    return list(dict.fromkeys(clause for row in ROWS if row[0] == policy for clause in row[1].split()))


@pytest.mark.parametrize(
    "policy", [pytest.param(one, marks=pytest.mark.clause(*_shown(one)), id=one) for one in POLICIES]
)
def test_what_is_asked_of_whom_before_which_moment_and_how_hard(policy: str, database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy=policy) as world:
        seen = {(policy, *one) for one in walking.walk(world)}
        wanted = {row for row in ROWS if row[0] == policy}
        assert sorted(seen - wanted) == []
        assert sorted(wanted - seen) == []
        assert world.sandbox.violations == []
