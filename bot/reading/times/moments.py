"""From the parts of a line to the moments that they may mean: one, several to choose from, or a series."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.reading.limits import keep_going
from bot.reading.outcome import Said
from bot.reading.times import dates, meant, repeats, written
from bot.reading.times.clocks import DAY, Clock, Span
from bot.reading.times.dates import NoDay, words_of
from bot.reading.times.groups import Group, grouped
from bot.reading.times.parts import (
    DayList,
    From,
    Open,
    Piece,
    Until,
    WeekdayRange,
    Zone,
)
from bot.reading.times.tokens import Line
from bot.reading.times.zones import minutes_between, moments, own

DEFAULT_MINUTES = 60


class NoHour(Exception):
    """No hour was said, or none that fits."""

    def __init__(self, day: date | None = None) -> None:
        super().__init__()
        self.day = day


class Trouble(Exception):
    """The parts cannot be meant (past, end, none), or leave the end of a repeat open (open): then `series` are the
    meetings that there can be at most, in each reading."""

    def __init__(
        self, kind: str, why: str, about: str = "", series: tuple[tuple[tuple[datetime, int], ...], ...] = ()
    ) -> None:
        super().__init__(kind)
        self.kind, self.why, self.about, self.series = kind, why, about, series


@dataclass(frozen=True)
class Option:
    """One reading: its meetings, and what was assumed. `doubtful` where it must be asked about though it is alone."""

    slots: tuple[tuple[datetime, int], ...]
    said: tuple[Said, ...] = ()
    doubtful: bool = False
    why: str = ""


@dataclass(frozen=True)
class At:
    """One hour that may be meant: minutes of the day, and the minutes that it lasts on the clock."""

    minute: int
    lasts: int | None
    said: tuple[Said, ...] = ()
    zone: Zone | None = None


class Moments:
    """The readings of days and hours that stand in one line."""

    def __init__(self, line: Line, pieces: Sequence[Piece], here: datetime, title: str, minutes: int | None) -> None:
        self._line, self._here, self._minutes = line, here, minutes
        self._zone = here.tzinfo if isinstance(here.tzinfo, ZoneInfo) else ZoneInfo("UTC")
        self._today = here.date()
        self._title = frozenset(token.word for token in Line(title).tokens)
        self._pieces = pieces
        self._every = next((one.what for one in pieces if isinstance(one.what, repeats.Every)), None)
        self._counts = [one.what for one in pieces if isinstance(one.what, repeats.Times | repeats.Stretch)]
        self._until = next((one.what for one in pieces if isinstance(one.what, Until)), None)
        self._from = next((one.what for one in pieces if isinstance(one.what, From)), None)
        self._groups = grouped(line, pieces)

    def _settled(self, found: list[Option]) -> list[Option]:
        """The readings that are still to come. Raises Trouble where none is."""
        kept: dict[tuple[tuple[float, int], ...], Option] = {}
        now = self._here.timestamp()
        for one in found:
            if all(start.timestamp() > now or self._is_now(start) for start, _minutes in one.slots):
                kept.setdefault(tuple((start.timestamp(), minutes) for start, minutes in one.slots), one)
        if not kept:
            start = next((slot[0] for one in found for slot in one.slots), None)
            raise Trouble(
                "past", f"{words_of(start.date())}, {start:%H:%M} has passed." if start else "That has passed."
            )
        return list(kept.values())

    def _is_now(self, start: datetime) -> bool:
        return any(group.instant is not None and not group.instant.minutes for group in self._groups) and (
            start.replace(second=0, microsecond=0) == self._here.replace(second=0, microsecond=0)
        )

    def _single(self, group: Group) -> list[Option]:
        if group.instant is not None and not group.instant.this_time:
            return self._instant(group)
        which = self._days_of(group)
        hours = self._hours(group, which)
        return self._readings(which, hours, has_day=True)

    def _days_of(self, group: Group) -> list[written.Day]:
        which = [one for one in group.days if not isinstance(one, DayList | WeekdayRange)]
        if self._from is not None:
            which.append(self._from.day)
        if group.instant is not None and which and isinstance(which[0], written.Week):
            return [written.Offset(7 * which[0].ahead)]
        if not which or (group.open and any(isinstance(one, written.Month) for one in which)):
            raise NoDay("day")
        return which  # type: ignore[return-value]

    def _readings(self, which: Sequence[written.Day], hours: Sequence[At], *, has_day: bool) -> list[Option]:
        """Every day with every hour, the hours of one day beside each other."""
        today = any(
            isinstance(one, written.Weekday) and not one.mode and not one.weeks and self._today.weekday() in one.numbers
            for one in which
        )
        to_come = [at for at in hours if not self._passed(at)(self._today)]
        if today and to_come and len(to_come) < len(hours):
            hours = to_come
        table: list[tuple[int, int, Option]] = []
        for number, at in enumerate(hours):
            found = dates.on(which, self._today, self._passed(at))
            for row, reading in enumerate(found.found):
                keep_going()
                for option in self._slots(reading, at):
                    doubtful = found.doubtful or option.doubtful
                    table.append((row, number, replace(option, doubtful=doubtful)))
        return [option for _row, _number, option in sorted(table, key=lambda one: one[:2])]

    def _slots(self, reading: dates.Reading, at: At) -> list[Option]:
        local = datetime.combine(reading.date, time()) + timedelta(minutes=at.minute)
        found = moments(local, self._zone, at.zone)
        said = [*reading.said, *at.said, *found.said]
        if local.date() != reading.date and local.date() == self._today + timedelta(days=1):
            said.append(Said("day", local.date().isoformat(), f"That is in the night to {words_of(local.date())}."))
        if reading.date.year != self._today.year and not reading.year:
            said.append(Said("year", str(reading.date.year), f"I took the year {reading.date.year}."))
        doubtful = len(found.found) > 1
        return [
            Option(((start, self._lasting(start, at, local)),), tuple(said), doubtful, found.why)
            for start in found.found
        ]

    def _lasting(self, start: datetime, at: At, local: datetime) -> int:
        """Real minutes: a night on which clocks change is longer or shorter than they show."""
        if at.lasts is None or at.zone is not None:
            return self._minutes or at.lasts or DEFAULT_MINUTES
        ends = own(local + timedelta(minutes=at.lasts), self._zone)
        lasting = [minutes_between(start, end) for end in ends]
        return next((one for one in lasting if one > 0), at.lasts)

    def _passed(self, at: At) -> Callable[[date], bool]:
        def passed(day: date) -> bool:
            local = datetime.combine(day, time()) + timedelta(minutes=at.minute)
            return local <= self._here.replace(tzinfo=None)

        return passed

    def _instant(self, group: Group) -> list[Option]:
        """`in 2 hours`, `now`."""
        assert group.instant is not None  # noqa: S101  (its caller looked)
        start = (self._here + timedelta()).replace(second=0, microsecond=0)
        start = datetime.fromtimestamp(start.timestamp() + 60 * group.instant.minutes, self._zone)
        said = []
        if not group.instant.minutes:
            said.append(Said("hour", f"{start:%H:%M}", f"Now is {start:%H:%M}."))
        if start.date() != self._today:
            said.append(Said("day", start.date().isoformat(), f"That is {words_of(start.date())}."))
        return [Option(((start, self._minutes or DEFAULT_MINUTES),), tuple(said))]

    def _hours(self, group: Group, which: Sequence[written.Day] | None) -> list[At]:
        if group.instant is not None and group.instant.this_time:
            clock = f"{self._here:%H:%M}"
            return [
                At(self._here.hour * 60 + self._here.minute, None, (Said("hour", clock, f"This time is {clock}."),))
            ]
        found: list[At] = []
        for one in group.hours:
            found += self._of_piece(one, group)
        if not found or any(isinstance(one.what, Open) and one.what.what == "number" for one in self._pieces):
            raise NoHour(self._known_day(which))
        unique: dict[tuple[int, int | None], At] = {}
        for at in found:
            unique.setdefault((at.minute, at.lasts), at)
        return list(unique.values())

    def _of_piece(self, piece: Piece, group: Group) -> list[At]:
        typed = self._line.slice(piece.own, piece.end)
        if isinstance(piece.what, Span):
            stretch = meant.stretch(piece.what, group.part, self._title)
            if stretch is None:
                raise Trouble("end", f"“{typed}” ends before it starts.")
            return [
                At(minute, lasts, _hour_said(minute, typed) if stretch.assumed else (), group.zone)
                for minute, lasts in stretch.starts
            ]
        clock = piece.what
        assert isinstance(clock, Clock)  # noqa: S101  (HOURS are these two)
        hours = meant.hours(clock, group.part, self._title)
        found = [At(one, None, _hour_said(one, typed) if hours.assumed else (), group.zone) for one in hours.minutes]
        if clock.other:
            span = Span(Clock(clock.other[0], lone=True), Clock(clock.other[1], lone=True))
            stretch = meant.stretch(span, group.part, self._title)
            found += [At(minute, lasts, (), group.zone) for minute, lasts in (stretch.starts if stretch else ())]
        return found

    def _known_day(self, which: Sequence[written.Day] | None) -> date | None:
        """The day, where it is clear without an hour. Raises Trouble where it is past."""
        if which is None:
            return None
        found = dates.on(which, self._today, lambda _day: False).found
        if all(one.date < self._today for one in found):
            raise Trouble("past", f"{words_of(found[0].date)} has passed.")
        return found[0].date if len(found) == 1 else None


def _hour_said(minute: int, typed: str) -> tuple[Said, ...]:
    hour, rest = divmod(minute % DAY, 60)
    clock = f"{hour:02}:{rest:02}"
    part = "in the night" if hour < 5 else "in the morning" if hour < 12 else "in the afternoon"
    part = "at noon" if (hour, rest) == (12, 0) else "in the evening" if hour > 17 else part
    return (Said("hour", clock, f"I took {typed} as {clock}, {part}."),)
