"""`/checklist`: what staff type, click and submit."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.checklists import carry, forms, place, service, views
from bot.checklists.carry import Offer
from bot.checklists.service import Place, Posted, SignedOff
from bot.checklists.views import Ids
from bot.deps import Deps
from bot.diary import meetings, naming
from bot.errors import BadInput, Unclear
from bot.gates.sheet import Sheet
from bot.reading import as_id
from bot.slack import notices
from bot.slack.call import Answer, Call, Done, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, split_reference
from bot.slack.pickers import picker
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Meeting

Finder = Callable[[Session], Meeting]


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps)
    router.command(room.command)
    router.on(Kind.SUBMISSION, Ids.CHOOSE, room.submit_choice)
    router.on(Kind.ACTION, Ids.OPEN, room.click_tick)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit_ticks)
    router.on(Kind.ACTION, Ids.SIGN_OFF, room.click_sign_off)
    router.on(Kind.ACTION, Ids.LEAVE, room.click_leave)
    router.on(Kind.SUBMISSION, Ids.LEAVE, room.submit_leave)
    router.on(Kind.ACTION, Ids.CARRY, room.click_carry)


class _Handlers:
    """The handlers of `/checklist`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.command = Command(
            name="checklist",
            summary="work through the risks of a meeting together, and sign them off",
            bare=self.open_choice,
            words=(Word("tick", self.tick, "/checklist tick M-12", "opens the measures, for you to tick"),),
            free=Word("M-12", self.post, "/checklist M-12", "posts the checklist in this channel"),
            synonyms={"open": "tick"},
        )

    async def open_choice(self, call: Call) -> Answer:
        """Bare `/checklist`: the form that asks which meeting; it remembers the channel."""
        caller, now = call.caller, self._deps.clock.now()
        await place.check(self._deps.slack, caller.slack_id, call.channel, call.channel_name)
        mine = await self._deps.db.read(lambda session: meetings.mine(session, caller, now, meetings.ANY))
        view = picker(Ids.CHOOSE, "Risk checklist", mine, caller.zone, "Post it here")
        return Modal({**view, "private_metadata": f"{call.channel}:{call.channel_name}"})

    async def submit_choice(self, call: Call) -> Answer:
        """The meeting was chosen: post its checklist where the command was typed."""
        chosen = call.state.get("meeting")
        if not chosen:
            raise BadInput("Choose a meeting.", field="meeting")
        channel, _, name = call.metadata.partition(":")

        def find(session: Session) -> Meeting:
            return meetings.get(session, call.caller, as_id(chosen))

        said = await self._posted(call, channel, name, find)
        return Redraw(notices.note("Risk checklist", said.text, said.blocks))

    async def post(self, call: Call) -> Answer:
        """`/checklist M-12`"""
        return await self._posted(call, call.channel, call.channel_name, self._finder(call, "checklist"))

    def _finder(self, call: Call, command: str) -> Finder:
        """What finds the meeting of a typed command. Raises BadInput for words that mean nothing here."""
        text, now = unescape(call.text), self._deps.clock.now()
        number, rest = split_reference(text, bare=True)
        nearest = self.command.nearest(rest.split()[0]) if rest and number is not None else None
        if nearest:
            again = f"checklist {nearest} M-{number}"
            raise Unclear(f"I don't know “{rest[:60]}”. Did you mean `/{again}`?", [(f"/{again}", again)])

        def find(session: Session) -> Meeting:
            try:
                return naming.find(session, call.caller, text, now, command=command, acts=True)
            except Unclear:
                if number is None or not rest or command != "checklist tick":
                    raise
                said = f"“{rest[:60]}” is ticked in the form of the checklist, or among what your policy asks for."
                choices = [
                    (f"Open the checklist of M-{number}", f"checklist tick M-{number}"),
                    ("Look for it among the others", f"meeting tick M-{number}"),
                ]
                raise Unclear(f"{said} Nothing was ticked.", choices, ["", rest]) from None

        return find

    async def _posted(self, call: Call, channel: str, name: str, find: Finder) -> Say:
        caller, now = call.caller, self._deps.clock.now()
        await place.check(self._deps.slack, caller.slack_id, channel, name)

        def work(session: Session) -> tuple[Posted, Offer | None]:
            posted = service.post(session, caller, find(session), channel, call.claim, now)
            return posted, carry.offer(session, caller, service.read(session, caller, posted.post.checklist_id), now)

        posted, offer = await self._deps.db.write(work)
        return views.posted(posted.post, _where(posted), offer, caller.zone)

    async def tick(self, call: Call) -> Answer:
        """`/checklist tick M-12`: the form, wherever it is typed; the sign-off where nothing is left to tick."""
        find, now = self._finder(call, "checklist tick"), self._deps.clock.now()

        def work(session: Session) -> tuple[Sheet, Offer | None]:
            sheet = service.start(session, call.caller, find(session), now)
            return sheet, carry.offer(session, call.caller, sheet, now)

        sheet, offer = await self._deps.db.write(work)
        return Modal(views.to_sign(sheet) or views.form(sheet, offer, whole=False))

    async def click_tick(self, call: Call) -> Answer:
        """[Tick measures]"""
        checklist_id, now = as_id(call.value), self._deps.clock.now()

        def work(session: Session) -> tuple[Sheet, Offer | None]:
            sheet = service.read(session, call.caller, checklist_id)
            return sheet, carry.offer(session, call.caller, sheet, now)

        form = views.form(*await self._deps.db.read(work))
        return Redraw(form) if call.view else Modal(form)

    async def click_carry(self, call: Call) -> Answer:
        """[Carry over from M-7]: the form, with what was carried over in it."""
        checklist_id, earlier_id = forms.from_meeting(call.value)
        now = self._deps.clock.now()
        sheet = await self._deps.db.write(
            lambda session: carry.carry_over(session, call.caller, checklist_id, earlier_id, now)
        )
        return Redraw(views.form(sheet)) if call.view else Modal(views.form(sheet))

    async def submit_ticks(self, call: Call) -> Answer:
        """The form came back."""
        filled, now = forms.filled(call.view, call.state), self._deps.clock.now()

        def work(session: Session) -> tuple[service.Saved, SignedOff | None]:
            saved = service.tick(session, call.caller, filled, call.claim, now)
            if not filled.signs or views.to_sign(saved.sheet) is None or saved.sheet.unmet:
                return saved, None
            key, drawn = filled.checklist_id, saved.sheet.answered_for
            return saved, service.sign_off(session, call.caller, key, drawn, now)

        saved, done = await self._deps.db.write(work)
        if done is not None:
            said = views.signed(done)
            return Redraw(notices.note("Checklist", said.text, said.blocks)) if done.left else Done()
        words = views.saved_words(saved.sheet, saved.ticked, saved.unticked, saved.again)
        return Redraw(views.to_sign(saved.sheet, words) or notices.note("Checklist", words))

    async def click_sign_off(self, call: Call) -> Answer:
        """[Sign off], confirmed."""
        checklist_id, sequence = forms.drawn_for(call.value)
        now = self._deps.clock.now()
        done = await self._deps.db.write(
            lambda session: service.sign_off(session, call.caller, checklist_id, sequence, now)
        )
        return views.signed(done)

    async def click_leave(self, call: Call) -> Answer:
        """[Sign off] while something is not ticked: the form that asks why."""
        checklist_id, _ = forms.drawn_for(call.value)
        sheet = await self._deps.db.read(lambda session: service.to_sign_off(session, call.caller, checklist_id))
        return Modal(views.leaving(sheet))

    async def submit_leave(self, call: Call) -> Answer:
        """The reasons came back: the checklist is signed off with them."""
        checklist_id, sequence = forms.drawn_for(call.metadata)
        typed, now = forms.reasons(call.state), self._deps.clock.now()
        done = await self._deps.db.write(
            lambda session: service.sign_off(session, call.caller, checklist_id, sequence, now, typed)
        )
        said = views.signed(done)
        return Redraw(notices.note("Checklist", said.text, said.blocks))


def _where(posted: Posted) -> str:
    reference = posted.meeting.reference
    if posted.place is Place.NEW:
        return f"I am posting the risk checklist of {reference} in this channel."
    if posted.place is Place.MOVED and posted.before is not None:
        return f"I am moving the risk checklist of {reference} from <#{posted.before.channel}> to this channel."
    return f"The risk checklist of {reference} is in this channel already."
