"""From the parts of a line to all that they may mean: one moment, several to choose from, or a series of meetings."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.reading.times import dates, repeats
from bot.reading.times.dates import NoDay
from bot.reading.times.groups import Group, of_its_month
from bot.reading.times.moments import At, NoHour, Option, Trouble
from bot.reading.times.parts import DAYS, DayList, Piece, WeekdayRange
from bot.reading.times.series import Series, joined_up
from bot.reading.times.tokens import Line
from bot.reading.times.written import (
    Dated,
    Feast,
    MonthDay,
    NoSuchDay,
    Nth,
    Offset,
    Weekday,
)


def options(line: Line, pieces: Sequence[Piece], here: datetime, title: str, minutes: int | None) -> list[Option]:
    """All readings that are not past. Raises NoDay, NoHour and Trouble."""
    readings = _Readings(line, pieces, here, title, minutes)
    return readings.with_all_days(readings.options())


class _Readings(Series):
    def with_all_days(self, found: list[Option]) -> list[Option]:
        """The readings; where a day was typed that is none of the only one's, both are readings: no day is dropped."""
        if len(found) != 1 or found[0].doubtful:
            return found
        start, minutes = found[0].slots[0]
        unsaid = [day for one in self._pieces if isinstance(one.what, DAYS) for day in self._unsaid(one.what, found[0])]
        if not unsaid:
            return found
        at = At(start.hour * 60 + start.minute, minutes)
        others = [one for day in dict.fromkeys(unsaid) for one in self._slots(dates.Reading(day, year=True), at)]
        kept = [one for one in others if one.slots[0][0].timestamp() > self._here.timestamp()]
        why = "Several days stand there."
        return [replace(one, doubtful=True, why=why) for one in (*found, *kept)]

    def _unsaid(self, what: object, only: Option) -> list[date]:
        """The dates that a typed day may mean, where none of them is in a reading."""
        of = {start.date() - timedelta(days=before) for start, _minutes in only.slots for before in (0, 1)}
        if isinstance(what, Weekday):
            said = any(day.weekday() in what.numbers for day in of)
            return [] if said else [one.date for one in dates.of(what, self._today, lambda _day: False)]
        if isinstance(what, DayList):
            every = [dates.of(one, self._today, lambda _day: False)[0].date for one in what.days]
            return [day for day in every if day not in of]
        of_each_month = isinstance(what, Nth) and self._every is not None
        if isinstance(what, Dated | MonthDay | Offset | Nth | Feast) and not of_each_month:
            every = [one.date for one in dates.of(what, self._today, lambda _day: False)]
            return [] if set(every) & of else every
        return []

    def options(self) -> list[Option]:
        groups = of_its_month(self._groups, self._today)
        if any(isinstance(one, NoSuchDay) for group in groups for one in group.days):
            raise NoDay("none", next(one.about for g in groups for one in g.days if isinstance(one, NoSuchDay)))
        if self._from and any(isinstance(one, Weekday) and one.weeks for group in groups for one in group.days):
            raise Trouble("open", "How often, or until which day?")
        plural = [one for group in groups for one in group.days if isinstance(one, Weekday) and one.plural]
        ranged = any(isinstance(one, WeekdayRange) for group in groups for one in group.days)
        if self._every is not None or plural or ranged or self._weekdays_again(groups):
            return self._settled(self._repeating(groups))
        if any(isinstance(one, DayList) for group in groups for one in group.days):
            return self._settled(self._once_each(self._lists(groups)))
        if len(groups) > 1 and all(group.joined == "and" for group in groups[1:]):
            return self._settled(self._once_each(self._together(groups)))
        found = [one for group in groups for one in self._single(group)]
        if len(groups) > 1:
            found = [replace(one, doubtful=True) for one in found]
        if (self._counts or self._ends_on_a_day()) and len(found) < 3:
            return self._settled([*found, *(one for each in found for one in self._repeated(each, groups[0]))])
        return self._settled(found)

    def _ends_on_a_day(self) -> bool:
        return self._until is not None and self._until.day is not None

    def _weekdays_again(self, groups: list[Group]) -> bool:
        """`Monday and Wednesday 4pm until 18 December`, `… for 4 weeks`: on each of these days, week by week."""
        named = [one for group in groups for one in group.days]
        plain = all(isinstance(one, Weekday) and not (one.mode or one.weeks or one.typed) for one in named)
        either = any(group.either for group in groups)
        return (self._ends_on_a_day() or bool(self._counts)) and len(named) > 1 and plain and not either

    def _once_each(self, found: list[Option]) -> list[Option]:
        """The readings of several days: how long they go on for fits none of them, so that it is asked about."""
        if not self._counts and not self._ends_on_a_day():
            return found
        why = "These are single days, and nothing that goes on."
        return [replace(one, doubtful=True, why=why) for one in found]

    def _together(self, groups: list[Group]) -> list[Option]:
        """`tomorrow and Friday at 4pm`: one meeting on each of the days."""
        return self._each_of([self._single(group) for group in groups])

    def _each_of(self, found: list[list[Option]]) -> list[Option]:
        """One series of what each group of days means."""
        if all(len(one) == 1 for one in found):
            return [joined_up([one[0] for one in found])]
        most = max(len(one) for one in found)
        if any(len(one) not in (1, most) for one in found):
            raise NoHour
        return [joined_up([one[number % len(one)] for one in found]) for number in range(most)]

    def _lists(self, groups: list[Group]) -> list[Option]:
        """`3, 10 and 17 December`, `20, 27 November and 4 December`: all of them; without *and* each, or all."""
        listed = [next((one for one in group.days if isinstance(one, DayList)), None) for group in groups]
        found = [
            self._list(group, which) if which else self._single(group)
            for group, which in zip(groups, listed, strict=True)
        ]
        if any(group.either for group in groups):
            return [replace(one, doubtful=True) for each in found for one in each]
        if len(groups) > 1:
            unsure = any(one is not None and one.either for one in listed)
            return [replace(one, doubtful=one.doubtful or unsure) for one in self._each_of(found)]
        if listed[0] is None or listed[0].joined:
            return found[0]
        days = [
            one for day in listed[0].days for one in self._readings([day], self._hours(groups[0], None), has_day=True)
        ]
        every = days if listed[0].either else [*days, *found[0]]
        return [replace(one, doubtful=True, why="Several days stand there.") for one in every]

    def _list(self, group: Group, which: DayList) -> list[Option]:
        written: list[Dated] = list(which.days)
        if which.through:
            first, last = which.days[0], which.days[-1]
            if last.day < first.day:
                raise Trouble("end", f"{last.day} is before {first.day}.")
            written = [replace(last, day=number) for number in range(first.day, last.day + 1)]
        hours = self._hours(group, None)
        found = []
        for at in hours:
            every = [option for one in written for option in self._readings([one], [at], has_day=True)]
            found.append(joined_up(every))
        return found

    def _repeated(self, single: Option, group: Group) -> list[Option]:
        """`Thursday at 16:00 for 6 weeks`, `… until 17 December`: one meeting or six."""
        start, minutes = single.slots[0]
        counts = [one.unit for one in self._counts if isinstance(one, repeats.Stretch)]
        every = repeats.Every("day" if counts[:1] == ["day"] else "week")
        until = self._last_day(every, (), start.date()) if self._ends_on_a_day() else None
        chosen = self._limited(start.date(), every, frozenset({start.date().weekday()}), None, until)
        if len(chosen) < 2 and until is not None and until > start.date():
            chosen = self._limited(start.date(), repeats.Every("day"), frozenset(), None, until)
        if len(chosen) < 2:
            return []
        clock = datetime.combine(start.date(), time(start.hour, start.minute))
        at = At(clock.hour * 60 + clock.minute, minutes)
        return self._on_days(chosen, at, single.said, minutes)
