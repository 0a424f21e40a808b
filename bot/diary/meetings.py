"""Which meetings there are, and whose: who may run one, which are somebody's own, and one by its number or id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, or_
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary.states import BEGUN, OPEN, OVER
from bot.diary.states import TO_COME as NOT_BEGUN
from bot.errors import NotFound
from db.holding import is_held, note
from db.models import Meeting, MeetingStaff, MeetingState, Registration, Role
from db.scope import ORGANISATION, of

_WATCHES_ALL = (Role.LEAD, Role.DEPUTY, Role.HEAD)
_RECENT = timedelta(days=7)
OFFERED = 100
"""How many meetings a menu offers, as many as Slack shows."""


@dataclass(frozen=True)
class Wanted:
    """Which meetings a command can be about, for when its number is left out."""

    states: tuple[MeetingState, ...]
    since: timedelta = timedelta(hours=12)
    until: timedelta | None = None


TO_COME = Wanted(OPEN)
TO_START = Wanted(NOT_BEGUN)
TO_END = Wanted((MeetingState.STARTED,))
ANY = Wanted((*OPEN, *OVER), since=_RECENT)
NAMED = Wanted((*OPEN, *OVER, MeetingState.CANCELLED), since=_RECENT)
"""Those that a title may name: of one that is cancelled it is said that it is."""
TO_REGISTER = Wanted((*OPEN, *OVER), since=_RECENT, until=timedelta(minutes=30))


def may_run(caller: Caller, meeting: Meeting) -> bool:
    """Whether this person may see the participants and the link of a meeting, and change it."""
    return caller.slack_id in meeting.staff or watches_all(caller)


def watches_all(caller: Caller) -> bool:
    """Whether this person may run every meeting of the organisation."""
    return caller.has(*_WATCHES_ALL)


_LARGEST_NUMBER = 2**31 - 1
"""What the databases take for a number; no meeting has a larger one."""


def numbered(session: Session, caller: Caller, number: int, *, to_change: bool = False) -> Meeting | None:
    """The organisation's meeting `M-number`, whoever may see it; None where there is none."""
    if number > _LARGEST_NUMBER:
        return None
    asked = {"organisation": caller.organisation_id, "number": number}
    return session.scalar(_NUMBERED_LOCKED if to_change else _NUMBERED, asked)


def _locked(query: Select[Meeting]) -> Select[Meeting]:
    """With the row held: what was read of it before the lock was had may be over."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)


_NUMBERED = of(ORGANISATION, Meeting).where(Meeting.number == bindparam("number"))
_NUMBERED_LOCKED = _locked(_NUMBERED)
_BY_ID = of(ORGANISATION, Meeting).where(Meeting.id == bindparam("meeting"))
_BY_ID_LOCKED = _locked(_BY_ID)


def get(session: Session, caller: Caller, meeting_id: UUID, *, to_change: bool = False) -> Meeting:
    """A meeting by id; `to_change`, it is held until the end of the unit of work. Raises NotFound."""
    if is_held(session, meeting_id):
        meeting = session.get(Meeting, meeting_id)
    else:
        asked = {"organisation": caller.organisation_id, "meeting": meeting_id}
        meeting = session.scalar(_BY_ID_LOCKED if to_change else _BY_ID, asked)
    if meeting is None or not may_run(caller, meeting):
        raise NotFound("I can't find that meeting among yours.")
    if to_change:
        note(session, meeting)
    return meeting


def mine(
    session: Session, caller: Caller, now: datetime, wanted: Wanted = TO_COME, *, limit: int = OFFERED
) -> list[Meeting]:
    """The caller's own meetings (host, co-worker or maker) that fit, soonest first, no more than `limit`. One that
    was started fits for a week after its time: nobody may have said that it is over."""
    rows = session.scalars(_soonest(wanted), asked_of(caller, now, wanted, most=limit))
    return [one for one in rows if caller.slack_id in one.staff]


def fits(meeting: Meeting, now: datetime, wanted: Wanted) -> bool:
    """Whether one of the caller's own meetings is among those that `mine` gives."""
    since = _RECENT if meeting.state is MeetingState.STARTED else wanted.since
    begun = meeting.state in BEGUN
    begins_in_time = begun or wanted.until is None or meeting.starts_at <= now + wanted.until
    return meeting.state in wanted.states and meeting.ends_at >= now - since and begins_in_time


def newest(session: Session, caller: Caller, now: datetime, wanted: Wanted, limit: int) -> dict[UUID, int]:
    """The ids of the caller's own meetings that fit, with their numbers, the last one first; nothing is opened."""
    rows = session.execute(_last(wanted), asked_of(caller, now, wanted, most=limit))
    return {key: number for key, number in rows}


@cache
def own(wanted: Wanted) -> Select[Meeting]:
    """The caller's own meetings that fit, to be asked with `asked_of`."""
    query = (
        of(ORGANISATION, Meeting)
        .join(MeetingStaff, MeetingStaff.meeting_id == Meeting.id)
        .where(
            MeetingStaff.organisation_id == ORGANISATION,
            MeetingStaff.slack_id == bindparam("who"),
            MeetingStaff.ends_at >= bindparam("oldest"),
            Meeting.state.in_(wanted.states),
            or_(Meeting.ends_at >= bindparam("since"), Meeting.state == MeetingState.STARTED),
        )
    )
    if wanted.until is None:
        return query
    # What was started has begun, whatever its time says.
    return query.where(or_(Meeting.starts_at <= bindparam("until"), Meeting.state.in_(BEGUN)))


@cache
def _soonest(wanted: Wanted) -> Select[Meeting]:
    return own(wanted).order_by(Meeting.starts_at, Meeting.number).limit(bindparam("most"))


@cache
def _last(wanted: Wanted) -> Select[UUID, int]:
    found = own(wanted).with_only_columns(Meeting.id, Meeting.number)
    return found.order_by(Meeting.starts_at.desc(), Meeting.number.desc()).limit(bindparam("most"))


def on_registers(session: Session, caller: Caller, now: datetime, wanted: Wanted, limit: int) -> list[tuple[UUID, int]]:
    """Who is on the registers of the caller's newest own meetings that fit: each record with the number of a meeting,
    the last meeting first."""
    rows = session.execute(_registered(wanted), asked_of(caller, now, wanted, most=limit))
    return [(record, number) for record, number in rows]


@cache
def _registered(wanted: Wanted) -> Select[UUID, int]:
    last = own(wanted).with_only_columns(Meeting.id, Meeting.number, Meeting.starts_at)
    last = last.order_by(Meeting.starts_at.desc(), Meeting.number.desc()).limit(bindparam("most"))
    theirs = last.subquery("theirs")
    query = of(ORGANISATION, Registration).join(theirs, Registration.meeting_id == theirs.c.id)
    found = query.where(Registration.removed_at.is_(None)).with_only_columns(
        Registration.participant_id, theirs.c.number
    )
    return found.order_by(theirs.c.starts_at.desc(), theirs.c.number.desc())


def asked_of(caller: Caller, now: datetime, wanted: Wanted, **more: int) -> dict[str, Any]:
    """What the statements about the caller's own meetings are asked with."""
    asked = {"organisation": caller.organisation_id, "who": caller.slack_id, **more}
    asked |= {"oldest": now - max(wanted.since, _RECENT), "since": now - wanted.since}
    return asked if wanted.until is None else {**asked, "until": now + wanted.until}
