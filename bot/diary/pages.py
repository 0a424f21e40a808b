"""The diary: the meetings to come, one's own and the organisation's others, in pages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary.meetings import TO_COME, asked_of, own
from bot.diary.states import OPEN
from bot.paging import Page
from db.models import AttendanceMark, Meeting, MeetingStaff, MeetingState
from db.models.meeting import LONGEST, is_near, reference
from db.scope import ORGANISATION, of

PAGE = 20
"""How many meetings a page of a list has."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A meeting as a line of a list shows it: what else is stored of it is neither read nor opened."""

    id: UUID
    number: int
    title: str = field(repr=False)
    starts_at: datetime
    state: MeetingState
    host: str
    provider: str
    provider_error: str | None

    @property
    def reference(self) -> str:
        """`M-12`."""
        return reference(self.number)

    def is_near(self, now: datetime) -> bool:
        """Whether it is time to offer its start."""
        return is_near(self.starts_at, now)


_SHOWN = (
    Meeting.id,
    Meeting.number,
    getattr(Meeting, Meeting.title.attribute),
    Meeting.starts_at,
    Meeting.state,
    Meeting.host,
    Meeting.provider,
    Meeting.provider_error,
)


class _Paged:
    """The statement of a list that is shown in pages, soonest first, as plain rows of what a line shows; how many there
    are at all comes with it."""

    def __init__(self, query: Select[Meeting]) -> None:
        rows = query.with_only_columns(func.count().over(), *_SHOWN).order_by(Meeting.starts_at, Meeting.number)
        self._rows = rows.offset(bindparam("before")).limit(PAGE + 1)
        self._count = query.with_only_columns(func.count(Meeting.id))

    def page(self, session: Session, number: int, asked: dict[str, Any]) -> Page[Listed]:
        """A page of what is found, which the diary bounds; the last one, where there are not so many any more."""
        found = session.connection().execute(self._rows, {**asked, "before": number * PAGE}).all()
        if not found and number:
            total = session.scalar(self._count, asked) or 0
            return self.page(session, max(0, (total - 1) // PAGE), asked)
        lines = [_listed(asked["organisation"], *row[1:]) for row in found]
        return Page.cut(lines, number, PAGE, found[0][0] if found else 0)


def _listed(organisation_id: UUID, key: UUID, number: int, title: bytes, *others: Any) -> Listed:
    return Listed(key, number, Meeting.title.text(Meeting, title, key, organisation_id), *others)


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


def my_page(session: Session, caller: Caller, now: datetime, number: int = 0) -> Page[Listed]:
    """A page of the caller's own meetings to come, soonest first."""
    return _MINE.page(session, max(0, number), {**asked_of(caller, now, TO_COME), "now": now})


def others_page(session: Session, caller: Caller, now: datetime, number: int = 0) -> Page[Listed]:
    """A page of the organisation's other meetings to come, soonest first: titles and times of its diary."""
    asked = asked_of(caller, now, TO_COME)
    return _OTHERS.page(session, max(0, number), {**asked, "longest": asked["since"] - LONGEST})
