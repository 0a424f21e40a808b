"""[Yes, as last time]: what staff click and submit."""

from sqlalchemy.orm import Session

from bot.checklists import again, service, views
from bot.checklists.again import Confirmed
from bot.deps import Deps
from bot.gates import again_views, gate_views
from bot.gates.again_views import Ids
from bot.meetings import showing
from bot.slack import blocks as b
from bot.slack import notices
from bot.slack.call import Answer, Call, Done, Kind, Modal, Redraw, Say
from bot.slack.router import Router
from db.models import MeetingState


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known."""
    room = _Again(deps)
    router.on(Kind.ACTION, Ids.YES, room.click_yes)
    router.on(Kind.ACTION, Ids.LOOK, room.click_look)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit)


class _Again:
    """The handlers of what is the same as last time."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def click_yes(self, call: Call) -> Answer:
        """[Yes, as last time]: on the card what is left of the checklist opens, where nothing else comes before it."""
        now = self._deps.clock.now()

        def work(session: Session) -> tuple[Confirmed, Answer | None]:
            done = again.confirm(session, call.caller, call.value, now)
            shown = not done.again and showing.on_its_card(session, call, done.meeting)
            return done, _next(session, call, done) if shown else None

        done, following = await self._deps.db.write(work)
        if following is not None:
            return following
        said = _words(done)
        return Redraw(notices.note("As last time", said.text, said.blocks)) if call.view else said

    async def click_look(self, call: Call) -> Answer:
        """[Look through]: all that it covers."""
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Answer:
            return Modal(again_views.look(again.found(session, caller, call.value, now), caller.zone))

        return await self._deps.db.read(work)

    async def submit(self, call: Call) -> Answer:
        """The form that shows what it covers came back."""
        now = self._deps.clock.now()
        done = await self._deps.db.write(lambda session: again.confirm(session, call.caller, call.metadata, now))
        said = _words(done)
        return Redraw(notices.note("As last time", said.text, said.blocks))


def _next(session: Session, call: Call, done: Confirmed) -> Answer:
    """What follows on the card, which shows by itself what was confirmed."""
    if done.left is None or [gate.id for gate in done.left.gates] != ["checklist"]:
        return Done()
    return Modal(views.form(service.read(session, call.caller, done.checklist_id), whole=False))


def _words(done: Confirmed) -> Say:
    """What was confirmed, and the next thing."""
    meeting = done.meeting
    confirmed = "It is confirmed already" if done.again else "Confirmed"
    head = f"✅ {confirmed} for {meeting.reference}, as last time: {done.many}."
    head += " The checklist is signed off." if done.signed else ""
    if done.left is not None:
        still = f"{head}\n*Still {len(done.left.gates)} before it is ready.*"
        blocks = gate_views.next_of("left", still, done.left.gates, meeting, "ready", primary=True)
        if any(gate.id == "checklist" for gate in done.left.gates):
            blocks.append(b.actions("checklist", b.button("Tick measures", views.Ids.OPEN, str(done.checklist_id))))
        return Say(head, blocks)
    ready = f"\n*{meeting.reference} is ready.*" if meeting.state is MeetingState.READY else ""
    return Say(head, [b.section("again", f"{head}{ready} Get the text to send: `/invitation {meeting.reference}`")])
