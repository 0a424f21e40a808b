"""When the prompts of a meeting are due, and owing them. Meetings call this; it knows nothing of the rooms."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bot.diary import states
from db.models import Delivery, Meeting, MeetingState, Moment, PromptCard
from db.owed import owe
from db.remember import CHANGES_NOTHING
from db.scope import of

GIVE = "prompt.card"
DRAW = "prompt.draw"

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
"""The cards in the order of a meeting's life; one shows the prompts of one or two moments, and bears the first's name.
A delivery's step is a card's place here."""

_SETTLED_IN = timedelta(minutes=5)
_AFTERWARDS = timedelta(minutes=30)
_ORDER = timedelta(milliseconds=1)
_WAITING = (
    select(Delivery.id, Delivery.step, Delivery.due_at)
    .where(
        Delivery.organisation_id == bindparam("organisation"),
        Delivery.record_id == bindparam("meeting"),
        Delivery.kind == GIVE,
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
    """When a card is due, by the meeting as it is now."""
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


def fits(meeting: Meeting, moment: Moment, now: datetime) -> bool:
    """Whether a card still makes sense: none for a cancelled meeting, none of a moment that has gone by."""
    if meeting.state in states.SHUT:
        return False
    if moment in BEFORE:
        return not begun(meeting, now)
    if moment in (Moment.START, Moment.ALL_PRESENT):
        return meeting.state is MeetingState.STARTED or (meeting.state in states.TO_COME and now < meeting.ends_at)
    return True


def owe_cards(
    session: Session, meeting: Meeting, now: datetime, *, new: bool = False, undone: datetime | None = None
) -> None:
    """Owe every card of the meeting that is not owed already; call it whenever a time of the meeting changes. For a
    `new` meeting nothing can be owed or posted yet.

    A card owed for a time that no longer holds waits for the new one; where there is none it gives way when it comes
    up. What is late already is owed at once, except a card from before the meeting that was posted once: a small move
    does not repeat it.

    `undone` is when a step was made that is taken back now: what was posted because of it counts as posted for that
    moment, and comes again in its time; all cards are drawn anew, without what was ticked on them.
    """
    session.flush()
    cards = of(meeting.organisation_id, PromptCard).where(PromptCard.meeting_id == meeting.id)
    there = [] if new else session.scalars(cards).all()
    posted = {one.moment for one in there}
    # Read before anything is owed, which would have to be written for it.
    waiting, moved = {} if new else _waiting(session, meeting), []
    for one in there if undone else ():
        if undone and one.posted_at >= undone and due(meeting, one.moment) > now:
            one.starts_at = undone
        owe_drawing(session, one, now)
    for step, (moment, *_) in enumerate(CARDS):
        wanted = due(meeting, moment)
        late = wanted <= now
        if not fits(meeting, moment, now) or (late and moment in BEFORE and moment in posted):
            continue
        # Cards that are late together come in the order of the meeting's life.
        at = now + step * _ORDER if late else wanted
        owed = waiting.get(step, {})
        if at in owed:
            continue
        if owed:
            moved.append({"which": owed[min(owed)], "at": at})
        else:
            owe(
                session,
                meeting.organisation_id,
                GIVE,
                at=now,
                due=at,
                record_id=meeting.id,
                step=step,
                queue=f"prompts:{meeting.id}",
            )
    if moved:
        session.connection().execute(_MOVE, moved)


def _waiting(session: Session, meeting: Meeting) -> dict[int, dict[datetime, UUID]]:
    """The cards that are owed and not in anybody's hands, by place and time; nobody takes them in hand meanwhile."""
    found: dict[int, dict[datetime, UUID]] = {}
    for one in session.execute(_WAITING, {"organisation": meeting.organisation_id, "meeting": meeting.id}):
        found.setdefault(one.step, {})[one.due_at] = one.id
    return found


def redraw(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the drawing of every card of a meeting that was posted."""
    for card in session.scalars(of(meeting.organisation_id, PromptCard).where(PromptCard.meeting_id == meeting.id)):
        owe_drawing(session, card, now)


def owe_drawing(session: Session, card: PromptCard, now: datetime) -> None:
    """Owe the drawing of a posted card as things stand; drawings of one card go one after the other."""
    owe(
        session,
        card.organisation_id,
        DRAW,
        at=now,
        target=card.channel,
        record_id=card.id,
        queue=f"prompt:{card.id}",
    )
