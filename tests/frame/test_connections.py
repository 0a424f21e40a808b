"""Connections that are slow, half open or too many do not use up the server."""

import contextlib
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
import uvicorn

from bot.connections import Guarded, guarded, most_connections, options
from bot.sandbox.server import ServerThread
from tests.support.process import BotProcess, environment, set_up
from tests.support.world import make_sandbox

REQUEST = b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 4\r\n\r\nwork"
HALF = (b"", b"POST / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 4\r\n\r\nwo")


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """Answer a whole request."""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        if not event.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Nothing:
    """Surrounds the server with nothing."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@contextlib.contextmanager
def serving(most: int, seconds: float) -> Iterator[int]:
    """A server with these limits; gives its port."""
    thread = ServerThread(echo, Nothing(), "127.0.0.1", 0)
    config = uvicorn.Config(
        echo, http=guarded(most, seconds), log_config=None, access_log=False, lifespan="off", timeout_keep_alive=30
    )
    thread._server.config = config
    thread.start()
    try:
        yield int(thread.url.rsplit(":", 1)[1])
    finally:
        thread.stop()


def opened(port: int, sent: bytes) -> socket.socket:
    """A connection on which something was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(sent)
    return connection


def answered(connection: socket.socket, sent: bytes = REQUEST) -> bytes:
    """What comes back for a request; nothing where the connection is closed."""
    try:
        connection.sendall(sent)
        whole = b""
        while not whole.endswith(b"ok") and (part := connection.recv(1000)):
            whole += part
        return whole
    except OSError:
        return b""


@pytest.mark.parametrize("sent", HALF)
def test_a_request_that_does_not_arrive_is_not_waited_for(sent: bytes) -> None:
    with serving(50, 0.3) as port, contextlib.closing(opened(port, sent)) as slow:
        began = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            assert slow.recv(100) == b""
        assert 0.2 < time.monotonic() - began < 5


def test_a_request_that_drips_in_is_not_waited_for() -> None:
    with serving(50, 0.3) as port, contextlib.closing(opened(port, HALF[2][:-2])) as slow:
        dripped = 0
        with contextlib.suppress(OSError):
            for _ in range(100):
                slow.sendall(b"x: y\r\n"[:1])
                time.sleep(0.05)
                dripped += 1
        assert dripped < 60


def test_a_connection_may_be_used_again_and_stay_idle_between() -> None:
    with serving(50, 0.3) as port, contextlib.closing(opened(port, b"")) as kept:
        assert b"200 OK" in answered(kept)
        time.sleep(0.6)
        assert b"200 OK" in answered(kept)


def test_the_longest_idle_makes_room_and_whoever_asks_is_answered() -> None:
    with serving(10, 30) as port, contextlib.ExitStack() as held:
        first = held.enter_context(contextlib.closing(opened(port, b"")))
        assert b"200 OK" in answered(first)
        idle = [held.enter_context(contextlib.closing(opened(port, HALF[number % 3]))) for number in range(40)]
        with contextlib.closing(opened(port, b"")) as new:
            assert b"200 OK" in answered(new)
        assert answered(first) == b""
        idle[0].settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert idle[0].recv(10) == b""


def test_half_of_the_files_are_kept_for_the_bots_own_work(monkeypatch: pytest.MonkeyPatch) -> None:
    for allowed, most in ((1_024, 512), (64, 32), (1_000_000, 1_000), (resource.RLIM_INFINITY, 1_000)):
        monkeypatch.setattr(resource, "getrlimit", lambda _which, allowed=allowed: (allowed, allowed))
        assert most_connections() == most


@contextlib.contextmanager
def files(soft: int) -> Iterator[None]:
    """So many files may be open, by whoever is started within too."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_1300_half_open_connections_keep_no_concern_out(database_url: str, tmp_path: Path) -> None:
    """The bot may open 1,024 files; 1,300 connections are begun and never finished, while twelve people ask for the
    danger gate and for the form."""
    (tmp_path / "clock").write_text("0")
    with make_sandbox() as sandbox:
        settings = environment(sandbox, database_url, tmp_path)
        set_up(tmp_path, settings)
        with files(1_024):
            bot = BotProcess(tmp_path, settings).wait_ready()
        sandbox.bot_url = bot.url
        held: list[socket.socket] = []
        try:
            with files(4_096):
                for number in range(1_300):
                    held.append(opened(bot.port, HALF[number % 3]))
                served = 0
                for number in range(12):
                    person = sandbox.person(("U0FAC", "U0COW", "U0LEAD")[number % 3])
                    answer = person.command("/concern", "", channel="C0GENERAL")
                    assert answer.elapsed < 3
                    person.click("concern.continue")
                    person.choose("about", "child")
                    person.submit(facts="what I saw", urgency="now")
                    served += "Saved as" in person.seen()
                    person.close()
                    held += [opened(bot.port, HALF[one % 3]) for one in range(50)]
                assert served == 12
        finally:
            for one in held:
                one.close()
            bot.stop()


def test_the_bots_server_has_these_limits() -> None:
    config = uvicorn.Config(echo, **options(host="127.0.0.1"))
    config.load()
    assert issubclass(config.http_protocol_class, Guarded)
    assert config.http_protocol_class.most == most_connections()
