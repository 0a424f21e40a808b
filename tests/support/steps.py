"""Every step of the bot's event loop that takes too long: while it lasts, nobody else is answered.

Measured is the time that the loop's own thread computed, not the time that passed: what other threads or other
programs of the machine take is not its fault. What holds the interpreter from another thread is seen by the tests
that time an answer.
"""

import asyncio.events
import gc
import threading
import time
from collections.abc import Callable
from typing import Any

LONGEST = 0.1
_watching: dict[int, list[str]] = {}
"""What was found, by the thread of the loop that is watched."""
_collecting: dict[int, float] = {}
"""How long each watched thread has spent on looking for garbage, which may be anybody's."""


def watch(found: list[str]) -> Callable[[], None]:
    """Watch the loop of the thread that calls this; returns what ends it."""
    thread = threading.get_ident()
    _watching[thread] = found

    def end() -> None:
        _watching.pop(thread, None)

    return end


def _install() -> None:
    run = asyncio.events.Handle._run

    def measured(self: Any) -> None:
        thread = threading.get_ident()
        found = _watching.get(thread)
        if found is None:
            run(self)
            return
        began, collecting = time.thread_time(), _collecting.get(thread, 0.0)
        run(self)
        took = time.thread_time() - began - (_collecting.get(thread, 0.0) - collecting)
        if took > LONGEST:
            found.append(f"{took * 1000:.0f} ms in one step: {_name(self)}")

    asyncio.events.Handle._run = measured  # type: ignore[method-assign]


def _name(handle: Any) -> str:
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    if isinstance(task, asyncio.Task):
        return repr(task.get_coro())
    return repr(callback)


def _collect(phase: str, _info: dict[str, int]) -> None:
    thread = threading.get_ident()
    if thread in _watching:
        now = time.thread_time()
        _collecting[thread] = _collecting.get(thread, 0.0) + (-now if phase == "start" else now)


_install()
gc.callbacks.append(_collect)
