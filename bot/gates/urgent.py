"""Urgent contact with somebody at risk: said for one meeting, told to the safeguarding lead, asked about afterwards."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import states
from bot.errors import Conflict, NotNow, Refused
from bot.facts import points, recording, standing
from bot.gates import readiness
from bot.policy.gates import Tick
from bot.staff.people import covering, is_away, on_call
from db.holding import hold
from db.models import Delivery, Meeting, MeetingKind, Role
from db.owed import owe, supersede
from db.scope import of

TELL, ASK, TELL_BACK = "meeting.urgent", "meeting.urgent_after", "meeting.urgent_back"
"""The deliveries: word of it to whoever is responsible for safeguarding, the question when the meeting is over, and
word that it was said by mistake."""
UNDO_FOR = timedelta(minutes=10)
"""How long it can be taken back."""
_UNTIL_IT_IS_SURELY_OVER = timedelta(minutes=30)
_ASKED_LATER = "When it is over you are asked whether it was needed."


class Came(StrEnum):
    """What came of urgent contact, by whoever was asked."""

    NEEDED = "needed"
    NOT_NEEDED = "not-needed"
    NO_CONTACT = "no-contact"


ANSWERS = {points.after_urgent(one.value): one for one in Came}
"""The point that each answer is recorded on."""


def asks_first(meeting: Meeting) -> bool:
    """Whether it is asked once more before nothing holds a meeting up: it lets a whole group in at once."""
    return meeting.kind is MeetingKind.GROUP


def make(session: Session, caller: Caller, meeting: Meeting, reason: str, now: datetime) -> list[str]:
    """Say that the meeting is urgent contact with somebody at risk: no gate refuses any more. Gives whom that is told
    to; nobody where it was said before, and only the reason is new. The caller's right to run it must have been
    checked. Raises Refused."""
    if not reason.strip():
        raise Refused("Say in a few words why it is urgent.")
    hold(session, meeting)
    new = readiness.urgent(session, meeting) is None
    recording.record(session, caller, meeting, {points.URGENT: reason.strip()}, now)
    told = _whom_to_tell(session, caller, meeting, now) if new else []
    for one in told:
        once = f"{TELL}:{meeting.id.hex}:{one}:{now.timestamp()}"
        owe(session, meeting.organisation_id, TELL, at=now, target=one, record_id=meeting.id, only_once=once)
    if new:
        owe_question(session, meeting, now, question_due(meeting, now))
    readiness.settle(session, meeting, caller.slack_id, now)
    return told


def take_back(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> bool:
    """It was said by mistake: what the policy asks for holds the meeting up again, nobody is asked what came of it, and
    whoever was told of it is told of this. False where it is none. The caller's right to run the meeting must have been
    checked. Raises NotNow after ten minutes, and once the meeting has begun."""
    hold(session, meeting)
    tick = readiness.urgent(session, meeting)
    if tick is None:
        return False
    if meeting.state not in states.TO_COME:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}. {_ASKED_LATER}")
    if now > tick.at + UNDO_FOR:
        raise NotNow(f"That was more than ten minutes ago. {_ASKED_LATER}")
    recording.take_back(session, caller, meeting, [points.URGENT], now)
    supersede(session, meeting.organisation_id, (ASK,), meeting.id, now)
    told = of(meeting.organisation_id, Delivery).where(Delivery.record_id == meeting.id, Delivery.kind == TELL)
    for one in sorted(set(session.scalars(told.with_only_columns(Delivery.target)))):
        once = f"{TELL_BACK}:{meeting.id.hex}:{one}:{now.timestamp()}"
        owe(session, meeting.organisation_id, TELL_BACK, at=now, target=one, record_id=meeting.id, only_once=once)
    readiness.settle(session, meeting, caller.slack_id, now)
    return True


def _whom_to_tell(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> list[str]:
    """The leads who are here, and whoever is on call; where that is nobody but the caller, everybody who covers."""
    every = [one for one in covering(session, meeting.organisation_id) if one.slack_id != caller.slack_id]
    duty = on_call(session, meeting.organisation_id, now)
    here = [one for one in every if not is_away(one, now) and (Role.LEAD.value in one.roles or one is duty)]
    return [one.slack_id for one in here or every]


def ended(session: Session, meeting: Meeting, now: datetime) -> None:
    """The meeting is over: where it was urgent contact, whoever ran it is asked now."""
    if readiness.urgent(session, meeting) is not None:
        supersede(session, meeting.organisation_id, (ASK,), meeting.id, now)
        owe_question(session, meeting, now, now)


def not_asked(session: Session, meeting: Meeting, now: datetime) -> bool:
    """The meeting is not over after all, so that nobody is asked now; whether the question is to be owed anew."""
    if readiness.urgent(session, meeting) is None:
        return False
    supersede(session, meeting.organisation_id, (ASK,), meeting.id, now)
    return came(session, meeting) is None


def owe_question(session: Session, meeting: Meeting, now: datetime, due: datetime) -> None:
    """Owe the question what came of it."""
    owe(session, meeting.organisation_id, ASK, at=now, due=due, record_id=meeting.id)


def question_due(meeting: Meeting, now: datetime) -> datetime:
    """When it is asked what came of it: once the meeting has ended, or half an hour after its time."""
    return now if meeting.state in states.OVER else max(now, meeting.ends_at + _UNTIL_IT_IS_SURELY_OVER)


def whom_to_ask(meeting: Meeting, tick: Tick) -> str:
    """Who is asked what came of it: who said it, where they run the meeting, else the host."""
    return tick.by if tick.by in meeting.team else meeting.host


def came(session: Session, meeting: Meeting) -> tuple[Came, Tick] | None:
    """What stands as having come of it, and who said so."""
    stands = standing.current(session, meeting)
    return next(((answer, stands[point]) for point, answer in ANSWERS.items() if point in stands), None)


def answer(session: Session, caller: Caller, meeting: Meeting, said: Came, now: datetime) -> Tick | None:
    """Write down what came of it; another answer takes the place of one before, and the history keeps both. Gives who
    had said the same already, None where it is new. The caller's right to run the meeting must have been checked.
    Raises Conflict."""
    hold(session, meeting)
    if readiness.urgent(session, meeting) is None:
        raise Conflict(f"{meeting.reference} is no urgent contact. Nothing was changed.")
    stands = came(session, meeting)
    if stands is not None and stands[0] is said:
        return stands[1]
    if stands is not None:
        before = points.after_urgent(stands[0].value)
        recording.take_back(session, caller, meeting, [before], now, closed_too=True)
    recording.record(session, caller, meeting, {points.after_urgent(said.value): None}, now, closed_too=True)
    return None
