"""The figures of a period: numbers only, counted by the database, no names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, case, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from bot.caller import Caller
from bot.diary.states import BEGUN
from bot.facts import points
from bot.gates.urgent import ANSWERS
from bot.participants import counting
from bot.participants.counting import Counts
from bot.reports.forms import Period
from db.models import Fact, FactAnswer, Meeting, MeetingKind, MeetingState, Participant
from db.scope import of

SHOWN = 75
"""So many sessions are named."""
_OF_MEETING, _OF_PROGRAMME, _OF_ALL = 0, 1, 2
_NONE = Counts()
_URGENT = points.URGENT.requirement
_CAME = frozenset(point.requirement for point in ANSWERS)


class SessionRow(NamedTuple):
    """One meeting of the period."""

    number: int
    programme: str | None
    starts_at: datetime
    host: str
    counts: Counts
    title: str = ""

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
    """A period in numbers; `programme` is what they are about, a programme or the title of a group. `held` have a
    register; `without` began and have none; `ahead` have not begun. `urgent` are the numbers of those that were
    urgent contact, whatever became of them; of the `unanswered` among these nobody has said yet what came of it."""

    period: Period
    programme: str | None
    total: Figures
    programmes: dict[str | None, Figures]
    held: tuple[SessionRow, ...]
    without: tuple[SessionRow, ...]
    ahead: int
    cancelled: int
    urgent: tuple[int, ...] = ()
    unanswered: tuple[int, ...] = ()
    unnamed: tuple[int, ...] = ()
    """The numbers of those that have no programme and were not cancelled: no programme's figures count them."""


@dataclass(frozen=True)
class _People:
    """How many different people came, and how many of them had never come before the period."""

    different: int = 0
    first_timers: int = 0


def figures(
    session: Session,
    caller: Caller,
    period: Period,
    programme: str | None,
    now: datetime,
    group: str | None = None,
    group_ids: Sequence[UUID] = (),
) -> Report:
    """The report of a period, for one programme, for the groups of one title and their ids, or for all. A constant
    number of queries, however many sessions."""
    since, until = period.bounds(caller.zone)
    meetings = of(caller.organisation_id, Meeting).where(Meeting.starts_at >= since, Meeting.starts_at < until)
    of_none = meetings.where(Meeting.programme.is_(None), Meeting.state != MeetingState.CANCELLED)
    unnamed = tuple(session.scalars(of_none.with_only_columns(Meeting.number).order_by(Meeting.number)))
    if programme is not None:
        meetings = meetings.where(Meeting.programme == programme)
    if group is not None:
        meetings, unnamed = meetings.where(Meeting.group_id.in_(group_ids)), ()
    counts, people, by_programme = _counted(session, caller.organisation_id, meetings, since)
    urgent, unanswered = _urgent(session, caller.organisation_id, meetings)
    held, without = list[SessionRow](), list[SessionRow]()
    ahead = cancelled = 0
    columns = (
        Meeting.number,
        Meeting.programme,
        Meeting.starts_at,
        Meeting.host,
        Meeting.state,
        Meeting.nobody_came_at,
    )
    listed = meetings.with_only_columns(*columns).order_by(Meeting.starts_at, Meeting.number)
    for number, of_programme, starts_at, host, state, nobody_came_at in session.execute(listed).all():
        row = SessionRow(number, of_programme, starts_at, host, counts.get(number, _NONE))
        if state is MeetingState.CANCELLED:
            cancelled += 1
        elif row.counts.marks or nobody_came_at:
            held.append(row)
        elif state in BEGUN or starts_at <= now:
            without.append(row)
        else:
            ahead += 1
    titles = _titles(session, caller.organisation_id, [*held[:SHOWN], *without[:SHOWN]])
    held, without = ([row._replace(title=titles.get(row.number, "")) for row in rows] for rows in (held, without))
    names = sorted({row.programme for row in held}, key=lambda name: (name is None, name or ""))
    return Report(
        period=period,
        programme=programme or group,
        total=_sum(held, people),
        programmes={name: _sum(_of(held, name), by_programme.get(name, _People())) for name in names},
        held=tuple(held),
        without=tuple(without),
        ahead=ahead,
        cancelled=cancelled,
        urgent=urgent,
        unanswered=unanswered,
        unnamed=unnamed,
    )


def _titles(session: Session, organisation_id: UUID, rows: Sequence[SessionRow]) -> dict[int, str]:
    """What meetings are called, by their numbers: but for those with one person and those about sensitive matters,
    whose titles are their team's alone."""
    query = of(organisation_id, Meeting).where(
        Meeting.number.in_([row.number for row in rows]),
        Meeting.kind == MeetingKind.GROUP,
        Meeting.sensitive.is_not(True),
    )
    columns = (Meeting.id, Meeting.number, getattr(Meeting, Meeting.title.attribute))
    found = session.execute(query.with_only_columns(*columns)).all() if rows else ()
    return {number: Meeting.title.text(Meeting, title, key, organisation_id) for key, number, title in found}


def _urgent(
    session: Session, organisation_id: UUID, meetings: Select[Meeting]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of the meetings that were urgent contact, but for what was said by mistake; and of those of which
    nobody has said what came of it."""
    said = (
        meetings.with_only_columns(Meeting.number, Fact.sequence, Fact.requirement, Fact.answer)
        .join(Fact, and_(Fact.scope_id == Meeting.id, Fact.organisation_id == organisation_id))
        .where(Fact.requirement.in_((_URGENT, *_CAME)))
    )
    known: dict[int, set[str]] = {}
    for number, _sequence, requirement, answer in sorted(session.execute(said).all(), key=lambda one: one[:2]):
        standing = known.setdefault(number, set())
        # What was said by mistake was taken back within ten minutes.
        (standing.add if answer is FactAnswer.YES else standing.discard)(requirement)
    urgent = sorted(number for number, found in known.items() if _URGENT in found)
    return tuple(urgent), tuple(number for number in urgent if not known[number] & _CAME)


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


def _counted(
    session: Session, organisation_id: UUID, meetings: Select[Meeting], since: datetime
) -> tuple[dict[int, Counts], _People, dict[str | None, _People]]:
    """Places and marks of every meeting by its number, and who came: to whatever it was, and to each programme. One
    query, which looks at each place of the period once; whoever came is looked up once, however often they did."""
    seats = counting.seats(organisation_id, meetings, Meeting.number, Meeting.programme, Meeting.state).cte("seats")
    places = select(
        literal(_OF_MEETING),
        seats.c.number,
        null().label("programme"),
        *counting.sums(seats.c),
    ).group_by(seats.c.number)
    there = and_(seats.c.present.is_(True), seats.c.state != MeetingState.CANCELLED)
    came = select(seats.c.programme, seats.c.who).where(there).distinct().subquery("came")
    # They were there for the first time in the period: when that was is kept with each. Of a merged record it is the
    # person who counts, once.
    record = aliased(Participant)
    new = case((Participant.first_there_at >= since, 1), else_=0).label("new")
    people = (
        select(came.c.programme, Participant.id.label("who"), new)
        .join(record, record.id == came.c.who)
        .join(
            Participant,
            and_(
                Participant.id == func.coalesce(record.merged_into_id, record.id),
                Participant.organisation_id == organisation_id,
            ),
        )
        .distinct()
        .cte("people")
    )
    different = select(people.c.who, people.c.new).distinct().subquery("different")
    zeros = [literal(0)] * 4
    of_programmes = select(
        literal(_OF_PROGRAMME), null(), people.c.programme, func.count(), func.sum(people.c.new), *zeros
    ).group_by(people.c.programme)
    of_all = select(literal(_OF_ALL), null(), null(), func.count(), func.sum(different.c.new), *zeros)
    counts: dict[int, Counts] = {}
    total, programmes = _People(), dict[str | None, _People]()
    rows: Iterable[Any] = session.execute(union_all(places, of_programmes, of_all.select_from(different))).all()
    for what, number, programme, *numbers in rows:
        if what == _OF_MEETING:
            counts[number] = Counts._make(numbers)
        elif what == _OF_PROGRAMME:
            programmes[programme] = _People(*numbers[:2])
        else:
            total = _People(numbers[0], numbers[1] or 0)
    return counts, total, programmes
