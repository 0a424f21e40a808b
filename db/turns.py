"""Threads that take turns. Python runs one of them at a time whatever their number: started together, each only makes
the others wait at every row that it fetches, and the last of many is answered late. So pieces of work compute in the
order in which they came, a few at once; what takes long, or waits for a lock or the disk, lets the next begin beside
it.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

LONG = 0.1
"""After how many seconds a piece of work no longer holds up the next."""


class Turns:
    """Lets `at_once` threads compute that began within the last moment, those of the lowest order first."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._count = itertools.count()
        self.waiting: list[tuple[float, int, int, threading.Lock]] = []
        self._begun: dict[int, float] = {}
        """When each thread began what it does."""

    def take(self, order: float) -> None:
        """Wait for this thread's turn."""
        me, called = threading.get_ident(), threading.Lock()
        called.acquire()
        with self._lock:
            heapq.heappush(self.waiting, (order, next(self._count), me, called))
            self._call()
        while not called.acquire(timeout=LONG):
            with self._lock:
                self._call()

    def leave(self) -> None:
        """This thread computes no more, or waits for the disk: let the next begin."""
        with self._lock:
            if self._begun.pop(threading.get_ident(), None) is not None:
                self._call()

    def _call(self) -> None:
        while self.waiting and self._room():
            _, _, thread, called = heapq.heappop(self.waiting)
            self._begun[thread] = time.monotonic()
            called.release()

    def _room(self) -> bool:
        if len(self._begun) < self._at_once:
            return True
        earliest = time.monotonic() - LONG
        return sum(begun > earliest for begun in self._begun.values()) < self._at_once


@dataclass(order=True)
class _Work:
    order: float
    number: int
    run: Callable[[], Any] = field(compare=False)
    future: "Future[Any]" = field(compare=False)


class Threads:
    """Runs work on up to `most` threads, what has the lowest order first, each when its turn comes. Of those that are
    idle the last is called: it, and what it used, is still at hand for the processor."""

    def __init__(self, most: int, turns: Turns, name: str) -> None:
        self._most = most
        self._turns = turns
        self._name = name
        self._count = itertools.count()
        self._queue: list[_Work] = []
        self._threads: list[threading.Thread] = []
        self._idle: list[threading.Lock] = []
        """What each idle thread waits for, the last that fell idle at the end."""
        self._lock = threading.Lock()
        self._closed = False

    def submit(self, work: Callable[[], T], order: float) -> "Future[T]":
        """Run `work` when its turn comes. Raises RuntimeError after the end."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self._name} is closed")
            heapq.heappush(self._queue, _Work(order, next(self._count), work, future))
            if self._idle:
                self._idle.pop().release()
            elif len(self._threads) < self._most:
                thread = threading.Thread(target=self._serve, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
        return future

    def close(self, *, finish: bool = False) -> None:
        """Take nothing more. What runs is left to its end; what waits is cancelled, or with `finish` still done."""
        with self._lock:
            self._closed = True
            if not finish:
                for one in self._queue:
                    one.future.cancel()
                self._queue.clear()
            while self._idle:
                self._idle.pop().release()

    def join(self, seconds: float) -> None:
        """Wait until all that runs has ended, at most so long."""
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while (one := self._next()) is not None:
            self._turns.take(one.order)
            try:
                if one.future.set_running_or_notify_cancel():
                    one.future.set_result(one.run())
            except BaseException as problem:
                one.future.set_exception(problem)
            finally:
                self._turns.leave()
            del one

    def _next(self) -> _Work | None:
        called = threading.Lock()
        called.acquire()
        while True:
            with self._lock:
                if self._queue:
                    return heapq.heappop(self._queue)
                if self._closed:
                    return None
                self._idle.append(called)
            called.acquire()
