"""Carers' addresses that stood with participants become carers of their own, one for brothers and sisters, and back."""

from typing import Any

import pytest
from sqlalchemy import Boolean, LargeBinary, Uuid, column, select, table, update
from sqlalchemy.orm import Session

from db import migrate
from db.crypto import keyring
from db.models import Carer, Participant
from db.session import Database
from tests.support.world import World

pytestmark = pytest.mark.both

BEFORE = "a83d52e6f1b7"
"""The migration before carers were people of their own."""
OLD = table(
    "participants",
    column("id", Uuid()),
    column("organisation_id", Uuid()),
    column("email", LargeBinary()),
    column("email_index", LargeBinary()),
    column("email_is_carers", Boolean()),
)
ADDRESSES = {
    "Ann": ("carer@example.org", True),
    "Ben": ("carer@example.org", True),
    "Cai": ("cai@example.org", False),
    "Dot": (None, False),
}


def test_an_address_moves_to_its_carer_and_back(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Ann, Ben, Cai, Dot to M-1")
    people = world.read(lambda session: {one.name: one for one in session.scalars(select(Participant))})
    world.stop_bot()
    database = Database(world.database_url)
    migrate.downgrade(database.engine, BEFORE)
    with database.engine.begin() as connection:
        for name, (email, carers) in ADDRESSES.items():
            one = people[name]
            place = f"participants.email|{one.id.hex}|{one.organisation_id.hex}"
            values = {
                "email": keyring().seal(email, place) if email else None,
                "email_index": keyring().blind_index(email) if email else None,
                "email_is_carers": carers,
            }
            connection.execute(update(OLD).where(OLD.c.id == one.id).values(**values))

    migrate.upgrade(database.engine)
    assert addresses(database) == {
        "Ann": (None, "carer@example.org"),
        "Ben": (None, "carer@example.org"),
        "Cai": ("cai@example.org", None),
        "Dot": (None, None),
    }
    with Session(database.engine) as session:
        (carer,) = session.scalars(select(Carer))
        assert carer.email_index == keyring().blind_index("carer@example.org")
        assert carer.added_by == "U0FAC"

    migrate.downgrade(database.engine, BEFORE)
    with database.engine.connect() as connection:
        rows = {one.id: one for one in connection.execute(select(OLD))}
    for name, (email, carers) in ADDRESSES.items():
        row, one = rows[people[name].id], people[name]
        place = f"participants.email|{one.id.hex}|{one.organisation_id.hex}"
        found: Any = keyring().open(bytes(row.email), place) if row.email else None
        assert (found, row.email_is_carers) == (email, carers)
    migrate.upgrade(database.engine)
    database.close()


def addresses(database: Database) -> dict[str, tuple[str | None, str | None]]:
    """Everybody's own address and their carer's."""
    with Session(database.engine) as session:
        people = session.scalars(select(Participant)).all()
        return {one.name: (one.email, one.carer.carer.email if one.carer else None) for one in people}
