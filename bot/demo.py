"""The demo: the sandbox with an invented organisation, and the bot beside it as a process of its own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import httpx
import typer
import yaml

from bot import yaml_text
from bot.sandbox import sample
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.page import make_routes
from bot.sandbox.workspace import Sandbox
from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import CAREFUL, ZoomUser
from db.crypto import Keyring

_ROOT = Path(__file__).parent.parent
_ROLES = {"U0LEAD": "lead", "U0DEP": "deputy", "U0HEAD": "head", "U0MAN": "manager", "U0ADM": "administrator"}
_ZOOM_HOST = "sessions@example.org"
_ZOOM_SECRET = "sample-secret"  # noqa: S105  (opens nothing but the stand-in)
_TRY = """
  The sandbox is at {url}

  You are Farah, a facilitator. Three things to type there:
    /meeting new Cooking club on Thursday at 16:00 for 60 min with @Col.Co-worker
    /participant add Aled, Bronwen, Cai to M-1
    /concern

  Then act as Lena, the safeguarding lead, and answer. Press Ctrl-C here to stop; nothing is kept.
"""


def run(port: int, *, open_browser: bool, policy: str) -> None:
    """Start everything by one of the policies, print the address and three things to type, and wait for Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="facilitator-demo-") as folder,
        _everything(Path(folder), port, policy) as url,
    ):
        typer.echo(_TRY.format(url=url))
        if open_browser:
            webbrowser.open(url)
        while True:
            time.sleep(3600)


@contextlib.contextmanager
def _everything(folder: Path, port: int, policy: str) -> Iterator[str]:
    manifest = yaml_text.load((_ROOT / "manifest.yml").read_text(encoding="utf-8"))["features"]
    clock = folder / "clock"
    clock.write_text("0")
    mailbox = Mailbox()
    zoom = ZoomStandIn(
        account_id="sample-account",
        client_id="sample-client",
        client_secret=_ZOOM_SECRET,
        users=[ZoomUser(id="sessions", email=_ZOOM_HOST, settings=CAREFUL)],
    )
    mailbox.start()
    zoom.start()
    holder: list[Sandbox] = []
    routes = make_routes(
        lambda: holder[0],
        mailbox,
        clock,
        manifest["slash_commands"],
        shortcuts=manifest.get("shortcuts", []),
        roles=_ROLES,
    )
    sandbox = Sandbox(
        team_id=sample.TEAM,
        team_name="Harbour Youth",
        signing_secret=sample.SIGNING_SECRET,
        users=sample.users(),
        channels=sample.channels(),
        bot_user_id=sample.BOT,
        manifest=_ROOT / "manifest.yml",
        port=port,
        extra_routes=routes,
    )
    holder.append(sandbox)
    try:
        with sandbox, _bot(folder, sandbox, mailbox, zoom, policy) as bot_url:
            sandbox.bot_url = bot_url
            yield sandbox.url
    finally:
        zoom.stop()
        mailbox.stop()


def _environment(folder: Path, sandbox: Sandbox, mailbox: Mailbox, zoom: ZoomStandIn) -> dict[str, str]:
    """The bot's settings, pointing at the stand-ins and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return {
        **kept,
        "SLACK_BOT_TOKEN": sandbox.settings.bot_token,
        "SLACK_SIGNING_SECRET": sample.SIGNING_SECRET,
        "SLACK_API_URL": sandbox.api_url,
        "DATABASE_URL": f"sqlite:///{folder}/data/facilitator.db",
        "FACILITATOR_KEYS": Keyring.generate(),
        "SANDBOX_CLOCK": str(folder / "clock"),
        "SMTP_URL": mailbox.smtp_url,
        "MAIL_FROM": "facilitator@example.org",
        "LOG_LEVEL": "WARNING",
        "LOG_FORMAT": "console",
        "ZOOM_ACCOUNT_ID": "sample-account",
        "ZOOM_CLIENT_ID": "sample-client",
        "ZOOM_CLIENT_SECRET": _ZOOM_SECRET,
        "ZOOM_API_URL": zoom.api_url,
        "ZOOM_OAUTH_URL": zoom.oauth_url,
    }


@contextlib.contextmanager
def _bot(folder: Path, sandbox: Sandbox, mailbox: Mailbox, zoom: ZoomStandIn, policy: str) -> Iterator[str]:
    """Set the organisation up and serve the bot on a free port; gives its address."""
    environment = _environment(folder, sandbox, mailbox, zoom)
    port = _free_port()
    url = environment["PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    environment["PYTHONPATH"] = os.pathsep.join([str(_ROOT), *sys.path])
    file = folder / "organisation.yaml"
    content = sample.organisation(provider="zoom", zoom_host=_ZOOM_HOST, policy=policy)
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    subprocess.run(  # noqa: S603  (our own command line)
        [sys.executable, "-m", "bot", "setup", str(file)], env=environment, cwd=folder, check=True, capture_output=True
    )
    command = [sys.executable, "-m", "bot", "serve", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        _wait(f"{url}/readyz", process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=1).status_code == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the bot did not start")
