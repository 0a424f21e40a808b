"""Ten thousand guessed addresses of families’ pages: nothing is told, they are slowed, and Slack is answered."""

import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import httpx

from bot import share
from tests.bench.figure import Figure
from tests.families.form import asked_in_slack, with_pages
from tests.invitations.conftest import schedule
from tests.support.world import World, migrated, open_world

MANY, AT_ONCE, COMMANDS, TIMES = 10_000, 8, 40, 1_000
PROMISED_RATIO, PROMISED_SECONDS = 1.1, 1.0


def figures() -> Iterator[Figure]:
    """Guesses from one address with the limits as they are, then without any, so that each is looked up."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data" / "facilitator.db"
        path.parent.mkdir()
        migrated(f"sqlite:///{path}")
        with open_world(f"sqlite:///{path}", Path(folder)) as world:
            schedule(with_pages(world))
            old = asked_in_slack(world, "Siân")
            asked_in_slack(world, "Siân")
            world.settle()
            answers, waits = _flood(world)
            looked_up = sum(many for (status, _), many in answers.items() if status == 404)
            yield Figure(f"kinds of answer to {MANY} guesses, limited", len(answers), "", 3)
            yield Figure("of these looked up, in a minute at most", looked_up, "", 2 * share.EACH)
            yield Figure("Slack's commands meanwhile, 95th of 100", quantiles(waits, n=20)[-1], "s", PROMISED_SECONDS)
            share.EACH = share.SITE = share.ALL = 10**9
            answers, waits = _flood(world)
            yield Figure(f"kinds of answer to {MANY} guesses, each looked up", len(answers), "", 2)
            yield Figure("Slack's commands meanwhile, 95th of 100", quantiles(waits, n=20)[-1], "s", PROMISED_SECONDS)
            invented, withdrawn = _times(old)
            ratio = median(invented) / median(withdrawn)
            yield Figure("median of an invented one", median(invented) * 1000, "ms")
            yield Figure("median of a withdrawn one", median(withdrawn) * 1000, "ms")
            yield Figure(f"the slower of the two, over {TIMES} each", max(ratio, 1 / ratio), "times", PROMISED_RATIO)


def _flood(world: World) -> tuple[Counter[tuple[int, bytes]], list[float]]:
    """The answers to the guesses, and how long Slack's commands took meanwhile."""
    if world.bot is None:
        raise RuntimeError("the bot is not running")
    base, farah, waits = world.bot.url, world.person("U0FAC"), []
    found: Counter[tuple[int, bytes]] = Counter()

    def guess(many: int) -> list[tuple[int, bytes]]:
        with httpx.Client(timeout=30) as client:
            answers = [client.get(f"{base}/family/{secrets.token_hex(20)}") for _ in range(many)]
        return [(one.status_code, one.content) for one in answers]

    with ThreadPoolExecutor(AT_ONCE) as threads:
        guesses = [threads.submit(guess, MANY // AT_ONCE) for _ in range(AT_ONCE)]
        for _ in range(COMMANDS):
            begun = time.perf_counter()
            farah.command("/meeting", "show M-1", channel="C0YOUTH")
            waits.append(time.perf_counter() - begun)
        for one in guesses:
            found.update(one.result())
    return found, waits


def _times(old: str) -> tuple[list[float], list[float]]:
    """How long an invented and a withdrawn address take, in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    base = old.rpartition("/")[0]
    with httpx.Client(timeout=10) as client:
        for turn in range(TIMES + 50):
            for which in (0, 1) if turn % 2 else (1, 0):
                url = f"{base}/{secrets.token_hex(20)}" if which == 0 else old
                begun = time.perf_counter()
                answer = client.get(url)
                taken = time.perf_counter() - begun
                if answer.status_code != 404:
                    raise RuntimeError(f"not an answer to a guess: {answer.status_code}")
                if turn >= 50:
                    found[which].append(taken)
    return found
