"""The buttons and forms that close a concern, sign it off, send it back and open it again."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.concerns import entries
from bot.concerns.ids import Ids
from bot.concerns.record import closing, closing_views, conflicts, flow, guards
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.targets import Target
from bot.concerns.states import Event, after
from bot.deps import Deps
from bot.slack.call import Answer, Call, Kind, Redraw, View
from bot.slack.router import Router
from db.inbox import once
from db.models import Concern, EntryKind

Work = Callable[[Session, Concern, Target, datetime], None]


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known."""
    room = _Closing(deps)
    router.on(Kind.ACTION, Ids.CLOSE, room.open_form)
    router.on(Kind.SUBMISSION, Ids.CLOSE_FORM, room.close)
    router.on(Kind.ACTION, Ids.SIGN_OFF, room.sign_off)
    router.on(Kind.ACTION, Ids.SEND_BACK, room.open_back)
    router.on(Kind.SUBMISSION, Ids.SEND_BACK_FORM, room.send_back)
    router.on(Kind.ACTION, Ids.REOPEN, room.open_again)
    router.on(Kind.SUBMISSION, Ids.REOPEN_FORM, room.reopen)


class _Closing:
    """The handlers. Each asks anew whether this person may know of the concern."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """[Close…]: what is still missing, or the form."""
        target, caller, now = Target.parse(call.value), call.caller, self._deps.clock.now()

        def draw(session: Session, concern: Concern) -> Answer:
            after(concern.state, Event.CLOSE)
            conditions = guards.conditions(session, concern)
            if not all(one.met for one in conditions):
                return Redraw(closing_views.missing(target, conditions))
            found = conflicts.only(session, concern, EntryKind.CLOSURE)
            referrals = entries.current(session, concern, EntryKind.REFERRAL)
            retention = caller.organisation.options.get("overrides", {}).get("retention", {})
            view = closing_views.form(
                Target(target.concern_id, version=found.version if found else 0),
                found.fields if found else {},
                second=guards.second_asked(session, concern),
                suggested=closing.suggested_day(retention, caller.zone, now),
                waiting=sum(one.done_at is None for one in referrals),
            )
            return Redraw(view)

        return await flow.held(self._deps, call, target.concern_id, "concern.read", draw)

    async def close(self, call: Call) -> Answer:
        """Closed, or waiting for the second sign-off."""
        target, now, found = Target.parse(call.metadata), self._deps.clock.now(), closing.from_state(call.state)

        def work(session: Session, concern: Concern) -> Answer:
            clash: list[Clash] = []

            def make() -> Concern:
                saved = closing.close(session, call.caller, concern, found, target.version, now)
                if isinstance(saved, Clash):
                    clash.append(saved)
                return concern

            _once(session, call, concern, now, make)
            if clash:
                return Redraw(closing_views.clash(clash[0].standing, call.state, target, call.caller.zone))
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.closing", work)

    async def sign_off(self, call: Call) -> Answer:
        """[Sign off and close], by somebody else than the one who asked."""
        target, now = Target.parse(call.value), self._deps.clock.now()

        def work(session: Session, concern: Concern) -> Answer:
            closing.sign_off(session, call.caller, concern, target.version, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.signed_off", work)

    async def open_back(self, call: Call) -> Answer:
        """[Send back]: the form that asks what is missing."""
        return await self._asked_why(call, Event.SEND_BACK, closing_views.back_form)

    async def send_back(self, call: Call) -> Answer:
        """Not signed off, with what is missing."""
        reason = closing.back_from_state(call.state)

        def work(session: Session, concern: Concern, target: Target, now: datetime) -> None:
            closing.send_back(session, call.caller, concern, target.version, reason, now)

        return await self._done_once(call, "concern.sent_back", work)

    async def open_again(self, call: Call) -> Answer:
        """[Open again…]: the form that asks why."""
        return await self._asked_why(call, Event.REOPEN, closing_views.again_form)

    async def reopen(self, call: Call) -> Answer:
        """Open again, with the reason."""
        reason = closing.again_from_state(call.state)

        def work(session: Session, concern: Concern, _target: Target, now: datetime) -> None:
            closing.reopen(session, call.caller, concern, reason, now)

        return await self._done_once(call, "concern.reopened", work)

    async def _asked_why(self, call: Call, event: Event, form: Callable[[Target], View]) -> Answer:
        """A form that asks for the reason of a step that is possible now."""
        target = Target.parse(call.value)

        def draw(_session: Session, concern: Concern) -> Answer:
            after(concern.state, event)
            return Redraw(form(target))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", draw)

    async def _done_once(self, call: Call, action: str, work: Work) -> Answer:
        """A form's work, once; sent again, it shows the record as it stands."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()

        def unit(session: Session, concern: Concern) -> Answer:
            def make() -> Concern:
                work(session, concern, target, now)
                return concern

            _once(session, call, concern, now, make)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, action, unit)


def _once(session: Session, call: Call, concern: Concern, now: datetime, make: Callable[[], Concern]) -> None:
    """What a form asks for, once: the same form sent again changes nothing."""
    once(session, concern.organisation_id, flow.claim(call), now, make=make, find=lambda _made: concern)
