"""Threads that take turns: in order, a few at once, and what takes long or waits holds up nobody."""

import asyncio
import threading
import time

import pytest

from db import turns
from db.session import Database, NotSaved
from db.turns import Threads, Turns

WITHIN = 5.0
MANY = 20


def test_what_came_first_computes_first_and_a_few_at_once() -> None:
    order, together, most = [], [0], [0]
    threads, lock = Threads(4, Turns(2), "t"), threading.Lock()

    def work(number: int) -> int:
        with lock:
            order.append(number)
            together[0] += 1
            most[0] = max(most[0], together[0])
        with lock:
            together[0] -= 1
        return number

    given = [threads.submit(lambda number=number: work(number), number) for number in range(50)]  # type: ignore[misc]
    assert [one.result(WITHIN) for one in given] == list(range(50))
    assert all(abs(number - place) <= 4 for place, number in enumerate(order)), order
    assert most[0] <= 2
    threads.close()


def test_the_lowest_order_goes_first_on_whichever_threads_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONG", WITHIN)
    one_at_a_time, go, begun, done = Turns(1), threading.Event(), threading.Event(), []
    reading, writing = Threads(2, one_at_a_time, "read"), Threads(1, one_at_a_time, "write")

    def hold() -> None:
        begun.set()
        go.wait(WITHIN)

    held = reading.submit(hold, 0)
    assert begun.wait(WITHIN)
    others = [reading.submit(lambda: done.append("second"), 2), writing.submit(lambda: done.append("first"), 1)]
    while len(one_at_a_time.waiting) < len(others):
        time.sleep(0.001)
    go.set()
    for future in (held, *others):
        future.result(WITHIN)
    assert done == ["first", "second"]
    for threads in (reading, writing):
        threads.close()


def test_what_takes_long_or_has_left_lets_others_compute_beside_it() -> None:
    one_at_a_time, end, left = Turns(1), threading.Event(), threading.Event()
    threads = Threads(3, one_at_a_time, "t")

    def leave() -> bool:
        one_at_a_time.leave()
        left.set()
        return end.wait(WITHIN)

    waiting = [threads.submit(leave, 0), threads.submit(lambda: end.wait(WITHIN), 1)]
    assert left.wait(WITHIN)
    assert threads.submit(lambda: "beside them", 2).result(WITHIN) == "beside them"
    end.set()
    assert all(one.result(WITHIN) for one in waiting)
    threads.close()


def test_a_failure_is_its_own_and_a_cancelled_one_is_left_out() -> None:
    threads, go, done = Threads(1, Turns(1), "t"), threading.Event(), []
    first = threads.submit(lambda: go.wait(WITHIN), 0)
    failing, cancelled = threads.submit(lambda: 1 // 0, 1), threads.submit(lambda: done.append("cancelled"), 2)
    last = threads.submit(lambda: done.append("last"), 3)
    assert cancelled.cancel()
    go.set()
    with pytest.raises(ZeroDivisionError):
        failing.result(WITHIN)
    last.result(WITHIN)
    assert done == ["last"]
    assert first.result(WITHIN)
    threads.close()


@pytest.mark.parametrize("finish", [False, True])
def test_closing_cancels_what_waits_or_does_it_and_takes_nothing_more(finish: bool) -> None:
    threads, go, begun = Threads(1, Turns(1), "t"), threading.Event(), threading.Event()

    def work() -> bool:
        begun.set()
        return go.wait(WITHIN)

    running = threads.submit(work, 0)
    waiting = threads.submit(lambda: "done", 1)
    assert begun.wait(WITHIN)
    threads.close(finish=finish)
    with pytest.raises(RuntimeError):
        threads.submit(lambda: None, 2)
    go.set()
    assert running.result(WITHIN)
    threads.join(WITHIN)
    assert waiting.cancelled() is not finish
    assert not finish or waiting.result(WITHIN) == "done"


@pytest.mark.both
def test_a_concern_is_written_before_all_that_waits(database_url: str) -> None:
    database, done, go = Database(database_url), [], threading.Event()

    def write(name: str) -> None:
        done.append(name)

    async def all_of_them() -> None:
        await database.write(lambda session: session.connection(), seconds=WITHIN, first=True)
        held = [asyncio.create_task(database.write(lambda _: go.wait(WITHIN), seconds=WITHIN)) for _ in range(MANY)]
        jobs = [asyncio.create_task(database.write(lambda _: write("job"), job=True)) for _ in range(MANY)]
        others = [asyncio.create_task(database.write(lambda _: write("other"), seconds=WITHIN)) for _ in range(MANY)]
        concern = asyncio.create_task(database.write(lambda _: write("concern"), seconds=WITHIN, first=True))
        asyncio.get_running_loop().call_later(0.05, go.set)
        await asyncio.gather(*held, *jobs, *others, concern)

    asyncio.run(all_of_them())
    database.close()
    # A few that came before it may be in hand already.
    assert done.index("concern") <= 8, done
    assert done[:MANY].count("job") < MANY / 2, done
    with pytest.raises(NotSaved):
        asyncio.run(database.write(lambda _: None))
