"""The button on a test alert. `/facilitator drill` starts one."""

from uuid import UUID

from bot.deps import Deps
from bot.drills import service
from bot.drills.views import Ids
from bot.slack.call import Answer, Call, Kind, Say
from bot.slack.router import Router


def register(router: Router, deps: Deps) -> None:
    """Make the room's handler known."""

    async def got_it(call: Call) -> Answer:
        """[I got it]"""
        caller, now = call.caller, deps.clock.now()
        await deps.db.write(lambda session: service.acknowledge(session, caller, UUID(call.value), now))
        return Say("Thank you. It was a drill; there is nothing else to do.")

    router.on(Kind.ACTION, Ids.GOT_IT, got_it)
