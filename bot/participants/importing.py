"""A class from the office for one meeting: `/participant import`."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.errors import BadInput
from bot.participants import merging, namesake_views, namesakes, persons, service
from bot.participants.forms import ParticipantEntry
from bot.participants.office.flow import Came, Carried, Forms, Into, Office
from bot.participants.views import Ids as Views
from bot.participants.views import Target
from bot.reading import as_id
from bot.slack.call import Answer, Call, Modal
from bot.slack.command import Word
from bot.slack.router import Router
from bot.slack.text import unescape
from db.inbox import Claim, once
from db.models import Meeting, Participant

_INTO = re.compile(r"^(?:in)?to\s+|^for\s+", re.IGNORECASE)
_LESS = "Please try again in a minute, with the number of the meeting."


class Import:
    """The way in for files."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._office = Office(deps, _IntoMeeting())
        usage = "registers a class from the office’s file, with carers: CSV, Excel or OpenDocument"
        self.word = Word("import", self.open, "/participant import M-12", usage, asks=_LESS)

    def register(self, router: Router) -> None:
        """Make the forms known."""
        self._office.register(router)

    async def open(self, call: Call) -> Answer:
        """`/participant import M-12`; alone, with the choice of a meeting."""
        caller, now, words = call.caller, self._deps.clock.now(), _INTO.sub("", unescape(call.text).strip())

        def work(session: Session) -> Modal:
            mine = meetings.mine(session, caller, now)
            if words:
                wanted = naming.find(session, caller, words, now, command="participant import")
                service.check_open(wanted)
                mine = [wanted, *(one for one in mine if one.id != wanted.id)]
            if not mine:
                raise BadInput("You have no meeting to come. `/meeting new` makes one.")
            return self._office.form(Target.of(mine, caller.zone))

        return await self._deps.db.read(work)


class _IntoMeeting(Into):
    """People of a file are registered on a meeting."""

    ids = Forms(Views.OFFICE_FILE, Views.OFFICE_COLUMNS, Views.OFFICE_PEOPLE, Views.OFFICE_OTHER)

    def target(self, session: Session, call: Call, carried: Carried, now: datetime) -> Target:
        """The meeting, in words."""
        meeting = meetings.get(session, call.caller, as_id(carried.target))
        service.check_open(meeting)
        return Target.of([meeting], call.caller.zone)

    def known(
        self, session: Session, call: Call, carried: Carried, now: datetime
    ) -> tuple[Sequence[str], Mapping[str, str]]:
        """Who is registered, and whom else a name may mean."""
        meeting = meetings.get(session, call.caller, as_id(carried.target))
        known = [one.participant.name for one in service.registered(session, meeting)]
        return known, merging.elsewhere(session, call.caller, meeting, now)

    def meant(
        self, session: Session, call: Call, carried: Carried, entries: Sequence[ParticipantEntry], now: datetime
    ) -> Sequence[tuple[Participant, ParticipantEntry]]:
        """Those on the meeting, and those who were on another."""
        meeting = meetings.get(session, call.caller, as_id(carried.target))
        there = [one.participant for one in service.registered(session, meeting)]
        return persons.meant(session, call.caller, meeting.team, there, entries)

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
        """Register some."""
        caller = call.caller
        meeting = meetings.get(session, caller, as_id(carried.target), to_change=True)

        def make() -> Meeting:
            added = service.add(session, caller, meeting, entries, now)
            done.took(added.new, added.already, added.other_address, added.other_age)
            done.asked += namesake_views.asked(namesakes.of_new(session, caller, added.elsewhere, now))
            return meeting

        outcome = once(
            session, caller.organisation_id, claim, now, make=make, find=lambda _id: meeting, record_id=meeting.id
        )
        done.total = len(service.registered(session, meeting))
        return not outcome.again
