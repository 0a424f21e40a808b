"""When a group meets: on the same weekdays at the same hour, each week or each few weeks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.errors import BadInput
from bot.reading.times import local_time
from bot.reading.times.plans import Slot
from bot.reading.words import DAY_NAMES
from db.models import Group

_WEEK = timedelta(days=7)
MOST_WEEKS = 4
"""A group with set times meets at least once in so many weeks."""
_LOOKED_AT = 60
_SEVERAL = {1: "", 2: " every second week", 3: " every third week", 4: " every fourth week"}


@dataclass(frozen=True)
class Rhythm:
    """The weekdays (0 is Monday), the hour, and every how many weeks, counted from the week of a day."""

    weekdays: tuple[int, ...]
    meets_at: str
    weeks: int = 1
    counted_from: date | None = None

    def days(self, first: date) -> Iterator[date]:
        """The days on which the group meets, from a day on."""
        begin = self.counted_from or first
        monday = begin - timedelta(days=begin.weekday())
        day = max(first, begin)
        while True:
            if day.weekday() in self.weekdays and ((day - monday) // _WEEK) % self.weeks == 0:
                yield day
            day += timedelta(days=1)

    @property
    def words(self) -> str:
        """`Thursdays at 16:00`; `Mondays and Wednesdays at 10:00 every second week`."""
        names = [f"{DAY_NAMES[one]}s" for one in self.weekdays]
        days = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
        return f"{days} at {self.meets_at}{_SEVERAL[self.weeks]}"


def of_group(group: Group) -> Rhythm | None:
    """When a group meets; None where it has no set times."""
    if not group.weekdays or not group.meets_at:
        return None
    return Rhythm(tuple(group.weekdays), group.meets_at, group.weeks, group.counted_from)


def of_slots(slots: Sequence[Slot]) -> Rhythm | None:
    """The rhythm of a repeat; None where it is none of weeks, such as one of months or one that leaves days out."""
    days = [one.start.date() for one in slots]
    hours = sorted({f"{one.start:%H:%M}" for one in slots})
    if len(days) < 2 or len(hours) > 1:
        return None
    weekdays = tuple(sorted({one.weekday() for one in days}))
    for weeks in range(1, MOST_WEEKS + 1):
        found = Rhythm(weekdays, hours[0], weeks, days[0])
        if list(islice(found.days(days[0]), len(days))) == days:
            return found
    return None


def next_free(rhythm: Rhythm, taken: Sequence[datetime], now: datetime, zone: str) -> datetime | None:
    """The next moment at which the group meets and has no meeting for it yet, as aware UTC; None where it has one for
    all the days that are looked at."""
    local = ZoneInfo(zone)
    full = _full(rhythm, {one.astimezone(local).date() for one in taken})
    for day in islice(rhythm.days(now.astimezone(local).date()), _LOOKED_AT):
        if day in full:
            continue
        try:
            start = local_time.moment(datetime.combine(day, time.fromisoformat(rhythm.meets_at)), zone)
        except BadInput:
            continue  # an hour that the clocks skip or have twice
        if start > now:
            return start.astimezone(UTC)
    return None


def _full(rhythm: Rhythm, taken: set[date]) -> set[date]:
    """The days that have a meeting, and those whose meeting was moved to another: of a week with as many meetings as it
    has days all are full, and a meeting in a week without any stands for the nearest day."""
    full = set(taken)
    for day in taken:
        monday = day - timedelta(days=day.weekday())
        near = [one for one in islice(rhythm.days(monday - _WEEK), 3 * 7) if one < monday + 2 * _WEEK]
        own = [one for one in near if monday <= one < monday + _WEEK]
        held = sum(monday <= one < monday + _WEEK for one in taken)
        if own and held >= len(own):
            full.update(own)
        elif not own and near:
            full.add(min(near, key=lambda one: abs(one - day)))
    return full
