"""The table of what the bot owes: owing, claiming with a lease, recording.

A delivery is written in the transaction of its cause. Whoever finds it due claims it with a lease, does
it, and records it; an expired lease is anybody's. Doing may therefore happen twice, never not at all.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from db.base import new_id
from db.insert import insert_unless_there
from db.models.work import Delivery
from db.pending import later

LEASE = timedelta(seconds=15)

Defer = Callable[[Session, Sequence[Delivery]], None]


def owe(
    session: Session,
    organisation_id: uuid.UUID,
    kind: str,
    *,
    at: datetime,
    due: datetime | None = None,
    target: str = "",
    record_id: uuid.UUID | None = None,
    step: int = 0,
    lane: str | None = None,
    only_once: str | None = None,
) -> Delivery:
    """Write down that something must happen at `due` (default: now); nothing, when `only_once` is owed already.

    `target` is a channel, a Slack id or a number; never an address, a name or content. It is written together
    with whatever else the unit of work owes, at its end.
    """
    delivery = Delivery(
        id=new_id(),
        organisation_id=organisation_id,
        kind=kind,
        target=target,
        record_id=record_id,
        step=step,
        lane=lane or f"{kind}:{target}:{record_id or ''}",
        only_once=only_once,
        due_at=due or at,
        created_at=at,
        attempt=0,
    )
    session.info["owes"] = True
    later(session, Delivery.__tablename__, delivery, _write)
    return delivery


def _write(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Insert deliveries, except those that are owed already, and have a worker woken for the new ones."""
    columns = [column.key for column in Delivery.__table__.columns]
    deliveries = sorted(deliveries, key=lambda one: one.only_once or "")
    rows = [{key: getattr(one, key) for key in columns} for one in deliveries]
    written = insert_unless_there(session, Delivery, rows)
    defer: Defer | None = session.info.get("defer")
    new = {row.id for row in written}
    if defer is not None and new:
        defer(session, [one for one in deliveries if one.id in new])


@dataclass(frozen=True)
class Claimed:
    """A delivery in the hands of this process until its lease ends."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    kind: str
    target: str
    record_id: uuid.UUID | None
    step: int
    attempt: int
    due_at: datetime
    token: uuid.UUID


def claim(session: Session, now: datetime, *, limit: int = 8, only: uuid.UUID | None = None) -> list[Claimed]:
    """Take up to `limit` due deliveries with a lease, at most one of each lane."""
    # Two processes choosing at once could both take one lane.
    _take_turns(session)
    other = aliased(Delivery)
    busy = (
        select(other.id)
        .where(other.lane == Delivery.lane, other.done_at.is_(None), other.lease_until > now, other.id != Delivery.id)
        .exists()
    )
    wanted = (
        select(Delivery.id, Delivery.lane)
        .where(
            Delivery.done_at.is_(None),
            Delivery.due_at <= now,
            or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now),
            ~busy,
        )
        .order_by(Delivery.due_at, Delivery.created_at)
        .limit(limit * 4)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        wanted = wanted.where(Delivery.id == only)
    chosen: dict[str, uuid.UUID] = {}
    for delivery_id, lane in session.execute(wanted):
        if len(chosen) < limit:
            chosen.setdefault(lane, delivery_id)
    if not chosen:
        return []
    token = new_id()
    rows = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(chosen.values()))
        .values(lease_until=now + LEASE, lease_token=token, attempt=Delivery.attempt + 1)
        .returning(
            Delivery.id,
            Delivery.organisation_id,
            Delivery.kind,
            Delivery.target,
            Delivery.record_id,
            Delivery.step,
            Delivery.attempt,
            Delivery.due_at,
        )
        .execution_options(synchronize_session=False)
    ).all()
    claimed = [Claimed(**row._mapping, token=token) for row in rows]
    return sorted(claimed, key=lambda one: one.due_at)


def _take_turns(session: Session) -> None:
    """Let one process at a time do what touches many deliveries; it is short."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(71501)"))


def keep(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Lengthen the lease of a delivery that is still being made. False when it has passed to somebody else."""
    return _end(session, claimed, lease_until=now + LEASE)


def settle(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Record that a delivery was made. False when the lease had passed to somebody else."""
    return _end(session, claimed, done_at=now, lease_until=None, error_code=None)


def give_up(session: Session, claimed: Claimed, now: datetime, code: str) -> bool:
    """Record that a delivery cannot be made, ever; it stays visible with its code."""
    return _end(session, claimed, done_at=now, given_up_at=now, lease_until=None, error_code=code)


def put_back(session: Session, claimed: Claimed, due: datetime, code: str, *, whole_target: bool = False) -> bool:
    """Leave a delivery due again at `due`. With `whole_target`, everything for that target waits as long."""
    if whole_target and claimed.target:
        # Two processes putting back for one target would each hold the delivery that the other wants.
        _take_turns(session)
        session.execute(
            update(Delivery)
            .where(Delivery.target == claimed.target, Delivery.done_at.is_(None), Delivery.due_at < due)
            .where(Delivery.organisation_id == claimed.organisation_id, Delivery.id != claimed.id)
            .where(Delivery.kind.not_in(TIMERS))
            .values(due_at=due)
        )
    return _end(session, claimed, due_at=due, lease_until=None, lease_token=None, error_code=code)


def supersede(
    session: Session, organisation_id: uuid.UUID, kinds: Sequence[str], record_id: uuid.UUID, now: datetime
) -> None:
    """Done with: deliveries of these kinds for one record that wait for their time or their next try, because what
    comes in their place is owed now. What is being made at this moment is left to its end."""
    session.execute(
        update(Delivery)
        .where(Delivery.organisation_id == organisation_id, Delivery.record_id == record_id)
        .where(Delivery.kind.in_(kinds), Delivery.done_at.is_(None))
        .where(or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now))
        .values(done_at=now, error_code="superseded", lease_token=None)
        .execution_options(synchronize_session=False)
    )


TIMERS = ("concern.escalate", "concern.mail", "concern.mail_one")
"""Kinds whose time is a promise: a slow channel does not move them."""


def _end(session: Session, claimed: Claimed, **values: object) -> bool:
    mine = and_(Delivery.id == claimed.id, Delivery.lease_token == claimed.token, Delivery.done_at.is_(None))
    statement = update(Delivery).where(mine).values(**values).returning(Delivery.id)
    return session.execute(statement).first() is not None


def next_due(session: Session) -> datetime | None:
    """When the next undone delivery is due or becomes free; None when nothing is owed."""
    free = func.coalesce(Delivery.lease_until, Delivery.due_at)
    return session.scalar(select(func.min(free)).where(Delivery.done_at.is_(None)))


def waiting(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many deliveries are overdue, and since when the oldest."""
    row = session.execute(
        select(func.count(), func.min(Delivery.due_at)).where(Delivery.done_at.is_(None), Delivery.due_at <= now)
    ).one()
    return row[0], row[1]
