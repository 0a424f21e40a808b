"""Posting the cards of a meeting, and drawing them anew."""

import hashlib
import json
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.meetings import card_times
from bot.prompts import service, views
from bot.prompts.service import Giving
from bot.slack.call import Say
from bot.slack.client import CALL_SECONDS
from bot.slack.problems import SlackProblem
from db.base import new_id
from db.models import Meeting, PromptCard
from db.owed import Claimed

_GONE = ("message_not_found", "cant_update_message", "edit_window_closed")
"""Answers to an update of a card that somebody deleted; it is not posted twice."""


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known."""
    jobs.on(card_times.GIVE, give, lane=lanes.MESSAGES)
    jobs.on(card_times.DRAW, draw, lane=lanes.MESSAGES)


def _fingerprint(said: Say) -> str:
    return hashlib.sha256(json.dumps(said.blocks, sort_keys=True).encode()).hexdigest()


async def give(deps: Deps, claimed: Claimed) -> Record | None:
    """Post the card of a moment, where there is one to post."""
    meeting_id, now = claimed.record_id, deps.clock.now()
    if meeting_id is None:
        return None
    giving = await deps.db.read(lambda session: service.to_give(session, meeting_id, claimed.step, now), seconds=5)
    if giving is None:
        return None
    said = views.card(giving.card)
    channel, ts = await _posted(deps, giving, said)

    def record(session: Session) -> None:
        _record(session, deps, giving, PromptCard(channel=channel, message_ts=ts, drawn=_fingerprint(said)))

    return record


def _record(session: Session, deps: Deps, giving: Giving, card: PromptCard) -> None:
    meeting, now = giving.card.meeting, deps.clock.now()
    card.id, card.organisation_id, card.meeting_id = new_id(), meeting.organisation_id, meeting.id
    card.moment, card.starts_at, card.posted_at = giving.card.moment, meeting.starts_at, now
    session.add(card)
    session.flush()
    if service.newest(session, meeting) != giving.sequence:
        card_times.owe_drawing(session, card, now)


async def _posted(deps: Deps, giving: Giving, said: Say) -> tuple[str, str]:
    """Post into the checklist's thread; where that is gone or closed to the bot, to the host. Raises SlackProblem."""
    if giving.thread is not None:
        channel, thread = giving.thread
        try:
            return channel, await _post(deps, channel, said, thread)
        except SlackProblem as problem:
            if problem.passing:
                raise
    channel = await deps.slack.direct(giving.card.meeting.host)
    return channel, await _post(deps, channel, said)


async def _post(deps: Deps, channel: str, said: Say, thread: str | None = None) -> str:
    where = {"channel": channel, **({"thread_ts": thread} if thread else {})}
    answer = await deps.slack.call(
        "chat.postMessage", seconds=CALL_SECONDS, text=said.text, blocks=said.blocks, **where
    )
    return str(answer["ts"])


async def draw(deps: Deps, claimed: Claimed) -> Record | None:
    """Show on a posted card what is ticked now."""
    card_id = claimed.record_id
    if card_id is None:
        return None
    card, said = await deps.db.read(lambda session: _drawn(session, card_id), seconds=5)
    fingerprint = _fingerprint(said)
    if card.drawn == fingerprint:
        return None
    try:
        await deps.slack.call(
            "chat.update", channel=card.channel, ts=card.message_ts, text=said.text, blocks=said.blocks
        )
    except SlackProblem as problem:
        if problem.code not in _GONE:
            raise

    def record(session: Session) -> None:
        session.get_one(PromptCard, card.id).drawn = fingerprint

    return record


def _drawn(session: Session, card_id: UUID) -> tuple[PromptCard, Say]:
    card = session.get_one(PromptCard, card_id)
    meeting = session.get_one(Meeting, card.meeting_id)
    return card, views.card(service.card(session, meeting, card.moment))
