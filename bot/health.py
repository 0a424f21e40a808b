"""What is not well, in sentences: for `/facilitator status`, `/readyz`, `/metrics`, the heartbeat and administrators.

A sign says that something waits or is refused, and since when. It holds no content, and names no kind of delivery:
whoever a concern is about must not learn from a sign that there is one. Whatever else can tell that something is wrong
says so in `Deps.signs`, under a name of its own.
"""

import shutil
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.signs import Sign
from bot.slack.problems import Cause
from db import owed
from db.session import NotSaved

NAMES = ("database", "slack", "overdue", "mail", "provider", "disk", "key")
PROVIDER_CALLS = (
    "meeting.create",
    "meeting.change",
    "meeting.look",
    "meeting.drop",
    "meeting.revoke",
    "meeting.cancel",
    "meeting.end",
)
"""The kinds of delivery that call a provider."""
_OUT_OF_REACH = timedelta(seconds=60)
_OVERDUE = timedelta(minutes=2)
_LEAST_FREE = 200_000_000
_LOOK_SECONDS = 1.5


async def signs(deps: Deps) -> list[Sign]:
    """Everything that is not well now; empty where all is."""
    found = [*_slack(deps), *_disk(deps), *deps.signs.values()]
    now = deps.clock.now()
    try:
        found += await deps.db.read(lambda session: _owed(session, now), seconds=_LOOK_SECONDS)
    except NotSaved:
        found.insert(0, Sign("database", "The database does not answer"))
    return found


def _slack(deps: Deps) -> list[Sign]:
    trouble = deps.slack.trouble
    if trouble is None:
        return []
    if trouble.problem.cause is Cause.US:
        return [Sign("slack", f"Slack refuses the bot ({trouble.problem.code})", trouble.since)]
    if deps.clock.now() - trouble.since < _OUT_OF_REACH:
        return []
    return [Sign("slack", f"Slack cannot be reached ({trouble.problem.code})", trouble.since)]


def _owed(session: Session, now: datetime) -> list[Sign]:
    found = []
    _, oldest = owed.waiting(session, now)
    if oldest is not None and now - oldest >= _OVERDUE:
        found.append(Sign("overdue", "The oldest of what the bot is to do has waited", oldest))
    if (mail := owed.failing(session, now, code="mail_%")) is not None:
        found.append(Sign("mail", "The mail server refuses or does not answer", mail, stops=False))
    if (provider := owed.failing(session, now, kinds=PROVIDER_CALLS)) is not None:
        found.append(Sign("provider", "The meetings' video service refuses or does not answer", provider, stops=False))
    return found


def _disk(deps: Deps) -> list[Sign]:
    folder = deps.settings.data_directory
    if not folder.is_dir() or shutil.disk_usage(folder).free >= _LEAST_FREE:
        return []
    return [Sign("disk", "The disk is nearly full")]
