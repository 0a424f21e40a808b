"""Organisations whose meetings are on a stand-in Zoom."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.zoom import ZoomStandIn
from tests.support.world import World
from tests.support.zoom import HOST, zoom_world


@pytest.fixture
def shared(database_url: str, tmp_path: Path) -> Iterator[tuple[World, ZoomStandIn]]:
    """An organisation with one Zoom user for all its meetings."""
    with zoom_world(database_url, tmp_path, zoom_host=HOST) as opened:
        yield opened


@pytest.fixture
def own(database_url: str, tmp_path: Path) -> Iterator[tuple[World, ZoomStandIn]]:
    """An organisation whose hosts are Zoom users themselves; Zoom does not know Farah yet."""
    with zoom_world(database_url, tmp_path) as opened:
        yield opened
