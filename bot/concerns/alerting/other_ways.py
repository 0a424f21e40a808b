"""The deliveries that tell of a concern by other ways than Slack: mail and `notify` addresses, without content."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.alerts import AlertError
from bot.concerns.alerting import post_views, telling
from bot.concerns.alerting.reaching import load
from bot.concerns.owing import owe_for
from bot.concerns.states import OPEN
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.mail import MailError
from bot.staff import sending, ways
from bot.staff.sending import MOST_SECONDS, Message
from bot.staff.ways import MAIL
from db.models import Concern, Organisation
from db.models.concern import ConcernState
from db.owed import Claimed


def register(jobs: Jobs) -> None:
    """Make these deliveries known."""
    jobs.on("concern.mail", mail, lane=lanes.CONCERN_CLOCK)
    jobs.on(telling.ALERT, alert, lane=lanes.CONCERN_ALERT, seconds=MOST_SECONDS)
    jobs.on(telling.MAIL, alert, lane=lanes.CONCERN_MAIL, seconds=MOST_SECONDS)


async def mail(deps: Deps, claimed: Claimed) -> Record | None:
    """A minute after the commit and no message made: owe each recipient a mail, so that one address that fails
    holds up no other."""
    concern, _, permitted = await load(deps, claimed)
    if not await _holds(deps, concern, telling.INSTEAD):
        return None
    return lambda session: _owe_mails(session, concern, permitted, deps)


def _owe_mails(session: Session, concern: Concern, permitted: Sequence[str], deps: Deps) -> None:
    for target in permitted:
        owe_for(session, concern, telling.MAIL, deps.clock.now(), target=target)


async def alert(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one permitted person by one way, without content, where the reason for it still holds. What was tried and
    what was accepted is kept."""
    concern, organisation, permitted = await load(deps, claimed)
    slack_id, _, way = claimed.target.partition(":")
    way = way or MAIL
    if slack_id not in permitted or not await _holds(deps, concern, claimed.step):
        return None
    if way == MAIL and claimed.step == telling.MISSED and deps.settings.mail_server is None:
        return None
    message = _message(concern, organisation, way, claimed)
    try:
        await sending.send(deps, organisation.id, slack_id, way, message, claimed.attempt)
    except (MailError, AlertError) as refused:
        if claimed.attempt == 1:
            code = refused.code
            await deps.db.write(lambda session: _note(session, deps, concern, slack_id, way, code), job=True)
        raise
    except GiveUp as never:
        code = never.code
        raise GiveUp(code, lambda session: _note(session, deps, concern, slack_id, way, code)) from None
    return lambda session: _note(session, deps, concern, slack_id, way, "")


def _message(concern: Concern, organisation: Organisation, way: str, claimed: Claimed) -> Message:
    subject = post_views.notification(concern, organisation.timezone, "waits for you")
    if way == MAIL:
        text = post_views.mail(concern, organisation, missed=claimed.step == telling.MISSED)
        return Message(subject, text, claimed.id.hex)
    return Message(post_views.WHAT, f"{organisation.name} · {subject}", claimed.id.hex)


def _note(session: Session, deps: Deps, concern: Concern, slack_id: str, way: str, code: str) -> None:
    telling.note_tried(session, concern, slack_id, way, deps.clock.now(), code)
    ways.note_answer(session, concern.organisation_id, slack_id, way, code)


async def _holds(deps: Deps, concern: Concern, why: int) -> bool:
    """Whether the reason for telling somebody by another way still holds."""
    if why == telling.MISSED:
        return concern.state in OPEN
    if why == telling.AT_ONCE or concern.state is not ConcernState.RAISED:
        return concern.state is ConcernState.RAISED
    return not await deps.db.read(lambda session: bool(telling.posts(session, concern)), seconds=5)
