"""A moment told by the one that stands: `an hour later`, `bring forward 30 min`, `same time Friday`.

Hours and days are those of the organisation's clock: an hour later on a night when clocks change is the next hour that
the clock shows.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.times.dates import months_on, words_of
from bot.reading.times.lengths import length
from bot.reading.times.plans import Around, Plan, Slot, moment
from bot.reading.times.tokens import Line, whole
from bot.reading.times.zones import moments
from bot.reading.words import DASHES, set_of

_FILLING = set_of(
    "please pls plz thanks ta need needs want move moved make it the meeting session by to be can could you we just "
    "shift start starts change put push pushed pull bring brought set that this hold of"
)
_LATER = set_of("later after on delay delayed delaying postpone postponed defer deferred")
_EARLIER = set_of("earlier early sooner before")
_EITHER = set_of("back backwards forward forwards fwd up down")
_PUSHED = set_of("push pushed put")
_BROUGHT = set_of("bring brought pull")
_DAYS = {
    **dict.fromkeys(("day", "days"), 1),
    **dict.fromkeys(("week", "weeks", "wk", "wks"), 7),
    **dict.fromkeys(("fortnight", "fortnights"), 14),
}
_MONTHS = set_of("month months")
_SAME = set_of("same that")
_SMALL = set_of("at on the to and , for of please pls")


@dataclass(frozen=True)
class Shift:
    """How far a meeting is moved by the clock, and whether later or earlier; None where neither was said."""

    minutes: int = 0
    days: int = 0
    months: int = 0
    later: bool | None = None


@dataclass(frozen=True)
class Stays:
    """What stays as it is, the `day` or the `hour`, and the words that tell the rest."""

    what: str
    rest: str


def read(text: str) -> Shift | Stays | None:
    """How a whole text moves something from where it stands; None where it tells a moment by itself, or none."""
    line = Line(text)
    return _shift(line) or _stays(line)


def _shift(line: Line) -> Shift | None:
    found: Shift | None = None
    said: set[str] = set()
    at = 0
    if line.word(0) in DASHES | {"+"}:
        said.add("later" if line.word(0) == "+" else "earlier")
        at = 1
    while at < len(line):
        far = _far(line, at)
        if far is not None and found is None:
            found, at = far
            continue
        word = line.word(at)
        if word not in _FILLING | _LATER | _EARLIER | _EITHER and not line.separator(at):
            return None
        said.add(word)
        at += 1
    told = bool(said & (_LATER | _EARLIER | _EITHER)) or "by" in said
    if found is None or not told:
        return None
    return Shift(found.minutes, found.days, found.months, _way(said))


def _way(said: set[str]) -> bool | None:
    """Later, earlier, or either: what is moved forward is later to some and earlier to others."""
    if said & _LATER and said & _EARLIER:
        return None
    if said & _LATER or said & _EARLIER:
        return bool(said & _LATER)
    if said & _PUSHED and "back" in said:
        return True
    return False if said & _BROUGHT and said & {"forward", "forwards", "fwd"} else None


def _far(line: Line, at: int) -> tuple[Shift, int] | None:
    if line.glued(at) and line.kind(at - 1) == "word":
        return None
    count, end = (1, at + (line.word(at) in ("a", "an", "another"))) if not line.digits(at) else (0, at)
    count, end = whole(line, at) or (count, end)
    unit = line.word(end)
    if unit in _DAYS:
        return Shift(days=count * _DAYS[unit]), end + 1
    if unit in _MONTHS:
        return Shift(months=count), end + 1
    found = length(line, at) or ((60, at + 1) if line.word(at) in ("hour", "hr") else None)
    return (Shift(minutes=found[0]), found[1]) if found else None


def _stays(line: Line) -> Stays | None:
    """`same day 5pm`, `Friday same time`."""
    for at in range(len(line)):
        word, behind = line.word(at), line.word(at + 1)
        if word in _SAME and behind in ("day", "time", "hour") and (word == "same" or behind == "day"):
            first, end = at, at + 2
            while first and line.word(first - 1) in _SMALL:
                first -= 1
            while line.word(end) in _SMALL:
                end += 1
            begins = 1 if line.word(0) in ("to", "on", "at") and first else 0
            rest = f"{line.slice(begins, first)} {line.slice(end, len(line))}".strip()
            return Stays("day" if behind == "day" else "hour", rest) if rest else None
    return None


def shifted(how: Shift, own: Slot, around: Around) -> Outcome[Plan]:
    """The moment that a meeting with this slot is moved to."""
    ways = (True, False) if how.later is None else (how.later,)
    found: list[Slot] = []
    why = "Later or earlier?" if how.later is None else "Which of these?"
    for later in ways:
        local = _moved(how if later else _back(how), own.start)
        read = moments(local, ZoneInfo(around.zone))
        why = f"{read.why} {why}".strip()
        found += [Slot(one, own.minutes) for one in read.found]
    if how.months:
        # A month later is the same date to some, and four weeks to others.
        found += [_weeks(how, own, around, later=later) for later in ways]
    found = [one for one in found if one.start.timestamp() > around.now.timestamp()]
    if not found:
        return Refused("past", f"From {own.words} that would be a moment that has passed.")
    choices = tuple(Choice(one.words, Plan(slots=(one,))) for one in dict.fromkeys(found))
    if len(choices) > 1 or how.later is None:
        return Ask("which", f"It stands at {own.words}. {why}", choices)
    new = choices[0].value.slots[0]
    moved = Said("moved", f"{new.start:%Y-%m-%dT%H:%M}", f"It moves from {own.words} to {new.words}.")
    return Understood(choices[0].value, (moved,))


def staying(how: Stays, own: Slot, around: Around) -> Outcome[Plan]:
    """The moment of which the day or the hour is that of a meeting's slot."""
    further = _shift(Line(how.rest))
    if further is not None and not further.minutes:
        return shifted(further, own, around)
    if how.rest.casefold() == "next week":
        return _day_of_next_week(own, around)
    words = f"{own.start:%d %B %Y} at {how.rest}" if how.what == "day" else f"{how.rest} at {own.start:%H:%M}"
    found = moment(words, around)
    if not isinstance(found, Understood):
        return found
    said = f"The day stays {words_of(own.start.date())}." if how.what == "day" else f"It stays at {own.start:%H:%M}."
    return Understood(found.value, (Said("stays", how.what, said), *found.said))


def _day_of_next_week(own: Slot, around: Around) -> Outcome[Plan]:
    """The same weekday in the week after this one, or in the week after the meeting's."""
    found = moment(f"{own.start:%A} next week at {own.start:%H:%M}", around)
    after = shifted(Shift(days=7, later=True), own, around)
    if not isinstance(found, Understood) or not isinstance(after, Understood):
        return after
    slots = [one.value.slots[0] for one in (found, after)]
    choices = tuple(Choice(one.words, Plan(slots=(replace(one, minutes=own.minutes),))) for one in dict.fromkeys(slots))
    if len(choices) == 1 or slots[0].start == own.start:
        return after
    return Ask("which", f"It stands at {own.words}. Which of these?", choices)


def _back(how: Shift) -> Shift:
    return Shift(-how.minutes, -how.days, -how.months)


def _moved(how: Shift, start: datetime) -> datetime:
    """The local hour that it comes to, whatever the clocks do between."""
    local = start.replace(tzinfo=None, fold=0)
    day = months_on(local.date(), how.months) if how.months else local.date()
    return datetime.combine(day, local.time()) + timedelta(days=how.days, minutes=how.minutes)


def _weeks(how: Shift, own: Slot, around: Around, *, later: bool) -> Slot:
    weeks = Shift(days=28 * how.months if later else -28 * how.months)
    return Slot(moments(_moved(weeks, own.start), ZoneInfo(around.zone)).found[0], own.minutes)
