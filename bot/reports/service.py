"""The figures of a period: numbers only, counted by the database, no names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.reports.forms import Period
from db.models import AttendanceMark, Meeting, MeetingState, Registration
from db.scope import of

_BEGUN = (MeetingState.STARTED, MeetingState.ENDED, MeetingState.CLOSED)


@dataclass(frozen=True)
class Counts:
    """The register of one meeting in numbers. `places`: registered before; `came`: of those, present."""

    places: int = 0
    came: int = 0
    walk_ins: int = 0
    no_shows: int = 0
    marks: int = 0


@dataclass(frozen=True)
class SessionRow:
    """One meeting of the period."""

    number: int
    programme: str | None
    starts_at: datetime
    host: str
    counts: Counts

    @property
    def reference(self) -> str:
        """`M-12`: how people speak of it."""
        return f"M-{self.number}"


@dataclass(frozen=True)
class Figures:
    """The sums for one programme, or for all. `people` are different people; `first_timers` had never come before."""

    sessions: int = 0
    places: int = 0
    visits: int = 0
    people: int = 0
    first_timers: int = 0
    walk_ins: int = 0
    no_shows: int = 0


@dataclass(frozen=True)
class Report:
    """A period in numbers. `held` have a register; `without` began and have none; `ahead` have not begun."""

    period: Period
    programme: str | None
    total: Figures
    programmes: dict[str | None, Figures]
    held: tuple[SessionRow, ...]
    without: tuple[SessionRow, ...]
    ahead: int
    cancelled: int


@dataclass
class _People:
    """Who came, as ids: in the period, and of those who had come before it."""

    by_programme: dict[str | None, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    known: set[UUID] = field(default_factory=set)


def figures(session: Session, caller: Caller, period: Period, programme: str | None, now: datetime) -> Report:
    """The report of a period, for one programme or all. A constant number of queries, however many sessions."""
    since, until = period.bounds(caller.zone)
    meetings = of(caller.organisation_id, Meeting).where(Meeting.starts_at >= since, Meeting.starts_at < until)
    if programme is not None:
        meetings = meetings.where(Meeting.programme == programme)
    counts = _counts(session, caller, meetings)
    people = _people(session, caller, meetings, since)
    held, without, ahead, cancelled = [], [], 0, 0
    columns = (Meeting.id, Meeting.number, Meeting.programme, Meeting.starts_at, Meeting.host, Meeting.state)
    for found in session.execute(meetings.with_only_columns(*columns).order_by(Meeting.starts_at, Meeting.number)):
        row = SessionRow(found.number, found.programme, found.starts_at, found.host, counts.get(found.id, Counts()))
        if found.state is MeetingState.CANCELLED:
            cancelled += 1
        elif row.counts.marks:
            held.append(row)
        elif found.state in _BEGUN or found.starts_at <= now:
            without.append(row)
        else:
            ahead += 1
    names = sorted({row.programme for row in held}, key=lambda name: (name is None, name or ""))
    return Report(
        period=period,
        programme=programme,
        total=_sum(held, set().union(*people.by_programme.values()), people.known),
        programmes={name: _sum(_of(held, name), people.by_programme[name], people.known) for name in names},
        held=tuple(held),
        without=tuple(without),
        ahead=ahead,
        cancelled=cancelled,
    )


def _of(rows: Iterable[SessionRow], programme: str | None) -> list[SessionRow]:
    return [row for row in rows if row.programme == programme]


def _sum(rows: list[SessionRow], people: set[UUID], known: set[UUID]) -> Figures:
    counts = [row.counts for row in rows]
    return Figures(
        sessions=len(rows),
        places=sum(one.places for one in counts),
        visits=sum(one.came + one.walk_ins for one in counts),
        people=len(people),
        first_timers=len(people - known),
        walk_ins=sum(one.walk_ins for one in counts),
        no_shows=sum(one.no_shows for one in counts),
    )


def _counts(session: Session, caller: Caller, meetings: Select[Meeting]) -> dict[UUID, Counts]:
    """Places and marks of every meeting, in one query."""
    mark, expected = AttendanceMark, Registration.walk_in.is_(False)

    def how_many(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    current = and_(
        mark.meeting_id == Registration.meeting_id,
        mark.registration_id == Registration.id,
        mark.replaced_at.is_(None),
    )
    query = (
        of(caller.organisation_id, Registration)
        .with_only_columns(
            Registration.meeting_id,
            how_many(expected).label("places"),
            how_many(and_(expected, mark.present.is_(True))).label("came"),
            how_many(and_(Registration.walk_in.is_(True), mark.present.is_(True))).label("walk_ins"),
            how_many(and_(expected, mark.present.is_(False))).label("no_shows"),
            func.count(mark.id).label("marks"),
        )
        .outerjoin(mark, current)
        .where(Registration.meeting_id.in_(meetings.with_only_columns(Meeting.id)), Registration.removed_at.is_(None))
        .group_by(Registration.meeting_id)
    )
    return {
        row.meeting_id: Counts(row.places, row.came, row.walk_ins, row.no_shows, row.marks)
        for row in session.execute(query)
    }


def _people(session: Session, caller: Caller, meetings: Select[Meeting], since: datetime) -> _People:
    """Who came in the period, and who of them had come before it to anything: two queries."""
    people = _People()
    ids = meetings.with_only_columns(Meeting.id)
    came = _visits(caller).where(AttendanceMark.meeting_id.in_(ids))
    query = came.with_only_columns(Meeting.programme, Registration.participant_id).distinct()
    for programme, participant in session.execute(query):
        people.by_programme[programme].add(participant)
    earlier = _visits(caller).where(
        Meeting.starts_at < since,
        Registration.participant_id.in_(came.with_only_columns(Registration.participant_id)),
    )
    people.known = set(session.scalars(earlier.with_only_columns(Registration.participant_id).distinct()))
    return people


def _visits(caller: Caller) -> Select[AttendanceMark]:
    """Every mark that counts and says present, with its registration and meeting."""
    return (
        of(caller.organisation_id, AttendanceMark)
        .join(Registration, Registration.id == AttendanceMark.registration_id)
        .join(Meeting, Meeting.id == AttendanceMark.meeting_id)
        .where(
            AttendanceMark.replaced_at.is_(None),
            AttendanceMark.present.is_(True),
            Registration.removed_at.is_(None),
            Meeting.state != MeetingState.CANCELLED,
        )
    )
