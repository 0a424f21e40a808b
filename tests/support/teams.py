"""A stand-in Microsoft 365 for tests, and a bot whose meetings are on it."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.sandbox.graph import GraphStandIn, GraphUser
from tests.support.world import World, make_sandbox, make_settings, set_up

HOST = "sessions@example.org"
SECRET = "an-invented-secret-of-the-app"


@contextlib.contextmanager
def microsoft_365() -> Iterator[GraphStandIn]:
    """A running stand-in with one account for all meetings."""
    graph = GraphStandIn(tenant_id="tenant", client_id="app", client_secret=SECRET, users=[GraphUser(HOST)])
    graph.start()
    try:
        yield graph
    finally:
        graph.stop()


def teams_settings(graph: GraphStandIn) -> dict[str, str]:
    """The settings that point the bot at it."""
    more = {"ms_tenant_id": "tenant", "ms_client_id": "app", "ms_client_secret": SECRET}
    return {**more, "ms_graph_url": graph.graph_url}


@contextlib.contextmanager
def teams_world(
    database_url: str, tmp_path: Path, more: Mapping[str, Any] | None = None, **changes: Any
) -> Iterator[tuple[World, GraphStandIn]]:
    """A running bot whose organisation's meetings are on the stand-in; `changes` go into the organisation file."""
    clock = tmp_path / "clock"
    clock.write_text("0")
    with microsoft_365() as graph, make_sandbox() as sandbox:
        settings = make_settings(sandbox, database_url, clock, **teams_settings(graph), **(more or {}))
        set_up(settings, **{"provider": "teams", **changes})
        world = World(sandbox, settings, clock, database_url)
        world.start_bot()
        try:
            world.settle()
            yield world, graph
            assert sandbox.violations == []
        finally:
            world.stop_bot()
