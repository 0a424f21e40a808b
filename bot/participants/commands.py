"""`/participant`: what staff type, click and submit."""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from bot.errors import BadInput, NotFound
from bot.kit import Kit
from bot.meetings import service as meetings
from bot.participants import forms, service, views
from bot.participants.forms import ParticipantEntry
from bot.participants.service import Added
from bot.participants.views import Ids
from bot.reading import as_id, in_time
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, split_reference
from bot.slack.notices import note
from bot.slack.router import Router
from db.inbox import once
from db.models import Meeting

_LESS = "Please try again in a minute, with the number of the meeting."


def register(router: Router, kit: Kit) -> None:
    """Make the room's handlers known."""
    room = _Room(kit)
    router.command(
        Command(
            name="participant",
            summary="say who comes to a meeting",
            bare=room.open_form,
            words=(
                Word(
                    "add",
                    room.add,
                    "/participant add NAME, NAME to M-12",
                    "registers children; `add adults NAME` or `add young people NAME` registers others",
                ),
                Word("list", room.list, "/participant list M-12", "shows who is registered, to you only", asks=_LESS),
                Word("remove", room.remove, "/participant remove NAME from M-12", "takes somebody off, after asking"),
            ),
            synonyms={"show": "list", "delete": "remove", "new": "add", "register": "add"},
        )
    )
    router.on(Kind.SUBMISSION, Ids.ADD, room.submit)
    router.on(Kind.ACTION, Ids.OPEN_ADD, room.click_add, asks=_LESS)
    router.on(Kind.ACTION, Ids.REMOVE, room.click_remove)


class _Room:
    """The handlers of `/participant`."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def open_form(self, call: Call) -> Answer:
        """Bare `/participant`, or `/participant add M-12`: the form."""
        number, _ = split_reference(call.text)
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Modal:
            mine = meetings.mine(session, caller, now)
            if number is None:
                return Modal(views.form(mine, caller.zone))
            return _form_for(meetings.find(session, caller, number, now), mine, caller.zone)

        return await self._kit.db.read(work)

    async def click_add(self, call: Call) -> Answer:
        """[Add people] under a list."""
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Modal:
            wanted = meetings.get(session, caller, as_id(call.value))
            return _form_for(wanted, meetings.mine(session, caller, now), caller.zone)

        return await self._kit.db.read(work)

    async def add(self, call: Call) -> Answer:
        """`/participant add NAME, NAME to M-12`"""
        number, words = split_reference(call.text)
        if not words:
            return await self.open_form(call)
        entries, now = await in_time(forms.from_text, words), self._kit.clock.now()
        return await self._added(
            call,
            entries,
            lambda session: meetings.find(session, call.caller, number, now, meetings.TO_COME, to_change=True),
        )

    async def submit(self, call: Call) -> Answer:
        """The form for registering people was submitted."""
        entries = await in_time(forms.from_state, call.state)
        meeting_id = call.state.get("meeting")
        if not meeting_id:
            raise BadInput("Choose a meeting.", field="meeting")
        said = await self._added(
            call, entries, lambda session: meetings.get(session, call.caller, as_id(str(meeting_id)), to_change=True)
        )
        return Redraw(note("Participants", said.text, said.blocks))

    async def _added(self, call: Call, entries: Sequence[ParticipantEntry], find: Callable[[Session], Meeting]) -> Say:
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Say:
            meeting = find(session)
            done: list[Added] = []

            def make() -> Meeting:
                done.append(service.add(session, caller, meeting, entries, now))
                return meeting

            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=make,
                find=lambda made: meetings.get(session, caller, made),
                amend=lambda _made: make(),
                record_id=meeting.id,
            )
            total = len(service.registered(session, outcome.record))
            return views.added(outcome.record, done[0] if done else Added(), total, again=outcome.again)

        return await self._kit.db.write(work)

    async def list(self, call: Call) -> Answer:
        """`/participant list M-12`"""
        number, _ = split_reference(call.text)
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Say:
            meeting = meetings.find(session, caller, number, now)
            return views.listing(meeting, service.registered(session, meeting))

        return await self._kit.db.read(work)

    async def remove(self, call: Call) -> Answer:
        """`/participant remove NAME from M-12`: shows who is meant, with the button that does it."""
        number, words = split_reference(call.text)
        caller, now = call.caller, self._kit.clock.now()
        typed = await in_time(forms.typed_names, words)

        def work(session: Session) -> Say:
            meeting = meetings.find(session, caller, number, now)
            found = service.match(typed, service.registered(session, meeting))
            return views.ask_remove(meeting, found.found, found.unsure, found.unknown)

        return await self._kit.db.read(work)

    async def click_remove(self, call: Call) -> Answer:
        """[Remove], confirmed. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._kit.clock.now()
        ids = [UUID(one) for one in call.value.split(",")]

        def work(session: Session) -> Say:
            asked = service.by_ids(session, caller, ids)
            if not asked:
                raise NotFound("I can't find those registrations. `/participant list` shows who is registered.")
            meeting = meetings.get(session, caller, asked[0].meeting_id)
            taken = service.remove(session, caller, meeting, asked, now)
            return views.removed(meeting, taken, asked, len(service.registered(session, meeting)))

        return await self._kit.db.write(work)


def _form_for(meeting: Meeting, mine: Sequence[Meeting], zone: str) -> Modal:
    """The form with one meeting chosen, which need not be among the caller's own to come."""
    others = [one for one in mine if one.id != meeting.id]
    return Modal(views.form([meeting, *others], zone, chosen=f"{meeting.id}"))
