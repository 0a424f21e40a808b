"""A stand-in Zoom for tests, with one careful account."""

import contextlib
from collections.abc import Iterator

from bot.sandbox.zoom import ZoomStandIn
from bot.sandbox.zoom_world import ZoomUser

HOST = "sessions@example.org"


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
    }
