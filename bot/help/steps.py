"""Drawing the Home tab, and the reminder of the policy's review."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.diary import meetings
from bot.diary.cards import HOME, OPENED
from bot.drills import service as drills
from bot.errors import Refused
from bot.help import act_views, policy_views, views
from bot.meetings import card_views
from bot.meetings.card import gather
from bot.organisation import acts, review
from bot.policy import load_pack
from bot.policy.overrides import stored
from bot.policy.overview import overview
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.router import Router
from bot.staff.identify import People
from db.base import new_id
from db.models import HomeTab, Meeting, Organisation
from db.owed import Claimed
from db.scope import of

Waiting = Callable[[Session, Caller, datetime], list[b.Block]]


def register(router: Router, jobs: Jobs, waiting: Waiting) -> None:
    """Make the room's delivery known; `router` names the commands that the tab lists, `waiting` draws what waits for
    somebody elsewhere."""
    drawer = _Drawer(router, waiting)
    jobs.on(HOME, drawer.draw, lane=lanes.MESSAGES)
    jobs.on(review.LOOK, look, lane=lanes.MESSAGES)
    jobs.on(review.TELL, tell, lane=lanes.MESSAGES, kept=True)
    jobs.on(acts.TELL, tell_act, lane=lanes.MESSAGES, kept=True)


class _Drawer:
    def __init__(self, router: Router, waiting: Waiting) -> None:
        self._router = router
        self._waiting = waiting

    async def draw(self, deps: Deps, claimed: Claimed) -> Record | None:
        """Publish what this person sees on the Home tab, by their present rights; where they did not ask for it, only
        what is new."""
        now = deps.clock.now()
        organisation = await deps.db.read(lambda session: session.get(Organisation, claimed.organisation_id), seconds=5)
        if organisation is None:
            raise GiveUp("no_organisation")
        try:
            caller = await People(deps).identify([organisation.team_id], claimed.target)
        except Refused as refused:
            view = views.home_refused(refused.words)
        else:
            mine, card = await deps.db.read(lambda session: _mine(session, caller, now), seconds=5)
            waits = await deps.db.read(lambda session: self._waiting(session, caller, now), seconds=5)
            view = views.home(mine, self._router.usable(caller), caller.zone, now, waits, card)
        drawn, asked = _fingerprint(view), claimed.step == OPENED
        known = await deps.db.read(lambda session: _tab(session, claimed), seconds=5)
        if not asked and known is not None and known.drawn == drawn:
            return None
        await deps.slack.call("views.publish", user_id=claimed.target, view=view)

        def record(session: Session) -> None:
            tab = _tab(session, claimed)
            if tab is None:
                tab = HomeTab(id=new_id(), organisation_id=claimed.organisation_id, slack_id=claimed.target)
                session.add(tab)
            tab.drawn = drawn

        return record


async def look(deps: Deps, claimed: Claimed) -> Record:
    """The daily look at the policy's review date, what the organisation recorded of itself, and the last drill; it owes
    the reminders and its own successor."""
    now = deps.clock.now()

    def record(session: Session) -> None:
        organisation = session.get(Organisation, claimed.organisation_id)
        if organisation is None:
            raise GiveUp("no_organisation")
        review.look(session, organisation, now)
        acts.look(session, organisation, review.today(organisation, now), now)
        drills.remind(session, organisation, now)

    return record


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Remind one administrator, where it still holds."""
    now = deps.clock.now()
    organisation = await deps.db.read(lambda session: session.get(Organisation, claimed.organisation_id), seconds=5)
    if organisation is None:
        raise GiveUp("no_organisation")
    if review.standing(organisation, now) != claimed.step:
        return None
    pack, overrides = load_pack(organisation.policy), stored(organisation.options)
    seen = overview(pack, overrides, review.today(organisation, now))
    own = overrides.review_due is not None
    said = policy_views.review(seen, () if own else pack.about.review_due.clauses)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


async def tell_act(deps: Deps, claimed: Claimed) -> Record | None:
    """Remind one manager that something which the organisation recorded is to be looked at anew, if it still is."""
    now = deps.clock.now()

    def look_up(session: Session) -> acts.Seen | None:
        organisation = session.get(Organisation, claimed.organisation_id)
        if organisation is None or claimed.record_id is None:
            raise GiveUp("no_organisation")
        return acts.due(session, organisation, claimed.record_id, review.today(organisation, now))

    found = await deps.db.read(look_up, seconds=5)
    if found is None:
        return None
    said = act_views.reminder(found)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None


def _mine(session: Session, caller: Caller, now: datetime) -> tuple[Sequence[Meeting], list[b.Block]]:
    """The caller's meetings to come, and the card of the first."""
    mine = meetings.mine(session, caller, now, meetings.TO_COME)
    if not mine:
        return mine, []
    card = gather(session, caller.organisation, mine[0], now, caller.slack_id, stays=True)
    return mine, card_views.card_blocks(card)


def _tab(session: Session, claimed: Claimed) -> HomeTab | None:
    return session.scalar(of(claimed.organisation_id, HomeTab).where(HomeTab.slack_id == claimed.target))


def _fingerprint(view: View) -> str:
    told = [block for block in view["blocks"] if block.get("block_id") != views.AS_OF]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
