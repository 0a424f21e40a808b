"""`/invitation`: what staff type, click and submit. Whatever is answered is seen by the caller alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.diary.naming import Again, Around
from bot.errors import BadInput
from bot.invitations import service, views
from bot.invitations.service import Prepared
from bot.invitations.views import Ids
from bot.participants import service as participants
from bot.reading import as_id
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.command import Command, Word
from bot.slack.pickers import picker
from bot.slack.router import Router
from bot.slack.text import unescape

_LESS = "Please try again in a minute, with the number of the meeting."


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known; `/meeting` must be registered before."""
    room = _Handlers(deps)
    router.command(room.command)
    router.extra_word(
        "meeting", Word("invite", room.text, "/meeting invite M-12", "gives you the text to send", asks=_LESS)
    )
    router.on(Kind.SUBMISSION, Ids.CHOOSE, room.submit_choice, asks=_LESS)
    router.on(Kind.ACTION, Ids.PERSON, room.choose_person, asks=_LESS)


class _Handlers:
    """The handlers of `/invitation`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.command = Command(
            name="invitation",
            summary="the text to send to participants and carers",
            bare=self.open_choice,
            words=(
                Word("for", self.text, "/invitation for Robin M-12", "gives you the text for one person", asks=_LESS),
            ),
            free=Word("M-12", self.text, "/invitation M-12", "gives you the text to send", asks=_LESS),
        )

    async def open_choice(self, call: Call) -> Answer:
        """Bare `/invitation`: the text of the only meeting that there is, else the form that asks which."""
        caller, now = call.caller, self._deps.clock.now()
        mine = await self._deps.db.read(lambda session: meetings.mine(session, caller, now, service.TO_INVITE))
        if len(mine) == 1:
            return views.message(await self._prepared(call, mine[0].id))
        return Modal(picker(Ids.CHOOSE, "Invitation", mine, caller.zone, "Show the text"))

    async def submit_choice(self, call: Call) -> Answer:
        """The meeting was chosen."""
        chosen = call.state.get("meeting")
        if not chosen:
            raise BadInput("Choose a meeting.", field="meeting")
        return Redraw(views.form(await self._prepared(call, as_id(chosen))))

    async def text(self, call: Call) -> Answer:
        """`/invitation M-12`, `/invitation for NAME M-12` and `/meeting invite M-12`"""
        caller, now = call.caller, self._deps.clock.now()

        def may_be_other(session: Session, words: str) -> bool:
            return participants.somebody_on(session, meetings.mine(session, caller, now, service.TO_INVITE), words)

        how = Around("invitation", service.TO_INVITE, names=True, may_be_other=may_be_other)
        number, rest = await naming.apart(self._deps.db, caller, call.text, now, how)

        def work(session: Session) -> Prepared:
            meeting = naming.numbered(session, caller, number, now, how.wanted, Again(how.command, rest))
            name = unescape(naming.without_title(rest, meeting, caller, now, whole=True).removeprefix("for ").strip())
            everybody = service.prepare(session, caller, meeting, now) if not name else None
            found = everybody or service.named(session, caller, meeting, name, now)
            if found is None:
                nearest = self.command.nearest(name.split()[0])
                guess = f"Did you mean `/invitation {nearest}`? " if nearest else ""
                listed = f"`/participant list {meeting.reference}` shows who is registered."
                raise BadInput(f"{guess}I know nobody of exactly that name on {meeting.reference}. {listed}")
            return service.note_shown(session, found, now)

        return views.message(await self._deps.db.write(work))

    async def choose_person(self, call: Call) -> Answer:
        """Somebody was chosen in the menu: the text for that person, or for everybody."""
        who, _, meeting_id = call.value.partition(":")
        prepared = await self._prepared(call, as_id(meeting_id), None if who == views.EVERYBODY else as_id(who))
        return Redraw(views.form(prepared)) if call.view else views.message(prepared)

    async def _prepared(self, call: Call, meeting_id: UUID, registration_id: UUID | None = None) -> Prepared:
        now = self._deps.clock.now()

        def work(session: Session) -> Prepared:
            meeting = meetings.get(session, call.caller, meeting_id)
            prepared = service.prepare(session, call.caller, meeting, now, registration_id)
            return service.note_shown(session, prepared, now)

        return await self._deps.db.write(work)
