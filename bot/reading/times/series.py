"""A repeat: which days come of it, how many they are and where it ends; more than one reading where that is open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from bot.reading.limits import keep_going
from bot.reading.outcome import Said
from bot.reading.times import dates, repeats
from bot.reading.times.dates import FAR, NoDay, months_on, words_of
from bot.reading.times.groups import Group
from bot.reading.times.moments import At, Moments, NoHour, Option, Trouble
from bot.reading.times.parts import Open, WeekdayRange
from bot.reading.times.written import (
    Dated,
    Day,
    Feast,
    Month,
    MonthDay,
    Nth,
    Offset,
    Unreadable,
    Week,
    Weekday,
)
from bot.reading.words import DAY_NAMES


class Series(Moments):
    """The readings of a repeat."""

    def _on_days(
        self, chosen: Sequence[date], at: At, said: tuple[Said, ...], minutes: int | None = None
    ) -> list[Option]:
        """The meetings of a repeat; two readings where the clocks change in one of the nights."""
        every: list[list[Option]] = []
        for day in chosen:
            keep_going()
            every.append(self._slots(dates.Reading(day, year=True), at))
        readings = max((len(one) for one in every), default=1)
        why = next((one[0].why for one in every if len(one) > 1), "")
        found = []
        for number in range(readings):
            slots = [one[min(number, len(one) - 1)].slots[0] for one in every]
            found.append(
                Option(tuple((start, minutes or lasts) for start, lasts in slots), said, doubtful=readings > 1, why=why)
            )
        return found

    def _repeating(self, groups: list[Group]) -> list[Option]:
        """The readings of a repeat. Raises NoDay where its days are more or fewer than so many a week."""
        days = sorted({number for group in groups for number in _weekdays(group.days)})
        if any(group.joined == "or" for group in groups) and len(days) > 1:
            return [replace(one, doubtful=True) for group in groups for one in self._series([group])]
        every = self._every
        if every is None:
            return self._series(groups)
        named = " and ".join(DAY_NAMES[one] for one in days)
        if every.either and len(days) > 1:
            why = f"“Biweekly” may be every week or every other week. {named}:"
            return [replace(one, doubtful=True, why=why) for one in self._every_other_or_not(every, groups, why)]
        often = every.often
        if often and every.unit == "week" and len(days) != often and (days or often > 1):
            times = {1: "Once", 2: "Twice"}.get(often, f"{often} times")
            raise NoDay("days", f"{times} a week on which days?{f' {named} stands there.' if days else ''}")
        if often and often > 1 and every.unit != "week":
            raise NoDay("days", f"{often} times a {every.unit} on which days, and at what time?")
        return self._series(groups)

    def _every_other_or_not(self, every: repeats.Every, groups: list[Group], why: str) -> list[Option]:
        found = []
        for number in (1, 2):
            self._every = replace(every, number=number)
            try:
                found += self._series(groups)
            except Trouble as problem:
                # The readings would look alike while nobody knows how long it goes on.
                raise Trouble(problem.kind, f"{why} which one, and until which day?", problem.about) from None
        return found

    def _series(self, groups: list[Group]) -> list[Option]:
        """The readings of a repeat; days with hours of their own are each a repeat, and are made as one."""
        hours = {tuple(piece.own for piece in group.hours) for group in groups}
        if len(hours) < 2:
            return self._one_series(groups)
        if any(isinstance(one, repeats.Times) for one in self._counts):
            raise Trouble("open", "How many of each? Until which day?")
        try:
            found = [self._one_series([group]) for group in groups]
        except Trouble as problem:
            raise Trouble(problem.kind, problem.why, problem.about) from None
        if any(len(one) > 1 for one in found):
            raise NoHour
        return [joined_up([one[0] for one in found])]

    def _one_series(self, groups: list[Group]) -> list[Option]:
        every = self._how_often(groups)
        written = [one for group in groups for one in group.days]
        weekdays = _weekdays(written)
        _must_be_clear(written, every)
        nth = next((one for one in written if isinstance(one, Nth) and every.unit == "month"), None)
        weeks = [one for one in written if isinstance(one, Week)]
        since = self._from.day if self._from else None
        month = self._month_begins([since]) if isinstance(since, Month) else self._month()
        fixed = [one for one in written if isinstance(one, Dated | MonthDay | Offset | Feast | Nth) and one is not nth]
        begin = since if since and not isinstance(since, Month) else (fixed[0] if fixed else None)
        if not (weekdays or nth or begin or every.unit in ("day", "weekday")):
            raise NoDay("day")
        group = next((one for one in groups if one.hours), groups[0])
        found, open_end = [], None
        for at in self._hours(group, None):
            first, said = self._first(every, frozenset(weekdays), nth, begin, weeks, at, month)
            wanted = frozenset(weekdays or {first.weekday()})
            pattern = (nth.number, nth.weekday) if nth else None
            if first.year != self._today.year:
                said = (*said, Said("year", str(first.year), f"I took the year {first.year}."))
            try:
                within = None if isinstance(since, Month) else month
                chosen = self._limited(first, every, wanted, pattern, self._last_day(every, weeks, first, within))
                self._must_fit(chosen, within)
            except Trouble as problem:
                if problem.kind != "open":
                    raise
                open_end = open_end or problem
                chosen = self._as_many_as_can_be(first, every, wanted, pattern)
            chosen, left_out = self._left_out(chosen)
            found += self._on_days(chosen, at, (*said, *left_out, *at.said))
        if open_end:
            raise Trouble("open", open_end.why, open_end.about, tuple(one.slots for one in found))
        return found

    def _how_often(self, groups: list[Group]) -> repeats.Every:
        """How often; `every day, Monday to Friday` is every week on these days."""
        every = self._every or repeats.Every("week")
        named = [one for group in groups for one in group.days if isinstance(one, Weekday | WeekdayRange)]
        several = len(named) > 1 or any(isinstance(one, WeekdayRange) for one in named)
        return repeats.Every("week") if every.unit in ("day", "weekday") and several else every

    def _first(
        self,
        every: repeats.Every,
        weekdays: frozenset[int],
        nth: Nth | None,
        begin: Day | None,
        weeks: Sequence[Week],
        at: At,
        month: date | None,
    ) -> tuple[date, tuple[Said, ...]]:
        """The first day of a repeat; that of today's weekday is said."""
        passed = self._passed(at)
        said: tuple[Said, ...] = ()
        start = self._today
        if begin is not None:
            found = dates.on([begin], self._today, passed)
            if found.doubtful:
                raise Trouble("open", "From which day on?")
            start, said = found.found[0].date, found.found[0].said
            if passed(start):
                raise Trouble("past", f"{words_of(start)} has passed.")
        elif month is not None:
            start = max(start, month)
        elif weeks:
            start = max(start, start - timedelta(days=start.weekday()) + timedelta(weeks=weeks[0].ahead))
        if every.unit == "month":
            pattern = (nth.number, nth.weekday) if nth else None
            day = next(one for one in repeats.days(start, every, weekdays, pattern) if not passed(one))
            return day, said
        wanted = frozenset(range(5)) if every.unit == "weekday" else weekdays
        day = start
        while (wanted and day.weekday() not in wanted) or passed(day):
            day += timedelta(days=1)
        if begin is None and self._today.weekday() in wanted and not weeks:
            name = DAY_NAMES[day.weekday()]
            said = (Said("day", day.isoformat(), f"The first is {name} {words_of(day).split(' ', 1)[1]}."),)
        return day, said

    def _month(self) -> date | None:
        """The first day of the month that a repeat is in: `every Saturday in December`. Raises Trouble for several."""
        return self._month_begins([one.what for one in self._pieces if isinstance(one.what, Month)])

    def _month_begins(self, named: Sequence[Month]) -> date | None:
        if len(named) > 1 or any(one.number is None for one in named):
            raise Trouble("open", "From which day until which?")
        if not named or named[0].number is None:
            return None
        number = named[0].number
        first = date(named[0].year or self._today.year + (number < self._today.month), number, 1)
        if months_on(first, 1) <= self._today:
            raise Trouble("past", f"{first:%B %Y} has passed.")
        return first

    def _must_fit(self, chosen: Sequence[date], month: date | None) -> None:
        """Raise Trouble where more were typed than the month has: `6 sessions in January`."""
        times = next((one.number for one in self._counts if isinstance(one, repeats.Times)), None)
        if month and times and len(chosen) < times:
            raise Trouble("open", f"{times} are more than {month:%B} has. Until which day?")

    def _last_day(
        self, every: repeats.Every, weeks: Sequence[Week], first: date, month: date | None = None
    ) -> date | None:
        """The last day that was said, and none behind the month that was."""
        last = self._said_last(every, weeks, first)
        ends = months_on(month, 1) - timedelta(days=1) if month else None
        return min((one for one in (last, ends) if one is not None), default=None)

    def _said_last(self, every: repeats.Every, weeks: Sequence[Week], first: date) -> date | None:
        ranged = any(isinstance(one, WeekdayRange) for group in self._groups for one in group.days)
        if weeks and (every.unit in ("day", "weekday") or ranged):
            return first + timedelta(days=6 - first.weekday())
        if self._until is None:
            return None
        if self._until.day is None:
            raise Trouble("open", f"Until which day is “{self._until.about}”?", self._until.about)
        try:
            found = dates.on([self._until.day], self._today, lambda _day: False)
        except NoDay as problem:
            if problem.kind == "none":
                raise
            raise Trouble("open", "Until which day?") from None
        last = found.found[0].date
        if last < self._today:
            raise Trouble("past", f"{words_of(last)} has passed.")
        if last < first:
            raise Trouble("end", f"The last day, {words_of(last)}, is before the first, {words_of(first)}.")
        return last

    def _left_out(self, chosen: list[date]) -> tuple[list[date], tuple[Said, ...]]:
        """The days of a repeat without those that are not meant: `except 11 December`. Raises NoDay for one that is
        none of them."""
        wrong = [day for one in self._pieces if isinstance(one.what, Open) for day in one.what.without]
        said: tuple[Said, ...] = ()
        for one in wrong:
            if isinstance(one, Weekday):
                out = [day for day in chosen if day.weekday() in one.numbers[:1]]
            else:
                out = [each.date for each in dates.on([one], self._today, lambda _day: False).found]
            if not set(out) & set(chosen) or not set(chosen) - set(out):
                raise NoDay("date", " and ".join(f"not {words_of(day)}" for day in out))
            chosen = [day for day in chosen if day not in out]
            name = DAY_NAMES[one.numbers[0]] if isinstance(one, Weekday) else words_of(out[0])
            said = (*said, Said("left out", f"{out[0]}", f"Not on {name}."))
        return chosen, said

    def _as_many_as_can_be(
        self, first: date, every: repeats.Every, weekdays: frozenset[int], nth: tuple[int, int] | None
    ) -> list[date]:
        """The days of a repeat of which nobody knows the end."""
        latest = months_on(self._today, FAR)
        return list(islice(repeats.days(first, every, weekdays, nth, latest), repeats.MOST))

    def _limited(
        self,
        first: date,
        every: repeats.Every,
        weekdays: frozenset[int],
        nth: tuple[int, int] | None,
        until: date | None,
    ) -> list[date]:
        """The days of a repeat. Raises Trouble where nobody said how many there are, or where they are too many."""
        times = next((one.number for one in self._counts if isinstance(one, repeats.Times)), None)
        length = next((one for one in self._counts if isinstance(one, repeats.Stretch)), None)
        if length is not None and length.unit == every.unit == "month":
            times = -(-length.number // every.number)
        elif length is not None:
            end = repeats.end_of(first, length)
            until = min(until, end) if until else end
        if times is None and until is None:
            raise Trouble("open", "How often, or until which day?")
        most = repeats.MOST + 1 if times is None else min(times, repeats.MOST + 1)
        chosen = list(islice(repeats.days(first, every, weekdays, nth, until), most))
        if len(chosen) > repeats.MOST or chosen[-1] > months_on(self._today, FAR):
            raise Trouble("open", "Those are too many meetings for one line. Until which day within a year?")
        return chosen


def _weekdays(written: Sequence[object]) -> set[int]:
    """The weekdays on which a repeat is: those that were named, and those of a span."""
    found = {number for one in written if isinstance(one, Weekday) for number in one.numbers[:1]}
    spans = (range(one.first, one.last + 1) for one in written if isinstance(one, WeekdayRange))
    return found.union(*spans)


def _must_be_clear(written: Sequence[object], every: repeats.Every) -> None:
    """Raises NoDay for what cannot be read, and for a weekday of each month of which nobody said which one."""
    unreadable = next((one for one in written if isinstance(one, Unreadable)), None)
    if unreadable is not None:
        raise NoDay("date", unreadable.about)
    weekday = next((one for one in written if isinstance(one, Weekday)), None)
    if every.unit == "month" and weekday and not any(isinstance(one, Nth) for one in written):
        raise NoDay("date", f"{DAY_NAMES[weekday.numbers[0]]} of each month")


def joined_up(every: Sequence[Option]) -> Option:
    """Several meetings as one series."""
    slots = tuple(sorted({slot for one in every for slot in one.slots}, key=lambda slot: slot[0].timestamp()))
    said = tuple(dict.fromkeys(said for one in every for said in one.said))
    return Option(slots, said, any(one.doubtful for one in every))
