"""What is owed so that a concern is made known and stays known. All without content."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import routing
from db import audit
from db.base import new_id
from db.models import AuditEvent, Concern, ConcernPost, Delivery, Organisation
from db.models.concern import ConcernState
from db.owed import owe
from db.scope import of

MAIL_AFTER = timedelta(seconds=60)
CHANNEL = "channel"
SEEN, NOT_SEEN = 0, 1
"""What the raiser is told: that somebody has taken it up, or to telephone."""


def stamp(moment: datetime) -> str:
    """A moment as a number, so that a timer can say for which deadline it was set."""
    return str(round(moment.timestamp() * 1000))


def owe_telling(session: Session, concern: Concern, now: datetime) -> None:
    """Owe a concern its announcement, the mail that stands in for Slack, and its ladder."""
    organisation_id, record_id = concern.organisation_id, concern.id
    owe(session, organisation_id, "concern.announce", at=now, record_id=record_id)
    owe(session, organisation_id, "concern.mail", at=now, due=now + MAIL_AFTER, record_id=record_id)
    owe_ladder(session, concern, now)


def owe_ladder(session: Session, concern: Concern, now: datetime) -> None:
    """Set the deadline by which somebody must answer, counted from now, and owe its reminder and its first step.
    Timers of a ladder before are for another deadline and do nothing any more."""
    organisation = session.get_one(Organisation, concern.organisation_id)
    concern.answer_by = routing.answer_by(
        now, concern.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
    )
    concern.escalation_step = 0
    mark, due = stamp(concern.answer_by), routing.remind_at(now, concern.answer_by)
    owe(session, organisation.id, "concern.remind", at=now, due=due, record_id=concern.id, target=mark)
    owe_escalation(session, concern, 1, now, concern.answer_by)


def owe_escalation(session: Session, concern: Concern, step: int, now: datetime, due: datetime) -> None:
    """Owe the next step of the ladder that the concern's present deadline began."""
    mark = stamp(concern.answer_by)
    owe(
        session,
        concern.organisation_id,
        "concern.escalate",
        at=now,
        due=due,
        target=mark,
        record_id=concern.id,
        step=step,
    )


def tell_raiser(session: Session, concern: Concern, what: int, now: datetime) -> None:
    """Owe the raiser a notice: `SEEN` or `NOT_SEEN`. Who was told last that it was seen is not told again."""
    last = session.scalar(
        of(concern.organisation_id, Delivery)
        .where(Delivery.kind == "concern.tell_raiser", Delivery.record_id == concern.id)
        .order_by(Delivery.created_at.desc())
        .limit(1)
    )
    if what != SEEN or last is None or last.step != SEEN:
        owe(session, concern.organisation_id, "concern.tell_raiser", at=now, record_id=concern.id, step=what)


def redraw(session: Session, concern: Concern, now: datetime) -> None:
    """Owe every message about a concern a new drawing."""
    for post in posts(session, concern):
        owe(session, concern.organisation_id, "concern.redraw", at=now, record_id=post.id, lane=lane(post))


def note(session: Session, concern: Concern, now: datetime) -> None:
    """Owe the thread under each root a line on what was done last: the newest link of the concern's audit chain.
    Each is owed once, and a thread gets them in their order."""
    query = of(concern.organisation_id, AuditEvent).where(AuditEvent.record_id == concern.id.hex)
    done = session.scalar(query.order_by(AuditEvent.sequence.desc()).limit(1))
    if done is None:
        return
    for post in roots(posts(session, concern)):
        owe(
            session,
            concern.organisation_id,
            "concern.note",
            at=now,
            target=post.channel,
            record_id=post.id,
            step=done.sequence,
            lane=lane(post),
            only_once=f"concern.note:{post.id.hex}:{done.sequence}",
        )


def state_changed(session: Session, concern: Concern, now: datetime) -> None:
    """Write into the audit chain to which state a concern went, by whoever did the last thing to it."""
    query = select(AuditEvent.actor).where(
        AuditEvent.organisation_id == concern.organisation_id, AuditEvent.record_id == concern.id.hex
    )
    actor = session.scalar(query.order_by(AuditEvent.sequence.desc()).limit(1)) or "system"
    state = ConcernState(concern.state).value
    audit.record(session, concern.organisation_id, now, actor, "concern.state", "concern", concern.id, state)


def lane(post: ConcernPost) -> str:
    """What goes to one message and its thread goes one at a time."""
    return f"post:{post.channel}:{post.message_ts}"


def posts(session: Session, concern: Concern) -> Sequence[ConcernPost]:
    """The messages made about a concern, oldest first."""
    rows = of(concern.organisation_id, ConcernPost).where(ConcernPost.concern_id == concern.id)
    return session.scalars(rows.order_by(ConcernPost.posted_at, ConcernPost.id)).all()


def reader(post: ConcernPost) -> str:
    """Whom a message is for: a Slack id, or `CHANNEL`."""
    return post.target.partition(":")[0]


def roots(made: Sequence[ConcernPost]) -> list[ConcernPost]:
    """The messages whose threads carry a concern's life: the channel's, and the first that each person got."""
    first: dict[str, ConcernPost] = {}
    for post in made:
        first.setdefault(reader(post), post)
    return list(first.values())


def note_post(session: Session, concern: Concern, target: str, channel: str, ts: str, now: datetime) -> ConcernPost:
    """Remember a message about a concern; one posted anew takes the place of the one before."""
    post = session.scalar(
        of(concern.organisation_id, ConcernPost).where(
            ConcernPost.concern_id == concern.id, ConcernPost.target == target
        )
    )
    if post is None:
        post = ConcernPost(
            id=new_id(), organisation_id=concern.organisation_id, concern_id=concern.id, target=target, channel=channel
        )
        session.add(post)
    post.channel, post.message_ts, post.posted_at = channel, ts, now
    session.flush()
    return post
