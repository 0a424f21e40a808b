"""The registers of meetings in numbers, counted by the database."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import AttendanceMark, Meeting, Registration
from db.scope import of

_AT_FIRST = "MATERIALIZED"


class Counts(NamedTuple):
    """The register of one meeting. `places`: registered before; `came`, `no_shows`: of those, present or absent;
    `unmarked`: of whom nothing is said, walk-ins too."""

    places: int = 0
    came: int = 0
    walk_ins: int = 0
    no_shows: int = 0
    unmarked: int = 0
    marks: int = 0


def taken(session: Session, meeting: Meeting) -> bool:
    """Whether the register of a meeting was taken: somebody is marked, or it was said that nobody came."""
    current = of(meeting.organisation_id, AttendanceMark).where(
        AttendanceMark.meeting_id == meeting.id, AttendanceMark.replaced_at.is_(None)
    )
    return meeting.nobody_came_at is not None or session.scalar(current.limit(1)) is not None


def marks(session: Session, meeting: Meeting) -> tuple[int, int]:
    """How many people are marked as there on the register of a meeting, and how many are marked at all."""
    counts = select(func.count().filter(AttendanceMark.present), func.count()).where(
        AttendanceMark.organisation_id == meeting.organisation_id,
        AttendanceMark.meeting_id == meeting.id,
        AttendanceMark.replaced_at.is_(None),
    )
    came, marked = session.execute(counts).one()
    return came, marked


def seats(organisation_id: UUID, meetings: Select[Meeting], *more: InstrumentedAttribute[Any]) -> Select[Any]:
    """Every place on some meetings, with the mark that counts where there is one, and `more` of its meeting."""
    # Materialized, or SQLite may walk through the places of all years and look at the meeting of each.
    held = meetings.with_only_columns(Meeting.id, *more).cte("held").prefix_with(_AT_FIRST)
    # By the place alone, which is of one meeting: an index has all that is asked then, and no row is looked at.
    current = and_(AttendanceMark.registration_id == Registration.id, AttendanceMark.replaced_at.is_(None))
    places: Select[Any] = (
        select(
            held.c.id.label("meeting"),
            *(held.c[one.key] for one in more),
            Registration.participant_id.label("who"),
            Registration.walk_in.is_(False).label("expected"),
            AttendanceMark.present,
        )
        .join(Registration, and_(Registration.meeting_id == held.c.id, Registration.removed_at.is_(None)))
        .outerjoin(AttendanceMark, current)
        .where(Registration.organisation_id == organisation_id)
    )
    return places


def sums(columns: Any) -> tuple[Any, ...]:
    """What `Counts` holds, of the columns of `seats`."""
    expected, present = columns.expected, columns.present
    return (
        _how_many(expected),
        _how_many(and_(expected, present.is_(True))),
        _how_many(and_(~expected, present.is_(True))),
        _how_many(and_(expected, present.is_(False))),
        _how_many(present.is_(None)),
        func.count(present),
    )


def _how_many(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))
