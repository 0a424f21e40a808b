"""Looking at a record's history, and at the same people elsewhere."""

from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from bot.concerns.record import flow, history, history_views, patterns, patterns_views
from bot.concerns.record.targets import Target
from bot.deps import Deps
from bot.slack.call import Answer, Call, Kind, Redraw
from bot.slack.router import Router
from db.models import Concern


def register(router: Router, deps: Deps) -> None:
    """Make the handlers of looking known."""
    room = _Looking(deps)
    for identifier in (Ids.HISTORY, Ids.HISTORY_BEFORE, Ids.HISTORY_NEXT):
        router.on(Kind.ACTION, identifier, room.history)
    for identifier in (Ids.PATTERNS, Ids.PATTERNS_BEFORE, Ids.PATTERNS_NEXT):
        router.on(Kind.ACTION, identifier, room.patterns)


class _Looking:
    """The handlers; each asks anew whether this person may know of the concern."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def history(self, call: Call) -> Answer:
        """[History], and its pages."""
        target = Target.parse(call.value)

        def work(session: Session, concern: Concern) -> Answer:
            found = history.of_concern(session, concern)
            return Redraw(history_views.history(concern.id, found, call.caller.zone, target.version))

        return await flow.held(self._deps, call, target.concern_id, "concern.read", work)

    async def patterns(self, call: Call) -> Answer:
        """[Same people elsewhere], and its pages."""
        target = Target.parse(call.value)

        def work(session: Session, concern: Concern) -> Answer:
            found = patterns.of_concern(session, call.caller, concern)
            return Redraw(patterns_views.patterns(concern.id, found, call.caller.zone, target.version))

        return await flow.held(self._deps, call, target.concern_id, "concern.patterns", work)
