"""The deliveries of a concern's clock and of the channel's membership: each looks at the state as it is now."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns.alerting import clocks, ladder, post_views, reaching, rerouting, telling
from bot.concerns.alerting.ladder import Nudge
from bot.concerns.states import OPEN
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Patience, Record
from bot.deps import Deps
from bot.logs import log
from bot.slack.problems import SlackProblem
from bot.slack.router import Router
from bot.staff.people import WIND, WIND_EVERY, installed, owe_winding
from bot.staff.ways import SLACK
from db.models import Organisation, Staff
from db.models.concern import ConcernState
from db.owed import Claimed, owe

_WHILE_RAISED = frozenset([Nudge.REMINDER, Nudge.OPEN_AGAIN])


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make the timers, the looks at the channel and the event of somebody joining it known."""
    jobs.on(clocks.ESCALATE, escalate, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on("concern.missed", missed, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on("concern.remind", remind, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on(clocks.UNTOUCHED, untouched, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on(WIND, wind, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on("concern.due", due, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END, kept=True)
    jobs.on("concern.nudge", nudge, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END)
    jobs.on("concern.reroute", reroute, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on(rerouting.FINISHED, reroute_finished, lane=lanes.CONCERN_CLOCK, patience=Patience.WITHOUT_END)
    jobs.on("concern.membership", membership, lane=lanes.CONCERNS)
    jobs.on("concern.stranger", stranger, lane=lanes.CONCERNS)
    jobs.on("concern.broken", broken, lane=lanes.CONCERNS)

    async def joined(body: Mapping[str, Any]) -> None:
        await _joined(deps, body)

    router.event("member_joined_channel", joined)


def _timer(deps: Deps, claimed: Claimed, work: Callable[[Session, UUID, datetime], None]) -> Record:
    """A timer does its work in the unit that records it, so that it happens once."""
    if claimed.record_id is None:
        raise GiveUp("no_record")
    record_id = claimed.record_id
    return lambda session: work(session, record_id, deps.clock.now())


async def escalate(deps: Deps, claimed: Claimed) -> Record:
    """A deadline has come; whether anything is to be done is decided on the state as it is now."""
    step, mark = claimed.step, claimed.target
    return _timer(deps, claimed, lambda session, one, now: ladder.ask_next(session, one, step, mark, now))


async def remind(deps: Deps, claimed: Claimed) -> Record:
    """The first deadline comes near."""
    return _timer(deps, claimed, lambda session, one, now: ladder.remind(session, one, claimed.target, now))


async def missed(deps: Deps, claimed: Claimed) -> Record:
    """The deadline of which the raiser was told has passed."""
    return _timer(deps, claimed, lambda session, one, now: ladder.missed(session, one, claimed.target, now))


async def untouched(deps: Deps, claimed: Claimed) -> Record:
    """It is time that somebody did something."""
    step, mark = claimed.step, claimed.target
    return _timer(deps, claimed, lambda session, one, now: clocks.look(session, one, step, mark, now))


async def due(deps: Deps, claimed: Claimed) -> Record:
    """A date of an entry or of a review has come."""
    why, mark, where = Nudge(claimed.step), claimed.target, claimed.organisation_id
    return _timer(deps, claimed, lambda session, one, now: clocks.overdue(session, one, why, mark, where, now))


async def wind(deps: Deps, claimed: Claimed) -> Record:
    """The hourly look at whether every open concern has its clock; it owes its own successor."""
    where = claimed.organisation_id

    def record(session: Session) -> None:
        now = deps.clock.now()
        found = clocks.wind(session, where, now)
        if found:
            log.warning("open concerns had no clock", count=found)
        owe_winding(session, where, now, now + WIND_EVERY)

    return record


async def reroute(deps: Deps, claimed: Claimed) -> Record:
    """Roles changed, or somebody came, left or is away."""
    return lambda session: rerouting.reroute_open(session, claimed.organisation_id, deps.clock.now())


async def reroute_finished(deps: Deps, claimed: Claimed) -> Record:
    """The same for what is finished, a slice at a time."""
    where, after = claimed.organisation_id, claimed.record_id
    return lambda session: rerouting.reroute_finished(session, where, after, deps.clock.now())


async def nudge(deps: Deps, claimed: Claimed) -> Record | None:
    """Write to one person about a concern that waits for them, unless that has passed meanwhile."""
    concern, organisation, permitted = await reaching.load(deps, claimed)
    why = Nudge(claimed.step)
    passed = concern.state is not ConcernState.RAISED if why in _WHILE_RAISED else concern.state not in OPEN
    # After an outage the reminder can come to its turn when the next person is asked already.
    passed = passed or (why is Nudge.REMINDER and concern.escalation_step > 0)
    if passed or claimed.target not in permitted:
        return None
    text, blocks = post_views.nudge(concern, why, organisation.timezone)
    posted = await reaching.send(deps, claimed.target, concern.id, text, blocks, attempt=claimed.attempt)
    channel, ts = str(posted["channel"]), str(posted["ts"])

    def record(session: Session) -> None:
        telling.note_tried(session, concern, claimed.target, SLACK, deps.clock.now())
        if concern.state is ConcernState.RAISED:
            telling.reminded(session, concern, claimed.target, channel, ts, deps.clock.now())

    return record


async def _joined(deps: Deps, body: Mapping[str, Any]) -> None:
    """Somebody joined a channel; if it is the leads', they are told, unless it was one of them."""
    event = body.get("event") or {}

    def work(session: Session) -> None:
        organisation = installed(session, body.get("team_id"))
        if organisation is not None and event.get("channel") == organisation.concern_channel:
            reaching.owe_membership(session, organisation.id, str(body.get("event_id")), deps)

    await deps.db.write(work)


async def membership(deps: Deps, claimed: Claimed) -> Record | None:
    """Look who is in the leads' channel; every lead and deputy is told of those who do not belong there."""
    organisation = await deps.db.read(lambda session: session.get_one(Organisation, claimed.organisation_id), seconds=5)
    known = await reaching.covering_ids(deps, organisation.id)
    if not await reaching.strangers(deps, organisation.concern_channel, known):
        return None

    def record(session: Session) -> None:
        for slack_id in known:
            owe(session, organisation.id, "concern.stranger", at=deps.clock.now(), target=slack_id)

    return record


async def stranger(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one lead or deputy who is in the channel and may not know."""
    organisation = await deps.db.read(lambda session: session.get_one(Organisation, claimed.organisation_id), seconds=5)
    known = await reaching.covering_ids(deps, organisation.id)
    found = await reaching.strangers(deps, organisation.concern_channel, known)
    if not found or claimed.target not in known:
        return None
    text, blocks = post_views.stranger(organisation.concern_channel, sorted(found))
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks)
    return None


async def broken(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell an administrator whose account takes no messages."""
    person = await deps.db.read(lambda session: session.get_one(Staff, claimed.record_id), seconds=5)
    try:
        channel = await deps.slack.direct(claimed.target)
    except SlackProblem as problem:
        if problem.passing:
            raise
        raise GiveUp(problem.code) from None
    await deps.slack.call("chat.postMessage", channel=channel, text=post_views.broken(person.slack_id))
    return None
