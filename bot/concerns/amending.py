"""The same form sent again with other words: both versions stay, and a changed way is followed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import rights, routing, service, telling, texts
from bot.concerns.forms import ConcernForm
from db import audit
from db.models import Concern, ConcernRecipient, Organisation
from db.models.concern import ConcernState
from db.owed import owe

WAY = "way"
"""The field that keeps whom a concern was about, and how urgent it was, before an amendment changed it."""


def amend(session: Session, caller: Caller, concern_id: UUID, form: ConcernForm, now: datetime) -> Concern:
    """Add what the form says now to the concern that it made. Another subject or urgency changes whom it goes to
    and by when; whoever it must not reach any more can read it no longer."""
    concern = service.own(session, caller, concern_id)
    session.refresh(concern, with_for_update={"key_share": True})
    before = texts.texts_of(session, concern)
    changed = {name: text for name, text in form.texts.items() if before.get(name) != text}
    moved = (concern.about, concern.subject_staff, concern.urgency) != (form.about, form.subject_staff, form.urgency)
    if moved:
        changed[WAY] = f"{concern.about} {concern.subject_staff or '-'} {concern.urgency}"
    texts.write_texts(session, caller, concern, changed, now)
    concern.version += 1
    audit.record(session, concern.organisation_id, now, caller.slack_id, "concern.amended", "concern", concern.id)
    if moved:
        _change_way(session, concern, form, now)
    return concern


def _change_way(session: Session, concern: Concern, form: ConcernForm, now: datetime) -> None:
    organisation = session.get_one(Organisation, concern.organisation_id)
    people = rights.people_of(session, organisation.id, now)
    concern.about, concern.subject_staff, concern.urgency = form.about.value, form.subject_staff, form.urgency
    to = routing.recipients(people, form.about, form.subject_staff, concern.raised_by)
    added = _replace_recipients(session, concern, to)
    concern.sealed_from_staff = not to
    if concern.acknowledged_by is not None and concern.acknowledged_by not in to:
        concern.state, concern.acknowledged_by, concern.acknowledged_at = ConcernState.RAISED, None, None
    for slack_id in added:
        owe(session, organisation.id, "concern.dm", at=now, target=slack_id, record_id=concern.id)
    if to and concern.state is ConcernState.RAISED:
        concern.answer_by = routing.answer_by(
            now, form.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
        )
        concern.escalation_step = 0
        owe(session, organisation.id, "concern.escalate", at=now, due=concern.answer_by, record_id=concern.id, step=1)
    audit.record(session, organisation.id, now, "system", "concern.rerouted", "concern", concern.id)
    telling.redraw(session, concern, now)


def _replace_recipients(session: Session, concern: Concern, to: list[str]) -> list[str]:
    """Make the recipients those of `to`, in its order; returns who was not among them before."""
    known = {one.slack_id: one for one in rights.asked_in_order(session, concern)}
    for slack_id, row in known.items():
        if slack_id not in to:
            session.delete(row)
    for rank, slack_id in enumerate(to):
        if slack_id in known:
            known[slack_id].rank = rank
        else:
            session.add(
                ConcernRecipient(
                    organisation_id=concern.organisation_id, concern_id=concern.id, slack_id=slack_id, rank=rank
                )
            )
    session.flush()
    return [slack_id for slack_id in to if slack_id not in known]
