"""Organisations whose meetings are on a stand-in Zoom, and one under each policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.zoom import ZoomStandIn
from tests.support.world import World, open_world
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


@pytest.fixture
def pack(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A world that follows the policy named by the test."""
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path, policy=request.param) as opened:
        yield opened
        assert opened.sandbox.violations == []
