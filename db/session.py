"""The unit of work: one transaction per request or job step, on SQLite or PostgreSQL.

SQLite: every writing unit begins with BEGIN IMMEDIATE on one writer thread, so that two units never
fight for the lock; reads run on read-only connections beside it. PostgreSQL: several threads.
Units take turns in the order in which they came; what is for a concern goes before all others, and jobs let those go
first for whom somebody waits.
A unit that cannot finish by its deadline is abandoned and rolled back, never half told.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextvars import ContextVar
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from db import failpoints
from db.engines import postgres_engine, sqlite_engine
from db.pending import write_all
from db.remember import Unit
from db.turns import Threads, Turns

T = TypeVar("T")
R = TypeVar("R")

HANDLER_SECONDS = 1.8
JOB_SECONDS = 30.0
_FIRST = 0.0
_JOBS_BEHIND = 2.0
"""By how many seconds somebody who waits for an answer goes before a job that came earlier."""
_answer_by: ContextVar[float | None] = ContextVar("answer_by", default=None)
_waiting: set[object] = set()
"""One for each answer that somebody waits for."""
_goes_first: ContextVar[bool] = ContextVar("goes_first", default=False)


@contextlib.contextmanager
def going_first(first: bool = True) -> Iterator[None]:
    """Within this, jobs have threads and connections of their own, and write before all others: it is a concern's."""
    token = _goes_first.set(first)
    try:
        yield
    finally:
        _goes_first.reset(token)


def goes_first() -> bool:
    """Whether what runs now has what is set apart for concerns."""
    return _goes_first.get()


@contextlib.contextmanager
def answering(seconds: float) -> Iterator[None]:
    """Within this, all units of work together take at most `seconds`: somebody is waiting for one answer."""
    token, mine = _answer_by.set(time.monotonic() + seconds), object()
    _waiting.add(mine)
    try:
        yield
    finally:
        _waiting.discard(mine)
        _answer_by.reset(token)


def somebody_waits() -> bool:
    """Whether this process owes an answer to anybody at this moment."""
    return bool(_waiting)


_KEPT = "kept"
_first: ContextVar[Callable[[Session], None] | None] = ContextVar("first", default=None)


@contextlib.contextmanager
def beginning(check: Callable[[Session], None]) -> Iterator[None]:
    """Within this, every unit of work begins with `check`, in its own transaction; what that raises ends the unit."""
    token = _first.set(check)
    try:
        yield
    finally:
        _first.reset(token)


@event.listens_for(Session, "loaded_as_persistent")
def _keep(session: Session, row: Any) -> None:
    """A session forgets what nobody holds; a request asks for one meeting or concern many times."""
    kept = session.info.get(_KEPT)
    if kept is not None:
        kept.append(row)


def bring(session: Session, row: R) -> R:
    """Have a row in a unit of work as it is known to be stored, without asking for it."""
    brought = session.merge(row, load=False)
    session.info.setdefault(_KEPT, []).append(brought)
    return brought


def _begun(work: Callable[[Session], T]) -> Callable[[Session], T]:
    """`work` with the check that is to come before it."""
    check = _first.get()
    if check is None:
        return work

    def checked(session: Session) -> T:
        session.info[_KEPT] = []
        check(session)
        return work(session)

    return checked


def _deadline(seconds: float) -> float:
    """The moment `seconds` from now, or the end of the answering around it, whichever comes first."""
    end, until = time.monotonic() + seconds, _answer_by.get()
    return end if until is None else min(end, until)


class NotSaved(Exception):
    """The unit of work did not commit: the database is down, locked or too slow."""


class Unavailable(NotSaved):
    """The database could not be read."""


def _passing(problem: SQLAlchemyError) -> bool:
    """Whether an error is of the connection or the lock rather than of the statement."""
    if isinstance(problem, PoolTimeout | InterfaceError | OperationalError):
        return True
    return isinstance(problem, DBAPIError) and problem.connection_invalidated


class Database:
    """Units of work over one database.

    `on_commit` is called after each commit that owes deliveries, from the thread that committed;
    `defer`, where set, is called inside the transaction with the deliveries that it writes. `refusal`, where set, says
    why nothing may be read or written here, such as a wrong key.
    """

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy address; `postgres://` and `postgresql://` mean psycopg 3."""
        self.url = make_url(url)
        if self.url.drivername in ("postgres", "postgresql"):
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.on_commit: Callable[[], None] = lambda: None
        self.defer: Callable[[Session, Any], None] | None = None
        self.refusal = ""
        self._closed = False
        self._in_hand: set[Future[Any]] = set()
        if self.sqlite:
            self._turns = Turns(1)
            self._writer = sqlite_engine(self.url, read_only=False)
            self._reader = self._first_engine = sqlite_engine(self.url, read_only=True)
            self._job_engine = self._writer
            self._readers = Threads(4, self._turns, "db-read")
            self._writers = self._job_threads = Threads(1, self._turns, "db-write")
            self._first_threads = Threads(2, self._turns, "db-first")
        else:
            self._turns = Turns(4)
            self._writer = self._reader = postgres_engine(self.url, statement_seconds=2, size=8)
            self._job_engine = postgres_engine(self.url, statement_seconds=30, size=6)
            self._first_engine = postgres_engine(self.url, statement_seconds=30, size=6)
            self._readers = self._writers = Threads(8, self._turns, "db")
            self._job_threads = Threads(6, self._turns, "db-job")
            self._first_threads = Threads(6, self._turns, "db-first")

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and checks."""
        return self._writer

    @property
    def engines(self) -> set[Engine]:
        """Every engine that it uses, each once."""
        return {self._writer, self._reader, self._job_engine, self._first_engine}

    async def read(self, work: Callable[[Session], T], *, seconds: float = HANDLER_SECONDS, first: bool = False) -> T:
        """Run `work` in a read transaction. Raises Unavailable within `seconds`. `first`: before all that waits."""
        self._look(Unavailable)
        work = _begun(work)
        deadline, job = _deadline(seconds), seconds > HANDLER_SECONDS
        engine, threads = self._reader, self._readers
        if goes_first():
            engine, threads = self._first_engine, self._first_threads
        elif job and not self.sqlite:
            engine, threads = self._job_engine, self._job_threads

        def run() -> T:
            with self._translated(Unavailable), Session(engine, expire_on_commit=False) as session:
                return work(session)

        return await self._wait(self._submit(threads, run, _order(first, job)), deadline, None, Unavailable)

    async def write(
        self, work: Callable[[Session], T], *, seconds: float = HANDLER_SECONDS, job: bool = False, first: bool = False
    ) -> T:
        """Run `work` in one transaction and commit. Raises NotSaved, with nothing written, when the commit
        could not be made within `seconds`. What `work` raises rolls back and is raised here. `first`: before all
        that waits."""
        self._look(NotSaved)
        work = _begun(work)
        deadline = _deadline(JOB_SECONDS if job else seconds)
        given_up = threading.Event()
        done: Future[T] = Future()
        order = _order(first, job)
        if self.sqlite:
            self._submit(self._writers, lambda: self._attempt_sqlite(work, done, deadline, given_up, order), order)
        else:
            threads, engine = (self._job_threads, self._job_engine) if job else (self._writers, self._writer)
            if goes_first() if job else first:
                threads, engine = self._first_threads, self._first_engine
            self._submit(threads, lambda: self._attempt(engine, work, done, deadline, given_up), order)
        return await self._wait(done, deadline + 0.2, given_up, NotSaved)

    def _look(self, error: type[NotSaved]) -> None:
        """Raise it at once where nothing may be read or written any more."""
        if self.refusal or self._closed:
            raise error(self.refusal or "the database is closed")

    def _submit(self, threads: Threads, run: Callable[[], T], order: float) -> "Future[T]":
        """Run on these threads, and remember it until it is done, for `close`."""
        future = threads.submit(run, order)
        self._in_hand.add(future)
        future.add_done_callback(self._in_hand.discard)
        return future

    async def _wait(
        self, future: "Future[T]", deadline: float, given_up: threading.Event | None, error: type[NotSaved]
    ) -> T:
        try:
            # Not `wait_for`, which goes on as if nothing had been when it is cancelled just as the answer comes.
            async with asyncio.timeout(max(0.05, deadline - time.monotonic())):
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if given_up is not None:
                given_up.set()
            if future.done() and not future.cancelled():
                return future.result()
            raise error("the database did not answer in time") from None

    @contextlib.contextmanager
    def _translated(self, error: type[NotSaved]) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as problem:
            if _passing(problem):
                raise error(type(problem).__name__) from None
            raise

    def _attempt(
        self,
        engine: Engine,
        work: Callable[[Session], T],
        done: "Future[T]",
        deadline: float,
        given_up: threading.Event,
    ) -> None:
        if given_up.is_set():
            return
        try:
            with self._translated(NotSaved), Unit(engine, expire_on_commit=False) as session:
                result, owes = self._carry_out(session, work, deadline, given_up)
        except BaseException as problem:
            _settle(done, problem=problem)
            return
        self._tell(done, result, owes)

    def _carry_out(
        self, session: Session, work: Callable[[Session], T], deadline: float, given_up: threading.Event
    ) -> tuple[T, bool]:
        """Do the work and commit, unless the waiter has gone; the result, and whether it owes deliveries."""
        session.info["defer"] = self.defer
        result = work(session)
        write_all(session)
        if given_up.is_set() or time.monotonic() > deadline:
            raise NotSaved("the deadline passed before the commit")
        failpoints.reach("before_commit")
        self._turns.leave()
        session.commit()
        return result, bool(session.info.get("owes"))

    def _tell(self, done: "Future[T]", result: T, owes: bool) -> None:
        """It is committed: tell whoever waits for it, and whoever makes deliveries."""
        _settle(done, result=result)
        if owes:
            failpoints.reach("after_commit")
            self.on_commit()

    def _attempt_sqlite(
        self, work: Callable[[Session], T], done: "Future[T]", deadline: float, given_up: threading.Event, order: float
    ) -> None:
        """One try for the lock; a busy database puts the unit back in its place in the queue until its deadline."""
        if given_up.is_set():
            return
        try:
            connection = self._writer.connect()
            try:
                connection.begin()
            except BaseException:
                connection.close()
                raise
        except OperationalError as problem:
            if "locked" in str(problem.orig) and time.monotonic() < deadline:
                again = lambda: self._attempt_sqlite(work, done, deadline, given_up, order)  # noqa: E731
                self._submit(self._writers, again, order)
            else:
                _settle(done, problem=NotSaved(type(problem).__name__))
            return
        except BaseException as problem:
            _settle(done, problem=problem)
            return
        self._finish_sqlite(connection, work, done, deadline, given_up)

    def _finish_sqlite(
        self,
        connection: Connection,
        work: Callable[[Session], T],
        done: "Future[T]",
        deadline: float,
        given_up: threading.Event,
    ) -> None:
        with connection:
            try:
                with self._translated(NotSaved), Unit(connection, expire_on_commit=False) as session:
                    result, owes = self._carry_out(session, work, deadline, given_up)
                    connection.commit()
            except BaseException as problem:
                connection.rollback()
                _settle(done, problem=problem)
                return
        self._tell(done, result, owes)

    def close(self) -> None:
        """Finish what is in hand and let go of the connections; a database that never answers is left after 2 s."""
        self._closed = True
        if self.sqlite:
            self._writers.close(finish=True)
            self._writers.join(5)
        for threads in (self._readers, self._job_threads, self._first_threads):
            threads.close()
        wait(list(self._in_hand), timeout=2)
        for engine in self.engines:
            engine.dispose()


def _order(first: bool, job: bool) -> float:
    """Where a unit stands among those that wait."""
    if first:
        return _FIRST
    return time.monotonic() + (_JOBS_BEHIND if job and not goes_first() else 0.0)


def _settle(future: "Future[Any]", *, result: Any = None, problem: BaseException | None = None) -> None:
    """Resolve a future whose waiter may be gone."""
    if not future.set_running_or_notify_cancel():
        return
    if problem is not None:
        future.set_exception(problem)
    else:
        future.set_result(result)
