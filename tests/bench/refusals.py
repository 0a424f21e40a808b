"""A concern that is there but not for the person, and one that is not there, refused in the same time."""

import json
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import httpx
from sqlalchemy import select

from bot.concerns.ids import Ids
from bot.sandbox import sample
from db.models import Concern
from tests.bench.figure import Figure
from tests.support.raising import raise_one
from tests.support.world import World, migrated, open_world

TIMES = 2000
PROMISED = 1.1
"""How many times longer the slower of the two may take; its inverse is 0.91."""


def figures() -> Iterator[Figure]:
    """Signed requests for each, in turns, from a colleague who may not know of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data" / "facilitator.db"
        path.parent.mkdir()
        migrated(f"sqlite:///{path}")
        with open_world(f"sqlite:///{path}", Path(folder)) as world:
            raise_one(world)
            world.settle()
            concern = world.read(lambda session: session.scalars(select(Concern)).one())
            there, absent = _times(world, concern.id)
    ratio = median(there) / median(absent)
    yield Figure("median where there is one", median(there) * 1000, "ms")
    yield Figure("median where there is none", median(absent) * 1000, "ms")
    yield Figure(f"the slower of the two, over {TIMES} each", max(ratio, 1 / ratio), "times", PROMISED)


def _times(world: World, concern_id: uuid.UUID) -> tuple[list[float], list[float]]:
    if world.bot is None:
        raise RuntimeError("the bot is not running")
    url = f"{world.bot.url}/slack/events"
    found: tuple[list[float], list[float]] = ([], [])
    with httpx.Client(timeout=10) as client:
        for turn in range(TIMES + 50):
            # Which of the two goes first changes, for the second finds everything warmer.
            order = (0, 1) if turn % 2 else (1, 0)
            for which in order:
                body = _body(concern_id if which == 0 else uuid.uuid4())
                headers = world.sandbox.sign(body)
                begun = time.perf_counter()
                answer = client.post(url, content=body, headers=headers)
                taken = time.perf_counter() - begun
                if answer.status_code != 200 or "no such record" not in answer.text:
                    raise RuntimeError(f"not a refusal: {answer.status_code}")
                if turn >= 50:
                    found[which].append(taken)
    return found


def _body(concern_id: uuid.UUID) -> bytes:
    typed = {"v": {"type": "plain_text_input", "value": "Because"}}
    view = {
        "id": f"V{uuid.uuid4().hex[:9].upper()}",
        "root_view_id": "V0",
        "type": "modal",
        "callback_id": Ids.EXPORT_FORM.value,
        "private_metadata": f"{concern_id}:1",
        "blocks": [{"type": "input", "block_id": "purpose"}],
        "state": {"values": {"purpose": typed, "made_for": typed}},
    }
    user = {"id": "U0FAC", "team_id": sample.TEAM}
    payload = {"type": "view_submission", "team": {"id": sample.TEAM}, "user": user, "trigger_id": "1.2", "view": view}
    return urlencode({"payload": json.dumps(payload)}).encode()
