"""A class from the office: the file is chosen, its columns and its people are shown, and they are added."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput, Problem
from bot.participants import forms
from bot.participants.forms import ParticipantEntry
from bot.participants.office import opening, remembered, settled, views
from bot.participants.office.opening import Sheet
from bot.participants.office.views import Came, Carried, Forms
from bot.participants.service import MOST_ON_A_MEETING
from bot.participants.views import Target
from bot.reading.limits import in_long_time
from bot.reading.persons import columns, office, whose
from bot.reading.persons.columns import Columns, Role
from bot.reading.persons.office import Register
from bot.slack import slow
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.notices import note
from bot.slack.router import Router
from db.inbox import Claim
from db.models import Participant
from db.session import NotSaved

_A_PART = 40
"""So many are written down in one go, so that nobody waits long behind them."""
_MOST_ANSWERS = 100


class Into(ABC):
    """What people of a file are added to: a meeting, or a group."""

    ids: Forms

    @abstractmethod
    def target(self, session: Session, call: Call, carried: Carried, now: datetime) -> Target:
        """It, in words, with the right to add people to it checked."""

    @abstractmethod
    def known(
        self, session: Session, call: Call, carried: Carried, now: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        """The names of those who are on it, and of others who may be meant with where they are."""

    @abstractmethod
    def meant(
        self, session: Session, call: Call, carried: Carried, entries: Sequence[ParticipantEntry], now: datetime
    ) -> Sequence[tuple[Participant, ParticipantEntry]]:
        """Whom of those on record the entries mean, with their entries."""

    @abstractmethod
    def add(
        self,
        session: Session,
        call: Call,
        carried: Carried,
        entries: Sequence[ParticipantEntry],
        claim: Claim,
        now: datetime,
        done: Came,
    ) -> bool:
        """Add some of them, and note in `done` what came of it. False where this very part was added before."""


class Office:
    """The handlers of one room's way in for files."""

    def __init__(self, deps: Deps, into: Into) -> None:
        self._deps = deps
        self._into = into

    def register(self, router: Router) -> None:
        """Make the forms and their button known."""
        ids, waiting = self._into.ids, views.reading()
        router.on(Kind.SUBMISSION, ids.file, self.submit_file, meanwhile=waiting)
        router.on(Kind.SUBMISSION, ids.columns, self.submit_columns, meanwhile=waiting)
        router.on(Kind.SUBMISSION, ids.people, self.submit_people, meanwhile=waiting)
        router.on(Kind.ACTION, ids.other, self.click_other, meanwhile=waiting)

    def form(self, target: Target) -> Modal:
        """The form for the file."""
        return Modal(views.form(target, self._into.ids))

    async def submit_file(self, call: Call) -> Answer:
        """The file was chosen: its people, where the columns are known by their headings, else its columns."""
        state = call.state
        if not state.get("meeting"):
            raise BadInput("Choose what they come to.", field="meeting")
        if not state.get(views.FILE):
            raise BadInput("Choose the file.", field=views.FILE)
        carried = Carried(
            state[views.FILE][0], str(state["meeting"]), str(state.get("kind") or ""), str(state.get("joined") or "")
        )
        sheet = await opening.opened(self._deps.slack, carried.file, call.caller.slack_id)
        known, own = await self._deps.db.read(
            lambda session: remembered.columns_of(session, call.caller, sheet.rows[0]), seconds=5
        )
        if known is None or max(known.of.values(), default=0) >= len(sheet.rows[0]):
            return Redraw(views.columns(sheet, columns.guess(sheet.rows), carried, self._into.ids))
        if not own:
            return Redraw(views.columns(sheet, known, carried, self._into.ids, another=True))
        return await self._people(call, sheet, replace(carried, columns=known.kept))

    async def click_other(self, call: Call) -> Answer:
        """[Other columns]"""
        carried = Carried.read(call.metadata)
        sheet = await opening.opened(self._deps.slack, carried.file, call.caller.slack_id)
        chosen = Columns.read(carried.columns)
        return Redraw(views.columns(sheet, chosen, replace(carried, answers={}), self._into.ids))

    async def submit_columns(self, call: Call) -> Answer:
        """The columns are right: they are remembered, and the people are shown."""
        chosen, carried, now = views.chosen(call.state), Carried.read(call.metadata), self._deps.clock.now()
        if Role.NAME not in chosen.of and Role.LAST not in chosen.of:
            raise BadInput("Which column holds the names?", field=Role.NAME.value)
        sheet = await opening.opened(self._deps.slack, carried.file, call.caller.slack_id)
        await self._deps.db.write(
            lambda session: remembered.remember(session, call.caller, sheet.rows[0], chosen, now), seconds=5
        )
        return await self._people(call, sheet, replace(carried, columns=chosen.kept, answers={}))

    async def submit_people(self, call: Call) -> Answer:
        """The people were looked at: what is still to be asked is asked, and then they are added."""
        carried = Carried.read(call.metadata)
        carried = replace(carried, answers={**carried.answers, **views.answers(call.state)})
        sheet = await opening.opened(self._deps.slack, carried.file, call.caller.slack_id)
        said = Columns.read(carried.columns)
        meant = whose.answered(sheet.rows, said, carried.answers)
        # Other columns make other people: they are looked at before they are added.
        return await self._people(call, sheet, replace(carried, columns=meant.kept), add=meant == said)

    async def _people(self, call: Call, sheet: Sheet, carried: Carried, *, add: bool = False) -> Answer:
        """The people of a file, to be looked at; with `add` they were, and are added where nothing is left to ask."""
        now, caller = self._deps.clock.now(), call.caller

        def look(session: Session) -> tuple[Target, Sequence[str], Mapping[str, str]]:
            return self._into.target(session, call, carried, now), *self._into.known(session, call, carried, now)

        target, known, elsewhere = await self._deps.db.read(look, seconds=5)
        chosen = Columns.read(carried.columns)
        asked = whose.asked(sheet.rows, chosen, carried.answers)
        listed = columns.listed(sheet.rows, chosen)
        found = await in_long_time(office.read, listed.rows, known, elsewhere, carried.answers)
        _check(found, len(known))
        if asked or found.doubts or not add:
            return Redraw(views.people(sheet, listed, found, target, carried, self._into.ids, asked))
        today = now.astimezone(ZoneInfo(caller.zone)).date()
        entries = forms.entries_of(found.people, carried.as_kind, today)
        questions = await self._deps.db.read(
            lambda session: settled.questions(self._into.meant(session, call, carried, entries, now)), seconds=5
        )
        if asked := [one for one in questions if office.key(one) not in carried.answers]:
            return Redraw(views.people(sheet, listed, found, target, carried, self._into.ids, asked))
        entries = settled.entries(entries, questions, carried.answers)
        return await self._added(call, carried, entries, target, now)

    async def _added(
        self, call: Call, carried: Carried, entries: Sequence[ParticipantEntry], target: Target, now: datetime
    ) -> Answer:
        """They are added, part by part. Where a later part can't be, what is in already is said, and stays."""
        done, again = Came(), True
        for start in range(0, len(entries), _A_PART):
            part = entries[start : start + _A_PART]
            work = partial(self._write, call, carried, part, start, now)
            try:
                came, first = await self._deps.db.write(work, seconds=5)
            except (Problem, NotSaved) as gone:
                if not start:
                    raise
                why = gone.words if isinstance(gone, Problem) else "The bot could not reach its records just now."
                said = views.stopped(target, start, len(entries), why, done)
                return Redraw(note("Not all are in", said.text, said.blocks))
            done, again = done.and_then(came), again and not first
            await slow.progress(views.progress(f"{start + len(part)} of {len(entries)} are in."))
        said = views.added(target, done, again=again)
        return Redraw(note("Done", said.text, said.blocks))

    def _write(
        self,
        call: Call,
        carried: Carried,
        part: Sequence[ParticipantEntry],
        start: int,
        now: datetime,
        session: Session,
    ) -> tuple[Came, bool]:
        """One part of the list, in a unit of work of its own: what came of it, and whether it was not done before."""
        came = Came()
        first = self._into.add(session, call, carried, part, Claim(f"{call.claim.key}:{start}"), now, came)
        return came, first


def _check(found: Register, there: int) -> None:
    """Raises BadInput for a list that cannot be meant, or that is too long."""
    if len(found.doubts) > _MOST_ANSWERS:
        raise BadInput(
            f"{len(found.doubts)} lines can’t be read as one person’s name each. Is it the right column?", field="name"
        )
    if not found.people and not found.doubts:
        raise BadInput("There is nobody in that column. Choose the one with their names.", field="name")
    expected = there + len(found.people) - len(found.already)
    if expected > MOST_ON_A_MEETING:
        raise BadInput(f"That would be {expected} people; {MOST_ON_A_MEETING} fit. Nothing was changed.")


__all__ = ["Came", "Carried", "Forms", "Into", "Office"]
