"""The parts of a typed line that say when, how long, how often, and with whom; the rest is left for the title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.reading.limits import keep_going
from bot.reading.times import bounds, clocks, company, days, lengths, repeats
from bot.reading.times import spelling as slips
from bot.reading.times.clocks import Clock, Span
from bot.reading.times.dates import fits_weekday
from bot.reading.times.parts import (
    DAYS,
    HOURS,
    WHEN,
    Courtesy,
    From,
    Length,
    Named,
    Open,
    Part,
    Person,
    Piece,
    Programme,
    Quoted,
)
from bot.reading.times.tokens import Line, whole
from bot.reading.times.written import Dated, MonthDay, Offset, Weekday
from bot.reading.words import ALSO_WORDS, DASHES, PLURAL_DAYS, WEEKDAYS, set_of

_BEFORE_DAY = set_of("on for the from and or by of between starting commencing beginning & +")
_BEFORE_HOUR = set_of(
    "start starts starting commencing begins at @ from and or around about approx roughly circa between for by in"
)
_BEFORE_LENGTH = set_of("for lasting and about lasts takes approx")
_BETWEEN = set_of(
    "start starts starting commencing begins on at for from and or the & + @ in of by i am about around approx then"
)
_COUNTED = set_of(
    "age ages aged year years stage ks grade grades form level levels part parts step steps week weeks "
    "unit units chapter chapters lesson lessons session sessions room rooms module modules under over y "
    "yr yrs"
)
"""Words that are counted by the numbers behind them."""
_OPENING_MARKS = DASHES | {"@", "&", "+"}
"""The only marks with which a part may begin."""
_BOTH = set_of("and & +")
"""What stands behind the first day of `both Tuesday and Thursday`."""
_TONIGHT = set_of("tonight tonite nite night")


class Scan:
    """One pass over a line. `names` are the staff's names, folded; `programmes` the organisation's."""

    def __init__(self, line: Line, today: date, programmes: Sequence[str], names: frozenset[str]) -> None:
        self._line, self._today = line, today
        self._programmes = sorted((Line(one) for one in programmes), key=len, reverse=True)
        self._names = names

    def pieces(self, *, spelling: bool = False) -> list[Piece]:
        """All parts of the line, in their order; with `spelling`, days one letter off too."""
        found: list[Piece] = []
        at = 0
        while at < len(self._line):
            keep_going()
            nothing = self._line.kind(at) == "mark" and self._line.word(at) not in _OPENING_MARKS
            one = None if nothing else self._best(at, found, spelling)
            if one is None:
                at += 1
                continue
            end, whats = one
            for what in whats:
                found.append(Piece(self._reach_back(at, end, what, found), at, end, what))
            at = end
        return company.together(found)

    def _best(self, at: int, before: list[Piece], spelling: bool) -> tuple[int, list[object]] | None:
        line = self._line
        if line.kind(at) == "mention":
            return at + 1, [Person(line.word(at).upper())]
        if line.kind(at) == "quote":
            return (
                (at + 1, [Quoted(line.tokens[at].text)])
                if not any(isinstance(p.what, Quoted) for p in before)
                else None
            )
        found = [one for one in self._candidates(at, before, spelling) if one]
        if not found:
            return None
        end, what = max(found, key=lambda one: one[0])
        if isinstance(what, repeats.Times) and line.word(end) in WEEKDAYS:
            return end, [repeats.Every("week"), what]
        if isinstance(what, repeats.Every) and what.part:
            return end, [what, Part(what.part)]
        if isinstance(what, Offset) and any(line.word(one) in _TONIGHT for one in range(at, end)):
            return end, [what, Part("tonight")]
        if isinstance(what, Clock) and what.other and line.word(at - 1) in ("from", "between"):
            what = Span(Clock(what.other[0], lone=True), Clock(what.other[1], lone=True))
        if isinstance(what, Dated):
            what, end = self._year_behind(what, at, end, before)
            if isinstance(what, tuple):
                return end, list(what)
        return end, [what]

    def _candidates(self, at: int, before: list[Piece], spelling: bool) -> Iterator[tuple[int, object] | None]:
        line, word = self._line, self._line.word(at)
        previous = self._beside(at, before)
        due = self._hour_due(at, previous)
        stuck = line.glued(at) and line.kind(at) == "number" and self._stuck(at)
        if not stuck:
            yield _turned(self._number_behind_day(at, previous, before))
            yield _turned(self._number_before_hour(at))
            yield _turned(self._span(at, before, due))
            yield _turned(clocks.clock(line, at, lone=due))
            yield _with(Length, lengths.length(line, at))
            yield _turned(self._bare_length(at, before))
            yield _turned(repeats.count(line, at))
            yield _turned(self._listed(at))
            yield self._day(at, spelling)
        yield _turned(repeats.every(line, at))
        yield bounds.weekdays(line, at)
        yield bounds.until(line, at, before)
        yield bounds.since(line, at)
        yield bounds.instant(line, at)
        yield bounds.negated(line, at)
        yield bounds.part(line, at, previous)
        if previous is not None and isinstance(previous.what, (*HOURS, Part)):
            yield bounds.zone(line, at)
        if word in ("with", "w", "@", "and", "&", "+", "for", "gyda"):
            yield company.named(line, at, before, self._names)
        elif not stuck:
            yield company.alone(line, at, self._names)
        if word == "in":
            yield company.programme(line, at, self._programmes)
        yield bounds.vague(line, at, previous)
        yield company.courtesy(line, at)

    def _stuck(self, at: int) -> bool:
        """Whether a number belongs to the letters or the sign before it: `Y7`, `£4.50`."""
        kind, word = self._line.kind(at - 1), self._line.word(at - 1)
        if kind == "word":
            return not (word == "t" and self._line.digits(at - 2)) and not clocks.runs_on(word) and word != "x"
        return (
            kind == "number"
            or word in ("£", "$", "€", "#", "№", ":", ".")
            or (word == "/" and self._line.glued(at - 1))
        )

    def _beside(self, at: int, before: list[Piece]) -> Piece | None:
        """The part that ends right before this place, marks and small words aside."""
        if not before:
            return None
        place = at
        while place > before[-1].end and (self._line.separator(place - 1) or self._line.word(place - 1) in _BETWEEN):
            place -= 1
        if place > before[-1].end and self._line.word(place - 1) == "t":
            place -= 1
        return before[-1] if place == before[-1].end and isinstance(before[-1].what, WHEN) else None

    def _hour_due(self, at: int, previous: Piece | None) -> bool:
        word, further = self._line.word(at - 1), self._line.word(at - 2)
        if word in ("at", "@", "am") and not (word == "am" and self._line.kind(at - 2) == "number"):
            return True
        if word in ("around", "about", "approx", "roughly") and further == "at":
            return True
        if word in ("start", "starts", "starting", "commencing", "begins") and previous is not None:
            return True
        if previous is None:
            with_minutes = clocks.apart(self._line, at)
            if with_minutes and word not in _COUNTED and self._right_before_a_day(with_minutes[1]):
                return True
            return word in ("from", "between") and clocks.span(self._line, at, lone=True, between=True) is not None
        if word in ("for", "of", "in"):
            return False
        if isinstance(previous.what, HOURS):
            return word == "or"
        return isinstance(previous.what, (*DAYS, Part, From)) and word not in ("and", "or", "&", "+")

    def _right_before_a_day(self, at: int) -> bool:
        """Whether a day begins here, and the number before it is none of its own: `4 30 thu`, but not `7 30 Nov`."""
        return not days.day(self._line, at - 1) and days.day(self._line, at + (self._line.word(at) == "on")) is not None

    def _span(self, at: int, before: list[Piece], due: bool) -> tuple[Span, int] | None:
        """From one hour to another; two numbers alone also right before a day, where no hour stands elsewhere."""
        line = self._line
        found = clocks.span(line, at, lone=True, between=line.word(at - 1) == "between")
        if found is None or due or not (found[0].start.lone and found[0].end.lone):
            return found
        end = found[1] + (line.word(found[1]) == "on")
        if line.word(at - 1) in _COUNTED or not days.day(line, end) or self._hour_elsewhere(end, before):
            return None
        return found

    def _number_behind_day(self, at: int, previous: Piece | None, before: list[Piece]) -> tuple[object, int] | None:
        """`Thursday 19`: a day of the month where an hour stands elsewhere; else an hour, or either."""
        line = self._line
        if previous is None or previous.end != at or not isinstance(previous.what, Weekday) or not line.digits(at):
            return None
        if previous.what.plural or previous.what.weeks or previous.what.mode:
            return None
        if len(line.word(at)) > 2:
            return None
        if 0 < int(line.word(at)) < 32 and self._of_a_later_month(at):
            return MonthDay(int(line.word(at))), at + 1
        if line.word(at + 1) in ("or", "to", "till", "until", "-", "–", "and"):
            return None
        number = int(line.word(at))
        if clocks.clock(line, at) or clocks.apart(line, at):
            return None
        if not clocks.clock(line, at, lone=True) and not (24 < number < 32 and self._stands_alone(at + 1)):
            return None
        if self._hour_elsewhere(at + 1, before):
            return (MonthDay(number), at + 1) if 0 < number < 32 else None
        if 24 < number < 32:
            return MonthDay(number), at + 1
        fits = fits_weekday(number, previous.what.numbers[0], self._today)
        return (Open("number"), at + 1) if fits and number < 25 else None

    def _of_a_later_month(self, at: int) -> bool:
        """Whether a later day with its weekday and month follows: the 19 of `Thursday 19 or Friday 20 November`."""
        line = self._line
        place = at + 2 if line.word(at + 1) in ("or", "and", "&", "+", "/", ",") else at + 1
        if line.word(place) not in WEEKDAYS or place == at + 1 or not line.digits(place + 1):
            return False
        behind = days.day(line, place + 1)
        return behind is not None and isinstance(behind[0], Dated) and behind[0].day > int(line.word(at))

    def _number_before_hour(self, at: int) -> tuple[object, int] | None:
        """`27 4pm Friday`: a day of the month before an hour that has a weekday behind it. A smaller number may be part
        of the title, and is open where it fits the weekday."""
        line = self._line
        if not line.digits(at) or len(line.word(at)) > 2 or line.word(at - 1) in _COUNTED:
            return None
        hour, number = clocks.clock(line, at + 1), int(line.word(at))
        found = days.day(line, line.skip(hour[1])) if hour and 0 < number < 32 else None
        weekday = found[0] if found else None
        if not isinstance(weekday, Weekday) or weekday.plural or weekday.weeks or weekday.mode:
            return None
        if number > 24:
            return MonthDay(number), at + 1
        return (Open("number"), at + 1) if fits_weekday(number, weekday.numbers[0], self._today) else None

    def _stands_alone(self, at: int) -> bool:
        """Whether nothing is counted by the number before this place: `Friday 27 7pm`, but not `Friday 30 people`."""
        line = self._line
        return line.kind(at) != "word" or line.word(at) in _BEFORE_HOUR or clocks.clock(line, at) is not None

    def _hour_elsewhere(self, at: int, before: list[Piece]) -> bool:
        line = self._line
        if any(isinstance(one.what, HOURS) for one in before):
            return True
        return any(
            clocks.clock(line, place, lone=line.word(place - 1) in ("at", "@")) or clocks.apart(line, place)
            for place in range(at, len(line))
            if not lengths.length(line, place)
        ) or any(line.digits(at + more) and len(line.word(at + more)) == 4 for more in (0, 1))

    def _year_behind(self, what: Dated, at: int, end: int, before: list[Piece]) -> tuple[object, int]:
        """Two or four digits behind a day and a month: a year where an hour stands elsewhere, else an hour."""
        line = self._line
        if (
            what.year is not None
            and line.digits(end - 1)
            and len(line.word(end - 1)) == 4
            and line.word(end - 2) not in DASHES | {"/", "."}
        ):
            digits = line.word(end - 1)
            if self._hour_elsewhere(end, before):
                return what, end
            plain = replace(what, year=None)
            if abs(what.year - self._today.year) <= 2 or int(digits[2:]) > 59 or int(digits) % 5:
                return what, end
            return (plain, Clock(int(digits[:2]), int(digits[2:]), pointed=True)), end
        if what.year is not None:
            return what, end
        place = end + (line.word(end) in ("'", "’", ","))
        digits = line.word(place)
        if not line.digits(place) or len(digits) != 2 or (line.kind(place + 1) == "word" and line.glued(place + 1)):
            return what, end
        if (
            clocks.clock(line, place)
            or clocks.apart(line, place)
            or lengths.length(line, place)
            or repeats.count(line, place)
            or days.day(line, place)
        ):
            return what, end
        if clocks.span(line, place, lone=True):
            return what, end
        if place > end and line.word(end) == "," and what.day < int(digits) < 32:
            return (what, replace(what, day=int(digits))), place + 1
        if self._hour_elsewhere(place + 1, before) or int(digits) > 24:
            return replace(what, year=2000 + int(digits)), place + 1
        return ((what, Open("number")), place + 1) if int(digits) > 12 else (what, end)

    def _bare_length(self, at: int, before: list[Piece]) -> tuple[object, int] | None:
        """`for 45` behind an hour, from 10 on."""
        line = self._line
        if line.word(at - 1) != "for" or not any(isinstance(one.what, HOURS) for one in before):
            return None
        found = whole(line, at)
        if found is None or found[0] < 10 or (line.kind(found[1]) in ("word", "number") and line.glued(found[1])):
            return None
        if line.kind(found[1]) == "word" and line.word(found[1]) not in (
            "with",
            "w",
            "on",
            "in",
            "at",
            "please",
            "and",
        ):
            return None
        return Length(found[0]), found[1]

    def _listed(self, at: int) -> tuple[object, int] | None:
        """Several days of one month; the 3 of `Room 3 10 Dec` is none."""
        found = bounds.listed(self._line, at)
        counted = found and not found[0].joined and self._line.word(at - 1) in _COUNTED
        return None if counted else found

    def _day(self, at: int, spelling: bool) -> tuple[int, object] | None:
        found = days.day(self._line, at)
        slip = slips.day(self._line, at) if spelling else None
        if slip and (found is None or slip[1] > found[1]):
            found = slip
        if found is None:
            return None
        what, end = found
        line = self._line
        if isinstance(what, Weekday) and line.word(at) in ALSO_WORDS and self._another_word(at, end):
            return None
        if isinstance(what, MonthDay) and not self._day_of_month(at, end):
            return None
        return end, what

    def _another_word(self, at: int, end: int) -> bool:
        """Whether a short day is another word: `in the sun`, but not `drop in mon 14th` nor `the sat 4th of July`."""
        line, before = self._line, self._line.word(at - 1)
        behind = days.day(line, line.skip(end))
        dated = behind is not None and isinstance(behind[0], Dated | MonthDay)
        return not dated and (before in ("the", "a", "an") or (before == "in" and line.word(at) == "sun"))

    def _day_of_month(self, at: int, end: int) -> bool:
        """Whether `19th` names a day: it has a small word before it, or no noun behind it."""
        line = self._line
        if line.word(at) == "the" or line.word(at - 1) in ("on", "the", "by", "until", "till", "from", "to", "c"):
            return (
                line.kind(end) != "word"
                or line.word(end) in _BETWEEN | {"of", "with", "w", "until", "to"} | set(WEEKDAYS) | set(PLURAL_DAYS)
                or end - at > 2
            )
        beside = line.word(at - 1) in WEEKDAYS or line.word(end) in WEEKDAYS | PLURAL_DAYS
        return line.kind(end) != "word" or line.word(end) in _BETWEEN or beside

    def _reach_back(self, at: int, end: int, what: object, before: list[Piece]) -> int:
        """Where a part begins with the small words before it."""
        line = self._line
        least = before[-1].end if before else 0
        if isinstance(what, Person):
            small = frozenset({"with", "and", "&", ",", "w", "/", "+"})
        elif isinstance(what, Courtesy | Quoted | Named | Programme):
            small = frozenset()
        elif isinstance(what, HOURS):
            small = _BEFORE_HOUR
        elif isinstance(what, Length):
            small = _BEFORE_LENGTH | {"last", "should", "will"}
        elif isinstance(what, repeats.Times | repeats.Stretch):
            small = _BEFORE_LENGTH
        else:
            small = _BEFORE_DAY
        start = place = at
        while place > least and (line.word(place - 1) in small or line.separator(place - 1)):
            place -= 1
            if line.word(place) in small:
                start = place
        both = isinstance(what, Weekday) and line.word(start - 1) == "both" and line.word(line.skip(end)) in _BOTH
        return start - 1 if both and start - 1 >= least else start


def _turned(found: tuple[object, int] | None) -> tuple[int, object] | None:
    return (found[1], found[0]) if found else None


def _with(kind: type[Length], found: tuple[int, int] | None) -> tuple[int, object] | None:
    return (found[1], kind(found[0])) if found else None
