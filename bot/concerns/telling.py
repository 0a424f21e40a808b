"""What is owed so that a concern is made known, and to whom next. All without content."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import routing
from bot.concerns.rights import asked_in_order, people_of, recipients
from db import audit
from db.base import new_id
from db.models import Concern, ConcernPost, ConcernRecipient, Organisation
from db.models.concern import About, ConcernState
from db.owed import owe
from db.scope import of

MAIL_AFTER = timedelta(seconds=60)
CHANNEL = "channel"


def owe_telling(session: Session, concern: Concern, now: datetime) -> None:
    """Owe a new concern its announcement, the mail that stands in for Slack, and its first deadline."""
    organisation_id, record_id = concern.organisation_id, concern.id
    owe(session, organisation_id, "concern.announce", at=now, record_id=record_id)
    owe(session, organisation_id, "concern.mail", at=now, due=now + MAIL_AFTER, record_id=record_id)
    owe(session, organisation_id, "concern.escalate", at=now, due=concern.answer_by, record_id=record_id, step=1)


def redraw(session: Session, concern: Concern, now: datetime) -> None:
    """Owe every message about a concern a new drawing."""
    for post in posts(session, concern):
        lane = f"post:{post.channel}:{post.message_ts}"
        owe(session, concern.organisation_id, "concern.redraw", at=now, record_id=post.id, lane=lane)


def posts(session: Session, concern: Concern) -> Sequence[ConcernPost]:
    """The messages made about a concern."""
    return session.scalars(of(concern.organisation_id, ConcernPost).where(ConcernPost.concern_id == concern.id)).all()


def ask_next(session: Session, concern_id: UUID, step: int, now: datetime) -> None:
    """The deadline of a step has passed. Unanswered: ask the next person, and after the last tell the raiser
    to telephone. An acknowledged concern, or a step already taken, changes nothing."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if concern.state is not ConcernState.RAISED or concern.escalation_step >= step:
        return
    organisation = session.get_one(Organisation, concern.organisation_id)
    asked, able = [one.slack_id for one in asked_in_order(session, concern)], recipients(session, concern)
    while step < len(asked) and asked[step] not in able:
        step += 1
    concern.escalation_step = step
    if step >= len(asked):
        people = people_of(session, organisation.id, now)
        head = routing.last_resort(people, About(concern.about), concern.subject_staff)
        if head is not None and head not in asked:
            session.add(
                ConcernRecipient(organisation_id=organisation.id, concern_id=concern.id, slack_id=head, rank=len(asked))
            )
            asked.append(head)
    audit.record(session, organisation.id, now, "system", "concern.escalated", "concern", concern.id, f"step {step}")
    if step < len(asked):
        owe(session, organisation.id, "concern.dm", at=now, target=asked[step], record_id=concern.id, step=step)
        again = routing.answer_by(
            now, concern.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
        )
        owe(session, organisation.id, "concern.escalate", at=now, due=again, record_id=concern.id, step=step + 1)
    else:
        owe(session, organisation.id, "concern.tell_raiser", at=now, record_id=concern.id, step=1)
    redraw(session, concern, now)


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
