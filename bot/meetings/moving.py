"""Meetings begin, end, are cancelled, and what of that was a mistake is taken back: what staff type and click."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming, states
from bot.errors import Conflict, NotNow
from bot.gates import clearing_views, readiness
from bot.meetings import moving_views, repeats, service, showing, steps, undoing, views
from bot.meetings.views import Ids
from bot.reading import NotOurs, as_id, as_number, onwards
from bot.slack.call import Answer, Call, Done, Kind, Say
from bot.slack.command import Word
from bot.slack.router import Router
from db.models import Meeting, MeetingState


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/meeting`."""
    room = _Moving(deps)
    for word in (
        Word("cancel", room.cancel, "/meeting cancel M-12", "cancels a meeting, or `M-12 and later`, after asking"),
        Word("start", room.start, "/meeting start M-12", "says that the meeting has begun"),
        Word("end", room.end, "/meeting end M-12", "says that the meeting is over"),
    ):
        router.extra_word("meeting", word)
    router.on(Kind.ACTION, Ids.START, room.click_start)
    router.on(Kind.ACTION, Ids.START_EARLY, room.click_start_early)
    router.on(Kind.ACTION, Ids.END, room.click_end)
    router.on(Kind.ACTION, Ids.CANCEL, room.click_cancel)
    router.on(Kind.ACTION, Ids.CANCEL_LATER, room.click_cancel_later)
    router.on(Kind.ACTION, Ids.TAKE_BACK, room.click_take_back)
    router.on(Kind.ACTION, Ids.TRY_AGAIN, room.click_try_again)


class _Moving:
    """The handlers of a meeting's steps."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def cancel(self, call: Call) -> Answer:
        """`/meeting cancel M-12`, or `M-12 and later`: shows what is meant with the button that asks once more."""
        now, caller = self._deps.clock.now(), call.caller
        later, text = onwards.trailing(call.text)

        def work(session: Session) -> Say:
            why = ""
            try:
                meeting = showing.named(session, replace(call, text=text), now, "cancel", meetings.TO_COME, acts=True)
            except naming.OnlyOne as near:
                # What is asked anyhow, before anything is cancelled, asks about the meeting as well.
                meeting = naming.numbered(session, caller, near.number, now, meetings.TO_COME, naming.Again(""))
                why = near.question
            if meeting.state is MeetingState.CANCELLED:
                raise Conflict(f"{meeting.reference} {meeting.title} was cancelled already. Nothing was changed.")
            if later:
                return moving_views.ask_cancel(repeats.from_on(session, caller, meeting), caller.zone, why)
            return views.ask_cancel(meeting, caller.zone, why)

        return await self._deps.db.read(work)

    async def click_cancel_later(self, call: Call) -> Answer:
        """[Cancel these 5], confirmed."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting_id, _, seen = call.value.partition(":")
            try:
                gone = repeats.cancel(session, caller, as_id(meeting_id), as_number(seen), now)
            except repeats.Others as others:
                return moving_views.ask_cancel(others.every, caller.zone, others.words)
            if len(gone) == 1:
                said = f"*{gone[0].reference} was cancelled already.* Nothing was changed."
                return showing.card(session, call, gone[0], now, said)
            return moving_views.cancelled(gone, caller.zone, now)

        return await self._deps.db.write(work)

    async def click_cancel(self, call: Call) -> Answer:
        """[Cancel it], confirmed."""
        return await self._moved(call, service.cancel, views.CANCELLED)

    async def click_try_again(self, call: Call) -> Answer:
        """[Try again]"""
        return await self._moved(
            call, service.try_again, "The video service is asked again now. You are told how it went."
        )

    async def start(self, call: Call) -> Answer:
        """`/meeting start M-12`"""
        return await self._moved(call, service.start, steps.STARTED, "start")

    async def click_start(self, call: Call) -> Answer:
        """[Start]"""
        return await self._moved(call, service.start, steps.STARTED)

    async def click_start_early(self, call: Call) -> Answer:
        """[Start it now], long before its time."""
        return await self._moved(call, partial(service.start, early=True), steps.STARTED)

    async def end(self, call: Call) -> Answer:
        """`/meeting end M-12`"""
        return await self._moved(call, service.end, steps.ended_words, "end")

    async def click_end(self, call: Call) -> Answer:
        """[End]"""
        return await self._moved(call, service.end, steps.ended_words)

    async def _moved(
        self, call: Call, move: service.Move, words: str | Callable[[Meeting], str], typed: str = ""
    ) -> Answer:
        """`typed` is the word behind which a meeting was named; without, a button carries its id."""
        caller, now = call.caller, self._deps.clock.now()

        def said_of(meeting: Meeting) -> str:
            return words if isinstance(words, str) else words(meeting)

        def work(session: Session) -> Answer:
            if not typed:
                try:
                    meeting = move(session, caller, as_id(call.value), now)
                except NotNow as late:
                    meeting = meetings.get(session, caller, as_id(call.value))
                    if meeting.state in states.OPEN:
                        raise
                    # A button of before: how it stands by now, with what can be done.
                    return showing.card(session, call, meeting, now, f"*{late.words}* Nothing was changed.")
                if move in (service.start, service.end) and showing.on_its_card(session, call, meeting):
                    return Done()
                return showing.card(session, call, meeting, now, f"*{said_of(meeting)}*")
            wanted = meetings.TO_END if typed == "end" else meetings.TO_START
            found = showing.named(session, call, now, typed, wanted, acts=True, running=typed == "end")
            before = found.version
            meeting = move(session, caller, found.id, now)
            said = f"*{said_of(meeting)}*" if meeting.version != before else views.already(meeting, caller.zone)
            return showing.card(session, call, meeting, now, said)

        try:
            return await self._deps.db.write(work)
        except readiness.NotYet as held:
            return clearing_views.refused(held)
        except service.Early as early:
            return moving_views.ask_early(early.meeting, caller.zone, late=early.late)

    async def click_take_back(self, call: Call) -> Answer:
        """[Not started after all] and its like: the value is the meeting's id and the state that was a mistake."""
        caller, now = call.caller, self._deps.clock.now()
        meeting_id, _, name = call.value.partition(":")
        if name not in {state.value for state in MeetingState}:
            raise NotOurs
        state = MeetingState(name)

        def work(session: Session) -> Say:
            back = undoing.take_back(session, caller, as_id(meeting_id), state, now)
            return showing.card(session, call, back.meetings[0], now, moving_views.taken_back(back, state))

        return await self._deps.db.write(work)
