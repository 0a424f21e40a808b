"""Requests to the bot beside a bare signed endpoint and a bare insert and commit, in turns in one run."""

import asyncio
import contextlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from bot.sandbox import sample
from bot.sandbox.sender import sign
from bot.sandbox.workspace import Sandbox
from tests.bench.figure import Figure
from tests.support.process import environment, free_port, serving, set_up
from tests.support.world import ROOT, make_sandbox

TIMES, WARM = 60, 15
CONNECTIONS, EACH = 16, 25
MOST_READ, MOST_WRITE, MOST_TOGETHER = 8.0, 5.0, 60.0
READS = ("/meeting list", "/meeting show M-1", "/meeting gates M-1", "/participant list M-1", "/facilitator roles")
WRITES = (
    "/participant add {who} to M-2",
    "/meeting edit M-1 to Friday at {h}:{m:02}",
    "/meeting new Club {n} on Friday at 10:00",
)
_trigger = count(1)
_FIRST = ("Ada", "Bruno", "Cerys", "Dilys", "Hywel", "Gwilym", "Hedd", "Idris", "Lowri", "Megan")
_FAMILY = ("Ashworth", "Bell", "Cole", "Driscoll", "Frost", "Grove", "Hughes", "Kemp", "Mostyn", "Pryce")
_somebody = (f"{first} {family}" for family in _FAMILY for first in _FIRST)
"""Each once, and none like another: of those the bot would ask before it registers them."""


def figures() -> Iterator[Figure]:
    """On SQLite: one connection at a time, then sixteen together."""
    with tempfile.TemporaryDirectory() as folder, make_sandbox() as sandbox:
        path = Path(folder)
        address = f"sqlite:///{folder}/data/facilitator.db"
        settings = environment(sandbox, address, path, LOG_LEVEL="INFO")
        del settings["SANDBOX_CLOCK"]  # a customer's bot opens no file to know the time
        set_up(path, {**settings})
        with serving(path, sandbox, settings) as bot, _bare(f"sqlite:///{folder}/bare.db") as bare:
            database = path / "data" / "facilitator.db"
            yield from _alone(sandbox, bot.url, bare, database)
            _quiet(database)
            yield from _together(sandbox, bot.url, bare)


def _quiet(file: Path) -> None:
    """Wait until what the requests before left to deliver is delivered."""
    due = "SELECT count(*) FROM deliveries WHERE done_at IS NULL AND due_at <= datetime('now')"
    for _ in range(3000):
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            if connection.execute(due).fetchone()[0] == 0:
                return
        time.sleep(0.02)


@contextlib.contextmanager
def _bare(address: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench._bare", address, sample.SIGNING_SECRET, "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _body(line: str) -> bytes:
    """A typed command as Slack sends it."""
    name, _, words = line.partition(" ")
    number = next(_trigger)
    who = next(_somebody) if "{who}" in words else ""
    fields = {
        "command": name,
        "text": words.format(n=number, h=10 + number % 9, m=number % 60, who=who),
        "team_id": sample.TEAM,
        "user_id": "U0FAC",
        "channel_id": "C0YOUTH",
        "channel_name": "youth",
        "trigger_id": f"{number}.bench",
        "response_url": "http://127.0.0.1/none",
    }
    return urlencode(fields).encode()


class _Line:
    """One kept-alive connection."""

    def __init__(self, sandbox: Sandbox, url: str) -> None:
        self._sandbox = sandbox
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=20)

    def send(self, line: str, path: str = "/slack/events") -> float:
        """The seconds until the answer was there."""
        body = _body(line)
        headers = {"Content-Type": "application/x-www-form-urlencoded", **sign(self._sandbox.settings, body)}
        begun = time.perf_counter()
        self._connection.request("POST", path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        taken = time.perf_counter() - begun
        # A form in place of an answer is a question, and what it asks about is not done.
        if answer.status != 200 or not said or b"NOT SAVED" in said or b"went wrong" in said:
            raise RuntimeError(f"{line}: {answer.status} {said[:200]!r}")
        return taken


def _alone(sandbox: Sandbox, bot: str, bare: str, database: Path) -> Iterator[Figure]:
    line, least = _Line(sandbox, bot), _Line(sandbox, bare)
    for typed in (
        "/meeting new Cooking on Friday at 16:00 with @Col.Co-worker",
        "/meeting new Chess on Friday at 17:00",
    ):
        line.send(typed.replace("@Col.Co-worker", "<@U0COW>"))
    line.send("/participant add Aled, Bronwen, Cai to M-1")
    signed: list[float] = []
    written: list[float] = []
    taken: dict[str, list[float]] = {typed: [] for typed in (*READS, *WRITES)}
    for turn in range(TIMES + WARM):
        # In turns, so that whatever else the machine does falls on all of them alike; at rest, so that what is
        # delivered because of the turn before falls on none.
        _quiet(database)
        for warm in (least, line):
            warm.send(READS[-1])
        found = least.send("/bare"), least.send("/bare", "/write"), {typed: line.send(typed) for typed in taken}
        if turn >= WARM:
            signed.append(found[0])
            written.append(found[1])
            for typed, seconds in found[2].items():
                taken[typed].append(seconds)
    yield Figure("a bare signed request", median(signed) * 1000, "ms")
    yield Figure("a bare signed request with an insert and a commit", median(written) * 1000, "ms")
    for typed, times in taken.items():
        read = typed in READS
        ratio = median(times) / median(signed if read else written)
        yield Figure(f"{typed} ({median(times) * 1000:.1f} ms)", ratio, "times", MOST_READ if read else MOST_WRITE)


def _together(sandbox: Sandbox, url: str, bare: str) -> Iterator[Figure]:
    least, _ = asyncio.run(_many(sandbox, bare))
    yield Figure(f"{CONNECTIONS} connections, bare signed requests, p99", _p99(least), "ms")
    taken, lost = asyncio.run(_many(sandbox, url))
    yield Figure(f"not saved, of {CONNECTIONS * EACH} over {CONNECTIONS} connections", lost, "requests", 1)
    yield Figure(f"{CONNECTIONS} connections, median", median(taken) * 1000, "ms")
    yield Figure(f"{CONNECTIONS} connections, p99", _p99(taken), "ms", MOST_TOGETHER)


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98] * 1000


async def _many(sandbox: Sandbox, url: str) -> tuple[list[float], int]:
    """Sixteen connections, each sending one request after the other, a write among five reads: the seconds of each,
    and how many were not saved in time."""
    lost = [0]
    mixed = (*READS, WRITES[1])
    host, port = urlsplit(url).hostname, urlsplit(url).port

    async def one(place: int) -> list[float]:
        reader, writer = await asyncio.open_connection(host, port)
        taken = []
        for turn in range(EACH):
            body = _body(mixed[(place + turn) % len(mixed)])
            headers = {"Host": f"{host}:{port}", "Content-Length": str(len(body)), **sign(sandbox.settings, body)}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            begun = time.perf_counter()
            writer.write(f"POST /slack/events HTTP/1.1\r\n{head}\r\n".encode() + body)
            said = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(said.split(b"content-length:")[1].split(b"\r\n")[0])
            lost[0] += b"NOT SAVED" in await reader.readexactly(length)
            taken.append(time.perf_counter() - begun)
        writer.close()
        return taken

    found = await asyncio.gather(*(one(place) for place in range(CONNECTIONS)))
    return [seconds for taken in found for seconds in taken], lost[0]
