"""The clauses that are to be shown: what somebody types, and the line with the clause that they read."""

import asyncio
import csv
from pathlib import Path

import pytest

from bot.caller import Caller
from bot.guide import commands
from bot.policy import clauses
from bot.slack.call import Answer, Call, Kind, Say
from bot.slack.router import Router
from db.models import Organisation, Role

with (Path(__file__).parent / "seen.csv").open(encoding="utf-8", newline="") as file:
    SEEN = list(csv.DictReader(file))
CASES = [pytest.param(one, id=one["clause"], marks=pytest.mark.clause(one["clause"])) for one in SEEN]


def guide(policy: str, typed: str) -> str:
    """What a facilitator of an organisation with that policy reads after `/guide …`."""
    organisation = Organisation(
        team_id="T0", name="Sample Youth Trust", policy=policy, timezone="Europe/London", options={}
    )
    caller = Caller(organisation, "U0FAC", "Farah", frozenset([Role.FACILITATOR]))
    router = Router()
    commands.register(router)
    handler = router.commands["guide"].free
    assert handler is not None

    async def answered() -> Answer:
        return await handler.handler(Call(Kind.COMMAND, "guide", caller, text=typed))

    answer = asyncio.run(answered())
    assert isinstance(answer, Say)
    return "\n".join(block["text"]["text"] for block in answer.blocks if block["type"] == "section")


@pytest.mark.parametrize("seen", CASES)
def test_the_line_is_read_with_its_clause(seen: dict[str, str]) -> None:
    lines = guide(seen["policy"], seen["typed"]).splitlines()
    escaped = seen["seen"].replace("&", "&amp;")
    found = [line for line in lines if line.startswith(f"• {escaped} `")]
    assert found
    assert seen["clause"] in found[0].rpartition(" `")[2]


def test_every_clause_that_is_to_be_shown_is_here_and_no_other() -> None:
    to_show = [clause.id for clause in clauses().values() if clause.serve == "guide"]
    assert sorted(one["clause"] for one in SEEN) == sorted(to_show)
