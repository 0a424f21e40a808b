"""The buttons and forms of the referral log and of who was informed."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from bot.concerns.record import flow, log_views, logs
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.slack.call import Answer, Call, Kind, Redraw
from bot.slack.router import Router
from db.models import Concern, EntryKind


def register(router: Router, deps: Deps) -> None:
    """Make the logs' handlers known."""
    for kind, add, change, form in (
        (EntryKind.REFERRAL, Ids.REFERRAL_ADD, Ids.REFERRAL_CHANGE, Ids.REFERRAL_FORM),
        (EntryKind.INFORMED, Ids.INFORMED_ADD, Ids.INFORMED_CHANGE, Ids.INFORMED_FORM),
    ):
        room = _Log(deps, kind)
        router.on(Kind.ACTION, add, room.open_new)
        router.on(Kind.ACTION, change, room.open_change)
        router.on(Kind.SUBMISSION, form, room.submit)


class _Log:
    """The handlers of one log."""

    def __init__(self, deps: Deps, kind: EntryKind) -> None:
        self._deps = deps
        self._kind = kind

    async def open_new(self, call: Call) -> Answer:
        """The form for a new entry."""
        target, now = Target.parse(call.value), self._deps.clock.now()

        def work(_session: Session, concern: Concern) -> Answer:
            nation = logs.nation_of(call.caller, concern)
            today = now.astimezone(ZoneInfo(call.caller.zone)).date().isoformat()
            values = {"day": today} if self._kind is EntryKind.REFERRAL else {}
            return Redraw(log_views.form(self._kind, Target(concern.id, None, concern.version), nation, values))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def open_change(self, call: Call) -> Answer:
        """The form filled with what stands."""
        target = Target.parse(call.value)
        entry_id = flow.entry(target)

        def work(session: Session, concern: Concern) -> Answer:
            standing = logs.standing(session, concern, self._kind, entry_id)
            nation = logs.nation_of(call.caller, concern, standing)
            drawn_for = Target(target.concern_id, entry_id, standing.version)
            return Redraw(log_views.form(self._kind, drawn_for, nation, standing.fields))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def submit(self, call: Call) -> Answer:
        """Saved, or both versions where somebody else was first."""
        target, caller, now = Target.parse(call.metadata), call.caller, self._deps.clock.now()

        def work(session: Session, concern: Concern) -> Answer:
            before = logs.standing(session, concern, self._kind, target.entry_id) if target.entry_id else None
            found = logs.read(self._kind, logs.nation_of(caller, concern, before), call.state)
            if target.entry_id is None:
                logs.add(session, caller, concern, flow.claim(call), self._kind, found, now)
            else:
                why = str(call.state.get(logs.WHY.name) or "")
                clash = logs.change(session, caller, concern, target.entry_id, target.version, found, why, now)
                if clash is not None:
                    return Redraw(log_views.clash(clash.standing, target, call.state, caller.zone))
            return flow.drawn(session, call, concern, now)

        return await flow.held(self._deps, call, target.concern_id, f"concern.{self._kind.value}", work)
