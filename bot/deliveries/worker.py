"""The loop that makes every owed delivery happen, on either database.

It is woken by the commit (SQLite) or by the engine's notification (PostgreSQL), and looks by itself once
a second, so that no delivery depends on having been woken for.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.deliveries.registry import GiveUp, Hand, Jobs, Kind, Later, Patience, Record, Step
from bot.deps import Deps
from bot.logs import log
from bot.metrics import DELIVERIES, OLDEST, OVERDUE, told
from bot.slack.problems import SlackProblem
from db import failpoints, owed
from db.owed import Claimed, Share
from db.session import NotSaved, going_first, somebody_waits

LOOK_EVERY = 1.0
_SOON = 0.05
LAST_SECONDS = 4.0
"""How long what is in hand at a stop has to end."""
_FIGURES_EVERY = 1.0
STEP_SECONDS = 60.0
_PLACE_SECONDS = 10.0
"""After that, a step of a kind that may take long is only waiting for an answer, and its place is somebody else's."""
_MOST_WAITING = 100
_ASIDE_SECONDS, _LOOK_AGAIN = 0.2, 0.02
"""How long at most a delivery lets those be answered first who wait for an answer, and how often it looks."""
_KEEP_EVERY = owed.LEASE.total_seconds() / 3
_LONGEST_WAIT = {Patience.UNTIL_REFUSED: 60.0, Patience.WITHOUT_END: 10.0}


class Worker:
    """Claims due deliveries and makes them, several at once in each lane, until stopped."""

    def __init__(self, deps: Deps, jobs: Jobs) -> None:
        self._deps = deps
        self._jobs = jobs
        self._woken = asyncio.Event()
        self._stopping = False
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        self._figures_due = 0.0
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Something new is owed; may be called from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._woken.set)

    def stop(self) -> None:
        """Finish what is in hand and end the loop."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """The loop. A database that is down is waited for."""
        with going_first():
            while not self._stopping:
                pause = LOOK_EVERY
                try:
                    pause = await self._look()
                except NotSaved as down:
                    log.warning("worker cannot reach the database", error=str(down))
                except Exception as problem:  # the loop must outlive anything that one look can raise
                    log.error("worker look failed", error=type(problem).__name__)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._woken.wait()
                self._woken.clear()
        if tasks := {*self._running, *self._waiting}:
            # What is cut off here is made again when its lease has run out; what it works with is closed after this.
            _, left = await asyncio.wait(tasks, timeout=LAST_SECONDS)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _look(self) -> float:
        """Claim what is due and has a place, and start it; how long to wait before the next look, in seconds."""
        now = self._deps.clock.now()
        due, coming = await self._deps.db.read(lambda session: owed.outlook(session, now), seconds=5)
        claimed: list[Claimed] = []
        if due:
            shares = self._jobs.shares(self._running.values())
            claimed = await self._deps.db.write(lambda session: _sweep(session, self._deps, shares), job=True)
            for together in self._jobs.in_hands(claimed):
                self._start(together)
        if time.monotonic() >= self._figures_due:
            await self._count()
        if claimed:
            return _SOON
        return LOOK_EVERY if coming is None else min(LOOK_EVERY, max(0.01, (coming - now).total_seconds()))

    async def _count(self) -> None:
        """Take the figures. They look at everything that is owed, and so seldom."""
        now = self._deps.clock.now()
        late, oldest = await self._deps.db.read(lambda session: owed.waiting(session, now), seconds=5)
        OVERDUE.set(late)
        OLDEST.set((now - oldest).total_seconds() if oldest else 0)
        self._figures_due = time.monotonic() + _FIGURES_EVERY

    def _start(self, together: list[Claimed]) -> None:
        one = together[0]
        kind = self._jobs.kinds[one.kind]
        with going_first(kind.lane.first):
            making = self._make(one, kind.step, kind) if kind.step else self._make_slice(together, kind)
            task = asyncio.create_task(making)
        self._running[task] = one
        task.add_done_callback(self._finished)
        if kind.seconds is not None:
            self._loop.call_later(_PLACE_SECONDS, self._free_place, task)

    def _free_place(self, task: asyncio.Task[None]) -> None:
        if task in self._running and len(self._waiting) < _MOST_WAITING:
            del self._running[task]
            self._waiting.add(task)
            self._woken.set()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        self._waiting.discard(task)
        self._woken.set()

    async def _make(self, one: Claimed, step: Step, kind: Kind) -> None:
        failpoints.reach("after_claim")
        try:
            if not kind.lane.first:
                await _step_aside()
            async with self._kept([one]), asyncio.timeout(kind.seconds or STEP_SECONDS):
                record = await step(self._deps, one)
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # one delivery's failure must not end the loop; it stays owed
            await self._ended(one, problem)
        else:
            await self._ended(one, record)

    async def _make_slice(self, claimed: list[Claimed], kind: Kind) -> None:
        """The same of several, which their step ends one by one. Where it fails, the first that it left did."""
        failpoints.reach("after_claim")
        hand = Hand(claimed, self._ended, self._give_back, lambda: self._stopping)
        try:
            if kind.slice_step is not None:
                async with self._kept(hand.rest), asyncio.timeout(kind.seconds):
                    await kind.slice_step(self._deps, hand)
        except asyncio.CancelledError:
            raise
        except Exception as problem:
            if hand.rest:
                await hand.end(hand.rest[0], problem)
        await hand.give_back()

    async def _ended(self, one: Claimed, outcome: Record | Exception | None) -> bool:
        """Write down what became of a delivery; False where that could not be done."""
        try:
            if isinstance(outcome, NotSaved):
                raise outcome
            if isinstance(outcome, Exception):
                return await self._failed(one, outcome)
            failpoints.reach("after_reply")
            await self._deps.db.write(lambda session: self._record(session, one, outcome), job=True)
            DELIVERIES.labels(kind=told(one.kind), outcome="made").inc()
        except NotSaved:
            # The lease runs out and the delivery is made again: a duplicate, never a loss.
            log.warning("delivery not recorded", kind=one.kind, attempt=one.attempt)
            return False
        except Exception as problem:  # what is to be written down is at fault
            return await self._failed(one, problem)
        return True

    async def _give_back(self, left: Sequence[Claimed]) -> None:
        with contextlib.suppress(NotSaved):  # then the leases run out
            await self._deps.db.write(lambda session: owed.let_go(session, left), job=True)

    @contextlib.asynccontextmanager
    async def _kept(self, rest: list[Claimed]) -> AsyncIterator[None]:
        """Keep the leases while a step is under way: several slow calls can outlast them, and whoever took a
        delivery over would make it again, and again."""

        async def keep() -> None:
            while True:
                await asyncio.sleep(_KEEP_EVERY)
                with contextlib.suppress(NotSaved):
                    await self._deps.db.write(
                        lambda session: owed.keep(session, rest, self._deps.clock.now()), job=True
                    )

        keeper = asyncio.create_task(keep())
        try:
            yield
        finally:
            keeper.cancel()

    def _record(self, session: Session, one: Claimed, record: Record | None) -> None:
        if owed.finish(session, one, self._deps.clock.now()) and record is not None:
            record(session)
        failpoints.reach("during_record")

    async def _failed(self, one: Claimed, problem: Exception) -> bool:
        now = self._deps.clock.now()
        patience = self._jobs.kinds[one.kind].patience
        never = isinstance(problem, SlackProblem) and not problem.passing
        give_up = isinstance(problem, GiveUp) or (never and patience is Patience.UNTIL_REFUSED)
        code = getattr(problem, "code", type(problem).__name__)
        log.warning("delivery failed", kind=one.kind, attempt=one.attempt, code=code, delivery=one.id.hex)
        DELIVERIES.labels(kind=told(one.kind), outcome="failed").inc()
        wait = min(_LONGEST_WAIT[patience], 2.0 ** min(one.attempt - 1, 6))
        if (asked := getattr(problem, "retry_after", None)) is not None:
            wait = asked
        limited = isinstance(problem, SlackProblem) and asked is not None
        due = problem.due if isinstance(problem, Later) else now + timedelta(seconds=wait)
        # What Slack limits is held back within this lane only: a limit that others ran into holds up no concern.
        shared = limited or (isinstance(problem, Later) and problem.together)
        together = self._jobs.beside(one.kind) if shared else ()

        def work(session: Session) -> None:
            if give_up:
                if owed.give_up(session, one, now, code) and isinstance(problem, GiveUp) and problem.record:
                    problem.record(session)
            else:
                owed.put_back(session, one, due, code, together=together, tried=not limited)

        try:
            await self._deps.db.write(work, job=True)
        except NotSaved:
            log.warning("failure not recorded", kind=one.kind)
            return False
        return True


async def _step_aside() -> None:
    """Let whoever waits for an answer have it first: drawn beside it, a message would take its processor from it."""
    until = time.monotonic() + _ASIDE_SECONDS
    while somebody_waits() and time.monotonic() < until:
        await asyncio.sleep(_LOOK_AGAIN)


def _sweep(session: Session, deps: Deps, shares: Sequence[Share]) -> list[Claimed]:
    failpoints.reach("in_sweep")
    return owed.claim(session, deps.clock.now(), shares)
