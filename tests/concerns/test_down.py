"""With the records out of reach the gate and the numbers still come in time, and a form keeps what is in it."""

import contextlib
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import contacts
from bot.contacts import Contact
from bot.numbers import _in
from bot.sandbox import sample
from db.models import Concern
from db.session import NotSaved
from tests.support.postgres import Cluster
from tests.support.raising import raise_one
from tests.support.world import BotThread, World, migrated, open_world

pytestmark = pytest.mark.both

WITHIN = 3.0
TEXT = "He is afraid ŵ 😢\n  to go home "


@contextlib.contextmanager
def never_answering() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:

        def hold() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(server.accept()[0])

        thread = threading.Thread(target=hold, daemon=True)
        thread.start()
        yield f"postgresql://bot:secret@127.0.0.1:{server.getsockname()[1]}/facilitator"
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for one in held:
            one.close()


@pytest.fixture
def postgres(own_postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world on a PostgreSQL of its own, which may be stopped."""
    monkeypatch.chdir(tmp_path)
    url = own_postgres.create_database()
    migrated(url)
    with open_world(url, tmp_path) as opened:
        yield opened


def start_without_records(world: World, **changes: object) -> None:
    """Start the bot while its records are out of reach, and don't wait for them."""
    world.stop_bot()
    world.settings = world.settings.model_copy(update=changes)
    world.bot = BotThread(world.settings)
    world.sandbox.bot_url = world.bot.url


def gate_and_form(world: World, take_away: Callable[[], None]) -> str:
    """Take the records away while somebody writes, and ask for the gate: in time, with the text still in the form.
    Gives what the form said last."""
    farah = world.person("U0FAC")
    farah.command("/concern", "", channel="C0GENERAL")
    farah.click("concern.continue")
    farah.choose("about", "child")
    take_away()
    for _ in range(2):
        answer = farah.submit(facts=TEXT, words="his words", urgency="now")
        assert answer.elapsed < WITHIN
        said = " ".join(answer.errors.values())
        assert "999" in said
        assert "020 7946 0001" in said
        assert farah.view is not None
        assert farah.view["state"]["values"]["facts"]["v"]["value"] == TEXT
    cow = world.person("U0COW")
    for text in ("", "list", "help me, I saw something"):
        answer = cow.command("/concern", text, channel="C0GENERAL")
        assert answer.elapsed < WITHIN
        assert "Call 999" in cow.seen()
        assert "020 7946 0001" in cow.seen()
        assert "020 7946 0002" in cow.seen()
        cow.close()
    cow.shortcut("concern.shortcut")
    assert "can't be saved right now" in cow.seen()
    return said


def sent_again(world: World) -> int:
    """Send the form that was refused once more, until it is taken; how many concerns there are then."""
    farah = world.person("U0FAC")
    world.sandbox.wait_for(lambda: world.bot is not None and world.bot.app.migrated, 40)
    world.sandbox.wait_for(lambda: not farah.submit().errors or None, 30)
    assert "Saved as" in farah.seen()
    return world.count(Concern)


@pytest.mark.timeout(120)
def test_stopped_before_the_start(postgres: World, own_postgres: Cluster) -> None:
    def away() -> None:
        own_postgres.kill()
        start_without_records(postgres)

    assert "NOT SAVED" in gate_and_form(postgres, away)
    own_postgres.restart()
    assert sent_again(postgres) == 1


@pytest.mark.timeout(120)
def test_stopped_after_the_start(postgres: World, own_postgres: Cluster) -> None:
    assert "NOT SAVED" in gate_and_form(postgres, own_postgres.kill)
    own_postgres.restart()
    assert sent_again(postgres) == 1


@pytest.mark.timeout(120)
def test_accepting_and_never_answering(postgres: World) -> None:
    url = postgres.settings.database_url
    with never_answering() as dead:
        said = gate_and_form(postgres, lambda: start_without_records(postgres, database_url=dead))
        postgres.stop_bot()
    start_without_records(postgres, database_url=url)
    assert "NOT SAVED" in said
    assert sent_again(postgres) == 1


@pytest.mark.timeout(120)
def test_frozen_after_the_start(postgres: World, own_postgres: Cluster) -> None:
    assert "NOT SAVED" in gate_and_form(postgres, own_postgres.pause)
    own_postgres.resume()
    assert sent_again(postgres) == 1


@pytest.mark.timeout(120)
def test_no_file_to_be_opened_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> None:
    """SQLite: a folder lies where the file of the records was."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir()
    file = folder / "facilitator.db"
    file.write_bytes(sqlite_template.read_bytes())
    with open_world(f"sqlite:///{file}", tmp_path) as world:

        def away() -> None:
            world.stop_bot()
            file.rename(tmp_path / "elsewhere.db")
            file.mkdir()
            start_without_records(world)

        assert "NOT SAVED" in gate_and_form(world, away)
        world.stop_bot()
        file.rmdir()
        (tmp_path / "elsewhere.db").rename(file)
        start_without_records(world)
        assert sent_again(world) == 1


@pytest.mark.parametrize("content", [None, "nonsense", "[]", '[{"name": 1}]', '["x"]'])
def test_without_a_contacts_file_the_gate_has_its_numbers_all_the_same(world: World, content: str | None) -> None:
    file, farah = world.settings.contacts_file, world.person("U0FAC")
    file.unlink()
    if content is not None:
        file.write_text(content)
    farah.command("/concern", "", channel="C0GENERAL")
    assert "Call 999" in farah.seen()
    assert "020 7946 0001" in farah.seen()
    farah.close()
    raise_one(world)
    assert "020 7946 0001" in farah.seen()


def test_without_a_file_the_numbers_come_from_what_the_process_knows_or_from_the_records(world: World) -> None:
    """The file is missing and the records are gone: the process knows them. It has just begun: the records do."""
    file, farah = world.settings.contacts_file, world.person("U0FAC")
    file.unlink()
    world.bot.app.db.read = gone  # type: ignore[method-assign, union-attr]
    farah.command("/concern", "", channel="C0GENERAL")
    assert "can't be saved right now" in farah.seen()
    assert "020 7946 0001" in farah.seen()
    farah.close()
    world.stop_bot()
    file.mkdir()
    world.start_bot()
    world.bot.app.deps.numbers._known = []  # type: ignore[union-attr]
    farah.command("/concern", "", channel="C0GENERAL")
    assert "020 7946 0001" in farah.seen()


async def gone(*_: object, **__: object) -> object:
    """A database that does not answer."""
    raise NotSaved("gone")


def test_a_bot_that_starts_writes_the_file(world: World) -> None:
    file = world.settings.contacts_file
    world.stop_bot()
    file.unlink()
    world.start_bot()
    world.sandbox.wait_for(file.exists)
    assert "020 7946 0001" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_who_leaves_is_no_longer_to_be_telephoned(world: World) -> None:
    """The file follows what Slack says of people at once."""
    file = world.settings.contacts_file
    assert "020 7946 0001" in file.read_text()
    world.sandbox.membership.change_user("U0LEAD", deleted=True)
    world.sandbox.wait_for(lambda: "020 7946 0001" not in file.read_text())
    assert "020 7946 0002" in file.read_text()


def test_each_organisation_has_its_own_numbers(world: World) -> None:
    file, numbers = world.settings.contacts_file, world.bot.app.deps.numbers  # type: ignore[union-attr]
    other = Contact("Olu Other", "lead", "020 7946 0777", "U0OLU", "T0OTHER")

    def taken() -> bool | None:
        """The bot looks after its file once more as it starts."""
        contacts.write(file, [*contacts.read(file), other])
        return world.bot.run(numbers.of(["T0OTHER"])) == [other] or None  # type: ignore[union-attr]

    assert world.sandbox.wait_for(taken, 5)
    ours = world.bot.run(numbers.of([sample.TEAM]))  # type: ignore[union-attr]
    assert ours
    assert other not in ours
    assert _in([*ours, other], ["T0NOBODY"]) == []
