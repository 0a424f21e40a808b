"""The form of the gates, and `/meeting urgent`: what staff type, click and submit."""

from sqlalchemy.orm import Session

from bot.kit import Kit
from bot.meetings import clearing, clearing_forms, clearing_views, naming, service
from bot.meetings.clearing_views import Ids
from bot.reading import as_id
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Meeting


def register(router: Router, kit: Kit) -> None:
    """Make the handlers known, after those of `/meeting`."""
    room = _Clearing(kit)
    example, does = "/meeting urgent M-12 because …", "urgent contact with somebody at risk: nothing holds it up"
    router.extra_word("meeting", Word("urgent", room.urgent, example, does))
    router.on(Kind.ACTION, Ids.OPEN, room.open)
    router.on(Kind.ACTION, Ids.MOMENT, room.choose_moment)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit)
    router.on(Kind.ACTION, Ids.URGENT, room.open_urgent)
    router.on(Kind.SUBMISSION, Ids.SAVE_URGENT, room.submit_urgent)


class _Clearing:
    """The handlers of the gates' form."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def open(self, call: Call) -> Answer:
        """[What your policy asks for]"""
        return Modal(clearing_views.form(await self._desk(call)))

    async def choose_moment(self, call: Call) -> Answer:
        """Another moment was chosen in the form."""
        return Redraw(clearing_views.form(await self._desk(call)))

    async def _desk(self, call: Call) -> clearing.Desk:
        meeting_id, moment, person = clearing_forms.opened_for(call.value)
        now = self._kit.clock.now()

        def work(session: Session) -> clearing.Desk:
            meeting = clearing.find(session, call.caller, meeting_id)
            return clearing.desk(session, call.caller, meeting, now, moment, person)

        return await self._kit.db.read(work)

    async def submit(self, call: Call) -> Answer:
        """The form came back."""
        filled, now = clearing_forms.filled(call.metadata, call.state), self._kit.clock.now()
        result = await self._kit.db.write(lambda session: clearing.save(session, call.caller, filled, call.claim, now))
        said = clearing_views.done(result)
        return Redraw(note("Gates", said.text, said.blocks))

    async def urgent(self, call: Call) -> Answer:
        """`/meeting urgent M-12 because …`; without a reason, the form that asks for it."""
        which, reason = clearing_forms.split_urgent(unescape(call.text))
        now, caller = self._kit.clock.now(), call.caller

        def find(session: Session) -> Meeting:
            return naming.find(session, caller, which, now, service.TO_COME, command="meeting urgent", acts=True)

        if not reason:
            return Modal(clearing_views.urgent_form(await self._kit.db.read(find)))
        return await self._made_urgent(call, find, reason, typed=True)

    async def open_urgent(self, call: Call) -> Answer:
        """[It is urgent contact]"""
        meeting = await self._kit.db.read(lambda session: service.get(session, call.caller, as_id(call.value)))
        return Modal(clearing_views.urgent_form(meeting))

    async def submit_urgent(self, call: Call) -> Answer:
        """The reason was given."""
        meeting_id = as_id(call.metadata)
        reason = str(call.state.get(clearing_forms.REASON) or "")
        said = await self._made_urgent(call, lambda session: service.get(session, call.caller, meeting_id), reason)
        return Redraw(note("Urgent contact", said.text, said.blocks))

    async def _made_urgent(self, call: Call, find: clearing.Finder, reason: str, *, typed: bool = False) -> Say:
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Say:
            meeting = find(session)
            stands = clearing.urgent_since(session, meeting)
            if typed and stands is not None:
                return clearing_views.already_urgent(meeting, stands, caller.zone)
            clearing.make_urgent(session, caller, meeting, reason, now)
            return clearing_views.made_urgent(meeting)

        return await self._kit.db.write(work)
