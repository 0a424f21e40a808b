"""Backup and restore: all that was saved is in the file, and nothing of it is delivered twice."""

import asyncio
import os
import shutil
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import private
from bot.clock import Clock
from bot.records import backing, verifying
from bot.settings import Settings
from db.crypto import Keyring, use_keyring
from db.models import Concern, Delivery
from db.session import Database
from tests.support.raising import raise_one
from tests.support.world import World

pytestmark = pytest.mark.both


def back_up(world: World, target: Path) -> backing.Held:
    database = Database(world.database_url)
    try:
        return backing.backup(world.settings, database, target, world.bot.app.deps.clock.now())  # type: ignore[union-attr]
    finally:
        database.close()


def empty_place(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Another machine: nothing is there but the keys."""
    folder = tmp_path / "other"
    folder.mkdir(exist_ok=True)
    if world.db.sqlite:
        url = f"sqlite:///{folder}/data/facilitator.db"
    else:
        url = request.getfixturevalue("postgres_cluster").create_database()
    os.chdir(folder)
    return world.settings.model_copy(update={"database_url": url})


def test_a_backup_under_load_holds_every_concern_and_comes_back(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    for _ in range(3):
        raise_one(world)
    world.settle()
    raising = threading.Thread(target=lambda: [raise_one(world, who="U0COW") for _ in range(4)])
    raising.start()
    held = back_up(world, tmp_path / "backup")
    raising.join()
    assert held.wrong == ()
    assert 3 <= held.counts["concerns"] <= 7
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    world.settle()
    after = back_up(world, tmp_path / "later")
    assert after.counts["concerns"] == 7
    told = len(world.sandbox.messages("G0CONCERN"))
    settings = empty_place(world, tmp_path, request)
    world.stop_bot()
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    found = backing.restore(settings, tmp_path / "later", Clock().now())
    assert found.held.counts["concerns"] == 7
    assert found.held.wrong == ()
    assert found.lacks == ()
    world.settings = settings
    world.database_url = settings.database_url
    world.start_bot()
    world.settle()
    assert len(world.sandbox.messages("G0CONCERN")) == told
    assert world.count(Concern) == 7
    raise_one(world)
    world.settle()
    assert len(world.sandbox.messages("G0CONCERN")) > told
    wrong = [one.words for one in world.read(lambda s: verifying.look(s, [settings.heads_file])) if one.wrong]
    assert wrong == []
    assert private.open_to_others(settings) in ([], [settings.data_directory])
    with pytest.raises(backing.Problem, match="already"):
        backing.restore(settings, tmp_path / "later", Clock().now())


def test_what_a_backup_lacks_is_named_by_the_heads_of_the_place(
    world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    raise_one(world)
    world.settle()
    back_up(world, tmp_path / "backup")
    raise_one(world, who="U0COW")
    world.settle()

    def newest(session: Session) -> str:
        return session.scalars(select(Concern.reference).order_by(Concern.raised_at.desc()).limit(1)).one()

    reference = world.read(newest)
    file = world.settings.heads_file
    world.sandbox.wait_for(lambda: file.exists() and reference in file.read_text(), 15)
    kept = file.read_bytes()
    settings = empty_place(world, tmp_path, request)
    world.stop_bot()
    settings.data_directory.mkdir(parents=True, exist_ok=True)
    settings.heads_file.write_bytes(kept)
    found = backing.restore(settings, tmp_path / "backup", Clock().now())
    assert found.lacks == (reference,)
    world.settings, world.database_url = settings, settings.database_url
    world.start_bot()
    world.sandbox.wait_for(lambda: any(reference in one.words for one in world.sandbox.dm("U0LEAD")), 15)
    said = world.read(lambda session: verifying.look(session, [settings.heads_file]))
    assert [one.words for one in said if one.wrong] == []
    assert any(reference in one.words for one in said)
    assert world.read(lambda s: s.scalar(select(func.count()).select_from(Delivery).where(Delivery.done_at.is_(None))))


@pytest.mark.parametrize("harm", ["cut", "altered", "other keys", "no backup"])
def test_a_file_that_is_not_as_it_was_written_is_not_restored(world: World, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "backup"
    back_up(world, file)
    content = file.read_bytes()
    if harm == "cut":
        file.write_bytes(content[:-200])
    elif harm == "altered":
        middle = len(content) // 2
        # More than a bit: where a page is empty, another distance back unpacks to the same zeros.
        harmed = bytes(one ^ 0xFF for one in content[middle : middle + 16])
        file.write_bytes(content[:middle] + harmed + content[middle + 16 :])
    elif harm == "no backup":
        file.write_text("hello")
    else:
        use_keyring(Keyring.parse(Keyring.generate(9)))
    settings = world.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/new/facilitator.db"})
    try:
        with pytest.raises(backing.Problem):
            backing.restore(settings, file, Clock().now())
    finally:
        use_keyring(world.settings.keyring())
    assert not (tmp_path / "new" / "facilitator.db").exists()


def test_files_are_for_the_bots_account_alone_whatever_the_umask(tmp_path: Path, world: World) -> None:
    settings = world.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/fresh/facilitator.db"})
    before = os.umask(0)
    try:
        private.prepare(settings)
        database = Database(settings.database_url)
        asyncio.run(database.write(lambda session: session.connection().exec_driver_sql("CREATE TABLE t (a INT)")))
        assert {one.name for one in (tmp_path / "fresh").iterdir()} >= {"facilitator.db", "facilitator.db-wal"}
        assert private.open_to_others(settings) == []
        database.close()
        (tmp_path / "fresh" / "facilitator.db").chmod(0o644)
        assert private.open_to_others(settings) == [tmp_path / "fresh" / "facilitator.db"]
    finally:
        os.umask(before)
    shutil.rmtree(tmp_path / "fresh")
