"""The form of the gates: what staff click and submit."""

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.gates import clearing, clearing_forms, clearing_views
from bot.gates.clearing_views import Ids
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.notices import note
from bot.slack.router import Router


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/meeting`."""
    room = _Clearing(deps)
    router.on(Kind.ACTION, Ids.OPEN, room.open)
    router.on(Kind.ACTION, Ids.MOMENT, room.choose_moment)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit)


class _Clearing:
    """The handlers of the gates' form."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open(self, call: Call) -> Answer:
        """[What your policy asks for]"""
        form = clearing_views.form(await self._drawn_up(call))
        over_another = call.view.get("callback_id") == clearing_views.HELD
        return Redraw(form) if over_another else Modal(form)

    async def choose_moment(self, call: Call) -> Answer:
        """Another moment was chosen in the form."""
        return Redraw(clearing_views.form(await self._drawn_up(call)))

    async def _drawn_up(self, call: Call) -> clearing.Shown:
        meeting_id, moment, person = clearing_forms.opened_for(call.value)
        now = self._deps.clock.now()

        def work(session: Session) -> clearing.Shown:
            meeting = clearing.find(session, call.caller, meeting_id)
            return clearing.draw_up(session, call.caller, meeting, now, moment, person)

        return await self._deps.db.read(work)

    async def submit(self, call: Call) -> Answer:
        """The form came back."""
        filled, now = clearing_forms.filled(call.metadata, call.view, call.state), self._deps.clock.now()
        result = await self._deps.db.write(lambda session: clearing.save(session, call.caller, filled, call.claim, now))
        said = clearing_views.done(result)
        return Redraw(note("Gates", said.text, said.blocks))
