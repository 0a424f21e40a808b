"""Status, /readyz, /metrics and the heartbeat tell what is not well, since when, and nothing else."""

import contextlib
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import health, heartbeat
from bot.deliveries import lanes
from bot.deps import Deps
from bot.sandbox.mailbox import Mailbox
from bot.signs import Sign
from db.models import Delivery, Organisation
from db.owed import owe
from tests.support.raising import raise_one
from tests.support.world import World
from tests.support.zoom import HOST, zoom_world


@pytest.fixture
def pings() -> Iterator[tuple[str, list[str]]]:
    """Somebody who expects a heartbeat: the address, and what came."""
    came: list[str] = []

    class Expects(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Expects)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/alive", came
    server.shutdown()
    thread.join()
    server.server_close()


def _restart(world: World, **settings: object) -> None:
    world.stop_bot()
    world.settings = world.settings.model_copy(update=settings)
    world.start_bot()
    world.settle()


def _look(world: World) -> None:
    """What the bot does once a minute."""
    bot = world.bot
    assert bot is not None

    async def once() -> None:
        async with httpx.AsyncClient() as client:
            await heartbeat.once(bot.app.deps, client)

    bot.run(once())


class Told(NamedTuple):
    """What the bot says of itself to machines and to an administrator."""

    status: int
    why: str
    figures: str
    words: str


def _told(world: World) -> Told:
    assert world.bot is not None
    ready = httpx.get(f"{world.bot.url}/readyz")
    figures = httpx.get(f"{world.bot.url}/metrics").text
    answer = world.person("U0ADM").command("/facilitator", "status")
    return Told(ready.status_code, ready.json().get("why", ""), figures, answer.text)


def test_all_is_well(world: World, pings: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """The heartbeat goes out by itself, again and again, also after a look that failed in a way nobody thought of."""
    url, came = pings
    looks = iter([RuntimeError("malformed")])
    signs = health.signs

    async def broken_once(deps: Deps) -> list[Sign]:
        for problem in looks:
            raise problem
        return await signs(deps)

    monkeypatch.setattr(heartbeat, "EVERY", 0.2)
    monkeypatch.setattr(health, "signs", broken_once)
    _restart(world, heartbeat_url=SecretStr(url))
    world.sandbox.wait_for(lambda: len(came) >= 2 or None, 10)
    assert next(looks, None) is None
    told = _told(world)
    assert (told.status, told.why) == (200, "")
    assert "without delay" in told.words
    assert "Last message that Slack took" in told.words
    assert 'facilitator_not_well{sign="slack"} 0.0' in told.figures
    assert set(came) == {"/alive"}


def test_a_revoked_token_and_a_concern_owed(world: World, pings: tuple[str, list[str]]) -> None:
    url, came = pings
    mailbox = Mailbox()
    mailbox.start()
    try:
        _restart(world, heartbeat_url=SecretStr(url), smtp_url=SecretStr(mailbox.smtp_url), mail_from="bot@example.org")
        for method in ("auth.test", "conversations.members", "conversations.open", "chat.postMessage"):
            world.sandbox.faults.error(method, "token_revoked", times=10_000)
        raise_one(world)
        assert world.bot is not None
        slack = world.bot.app.deps.slack
        world.sandbox.wait_for(lambda: slack.trouble, 5)
        _look(world)
        told = _told(world)
        assert told.status == 503
        assert "Slack refuses the bot (token_revoked) since 20" in told.why
        assert "Slack refuses the bot (token_revoked) since" in told.words
        assert "without delay" not in told.words
        assert 'facilitator_not_well{sign="slack"} 1.0' in told.figures
        assert came == []
        world.sandbox.wait_for(lambda: mailbox.messages or None, 5)
        (mail,) = mailbox.messages
        assert str(mail["To"]) == "ada@example.org"
        assert "token_revoked" in mail.get_content()
        world.clock_forward(150)
        told = _told(world)
        assert "has waited since" in told.why
        assert "concern" not in told.why + told.words.replace("concern.", "")
        world.sandbox.faults.clear()
        world.clock_forward(11)
        world.settle(20)
        _look(world)
        assert _told(world).status == 200
        assert came == ["/alive"]
    finally:
        mailbox.stop()


def test_a_right_that_was_taken_away_is_said_though_the_token_is_good(world: World) -> None:
    """Slack answers everything else: that it takes no message stands all the same, at the next look too."""
    world.sandbox.faults.error("chat.postMessage", "missing_scope", times=10_000)
    raise_one(world)
    assert world.bot is not None
    slack = world.bot.app.deps.slack
    world.sandbox.wait_for(lambda: slack.trouble, 5)
    for _ in range(2):
        _look(world)
        told = _told(world)
        assert told.status == 503
        assert "Slack refuses the bot (missing_scope) since" in told.words
    world.sandbox.faults.clear()
    world.clock_forward(61)
    world.settle(20)
    assert _told(world).status == 200
    assert world.sandbox.messages("G0CONCERN")


def test_mail_and_provider_that_refuse_are_said(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail server that relays nothing, and a Zoom that is down, while Slack takes no message: each is named."""
    monkeypatch.chdir(tmp_path)
    mailbox = Mailbox()
    mailbox.answers["RCPT"] = "550 5.7.1 Relaying denied"
    mailbox.start()
    try:
        with zoom_world(database_url, tmp_path, zoom_host=HOST) as (world, zoom):
            _restart(world, smtp_url=SecretStr(mailbox.smtp_url), mail_from="bot@example.org")
            zoom.faults.down = True
            world.person("U0FAC").command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
            world.sandbox.faults.error("chat.postMessage", "internal_error", times=10_000)
            raise_one(world)
            world.clock_forward(61)
            refused = select(Delivery.error_code).where(Delivery.done_at.is_(None))
            world.sandbox.wait_for(
                lambda: {"mail_refused", "zoom_down"} <= set(world.read(lambda s: list(s.scalars(refused)))) or None, 15
            )
            told = _told(world)
            assert "mail server refuses" in told.words
            assert "video service refuses" in told.words
            assert 'facilitator_not_well{sign="mail"} 1.0' in told.figures
            assert 'facilitator_not_well{sign="provider"} 1.0' in told.figures
    finally:
        mailbox.stop()


def test_a_full_disk_and_what_others_find(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        total: int = 10
        used: int = 9
        free: int = 1

    assert world.bot is not None
    world.settings.data_directory.mkdir(exist_ok=True)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage())
    world.bot.app.deps.signs["key"] = Sign("key", "The key does not open the records")
    told = _told(world)
    assert told.status == 503
    assert "disk is nearly full" in told.why
    assert "key does not open" in told.words


def _heard(world: World, who: str = "U0ADM") -> list[str]:
    """What an administrator was told of how the bot is doing."""
    world.settle(10)
    return [one.words for one in world.sandbox.dm(who) if "warning" in one.words or "check_mark" in one.words]


def test_administrators_hear_once_that_mail_is_refused_and_once_that_it_goes_again(world: World) -> None:
    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        row = owe(session, organisation.id, "concern.mail_one", at=datetime.fromtimestamp(world.now(), UTC))
        row.error_code, row.due_at = "mail_login", row.due_at.replace(year=row.due_at.year + 1)

    world.write(work)
    _look(world)
    assert _heard(world) == []  # the next try may do it
    world.clock_forward(150)
    for _ in range(3):
        _look(world)
    (said,) = _heard(world)
    assert "The mail server refuses or does not answer since" in said
    assert "concern" not in said
    assert _heard(world, "U0FAC") == []

    def mended(session: Session) -> None:
        row = session.scalars(select(Delivery).where(Delivery.error_code == "mail_login")).one()
        row.done_at = row.created_at

    world.write(mended)
    for _ in range(3):
        _look(world)
    assert [one.partition(": ")[2] for one in _heard(world)[1:]] == ["The mail server takes mail again."]


def test_administrators_hear_of_a_full_disk_and_of_the_next_one_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.settings.data_directory.mkdir(exist_ok=True)
    for number, bytes_left in enumerate((1, 10**12, 1), 1):
        monkeypatch.setattr(shutil, "disk_usage", lambda _path, left=bytes_left: SimpleNamespace(free=left))
        _look(world)
        _look(world)
        assert len(_heard(world)) == number
    assert ["nearly full" in one for one in _heard(world)] == [True, False, True]


def test_the_calls_to_a_provider_are_those_of_its_lane(world: World) -> None:
    assert world.bot is not None
    assert set(health.PROVIDER_CALLS) == set(world.bot.app.jobs.of_lane(lanes.PROVIDERS))


def test_what_is_retried_counts_as_waiting(world: World) -> None:
    def work(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        row = owe(session, organisation.id, "incident.follow_up", at=organisation.updated_at)
        row.due_at = row.due_at.replace(year=row.due_at.year + 1)

    world.write(work)
    world.clock_forward(61)
    assert "1 message is late" in _told(world).words
    assert world.read(lambda s: len(s.scalars(select(Delivery.id).where(Delivery.done_at.is_(None))).all())) > 0
    with contextlib.suppress(AssertionError):
        world.settle(0.1)
