"""The caller's own meetings that are over, newest first, and how the register of each stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary.pages import PAGE
from bot.diary.states import OVER
from bot.paging import Page
from bot.participants import counting
from bot.participants.counting import Counts
from db.models import Meeting, MeetingStaff, MeetingState
from db.scope import of

_WORDS = frozenset(
    ["past", "over", "old", "older", "previous", "earlier", "before", "finished", "ended", "done", "last", "gone"]
)
_BESIDE = frozenset(["meetings", "meeting", "my", "mine", "ones", "sessions", "session", "all", "the"])


@dataclass(frozen=True)
class Past:
    """A meeting that is over, with its register."""

    meeting: Meeting
    register: Counts


def is_asked_for(text: str) -> bool:
    """Whether what follows `/meeting list` asks for the meetings that are over."""
    words = [word.strip(".,:;!?").casefold() for word in text.split()]
    return any(word in _WORDS for word in words) and all(word in _WORDS | _BESIDE for word in words)


def page(session: Session, caller: Caller, now: datetime, number: int = 0) -> Page[Past]:
    """A page of the caller's own meetings whose time has passed or which have ended, and were not cancelled."""
    query = (
        of(caller.organisation_id, Meeting)
        .join(MeetingStaff, MeetingStaff.meeting_id == Meeting.id)
        .where(
            MeetingStaff.organisation_id == caller.organisation_id,
            MeetingStaff.slack_id == caller.slack_id,
            Meeting.state != MeetingState.CANCELLED,
            or_(MeetingStaff.ends_at <= now, Meeting.state.in_(OVER)),
        )
        .order_by(MeetingStaff.ends_at.desc(), Meeting.number.desc())
    )
    found = session.scalars(query.offset(number * PAGE).limit(PAGE + 1)).all()
    cut = Page.cut(found, number, PAGE)
    registers = _registers(session, caller.organisation_id, [one.id for one in cut.rows])
    rows = [Past(one, registers.get(one.id, Counts())) for one in cut.rows]
    return Page(rows, cut.number, cut.before, cut.more)


def _registers(session: Session, organisation_id: UUID, meetings: Collection[UUID]) -> Mapping[UUID, Counts]:
    """The registers of some meetings by id; those for which nobody is registered are not in it."""
    seats = counting.seats(organisation_id, of(organisation_id, Meeting).where(Meeting.id.in_(meetings))).subquery()
    counted = select(seats.c.meeting, *counting.sums(seats.c)).group_by(seats.c.meeting)
    return {key: Counts(*numbers) for key, *numbers in session.execute(counted)}
