"""The journey as one test, against the bot as a process of its own, and what it must leave nowhere."""

import json
import signal
import time
from pathlib import Path

import httpx
import pytest

from bot.sandbox.workspace import Sandbox
from tests.journey.walk import MARKERS, Walk
from tests.support.process import BotProcess, environment, serving, set_up
from tests.support.world import make_sandbox
from tests.support.zoom import HOST, zoom_account, zoom_settings

pytestmark = pytest.mark.both


def walked(folder: Path, database_url: str, **more: str) -> tuple[Sandbox, BotProcess, str]:
    """The whole journey; gives what can be looked through afterwards."""
    (folder / "clock").write_text("0")
    with zoom_account() as zoom, make_sandbox() as sandbox:
        settings = environment(sandbox, database_url, folder, **zoom_settings(zoom), **more)
        assert "created" in set_up(folder, settings, provider="zoom", zoom_host=HOST)
        assert "Nothing to change" in set_up(folder, settings, provider="zoom", zoom_host=HOST)
        with serving(folder, sandbox, settings) as process:
            assert ignores(process, signal.SIGPIPE), "a person who hangs up would end the bot"
            if "SLACK_APP_TOKEN" in more:
                sandbox.wait_for(lambda: sandbox.sockets.count or None, 15)
            Walk(sandbox, folder / "clock").whole()
            time.sleep(0.5)
            metrics = httpx.get(f"{process.url}/metrics").text
        assert sandbox.violations == []
        return sandbox, process, metrics


def ignores(process: BotProcess, number: signal.Signals) -> bool:
    """Whether the process ignores a signal."""
    status = Path(f"/proc/{process.process.pid}/status").read_text()
    ignored = next(line.split()[1] for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(int(ignored, 16) >> (number - 1) & 1)


def nowhere(sandbox: Sandbox, process: BotProcess, metrics: str) -> None:
    """No marker outside the views that permitted people saw."""
    log = process.log.read_text()
    assert len(log) > 0
    calls = json.dumps([c.args for c in sandbox.calls if not c.method.startswith("views.")], default=str)
    for marker in MARKERS:
        assert marker not in log
        assert marker not in calls
        assert marker not in metrics


@pytest.mark.timeout(120)
def test_over_http(database_url: str, tmp_path: Path) -> None:
    sandbox, process, metrics = walked(tmp_path, database_url)
    nowhere(sandbox, process, metrics)
    assert "facilitator_requests_total" in metrics
    for file in (tmp_path / "data").glob("facilitator.db*"):
        content = file.read_bytes()
        for marker in (*MARKERS, "Bronwen", "Cooking club"):
            assert marker.encode() not in content


@pytest.mark.timeout(120)
def test_over_socket_mode(tmp_path: Path) -> None:
    """[sqlite] The same without a public address."""
    url = f"sqlite:///{tmp_path}/data/facilitator.db"
    sandbox, process, metrics = walked(tmp_path, url, SLACK_APP_TOKEN="xapp-sandbox")
    nowhere(sandbox, process, metrics)
    assert "facilitator_deliveries_total" in metrics
