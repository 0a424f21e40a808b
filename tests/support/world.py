"""The whole world of a test: a sandbox workspace, the bot over real HTTP, and a database of its own."""

import asyncio
import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.app import App
from bot.clock import Clock
from bot.numbers import Numbers
from bot.organisation import file as organisation_file
from bot.organisation import service as organisations
from bot.rooms import rights_changed
from bot.sandbox import sample
from bot.sandbox.person import Person
from bot.sandbox.server import ServerThread
from bot.sandbox.workspace import Sandbox
from bot.settings import Settings
from db import migrate
from db.crypto import Keyring, use_keyring
from db.models import Delivery, Organisation
from db.session import Database
from tests.support import compiled, steps
from tests.support.postgres import RUN_DIRECTORY, locked
from tests.support.reused import Reused

T = TypeVar("T")
KEYS = os.environ.setdefault("FACILITATOR_TEST_KEYS", Keyring.generate())
"""The same in every process of a run, which share what is prepared once."""
ROOT = Path(__file__).parent.parent.parent


class BotThread:
    """The bot served over HTTP from a thread of this process."""

    def __init__(self, settings: Settings, **how: bool) -> None:
        self.app = App(settings, **how)
        for one in _reused.values():
            one.share(self.app.db)
        compiled.share(self.app.db)
        web = self.app.web()
        self.server = ServerThread(web, web.router.lifespan_context(web), "127.0.0.1", 0)
        self.server.start()
        self.url = self.server.url
        self.slow_steps: list[str] = []
        self._unwatch: Callable[[], None] = lambda: None

    def watch_steps(self) -> None:
        """From now on, note every step of the loop that takes too long."""

        async def begin() -> Callable[[], None]:
            return steps.watch(self.slow_steps)

        self._unwatch = self.run(begin())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the bot's loop and return its result."""
        return self.server.run(work)

    def stop(self) -> None:
        """Stop serving and wait for the end."""
        self._unwatch()
        self.server.stop()


@dataclass
class World:
    """What a test holds in its hands."""

    sandbox: Sandbox
    settings: Settings
    clock_file: Path
    database_url: str
    bot: BotThread | None = None
    extra: list[Callable[[], None]] = field(default_factory=list)
    slow_steps: list[str] = field(default_factory=list)

    def person(self, slack_id: str) -> Person:
        """Somebody of the workspace."""
        return self.sandbox.person(slack_id)

    def start_bot(self, **how: bool) -> BotThread:
        """Start the bot; waits until its database is ready."""
        self.bot = BotThread(self.settings, **how)
        self.sandbox.bot_url = self.bot.url
        self.sandbox.wait_for(lambda: self.bot is not None and self.bot.app.migrated, 20)
        self.bot.watch_steps()
        return self.bot

    def stop_bot(self) -> None:
        """Stop the bot."""
        if self.bot is not None:
            self.bot.stop()
            self.slow_steps += self.bot.slow_steps
            self.bot = None

    @property
    def db(self) -> Database:
        """The running bot's database."""
        if self.bot is None:
            raise RuntimeError("the bot is not running")
        return self.bot.app.db

    def read(self, work: Callable[[Session], T]) -> T:
        """Look into the database."""
        if self.bot is None:
            raise RuntimeError("the bot is not running")
        return self.bot.run(self.db.read(work, seconds=10))

    def write(self, work: Callable[[Session], T]) -> T:
        """Change the database, as a test's preparation."""
        if self.bot is None:
            raise RuntimeError("the bot is not running")
        return self.bot.run(self.db.write(work, seconds=10))

    def count(self, model: type[Any]) -> int:
        """How many rows a table has."""
        return self.read(lambda session: session.scalar(select(func.count()).select_from(model)) or 0)

    def organisation(self) -> Organisation:
        """The one organisation."""
        return self.read(lambda session: session.scalars(select(Organisation)).one())

    def now(self) -> float:
        """The bot's time, in seconds since 1970."""
        return time.time() + float(self.clock_file.read_text() or 0)

    def clock_forward(self, seconds: float, *, seen: bool = True) -> None:
        """Move the bot's clock forward, and have its worker look at it at once unless `seen` is false."""
        moved = float(self.clock_file.read_text() or 0) + seconds
        temporary = self.clock_file.with_suffix(".new")
        temporary.write_text(str(moved))
        os.replace(temporary, self.clock_file)
        if seen and self.bot is not None:
            self.bot.app.db.on_commit()

    def settle(self, timeout: float = 10) -> None:
        """Wait until nothing that is due now remains to be delivered."""
        self.sandbox.wait_for(self._settled, timeout)

    def _settled(self) -> bool:
        if self.bot is None:
            return False
        first = self.read(
            lambda session: session.scalar(select(func.min(Delivery.due_at)).where(Delivery.done_at.is_(None)))
        )
        # Only after the reading: what a step had owed just before it would seem to lie in the future.
        return first is None or first > self.bot.app.deps.clock.now()


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """An empty migrated SQLite file to copy from, made once in a run by whoever asks first."""
    kept = _run_directory() / "empty.db"
    with locked(_run_directory() / "empty.lock"):
        if not kept.exists():
            making = _run_directory() / "emptying.db"
            migrated(f"sqlite:///{making}")
            with sqlite3.connect(making) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            making.rename(kept)
    return kept


def migrated(url: str) -> None:
    """Bring the database at an address to the newest version."""
    use_keyring(Keyring.parse(KEYS))
    database = Database(url)
    migrate.upgrade(database.engine)
    database.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database for one test, on each of the two kinds; for a test with a world, the world's."""
    settled = "world" in request.fixturenames
    if request.param == "sqlite":
        data = tmp_path / "data"
        if settled:
            shutil.copytree(_settled_sqlite(), data)
            with contextlib.closing(sqlite3.connect(data / "facilitator.db")) as connection, connection:
                connection.execute(_started_now())
        else:
            data.mkdir(mode=0o700)
            shutil.copy(request.getfixturevalue("sqlite_template"), data / "facilitator.db")
        yield f"sqlite:///{data}/facilitator.db"
        return
    cluster, kept = request.getfixturevalue("postgres_cluster"), _run_directory() / "settled-postgres"
    name = "settled" if settled else "facilitator"
    if name not in _reused:
        build = partial(_settle_in, kept) if settled else migrated
        _reused[name] = Reused(cluster, cluster.template(name, build))
    url = _reused[name].take()
    if settled:
        shutil.copytree(kept / "data", tmp_path / "data")
        _reused[name].connection.execute(_started_now())
    yield url
    _reused[name].give_back()


_reused: dict[str, Reused] = {}
"""This process's copies of the templates, by their names."""


def pytest_unconfigure() -> None:
    """Nothing is held open at the end."""
    for one in _reused.values():
        one.let_go()


def _started_now() -> str:
    """A statement by which what the settled database's bot read and wound at its start was this minute. Each bot owes
    both at its start, once a minute: a minute after the settling, every test would begin with ten requests of it."""
    slot = int(time.time() // 60)
    return f"""
        UPDATE deliveries SET only_once = kind || ':{slot}'
        WHERE kind IN ('staff.sync', 'concern.wind') AND done_at IS NOT NULL AND created_at =
        (SELECT max(o.created_at) FROM deliveries AS o WHERE o.kind = deliveries.kind AND o.done_at IS NOT NULL)
    """  # noqa: S608  # of numbers alone


def _run_directory() -> Path:
    return Path(os.environ[RUN_DIRECTORY])


def _settled_sqlite() -> Path:
    """A data directory in which a bot has set up the sample organisation and has nothing more to do; made by whoever
    asks first in a run, and copied by everybody."""
    kept = _run_directory() / "settled-sqlite"
    with locked(_run_directory() / "settled-sqlite.lock"):
        if not kept.exists():
            making = _run_directory() / "settling-sqlite"
            making.mkdir()
            (making / "data").mkdir(mode=0o700)
            database = making / "data" / "facilitator.db"
            _settle_in(making, f"sqlite:///{database}")
            with sqlite3.connect(database) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            making.rename(kept)
    return kept / "data"


def _settle_in(place: Path, url: str) -> None:
    """Have a bot set up the sample organisation and do what it does at a first start."""
    place.mkdir(exist_ok=True)
    migrated(url)
    with contextlib.chdir(place), _started(url, place, set_up) as world:
        world.settle()


def make_settings(sandbox: Sandbox, database_url: str, clock_file: Path, **changes: Any) -> Settings:
    """Settings that join the bot with a sandbox."""
    values: dict[str, Any] = {
        "slack_bot_token": "xoxb-sandbox",
        "slack_signing_secret": sample.SIGNING_SECRET,
        "slack_api_url": sandbox.api_url,
        "database_url": database_url,
        "facilitator_keys": KEYS,
        "sandbox_clock": clock_file,
        "log_level": "DEBUG",
    }
    return Settings(_env_file=None, **{**values, **changes})


def make_sandbox(**how: Any) -> Sandbox:
    """A workspace with the sample's people and channels."""
    return Sandbox(
        team_id=sample.TEAM,
        signing_secret=sample.SIGNING_SECRET,
        users=sample.users(),
        channels=sample.channels(),
        bot_user_id=sample.BOT,
        manifest=ROOT / "manifest.yml",
        **how,
    )


def set_up(settings: Settings, *, new: bool = False, **changes: Any) -> None:
    """Set the sample organisation up, as `python -m bot setup` does; `new`: beside another."""
    use_keyring(settings.keyring())
    wanted = organisation_file.parse(sample.organisation(**changes))
    database = Database(settings.database_url)
    now = Clock(settings.sandbox_clock).now()
    asyncio.run(
        database.write(lambda session: organisations.apply(session, wanted, now, rights_changed, new=new), seconds=20)
    )
    asyncio.run(Numbers(settings.contacts_file, database).refresh())
    database.close()


@contextlib.contextmanager
def _started(database_url: str, tmp_path: Path, prepare: Callable[[Settings], None]) -> Iterator[World]:
    clock_file = tmp_path / "clock"
    clock_file.write_text("0")
    with make_sandbox() as sandbox:
        settings = make_settings(sandbox, database_url, clock_file)
        prepare(settings)
        world = World(sandbox, settings, clock_file, database_url)
        world.start_bot()
        try:
            world.settle()
            yield world
        finally:
            world.stop_bot()
            for undo in world.extra:
                undo()


def open_world(database_url: str, tmp_path: Path, **changes: Any) -> contextlib.AbstractContextManager[World]:
    """A running world on an empty database; `changes` go into the organisation file."""
    return _started(database_url, tmp_path, lambda settings: set_up(settings, **changes))


@pytest.fixture
def world(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A running bot in a sample workspace. At the end, nothing may have been sent that Slack would refuse, and nothing
    may have held up the bot's loop."""
    monkeypatch.chdir(tmp_path)
    with _started(database_url, tmp_path, lambda settings: use_keyring(settings.keyring())) as opened:
        yield opened
        assert opened.sandbox.violations == []
    assert opened.slow_steps == []
