"""The rules of concerns: raising, reading, acknowledging, and asking the next person.

Nothing here is deleted or overwritten. Whom a concern goes to is decided when it is raised and kept with it;
whether they still have the role for it is asked each time. Every reading and every refused attempt is a link
of the audit chain.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import routing
from bot.concerns.forms import TEXTS, ConcernForm
from bot.concerns.routing import Person
from db import audit
from db.base import new_id
from db.crypto import open_field, seal_field
from db.models import Concern, ConcernPost, ConcernRecipient, ConcernText, Organisation, Role, Staff
from db.models.concern import About, ConcernState
from db.owed import owe
from db.scope import of

MAIL_AFTER = timedelta(seconds=60)
CHANNEL = "channel"


@dataclass(frozen=True)
class Opened:
    """A concern with its words, for the eyes of a person whose right was checked just now."""

    concern: Concern
    texts: dict[str, str]
    raised_by: str
    amended: bool


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
        _owe_telling(session, concern, now)
    return concern


def _reference(session: Session, organisation: Organisation, now: datetime) -> str:
    """A reference drawn at random, so that no gap in a sequence tells that another concern exists."""
    year = now.astimezone(ZoneInfo(organisation.timezone)).year
    while True:
        reference = f"C-{year}-{secrets.randbelow(90000) + 10000}"
        if session.scalar(of(organisation.id, Concern).where(Concern.reference == reference)) is None:
            return reference


def _owe_telling(session: Session, concern: Concern, now: datetime) -> None:
    organisation_id, record_id = concern.organisation_id, concern.id
    owe(session, organisation_id, "concern.announce", at=now, record_id=record_id)
    owe(session, organisation_id, "concern.mail", at=now, due=now + MAIL_AFTER, record_id=record_id)
    owe(session, organisation_id, "concern.escalate", at=now, due=concern.answer_by, record_id=record_id, step=1)


def write_texts(session: Session, caller: Caller, concern: Concern, texts: dict[str, str], now: datetime) -> None:
    """Seal texts by field name, each as the newest version of its field."""
    for name, text in texts.items():
        version = session.scalar(
            select(func.coalesce(func.max(ConcernText.version), 0)).where(
                ConcernText.organisation_id == concern.organisation_id,
                ConcernText.concern_id == concern.id,
                ConcernText.field == name,
            )
        )
        session.add(
            ConcernText(
                organisation_id=concern.organisation_id,
                concern_id=concern.id,
                field=name,
                version=(version or 0) + 1,
                sealed=seal_field(concern.id, name, text),
                by=caller.slack_id,
                at=now,
            )
        )


def own(session: Session, caller: Caller, concern_id: UUID) -> Concern:
    """A concern that the caller has raised, for its receipt."""
    return session.scalars(of(caller.organisation_id, Concern).where(Concern.id == concern_id)).one()


def texts_of(session: Session, concern: Concern) -> dict[str, str]:
    """The newest words of a concern by field name, in the order in which they are read."""
    rows = session.scalars(
        of(concern.organisation_id, ConcernText)
        .where(ConcernText.concern_id == concern.id)
        .order_by(ConcernText.version)
    )
    newest = {row.field: open_field(concern.id, row.field, row.sealed) for row in rows}
    return {name: newest[name] for name in TEXTS if name in newest}


def may_read(session: Session, organisation_id: UUID, slack_id: str, concern_id: UUID) -> Concern | None:
    """The concern, if this person is among those it must reach and still has the role for it."""
    query = (
        of(organisation_id, Concern)
        .join(ConcernRecipient, ConcernRecipient.concern_id == Concern.id)
        .where(Concern.id == concern_id, ConcernRecipient.slack_id == slack_id)
    )
    concern = session.scalar(query)
    return concern if concern is not None and slack_id in recipients(session, concern) else None


def open_record(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Opened | None:
    """The whole record for a permitted person, or None; either way a link of the audit chain."""
    concern = _permitted(session, caller, concern_id, "concern.read", now)
    if concern is None:
        return None
    newest = session.scalar(
        select(func.max(ConcernText.at)).where(
            ConcernText.organisation_id == concern.organisation_id, ConcernText.concern_id == concern.id
        )
    )
    amended = newest is not None and newest > concern.raised_at
    return Opened(concern, texts_of(session, concern), concern.raised_by, amended=amended)


def _permitted(session: Session, caller: Caller, concern_id: UUID, action: str, now: datetime) -> Concern | None:
    concern = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
    done = action if concern is not None else f"refused {action}"
    audit.record(session, caller.organisation_id, now, caller.slack_id, done, "concern", concern_id)
    return concern


def acknowledge(session: Session, caller: Caller, concern_id: UUID, now: datetime) -> Concern | None:
    """Note that somebody takes the concern up; None for a person it must not reach. A second tap changes nothing."""
    concern = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
    if concern is not None:
        concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True}, populate_existing=True)
        if concern.state is not ConcernState.RAISED:
            return concern
    if _permitted(session, caller, concern_id, "concern.acknowledged", now) is None or concern is None:
        return None
    concern.state = ConcernState.ACKNOWLEDGED
    concern.acknowledged_by, concern.acknowledged_at = caller.slack_id, now
    concern.version += 1
    redraw(session, concern, now)
    owe(session, concern.organisation_id, "concern.tell_raiser", at=now, record_id=concern.id, step=0)
    return concern


def redraw(session: Session, concern: Concern, now: datetime) -> None:
    """Owe every message about a concern a new drawing."""
    for post in posts(session, concern):
        lane = f"post:{post.channel}:{post.message_ts}"
        owe(session, concern.organisation_id, "concern.redraw", at=now, record_id=post.id, lane=lane)


def posts(session: Session, concern: Concern) -> Sequence[ConcernPost]:
    """The messages made about a concern."""
    return session.scalars(of(concern.organisation_id, ConcernPost).where(ConcernPost.concern_id == concern.id)).all()


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
