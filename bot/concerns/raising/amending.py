"""What the raiser says after a concern was saved: the same form sent again with other words, or more added.

Every version stays, and a changed way is followed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import rights, routing, texts, viewing
from bot.concerns.alerting import telling
from bot.concerns.owing import owe_for
from bot.concerns.raising import choices, service
from bot.concerns.raising.forms import ConcernForm, MoreForm
from bot.concerns.states import Event, after
from db import audit
from db.models import Concern
from db.models.concern import About, ConcernState, Urgency

WAY = "way"
"""The field that keeps whom a concern was about, and how urgent it was, before an amendment changed it."""


@dataclass(frozen=True)
class Amended:
    """A concern after its form came again; `changed` is False where all of it stood there already."""

    concern: Concern
    changed: bool


@dataclass(frozen=True)
class _Way:
    """What decides to whom a concern goes, and by when."""

    about: About
    subject_staff: str | None
    left_out: frozenset[str]
    urgency: Urgency


def amend(session: Session, caller: Caller, concern_id: UUID, form: ConcernForm, now: datetime) -> Amended:
    """Make what the form says now stand in the concern that it made; the form that was sent last wins, and nothing
    is dropped. Another subject or urgency changes whom it goes to and by when; whoever it must not reach any more
    can read it no longer. Raises NotFound for anybody but the raiser."""
    concern = _locked(session, caller, concern_id)
    before = texts.everything(session, concern)
    said = {**form.texts, **choices.as_texts(session, caller, form)}
    # Where it was raised from is settled once; by now a link may stand there in place of the bare ids.
    changed = {k: v for k, v in said.items() if before.get(k) != v and not (k == "message" and k in before)}
    standing = _way(session, concern)
    way = _Way(form.about, form.subject_staff, frozenset(form.left_out) or standing.left_out, form.urgency)
    moved = way != standing
    if not changed and not moved:
        return Amended(concern, changed=False)
    if moved:
        changed[WAY] = _way_text(concern)
    texts.write_texts(session, caller, concern, changed, now)
    _note(session, caller, concern, "concern.amended", now)
    if moved:
        _change_way(session, concern, standing, way, now)
    return Amended(concern, changed=True)


def add_more(session: Session, caller: Caller, concern_id: UUID, form: MoreForm, now: datetime) -> Concern:
    """Add what the raiser has seen, heard or remembered since; what stood there before stays as it is. The same
    words again change nothing. Raises NotFound for anybody but the raiser."""
    concern = _locked(session, caller, concern_id)
    new = texts.write_more(session, caller, concern, form.texts, now)
    standing = _way(session, concern)
    way = replace(standing, urgency=form.urgency or standing.urgency)
    if way != standing:
        texts.write_texts(session, caller, concern, {WAY: _way_text(concern)}, now)
        _change_way(session, concern, standing, way, now)
    elif not new:
        return concern
    _note(session, caller, concern, "concern.added", now)
    return concern


def correct_way(
    session: Session, concern: Concern, caller: Caller, about: About, subject_staff: str | None, now: datetime
) -> bool:
    """Somebody who may know of a concern found that it is about another; False where that stood already. Whoever it
    must not reach any more can read it no longer, the caller among them."""
    standing = _way(session, concern)
    way = replace(standing, about=about, subject_staff=subject_staff)
    if way == standing:
        return False
    texts.write_texts(session, caller, concern, {WAY: _way_text(concern)}, now)
    _change_way(session, concern, standing, way, now)
    return True


def _locked(session: Session, caller: Caller, concern_id: UUID) -> Concern:
    concern = service.own(session, caller, concern_id)
    session.refresh(concern, with_for_update={"key_share": True})
    return concern


def _note(session: Session, caller: Caller, concern: Concern, action: str, now: datetime) -> None:
    """Audit it, note it in every thread, and owe whoever looks after the concern a word that there is more."""
    concern.version += 1
    audit.record(session, concern.organisation_id, now, caller.slack_id, action, "concern", concern.id)
    telling.note(session, concern, now)
    if concern.lead not in (None, caller.slack_id):
        owe_for(session, concern, "concern.added", now, target=concern.lead)


def _way(session: Session, concern: Concern) -> _Way:
    out = rights.left_out(session, concern.organisation_id, concern.id)
    return _Way(About(concern.about), concern.subject_staff, out, concern.urgency)


def _way_text(concern: Concern) -> str:
    return f"{concern.about} {concern.subject_staff or '-'} {concern.urgency}"


def _change_way(session: Session, concern: Concern, before: _Way, way: _Way, now: datetime) -> None:
    """Follow the new way; who is left out is among the texts already."""
    concern.about, concern.subject_staff, concern.urgency = way.about.value, way.subject_staff, way.urgency
    if replace(before, urgency=way.urgency) != way:
        _change_people(session, concern, now)
    if concern.state is ConcernState.RAISED and not concern.sealed_from_staff:
        telling.owe_ladder(session, concern, now)
    telling.redraw(session, concern, now)


def _change_people(session: Session, concern: Concern, now: datetime) -> None:
    """Let the concern reach those whom its subject allows now: whoever may stay stays, those who are new are told,
    and where whoever looked after it may not know of it any more, it is new again."""
    # By the system: what a thread says of it must not name the raiser.
    audit.record(session, concern.organisation_id, now, "system", "concern.rerouted", "concern", concern.id)
    people = rights.people_for(session, concern, rights.people_of(session, concern.organisation_id, now))
    to = routing.recipients(people, About(concern.about), concern.subject_staff, concern.raised_by)
    to += [one for one in rights.recipients(session, concern) if one not in to]
    added = _replace_recipients(session, concern, to)
    concern.sealed_from_staff = not to
    viewing.end_lost(session, concern.organisation_id, now)
    if {concern.acknowledged_by, concern.lead} - {None, *to}:
        concern.state = after(concern.state, Event.REROUTE)
        concern.acknowledged_by = concern.acknowledged_at = concern.lead = concern.touched_at = concern.closed_at = None
        telling.state_changed(session, concern, now)
    telling.note(session, concern, now)
    for slack_id in added:
        owe_for(session, concern, "concern.dm", now, target=slack_id)
    owe_for(session, concern, "concern.mail", now, due=now + telling.MAIL_AFTER)


def _replace_recipients(session: Session, concern: Concern, to: list[str]) -> list[str]:
    """Make the recipients those of `to`, in its order; returns who was not among them before."""
    rights.keep_only(session, concern, to)
    return rights.rank(session, concern, to)
