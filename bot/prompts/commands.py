"""`/meeting tick` and the buttons on the cards."""

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import naming
from bot.diary.naming import Again, Around
from bot.errors import BadInput
from bot.facts.recording import check_open
from bot.gates import clearing, clearing_views
from bot.meetings import showing
from bot.prompts import forms, service, views
from bot.prompts.views import Ids
from bot.reading import as_id
from bot.slack import blocks as b
from bot.slack import notices
from bot.slack.call import Answer, Call, Done, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.delicate import could_be_concern, is_so
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Moment


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known, after those of `/meeting`."""
    room = _Handlers(deps)
    example, does = (
        "/meeting tick M-12 lock",
        "ticks a reminder or what your policy asks for; without a word, shows it all",
    )
    router.extra_word("meeting", Word("tick", room.tick, example, does))
    router.extra_word(
        "meeting", Word("untick", room.untick, "/meeting untick M-12 lock", "takes a tick back, for everybody")
    )
    router.on(Kind.ACTION, Ids.OPEN, room.click_tick)
    router.on(Kind.ACTION, Ids.ALL, room.click_all)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit)


class _Handlers:
    """The handlers of ticking."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def tick(self, call: Call) -> Answer:
        """`/meeting tick M-12 lock because everybody is in`; without a word, the form of the gates or, where none
        is open for this person, that of the reminders."""
        now, caller = self._deps.clock.now(), call.caller
        what, reason = forms.split_reason(unescape(call.text))
        if reason and await is_so(could_be_concern, reason):
            raise BadInput("Nothing was ticked: your team can read a reason, and that sounds like a worry.")
        why = f"because {reason}" if reason else ""
        how = Around("meeting tick", bare=True, behind=why)
        number, word = await naming.apart(self._deps.db, caller, what, now, how)
        again = Again(how.command, f"{word} {why}".strip())
        if reason and not word:
            raise BadInput("Say what you tick: for example `/meeting tick M-12 lock because everybody is in`.")

        def work(session: Session) -> Answer:
            meeting = service.find_typed(session, caller, number, now, again)
            named = naming.without_title(word, meeting, caller, now)
            done = service.tick_typed(session, caller, meeting, named, reason, now)
            if done.changed and showing.on_its_card(session, call, meeting):
                return Done()
            return views.ticked(done, caller.zone)

        def look(session: Session) -> Answer:
            meeting = service.find_typed(session, caller, number, now, again)
            if service.asked(session, caller, meeting, now):
                check_open(meeting)
                return Modal(clearing_views.form(clearing.draw_up(session, caller, meeting, now)))
            return Modal(views.form(service.open_board(session, caller, meeting, now)))

        return await (self._deps.db.write(work) if word else self._deps.db.read(look))

    async def untick(self, call: Call) -> Answer:
        """`/meeting untick M-12 lock`; without a word, the form that shows what is ticked."""
        now, caller = self._deps.clock.now(), call.caller
        how = Around("meeting untick", bare=True)
        number, word = await naming.apart(self._deps.db, caller, unescape(call.text), now, how)
        if not word:
            return await self.tick(call)

        def work(session: Session) -> Answer:
            meeting = service.find_typed(session, caller, number, now, Again(how.command, word))
            named = naming.without_title(word, meeting, caller, now)
            return views.ticked(service.untick_typed(session, caller, meeting, named, now), caller.zone)

        return await self._deps.db.write(work)

    async def click_tick(self, call: Call) -> Answer:
        """[Tick] on a card, or [Tick reminders] in the form of the gates, which asks for all of them."""
        meeting_id, _, moment = call.value.partition(":")
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Answer:
            meeting = service.find(session, caller, as_id(meeting_id))
            of = Moment(moment) if moment else None
            return Modal(views.form(service.open_board(session, caller, meeting, now, of)))

        return await self._deps.db.read(work)

    async def click_all(self, call: Call) -> Answer:
        """[All done] on a card: all that is said and done at a moment."""
        meeting_id, _, moment = call.value.partition(":")
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Answer:
            saved = service.tick_all(session, caller, as_id(meeting_id), Moment(moment), now)
            return Done() if saved.ticked else Say("Nothing was changed.", [b.section("all", views.saved_words(saved))])

        return await self._deps.db.write(work)

    async def submit(self, call: Call) -> Answer:
        """The form came back."""
        filled, now = forms.filled(call.view, call.state), self._deps.clock.now()
        saved = await self._deps.db.write(lambda session: service.save(session, call.caller, filled, call.claim, now))
        return Redraw(notices.note("Ticked", views.saved_words(saved)))
