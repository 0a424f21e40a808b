"""Raising a concern: stored sealed, with whom it goes to and by when it is to be answered, in one unit of work."""

import secrets
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import routing
from bot.concerns.alerting import telling
from bot.concerns.owing import owe_for
from bot.concerns.raising import many
from bot.concerns.raising.choices import as_texts
from bot.concerns.raising.forms import ConcernForm
from bot.concerns.rights import GONE, people_of, rank
from bot.concerns.texts import write_texts
from bot.errors import NotFound
from db import audit
from db.base import new_id
from db.models import Concern, Organisation
from db.models.concern import ConcernState
from db.scope import of


def raise_concern(session: Session, caller: Caller, form: ConcernForm, now: datetime) -> Concern:
    """Store a concern, sealed, and owe its being made known, its deadline and the mail that stands in for Slack."""
    organisation = session.get_one(Organisation, caller.organisation_id)
    people = [one for one in people_of(session, organisation.id, now) if one.slack_id not in form.left_out]
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
        goes_to=len(to),
    )
    session.add(concern)
    session.flush()
    write_texts(session, caller, concern, {**form.texts, **as_texts(session, caller, form)}, now)
    rank(session, concern, to)
    audit.record(session, organisation.id, now, caller.slack_id, "concern.raised", "concern", concern.id)
    if "message" in form.texts:
        owe_for(session, concern, "concern.link", now)
    if to:
        telling.owe_telling(session, concern, to, now)
        many.notice(session, concern, now)
    return concern


def _reference(session: Session, organisation: Organisation, now: datetime) -> str:
    """A reference drawn at random, so that no gap in a sequence tells that another concern exists."""
    year = now.astimezone(ZoneInfo(organisation.timezone)).year
    while True:
        reference = f"C-{year}-{secrets.randbelow(90000) + 10000}"
        if session.scalar(of(organisation.id, Concern).where(Concern.reference == reference)) is None:
            return reference


def own(session: Session, caller: Caller, concern_id: UUID) -> Concern:
    """A concern that the caller has raised, for its receipt. Raises NotFound for any other."""
    concern = session.scalar(of(caller.organisation_id, Concern).where(Concern.id == concern_id))
    if concern is None or concern.raised_by != caller.slack_id:
        raise NotFound(GONE)
    return concern
