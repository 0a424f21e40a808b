"""The moments of a meeting, when each has come, and owing the drawing of its card then."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.diary import cards, states
from db.models import Delivery, Meeting, Moment
from db.owed import owe
from db.remember import CHANGES_NOTHING

BEFORE = (Moment.PLANNING, Moment.DAY_BEFORE, Moment.HOUR_BEFORE)
CARDS: tuple[tuple[Moment, ...], ...] = (
    (Moment.PLANNING,),
    (Moment.DAY_BEFORE,),
    (Moment.HOUR_BEFORE,),
    (Moment.START,),
    (Moment.ALL_PRESENT, Moment.DURING),
    (Moment.END,),
    (Moment.AFTERWARDS,),
)
"""The moments at which the card of a meeting moves on, in the order of its life; what the policy reminds of at one or
two is ticked together. A delivery's step is a moment's place here."""

_SETTLED_IN = timedelta(minutes=5)
_AFTERWARDS = timedelta(minutes=30)
_WAITING = (
    select(Delivery.id, Delivery.step, Delivery.due_at)
    .where(
        Delivery.organisation_id == bindparam("organisation"),
        Delivery.record_id == bindparam("meeting"),
        Delivery.kind == cards.CARD,
        Delivery.step >= 0,
        Delivery.done_at.is_(None),
        Delivery.lease_until.is_(None),
    )
    .with_for_update(skip_locked=True)
    .execution_options(**{CHANGES_NOTHING: True})
)
_MOVE = (
    update(Delivery).where(Delivery.id == bindparam("which")).values(due_at=bindparam("at"), wanted_at=bindparam("at"))
)


def due(meeting: Meeting, moment: Moment) -> datetime:
    """When a moment comes, by the meeting as it is now."""
    began, ends = meeting.started_at or meeting.starts_at, meeting.ended_at or meeting.ends_at
    match moment:
        case Moment.PLANNING:
            return meeting.created_at
        case Moment.DAY_BEFORE:
            return meeting.starts_at - timedelta(days=1)
        case Moment.HOUR_BEFORE:
            return meeting.starts_at - timedelta(hours=1)
        case Moment.START:
            return began
        case Moment.ALL_PRESENT | Moment.DURING:
            return began + _SETTLED_IN
        case Moment.END:
            return ends
        case Moment.AFTERWARDS:
            return ends if meeting.ended_at else ends + _AFTERWARDS


def begun(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting has begun, by the host's word or by its time."""
    return meeting.state not in states.TO_COME or now >= meeting.starts_at


def owe_cards(session: Session, meeting: Meeting, now: datetime, *, new: bool = False) -> None:
    """Owe the drawing of the meeting's card at each of its moments that is still to come, and now; call it whenever a
    time of the meeting changes. For a `new` meeting nothing can be owed yet.

    What is owed for a time that no longer holds waits for the new one.
    """
    session.flush()
    # Read before anything is owed, which would have to be written for it.
    waiting, moved = {} if new else _waiting(session, meeting), []
    for step, (moment, *_) in enumerate(CARDS):
        wanted = due(meeting, moment)
        owed = waiting.get(step, {})
        if wanted <= now or wanted in owed:
            continue
        if owed:
            moved.append({"which": owed[min(owed)], "at": wanted})
        else:
            owe(
                session,
                meeting.organisation_id,
                cards.CARD,
                at=now,
                due=wanted,
                target=meeting.host,
                record_id=meeting.id,
                step=step,
                queue=cards.queue(meeting),
            )
    if moved:
        session.connection().execute(_MOVE, moved)
    cards.changed(session, meeting, now)


def _waiting(session: Session, meeting: Meeting) -> dict[int, dict[datetime, UUID]]:
    """The drawings that are owed and not in anybody's hands, by place and time; nobody takes them in hand meanwhile."""
    found: dict[int, dict[datetime, UUID]] = {}
    for one in session.execute(_WAITING, {"organisation": meeting.organisation_id, "meeting": meeting.id}):
        found.setdefault(one.step, {})[one.due_at] = one.id
    return found
