"""The rules of concerns: raising, reading and acknowledging.

Nothing here is deleted or overwritten. Whom a concern goes to is decided when it is raised and kept with it;
whether they still have the role for it is asked each time. Every reading and every refused attempt is a link
of the audit chain.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import routing
from bot.concerns.forms import ConcernForm
from bot.concerns.rights import may_read, people_of, permitted
from bot.concerns.states import Event, after
from bot.concerns.telling import owe_telling, redraw
from bot.concerns.texts import texts_of, write_texts
from db import audit
from db.base import new_id
from db.models import Concern, ConcernRecipient, ConcernText, Organisation
from db.models.concern import ConcernState
from db.owed import owe
from db.scope import of


@dataclass(frozen=True)
class Opened:
    """A concern with its words, for the eyes of a person whose right was checked just now."""

    concern: Concern
    texts: dict[str, str]
    raised_by: str
    amended: bool


def raise_concern(session: Session, caller: Caller, form: ConcernForm, now: datetime) -> Concern:
    """Store a concern, sealed, and owe its being made known, its deadline and the mail that stands in for Slack."""
    organisation = session.get_one(Organisation, caller.organisation_id)
    people = people_of(session, organisation.id, now)
    to = routing.recipients(people, form.about, form.subject_staff, caller.slack_id)
    concern = Concern(
        id=new_id(),
        organisation_id=organisation.id,
        reference=_reference(session, organisation, now),
        about=form.about.value,
        subject_staff=form.subject_staff,
        urgency=form.urgency,
        state=ConcernState.RAISED,
        raised_by=caller.slack_id,
        raised_at=now,
        answer_by=routing.answer_by(
            now, form.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
        ),
        sealed_from_staff=not to,
    )
    session.add(concern)
    session.flush()
    write_texts(session, caller, concern, form.texts, now)
    for rank, slack_id in enumerate(to):
        session.add(
            ConcernRecipient(organisation_id=organisation.id, concern_id=concern.id, slack_id=slack_id, rank=rank)
        )
    audit.record(session, organisation.id, now, caller.slack_id, "concern.raised", "concern", concern.id)
    if to:
        owe_telling(session, concern, now)
    return concern


def _reference(session: Session, organisation: Organisation, now: datetime) -> str:
    """A reference drawn at random, so that no gap in a sequence tells that another concern exists."""
    year = now.astimezone(ZoneInfo(organisation.timezone)).year
    while True:
        reference = f"C-{year}-{secrets.randbelow(90000) + 10000}"
        if session.scalar(of(organisation.id, Concern).where(Concern.reference == reference)) is None:
            return reference


def own(session: Session, caller: Caller, concern_id: UUID) -> Concern:
    """A concern that the caller has raised, for its receipt."""
    return session.scalars(of(caller.organisation_id, Concern).where(Concern.id == concern_id)).one()


def open_record(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Opened | None:
    """The whole record for a permitted person, or None; either way a link of the audit chain."""
    concern = permitted(session, caller, concern_id, "concern.read", now)
    if concern is None:
        return None
    newest = session.scalar(
        select(func.max(ConcernText.at)).where(
            ConcernText.organisation_id == concern.organisation_id, ConcernText.concern_id == concern.id
        )
    )
    amended = newest is not None and newest > concern.raised_at
    return Opened(concern, texts_of(session, concern), concern.raised_by, amended=amended)


def acknowledge(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Concern | None:
    """Note that somebody takes the concern up; None for a person it must not reach. A second tap changes nothing."""
    concern = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
    if concern is not None:
        concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True}, populate_existing=True)
        if concern.state is not ConcernState.RAISED:
            return concern
    if permitted(session, caller, concern_id, "concern.acknowledged", now) is None or concern is None:
        return None
    concern.state = after(concern.state, Event.ACKNOWLEDGE)
    concern.acknowledged_by, concern.acknowledged_at = caller.slack_id, now
    concern.lead, concern.touched_at = caller.slack_id, now
    concern.version += 1
    redraw(session, concern, now)
    owe(session, concern.organisation_id, "concern.tell_raiser", at=now, record_id=concern.id, step=0)
    return concern
