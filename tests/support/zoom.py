"""A stand-in Zoom for tests, with one careful account."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser
from tests.support.world import World, make_sandbox, make_settings, set_up

HOST = "sessions@example.org"
WEBHOOK_SECRET = "an-invented-webhook-secret"


@contextlib.contextmanager
def zoom_account() -> Iterator[ZoomStandIn]:
    """A running stand-in."""
    zoom = ZoomStandIn(
        account_id="account", client_id="client", client_secret="secret", users=[ZoomUser(email=HOST, id="sessions")]
    )
    zoom.start()
    try:
        yield zoom
    finally:
        zoom.stop()


def zoom_settings(zoom: ZoomStandIn) -> dict[str, str]:
    """The environment variables that point the bot at it."""
    return {
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_API_URL": zoom.api_url,
        "ZOOM_OAUTH_URL": zoom.oauth_url,
        "ZOOM_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }


@contextlib.contextmanager
def zoom_world(
    database_url: str, tmp_path: Path, settings: Mapping[str, Any] | None = None, **changes: Any
) -> Iterator[tuple[World, ZoomStandIn]]:
    """A running bot whose organisation's meetings are on the stand-in; `changes` go into the organisation file."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    with zoom_account() as zoom, make_sandbox() as sandbox:
        more = {name.lower(): value for name, value in zoom_settings(zoom).items()}
        made = make_settings(sandbox, database_url, clock, **more, **(settings or {}))
        set_up(made, provider="zoom", **changes)
        world = World(sandbox, made, clock, database_url)
        world.start_bot()
        try:
            world.settle()
            yield world, zoom
            assert sandbox.violations == []
        finally:
            world.stop_bot()
