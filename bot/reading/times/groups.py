"""Days and hours that stand together, parted from others by `or` and `and`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from bot.reading.times import dates, written
from bot.reading.times.parts import DAYS, HOURS, Instant, Open, Part, Piece, Zone
from bot.reading.times.tokens import Line

_JOINS_OR = frozenset({"or", "/"})
_JOINS_AND = frozenset({"and", "&", "+"})


@dataclass
class Group:
    """Days and hours that stand together, parted from others by `or` or `and`."""

    days: list[object] = field(default_factory=list)
    hours: list[Piece] = field(default_factory=list)
    part: str = ""
    zone: Zone | None = None
    joined: str = ""
    instant: Instant | None = None
    open: bool = False

    @property
    def either(self) -> bool:
        """Whether this group is meant instead of the one before: `or`, `/`."""
        return self.joined in _JOINS_OR

    def take(self, piece: Piece) -> None:
        """Put a part into the group."""
        match piece.what:
            case Part(name=name):
                self.part = name
            case Zone():
                self.zone = piece.what
            case Instant():
                self.instant = piece.what
            case _ if isinstance(piece.what, HOURS):
                self.hours.append(piece)
            case _:
                self.days.append(piece.what)


def grouped(line: Line, pieces: Sequence[Piece]) -> list[Group]:
    """The parts that say when, in groups."""
    groups = [Group()]
    last: Piece | None = None
    in_rows = _rows(pieces)
    for one in pieces:
        if isinstance(one.what, Open):
            groups[-1].open = groups[-1].open or one.what.what in ("day", "number")
            groups[-1].days += [written.Month()] if one.what.what == "day" else []
        if not isinstance(one.what, (*DAYS, *HOURS, Part, Zone, Instant)):
            continue
        joined = _joined(line, last, one) if last else ""
        goes_on = last and (_goes_on(groups[-1], last, one, pieces) or _listed(line, last, one, pieces))
        if not joined and (goes_on or (last, one) in in_rows):
            joined = "and"
        last = one
        if joined and isinstance(one.what, (*DAYS, *HOURS)) and (groups[-1].days or groups[-1].hours):
            groups.append(Group(joined=joined))
        groups[-1].take(one)
    return _shared(groups)


def _goes_on(group: Group, last: Piece, one: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether another day with an hour of its own begins: `Tuesday 1 December 5pm, Thursday 3 December 6pm`."""
    if not isinstance(one.what, written.Weekday | written.Dated) or not isinstance(last.what, HOURS) or not group.days:
        return False
    return any(isinstance(other.what, HOURS) for other in pieces if other.at > one.at)


def _listed(line: Line, last: Piece, one: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether another whole day stands behind a comma: `Mon 30 Nov, Wed 2 Dec`."""
    dates = (written.Dated, written.MonthDay)
    if not isinstance(last.what, dates) or not isinstance(one.what, written.Weekday):
        return False
    marks = {line.word(at) for at in range(last.end, one.own)}
    return bool(marks & {",", ";"}) and any(other.at == one.end and isinstance(other.what, dates) for other in pieces)


def _rows(pieces: Sequence[Piece]) -> list[tuple[Piece | None, Piece]]:
    """The neighbours in a row of three weekdays and more with nothing between them: `mon tues weds` are all meant."""
    plain = [isinstance(one.what, written.Weekday) and not (one.what.mode or one.what.weeks) for one in pieces]
    joined = [
        first.end == second.at and plain[at] and plain[at + 1] for at, (first, second) in enumerate(pairwise(pieces))
    ]
    alone = [False, *joined, False]
    return [
        (first, second)
        for at, (first, second) in enumerate(pairwise(pieces))
        if joined[at] and (alone[at] or alone[at + 2])
    ]


def _joined(line: Line, first: Piece, second: Piece) -> str:
    between = [line.word(at) for at in range(first.end, second.own)]
    if _JOINS_OR & set(between):
        return "or" if "or" in between else "/"
    if _JOINS_AND & set(between):
        return "and"
    alike = all(isinstance(one.what, written.Dated) for one in (first, second)) or all(
        isinstance(one.what, written.Weekday) for one in (first, second)
    )
    listed = any(line.word(at) in _JOINS_AND for at in range(second.end, len(line)))
    return "and" if alike and "," in between and listed else ""


def _shared(groups: list[Group]) -> list[Group]:
    """What one group lacks it has in common with its neighbour."""
    for before, group in pairwise(groups):
        if not group.days:
            group.days = before.days
        if not group.part and not group.hours:
            group.part = before.part
    for number in range(len(groups) - 2, -1, -1):
        if not groups[number].hours and groups[number].instant is None:
            groups[number].hours = groups[number + 1].hours
            groups[number].part = groups[number].part or groups[number + 1].part
        groups[number].zone = groups[number].zone or groups[number + 1].zone
    for before, group in pairwise(groups):
        group.hours = group.hours or before.hours
    return _of_one_week(groups)


def _of_one_week(groups: list[Group]) -> list[Group]:
    """In `Monday, Wednesday and Friday next week` all are of that week."""
    weeks = [day for group in groups for day in group.days if isinstance(day, written.Week)]
    named = [day for group in groups for day in group.days if not isinstance(day, written.Week)]
    if len(weeks) == 1 and len(groups) > 1 and all(isinstance(day, written.Weekday) for day in named):
        for group in groups:
            group.days = [day for day in group.days if day is not weeks[0]] + weeks
    return groups


def of_its_month(groups: list[Group], today: date) -> list[Group]:
    """In `10 December and the 30th` the 30th may be the next one there is, or that of December: both are readings."""
    for before, group in pairwise(groups):
        first = [one for one in before.days if isinstance(one, written.Dated | written.MonthDay)]
        later = [one for one in group.days if isinstance(one, written.MonthDay)]
        if not first or not later or any(isinstance(one, written.Dated) for one in group.days):
            continue
        day = dates.of(first[0], today, lambda _day: False)[0].date
        for one in later:
            month = day.month if one.day > day.day else day.month % 12 + 1
            group.days = [*group.days, written.Dated(one.day, (month,))]
    return groups
