"""A stand-in BigBlueButton for tests, and a bot whose meetings are on it."""

import contextlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.sandbox.bbb import BbbStandIn
from tests.support.world import World, make_sandbox, make_settings, set_up

SECRET = "an-invented-shared-secret"
PAGES = "https://bot.example.org"


@contextlib.contextmanager
def bbb_world(
    database_url: str, tmp_path: Path, pages: str | None = PAGES, more: Mapping[str, Any] | None = None, **changes: Any
) -> Iterator[tuple[World, BbbStandIn]]:
    """A running bot whose organisation's meetings are on the stand-in; `changes` go into the organisation file."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    worlds: list[World] = []
    server = BbbStandIn(secret=SECRET, now=lambda: datetime.fromtimestamp(worlds[0].now(), UTC))
    server.start()
    try:
        with make_sandbox() as sandbox:
            settings = make_settings(
                sandbox, database_url, clock, bbb_url=server.url, bbb_secret=SECRET, public_url=pages, **(more or {})
            )
            set_up(settings, provider="bigbluebutton", **changes)
            worlds.append(World(sandbox, settings, clock, database_url))
            worlds[0].start_bot()
            try:
                worlds[0].settle()
                yield worlds[0], server
                assert sandbox.violations == []
                assert server.violations == []
            finally:
                worlds[0].stop_bot()
    finally:
        server.stop()
