"""How long typed text may be, and how long reading it may take.

Reading is guesswork over words and can take a thousand times as long for a pasted page as for a sentence. It runs in
a few threads of its own, so that the event loop answers everybody else meanwhile. A thread cannot be ended from
outside: every loop of a reading calls `keep_going`, which ends it soon after its time, so that none is lost for good.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from bot.errors import BadInput

T = TypeVar("T")
P = ParamSpec("P")

LONGEST = 3_000
"""How many characters may be typed after a command, unless the command takes less."""
SECONDS = 0.5
"""How long one reading may keep its thread at work: a busy machine takes nothing of it away."""
PATIENCE = 2.0
"""How long it is waited for by the clock, the wait for a thread included; Slack waits for three seconds."""
LONG_SECONDS, LONG_PATIENCE = 5.0, 15.0
_THREADS = 2
"""More would only make the loop wait longer for its turn: they all share one interpreter."""

_until: ContextVar[tuple[float, float] | None] = ContextVar("reading_until", default=None)
_threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="reading")
_tables = ThreadPoolExecutor(1, thread_name_prefix="reading-tables")
"""One table is read after the other, and no typed text waits behind one."""


class TooMuch(BadInput):
    """The text could not be read within its time; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("I could not read that in time. Try again, or type the command alone: it opens a form.")


def keep_going() -> None:
    """Go on reading, or raise TooMuch where the time is over. Costs next to nothing: call it in every loop."""
    until = _until.get()
    if until is not None and (time.thread_time() > until[0] or time.monotonic() > until[1]):
        raise TooMuch


async def in_time(read: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What `read` makes of its text, read in a thread. Raises what it raises, and TooMuch where it takes too long."""
    return await _within(_threads, SECONDS, PATIENCE, partial(read, *args, **named))


async def in_long_time(read: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """The same for a whole table, for which nobody waits with a form open."""
    return await _within(_tables, LONG_SECONDS, LONG_PATIENCE, partial(read, *args, **named))


async def _within(threads: Executor, seconds: float, patience: float, read: Callable[[], T]) -> T:
    latest = time.monotonic() + patience

    def work() -> T:
        _until.set((time.thread_time() + seconds, latest))
        return read()

    future = asyncio.get_running_loop().run_in_executor(threads, partial(copy_context().run, work))
    try:
        async with asyncio.timeout(patience):
            return await future
    except TimeoutError:
        raise TooMuch from None
