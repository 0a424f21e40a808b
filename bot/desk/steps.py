"""Drawing the Home tab."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.desk import views
from bot.errors import Refused
from bot.jobs.registry import GiveUp, Jobs, Record
from bot.kit import Kit
from bot.meetings import service as meetings
from bot.slack.people import People
from bot.slack.router import Router
from db.models import Meeting, Organisation
from db.owed import Claimed


def register(router: Router, jobs: Jobs) -> None:
    """Make the room's delivery known; `router` names the commands that the tab lists."""
    drawer = _Drawer(router)
    jobs.on("home.draw", drawer.draw)


class _Drawer:
    def __init__(self, router: Router) -> None:
        self._router = router

    async def draw(self, kit: Kit, claimed: Claimed) -> Record | None:
        """Publish what this person sees on the Home tab, by their present rights."""
        now = kit.clock.now()
        organisation = await kit.db.read(lambda session: session.get(Organisation, claimed.organisation_id), seconds=5)
        if organisation is None:
            raise GiveUp("no_organisation")
        try:
            caller = await People(kit).identify(organisation.team_id, claimed.target, None)
        except Refused as refused:
            view = views.home_refused(refused.words)
        else:
            mine = await kit.db.read(lambda session: _mine(session, kit, caller), seconds=5)
            view = views.home(mine, self._router.usable(caller), caller.zone, now)
        await kit.slack.call("views.publish", user_id=claimed.target, view=view)
        return None


def _mine(session: Session, kit: Kit, caller: Caller) -> Sequence[Meeting]:
    return meetings.mine(session, caller, kit.clock.now(), meetings.TO_COME)
