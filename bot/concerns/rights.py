"""Who may know of a concern: asked anew each time, and every answer is a link of the audit chain."""

import contextlib
from collections.abc import Generator, Sequence, Set
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import damaged, routing
from bot.concerns.routing import Person
from bot.concerns.texts import rows_of
from bot.staff.rota import on_duty
from db import audit
from db.crypto import Unreadable
from db.models import Concern, ConcernRecipient, Organisation, Role, Staff
from db.models.concern import About, ConcernState
from db.remember import remembered
from db.scope import ORGANISATION, of
from db.sealed import noticed

GONE = "There is no such record, or it is not for you."
"""What is answered alike where there is no such record and where it is for others."""
LEFT_OUT = "left_out"
"""The sealed field that holds the Slack ids of those whom the raiser asked to leave out."""
_AT_ONCE = 50
_ASKED = (
    of(ORGANISATION, ConcernRecipient)
    .where(ConcernRecipient.concern_id == bindparam("concern"))
    .order_by(ConcernRecipient.rank)
)
_WORKING = (
    of(ORGANISATION, Staff)
    .where(Staff.in_file.is_(True), ~Staff.deactivated, ~Staff.guest, ~Staff.bot)
    .order_by(Staff.file_order)
)
_there = select(func.count()).where(ConcernRecipient.concern_id == Concern.id).scalar_subquery()
_MISSING = select(Concern.organisation_id).where(
    Concern.organisation_id == ORGANISATION, Concern.id == bindparam("concern"), Concern.goes_to > _there
)


def people_of(session: Session, organisation_id: UUID, now: datetime) -> list[Person]:
    """The active people with roles, in the organisation file's order."""
    organisation = session.get_one(Organisation, organisation_id)
    duty = on_duty(organisation.options, organisation.timezone, now)
    return [
        Person(
            one.slack_id,
            frozenset(Role(role) for role in one.roles),
            away=one.away_until is not None and one.away_until > now,
            on_call=one.slack_id in duty,
        )
        for one in working(session, organisation_id)
    ]


def left_out(session: Session, organisation_id: UUID, concern_id: UUID) -> frozenset[str]:
    """The Slack ids of those whom the raiser asked to leave out, beside the one whom the concern is about. Where that
    does not open, nobody is named: the people the concern goes to were chosen without them, and nobody new is."""
    return _left_out(session, organisation_id, concern_id) or frozenset()


def _left_out(session: Session, organisation_id: UUID, concern_id: UUID) -> frozenset[str] | None:
    written = [row for row in rows_of(session, organisation_id, concern_id) if row.field == LEFT_OUT]
    if not written:
        return frozenset()
    words = damaged.words_or_none(lambda: written[-1].words)
    return None if words is None else frozenset(words.split())


def people_for(session: Session, concern: Concern, people: Sequence[Person]) -> list[Person]:
    """Those of `people` whom a concern may reach at all; the routing chooses among them. Nobody, where it can't be
    read whom the raiser left out: whom it goes to already stays."""
    out = _left_out(session, concern.organisation_id, concern.id)
    return [] if out is None else [one for one in people if one.slack_id not in out]


def may_read(session: Session, organisation_id: UUID, slack_id: str, concern_id: UUID) -> Concern | None:
    """The concern, if this person is among those it must reach and still has the role for it.

    The same statements run whether there is such a concern, whether it is for them, or not.
    """
    concern = _found(session, organisation_id, concern_id)
    return concern if slack_id in _reached(session, organisation_id, concern_id, concern) else None


def locked(session: Session, organisation_id: UUID, concern_id: UUID) -> Concern | None:
    """The concern, held until the end of the unit of work; whether it is for whoever asks is looked at afterwards,
    once, for before it is held nothing of that is certain."""
    return _found(session, organisation_id, concern_id, lock=True)


def _found(session: Session, organisation_id: UUID, concern_id: UUID, *, lock: bool = False) -> Concern | None:
    query = of(organisation_id, Concern).where(Concern.id == concern_id)
    if lock:
        held = session.scalar(query.with_for_update(key_share=True))
        return remembered(session, ("concern", concern_id), (), lambda: held)
    return remembered(session, ("concern", concern_id), (), lambda: session.scalar(query))


def permitted(session: Session, caller: Caller, concern_id: UUID, action: str, now: datetime) -> Concern | None:
    """The concern, for somebody it must reach, or None; `action`, or its refusal, is audited either way."""
    concern = may_read(session, caller.organisation_id, caller.slack_id, concern_id)
    done = action if concern is not None else f"refused {action}"
    audit.record(session, caller.organisation_id, now, caller.slack_id, done, "concern", concern_id)
    return concern


def asked_in_order(session: Session, concern: Concern) -> list[ConcernRecipient]:
    """Everybody a concern goes to, in the order of asking, whether or not they still have the role for it."""
    return list(_asked(session, concern.organisation_id, concern.id))


def _asked(session: Session, organisation_id: UUID, concern_id: UUID) -> Sequence[ConcernRecipient]:
    asked = {"organisation": organisation_id, "concern": concern_id}
    return remembered(session, ("asked", concern_id), (ConcernRecipient,), lambda: session.scalars(_ASKED, asked).all())


def working(session: Session, organisation_id: UUID) -> Sequence[Staff]:
    """Those of the organisation file who work here, in its order: nobody else has a role."""
    asked = {"organisation": organisation_id}
    return remembered(session, ("working", organisation_id), (Staff,), lambda: session.scalars(_WORKING, asked).all())


def rank(session: Session, concern: Concern, order: Sequence[str]) -> list[str]:
    """Make these people the ones a concern goes to, in this order of asking, beside whoever it goes to already;
    gives those who are new."""
    rows = {one.slack_id: one for one in asked_in_order(session, concern)}
    before = {key for key, one in rows.items() if one.genuine}
    if rows:
        _miss(session, concern, len(before))
    for place, slack_id in enumerate(order):
        if slack_id in rows:
            rows[slack_id].rank = place
            if slack_id not in before:
                rows[slack_id].vouch()
        else:
            session.add(
                ConcernRecipient(
                    organisation_id=concern.organisation_id, concern_id=concern.id, slack_id=slack_id, rank=place
                )
            )
    _set(session, concern, len(before.union(order)))
    session.flush()
    return [one for one in order if one not in before]


def rank_anew(session: Session, concern: Concern, people: Sequence[Person], *, add: bool = True) -> list[str]:
    """Rank those who are still to be asked as they would be ranked now, and whoever is new with `add`; returns these.
    Whoever was asked already keeps their place, so that the ladder's steps stay what they were."""
    able = people_for(session, concern, people)
    wanted = routing.recipients(able, About(concern.about), concern.subject_staff, damaged.raiser(concern))
    rows = [one.slack_id for one in asked_in_order(session, concern)]
    asked = rows[: concern.escalation_step + 1] if concern.state is ConcernState.RAISED else []
    order = [*asked, *[one for one in wanted if one not in asked and (add or one in rows)]]
    order += [one for one in rows if one not in order]
    return rank(session, concern, order)


def keep_only(session: Session, concern: Concern, slack_ids: Sequence[str]) -> None:
    """Let a concern go to nobody but these any more."""
    gone = [one for one in asked_in_order(session, concern) if one.slack_id not in slack_ids]
    if concern.goes_to is not None:
        _set(session, concern, concern.goes_to - sum(one.genuine for one in gone))
    for row in gone:
        session.delete(row)


def count(session: Session, concern: Concern) -> None:
    """Look whether somebody was taken out of those whom a concern goes to; those of one that an earlier version raised
    are counted from now on."""
    genuine = sum(one.genuine for one in asked_in_order(session, concern))
    if concern.goes_to is None and concern.genuine:
        _set(session, concern, genuine)
    _miss(session, concern, genuine)


def _set(session: Session, concern: Concern, goes_to: int) -> None:
    """Write how many people a concern goes to. Its seal is made anew, so it must be what nobody else changes now."""
    if concern.goes_to != goes_to:
        session.refresh(concern, with_for_update={"key_share": True})
        concern.goes_to = goes_to


def _miss(session: Session, concern: Concern, genuine: int) -> None:
    """Notice that somebody was taken out of those whom a concern goes to, not by the bot. Both numbers are read once
    more, in one statement: whoever puts right whom a concern is about may have done so between the two."""
    if concern.goes_to is None or genuine >= concern.goes_to:
        return
    if session.scalar(_MISSING, {"organisation": concern.organisation_id, "concern": concern.id}):
        noticed.add(concern)


def recipients(session: Session, concern: Concern) -> list[str]:
    """Who may read a concern now, in the order of asking: never its subject, nor anybody whom the
    raiser asked to leave out, nor anybody whose role has ended."""
    return _reached(session, concern.organisation_id, concern.id, concern)


def reaching(session: Session, organisation_id: UUID, slack_id: str, *where: ColumnElement[bool]) -> Sequence[Concern]:
    """Every concern that reaches this person and that they have the role for: never one about themselves. Name what
    is wanted of them by `where`, for each that is looked at is opened, and they grow by the years."""
    return list(reaching_in_turn(session, organisation_id, slack_id, *where))


def reaching_in_turn(
    session: Session, organisation_id: UUID, slack_id: str, *where: ColumnElement[bool]
) -> Generator[Concern]:
    """`reaching`, those closed last first, fetched as they are asked for: whoever shows a page takes no more."""
    staff = session.scalar(
        of(organisation_id, Staff).where(
            Staff.slack_id == slack_id, Staff.in_file, ~Staff.deactivated, ~Staff.guest, ~Staff.bot
        )
    )
    if staff is None:
        return
    roles = {Role(role) for role in staff.roles}
    query = (
        select(Concern, ConcernRecipient)
        .join(ConcernRecipient, ConcernRecipient.concern_id == Concern.id)
        .where(Concern.organisation_id == organisation_id, ConcernRecipient.slack_id == slack_id, *where)
        .order_by(Concern.closed_at.desc(), Concern.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    with contextlib.closing(session.execute(query)) as rows:
        for concern, asked in rows:
            if asked.genuine and _suits(roles, concern, slack_id):
                yield concern


def _suits(roles: Set[Role], concern: Concern, slack_id: str) -> bool:
    """Whether a concern is for somebody with these roles and not about them; one whose subject cannot be read is for
    nobody, for it could be about whoever asks."""
    try:
        return routing.receives(roles, About(concern.about)) and concern.subject_staff != slack_id
    except Unreadable:
        noticed.add(concern)
        return False


def _reached(session: Session, organisation_id: UUID, concern_id: UUID, concern: Concern | None) -> list[str]:
    staff, asked = working(session, organisation_id), _asked(session, organisation_id, concern_id)
    out = left_out(session, organisation_id, concern_id)
    if concern is None:
        return []
    able = {one.slack_id for one in staff if _suits({Role(role) for role in one.roles}, concern, one.slack_id)}
    genuine = [one.slack_id for one in asked if one.genuine]
    _miss(session, concern, len(genuine))
    return [one for one in genuine if one in able and one not in out]
