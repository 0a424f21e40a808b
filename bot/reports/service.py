"""The figures of a period: numbers only, counted by the database, no names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, case, func
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.reports.forms import Period
from db.models import AttendanceMark, Meeting, MeetingState, Participant, Registration
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


@dataclass(frozen=True)
class _People:
    """How many different people came, and how many of them had never come before the period."""

    different: int = 0
    first_timers: int = 0


def figures(session: Session, caller: Caller, period: Period, programme: str | None, now: datetime) -> Report:
    """The report of a period, for one programme or all. A constant number of queries, however many sessions."""
    since, until = period.bounds(caller.zone)
    meetings = of(caller.organisation_id, Meeting).where(Meeting.starts_at >= since, Meeting.starts_at < until)
    if programme is not None:
        meetings = meetings.where(Meeting.programme == programme)
    counts = _counts(session, caller, meetings)
    people = _people(session, caller, meetings, since)
    by_programme = _people_by_programme(session, caller, meetings, since)
    held, without, ahead, cancelled = [], [], 0, 0
    columns = (
        Meeting.id,
        Meeting.number,
        Meeting.programme,
        Meeting.starts_at,
        Meeting.host,
        Meeting.state,
        Meeting.nobody_came_at,
    )
    for found in session.execute(
        meetings.with_only_columns(*columns, Meeting.nobody_came_at).order_by(Meeting.starts_at, Meeting.number)
    ):
        row = SessionRow(found.number, found.programme, found.starts_at, found.host, counts.get(found.id, Counts()))
        if found.state is MeetingState.CANCELLED:
            cancelled += 1
        elif row.counts.marks or found.nobody_came_at:
            held.append(row)
        elif found.state in _BEGUN or found.starts_at <= now:
            without.append(row)
        else:
            ahead += 1
    names = sorted({row.programme for row in held}, key=lambda name: (name is None, name or ""))
    return Report(
        period=period,
        programme=programme,
        total=_sum(held, people),
        programmes={name: _sum(_of(held, name), by_programme.get(name, _People())) for name in names},
        held=tuple(held),
        without=tuple(without),
        ahead=ahead,
        cancelled=cancelled,
    )


def _of(rows: Iterable[SessionRow], programme: str | None) -> list[SessionRow]:
    return [row for row in rows if row.programme == programme]


def _sum(rows: list[SessionRow], people: _People) -> Figures:
    counts = [row.counts for row in rows]
    return Figures(
        sessions=len(rows),
        places=sum(one.places for one in counts),
        visits=sum(one.came + one.walk_ins for one in counts),
        people=people.different,
        first_timers=people.first_timers,
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
    """Who came in the period, to whatever it was."""
    return _People(*session.execute(_came(caller, meetings).with_only_columns(*_how_many(since))).one())


def _people_by_programme(
    session: Session, caller: Caller, meetings: Select[Meeting], since: datetime
) -> dict[str | None, _People]:
    """Who came to each programme."""
    query = _came(caller, meetings).with_only_columns(Meeting.programme, *_how_many(since))
    return {name: _People(*counts) for name, *counts in session.execute(query.group_by(Meeting.programme))}


def _how_many(since: datetime) -> tuple[Any, Any]:
    """Different people, and those of them who were there for the first time since then: that is kept with each."""
    new = case((Participant.first_there_at >= since, Participant.id))
    return func.count(Participant.id.distinct()), func.count(new.distinct())


def _came(caller: Caller, meetings: Select[Meeting]) -> Select[Meeting]:
    """The period's meetings that took place, with every mark that counts and says present, and whose it is."""
    return (
        meetings.where(Meeting.state != MeetingState.CANCELLED)
        .join(AttendanceMark, AttendanceMark.meeting_id == Meeting.id)
        .join(Registration, Registration.id == AttendanceMark.registration_id)
        .join(Participant, Participant.id == Registration.participant_id)
        .where(
            AttendanceMark.organisation_id == caller.organisation_id,
            AttendanceMark.replaced_at.is_(None),
            AttendanceMark.present.is_(True),
            Registration.removed_at.is_(None),
        )
    )
