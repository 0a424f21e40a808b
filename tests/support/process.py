"""The bot as a process of its own, as a customer runs it."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import yaml

from bot.sandbox import sample
from bot.sandbox.workspace import Sandbox
from tests.support import forked
from tests.support.world import KEYS, ROOT


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(sandbox: Sandbox, database_url: str, folder: Path, **more: str) -> dict[str, str]:
    """The settings that join a bot process with a sandbox."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": sample.SIGNING_SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": database_url,
        "FACILITATOR_KEYS": KEYS,
        "SANDBOX_CLOCK": str(folder / "clock"),
        "LOG_LEVEL": "DEBUG",
        **more,
    }


def command_line(
    *arguments: str, folder: Path, settings: Mapping[str, str], timeout: float = 60
) -> "subprocess.CompletedProcess[str]":
    """Run `python -m bot …` to its end. Raises TimeoutExpired after `timeout` seconds."""
    with tempfile.TemporaryDirectory(prefix="facilitator-said-") as place:
        said, complained = Path(place) / "out", Path(place) / "err"
        process = forked.start("bot", arguments, folder=folder, settings=settings, said=said, complained=complained)
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(arguments, timeout)
        told = [path.read_text(encoding="utf-8") for path in (said, complained)]
        return subprocess.CompletedProcess(arguments, process.exitcode, *told)


def set_up(folder: Path, settings: Mapping[str, str], **changes: object) -> str:
    """Run `python -m bot setup` on the sample's organisation file; what it printed."""
    file = folder / "organisation.yaml"
    file.write_text(yaml.safe_dump(sample.organisation(**changes)), encoding="utf-8")
    done = command_line("setup", str(file), folder=folder, settings=settings)
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return done.stdout


class BotProcess:
    """A running bot process; its output goes to `log`."""

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str],
        *,
        program: str = "bot",
        verb: str = "serve",
        flags: tuple[str, ...] = (),
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"bot-{self.port}.log"
        words = [verb, "--port", str(self.port), *flags]
        self.process = forked.start(
            program, words, folder=folder, settings=settings, said=self.log, complained=self.log
        )

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.is_alive()

    def wait_ready(self, timeout: float = 30) -> "BotProcess":
        """Wait until `/readyz` says so. Raises AssertionError with the log otherwise."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.alive:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=1).status_code == 200:
                    return self
            time.sleep(0.05)
        ended = self.process.exitcode
        raise AssertionError(f"the bot did not become ready, exit code {ended}:\n{self.log.read_text()[-3000:]}")

    def wait_dead(self, timeout: float = 10) -> None:
        """Wait for its end. Raises AssertionError where it does not come."""
        self.process.join(timeout)
        assert not self.alive

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.wait_dead()

    def pause(self) -> None:
        """Stop it where it is."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it as a service manager does."""
        if self.alive:
            self.resume()
            self.process.terminate()
            self.process.join(15)
            if self.alive:
                self.kill()

    def _signal(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)


@contextlib.contextmanager
def serving(
    folder: Path, sandbox: Sandbox, settings: Mapping[str, str], *, flags: tuple[str, ...] = ()
) -> Iterator[BotProcess]:
    """A ready bot process that the sandbox sends its requests to."""
    process = BotProcess(folder, settings, flags=flags)
    try:
        process.wait_ready()
        sandbox.bot_url = None if "SLACK_APP_TOKEN" in settings else process.url
        yield process
    finally:
        process.stop()
