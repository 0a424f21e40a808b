"""A database with the ticks of meetings and of checklists becomes one with facts: nothing is lost, nothing looser."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, Uuid, column, insert, select, table
from sqlalchemy.orm import Session

from bot.facts import standing
from bot.facts.points import URGENT, agreement, gate
from bot.gates import gating
from db import migrate
from db.base import UtcDateTime
from db.crypto import keyring
from db.models import Checklist, Fact, Meeting, Registration
from db.session import Database
from tests.prompts.conftest import schedule
from tests.support.world import World

pytestmark = pytest.mark.both

BEFORE = "b91d47e6a03c"
"""The migration before ticks were facts."""
AT = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
REASON = "Aled rang and is frightened"


def _insert(engine: Engine, name: str, rows: list[dict[str, Any]]) -> None:
    kinds: dict[str, Any] = {"id": Uuid(), "at": UtcDateTime()}
    shape = table(name, *(column(one, kinds.get(one.rpartition("_")[2])) for one in rows[0]))
    with engine.begin() as connection:
        connection.execute(insert(shape), rows)


def _old(engine: Engine, name: str) -> list[tuple[Any, ...]]:
    """What a table of ticks holds, without the sealed reasons."""
    what = ("key", "as_manager") if name == "meeting_ticks" else ("measure", "first_by")
    shape = table(name, *(column(one) for one in ("sequence", "ticked", *what)))
    with engine.connect() as connection:
        return [tuple(one) for one in connection.execute(select(shape).order_by(shape.c.sequence))]


def test_ticks_become_facts_and_would_be_ticks_again(world: World) -> None:
    schedule(world, "working4u")
    farah = world.person("U0FAC")
    farah.command("/participant", "add children Ann, Ben to M-1", channel="C0GENERAL")
    farah.command("/checklist", "M-1", channel="C0YOUTH")
    world.settle()
    meeting = world.read(lambda session: session.scalars(select(Meeting)).one())
    checklist = world.read(lambda session: session.scalars(select(Checklist)).one().id)
    rows = world.read(lambda session: list(session.scalars(select(Registration))))
    ann, ben = sorted(rows, key=lambda one: one.participant.name)
    world.stop_bot()
    database = Database(world.database_url)
    migrate.downgrade(database.engine, BEFORE)

    said = {"organisation_id": meeting.organisation_id, "by": "U0FAC", "at": AT}
    ticks = [
        ("gate:waiting-room", True, None, True),
        ("gate:waiting-room", False, None, False),
        (f"gate:carer-permission:{ann.id.hex}", True, "On the phone", False),
        ("prompt:start:lock", True, None, False),
        (f"agreed:{ann.id.hex}", True, None, False),
        (f"agreed:{ben.id.hex}", True, None, False),
        (f"agreed:{ben.id.hex}", False, None, False),
        (f"said-no:{ben.id.hex}", True, None, False),
        ("urgent", True, REASON, False),
        ("urgent-after:needed", True, None, False),
    ]
    found = []
    for number, (key, on, reason, manager) in enumerate(ticks, start=1):
        one = {
            "id": uuid4(),
            "meeting_id": meeting.id,
            "sequence": number,
            "key": key,
            "ticked": on,
            "as_manager": manager,
        }
        found.append({**said, **one, "reason": _sealed(one["id"], meeting.organisation_id, reason)})
    _insert(database.engine, "meeting_ticks", found)
    measures = [
        ("w4u-01-a", True, None),
        ("w4u-01-b", True, "U0COW"),
        ("setting:lock", True, None),
        ("w4u-01-a", False, None),
        ("w4u-08-d", True, None),
    ]
    _insert(
        database.engine,
        "checklist_ticks",
        [
            {**said, "id": uuid4(), "checklist_id": checklist, "sequence": number, "measure": measure, "ticked": on}
            | {"first_by": first, "first_at": AT if first else None}
            for number, (measure, on, first) in enumerate(measures, start=1)
        ],
    )
    before = [_old(database.engine, one) for one in ("meeting_ticks", "checklist_ticks")]

    migrate.upgrade(database.engine)
    with Session(database.engine) as session:
        facts = session.scalars(select(Fact).order_by(Fact.sequence)).all()
        _look(session, facts, found, ann.id.hex, ben.id.hex)
    migrate.downgrade(database.engine, BEFORE)
    # A setting is one fact since, wherever it was ticked: it goes back among the ticks of the meeting.
    said = {"setting:lock": "gate:lock", "prompt:start:lock": "gate:lock"}
    settings = [(True, "gate:lock", False)]
    were = settings + [(on, said.get(key, key), manager) for _, on, key, manager in before[0]]
    assert [one[1:] for one in _old(database.engine, "meeting_ticks")] == were
    assert _old(database.engine, "checklist_ticks") == [one for one in before[1] if one[2] not in said]
    migrate.upgrade(database.engine)
    with Session(database.engine) as session:
        assert session.scalars(select(Fact).where(Fact.requirement == "urgent")).one().reason == REASON
    database.close()


def _look(session: Session, facts: Sequence[Fact], found: list[dict[str, Any]], ann: str, ben: str) -> None:
    assert [one.sequence for one in facts] == list(range(1, 16))
    assert [(one.requirement, one.answer, one.first_by) for one in facts[:5]] == [
        ("checklist:w4u-01-a", "yes", None),
        ("checklist:w4u-01-b", "yes", "U0COW"),
        ("gate:lock", "yes", None),
        ("checklist:w4u-01-a", "back", None),
        # It met no requirement before, and does not begin to: before the meeting it is asked for once more.
        ("checklist:w4u-08-d", "yes", None),
    ]
    assert {one.id for one in facts[5:]} == {one["id"] for one in found}
    assert {(one.by, one.at) for one in facts} == {("U0FAC", AT)}
    meeting = session.scalars(select(Meeting)).one()
    stands = standing.current(session, meeting)
    assert stands[URGENT].reason == REASON
    assert stands[gate("carer-permission", ann)].reason == "On the phone"
    assert gate("waiting-room") not in stands
    answers = standing.agreements(session, meeting)
    assert {person: one.given for person, one in answers.items()} == {ann: True, ben: False}
    assert agreement(ben) not in stands
    open_for = {one.id: one.people for one in gating.of_meeting(session, meeting, AT)}
    assert open_for["carer-permission"] == (ben,)
    assert open_for["agreement"] == (ben,)


def _sealed(row: Any, organisation: UUID, reason: str | None) -> bytes | None:
    return keyring().seal(reason, f"meeting_ticks.reason|{row.hex}|{organisation.hex}") if reason else None
