"""The deliveries of what a provider tells: working out what follows, and telling the team within seconds."""

import hashlib
import json

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.live import service, views
from bot.live.alarms import Kind
from bot.slack.call import Say
from db.models import LiveAlarm, Meeting, Organisation
from db.owed import Claimed


def register(jobs: Jobs) -> None:
    """Make the deliveries known. Their lane comes after every lane of concerns."""
    jobs.on(service.JUDGE, judge, lane=lanes.ALARMS)
    jobs.on(service.TELL, tell, lane=lanes.ALARMS)
    jobs.on(service.AT_DOOR, at_door, lane=lanes.ALARMS)
    jobs.on(service.FORGET, forget, lane=lanes.MESSAGES)


async def judge(deps: Deps, claimed: Claimed) -> Record:
    """Work out what the team must know of a meeting by now."""

    def record(session: Session) -> None:
        service.judge(session, session.get_one(Meeting, claimed.record_id), deps.clock.now())

    return record


async def forget(deps: Deps, claimed: Claimed) -> Record:
    """Remove what was told of a meeting that is long over."""
    return lambda session: service.forget(session, session.get_one(Meeting, claimed.record_id))


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Have one message show one alarm as it stands: posted once, and then changed in place."""

    def read(session: Session) -> tuple[LiveAlarm, Say] | None:
        row = session.get(LiveAlarm, claimed.record_id)
        if row is None:
            return None
        meeting = session.get_one(Meeting, row.meeting_id)
        organisation = session.get_one(Organisation, row.organisation_id)
        found = service.standing(session, meeting)
        kind = Kind(row.kind)
        mine = next((one for one in found if (one.kind, one.number) == (kind, row.number)), None)
        workers = service.rules_of(organisation, meeting).workers
        return row, views.alarm(meeting, kind, mine, organisation.timezone, workers)

    known = await deps.db.read(read, seconds=5)
    if known is None:
        return None
    row, said = known
    drawn = hashlib.sha256(json.dumps(said.blocks, sort_keys=True).encode()).hexdigest()
    if row.drawn == drawn:
        return None
    if row.channel and row.message_ts:
        channel, ts = row.channel, row.message_ts
        await deps.slack.call("chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks)
    else:
        channel = await deps.slack.direct(claimed.target)
        answer = await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
        ts = str(answer["ts"])

    def record(session: Session) -> None:
        now = session.get(LiveAlarm, row.id)
        if now is not None:
            now.channel, now.message_ts, now.drawn = channel, ts, drawn

    return record


async def at_door(deps: Deps, claimed: Claimed) -> None:
    """Tell one of the team that the link of somebody who may not come in was opened."""

    def read(session: Session) -> Say:
        meeting = session.get_one(Meeting, claimed.record_id)
        organisation = session.get_one(Organisation, meeting.organisation_id)
        return views.at_door(meeting, claimed.due_at, organisation.timezone)

    said = await deps.db.read(read, seconds=5)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
