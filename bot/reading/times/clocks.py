"""Hours as they are written."""

from dataclasses import dataclass

from bot.reading.times.tokens import Line, whole
from bot.reading.words import (
    DASHES,
    MONTHS,
    NUMBERS,
    RELATIVE,
    SHORT_FORMS,
    SUFFIXES,
    WEEKDAYS,
    set_of,
)

DAY = 24 * 60
_BEGINNING = set_of("start sharp prompt")
"""What may stand behind an hour and says no more."""
_ENDS = set_of("finish finishes finishing end ends ending conclude concludes concluding")
_TO = set_of("to till until til") | _ENDS
_UNITS = set_of(
    "min mins minute minutes m h hr hrs hour hours week weeks wk wks month months day days time times "
    "session sessions fortnight fortnights people person kids children places meeting "
    "meetings lesson lessons class classes dates occasions x"
)
"""What makes the number before it something else than an hour."""


@dataclass(frozen=True)
class Clock:
    """An hour as it was written. `half` is am or pm; `zero` a leading zero; `pointed` minutes in digits; `lone` a
    number that is an hour only because of what stands beside it; `other` the second reading of `ten to twelve`;
    `halved` is `half 5` without `past`, `apart` is `4 30` without a sign that joins the two."""

    hour: int
    minute: int = 0
    half: str = ""
    zero: bool = False
    pointed: bool = False
    lone: bool = False
    sure: bool = False
    other: tuple[int, int] | None = None
    halved: bool = False
    apart: bool = False

    @property
    def valid(self) -> bool:
        """Whether there is such an hour at all."""
        if self.minute > 59 or self.hour > 24 or (self.hour == 24 and self.minute):
            return False
        if self.half == "am" and self.hour > 12:
            return False
        return not (self.half and self.hour == 0 and self.half == "pm")

    @property
    def exact(self) -> bool:
        """Whether no other hour can be meant."""
        return bool(self.half) or self.hour > 12 or self.sure


@dataclass(frozen=True)
class Span:
    """From one hour to another."""

    start: Clock
    end: Clock


def meridiem(line: Line, at: int) -> tuple[str, int]:
    """`am`, `pm`, `p.m.`; empty where there is none."""
    word = line.word(at)
    if word in ("am", "pm"):
        end = at + 1
        return word, end + 1 if line.word(end) == "." and line.glued(end) and not line.digits(end + 1) else end
    if word == "p" and line.glued(at) and line.digits(at - 1) and line.word(at + 1) != ".":
        small = int(line.word(at - 1)) <= 12 or (line.glued(at - 1) and line.word(at - 2) in (":", "."))
        return ("pm", at + 1) if small else ("", at)
    if word in ("a", "p") and line.word(at + 1) == "." and line.word(at + 2) == "m":
        return f"{word}m", at + 4 if line.word(at + 3) == "." else at + 3
    return "", at


def clock(line: Line, at: int, *, lone: bool = False) -> tuple[Clock, int] | None:
    """The hour that begins at a place; a number alone only where `lone` says that an hour is due."""
    found = _named(line, at) or _past_or_to(line, at) or _digits(line, at)
    found = found or _spoken(line, at) or (apart(line, at) if lone else None) or _plain(line, at, lone=lone)
    return (found[0], _about(line, found[1])) if found else None


def runs_on(word: str) -> bool:
    """Whether an hour may be written right behind this word, the space forgotten: `Thursday4pm`, `at4`."""
    return word in WEEKDAYS or word in RELATIVE or word in SHORT_FORMS or word == "at"


def says_hour(text: str) -> bool:
    """Whether an hour stands in the text."""
    line = Line(text)
    return any(clock(line, at, lone=line.word(at - 1) in ("at", "@")) for at in range(len(line)))


def _about(line: Line, at: int) -> int:
    """`4ish`, `4pm-ish`: the place behind it."""
    if line.word(at) == "ish" or (line.word(at) in _BEGINNING and line.kind(at + 1) != "word"):
        return at + 1
    return at + 2 if line.words(at, "-", "ish") else at


def _named(line: Line, at: int) -> tuple[Clock, int] | None:
    place = at + 1 if line.word(at) in ("12", "twelve") else at
    if line.word(place) in ("noon", "midday"):
        return Clock(12, sure=True), place + 1
    if line.word(place) == "midnight":
        return Clock(24), place + 1
    return None


def _past_or_to(line: Line, at: int) -> tuple[Clock, int] | None:
    """`half 4`, `half past four`, `a quarter to seven`, `20 past 4`, `ten to five`."""
    found = _half(line, at) or _some_minutes(line, at)
    if found is None:
        return None
    minutes, way, behind = found
    hour = whole(line, behind)
    if hour is None or not 0 < hour[0] <= 24 or _is_counted(line, behind, hour[1]):
        return None
    half, end = meridiem(line, hour[1])
    end = _o_clock(line, end)
    if way == "past":
        return Clock(hour[0], minutes, half, halved=line.word(behind - 1) != "past"), end
    if half and hour[0] == 12:
        half = "am" if half == "pm" else "pm"
    span = minutes in (5, 10) and minutes < hour[0] <= 12
    before = hour[0] - 1 or (12 if hour[0] <= 12 else 0)
    return Clock(before, 60 - minutes, half, other=(minutes, hour[0]) if span else None), end


def _half(line: Line, at: int) -> tuple[int, str, int] | None:
    """`half` and `half past`: the minutes, the way they count, and the place behind."""
    if line.word(at) != "half":
        return None
    behind = at + 1 + (line.word(at + 1) in DASHES)
    return 30, "past", behind + (line.word(behind) == "past")


def _some_minutes(line: Line, at: int) -> tuple[int, str, int] | None:
    """`a quarter to`, `20 past`, `five minutes to`."""
    place = at + 1 if line.words(at, "a", "quarter") else at
    if line.word(place) == "quarter":
        minutes, behind = 15, place + 1
    else:
        found = whole(line, place)
        if found is None or not 0 < found[0] < 30:
            return None
        minutes, behind = found
        if line.word(behind) in ("minutes", "mins", "min"):
            behind += 1
        elif minutes not in (5, 10, 20, 25):
            return None
    way = {"past": "past", "to": "to", "till": "to"}.get(line.word(behind))
    return (minutes, way, behind + 1) if way else None


def _digits(line: Line, at: int) -> tuple[Clock, int] | None:
    """`16:00`, `4.30`, `16h00`, `4:15PM`, `1600`, `0930 hrs`, `430pm`."""
    if not line.digits(at):
        return None
    word = line.word(at)
    if len(word) in (3, 4):
        return _run_together(line, at)
    if len(word) > 2 or not line.glued(at + 1) or line.word(at + 1) not in (":", ".", "h"):
        return None
    minutes = line.word(at + 2)
    if not line.digits(at + 2) or not line.glued(at + 2) or len(minutes) != 2:
        return None
    if line.word(at + 1) == "." and 24 <= int(word) <= 31 and 0 < int(minutes) < 13:
        return None  # a day and a month
    if line.word(at + 1) == "h" and not 7 <= int(word) <= 24:
        return None
    end = at + 3
    if line.word(end) == ":" and line.glued(end) and line.digits(end + 1) and len(line.word(end + 1)) == 2:
        end += 2
    half, end = meridiem(line, end)
    if line.word(end) in ("hrs", "h", "uhr"):
        end += 1
    end = _o_clock(line, end)
    if line.glued(end) and (line.kind(end) == "number" or (line.word(end) in (".", "/") and line.digits(end + 1))):
        return None
    return Clock(int(word), int(minutes), half, zero=word[0] == "0" and len(word) == 2, pointed=True), end


def _run_together(line: Line, at: int) -> tuple[Clock, int] | None:
    """`1600 hrs`, `430pm`."""
    word = line.word(at)
    half, end = meridiem(line, at + 1)
    hours = line.word(end) in ("hrs", "hours", "h")
    if not half and not (hours and len(word) == 4):
        return None
    return Clock(int(word[:-2]), int(word[-2:]), half, zero=word[0] == "0", pointed=True), end + hours


def _without_a_point(line: Line, at: int, end: int) -> Clock | None:
    """`1600`, and `230` with its minutes in fives, where an hour is due."""
    word = line.word(at)
    if not line.digits(at) or len(word) not in (3, 4) or _is_counted(line, at, end):
        return None
    hour, minute = int(word[:-2]), int(word[-2:])
    if len(word) == 3 and (minute % 5 or minute > 59 or not hour):
        return None
    return Clock(hour, minute, zero=word[0] == "0", pointed=True, lone=True, apart=len(word) == 3)


def _spoken(line: Line, at: int) -> tuple[Clock, int] | None:
    """`five-thirty`, `six forty-five pm`, as it is dictated: an hour and its minutes, both in words."""
    word, place = line.word(at), at + 1 + (line.word(at + 1) in DASHES)
    minutes = whole(line, place)
    if not 0 < NUMBERS.get(word, 0) <= 12 or minutes is None or line.digits(place) or minutes[0] % 5:
        return None
    if not 9 < minutes[0] < 60 or (minutes[0] < 13 and place == at + 1):
        return None
    half, end = meridiem(line, minutes[1])
    if not half and _is_counted(line, place, minutes[1]):
        return None
    return Clock(NUMBERS[word], minutes[0], half, pointed=True), end


def apart(line: Line, at: int) -> tuple[Clock, int] | None:
    """`4 30`, `18,30`, `4-30`: an hour and its minutes with a space between them, or another sign than a colon."""
    word, place = line.word(at), at + 1
    if not line.digits(at) or len(word) > 2 or int(word) > 23 or _belongs_before(line, at):
        return None
    joined = line.glued(place) and line.word(place) in DASHES | {",", ";"}
    if line.glued(place) and not joined:
        return None
    place += joined
    minutes = line.word(place)
    if not line.digits(place) or len(minutes) != 2 or int(minutes) > 59 or joined is not line.glued(place):
        return None
    if joined and line.word(at + 1) in DASHES and int(minutes) < 25:
        return None  # from one hour to another
    half, end = meridiem(line, place + 1)
    if not half and (_is_counted(line, place, place + 1) or int(minutes) % 5 or 0 < int(minutes) < 13):
        return None  # something else, or the number of a month
    if line.digits(place + 1) and not line.glued(place + 1) and len(line.word(place + 1)) == 4:
        return None  # a day, a month and a year
    zero = word[0] == "0" and len(word) == 2
    return Clock(int(word), int(minutes), half, zero=zero, pointed=True, lone=not half, apart=True), end


def _belongs_before(line: Line, at: int) -> bool:
    """Whether a number is part of the number or the word that it is written on to."""
    word = line.word(at - 1)
    stuck = line.glued(at) and line.kind(at - 1) in ("word", "number")
    return stuck and not (word == "t" or runs_on(word))


def _plain(line: Line, at: int, *, lone: bool) -> tuple[Clock, int] | None:
    """`4pm`, `4 o'clock`, `four pm`; and a number alone."""
    found = whole(line, at)
    if found is None or _belongs_before(line, at):
        return None
    hour, end = found
    word = line.word(at)
    without = _without_a_point(line, at, end) if lone else None
    if without:
        return without, end
    if hour > 24 or (line.digits(at) and len(word) > 2):
        if lone and hour < 60 and end == at + 1 and line.word(at - 1) in ("at", "@"):
            return Clock(hour), end
        return None
    zero = line.digits(at) and len(word) == 2 and word[0] == "0"
    half, behind = meridiem(line, end)
    if half:
        return Clock(hour, 0, half, zero=zero), behind
    with_minutes = apart(line, at)
    if with_minutes and with_minutes[0].half:
        return with_minutes
    if lone and line.word(end) == "h" and line.glued(end) and 12 < hour < 24:
        return Clock(hour), end + 1
    behind = _o_clock(line, end)
    if behind > end:
        half, behind = meridiem(line, behind)
        return Clock(hour, 0, half, zero=zero), behind
    if not lone or _is_counted(line, at, end):
        return None
    return Clock(hour, zero=zero, lone=True), end


def _o_clock(line: Line, at: int) -> int:
    if line.word(at) in ("o'clock", "oclock"):
        return at + 1
    return at + 2 if line.words(at, "o", "clock") else at


def _is_counted(line: Line, at: int, end: int) -> bool:
    """Whether the number counts something, or is a day of a month."""
    behind = line.word(end)
    if behind == "ish" or meridiem(line, end)[0]:
        return False
    if line.kind(end) == "number":
        return line.glued(end)
    if line.kind(end) == "word" and line.glued(end):
        return True
    if behind in _UNITS or behind in MONTHS or behind in SUFFIXES or (behind == "of" and line.word(end + 1) in MONTHS):
        return True
    if behind in ("year", "years", "yr", "yrs") and line.word(end + 1) in ("old", "olds", "-"):
        return True
    if behind in ("/", ":") and line.glued(end) and line.digits(end + 1):
        return True
    return behind == "." and line.glued(end) and line.digits(end + 1) and line.glued(end + 1)


def span(line: Line, at: int, *, lone: bool = False, between: bool = False) -> tuple[Span, int] | None:
    """`4-5pm`, `16:00 – 17:30`, `4pm till half 5`, `between 4 and 5pm`. Two numbers alone only where an hour is due."""
    first = clock(line, at, lone=True)
    if first is None:
        return None
    start, end = first
    end += line.word(end) == "and" and line.word(end + 1) in _ENDS
    word = line.word(end)
    if word not in DASHES and word not in _TO and not (between and word in ("and", "&")):
        return None
    end += line.word(end + 1) == "at" and word not in DASHES
    second = clock(line, end + 1, lone=True)
    if second is None:
        return None
    ending, behind = second
    if line.kind(end + 1) == "number" and line.word(behind) in DASHES and line.glued(behind) and ending.lone:
        return None
    if start.lone and ending.lone and not lone:
        return None
    if start.lone and line.word(at - 1) in DASHES and line.glued(at):
        return None
    return Span(start, ending), behind
