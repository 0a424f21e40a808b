"""`python -m bot demo`, as somebody who tries the bot meets it: one concern, from the gate to a copy of its record."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]


class Demo:
    """The demo's page, used over HTTP as its own scripts use it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def sees(self, who: str) -> Any:
        """All that one person is shown."""
        return httpx.get(f"{self.url}/page/state", params={"person": who}).json()

    def act(self, who: str, kind: str, **more: Any) -> None:
        """Do one thing; the bot must have taken it."""
        answer = httpx.post(f"{self.url}/page/act", json={"person": who, "kind": kind, **more}, timeout=10).json()
        assert answer == {"errors": {}, "failed": None}, answer

    def press(self, who: str, action_id: str, **values: Any) -> None:
        """Press a button of the open modal, with what was filled in so far."""
        view = self.sees(who)["views"][-1]
        block = next(one for one in view["blocks"] if action_id in json.dumps(one))
        more = {"view_id": view["id"], "block_id": block["block_id"], "action_id": action_id, "values": values}
        self.act(who, "view_action", **more)

    def submit(self, who: str, **values: Any) -> None:
        """Submit the open modal."""
        self.act(who, "submit", view_id=self.sees(who)["views"][-1]["id"], values=values)


@pytest.fixture
def demo() -> Iterator[Demo]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--policy", "st_josephs"]
    # What is started in the background may ignore Ctrl-C, and its children would inherit that.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, preexec_fn=heed) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        url = next(found[0] for line in lines if (found := re.search(r"http://[\w.:]+\d", line)))
        yield Demo(url)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.mark.timeout(60)
def test_a_concern_from_the_gate_to_a_copy_of_its_record(demo: Demo) -> None:
    demo.act("U0FAC", "command", channel="C0GENERAL", command="/concern", text="")
    demo.press("U0FAC", "concern.continue")
    demo.submit("U0FAC", about="child", urgency="today", facts="He cried when it was time to go.")
    shown = json.dumps(demo.sees("U0FAC")["views"])
    (reference,) = set(re.findall(r"C-\d{4}-\d{5}", shown))
    demo.act("U0LEAD", "command", channel="C0GENERAL", command="/concern", text="list")
    demo.press("U0LEAD", "concern.read")
    demo.press("U0LEAD", "concern.acknowledge")
    demo.press("U0LEAD", "concern.export")
    demo.submit("U0LEAD", purpose="To see one", made_for="Una Worker", kind="whole")
    shown = json.dumps(demo.sees("U0LEAD")["views"][-1])
    address, digits = re.search(r"http://127[^\"]+/export/\w+", shown), re.search(r"\*(\d{3}) (\d{3})\*", shown)
    assert address is not None
    assert digits is not None
    copy = httpx.post(address[0], data={"digits": digits[1] + digits[2]}, timeout=10)
    assert copy.content.startswith(b"%PDF")
    assert reference in json.dumps(demo.sees("U0LEAD")["channels"])
    assert demo.sees("U0LEAD")["violations"] == []
