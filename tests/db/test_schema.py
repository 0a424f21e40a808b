"""The database's shape and settings, on both kinds."""

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from db import migrate
from db.base import Base
from db.engines import durability
from db.session import Database
from tests.support.world import World

pytestmark = pytest.mark.both

ROOT = Path(__file__).parent.parent.parent


def test_saved_means_on_disk(world: World) -> None:
    with world.db.engine.connect() as connection:
        good, settings = durability(connection)
    if world.db.sqlite:
        assert good, settings
    else:
        # The tests' shared cluster runs with fsync off, which `durability` must notice.
        assert not good
        assert settings == "synchronous_commit=on, fsync=off"


def test_saved_means_on_disk_on_a_durable_server(own_postgres: object) -> None:
    """[postgres]"""
    database = Database(own_postgres.create_database())  # type: ignore[attr-defined]
    try:
        with database.engine.connect() as connection:
            assert durability(connection) == (True, "synchronous_commit=on, fsync=on")
    finally:
        database.close()


def test_models_and_migrations_agree(database_url: str) -> None:
    database = Database(database_url)
    try:
        with database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            found = [
                change for change in compare_metadata(context, Base.metadata) if "procrastinate" not in str(change)
            ]
            assert found == []
            assert migrate.current(connection) == migrate.newest()
    finally:
        database.close()


def test_there_and_back(database_url: str) -> None:
    database = Database(database_url)
    try:
        migrate.downgrade(database.engine)
        with database.engine.connect() as connection:
            assert migrate.current(connection) == ""
        assert migrate.upgrade(database.engine) == ("", migrate.newest())
        assert migrate.upgrade(database.engine) == (migrate.newest(), migrate.newest())
    finally:
        database.close()


OUTSIDE = {
    "Organisation": "found by its team or its own id",
    "InboxEntry": "keyed by the organisation in db/inbox.py",
    "ConcernExport": "found by the fingerprint of its token, which nobody can guess",
    "FamilyPage": "found by the fingerprint of its token, which nobody can guess",
}


def test_no_query_of_a_room_escapes_its_organisation() -> None:
    """Every `select(Model)` in the bot names the organisation, or goes through `db.scope.of`."""
    bare, seen = [], 0
    whole = [ROOT / "bot" / name for name in ("organisation/check.py", "records/sealing.py", "records/backing.py")]
    for path in sorted((ROOT / "bot").rglob("*.py")):
        # `check` tries the keys on whatever is there, whoever's it is; new keys and backups are for all of it.
        if "sandbox" in path.parts or path in whole:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]:
            source = ast.unparse(function)
            for call in [node for node in ast.walk(function) if isinstance(node, ast.Call)]:
                if isinstance(call.func, ast.Name) and call.func.id == "select":
                    seen += 1
                    model = ast.unparse(call.args[0]).split(".")[0] if call.args else ""
                    if model not in OUTSIDE and "organisation_id" not in source:
                        bare.append(f"{path.relative_to(ROOT)} {function.name}: {ast.unparse(call)}")
    assert bare == []
    assert seen > 20
