"""Whether a meeting may go on: when it is ready, when it may start, and what holds it up."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.diary import cards, states
from bot.errors import Refused
from bot.facts import points, standing
from bot.gates import anew, gating
from bot.policy.gates import Gates, Refusal, Tick, may
from db import audit
from db.models import Meeting, MeetingState
from db.owed import owe
from db.scope import of

IN_SETUP = "pack-complete"
"""The gate of the texts and numbers that the policy needs: it holds up ready, and nothing else."""
SYSTEM = "system"
_NAMED = 5


class NotYet(Refused):
    """A gate of the policy is open. Carries what a view needs, so that the person can act on it."""

    def __init__(self, meeting: Meeting, refusal: Refusal) -> None:
        super().__init__(f"{meeting.reference} has to wait. Your policy still asks for:\n{refusal.words}")
        self.meeting = meeting
        self.refusal = refusal


def before_ready(gates: Gates) -> Refusal | None:
    """What keeps a meeting from being ready. In set-up none is, not even urgent contact, which needs no ready."""
    missing = tuple(gate for gate in gates if gate.id == IN_SETUP and gate.open)
    refusal = may(gates, "ready")
    return refusal or (Refusal("ready", missing) if missing else None)


def before_start(gates: Gates) -> Refusal | None:
    """What keeps a meeting from starting: all that ready needs, except the end of set-up, which no facilitator
    can bring about."""
    return may([gate for gate in gates if gate.id != IN_SETUP], "start")


def check_start(session: Session, meeting: Meeting, now: datetime) -> None:
    """Raise NotYet while a gate refuses the start."""
    refusal = before_start(gating.of_meeting(session, meeting, now))
    if refusal is not None:
        raise NotYet(meeting, refusal)


def settle(session: Session, meeting: Meeting, by: str, now: datetime) -> MeetingState | None:
    """Make a scheduled meeting ready where no gate refuses it, and a ready one scheduled again where one does. What was
    confirmed as the same as last time and is so no more is taken back first.

    To be called, in the same unit of work, by whatever may open or meet a gate; `by` is the Slack id of who did
    it, or SYSTEM. Returns the new state, None where nothing changed. A host who did not do it is told when their
    meeting is not ready any more. Their card shows it.
    """
    cards.changed(session, meeting, now)
    return _settle(session, meeting, by, now)


def _settle(session: Session, meeting: Meeting, by: str, now: datetime) -> MeetingState | None:
    if meeting.state not in states.SET_UP:
        return None
    session.flush()
    refusal = before_ready(gating.of_meeting(session, meeting, now))
    if anew.as_before(session, meeting, by, now):
        refusal = before_ready(gating.of_meeting(session, meeting, now))
    state = MeetingState.SCHEDULED if refusal else MeetingState.READY
    if state is meeting.state:
        return None
    states.move(meeting, state)
    action = "meeting.not_ready" if refusal else "meeting.ready"
    detail = _named([gate.id for gate in refusal.gates]) if refusal else ""
    audit.record(session, meeting.organisation_id, now, by, action, "meeting", meeting.id, detail)
    if refusal and by != meeting.host:
        organisation_id = meeting.organisation_id
        owe(session, organisation_id, "meeting.not_ready", at=now, target=meeting.host, record_id=meeting.id)
    return state


def _named(ids: Sequence[str]) -> str:
    """The first gates by their ids, and how many more: as much as a link of the audit chain holds."""
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{', '.join(ids[:_NAMED])}{more}"


def settle_all(session: Session, organisation_id: UUID, now: datetime) -> int:
    """Settle every meeting to come, after the organisation's settings changed; how many changed their state."""
    query = of(organisation_id, Meeting).where(Meeting.state.in_(states.SET_UP), Meeting.ends_from(now))
    found = session.scalars(query.with_for_update(key_share=True)).all()
    changed = [meeting for meeting in found if _settle(session, meeting, SYSTEM, now) is not None]
    for meeting in changed:
        cards.changed(session, meeting, now)
    return len(changed)


def urgent(session: Session, meeting: Meeting) -> Tick | None:
    """Who said that the meeting is urgent contact with somebody at risk, when and why."""
    return standing.current(session, meeting).get(points.URGENT)
