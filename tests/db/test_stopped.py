"""Whoever is cancelled while the database works stops there, though the answer comes at that moment: a loop that went
on as if nothing had been would never end."""

import asyncio
import threading

import pytest
from sqlalchemy.orm import Session

from db.session import Database


@pytest.mark.parametrize("how", ["read", "write"])
def test_cancelled_as_the_answer_comes(database_url: str, how: str) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def work(_session: Session) -> None:
        begun.set()
        may_end.wait(5)

    async def stopped_at_the_answer() -> None:
        database = Database(database_url)
        waiting = asyncio.create_task(database.read(work) if how == "read" else database.write(work))
        await asyncio.to_thread(begun.wait, 5)
        may_end.set()
        database.close()  # it waits for what is in hand, and nothing else of the loop can go on meanwhile
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(stopped_at_the_answer())
