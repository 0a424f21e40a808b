"""The table of what the bot owes: owing, claiming with a lease, recording.

A delivery is written in the transaction of its cause. Whoever finds it due claims it with a lease, does
it, and records it; an expired lease is anybody's. Doing may therefore happen twice, never not at all.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from db.base import new_id
from db.insert import insert_unless_there
from db.models.work import Delivery
from db.pending import later

LEASE = timedelta(seconds=15)
_NEARLY = timedelta(seconds=0.5)

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
    queue: str | None = None,
    turn: str | None = None,
    only_once: str | None = None,
) -> Delivery:
    """Write down that something must happen at `due` (default: now); nothing, when `only_once` is owed already.

    `target` is a channel, a Slack id, a number or a provider; never an address, a name or content. Deliveries of one
    `queue` are made one at a time. `turn` says whose flood this belongs to: those of different turns take turns
    (default: each target by itself). It is written together with whatever else the unit of work owes, at its end.
    """
    delivery = Delivery(
        id=new_id(),
        organisation_id=organisation_id,
        kind=kind,
        target=target,
        record_id=record_id,
        step=step,
        queue=queue or f"{kind}:{target}:{record_id or ''}",
        turn=target if turn is None else turn,
        only_once=only_once,
        due_at=due or at,
        wanted_at=due or at,
        created_at=at,
        attempt=0,
    )
    session.info["owes"] = True
    later(session, Delivery.__tablename__, delivery, _write)
    return delivery


def _write(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Insert deliveries, except those that are owed already, and have a worker woken for the new ones."""
    new = sorted(deliveries, key=lambda one: one.only_once or "")
    rows = [{key: getattr(one, key) for key in _COLUMNS} for one in new]
    if any(one.only_once for one in new):
        written = {row.id for row in insert_unless_there(session, Delivery, rows)}
        new = [one for one in new if one.id in written]
    else:
        session.execute(_INSERT, rows)
    defer: Defer | None = session.info.get("defer")
    if defer is not None and new:
        defer(session, new)


_TABLE = Delivery.metadata.tables[Delivery.__tablename__]
_COLUMNS = [column.key for column in _TABLE.columns]
_INSERT = insert(_TABLE)
# Every delivery ends with it: put together once, and past the ORM, it costs a tenth.
_MINE = and_(
    _TABLE.c.id == bindparam("its_id"), _TABLE.c.lease_token == bindparam("its_token"), _TABLE.c.done_at.is_(None)
)
_FINISH = update(_TABLE).where(_MINE).values(done_at=bindparam("now"), lease_until=None, error_code=None)


@dataclass(frozen=True)
class Claimed:
    """A delivery in the hands of this process until its lease ends."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    kind: str
    target: str
    record_id: uuid.UUID | None
    step: int
    turn: str
    attempt: int
    due_at: datetime
    token: uuid.UUID


@dataclass(frozen=True)
class Share:
    """How much may be in hand of these kinds: `places`, or with `each_target` so many for each target by itself.
    `in_hand` is what is, as (target, turn) of each place. Nobody's turn takes the last place, where there is more than
    one, or more than `each_turn` of them. In one place so many of one turn are made as a `slice` has."""

    kinds: frozenset[str]
    places: int
    each_target: bool = False
    in_hand: tuple[tuple[str, str], ...] = ()
    each_turn: int | None = None
    slice: int = 1
    redraws: frozenset[str] = frozenset()
    """Those of the kinds that show how things stand, whatever they were owed for: one does for all that are due of its
    queue."""


class _Room:
    """Counts what a share has left while deliveries are chosen for it."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._most = share.each_turn or max(1, share.places - 1)
        self._taken: Counter[str] = Counter()
        self._turns: Counter[tuple[str, str]] = Counter()
        self._left: Counter[tuple[str, str]] = Counter()
        for target, turn in share.in_hand:
            self._place(self._part(target), turn)

    def _part(self, target: str) -> str:
        return target if self._share.each_target else ""

    def fits(self, target: str, turn: str) -> bool:
        """Whether a place is left for this target and this turn, or room in one that was taken just now."""
        part = self._part(target)
        if self._left[target, turn]:
            return True
        return self._taken[part] < self._share.places and self._turns[part, turn] < self._most

    def take(self, target: str, turn: str) -> None:
        """Take a place, or the next of the slice in the place that was taken just now."""
        if self._left[target, turn]:
            self._left[target, turn] -= 1
        else:
            self._place(self._part(target), turn)
            self._left[target, turn] = self._share.slice - 1

    def _place(self, part: str, turn: str) -> None:
        self._taken[part] += 1
        self._turns[part, turn] += 1

    @property
    def full(self) -> bool:
        """Whether nothing can be taken at all."""
        return not self._share.each_target and self._taken[""] >= self._share.places

    def closed_to(self, turn: str) -> list[str]:
        """The targets of which this turn can have no more; what is for them is not worth looking at."""
        if not self._share.each_target:
            return []
        full = {part for part, count in self._taken.items() if count >= self._share.places}
        return [*full, *(part for (part, whose), count in self._turns.items() if whose == turn and count >= self._most)]

    def open_to(self, turn: str) -> bool:
        """Whether this turn can have anything at all."""
        return self._share.each_target or self._turns["", turn] < self._most


def _free(now: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """Due, not made, and in nobody's hands."""
    lease_over = or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now)
    return and_(Delivery.done_at.is_(None), Delivery.due_at <= now, lease_over)


# A worker looks several times a second: what it asks is put together once.
_NOW = bindparam("now", type_=Delivery.due_at.type)
_longest = func.min(Delivery.due_at)
_WAITING = (
    select(Delivery.kind, Delivery.turn, func.count().label("number"))
    .where(_free(_NOW))
    .group_by(Delivery.kind, Delivery.turn)
    # What was limited together comes due together: whoever has least of it comes first then.
    .order_by(_longest, func.count())
)
# Asked by itself, and the answer is given to what looks for the oldest: joined to itself, a table that PostgreSQL has
# not counted since a flood of thousands was looked through once for each of them.
_BUSY = select(Delivery.queue).where(Delivery.done_at.is_(None), Delivery.lease_until > _NOW)
_OLDEST = (
    select(Delivery.id, Delivery.queue, Delivery.target, Delivery.turn, Delivery.due_at)
    .where(Delivery.turn == bindparam("turn"), Delivery.kind.in_(bindparam("kinds", expanding=True)), _free(_NOW))
    .where(Delivery.target.not_in(bindparam("closed", expanding=True)))
    .where(Delivery.queue.not_in(bindparam("busy", expanding=True)))
    .order_by(Delivery.due_at, Delivery.created_at)
    .limit(bindparam("most"))
)
_OUTLOOK = select(
    select(Delivery.id).where(_free(_NOW)).exists(),
    select(func.min(Delivery.due_at)).where(Delivery.done_at.is_(None), Delivery.due_at > _NOW).scalar_subquery(),
)


def claim(session: Session, now: datetime, shares: Sequence[Share]) -> list[Claimed]:
    """Take what is due and has a place, with a lease: the shares in their order, within one each turn's first before
    anybody's second, and at most one of each queue."""
    # Two processes choosing at once could both take one queue.
    _take_turns(session)
    chosen: dict[str, uuid.UUID] = {}
    # Most lanes have nothing due, and cost nothing then.
    waiting = session.execute(_WAITING, {"now": now}).all()
    busy = session.scalars(_BUSY, {"now": now}).all() if waiting else []
    for share in shares:
        turns = list(dict.fromkeys(row.turn for row in waiting if row.kind in share.kinds))
        if turns:
            _choose(session, {"now": now, "busy": busy}, share, turns, chosen)
    if not chosen:
        return []
    token = new_id()
    rows = session.execute(
        update(Delivery)
        .where(Delivery.id.in_(_held_free(session, chosen.values(), now)), _free(now))
        .values(lease_until=now + LEASE, lease_token=token, attempt=Delivery.attempt + 1)
        .returning(
            Delivery.id,
            Delivery.organisation_id,
            Delivery.kind,
            Delivery.target,
            Delivery.record_id,
            Delivery.step,
            Delivery.turn,
            Delivery.attempt,
            Delivery.due_at,
        )
        .execution_options(synchronize_session=False)
    ).all()
    redrawn = {row.kind for row in rows} & {row.kind for row in waiting if row.number > 1}
    if redrawn := redrawn.intersection(frozenset().union(*(share.redraws for share in shares))):
        taken = {row.id for row in rows if row.kind in redrawn}
        _cover(session, redrawn, [queue for queue, one in chosen.items() if one in taken], now)
    order = {delivery_id: place for place, delivery_id in enumerate(chosen.values())}
    claimed = [Claimed(**row._mapping, token=token) for row in rows]
    return sorted(claimed, key=lambda one: order[one.id])


def _held_free(session: Session, chosen: Iterable[uuid.UUID], now: datetime) -> Sequence[uuid.UUID]:
    """Those of the chosen that are still free, held until the end of the transaction: a row that somebody is recording
    at this moment is theirs. Asked by itself, for the same reason as what is busy."""
    if session.get_bind().dialect.name != "postgresql":
        return list(chosen)
    free = select(Delivery.id).where(Delivery.id.in_(chosen), _free(now))
    return session.scalars(free.with_for_update(skip_locked=True)).all()


def _cover(session: Session, kinds: Collection[str], queues: Sequence[str], now: datetime) -> None:
    """Be done with what else is due of these queues: what was claimed of each is drawn after this, from what is stored
    by then, and stays owed until it is."""
    others = session.scalars(
        select(Delivery.id).where(Delivery.queue.in_(queues), Delivery.kind.in_(kinds), _free(now))
    ).all()
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(_held_free(session, others, now)), _free(now))
        .values(done_at=now, lease_until=None, lease_token=None, error_code=None)
        .execution_options(synchronize_session=False)
    )


def _choose(
    session: Session, given: Mapping[str, Any], share: Share, turns: list[str], chosen: dict[str, uuid.UUID]
) -> None:
    """Add what one share may take, by queue; `turns` are those that wait, the longest first. `given` is the moment
    and the queues of which something is in hand."""
    room = _Room(share)
    if room.full:
        return
    found: list[tuple[int, datetime, int, Any]] = []
    # Of a flood only its oldest are looked at: thousands that wait must not make each claim dear.
    for turn in [turn for turn in turns if room.open_to(turn)][: share.places * 4]:
        asked = {**given, "turn": turn, "kinds": sorted(share.kinds), "most": max(share.places, share.slice)}
        for place, row in enumerate(session.execute(_OLDEST, {**asked, "closed": room.closed_to(turn)})):
            found.append((place, row.due_at, len(found), row))
    for *_, row in sorted(found):
        if row.queue not in chosen and room.fits(row.target, row.turn):
            room.take(row.target, row.turn)
            chosen[row.queue] = row.id


def _take_turns(session: Session) -> None:
    """Let one process at a time do what touches many deliveries; it is short."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(71501)"))


def keep(session: Session, claimed: Sequence[Claimed], now: datetime) -> None:
    """Lengthen the leases of deliveries that are still being made, where they have not passed to somebody else."""
    session.execute(update(Delivery).where(_held(claimed)).values(lease_until=now + LEASE))


def let_go(session: Session, claimed: Sequence[Claimed]) -> None:
    """Give deliveries back that were not begun: they are due as they were, and it counts as no try."""
    free = {"lease_until": None, "lease_token": None, "attempt": Delivery.attempt - 1}
    session.execute(update(Delivery).where(_held(claimed)).values(**free))


def _held(claimed: Sequence[Claimed]) -> ColumnElement[bool]:
    """Those of deliveries that were claimed together which nobody else has now."""
    ids, tokens = {one.id for one in claimed}, {one.token for one in claimed}
    return and_(Delivery.id.in_(ids), Delivery.lease_token.in_(tokens), Delivery.done_at.is_(None))


def finish(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Record that a delivery was made. False when the lease had passed to somebody else."""
    found = session.connection().execute(_FINISH, {**_its(claimed), "now": now})
    return found.rowcount == 1


def give_up(session: Session, claimed: Claimed, now: datetime, code: str) -> bool:
    """Record that a delivery cannot be made, ever; it stays visible with its code."""
    return _end(session, claimed, done_at=now, given_up_at=now, lease_until=None, error_code=code)


def put_back(
    session: Session, claimed: Claimed, due: datetime, code: str, *, together: Collection[str] = (), tried: bool = True
) -> bool:
    """Leave a delivery due again at `due`. What is `together` with it, of these kinds and for the same target, waits
    as long. Without `tried` it does not count as a try."""
    until: Any = due
    if together and claimed.target:
        # Two processes putting back for one target would each hold the delivery that the other wants.
        _take_turns(session)
        session.execute(
            update(Delivery)
            # Of a flood several are refused at once: what the first put back is not written anew for each of them.
            .where(Delivery.target == claimed.target, Delivery.done_at.is_(None), Delivery.due_at < due - _NEARLY)
            .where(Delivery.organisation_id == claimed.organisation_id, Delivery.id != claimed.id)
            .where(Delivery.kind.in_(together))
            .values(due_at=due)
        )
        # In its turn among what another's refusal put back a moment ago.
        until = case((Delivery.due_at > due - _NEARLY, Delivery.due_at), else_=due)
    attempt = claimed.attempt if tried else claimed.attempt - 1
    return _end(session, claimed, due_at=until, lease_until=None, lease_token=None, error_code=code, attempt=attempt)


def failing(session: Session, now: datetime, *, kinds: Collection[str] = (), code: str = "%") -> datetime | None:
    """Since when the oldest is wanted of what was tried in vain and is still owed: of these kinds, or refused in words
    like `code`. None where there is none."""
    tried = (Delivery.done_at.is_(None), Delivery.wanted_at <= now, Delivery.error_code.like(code))
    of_kinds = (Delivery.kind.in_(kinds),) if kinds else ()
    return session.scalar(select(func.min(Delivery.wanted_at)).where(*tried, *of_kinds))


def supersede(
    session: Session, organisation_id: uuid.UUID, kinds: Sequence[str], record_id: uuid.UUID, now: datetime
) -> int:
    """Done with: deliveries of these kinds for one record that wait for their time or their next try, because what
    comes in their place is owed now. What is being made at this moment is left to its end. Returns how many."""
    statement = (
        update(Delivery)
        .where(Delivery.organisation_id == organisation_id, Delivery.record_id == record_id)
        .where(Delivery.kind.in_(kinds), Delivery.done_at.is_(None))
        .where(or_(Delivery.lease_until.is_(None), Delivery.lease_until <= now))
        .values(done_at=now, error_code="superseded", lease_token=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.execute(statement).all())


def _end(session: Session, claimed: Claimed, **values: object) -> bool:
    found = session.connection().execute(update(_TABLE).where(_MINE).values(**values), _its(claimed))
    return found.rowcount == 1


def _its(claimed: Claimed) -> dict[str, uuid.UUID]:
    return {"its_id": claimed.id, "its_token": claimed.token}


def outlook(session: Session, now: datetime) -> tuple[bool, datetime | None]:
    """Whether anything is due and in nobody's hands, and when the next comes due after that."""
    due, coming = session.execute(_OUTLOOK, {"now": now}).one()
    return due, coming


def waiting(session: Session, now: datetime) -> tuple[int, datetime | None]:
    """How many deliveries should have been made by now, and since when the oldest; a failed try makes none younger."""
    row = session.execute(
        select(func.count(), func.min(Delivery.wanted_at)).where(Delivery.done_at.is_(None), Delivery.wanted_at <= now)
    ).one()
    return row[0], row[1]
