"""Who may know of a concern: asked anew each time, and every answer is a link of the audit chain."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import routing
from bot.concerns.routing import Person
from db import audit
from db.models import Concern, ConcernRecipient, Role, Staff
from db.models.concern import About
from db.scope import of


def people_of(session: Session, organisation_id: UUID, now: datetime) -> list[Person]:
    """The active people with roles, in the organisation file's order."""
    rows = session.scalars(of(organisation_id, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order))
    return [
        Person(
            one.slack_id,
            frozenset(Role(role) for role in one.roles),
            away=one.away_until is not None and one.away_until > now,
        )
        for one in rows
        if not (one.deactivated or one.guest or one.bot)
    ]


def may_read(session: Session, organisation_id: UUID, slack_id: str, concern_id: UUID) -> Concern | None:
    """The concern, if this person is among those it must reach and still has the role for it."""
    query = (
        of(organisation_id, Concern)
        .join(ConcernRecipient, ConcernRecipient.concern_id == Concern.id)
        .where(Concern.id == concern_id, ConcernRecipient.slack_id == slack_id)
    )
    concern = session.scalar(query)
    return concern if concern is not None and slack_id in recipients(session, concern) else None


def permitted(session: Session, caller: Caller, concern_id: UUID, action: str, now: datetime) -> Concern | None:
    """The concern, for somebody it must reach, or None; `action`, or its refusal, is audited either way."""
    concern = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
    done = action if concern is not None else f"refused {action}"
    audit.record(session, caller.organisation_id, now, caller.slack_id, done, "concern", concern_id)
    return concern


def asked_in_order(session: Session, concern: Concern) -> list[ConcernRecipient]:
    """Everybody a concern goes to, in the order of asking, whether or not they still have the role for it."""
    rows = of(concern.organisation_id, ConcernRecipient).where(ConcernRecipient.concern_id == concern.id)
    return list(session.scalars(rows.order_by(ConcernRecipient.rank)))


def recipients(session: Session, concern: Concern) -> list[str]:
    """Who may read a concern now, in the order of asking: never its subject, nor anybody whose role has ended."""
    about = About(concern.about)
    staff = session.scalars(of(concern.organisation_id, Staff).where(Staff.in_file.is_(True), ~Staff.deactivated))
    able = {one.slack_id for one in staff if routing.receives({Role(role) for role in one.roles}, about)}
    asked = [one.slack_id for one in asked_in_order(session, concern)]
    return [one for one in asked if one in able and one != concern.subject_staff]
