"""400 concerns at 100 a second beside a busy worker: all committed, all posted."""

import json
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import httpx
import pytest

from tests.faults.harness import Stage
from tests.support.world import migrated

CONCERNS = 400
A_SECOND = 100


def submission(stage: Stage) -> dict[str, object]:
    """One real submission of the form, as the sandbox sent it."""
    bodies: list[bytes] = []
    taken = stage.sandbox.sender.post

    async def keep(content: bytes, *arguments: object, **more: object) -> object:
        bodies.append(content)
        return await taken(content, *arguments, **more)  # type: ignore[arg-type]

    stage.sandbox.sender.post = keep  # type: ignore[method-assign,assignment]
    stage.submit(stage.ready_to_submit())
    stage.sandbox.sender.post = taken  # type: ignore[method-assign]
    payloads = [json.loads(parse_qs(body.decode())["payload"][0]) for body in bodies if b"payload=" in body]
    return next(one for one in payloads if one["type"] == "view_submission")


@pytest.mark.faults
@pytest.mark.timeout(180)
def test_four_hundred(tmp_path: Path) -> None:
    """[sqlite]"""
    path = tmp_path / "data" / "facilitator.db"
    path.parent.mkdir()
    migrated(f"sqlite:///{path}")
    stage = Stage(tmp_path, f"sqlite:///{path}")
    process = stage.start()
    try:
        template = json.dumps(submission(stage))
        view_id = str(json.loads(template)["view"]["id"])
        client = httpx.Client(limits=httpx.Limits(max_connections=40), timeout=20)

        def send(number: int) -> str:
            body = urlencode({"payload": template.replace(view_id, f"V{number:06}")}).encode()
            answer = client.post(f"{process.url}/slack/events", content=body, headers=stage.sandbox.sign(body))
            return answer.text

        begun = time.monotonic()
        with ThreadPoolExecutor(40) as pool:
            futures = []
            for number in range(CONCERNS):
                time.sleep(max(0.0, begun + number / A_SECOND - time.monotonic()))
                futures.append(pool.submit(send, number))
            answers = [future.result() for future in futures]
        client.close()
        saved = [text for text in answers if "Saved as" in text]
        assert len(saved) == CONCERNS
        stage.told += [re.findall(r"C-\d{4}-\d{5}", text)[0] for text in saved]
        stage.all_posted(timeout=90)
        with sqlite3.connect(path) as connection:
            assert connection.execute("SELECT count(*) FROM concerns").fetchone()[0] == CONCERNS + 1
        assert len(set(stage.told)) == CONCERNS + 1
        assert "locked" not in process.log.read_text()
    finally:
        stage.close()
