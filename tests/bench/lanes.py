"""How soon a concern is told, at rest and while everything else hangs or is flooded, on both databases."""

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.sandbox.model import Message
from db.base import new_id
from db.models import Concern, Meeting
from db.owed import owe
from tests.bench.figure import Figure
from tests.deliveries.test_lanes import meetings_owed, silent_server
from tests.support.postgres import Cluster
from tests.support.raising import raise_one
from tests.support.rows import more_concerns
from tests.support.world import World, make_sandbox, make_settings, migrated, set_up

AT_REST = 40
WAITING_MEETINGS = 40
SLOW_MEETINGS = 400
CONCERNS = 3000
SLICE = 100
PROMISED_SECONDS = 5.0
PROMISED_MS = 250.0
_WAIT = 120.0

Case = Callable[[World], None]


def figures() -> Iterator[Figure]:
    """Each case with a bot and a database of its own."""
    cluster = Cluster.start()
    try:
        for database in ("SQLite", "PostgreSQL"):
            with _world(database, cluster) as world:
                taken = sorted(_told(world, "U0COW") for _ in range(AT_REST))
                yield Figure(f"at rest, {database}, p99 of {AT_REST}", taken[-1] * 1000, "ms", PROMISED_MS)
            for name, case in CASES.items():
                with _world(database, cluster) as world:
                    case(world)
                    yield Figure(f"{name}, {database}", _told(world, "U0COW"), "s", PROMISED_SECONDS)
    finally:
        cluster.stop()


@contextlib.contextmanager
def _world(database: str, cluster: Cluster) -> Iterator[World]:
    # What is kept beside the data must not be of the case before.
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        make_sandbox() as sandbox,
        silent_server() as zoom,
    ):
        path = Path(folder)
        (path / "clock").write_text("0")
        (path / "data").mkdir()
        url = f"sqlite:///{path}/data/facilitator.db" if database == "SQLite" else cluster.create_database()
        migrated(url)
        more = {"zoom_account_id": "a", "zoom_client_id": "c", "zoom_client_secret": "s"}
        settings = make_settings(sandbox, url, path / "clock", zoom_api_url=zoom, zoom_oauth_url=zoom, **more)
        set_up(settings, provider="zoom", zoom_host="sessions@example.org")
        world = World(sandbox, settings, path / "clock", url)
        world.start_bot()
        try:
            world.settle()
            yield world
        finally:
            world.sandbox.faults.clear()
            world.stop_bot()


def _told(world: World, who: str) -> float:
    """Seconds from the receipt of a concern until it stands in the channel and the lead was written to."""
    raise_one(world, who=who)
    begun = time.monotonic()
    query = select(Concern.reference).order_by(Concern.raised_at.desc()).limit(1)
    reference = world.read(lambda session: session.scalars(query).one())
    world.person(who).views.clear()
    for place in (lambda: world.sandbox.messages("G0CONCERN"), lambda: world.sandbox.dm("U0LEAD")):
        world.sandbox.wait_for(_stands(place, reference), _WAIT)
    return time.monotonic() - begun


def _stands(place: Callable[[], list[Message]], reference: str) -> Callable[[], bool]:
    """Whether a message in this place names the concern; of a flood each is read once, lest the reading be measured."""
    read = 0

    def look() -> bool:
        nonlocal read
        new = place()[read:]
        read += len(new)
        return any(reference in one.words for one in new)

    return look


def _silent_zoom(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Club on Thursday at 16:00 for 60 min", channel="C0GENERAL")
    world.write(lambda session: meetings_owed(session, WAITING_MEETINGS))
    time.sleep(2)


def _slow_slack(world: World) -> None:
    world.person("U0FAC").command("/meeting", "new Club on Thursday at 16:00 for 60 min", channel="C0GENERAL")

    def work(session: Session) -> None:
        first = session.scalars(select(Meeting)).one()
        for _ in range(SLOW_MEETINGS):
            # Not in one queue: each is a notice of its own.
            owe(
                session,
                first.organisation_id,
                "meeting.tell_host",
                at=first.created_at,
                target="U0FAC",
                record_id=first.id,
                queue=new_id().hex,
            )

    world.sandbox.faults.delay("*", 0.3)
    world.write(work)
    time.sleep(2)


def _flood(world: World) -> None:
    raise_one(world, who="U0FAC")
    world.settle()
    if world.bot is None:
        raise RuntimeError("the bot is not running")
    for start in range(0, CONCERNS, SLICE):
        work = partial(more_concerns, many=SLICE, start=start)
        world.bot.run(world.db.write(work, seconds=_WAIT))


CASES: dict[str, Case] = {
    f"behind a silent Zoom with {WAITING_MEETINGS} meetings waiting": _silent_zoom,
    f"behind {SLOW_MEETINGS} notices to one person, Slack at 0.3 s a call": _slow_slack,
    f"behind {CONCERNS} concerns of one person": _flood,
}
