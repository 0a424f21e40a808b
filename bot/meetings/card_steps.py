"""The card of a meeting in its host's direct messages: posted once, and drawn anew in place."""

import contextlib
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.diary import cards, states
from bot.meetings import card as gathering
from bot.meetings import card_views
from bot.providers import needs_link
from bot.slack.call import Say
from bot.slack.client import CALL_SECONDS
from bot.slack.problems import SlackProblem
from db.base import new_id
from db.models import Meeting, MeetingCard, MeetingState, Organisation
from db.owed import Claimed
from db.scope import of

_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
"""Answers to an update of a card that somebody deleted."""


@dataclass(frozen=True)
class _Drawn:
    """A card as it should look now, and the post that there is."""

    meeting: Meeting
    said: Say
    handed_over: Say
    posted: MeetingCard | None

    @property
    def fingerprint(self) -> str:
        """What tells one state of it from another."""
        return hashlib.sha256(json.dumps(self.said.blocks, sort_keys=True).encode()).hexdigest()


def register(jobs: Jobs) -> None:
    """Make the delivery known."""
    jobs.on(cards.CARD, draw, lane=lanes.MESSAGES, redraws=True)


async def draw(deps: Deps, claimed: Claimed) -> Record | None:
    """Have the host's direct messages show the card as it is now. Whoever deleted it gets it once more, and not again;
    a new host gets a card of their own, and the old one says so."""
    meeting_id, now = claimed.record_id, deps.clock.now()
    if meeting_id is None:
        return None
    drawn = await deps.db.read(lambda session: _drawn(session, meeting_id, now), seconds=5)
    posted, host = drawn.posted, drawn.meeting.host
    if posted is None:
        return await _post_first(deps, drawn, now)
    if posted.person != host:
        with contextlib.suppress(SlackProblem):
            await _update(deps, posted, drawn.handed_over)
        return await _post(deps, drawn)
    if posted.drawn == drawn.fingerprint:
        return None
    try:
        await _update(deps, posted, drawn.said)
    except SlackProblem as problem:
        if problem.code not in _GONE:
            raise
        if not posted.posted_anew:
            return await _post(deps, drawn, anew=True)

    def record(session: Session) -> None:
        session.get_one(MeetingCard, posted.id).drawn = drawn.fingerprint
        cards.homes_changed(session, drawn.meeting, now)

    return record


async def _post_first(deps: Deps, drawn: _Drawn, now: datetime) -> Record | None:
    """Post it; of what is made in a moment once, when it is there."""
    if drawn.meeting.state in states.SHUT:
        return None
    if _in_the_making(drawn.meeting):
        return lambda session: cards.homes_changed(session, drawn.meeting, now)
    return await _post(deps, drawn)


def _in_the_making(meeting: Meeting) -> bool:
    """Whether the provider was asked to make it and has said neither yes nor no."""
    return meeting.state is MeetingState.DRAFT and not needs_link(meeting.provider) and not meeting.provider_error


async def _update(deps: Deps, posted: MeetingCard, said: Say) -> None:
    where = {"channel": posted.channel, "ts": posted.message_ts}
    await deps.slack.call("chat.update", seconds=CALL_SECONDS, text=said.text, blocks=said.blocks, **where)


async def _post(deps: Deps, drawn: _Drawn, *, anew: bool = False) -> Record:
    meeting, said = drawn.meeting, drawn.said
    channel = await deps.slack.direct(meeting.host)
    answer = await deps.slack.call(
        "chat.postMessage", seconds=CALL_SECONDS, channel=channel, text=said.text, blocks=said.blocks
    )
    now = deps.clock.now()

    def record(session: Session) -> None:
        row = _of_meeting(session, meeting)
        if row is None:
            row = MeetingCard(id=new_id(), organisation_id=meeting.organisation_id, meeting_id=meeting.id)
            session.add(row)
        row.person, row.channel, row.message_ts = meeting.host, channel, str(answer["ts"])
        row.posted_at, row.posted_anew, row.drawn = now, anew, drawn.fingerprint
        cards.homes_changed(session, meeting, now)

    return record


def _of_meeting(session: Session, meeting: Meeting) -> MeetingCard | None:
    return session.scalar(of(meeting.organisation_id, MeetingCard).where(MeetingCard.meeting_id == meeting.id))


def _drawn(session: Session, meeting_id: UUID, now: datetime) -> _Drawn:
    meeting = session.get_one(Meeting, meeting_id)
    organisation = session.get_one(Organisation, meeting.organisation_id)
    card = gathering.gather(session, organisation, meeting, now, meeting.host, stays=True)
    handed_over = card_views.handed_over(card)
    return _Drawn(meeting, card_views.shown(card), handed_over, _of_meeting(session, meeting))
