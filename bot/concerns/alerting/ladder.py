"""Who is asked when nobody answers: the steps of a concern's ladder, and its rounds after the last step, until
somebody acknowledges. Each timer says for which deadline it was set, and does nothing once that is not the deadline
any more."""

from datetime import datetime
from enum import IntEnum
from uuid import UUID

from sqlalchemy.orm import Session

from bot.concerns import routing
from bot.concerns.alerting import telling
from bot.concerns.owing import owe_for
from bot.concerns.rights import asked_in_order, people_for, people_of, rank, rank_anew, recipients
from bot.concerns.states import Event, after
from bot.organisation.file import RepeatEvery
from db import audit
from db.models import Concern, Organisation
from db.models.concern import About, ConcernState


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
    telling.owe_unless_waiting(session, concern, "concern.nudge", slack_id, now, why)


def remind(session: Session, concern_id: UUID, mark: str, now: datetime) -> None:
    """The deadline comes near: remind whoever was asked first."""
    concern = session.get_one(Concern, concern_id)
    able = recipients(session, concern)
    waiting = concern.state is ConcernState.RAISED and concern.escalation_step == 0
    if waiting and telling.stamp(concern.answer_by) == mark and able:
        nudge(session, concern, able[0], Nudge.REMINDER, now)


def missed(session: Session, concern_id: UUID, mark: str, now: datetime) -> None:
    """The deadline that the receipt named has passed: the raiser is told to telephone, and everybody who may answer
    is told by every way."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if concern.state is not ConcernState.RAISED or telling.stamp(concern.answer_by) != mark:
        return
    if telling.last_told(session, concern) != telling.NOT_SEEN:
        telling.tell_raiser(session, concern, telling.NOT_SEEN, now)
    telling.owe_other_ways(session, concern, recipients(session, concern), now)


def ask_next(session: Session, concern_id: UUID, step: int, mark: str, now: datetime) -> None:
    """The deadline of a step has passed. Unanswered: ask the next person, and after the last everybody, again and
    again. An acknowledged concern, or a step already taken, changes nothing."""
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    if concern.state is not ConcernState.RAISED or concern.escalation_step >= step:
        return
    if telling.stamp(concern.answer_by) != mark:
        return
    organisation = session.get_one(Organisation, concern.organisation_id)
    # Another may be on call, away or back since the last step.
    rank_anew(session, concern, people_of(session, organisation.id, now), add=False)
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
    if step >= len(asked):
        ask_everybody(session, concern, now)
        owe_round(session, organisation, concern, now)
        return
    audit.record(session, organisation.id, now, "system", "concern.escalated", "concern", concern.id, f"step {step}")
    owe_for(session, concern, "concern.dm", now, target=asked[step], step=step)
    if now >= concern.answer_by:
        telling.owe_other_ways(session, concern, asked[step : step + 1], now)
    again = routing.answer_by(
        now, concern.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
    )
    telling.owe_escalation(session, concern, step + 1, now, again)
    concern.version += 1
    telling.redraw(session, concern, now)
    telling.note(session, concern, now)


def ask_next_now(session: Session, concern: Concern, now: datetime) -> None:
    """Do not wait for the deadline: whoever is asked at present cannot answer."""
    ask_next(session, concern.id, concern.escalation_step + 1, telling.stamp(concern.answer_by), now)


def ask_everybody(session: Session, concern: Concern, now: datetime) -> None:
    """One more round: everybody who may know of the concern is asked anew, by every way. The messages that stand
    are as true as before, so only those of the round before are drawn anew, by the new ones."""
    concern.rounds += 1
    concern.version += 1
    said = f"round {concern.rounds + 1}"
    audit.record(session, concern.organisation_id, now, "system", "concern.asked_again", "concern", concern.id, said)
    able = recipients(session, concern)
    for slack_id in able:
        telling.owe_unless_waiting(session, concern, "concern.round", slack_id, now)
    telling.owe_other_ways(session, concern, able, now)


def owe_round(session: Session, organisation: Organisation, concern: Concern, now: datetime) -> None:
    """Owe the next round, after the time that the organisation sets for the concern's urgency."""
    every = {**RepeatEvery().model_dump(), **(organisation.options.get("repeat_every") or {})}
    due = routing.moment_after(now, every[concern.urgency.value], organisation.timezone, organisation.nation)
    telling.owe_escalation(session, concern, concern.escalation_step + 1, now, due)


def come_open(session: Session, concern: Concern, done: str, now: datetime) -> None:
    """Nobody looks after the concern any more (`done` says in the audit chain why): it is new again, and asked for
    from the start. The raiser, who was told that it was seen, is not alarmed before a deadline is missed anew."""
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
