"""What follows `/meeting new`: a title, a moment or a series of them, a length, and who is with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood
from bot.reading.times import framed, meant, spelling, taken_back, welsh, written
from bot.reading.times.clocks import DAY, Clock, Span
from bot.reading.times.dates import FAR, NoDay, months_on, words_of
from bot.reading.times.lengths import LONGEST, SHORTEST
from bot.reading.times.moments import NoHour, Option, Trouble
from bot.reading.times.parts import (
    DAYS,
    HOURS,
    DayList,
    From,
    Instant,
    Length,
    Named,
    Open,
    Part,
    Person,
    Piece,
    Programme,
    Until,
)
from bot.reading.times.pieces import Scan
from bot.reading.times.readings import options
from bot.reading.times.titles import LONGEST_TITLE, Rest, hedged, rest, sorted_out
from bot.reading.times.tokens import Line
from bot.reading.times.zones import twice
from bot.reading.words import DAY_NAMES, MONTH_NAMES, fold

LONGEST_TEXT = 1_000
DEFAULT_MINUTES = 60


_PLATFORM = re.compile(
    r"(?:(?:on|via|over|by|using|through|held on)\s+)?(?:(?:ms|microsoft|google)\s+)?(?:zoom|teams|meet|skype|webex)",
    re.IGNORECASE,
)
"""Where a meeting is held, which is its link's to say."""


@dataclass(frozen=True)
class Slot:
    """One meeting's start, in the organisation's zone, and its minutes."""

    start: datetime
    minutes: int

    @property
    def words(self) -> str:
        """`Thursday 26 November 2026, 16:00`; with the zone's name where the clock shows the hour twice."""
        name = f" {self.start:%Z}" if twice(self.start) else ""
        return f"{words_of(self.start.date())}, {self.start:%H:%M}{name}"

    @property
    def whole(self) -> str:
        """The same with when it ends. Over a night when the clocks change its minutes are real ones."""
        end = (self.start.astimezone(UTC) + timedelta(minutes=self.minutes)).astimezone(self.start.tzinfo)
        return f"{self.words} to {end:%H:%M}"


@dataclass(frozen=True)
class Plan:
    """What was read of a meeting. `slots` are one meeting, or a series; empty while the moment is open. `minutes` is
    what was typed of a length, `day` and `hour` what is known of the moment while it is open."""

    title: str = ""
    slots: tuple[Slot, ...] = ()
    people: tuple[str, ...] = ()
    programme: str | None = None
    minutes: int | None = None
    day: date | None = None
    hour: str = ""
    timed: bool = False
    """Whether a length, or an end, was typed."""

    @property
    def words(self) -> str:
        """The moment, or the series, as a button says it."""
        if len(self.slots) > 1:
            first, last = self.slots[0].start, self.slots[-1].start
            days = f"{first:%a} {first.day} {first:%b %Y} to {last:%a} {last.day} {last:%b %Y}"
            return f"{len(self.slots)} meetings, {days}, {first:%H:%M}"
        return self.slots[0].words if self.slots else ""


@dataclass(frozen=True)
class Around:
    """What a reader must know of the organisation."""

    now: datetime
    zone: str
    nation: str = "england"
    programmes: Sequence[str] = ()
    names: frozenset[str] = field(default_factory=frozenset)
    """The staff's names, folded."""

    @property
    def here(self) -> datetime:
        """Now, on the organisation's clock."""
        return self.now.astimezone(ZoneInfo(self.zone))


def staff_names(names: Sequence[str]) -> frozenset[str]:
    """Names as they are looked up: whole, and the first name of each."""
    folded = [fold(name) for name in names]
    return frozenset(folded) | frozenset(name.split()[0] for name in folded if name.split())


def plan(text: str, around: Around, *, titled: bool = True) -> Outcome[Plan]:
    """A meeting out of one line; only with `titled` it must have a title."""
    if len(text) > LONGEST_TEXT:
        return Refused("long", f"That is longer than {LONGEST_TEXT} characters. A title, a day and an hour are enough.")
    text = framed.without_frame(text)
    again = taken_back.corrected(text, lambda part: parts_of(part, around)[:2])
    if again:
        return _corrected(*again, around, titled)
    line, pieces, left, named_day = parts_of(text, around)
    made = Plan(
        title=left.title,
        people=tuple(dict.fromkeys(one.what.slack_id for one in pieces if isinstance(one.what, Person))),
        programme=next((one.what.name for one in pieces if isinstance(one.what, Programme)), None),
    )
    if len(made.title) > LONGEST_TITLE:
        return Refused("title", f"The title has {len(made.title)} characters; {LONGEST_TITLE} fit. Please shorten it.")
    return _with_moment(line, pieces, left, named_day, made, around, titled)


def _corrected(text: str, mark: str, around: Around, titled: bool) -> Outcome[Plan]:
    """The reading of a text in which somebody takes something back."""
    if not text:
        return Ask("words", f"I can't tell what “{mark}” takes back.", about=mark)
    found = plan(text, around, titled=titled)
    said = Said("correction", mark, f"“{mark}”: I took what stands behind it instead.")
    return replace(found, said=(said, *found.said)) if isinstance(found, Understood) else found


def moment(text: str, around: Around) -> Outcome[Plan]:
    """A moment, a series or a length alone, as behind `/meeting edit M-12 to`; every other word is asked about."""
    found = plan(text, around, titled=False)
    title = found.value.title if isinstance(found, Understood) else ""
    return Ask("words", f"I can't place “{title}”.", about=title) if title else found


def parts_of(text: str, around: Around) -> tuple[Line, list[Piece], Rest, Piece | None]:
    """The parts of a line; slips of spelling are looked for where no good day stands, or right beside one, or where
    one is only a part of them: the 3rd of `Febuary 3rd`."""
    line = Line(text)
    if around.nation == "wales":
        line = welsh.turned(line)
    today = around.here.date()
    pieces = Scan(line, today, around.programmes, around.names).pieces()
    kept, doubt = sorted_out(line, pieces)
    firm = [one for one in kept if isinstance(one.what, DAYS)]
    firm = [one for one in firm if not isinstance(one.what, written.Week | written.Month)]
    other = spelling.corrected(line)
    if other is not None and not any(isinstance(one.what, Instant) for one in kept):
        again = Scan(other, today, around.programmes, around.names).pieces(spelling=True)
        new = [one for one in again if _slipped(other, one)]
        whole = all(any(slip.at <= one.own < slip.end for slip in new) for one in firm)
        if new and (whole or all(_beside(other, one, again) for one in new)):
            line = other
            kept, doubt = sorted_out(line, again)
    return line, kept, rest(line, kept), doubt


def _slipped(line: Line, one: Piece) -> bool:
    """Whether a day was misspelt, or cannot be read."""
    if not isinstance(one.what, DAYS):
        return any(token.slip for token in line.tokens[one.own : one.end])
    doubtful = isinstance(one.what, written.Unreadable) or (
        isinstance(one.what, written.Weekday | written.Dated) and bool(one.what.typed)
    )
    return doubtful or any(token.slip for token in line.tokens[one.own : one.end])


def _beside(line: Line, slip: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether a misspelt day stands right beside another day, or has a number, so that it is no word of a title."""
    if isinstance(slip.what, written.Dated | DayList | Until | From):
        return True
    if isinstance(slip.what, written.Unreadable):
        return False
    others = [one for one in pieces if one is not slip and isinstance(one.what, DAYS)]
    return any(line.skip(slip.end) == one.own or line.skip(one.end) == slip.own for one in others)


def _with_moment(
    line: Line, pieces: list[Piece], left: Rest, named_day: Piece | None, made: Plan, around: Around, titled: bool
) -> Outcome[Plan]:
    lengths = list(dict.fromkeys(one.what.minutes for one in pieces if isinstance(one.what, Length)))
    timed = bool(lengths) or any(isinstance(one.what, Span) for one in pieces)
    made = replace(made, minutes=lengths[-1] if lengths else None, timed=timed, hour=_only_hour(pieces, left.title))
    if made.minutes is not None and not SHORTEST <= made.minutes <= LONGEST:
        return Refused("length", f"{made.minutes} minutes? A meeting lasts from 5 minutes to 12 hours.")
    wrong = _no_such(line, pieces)
    if wrong:
        return wrong
    who = [one.what for one in pieces if isinstance(one.what, Named)]
    try:
        found = options(line, pieces, around.here, left.title, made.minutes)
    except NoDay as problem:
        return _asked_for_day(line, problem, made, who, around)
    except NoHour as problem:
        made = replace(made, day=problem.day)
        if who:
            return _who(who, made)
        return Ask("hour", f"At what time{f' on {words_of(problem.day)}' if problem.day else ''}?", kept=made)
    except Trouble as problem:
        if problem.kind in ("end", "past", "none", "length"):
            return Refused(problem.kind, problem.why)
        if who:
            return _who(who, made)
        every = [replace(made, slots=tuple(Slot(*slot) for slot in one)) for one in problem.series]
        choices = tuple(Choice(one.slots[0].words, one) for one in every if one.slots)
        return Ask("end", problem.why, choices, about=problem.about, kept=made)
    return _judged(line, pieces, found, named_day, left, lengths, who, made, around, titled)


def _only_hour(pieces: Sequence[Piece], title: str) -> str:
    """The hour, `16:00`, where there is no doubt about it; for the form that asks for the rest."""
    found = [one.what for one in pieces if isinstance(one.what, Clock)]
    part = next((one.what.name for one in pieces if isinstance(one.what, Part)), "")
    hours = meant.hours(found[0], part, frozenset(title.casefold().split())) if len(found) == 1 else meant.Hours(())
    if len(hours.minutes) != 1 or not found[0].valid:
        return ""
    hour, minute = divmod(hours.minutes[0] % DAY, 60)
    return f"{hour:02}:{minute:02}"


def _who(who: Sequence[Named], made: Plan, choices: tuple[Choice[Plan], ...] = ()) -> Ask[Plan]:
    """Who is meant. What may be no person stays in the title, and is asked about all the same."""
    sure = [one.about for one in who if one.sure]
    names = ", ".join(sure or [one.about for one in who])
    verb = "is" if len(sure) == 1 else "are"
    begins = f"I don't know who {names} {verb}." if sure else f"Is “{names}” somebody? Then take it out of the title."
    question = f"{begins} A co-worker: pick the name below. A participant: add them once the meeting is there."
    return Ask("who", question, choices if len(choices) > 1 else (), about=names, kept=made)


def _no_such(line: Line, pieces: Sequence[Piece]) -> Refused | None:
    for one in pieces:
        clocks: tuple[Clock, ...] = ()
        if isinstance(one.what, Clock):
            clocks = (one.what,)
        elif isinstance(one.what, Span):
            clocks = (one.what.start, one.what.end)
        if not all(clock.valid for clock in clocks):
            return Refused("none", f"There is no such hour as “{line.slice(one.own, one.end)}”.")
    return None


def _asked_for_day(line: Line, problem: NoDay, made: Plan, who: Sequence[Named], around: Around) -> Outcome[Plan]:
    if problem.kind == "none":
        return Refused("none", f"There is no such day as {problem.about or 'that'}.")
    if who:
        return _who(who, made)
    if problem.kind == "days":
        return Ask("day", problem.about, kept=made)
    foreign = welsh.named(line) if around.nation != "wales" else ""
    if problem.kind == "date" or foreign:
        about = problem.about or foreign
        return Ask("date", f"Which day is “{about}”?", about=about, kept=made)
    return Ask("day", "On which day?", kept=made)


def _judged(
    line: Line,
    pieces: Sequence[Piece],
    found: list[Option],
    named_day: Piece | None,
    left: Rest,
    lengths: list[int],
    who: list[Named],
    made: Plan,
    around: Around,
    titled: bool,
) -> Outcome[Plan]:
    """What becomes of the readings that there are."""
    choices = [
        Choice(each.words, each)
        for each in (replace(made, slots=tuple(Slot(*slot) for slot in one.slots)) for one in found)
    ]
    minutes = {slot.minutes for choice in choices for slot in choice.value.slots}
    if any(not SHORTEST <= one <= LONGEST for one in minutes):
        return Refused("length", "A meeting lasts from 5 minutes to 12 hours.")
    only = choices[0].value if len(choices) == 1 else made
    if who:
        return _who(who, only, tuple(choices))
    if named_day is not None:
        return Ask("day", "Is that day part of the name, or the day of the meeting?", tuple(choices), kept=made)
    platform = _PLATFORM.fullmatch(left.words)
    unsure = ("" if platform else left.words) or hedged(line, pieces)
    if unsure or len(lengths) > 1:
        about = unsure or " and ".join(f"{one} min" for one in lengths)
        return Ask("words", f"I can't place “{about}”.", about=about, kept=only)
    where = (
        (Said("platform", left.words, f"“{left.words}” is not kept: its link says where it is."),) if platform else ()
    )
    said = (*spelled(line, pieces), *found[0].said, *where)
    if titled and not made.title:
        return Ask("title", "What is it called?", tuple(choices), kept=only, said=said)
    if len(choices) > 1 or found[0].doubtful:
        return Ask("which", f"{found[0].why} Which of these?".strip(), tuple(choices), kept=made, said=_shared(found))
    last = found[0].slots[-1][0].date()
    if last > months_on(around.here.date(), FAR):
        return Ask(
            "year", f"Is {words_of(last)} right? That is more than a year ahead.", tuple(choices), kept=only, said=said
        )
    return Understood(only, said)


def spelled(line: Line, pieces: Sequence[Piece]) -> tuple[Said, ...]:
    """What is said of the words that were taken for another spelling."""
    slips = [token for one in pieces for token in line.tokens[one.own : one.end] if token.slip]
    names = {name.lower(): name for name in (*DAY_NAMES, *MONTH_NAMES)}
    return tuple(
        Said(
            "spelling",
            names.get(token.word, token.word),
            f"I took “{token.text}” as {names.get(token.word, token.word)}.",
        )
        for token in dict.fromkeys(slips)
    )


def _shared(found: Sequence[Option]) -> tuple[Said, ...]:
    """What all readings have in common of what was assumed."""
    return tuple(one for one in found[0].said if all(one in other.said for other in found))


__all__ = ["HOURS", "Around", "Open", "Plan", "Slot", "moment", "parts_of", "plan", "spelled", "staff_names"]
