"""Drawing a checklist in its channel, and telling people where that was not possible."""

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.checklists import service, views
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.gates import posts
from bot.slack.call import Say
from bot.slack.problems import SlackProblem
from db.models import Checklist, ChecklistPost, Meeting
from db.owed import Claimed, owe

TELL = "checklist.not_posted"
_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
"""Answers to an update after which the checklist has to be posted anew."""


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known."""
    jobs.on(posts.DRAW, draw, lane=lanes.MESSAGES)
    jobs.on(TELL, tell, lane=lanes.MESSAGES)


@dataclass(frozen=True)
class _Drawing:
    """A message and what it should show; `present` where it is the one that shows the checklist now."""

    post: ChecklistPost
    said: Say
    present: bool

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.said.blocks, sort_keys=True).encode()).hexdigest()


def _drawing(session: Session, claimed: Claimed) -> _Drawing:
    post = session.get_one(ChecklistPost, claimed.record_id)
    sheet = service.sheet(session, session.get_one(Checklist, post.checklist_id))
    now = posts.present(session, sheet.checklist)
    if now is None or now.id == post.id:
        return _Drawing(post, views.message(sheet), present=True)
    return _Drawing(post, views.moved(sheet.meeting, now.channel), present=False)


async def draw(deps: Deps, claimed: Claimed) -> Record | None:
    """Post the message, or change it to what it should show now. One that somebody deleted is posted anew."""
    drawing = await deps.db.read(lambda session: _drawing(session, claimed), seconds=5)
    post, said = drawing.post, drawing.said
    if post.message_ts is None and not drawing.present:
        return None
    if post.drawn == drawing.fingerprint and claimed.step == posts.AS_IT_STANDS:
        return None
    ts, permalink = post.message_ts, post.permalink
    if ts is None or not await _updated(deps, post.channel, ts, said):
        if not drawing.present:
            return None
        ts = await _posted(deps, claimed, post, said)
        permalink = await _permalink(deps, post.channel, ts)

    def record(session: Session) -> None:
        row = session.get_one(ChecklistPost, post.id)
        row.message_ts, row.permalink, row.drawn = ts, permalink, drawing.fingerprint

    return record


async def _updated(deps: Deps, channel: str, ts: str, said: Say) -> bool:
    """Change the message; False where there is none to change any more. Raises SlackProblem."""
    try:
        await deps.slack.call("chat.update", channel=channel, ts=ts, text=said.text, blocks=said.blocks)
    except SlackProblem as problem:
        if problem.code in _GONE:
            return False
        raise
    return True


async def _posted(deps: Deps, claimed: Claimed, post: ChecklistPost, said: Say) -> str:
    """Post the message. A lasting refusal is told to who asked for it and to the host."""
    try:
        answer = await deps.slack.call("chat.postMessage", channel=post.channel, text=said.text, blocks=said.blocks)
    except SlackProblem as problem:
        if problem.passing:
            raise
        raise GiveUp(problem.code, lambda session: _owe_notices(session, deps, post)) from None
    return str(answer["ts"])


def _owe_notices(session: Session, deps: Deps, post: ChecklistPost) -> None:
    checklist = session.get_one(Checklist, post.checklist_id)
    meeting = session.get_one(Meeting, checklist.meeting_id)
    for person in dict.fromkeys((post.asked_by, meeting.host)):
        owe(session, post.organisation_id, TELL, at=deps.clock.now(), target=person, record_id=post.id)


async def _permalink(deps: Deps, channel: str, ts: str) -> str | None:
    """The message's address; the checklist is as good without it."""
    try:
        found = await deps.slack.query("chat.getPermalink", channel=channel, message_ts=ts)
    except SlackProblem:
        return None
    return str(found["permalink"])


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell somebody that the checklist could not be posted, and how to mend it."""

    def work(session: Session) -> Say:
        post = session.get_one(ChecklistPost, claimed.record_id)
        checklist = session.get_one(Checklist, post.checklist_id)
        return views.not_posted(session.get_one(Meeting, checklist.meeting_id), post.channel)

    said = await deps.db.read(work, seconds=5)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None
