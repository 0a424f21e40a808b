"""Days as they are written: weekdays, dates, days counted from today, and what looks like a day and names none."""

from dataclasses import replace
from typing import TypeAlias

from bot.reading.times import numeric
from bot.reading.times.tokens import Line, ordinal, whole
from bot.reading.times.written import (
    Dated,
    Day,
    Feast,
    Month,
    MonthDay,
    NoSuchDay,
    Nth,
    Offset,
    Unreadable,
    Week,
    Weekday,
)
from bot.reading.words import (
    DASHES,
    EASTER,
    FEASTS,
    MONTHS,
    MOVING,
    PLURAL_DAYS,
    RELATIVE,
    SHORT_FORMS,
    WEEKDAYS,
)

Found: TypeAlias = tuple[Day, int] | None
_MODES = {"this": "this", "next": "next", "last": "last", "coming": "coming", "following": "next", "nxt": "next"}
_FEASTS: dict[str, list[tuple[list[str], str]]] = {}
"""The days with names of their own, by the first word."""
for _name in (*FEASTS, *EASTER, *MOVING):
    _FEASTS.setdefault(_name.split()[0], []).append((_name.split(), _name))
_OF_A_WEEK = ("a", "one", "every", "each", "per", "this", "next", "last", "that", "the", "same")
_FEW_WEEKS = 2
"""`two weeks Thursday` is that much on; `six weeks Thursday` may as well be how often."""
_MOST_OF_A_MONTH = 5
"""No month has more of one weekday."""
_WEEK_OF = frozenset({"commencing", "beginning", "starting", "of", "comm", "from"})


def day(line: Line, at: int) -> Found:
    """The longest day that begins at a place."""
    if at not in line.days:
        found = [one for one in (rule(line, at) for rule in _RULES) if one]
        line.days[at] = max(found, key=lambda one: one[1]) if found else None
    return line.days[at]  # type: ignore[return-value]


def _weekday_word(line: Line, at: int) -> tuple[Weekday, int] | None:
    word = line.word(at)
    end = at + 1
    if line.kind(at) != "word" or (line.glued(at) and line.kind(at - 1) == "number"):
        return None
    if word in PLURAL_DAYS:
        return Weekday((PLURAL_DAYS[word],), plural=not word.endswith("'s")), end
    if word.endswith("'s") and word[:-2] in WEEKDAYS:
        return Weekday((WEEKDAYS[word[:-2]],)), end
    if word not in WEEKDAYS:
        return None
    if len(word) < 6 and line.word(end) == "." and line.glued(end):
        end += 1
    return Weekday((WEEKDAYS[word],)), end


def _weekday(line: Line, at: int) -> Found:
    """`this coming Thursday`, `Thursday week`, `Thursday after next`, `Thursday of next week` …"""
    mode, place = "", at
    if line.words(at, "this", "coming") or line.words(at, "the", "coming"):
        mode, place = "coming", at + 2
    elif line.word(at) in _MODES:
        mode, place = _MODES[line.word(at)], at + 1
    found = _weekday_word(line, place)
    if found is None:
        return None
    which, end = found
    which = replace(which, mode=mode)
    if line.words(end, "after", "next"):
        return replace(which, mode="after next"), end + 2
    if line.word(end) in ("coming", "next") and line.word(end + 1) not in ("week", "weekend", "month", "year"):
        return replace(which, mode="coming" if line.word(end) == "coming" else "next"), end + 1
    weeks, end = _weeks_behind(line, end)
    return replace(which, weeks=weeks), end


def _weeks_behind(line: Line, at: int) -> tuple[int, int]:
    """`week` and `fortnight` behind a day: how many weeks on."""
    word = line.word(at)
    if word == "week" and line.word(at + 1) not in ("commencing", "beginning", "of", "on"):
        return 1, at + 1
    return (2, at + 1) if word == "fortnight" else (0, at)


def _relative(line: Line, at: int) -> Found:
    word = line.word(at)
    typed, end = "", at + 1
    if line.digits(at) and f"{word}{line.word(end)}" in SHORT_FORMS and line.glued(end):
        typed, end = f"{word}{line.word(end)}", end + 1
        word = SHORT_FORMS[typed]
    elif word in SHORT_FORMS:
        typed, word = word, SHORT_FORMS[word]
    the = at + (line.word(at) == "the")
    if line.words(the, "day", "after") and SHORT_FORMS.get(line.word(the + 2), line.word(the + 2)) == "tomorrow":
        return Offset(2, line.word(the + 2) if line.word(the + 2) in SHORT_FORMS else ""), the + 3
    if line.words(at, "day", "before", "yesterday") or line.words(at, "the", "day", "before", "yesterday"):
        return Offset(-2), at + 3 + (word == "the")
    if word.endswith("'s") and word[:-2] in RELATIVE:
        word = word[:-2]
    if word == "this" and line.word(end) in ("morning", "afternoon", "evening"):
        return Offset(0), end
    if word not in RELATIVE:
        return None
    weeks, end = _weeks_behind(line, end)
    return Offset(RELATIVE[word] + 7 * weeks, typed), end


def _count_of_weeks(line: Line, at: int) -> tuple[int, int] | None:
    """`a week`, `two weeks`, `a fortnight`: the weeks."""
    if line.word(at) in ("a", "one"):
        number, end = 1, at + 1
    else:
        found = whole(line, at)
        number, end = found if found else (1, at)
    unit = line.word(end).rstrip("'")
    if unit in ("week", "weeks", "wk", "wks", "week's", "weeks'"):
        return (number, end + 1) if end > at else None
    if unit in ("fortnight", "fortnights", "fortnight's"):
        return 2 * number, end + 1
    return None


def _weeks_on(line: Line, at: int) -> Found:
    """`a week on Thursday`, `a fortnight on Monday`, `three weeks tomorrow`, `a week today`."""
    counted = _count_of_weeks(line, at)
    if counted is None:
        return _week_on(line, at)
    weeks, end = counted
    bare = line.word(end) not in ("on", "from", "after")
    end += not bare
    now = line.word(end) == "now"
    found = (Offset(0), end + 1) if now else (_relative(line, end) or _weekday(line, end))
    if found is None:
        return None
    base, behind = found
    if isinstance(base, Offset):
        return replace(base, days=base.days + 7 * weeks), behind
    assert isinstance(base, Weekday)  # noqa: S101  (what _weekday gives)
    if base.plural or (bare and weeks > _FEW_WEEKS):
        return None
    return replace(base, weeks=base.weeks + weeks), behind


def _week_on(line: Line, at: int) -> Found:
    """`week on Thursday`, `week Thursday`: it may be in a week, or *week* is of what stands before it."""
    if line.word(at) not in ("week", "wk") or line.word(at - 1) in _OF_A_WEEK or whole(line, at - 1):
        return None
    day_ahead = _relative(line, at + 1)
    if day_ahead and isinstance(day_ahead[0], Offset) and day_ahead[0].days in (0, 1):
        return replace(day_ahead[0], week=True), day_ahead[1]
    found = _weekday(line, at + 1 + (line.word(at + 1) == "on"))
    if found is None or not isinstance(found[0], Weekday) or found[0].plural or found[0].mode or found[0].weeks:
        return None
    return replace(found[0], mode="week on"), found[1]


def _in_days(line: Line, at: int) -> Found:
    """`in 3 days`, `in a fortnight`, `in two weeks' time`, `3 days from now`."""
    inside = line.word(at) == "in"
    place = at + 1 if inside else at
    counted = _count_of_weeks(line, place)
    if counted:
        days, end = 7 * counted[0], counted[1]
    else:
        found = (1, place + 1) if line.word(place) in ("a", "one") else whole(line, place)
        if found is None or line.word(found[1]).rstrip("'") not in ("day", "days", "day's"):
            return None
        days, end = found[0], found[1] + 1
    if line.word(end) == "'":
        end += 1
    if line.word(end) == "time":
        return Offset(days), end + 1
    if line.words(end, "from", "now") or line.words(end, "from", "today"):
        return Offset(days), end + 2
    return (Offset(days), end) if inside else None


def month(line: Line, at: int) -> tuple[Day, int] | None:
    """A month's name alone, as behind `starting`, with the year where one stands behind it."""
    named = _month(line, at)
    year = _year(line, named[1]) if named else None
    return (Month(named[0], year[0] if year else None), year[1] if year else named[1]) if named else None


def _month(line: Line, at: int) -> tuple[int, int] | None:
    word = line.word(at)
    if word not in MONTHS or line.kind(at) != "word":
        return None
    end = at + 1
    if len(word) < 5 and line.word(end) == "." and line.glued(end):
        end += 1
    return MONTHS[word], end


def _year(line: Line, at: int) -> tuple[int, int] | None:
    """A year behind a month: four digits, or two where an hour or nothing of a time follows."""
    place = at + 1 if line.word(at) in (",", "'", "’") else at
    word = line.word(place)
    if not line.digits(place) or (line.kind(place + 1) == "word" and line.glued(place + 1)):
        return None
    if line.word(place + 1) in (":", ".", "/") and line.glued(place + 1) and line.digits(place + 2):
        return None
    if len(word) == 4 and word[:2] in ("19", "20", "21"):
        return int(word), place + 1
    return None


def _written(line: Line, at: int) -> Found:
    """`3rd of December`, `3 Dec 2026`, `December 3rd`, `the twenty-sixth of November`, `the 19th`."""
    month = _month(line, at)
    if month:
        number = ordinal(line, month[1] + (line.word(month[1]) in ("the", ","))) or day_number(line, month[1])
        if number is None:
            return None
        return with_year(line, Dated(number[0], (month[0],)), number[1])
    the = line.word(at) == "the"
    counted = ordinal(line, at + the)
    number = counted or day_number(line, at + the, behind=True)
    if number is None:
        return None
    joined = _joined(line, number[0], number[1])
    if joined:
        return joined
    end = number[1] + (line.word(number[1]) == "of")
    month = _month(line, end)
    if month:
        return with_year(line, Dated(number[0], (month[0],)), month[1])
    named = line.word(number[1]) in WEEKDAYS | PLURAL_DAYS
    if counted and line.digits(at + the) and not (named and counted[0] <= _MOST_OF_A_MONTH):
        if not 0 < counted[0] < 32:
            return NoSuchDay(line.slice(at, counted[1])), counted[1]
        behind = counted[1] + (line.word(counted[1]) == "of")
        if line.words(behind, "next", "month"):
            return MonthDay(counted[0], 1), behind + 2
        return MonthDay(counted[0]), counted[1] + 3 * line.words(counted[1], "of", "this", "month")
    if counted and the and not named and line.word(at - 1) in ("on", "for", "by", "from", "until", "till"):
        return MonthDay(counted[0]), counted[1]  # `on the twenty first`, as it is dictated
    return None


def _joined(line: Line, number: int, at: int) -> Found:
    """What follows the day of `15-Jan-2026`, `15/Jan`."""
    mark = line.word(at)
    month = _month(line, at + 1)
    if mark not in DASHES | {"/"} or month is None or not (line.glued(at) and line.glued(at + 1)):
        return None
    end = month[1]
    if line.word(end) == mark and line.glued(end) and line.digits(end + 1) and len(line.word(end + 1)) in (2, 4):
        year = int(line.word(end + 1))
        return Dated(number, (month[0],), year + 2000 if year < 100 else year), end + 2
    return with_year(line, Dated(number, (month[0],)), end)


def day_number(line: Line, at: int, *, behind: bool = False) -> tuple[int, int] | None:
    """A day of the month without ending; one that is an hour is none."""
    word = line.word(at)
    if not line.digits(at) or len(word) > 2 or (line.glued(at) and line.kind(at - 1) in ("word", "number")):
        return None
    after = line.word(at + 1)
    if behind:
        return int(word), at + 1
    if after in (":", ".", "h", "am", "pm", "a", "p") and (after in ("am", "pm") or line.digits(at + 2)):
        return None
    return int(word), at + 1


def with_year(line: Line, which: Dated, at: int) -> tuple[Day, int]:
    found = _year(line, at)
    if found:
        return replace(which, year=found[0]), found[1]
    return which, at


def _nth(line: Line, at: int) -> Found:
    """`first Monday in December`, `last Friday of the month`, `1st Friday of next month`; and `3rd Thursday`, which
    may be the third one, or the 3rd."""
    place = at + (line.word(at) == "the")
    found = (-1, place + 1) if line.word(place) == "last" else ordinal(line, place)
    if found is None or not (found[0] == -1 or 0 < found[0] <= _MOST_OF_A_MONTH):
        return None
    weekday = _weekday_word(line, found[1])
    if weekday is None:
        return None
    which = Nth(found[0], weekday[0].numbers[0])
    of = line.word(weekday[1]) in ("in", "of")
    end = weekday[1] + of
    month = _month(line, end)
    if month and (of or not (ordinal(line, month[1]) or day_number(line, month[1]))):
        year = _year(line, month[1])
        return replace(which, month=month[0], year=year[0] if year else None), year[1] if year else month[1]
    for words, ahead in ((("the", "month"), 0), (("this", "month"), 0), (("next", "month"), 1), (("month",), 0)):
        if line.words(end, *words) and (of or len(words) > 1):
            return replace(which, ahead=ahead), end + len(words)
    if line.word(end) in ("every", "each") and line.word(end + 1) == "month":
        return which, weekday[1]
    if of and line.word(end + (line.word(end) in ("the", "this", "next"))) in ("term", "half", "year", "holidays"):
        return Unreadable(line.slice(place, end + 1)), end + 1 + (line.word(end) in ("the", "this", "next"))
    if of or found[0] < 0:
        return None
    return replace(which, bare="number" if line.digits(place) else "word"), weekday[1]


def _same_weekday(first: str, second: str) -> bool:
    return first in WEEKDAYS and WEEKDAYS[first] == WEEKDAYS.get(second)


def _named(line: Line, at: int) -> Found:
    """Christmas Eve, Easter Monday … and a bank holiday, which names none."""
    for words, name in _FEASTS.get(line.word(at), ()):
        # `easter mon` is the same day in short.
        if all(line.word(at + n) == one or _same_weekday(line.word(at + n), one) for n, one in enumerate(words)):
            return Feast(name), at + len(words)
    if line.word(at) == "bank" and line.word(at + 1) in ("holiday", "hol"):
        weekday = _weekday_word(line, at + 2)
        end = weekday[1] if weekday else at + 2
        return (Unreadable(line.slice(at, end)), end) if weekday or line.word(at - 1) in ("on", "the") else None
    return None


def _week(line: Line, at: int) -> Found:
    """`next week`, `this weekend`, `w/c 23 November`, `in December`: they name no day."""
    place = at + (line.word(at) == "of")
    if line.word(place) in ("next", "this", "the", "following") and line.word(place + 1) in ("week", "weekend"):
        following = line.word(place) in ("next", "following")
        if line.word(place) == "the" and line.word(place + 1) == "week":
            return _week_of(line, place + 1)
        return Week(int(following), weekend=line.word(place + 1) == "weekend"), place + 2
    if line.word(at) in ("next", "this") and line.word(at + 1) in ("month", "term", "year"):
        return Month(), at + 2
    if line.word(at) in ("early", "mid", "late", "in", "during", "by"):
        start = at + 1 + (line.word(at + 1) in ("early", "mid", "late", "-"))
        month = _month(line, start)
        dated = month and (ordinal(line, month[1]) or day_number(line, month[1]))
        if month and not dated and line.word(month[1]) not in ("is", "time"):
            year = _year(line, month[1])
            whole_month = line.word(at) in ("in", "during") and start == at + 1
            found = Month(month[0], year[0] if year else None) if whole_month else Month()
            return found, year[1] if year else month[1]
    if line.word(at) in ("end", "beginning", "start", "middle") and line.word(at + 1) == "of":
        month = _month(line, at + 2)
        if month:
            return Month(), month[1]
    return _week_of(line, at)


def _week_of(line: Line, at: int) -> Found:
    """`w/c 23 November`, `week commencing 23rd`; `w/e` is the end of a week, or a weekend."""
    begins = line.words(at, "w", "/", "b") or line.words(at, "w", "/", "e")
    if line.words(at, "w", "/", "c") or (begins and day(line, at + 3)):
        end = at + 3
    elif line.word(at) == "wc" and line.digits(at + 1):
        end = at + 1
    elif line.word(at) in ("week", "wk") and line.word(at + 1) in _WEEK_OF:
        end = at + 2
    else:
        return None
    found = day(line, end)
    if found is None:
        return Week(), end
    which, end = found
    if isinstance(which, Weekday):
        further = day(line, end)
        if further and isinstance(further[0], Dated):
            which, end = further
    return Week(of=which if isinstance(which, Dated) else None), end


_RULES = (numeric.date, _weeks_on, _in_days, _nth, _written, _named, _week, _weekday, _relative)
