"""The clock of a concern: who is asked when nobody answers, what comes open again when nobody works on it, and what
is overdue. Each timer says for which deadline it was set, and does nothing once that is not the deadline any more."""

from datetime import datetime
from enum import IntEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import routing
from bot.concerns.alerting import telling
from bot.concerns.rights import asked_in_order, people_for, people_of, rank, recipients
from bot.concerns.states import OPEN, Clock, Event, after, runs
from bot.organisation.file import UntouchedAfter
from db import audit
from db.models import Concern, ConcernEntry, Organisation
from db.models.concern import About, ConcernState
from db.owed import owe
from db.scope import of

_UNTOUCHED, _LAPSE = 1, 2


class Nudge(IntEnum):
    """Why somebody is written to about a concern that they know."""

    REMINDER = 1
    UNTOUCHED = 2
    OVERDUE = 3
    REVIEW = 4
    OPEN_AGAIN = 5
    GIVEN = 11


def nudge(session: Session, concern: Concern, slack_id: str, why: Nudge, now: datetime) -> None:
    """Owe somebody a message that says why, with the reference only."""
    owe(session, concern.organisation_id, "concern.nudge", at=now, target=slack_id, record_id=concern.id, step=why)


def remind(session: Session, concern_id: UUID, mark: str, now: datetime) -> None:
    """The deadline comes near: remind whoever was asked first."""
    concern = session.get_one(Concern, concern_id)
    able = recipients(session, concern)
    waiting = concern.state is ConcernState.RAISED and concern.escalation_step == 0
    if waiting and telling.stamp(concern.answer_by) == mark and able:
        nudge(session, concern, able[0], Nudge.REMINDER, now)


def ask_next(session: Session, concern_id: UUID, step: int, mark: str, now: datetime) -> None:
    """The deadline of a step has passed. Unanswered: ask the next person, and after the last tell the raiser
    to telephone. An acknowledged concern, or a step already taken, changes nothing."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if concern.state is not ConcernState.RAISED or concern.escalation_step >= step:
        return
    if telling.stamp(concern.answer_by) != mark:
        return
    organisation = session.get_one(Organisation, concern.organisation_id)
    asked, able = [one.slack_id for one in asked_in_order(session, concern)], recipients(session, concern)
    while step < len(asked) and asked[step] not in able:
        step += 1
    concern.escalation_step = step
    if step >= len(asked):
        people = people_for(session, concern, people_of(session, organisation.id, now))
        last = routing.last_resort(people, About(concern.about), concern.subject_staff)
        if last is not None and last not in asked:
            asked.append(last)
            rank(session, concern, asked)
    audit.record(session, organisation.id, now, "system", "concern.escalated", "concern", concern.id, f"step {step}")
    if step < len(asked):
        owe(session, organisation.id, "concern.dm", at=now, target=asked[step], record_id=concern.id, step=step)
        again = routing.answer_by(
            now, concern.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
        )
        telling.owe_escalation(session, concern, step + 1, now, again)
    else:
        telling.tell_raiser(session, concern, telling.NOT_SEEN, now)
    concern.version += 1
    telling.redraw(session, concern, now)
    telling.note(session, concern, now)


def ask_next_now(session: Session, concern: Concern, now: datetime) -> None:
    """Do not wait for the deadline: whoever is asked at present cannot answer."""
    ask_next(session, concern.id, concern.escalation_step + 1, telling.stamp(concern.answer_by), now)


def come_open(session: Session, concern: Concern, done: str, now: datetime) -> None:
    """Nobody looks after the concern any more (`done` says in the audit chain why): it is new again, and asked for
    from the start. The raiser, who was told that it was seen, is not alarmed."""
    concern.state = after(concern.state, Event.LAPSE)
    concern.acknowledged_by = concern.acknowledged_at = concern.lead = None
    concern.version += 1
    audit.record(session, concern.organisation_id, now, "system", done, "concern", concern.id)
    telling.owe_ladder(session, concern, now)
    telling.redraw(session, concern, now)
    telling.note(session, concern, now)
    able = recipients(session, concern)
    if able:
        nudge(session, concern, able[0], Nudge.OPEN_AGAIN, now)


def watch(session: Session, concern: Concern, now: datetime) -> None:
    """Something was done to the concern: set the timers that follow from how it stands now."""
    organisation = session.get_one(Organisation, concern.organisation_id)
    if runs(concern.state, Clock.UNTOUCHED):
        owe_untouched(session, organisation, concern, _UNTOUCHED, now)
    if concern.state not in OPEN:
        return
    for row in _to_do(session, concern):
        if row.due_at is not None:
            _owe_due(session, concern, row.entry, row.due_at, Nudge.OVERDUE, now)
    if concern.review_at is not None:
        _owe_due(session, concern, concern.id, concern.review_at, Nudge.REVIEW, now)


def owe_untouched(session: Session, organisation: Organisation, concern: Concern, step: int, now: datetime) -> None:
    """Owe a look, after the time for the concern's urgency, at whether anything was done since its last touch."""
    within = {**UntouchedAfter().model_dump(), **(organisation.options.get("untouched_after") or {})}
    due = routing.moment_after(now, within[concern.urgency.value], organisation.timezone, organisation.nation)
    mark = telling.stamp(concern.touched_at or now)
    owe(session, organisation.id, "concern.untouched", at=now, due=due, target=mark, record_id=concern.id, step=step)


def untouched(session: Session, concern_id: UUID, step: int, mark: str, now: datetime) -> None:
    """Nothing was done for so long: remind whoever looks after it, unless something with a date is still to come.
    After as long again, what was only acknowledged comes open again."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if not runs(concern.state, Clock.UNTOUCHED):
        return
    if concern.touched_at is None or telling.stamp(concern.touched_at) != mark:
        return
    only_acknowledged = concern.state is ConcernState.ACKNOWLEDGED
    if step == _LAPSE:
        if only_acknowledged:
            come_open(session, concern, "concern.lapsed", now)
        return
    holder = keeper(session, concern)
    if holder is not None and not any(row.due_at > now for row in _to_do(session, concern) if row.due_at):
        nudge(session, concern, holder, Nudge.UNTOUCHED, now)
    if only_acknowledged:
        organisation = session.get_one(Organisation, concern.organisation_id)
        owe_untouched(session, organisation, concern, _LAPSE, now)


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
        date, owner = (None if entry.done_at else entry.due_at), entry.owner
    if concern.state not in OPEN or date is None or telling.stamp(date) != mark:
        return
    able, told = recipients(session, concern), {owner, keeper(session, concern)}
    for slack_id in able:
        if slack_id in told:
            nudge(session, concern, slack_id, why, now)


def _to_do(session: Session, concern: Concern) -> list[ConcernEntry]:
    """The newest version of each entry that is still to be done, unread."""
    rows = session.scalars(
        select(ConcernEntry)
        .where(ConcernEntry.organisation_id == concern.organisation_id, ConcernEntry.concern_id == concern.id)
        .order_by(ConcernEntry.version)
    )
    newest = {row.entry: row for row in rows}
    return [row for row in newest.values() if row.due_at is not None and row.done_at is None]


def _owe_due(session: Session, concern: Concern, record: UUID, date: datetime, why: Nudge, now: datetime) -> None:
    mark = telling.stamp(date)
    owe(
        session,
        concern.organisation_id,
        "concern.due",
        at=now,
        due=max(date, now),
        target=mark,
        record_id=record,
        step=why,
        only_once=f"concern.due:{record.hex}:{mark}",
    )
