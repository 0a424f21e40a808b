"""The diary: the meetings to come, one's own and the organisation's others, in pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, func
from sqlalchemy.orm import Session, load_only

from bot.caller import Caller
from bot.diary.meetings import TO_COME, asked_of, own
from bot.diary.states import OPEN
from bot.paging import Page
from db.models import AttendanceMark, Meeting, MeetingStaff, MeetingState
from db.models.meeting import LONGEST
from db.scope import ORGANISATION, of

PAGE = 20
"""How many meetings a page of a list has."""


class _Paged:
    """The statement of a list that is shown in pages, soonest first, each with what its line shows alone; how many
    there are at all comes with it."""

    def __init__(self, query: Select[Meeting]) -> None:
        shown = load_only(
            Meeting.organisation_id,
            Meeting.number,
            getattr(Meeting, Meeting.title.attribute),
            Meeting.starts_at,
            Meeting.state,
            Meeting.host,
            Meeting.provider,
            Meeting.provider_error,
            raiseload=True,
        )
        rows = query.add_columns(func.count().over()).order_by(Meeting.starts_at, Meeting.number).options(shown)
        self._rows = rows.offset(bindparam("before")).limit(PAGE + 1)
        self._count = query.with_only_columns(func.count(Meeting.id))

    def page(self, session: Session, number: int, asked: dict[str, Any]) -> Page[Meeting]:
        """A page of what is found, which the diary bounds; the last one, where there are not so many any more."""
        found = session.execute(self._rows, {**asked, "before": number * PAGE}).all()
        if not found and number:
            total = session.scalar(self._count, asked) or 0
            return self.page(session, max(0, (total - 1) // PAGE), asked)
        return Page.cut([meeting for meeting, _ in found], number, PAGE, found[0][1] if found else 0)


_told = exists().where(
    AttendanceMark.organisation_id == ORGANISATION,
    AttendanceMark.meeting_id == Meeting.id,
    AttendanceMark.replaced_at.is_(None),
)
# What is over and has its register is not to come, though nobody said that it began.
_held = (Meeting.ends_at <= bindparam("now")) & (Meeting.state != MeetingState.STARTED) & _told
_MINE = _Paged(own(TO_COME).where(~_held))
_beside = (MeetingStaff.meeting_id == Meeting.id) & (MeetingStaff.slack_id == bindparam("who"))
_OTHERS = _Paged(
    of(ORGANISATION, Meeting)
    .outerjoin(MeetingStaff, _beside)
    .where(
        Meeting.state.in_(OPEN),
        Meeting.starts_at >= bindparam("longest"),
        Meeting.ends_at >= bindparam("since"),
        MeetingStaff.meeting_id.is_(None),
    )
)


def my_page(session: Session, caller: Caller, now: datetime, number: int = 0) -> Page[Meeting]:
    """A page of the caller's own meetings to come, soonest first."""
    return _MINE.page(session, max(0, number), {**asked_of(caller, now, TO_COME), "now": now})


def others_page(session: Session, caller: Caller, now: datetime, number: int = 0) -> Page[Meeting]:
    """A page of the organisation's other meetings to come, soonest first: titles and times of its diary."""
    asked = asked_of(caller, now, TO_COME)
    return _OTHERS.page(session, max(0, number), {**asked, "longest": asked["since"] - LONGEST})
