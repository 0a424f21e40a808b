"""PostgreSQL: Procrastinate wakes a worker on any machine for a delivery written in the same transaction.

The deliveries table stays the truth. A Procrastinate job carries nothing, and does no more than to make a worker look:
what is made, and in which order, is decided by the lanes alone. So a unit of work needs one, however much it owes, and
none for what comes due later, for which a worker looks by its own clock. A job that is lost costs at most a second,
until a worker's own look finds the delivery.
"""

import asyncio
from collections.abc import Sequence

import procrastinate
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import URL
from sqlalchemy.orm import Session

from bot.deliveries.worker import Worker
from bot.logs import log
from db.models import Delivery

QUEUE = "deliveries"
_TASK = "deliver"
_CLOSING_SECONDS = 0.5


def conninfo(url: URL) -> str:
    """The address as psycopg wants it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class Deferrer:
    """Writes the waking job for deliveries, on the transaction's own connection."""

    def __init__(self) -> None:
        self._app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
        self._task = self._app.task(name=_TASK, queue=QUEUE)(_declared)

    def __call__(self, session: Session, deliveries: Sequence[Delivery]) -> None:
        """Defer a job where any is due at once; it exists exactly if the transaction commits."""
        if any(one.due_at <= one.created_at for one in deliveries):
            connection = session.connection().connection.driver_connection
            self._app.job_manager.batch_defer_jobs([self._task.configure().make_new_job()], connection=connection)


def _declared() -> None:
    """Stands for the task on the deferring side; workers run their own."""


class Engine:
    """Runs Procrastinate's worker beside the loop until cancelled, through database outages."""

    def __init__(self, url: URL, worker: Worker) -> None:
        self._url = url
        self._worker = worker

    async def run(self) -> None:
        """Work the queue; after a lost connection start again."""
        while True:
            pool = AsyncConnectionPool(
                conninfo(self._url),
                min_size=1,
                max_size=4,
                kwargs={"connect_timeout": 2},
                check=AsyncConnectionPool.check_connection,
                open=False,
            )
            try:
                app = procrastinate.App(connector=procrastinate.PsycopgConnector())

                @app.task(name=_TASK, queue=QUEUE)
                async def deliver(**_of_an_earlier_version: object) -> None:
                    self._worker.wake()

                await pool.open(wait=True)
                async with app.open_async(pool):
                    await app.run_worker_async(
                        queues=[QUEUE],
                        concurrency=1,
                        install_signal_handlers=False,
                        delete_jobs="always",
                        listen_notify=True,
                        shutdown_graceful_timeout=5,
                    )
            except asyncio.CancelledError:
                raise
            except Exception as problem:  # whatever ends the engine, the loop still delivers; start it again
                log.warning("engine stopped, starting again", error=type(problem).__name__)
                await asyncio.sleep(2)
            finally:
                # Ours to close: the connector leaves it to itself when it is cut off while it opens.
                await pool.close(timeout=_CLOSING_SECONDS)
