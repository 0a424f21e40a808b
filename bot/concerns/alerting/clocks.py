"""The clocks of a concern that somebody has taken up: whoever looks after it is told when nothing is recorded in the
time of its level, then everybody else who may know of it, again and again; and what has a date is told when it comes.

What runs while nobody has answered is the ladder. Together they see to it that no open concern is ever without a
clock; `wind` looks for one that is, and gives it one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import damaged, entries, routing
from bot.concerns.alerting import ladder, telling
from bot.concerns.alerting.ladder import Nudge, nudge
from bot.concerns.owing import owe_for
from bot.concerns.rights import count, recipients
from bot.concerns.states import OPEN
from bot.organisation.file import LevelWithin, UntouchedAfter
from db.models import Concern, ConcernEntry, Delivery, EntryKind, Organisation
from db.models.concern import ConcernState
from db.scope import of

UNTOUCHED = "concern.untouched"
ESCALATE = "concern.escalate"
_KEEPER = 1
"""The step at which only whoever looks after a concern is told; at every later one everybody is."""
_IN_WORKING_HOURS = frozenset(["high"])
"""Levels whose hours are working hours: a high one that is triaged on Friday evening is looked for on Monday."""


def watch(session: Session, concern: Concern, now: datetime) -> None:
    """Something was done to the concern: set the timers that follow from how it stands now."""
    if concern.state not in OPEN or concern.state is ConcernState.RAISED:
        return
    owe_look(session, concern, _KEEPER, now)
    for row in _to_do(session, concern):
        if row.due_at is not None:
            _owe_due(session, concern, row.entry, row.due_at, Nudge.OVERDUE, now)
    if concern.review_at is not None:
        _owe_due(session, concern, concern.id, concern.review_at, Nudge.REVIEW, now)


def owe_look(session: Session, concern: Concern, step: int, now: datetime) -> None:
    """Owe a look at whether anything was recorded since the concern's last touch, after the time of its level. A date
    to come is a clock of its own, so the look waits for the first of them and its time after that, though never
    longer than the longest level's; a review to come, which somebody chose as the day to look again, has no such
    limit."""
    organisation = session.get_one(Organisation, concern.organisation_id)
    due = _after(session, organisation, concern, now)
    dates = [row.due_at for row in _to_do(session, concern) if row.due_at is not None and row.due_at > now]
    watched = concern.state is ConcernState.MONITORING and concern.review_at is not None and concern.review_at > now
    if watched and concern.review_at is not None:
        due = _after(session, organisation, concern, min([concern.review_at, *dates]))
    elif dates and concern.state not in (ConcernState.ACKNOWLEDGED, ConcernState.CLOSING):
        longest = max(_moment(organisation, one, now, hours=False) for one in _levels(organisation).values())
        due = max(due, min(_after(session, organisation, concern, min(dates)), longest))
    owe_for(session, concern, UNTOUCHED, now, due=due, target=mark_of(concern), step=step)


def looks(session: Session, organisation_id: UUID, marks: Mapping[UUID, str]) -> dict[UUID, datetime]:
    """When the next look at each of these concerns is due that nobody records anything of, by its mark."""
    query = select(Delivery.record_id, Delivery.target, Delivery.due_at).where(
        Delivery.organisation_id == organisation_id,
        Delivery.record_id.in_(marks),
        Delivery.kind == UNTOUCHED,
        Delivery.done_at.is_(None),
    )
    return {record: due for record, mark, due in session.execute(query) if record and marks[record] == mark}


def mark_of(concern: Concern) -> str:
    """Since when nothing was recorded, as the timers carry it."""
    return telling.stamp(concern.touched_at or concern.acknowledged_at or concern.raised_at)


def _after(session: Session, organisation: Organisation, concern: Concern, start: datetime) -> datetime:
    """When the time in which something must be recorded is over, counted from `start`."""
    level = level_of(session, concern)
    if level is None or concern.state is ConcernState.ACKNOWLEDGED:
        return _without_level(organisation, concern, start)
    return _moment(organisation, _levels(organisation)[level], start, hours=level in _IN_WORKING_HOURS)


def _without_level(organisation: Organisation, concern: Concern, start: datetime) -> datetime:
    within = {**UntouchedAfter().model_dump(), **(organisation.options.get("untouched_after") or {})}
    return _moment(organisation, within[concern.urgency.value], start, hours=False)


def triage_by(session: Session, concern: Concern) -> datetime | None:
    """By when what is acknowledged should be triaged, whoever has got it since; None for what is not acknowledged, or
    triaged already."""
    if concern.state is not ConcernState.ACKNOWLEDGED or concern.acknowledged_at is None:
        return None
    organisation = session.get_one(Organisation, concern.organisation_id)
    return _without_level(organisation, concern, concern.acknowledged_at)


def _levels(organisation: Organisation) -> dict[str, str]:
    return {**LevelWithin().model_dump(), **(organisation.options.get("level_within") or {})}


def _moment(organisation: Organisation, wait: str, start: datetime, *, hours: bool) -> datetime:
    move = routing.working_moment_after if hours and wait.endswith("h") else routing.moment_after
    return move(start, wait, organisation.timezone, organisation.nation)


def level_of(session: Session, concern: Concern) -> str | None:
    """The level that the triage gave, or None where there is none."""
    found = entries.current(session, concern, EntryKind.TRIAGE)
    level = found[-1].fields.get("level") if found else None
    return str(level) if level else None


def look(session: Session, concern_id: UUID, step: int, mark: str, now: datetime) -> None:
    """Nothing was recorded for so long: remind whoever looks after it, after as long again everybody who may know of
    it, and so on; what was only acknowledged comes open again instead."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if concern.state not in OPEN or concern.state is ConcernState.RAISED or mark_of(concern) != mark:
        return
    if step > _KEEPER and concern.state is ConcernState.ACKNOWLEDGED:
        ladder.come_open(session, concern, "concern.lapsed", now)
        return
    holder, told = keeper(session, concern), recipients(session, concern)
    if step == _KEEPER and holder is not None and concern.state is not ConcernState.CLOSING:
        told = [holder]
    for slack_id in told:
        nudge(session, concern, slack_id, Nudge.UNTOUCHED, now)
    telling.owe_other_ways(session, concern, told, now)
    owe_look(session, concern, step + 1, now)


def keeper(session: Session, concern: Concern) -> str | None:
    """Who looks after a concern, or else the first who may know of it; None where nobody may."""
    able = recipients(session, concern)
    return concern.lead if concern.lead in able else next(iter(able), None)


def overdue(session: Session, record_id: UUID, why: Nudge, mark: str, organisation_id: UUID, now: datetime) -> None:
    """A date has come: of an entry of the record, or of the review. Its owner and the concern's lead are told, once,
    if it is still to be done and nobody has moved the date."""
    owner: str | None = None
    if why is Nudge.REVIEW:
        concern = session.get_one(Concern, record_id)
        date = concern.review_at
    else:
        rows = of(organisation_id, ConcernEntry).where(ConcernEntry.entry == record_id)
        entry = session.scalars(rows.order_by(ConcernEntry.version.desc()).limit(1)).one()
        concern = session.get_one(Concern, entry.concern_id)
        date = None if entry.done_at else entry.due_at
        owner = damaged.words_or_none(lambda: entry.owner or "")
    if concern.state not in OPEN or date is None or telling.stamp(date) != mark:
        return
    holder = keeper(session, concern)
    told = [one for one in recipients(session, concern) if one in (owner, holder)]
    for slack_id in told:
        nudge(session, concern, slack_id, why, now)
    telling.owe_other_ways(session, concern, told, now)


def wind(session: Session, organisation_id: UUID, now: datetime) -> int:
    """Give every open concern that has no clock one; gives how many had none. Where nobody inside may be told there
    is nobody to remind, and a concern gets its clock with the first who may."""
    query = of(organisation_id, Concern).where(Concern.state.in_(OPEN), ~Concern.sealed_from_staff)
    still = []
    for one in session.scalars(query).all():
        count(session, one)
        if not has_clock(session, one):
            still.append(one)
    for concern in still:
        session.refresh(concern, with_for_update={"key_share": True})
        if concern.state is ConcernState.RAISED:
            due = max(now, concern.answer_by)
            telling.owe_escalation(session, concern, concern.escalation_step + 1, now, due)
        elif concern.state in OPEN:
            owe_look(session, concern, _KEEPER, now)
    return len(still)


def has_clock(session: Session, concern: Concern) -> bool:
    """Whether a timer is owed that tells somebody when nothing happens to an open concern."""
    raised = concern.state is ConcernState.RAISED
    owed = of(concern.organisation_id, Delivery).where(
        Delivery.kind == (ESCALATE if raised else UNTOUCHED),
        Delivery.record_id == concern.id,
        Delivery.target == (telling.stamp(concern.answer_by) if raised else mark_of(concern)),
        Delivery.done_at.is_(None),
    )
    if raised:
        owed = owed.where(Delivery.step > concern.escalation_step)
    return session.scalar(owed.limit(1)) is not None


def _to_do(session: Session, concern: Concern) -> list[ConcernEntry]:
    """The newest version of each entry that is still to be done, unread."""
    newest = {row.entry: row for row in sorted(entries.rows_of(session, concern), key=lambda row: row.version)}
    return [row for row in newest.values() if row.due_at is not None and row.done_at is None]


def _owe_due(session: Session, concern: Concern, record: UUID, date: datetime, why: Nudge, now: datetime) -> None:
    mark = telling.stamp(date)
    owe_for(
        session,
        concern,
        "concern.due",
        now,
        due=max(date, now),
        target=mark,
        record_id=record,
        step=why,
        only_once=f"concern.due:{record.hex}:{mark}",
    )
