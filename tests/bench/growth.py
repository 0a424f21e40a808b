"""Every command and the Home tab after 26 weeks and after 260 weeks of 400 meetings each, on both databases."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.app import App
from db.base import new_id
from db.owed import Claimed
from tests.bench.figure import Figure
from tests.support.postgres import Cluster
from tests.support.world import World, migrated, open_world
from tests.support.years import Years, bulk_engine

WEEKS = (26, 260)
MEETINGS = 400
TIMES = 20
"""How often each is asked; of these the quickest quarter's last counts, so that whatever else the machine does is not
measured."""
WARM = 3
PROMISED_RATIO = 1.5
PROMISED_MS = 100.0

Work = Callable[[World], float]


def figures() -> Iterator[Figure]:
    """For each command the times of both sizes, asked in turns, and how much longer the years make it."""
    cluster = Cluster.start(durable=True)
    try:
        for name in ("SQLite", "PostgreSQL"):
            # What is kept beside the data must not be of the database before.
            with TemporaryDirectory() as folder, chdir(folder), ExitStack() as stack:
                worlds = []
                for weeks in WEEKS:
                    place = Path(folder) / str(weeks)
                    (place / "data").mkdir(parents=True)
                    sqlite = f"sqlite:///{place / 'data' / 'facilitator.db'}"
                    url = sqlite if name == "SQLite" else cluster.create_database()
                    migrated(url)
                    world = stack.enter_context(open_world(url, place))
                    _fill(world, weeks)
                    worlds.append(world)
                yield from _compare(name, worlds)
    finally:
        cluster.remove()


def _fill(world: World, weeks: int) -> None:
    now = datetime.fromtimestamp(world.now(), UTC)
    engine = bulk_engine(world.db)
    with Session(engine, expire_on_commit=False) as session:
        Years(weeks, MEETINGS).fill(session, now)
        if not world.db.sqlite:
            # A server does that by itself, a while later.
            session.execute(text("ANALYZE"))
            session.commit()
    engine.dispose()


def _compare(name: str, worlds: list[World]) -> Iterator[Figure]:
    slowest = 0.0
    works = [commands(weeks) for weeks in WEEKS]
    for what in works[0]:
        taken: list[list[float]] = [[] for _ in worlds]
        for turn in range(TIMES + WARM):
            for number, world in enumerate(worlds):
                # Both share this process: what the one still delivers must not fall on the other's answer.
                for one in worlds:
                    one.settle()
                seconds = works[number][what](world)
                if turn >= WARM:
                    taken[number].append(seconds * 1000)
        short, long = (sorted(one)[len(one) // 4] for one in taken)
        slowest = max(slowest, long)
        words = f"{name}, {what}: {short:.1f} ms after {WEEKS[0]} weeks, {long:.1f} ms after {WEEKS[1]}"
        yield Figure(words, long / short, "times", PROMISED_RATIO)
    yield Figure(f"{name}, the slowest of them after {WEEKS[1]} weeks", slowest, "ms", PROMISED_MS)


def commands(weeks: int, meetings: int = MEETINGS) -> dict[str, Work]:
    """What is measured, by its name, after so many weeks of so many meetings: each gives the seconds until its answer.
    M-LAST is a meeting of last week, M-NEXT one of the next."""
    last, coming = meetings * (weeks - 2) + 1, meetings * weeks + 1
    typed = (
        ("U0FAC", "/meeting", "list"),
        ("U0LEAD", "/meeting", "list"),
        ("U0FAC", "/meeting", "new Cooking on Thursday at 16:00 with <@U0COW>"),
        ("U0FAC", "/meeting", "show M-LAST"),
        ("U0FAC", "/meeting", "gates M-NEXT"),
        ("U0FAC", "/meeting", "tick M-NEXT"),
        ("U0FAC", "/incident", "list"),
        ("U0LEAD", "/incident", "list"),
        ("U0FAC", "/incident", "show I-1"),
        ("U0FAC", "/incident", "M-LAST fell; done: sat with her"),
        ("U0FAC", "/participant", "list M-LAST"),
        ("U0FAC", "/participant", ""),
        ("U0FAC", "/participant", "add Robin Reed to M-NEXT"),
        ("U0FAC", "/attendance", ""),
        ("U0FAC", "/attendance", "M-LAST all"),
        ("U0FAC", "/checklist", ""),
        ("U0FAC", "/checklist", "M-NEXT"),
        ("U0FAC", "/invitation", ""),
        ("U0MAN", "/report", "last week"),
        ("U0MAN", "/report", "last month"),
        ("U0FAC", "/concern", "list"),
        ("U0LEAD", "/concern", "list"),
        ("U0ADM", "/facilitator", "status"),
        ("U0FAC", "/facilitator", "roles"),
    )
    found = {}
    for who, command, words in typed:
        meant = words.replace("M-LAST", f"M-{last}").replace("M-NEXT", f"M-{coming}")
        found[f"{command} {words}".strip() + f" by {who}"] = _typed(who, command, meant)
    return {**found, "the form for a concern": _concern, "the Home tab": _home}


def _typed(who: str, command: str, words: str) -> Work:
    def work(world: World) -> float:
        person = world.person(who)
        while person.view:
            person.close()
        return person.command(command, words, channel="C0GENERAL").elapsed

    return work


def _concern(world: World) -> float:
    farah = world.person("U0FAC")
    while farah.view:
        farah.close()
    farah.command("/concern", "")
    begun = time.perf_counter()
    farah.click("concern.continue")
    return time.perf_counter() - begun


def _home(world: World) -> float:
    if world.bot is None:
        raise RuntimeError("the bot is not running")
    app, organisation = world.bot.app, world.organisation()
    now = app.deps.clock.now()
    claimed = Claimed(new_id(), organisation.id, "home.draw", "U0FAC", None, 0, "", 1, now, new_id())
    begun = time.perf_counter()
    world.bot.run(_draw(app, claimed))
    return time.perf_counter() - begun


async def _draw(app: App, claimed: Claimed) -> None:
    step = app.jobs.kinds["home.draw"].step
    assert step is not None
    await step(app.deps, claimed)
