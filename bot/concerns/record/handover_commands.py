"""Handing a concern over: the offer, and its answer."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.ids import Ids
from bot.concerns.record import flow, handover, handover_views, service
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.slack.call import Answer, Call, Kind, Redraw
from bot.slack.router import Router
from db.models import Concern


def register(router: Router, deps: Deps) -> None:
    """Make the handlers of handing over known."""
    room = _Handover(deps)
    router.on(Kind.ACTION, Ids.OFFER, room.open_form)
    router.on(Kind.SUBMISSION, Ids.OFFER_FORM, room.submit)
    router.on(Kind.ACTION, Ids.OFFER_ACCEPT, room.accept)
    router.on(Kind.ACTION, Ids.OFFER_DECLINE, room.open_decline)
    router.on(Kind.SUBMISSION, Ids.OFFER_DECLINE_FORM, room.submit_decline)
    router.on(Kind.ACTION, Ids.OFFER_WITHDRAW, room.withdraw)


class _Handover:
    """The handlers of both sides."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """The form for an offer, with those who may know of the concern."""
        target = Target.parse(call.value)

        def work(session: Session, concern: Concern) -> Answer:
            taken = (concern.lead, call.caller.slack_id)
            people = [pair for pair in service.names_of(session, concern).items() if pair[0] not in taken]
            return Redraw(handover_views.form(Target(concern.id, None, concern.version), people))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit(self, call: Call) -> Answer:
        """The offer is saved, and the other is to be told."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()
        to, note = str(call.state.get(handover.TO) or ""), str(call.state.get(handover.NOTE.name) or "")

        def work(session: Session, concern: Concern) -> Answer:
            handover.offer(session, call.caller, concern, flow.claim(call), to, note, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.offered", work)

    async def accept(self, call: Call) -> Answer:
        """[Accept]: the caller looks after it, and sees the record."""
        return await self._turned(call, "concern.accepted", handover.accept)

    async def open_decline(self, call: Call) -> Answer:
        """[Decline]: the form for the reason."""
        target = Target.parse(call.value)
        entry_id = flow.entry(target)

        def work(session: Session, concern: Concern) -> Answer:
            handover.to_decline(session, call.caller, concern, entry_id)
            return flow.in_place(call, handover_views.decline_form(target))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit_decline(self, call: Call) -> Answer:
        """Declined; the record, for whoever declines may know of it all the same."""
        target, now = Target.parse(call.metadata), self._deps.clock.now()
        entry_id = flow.entry(target)
        reason = str(call.state.get(handover.REASON.name) or "")

        def work(session: Session, concern: Concern) -> Answer:
            handover.decline(session, call.caller, concern, entry_id, reason, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, "concern.declined", work)

    async def withdraw(self, call: Call) -> Answer:
        """[Withdraw the offer]."""
        return await self._turned(call, "concern.withdrawn", handover.withdraw)

    async def _turned(
        self, call: Call, action: str, turn: Callable[[Session, Caller, Concern, UUID, datetime], None]
    ) -> Answer:
        """One button turns the offer; then the record."""
        target, now = Target.parse(call.value), self._deps.clock.now()
        entry_id = flow.entry(target)

        def work(session: Session, concern: Concern) -> Answer:
            turn(session, call.caller, concern, entry_id, now)
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, action, work)
