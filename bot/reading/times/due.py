"""A day by itself, with or without an hour: until when somebody is away, by when something is to be done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.times import dates
from bot.reading.times.dates import FAR, NoDay, Reading, months_on, words_of
from bot.reading.times.parts import DAYS, Courtesy, DayList, WeekdayRange
from bot.reading.times.plans import Around, Plan, moment, parts_of, spelled
from bot.reading.times.zones import twice

_LEADING = re.compile(
    r"^(?:(?:until|till|til|to|by|before|on|no later than|at the latest by|from)\b[\s:]*)+", re.IGNORECASE
)


@dataclass(frozen=True)
class Due:
    """A day, and the moment on it where an hour was typed."""

    day: date
    moment: datetime | None = None

    @property
    def words(self) -> str:
        """`Friday 4 December 2026`, with its hour where there is one."""
        if self.moment is None:
            return words_of(self.day)
        name = f" {self.moment:%Z}" if twice(self.moment) else ""
        return f"{words_of(self.day)} at {self.moment:%H:%M}{name}"


def due(text: str, around: Around, *, with_today: bool) -> Outcome[Due]:
    """The day that words name. `with_today`: today is still to come, so that its weekday means today."""
    words = _LEADING.sub("", text.strip())
    found = moment(words, around)
    if isinstance(found, Refused):
        return found if found.what in ("past", "none") else _left(words)
    if isinstance(found, Understood):
        each = _of(found.value)
        return Understood(each, found.said) if each else _left(words)
    if found.what == "hour":
        return _day(words, around, with_today=with_today)
    choices = [Choice(one.words, one) for one in map(_of, (choice.value for choice in found.choices)) if one]
    kept = choices[0].value if found.what == "year" and choices else None
    return Ask(found.what, found.question, tuple(choices), found.about, kept, found.said)


def _of(value: Plan) -> Due | None:
    """The day and hour of a plan that is nothing else."""
    if len(value.slots) != 1 or value.people or value.programme or value.timed:
        return None
    start = value.slots[0].start
    return Due(start.date(), start)


def _left(words: str) -> Ask[Due]:
    return Ask("words", f"I can’t place “{words[:60]}”. One day is enough, such as “Monday”.", about=words)


def _day(words: str, around: Around, *, with_today: bool) -> Outcome[Due]:
    line, pieces, left, _doubt = parts_of(words, around)
    which = [one.what for one in pieces if isinstance(one.what, DAYS)]
    if left.title or left.words:
        return _left(left.title or left.words)
    if any(not isinstance(one.what, (*DAYS, Courtesy)) for one in pieces):
        return Ask("hour", f"At what time is “{words[:60]}”?", about=words)
    if any(isinstance(one, DayList | WeekdayRange) for one in which):
        return Ask("day", "Which of these days?", about=words)
    today = around.here.date()
    try:
        found = dates.on(which, today, lambda _day: not with_today)  # type: ignore[arg-type]
    except NoDay as problem:
        about = problem.about or words
        if problem.kind == "none":
            return Refused("none", f"There is no such day as {about}.")
        return Ask(problem.kind, f"Which day is “{about}”?", about=about)
    return _judged(found.found, today, spelled(line, pieces), with_today=with_today)


def _judged(found: Sequence[Reading], today: date, slips: tuple[Said, ...], *, with_today: bool) -> Outcome[Due]:
    """What becomes of the days that may be meant."""
    to_come = [one for one in found if one.date > today or (with_today and one.date == today)]
    if not to_come:
        last = words_of(found[0].date)
        return Refused("past", f"{last} is today." if found[0].date == today else f"{last} has passed.")
    choices = tuple(Choice(words_of(one.date), Due(one.date)) for one in to_come)
    if len(to_come) > 1:
        return Ask("which", "Which day do you mean?", choices, said=slips)
    gone = [one for one in found if one.date < today]
    if gone:
        # A date that has passed beside a weekday that has not: one of them is a slip.
        asked = f"{words_of(gone[0].date)} has passed. Is it {words_of(to_come[0].date)}?"
        return Ask("which", asked, choices, said=slips)
    only = to_come[0]
    begun = (replace(one, words=one.words.replace("the hour has passed today", "today has begun")) for one in only.said)
    said = tuple(dict.fromkeys((*slips, *begun)))
    if only.date > months_on(today, FAR):
        question = f"Is {words_of(only.date)} right? That is more than a year ahead."
        return Ask("year", question, choices, kept=choices[0].value, said=said)
    return Understood(Due(only.date), said)


__all__ = ["Around", "Due", "due"]
