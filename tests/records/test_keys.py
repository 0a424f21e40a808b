"""A new key: everything is sealed anew under it while people write, and the old one can go."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.records import sealing, verifying
from bot.settings import Settings
from db import marks
from db.crypto import Keyring, use_keyring
from db.models import Concern, ConcernText, Participant, Staff
from db.session import Database
from tests.support.raising import SECRET, raise_one
from tests.support.world import KEYS, World

pytestmark = pytest.mark.both
ADDED = ("Aled", "Bronwen", "Cerys", "Dewi", "Eluned", "Ffion", "Gethin", "Huw", "Iwan", "Llinos")
NEW = Keyring.generate(2)


@pytest.fixture
def two_keys(world: World) -> Iterator[World]:
    """A world with records under the old key, whose bot was started again with a new one in front."""
    world.person("U0FAC").command("/meeting", "new Cooking club on Thursday at 16:00")
    world.person("U0FAC").command("/participant", "add Robin Example, Jo Example to M-1")
    raise_one(world, about="staff", subject_staff="U0LEAD")
    world.settle()
    world.stop_bot()
    world.settings.facilitator_keys = SecretStr(f"{NEW},{KEYS}")
    world.start_bot()
    yield world
    world.stop_bot()
    use_keyring(Keyring.parse(KEYS))


def needing(world: World) -> dict[str, int]:
    return world.read(lambda session: sealing.needing(session, 1))


def test_everything_is_sealed_under_the_new_key_while_people_write(two_keys: World) -> None:
    world = two_keys
    assert {"participants", "staff", "concerns", "marks"} <= needing(world).keys()
    said: list[str] = []

    def write() -> None:
        for name in ADDED:
            said.append(world.person("U0FAC").command("/participant", f"add {name} to M-1").text)

    writer = threading.Thread(target=write)
    writer.start()
    database = Database(world.database_url)
    tables: list[str] = []

    def cut_off(_table: str, _rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(sealing.rotate(database, cut_off))
    assert needing(world), "it was cut off after the first slice"
    damaged = asyncio.run(sealing.rotate(database, lambda table, _rows: tables.append(table)))
    writer.join()
    damaged += asyncio.run(sealing.rotate(database))
    database.close()
    assert damaged == 0
    assert "participants" in tables
    assert not any("NOT SAVED" in one for one in said)
    assert needing(world) == {}
    world.stop_bot()
    world.settings.facilitator_keys = SecretStr(NEW)
    world.start_bot()
    assert world.read(marks.is_bound)
    assert [
        one.words for one in world.read(lambda s: verifying.look(s, [world.settings.heads_file])) if one.wrong
    ] == []

    def opened(session: Session) -> tuple[set[str], str | None, bool, list[list[str]]]:
        names = {one.name for one in session.scalars(select(Participant))}
        concern = session.scalars(select(Concern)).one()
        told = any(SECRET in one.words for one in session.scalars(select(ConcernText)))
        return names, concern.subject_staff, told, [one.roles for one in session.scalars(select(Staff)) if one.in_file]

    names, subject, told, roles = world.read(opened)
    assert {"Robin Example", "Jo Example", *ADDED} == names
    assert (subject, told) == ("U0LEAD", True)
    assert all(roles)
    # Looked up by name, it is the same person.
    assert "already" in world.person("U0FAC").command("/participant", "add Robin Example to M-1").text.casefold()


def test_a_key_that_is_still_needed_is_not_dropped(two_keys: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = two_keys
    for name, value in environment(world.settings).items():
        monkeypatch.setenv(name, value)
    refused = CliRunner().invoke(cli, ["keys", "drop", "1"])
    assert refused.exit_code == 1
    assert "still needed by" in refused.output
    newest = CliRunner().invoke(cli, ["keys", "drop", "2"])
    assert "is the newest" in newest.output
    rotated = CliRunner().invoke(cli, ["keys", "rotate"])
    assert rotated.exit_code == 0, rotated.output
    assert "sealed under key 2" in rotated.output
    dropped = CliRunner().invoke(cli, ["keys", "drop", "1"])
    assert dropped.exit_code == 0, dropped.output
    assert "Nothing needs key 1" in dropped.output
    assert CliRunner().invoke(cli, ["keys", "new"]).output.startswith("3:")


def environment(settings: Settings) -> dict[str, Any]:
    return {"DATABASE_URL": settings.database_url, "FACILITATOR_KEYS": settings.facilitator_keys.get_secret_value()}
