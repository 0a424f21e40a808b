"""The deliveries of a drill."""

from uuid import UUID

from sqlalchemy.orm import Session

from bot.alerts import AlertError
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.drills import service, views
from bot.mail import MailError
from bot.slack.problems import SlackProblem
from bot.staff import sending
from bot.staff.sending import MOST_SECONDS, Message
from bot.staff.ways import SLACK
from db.models import Drill, DrillAlert, Organisation
from db.owed import Claimed

_TRIES = 5


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known."""
    jobs.on(service.ALERT, alert, lane=lanes.ALARMS, seconds=MOST_SECONDS)
    jobs.on(service.THANKS, thanks, lane=lanes.ALARMS)
    jobs.on(service.ANSWER, answer, lane=lanes.ALARMS)
    jobs.on(service.TELL, tell, lane=lanes.MESSAGES)


async def alert(deps: Deps, claimed: Claimed) -> Record:
    """Send one test alert by its way. What refuses is shown at once and tried a few times more."""
    sent, organisation = await _load(deps, claimed)
    channel = ts = ""
    try:
        if sent.way == SLACK:
            text, blocks = views.alert(str(sent.id), organisation.name)
            channel = await deps.slack.direct(sent.slack_id)
            posted = await deps.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks)
            channel, ts = str(posted["channel"]), str(posted["ts"])
        else:
            subject, words = views.elsewhere(organisation.name)
            message = Message(subject, words, claimed.id.hex)
            await sending.send(deps, organisation.id, sent.slack_id, sent.way, message, claimed.attempt)
    except (SlackProblem, MailError, AlertError, GiveUp) as refused:
        code = refused.code

        def record(session: Session) -> None:
            service.refused(session, sent, code, deps.clock.now())

        if isinstance(refused, GiveUp) or claimed.attempt >= _TRIES:
            raise GiveUp(code, record) from None
        if claimed.attempt == 1:
            await deps.db.write(record, job=True)
        raise
    return lambda session: service.accepted(session, sent, deps.clock.now(), channel, ts)


async def thanks(deps: Deps, claimed: Claimed) -> None:
    """Take the button off a test alert that was answered."""
    sent, organisation = await _load(deps, claimed)
    if sent.channel and sent.message_ts and sent.acknowledged_at:
        text, blocks = views.thanks(organisation.timezone, sent.acknowledged_at)
        await deps.slack.call("chat.update", channel=sent.channel, ts=sent.message_ts, text=text, blocks=blocks)


async def answer(deps: Deps, claimed: Claimed) -> Record | None:
    """Show whoever started the drill what came of it so far: one message, drawn anew as things come in."""
    drill_id = _record_id(claimed)
    found, organisation = await deps.db.read(
        lambda session: (
            service.outcome(session, claimed.organisation_id, drill_id),
            session.get_one(Organisation, claimed.organisation_id),
        ),
        seconds=5,
    )
    text, blocks = views.answer(found, organisation.timezone)
    if found.drill.channel and found.drill.message_ts:
        channel, ts = found.drill.channel, found.drill.message_ts
        await deps.slack.call("chat.update", channel=channel, ts=ts, text=text, blocks=blocks)
        return None
    channel = await deps.slack.direct(found.drill.started_by)
    posted = await deps.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks)

    def record(session: Session) -> None:
        drill = session.get_one(Drill, drill_id)
        drill.channel, drill.message_ts = str(posted["channel"]), str(posted["ts"])

    return record


async def tell(deps: Deps, claimed: Claimed) -> None:
    """Remind one administrator or lead to hold one, where none was held meanwhile."""

    def due(session: Session) -> bool:
        return service.is_due(session, session.get_one(Organisation, claimed.organisation_id), deps.clock.now())

    if await deps.db.read(due, seconds=5):
        channel = await deps.slack.direct(claimed.target)
        await deps.slack.call("chat.postMessage", channel=channel, text=views.due())


async def _load(deps: Deps, claimed: Claimed) -> tuple[DrillAlert, Organisation]:
    alert_id = _record_id(claimed)
    return await deps.db.read(
        lambda session: (
            service.get(session, claimed.organisation_id, alert_id),
            session.get_one(Organisation, claimed.organisation_id),
        ),
        seconds=5,
    )


def _record_id(claimed: Claimed) -> UUID:
    if claimed.record_id is None:
        raise GiveUp("no_record")
    return claimed.record_id
