"""While the bot serves: keep the heads of the chains outside the database, and raise the alarm at what does not fit."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.logs import log
from bot.organisation.head_mail import owe_mail
from bot.records import alarm, heads
from bot.records.heads import Damaged, Head
from db.audit import ChainKeys
from db.models import Organisation
from db.sealed import Doubtful, noticed
from db.session import NotSaved

LOOK_EVERY = 5.0
_LINE_EVERY = timedelta(minutes=10)
_AT_LEAST = timedelta(days=1)
_OVERLAP = timedelta(minutes=5)


class Keeper:
    """Looks every few seconds; whatever it finds, the bot goes on serving."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._path = deps.settings.heads_file
        self._last: dict[UUID, Head] = {}
        self._told: dict[UUID, set[str]] = {}
        self._read = False
        self.older = ""
        """A sentence for whoever watches the bot, where the database is older than its last known head."""

    async def run(self) -> None:
        """The loop."""
        while True:
            try:
                await self.look()
            except NotSaved:
                pass  # the worker's loop says that the database is down
            except Exception as problem:  # the loop must outlive anything that one look can raise
                log.error("heads not kept", error=type(problem).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """One look: the file against the database at the first, then new heads into the file, and alarms."""
        if not self._read:
            await self._begin()
        await self._tell(noticed.drain())
        now = self._deps.clock.now()
        since = min((one.at for one in self._last.values()), default=None)
        present = await self._deps.db.read(
            lambda session: heads.present(session, now, since - _OVERLAP if since else None), seconds=10
        )
        new = [found for one in present if (found := self._new(one))]
        if new:
            await asyncio.to_thread(heads.append, self._path, new)
            for one in new:
                self._last[one.organisation_id] = one
                self._told.setdefault(one.organisation_id, set()).update(one.concerns)

    def _new(self, present: Head) -> Head | None:
        """The line to add for an organisation, or None while its last one will do."""
        told = self._told.get(present.organisation_id, set())
        concerns = tuple(one for one in present.concerns if one not in told)
        last = self._last.get(present.organisation_id)
        if last is not None and not concerns:
            age = present.at - last.at
            if age < (_LINE_EVERY if last.sequence != present.sequence else _AT_LEAST):
                return None
        return Head(present.at, present.organisation_id, present.sequence, present.hash, concerns)

    async def _begin(self) -> None:
        """Compare the file with the database; what does not fit is said once, in the file and to people."""
        lines, altered = await self._deps.db.read(self._compared, seconds=60)
        now = self._deps.clock.now()
        older = [one for one in self._last.values() if one.note == heads.OLDER]
        alarms = [(one.organisation_id, alarm.OLD) for one in older]
        if altered:
            log.error("the file of heads is not as the bot wrote it")
            alarms += [(one, alarm.ALTERED) for one in await self._deps.db.read(_organisations, seconds=10)]
        for one in older:
            log.error("the database is older than its last known head", record=one.organisation_id.hex)
            self.older = "the database is older than its last known head; `python -m bot audit verify` says more"
        await self._deps.db.write(lambda session: _begun(session, alarms, now), job=True)
        if older:
            await asyncio.to_thread(heads.append, self._path, older)
        self._told = {one.organisation_id: heads.references(lines, one.organisation_id) for one in lines}
        self._read = True

    def _compared(self, session: Session) -> tuple[list[Head], bool]:
        """The file's lines, and whether they were altered. The last line of each organisation is kept; where the
        database is older than it, the database's own head takes its place, noted."""
        try:
            lines = heads.read(self._path, ChainKeys(session))
        except Damaged:
            return [], True
        self._last = {one.organisation_id: one for one in lines}
        for own in heads.present(session, self._deps.clock.now()):
            last = self._last.get(own.organisation_id)
            if last is not None and not heads.follows(session, last):
                self._last[own.organisation_id] = replace(own, concerns=(), note=heads.OLDER)
        return lines, False

    async def _tell(self, found: set[Doubtful]) -> None:
        now = self._deps.clock.now()
        for one in found:
            log.error("a row that gives rights was not written with the key", record=one.row_id.hex, kind=one.table)
        if found:
            await self._deps.db.write(lambda session: _doubtful(session, found, now), job=True)


def _begun(session: Session, alarms: Sequence[tuple[UUID, int]], now: datetime) -> None:
    for organisation_id, what in alarms:
        alarm.owe_alarm(session, organisation_id, what, now)
    for organisation in session.scalars(select(Organisation)).all():
        owe_mail(session, organisation, now)


def _doubtful(session: Session, found: set[Doubtful], now: datetime) -> None:
    for one in found:
        alarm.owe_alarm(session, one.organisation_id, alarm.DOUBTFUL, now, one.table, one.row_id)


def _organisations(session: Session) -> list[UUID]:
    return list(session.scalars(select(Organisation.id)))
