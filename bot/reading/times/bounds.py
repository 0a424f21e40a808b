"""What stands around days and hours: lists and ranges, until and from, zones, parts of the day, and open words."""

from dataclasses import replace
from itertools import pairwise

from bot.reading.times import clocks, days, lengths, repeats, written
from bot.reading.times.parts import DAYS, HOURS, DayList, From, Instant, Open, Part, Piece, Until, WeekdayRange, Zone
from bot.reading.times.tokens import Line, ordinal, whole
from bot.reading.times.written import Dated, Week, Weekday
from bot.reading.words import DASHES, GENERIC, MONTHS, PART_WORDS, PLURAL_DAYS, SUFFIXES, VAGUE, WEEKDAYS, set_of

UNKNOWN = "?"
"""`until ?`: nobody knows the end yet."""
_LAST_ONE = set_of("one session meeting class lesson time date")
_UNTIL = set_of("until till til through ending finishing ends untill concluding")
_FROM = set_of("from starting beginning commencing starts start")
_OF_HOLIDAYS = set_of("easter summer christmas xmas spring autumn winter whitsun whit school")
_NOT = set_of("not but except never bar excluding excl skip skipping missing minus without")
_ZONES = {"gmt": 0, "utc": 0, "z": 0, "bst": None, "cet": None, "cest": None}


def listed(line: Line, at: int) -> tuple[DayList, int] | None:
    """`1, 8 and 15 December`, `1-5 December`, `24th and 25th Nov`, `3 10 17 Dec`."""
    if line.word(at - 1) in ("at", "@") or clocks.apart(line, at):
        return None
    numbers: list[int] = []
    place, joined, through, either = at, False, False, False
    while len(numbers) < 12:
        last = days.day(line, place)
        if numbers and last and isinstance(last[0], Dated):
            if line.word(place) in MONTHS:
                return None  # the 4 of `3-Dec 4-5pm` is an hour
            rising = all(first < second for first, second in pairwise((*numbers, last[0].day)))
            commas = any(line.separator(one) for one in range(at, place))
            if (through and len(numbers) > 1) or not (joined or through or rising or commas or either):
                return None
            which = last[0]
            shared = tuple(_of_month(which, number, before=number > which.day and not through) for number in numbers)
            return DayList((*shared, which), through, (joined or through) and not either, either), last[1]
        one = ordinal(line, place) or (whole(line, place) if line.digits(place) else None)
        if one is None or not 0 < one[0] < 32:
            return None
        numbers.append(one[0])
        place = one[1]
        if line.kind(place) == "word" and line.word(place) not in ("and", "or", "to") and not days.day(line, place):
            return None
        while line.word(place) in (",", "/", "or", "and", "&", "+", "-", "–", "—", "to"):
            either = either or line.word(place) in ("or", "/")
            joined = joined or line.word(place) in ("and", "&", "+")
            through = through or line.word(place) in ("-", "–", "—", "to")
            place += 1
    return None


def _of_month(which: Dated, number: int, *, before: bool) -> Dated:
    """Another day of a list; the 30 of `30 and 7 December` is of the month before."""
    if not before:
        return replace(which, day=number)
    months = tuple((month - 2) % 12 + 1 for month in which.months)
    year = which.year - (which.months[0] == 1) if which.year else None
    return replace(which, day=number, months=months, year=year)


def weekdays(line: Line, at: int) -> tuple[int, object] | None:
    """`Monday to Friday`, `Mon-Fri`."""
    known = WEEKDAYS | PLURAL_DAYS
    if line.word(at) in known and line.word(at + 1) in DASHES | {"to", "through"} and line.word(at + 2) in known:
        first, last = known[line.word(at)], known[line.word(at + 2)]
        return (at + 3, WeekdayRange(first, last)) if first < last else None
    return None


def until(line: Line, at: int, before: list[Piece]) -> tuple[int, object] | None:
    place = at + 2 if line.words(at, "up", "to") else at + 1
    repeated = any(isinstance(one.what, repeats.Every | From | WeekdayRange) or _plural(one.what) for one in before)
    last = repeated and line.word(at) in ("last", "final") and line.word(at + 1) in _LAST_ONE
    if last:
        place = at + 2 + (line.word(at + 2) in ("is", ":"))
    if (
        not last
        and line.word(at) not in _UNTIL
        and not ((repeated and line.word(at) in ("to", "up")) or (line.word(at) in DASHES and repeated))
    ):
        return None
    while line.word(place) in ("and", "including", "on", "the", "about", "last", "one", "friday") and not days.day(
        line, place
    ):
        place += 1
    found = days.day(line, place)
    if found and not isinstance(found[0], written.Month | Week):
        further = days.day(line, found[1]) if isinstance(found[0], Weekday) else None
        found = further if further and isinstance(further[0], Dated) else found
        return found[1], Until(found[0])
    if line.word(place) == UNKNOWN:
        return place + 1, Until(None, UNKNOWN)
    if line.word(place) in ("christmas", "xmas", "easter"):
        name = "easter sunday" if line.word(place) == "easter" else "christmas day"
        return place + 1, Until(written.Feast(name))
    if last or not repeated or line.kind(place) != "word":
        return None
    end = place
    while line.kind(end) == "word" and end - place < 5 and line.word(end) not in ("at", "with", "w", "for"):
        end += 1
    return end, Until(None, line.slice(at, end))


def since(line: Line, at: int) -> tuple[int, object] | None:
    first = line.word(at) == "first" and line.word(at + 1) in _LAST_ONE
    if not first and (line.word(at) not in _FROM or weekdays(line, at + 1)):
        return None
    place = at + 2 + (line.word(at + 2) in ("is", ":")) if first else at + 1
    while line.word(place) in ("on", "the", "from") and not days.day(line, place):
        place += 1
    found = days.day(line, place) or days.month(line, place)
    if found is None or isinstance(found[0], Week) or listed(line, place):
        return None
    if isinstance(found[0], written.Month) and found[0].number is None:
        return None
    if isinstance(found[0], Weekday):
        further = days.day(line, line.skip(found[1]))
        found = further if further and isinstance(further[0], Dated) else found
    return found[1], From(found[0])


def instant(line: Line, at: int) -> tuple[int, object] | None:
    """`in 2 hours`, `10 minutes from now`, `now`, `this time next week`."""
    word = line.word(at)
    if word == "in":
        found = lengths.length(line, at + 1)
        return (found[1] + (line.word(found[1]) == "time"), Instant(found[0])) if found else None
    found = lengths.length(line, at)
    if found and line.words(found[1], "from", "now"):
        return found[1] + 2, Instant(found[0])
    if (
        word in ("now", "immediately")
        and line.kind(at + 1) != "word"
        and line.word(at - 1) not in ("and", "until", "from")
    ):
        return at + 1, Instant(0)
    if line.words(at, "right", "now") or line.words(at, "straight", "away"):
        return at + 2, Instant(0)
    if line.words(at, "this", "time") and days.day(line, at + 2 + (line.word(at + 2) == "on")):
        return at + 2, Instant(0, this_time=True)
    return None


def negated(line: Line, at: int) -> tuple[int, object] | None:
    place = at
    if line.words(at, "any", "day") or line.words(at, "every", "day"):
        place = at + 2
    none = line.word(place) in ("no", "none") and line.word(place + 1) in (
        "session",
        "sessions",
        "meeting",
        "club",
        "on",
    )
    if (
        line.word(place) not in _NOT
        and not none
        and not line.words(place, "other", "than")
        and not line.words(place, "apart", "from")
    ):
        return None
    place += 1 + (none or line.word(place) in ("other", "apart"))
    while line.word(place) in ("not", "on", "for", "a", "the"):
        place += 1
    several = listed(line, place)
    if several and not several[0].through:
        return several[1], Open("day", several[0].days)
    found = days.day(line, place)
    return (found[1], Open("day", (found[0],))) if found else None


def part(line: Line, at: int, previous: Piece | None) -> tuple[int, object] | None:
    near = previous is not None and isinstance(previous.what, (*DAYS, *HOURS, From, Instant, Until))
    if line.words(at, "in", "the") or line.words(at, "on", "the"):
        part = PART_WORDS.get(line.word(at + 2))
        return (at + 3, Part(part)) if part and (near or line.word(at) == "in") else None
    if line.words(at, "at", "night") or line.words(at, "at", "lunchtime"):
        return at + 2, Part(PART_WORDS[line.word(at + 1)])
    if line.words(at, "first", "thing") and (near or days.day(line, at + 2)):
        return at + 2, Part("morning")
    if line.words(at, "lunch", "time") and near:
        return at + 2, Part("lunchtime")
    if line.word(at) == "lunch" and near and line.digits(at + 1) and not line.glued(at + 1):
        return at + 1, Part("lunchtime")
    if line.words(at, "after", "school") and near and line.word(at + 2) not in GENERIC:
        return at + 2, Part("after school")
    if near and line.word(at) in PART_WORDS and previous is not None and previous.end == at:
        return at + 1, Part(PART_WORDS[line.word(at)])
    return None


def zone(line: Line, at: int) -> tuple[int, object] | None:
    word = line.word(at)
    if word in ("uk", "london", "british", "local") and line.word(at + 1) == "time":
        return at + 2, Zone("uk")
    if word == "london" and line.word(at - 1) in ("am", "pm"):
        return at + 1, Zone("uk")  # as Zoom writes it
    place, base = at, 0
    if word in _ZONES:
        place = at + 1
        if line.word(place) not in ("+", "-") or not line.glued(place):
            return place + (line.word(place) == "time"), Zone(word, _ZONES[word])
        base = _ZONES[word] or 0
    sign = line.word(place)
    if sign not in ("+", "-", "\u2212") or not line.digits(place + 1) or not line.glued(place + 1):
        return None
    if sign != "+" and place == at:
        return None
    digits, end = line.word(place + 1), place + 2
    minutes = int(digits[:2]) * 60 + (int(digits[2:]) if len(digits) == 4 else 0)
    if line.word(end) == ":" and line.digits(end + 1) and line.glued(end + 1):
        minutes, end = minutes + int(line.word(end + 1)[:2]), end + 2
    if minutes > 14 * 60:
        return None
    return end, Zone(line.slice(at, end), base + (minutes if sign == "+" else -minutes))


def vague(line: Line, at: int, previous: Piece | None) -> tuple[int, object] | None:
    word = line.word(at)
    for words in (
        ("some", "time"),
        ("some", "day"),
        ("any", "day"),
        ("any", "time"),
        ("at", "some", "point"),
        ("one", "day"),
    ):
        if line.words(at, *words):
            return at + len(words), Open("day")
    if word in ("tbc", "tba", "tbd", "asap", "sometime"):
        return at + 1, Open("day")
    end = _holidays(line, at)
    if end and _beside_a_weekday(line, end, previous):
        return end, Open("day")
    beside = previous is not None or days.day(line, at + 1) is not None or line.skip(at + 1) >= len(line)
    return (at + 1, Open("")) if word in VAGUE and beside and at else None


def _holidays(line: Line, at: int) -> int:
    """The place behind days that only the school's calendar knows: `Feb half term`, `in the Easter hols`; else 0."""
    place = at + (line.word(at) in ("in", "of", "during", "over"))
    place += line.word(place) == "the"
    named = place + (line.word(place) in _OF_HOLIDAYS or line.word(place) in MONTHS)
    if line.word(named) == "half" and line.word(named + 1 + (line.word(named + 1) in DASHES)) == "term":
        return named + 2 + (line.word(named + 1) in DASHES)
    return named + 1 if named > at and line.word(named) in ("hols", "holiday", "holidays") else 0


def _beside_a_weekday(line: Line, at: int, previous: Piece | None) -> bool:
    """Whether a weekday without its date stands right before or behind."""
    if previous is not None and isinstance(previous.what, Weekday) and line.word(at) in ("", "at"):
        return True
    behind = at + (line.word(at) in (",", "on"))
    dated = line.digits(behind + 1) and (line.word(behind + 2) in MONTHS or line.word(behind + 2) in ("/", *SUFFIXES))
    return line.word(behind) in WEEKDAYS and line.word(behind + 1) not in MONTHS and not dated


def _plural(what: object) -> bool:
    return isinstance(what, Weekday) and what.plural
