"""The alarm: administrators, leads and deputies are told that the record does not hold, without content."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.records import heads
from bot.staff.people import people_with
from db import audit
from db.audit import ChainKeys
from db.models import Role
from db.owed import Claimed, owe

ALARM = "record.alarm"
DOUBTFUL, OLD, ALTERED = 0, 1, 2
"""What an alarm is about: rows that give rights and were not written with the key; a database older than its last
known head; a file of heads that is not as the bot wrote it."""
_LINKS = {DOUBTFUL: "record.doubtful", OLD: "record.older", ALTERED: "record.heads_altered"}
_TOLD = (Role.ADMINISTRATOR, Role.LEAD, Role.DEPUTY)
_MOST = 30


def register(jobs: Jobs) -> None:
    """Make the delivery known."""
    jobs.on(ALARM, tell, lane=lanes.ALARMS)


def owe_alarm(
    session: Session, organisation_id: UUID, what: int, now: datetime, table: str = "", row_id: UUID | None = None
) -> None:
    """Write it down, and owe everybody who must know a message; one a day about the same row."""
    about = row_id.hex if row_id else ""
    audit.record(session, organisation_id, now, "system", _LINKS[what], table, about)
    for one in people_with(session, organisation_id, *_TOLD):
        once = f"{ALARM}:{what}:{about}:{one.slack_id}:{now:%Y-%m-%d}"
        owe(session, organisation_id, ALARM, at=now, target=one.slack_id, step=what, only_once=once)


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one person."""
    lacks: Sequence[str] = ()
    if claimed.step == OLD:
        lacks = await deps.db.read(lambda session: _lacking(session, deps, claimed.organisation_id), seconds=30)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=words(claimed.step, lacks))
    return None


def _lacking(session: Session, deps: Deps, organisation_id: UUID) -> list[str]:
    try:
        lines = heads.read(deps.settings.heads_file, ChainKeys(session))
    except heads.Damaged:
        return []
    return heads.lacking(session, lines, organisation_id)


def words(what: int, lacks: Sequence[str] = ()) -> str:
    """What an alarm says."""
    if what == DOUBTFUL:
        return (
            ":warning: Somebody changed who may do what in the bot's records, outside the bot. What they wrote gives "
            "no rights. Whoever runs the server: run `python -m bot audit verify`, then `setup` with the organisation "
            "file, and find out who can write to the database."
        )
    if what == ALTERED:
        return (
            ":warning: The file beside the data that keeps the heads of the audit chain was altered. Whoever runs the "
            "server: run `python -m bot audit verify` and find out who can write there."
        )
    said = (
        ":warning: The bot now runs on an older copy of its records, or the newest were taken out. What was recorded "
        "in between is missing. Whoever runs the server: run `python -m bot audit verify`."
    )
    if not lacks:
        return f"{said} No concern is missing, as far as the bot knows."
    named = ", ".join(lacks[:_MOST]) + (f" and {len(lacks) - _MOST} more" if len(lacks) > _MOST else "")
    return f"{said}\n*These safeguarding concerns are missing: {named}.* Ask those who raised them to raise them again."
