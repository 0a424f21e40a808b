"""Spans of whole days by their names: `last 4 weeks`, `w/c 9 Nov`, `Q3`, `1-15 November`, `since Monday`.

Each rule takes the whole of the words or nothing. What it finds is a span, a doubt between spans, something left open,
or a day that there is not; NOTHING where no rule fits.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from bot.reading.outcome import Said
from bot.reading.past_days import DAY, MONTH, NOTHING, WEEKDAY, NoSuch, days_of, last_of_month, real_date
from bot.reading.words import DAY_NAMES, MONTHS, NUMBERS, ORDINALS, WEEKDAYS

WEEK = timedelta(days=7)
_HALF_A_YEAR = 183


@dataclass(frozen=True)
class Span:
    """Whole days, both ends included. `runs`: it is one that has a name and runs now, so that its days to come are no
    surprise."""

    first: date
    last: date
    said: tuple[Said, ...] = ()
    runs: bool = False


@dataclass(frozen=True)
class Doubt:
    """Spans of which one is meant."""

    spans: tuple[Span, ...]
    question: str = "Which days are meant?"
    what: str = "which"


@dataclass(frozen=True)
class Open:
    """Something that has to be said first."""

    what: str
    question: str


Found: TypeAlias = Span | Doubt | Open | NoSuch

_COUNT = r"(?:\d{1,3}|" + "|".join(NUMBERS) + ")"
_LAST = "(?:last|past|previous)"
_TO = re.compile(r"\s+(?:to|until|till|through|up to|and)\s+")
_DASH = re.compile(r"(?<=\d)-(?=\d)|(?<=\d[snrt][tdh])-(?=\d)|(?<=[a-z])-(?=[a-z\d])")


def in_words(first: date, last: date) -> str:
    """`Monday 16 to Sunday 22 November 2026`."""
    end = f"{last:%A} {last.day} {last:%B} {last.year}"
    if first == last:
        return end
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%B}" if year or first.month != last.month else ""
    return f"{first:%A} {first.day}{month}{year} to {end}"


def span_of(words: str, today: date) -> Found:
    """The span that the whole of some words names on `today`."""
    for rule in (_open, _weeks, _numbered_week, _week_of, _months, _quarters, _years, _counted, _since, _day):
        found = rule(words, today)
        if found is not NOTHING:
            return found
    return _between(words, today)


def week_of(day: date) -> Span:
    """From Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + 6 * DAY)


def month_of(year: int, month: int) -> Span:
    """A whole month; months before January and after December count on."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return Span(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - DAY)


def _many_months(year: int, month: int, count: int) -> Span:
    return Span(month_of(year, month).first, month_of(year, month + count - 1).last)


def _running(span: Span) -> Span:
    return Span(span.first, span.last, runs=True)


def _open(words: str, _today: date) -> Found:
    if re.search(r"\bterms?\b", words):
        return Open("term", "When did that term begin and end? Write it like “7 September to 18 December”.")
    if re.match(r"(?:until|till|up to|before|by|to)\s+\S", words):
        return Open("from", "From when? Write it like “1 October to 31 October”.")
    return NOTHING


def _weeks(words: str, today: date) -> Found:
    if re.fullmatch(r"(?:this )?week|week so far", words):
        return _running(week_of(today))
    if re.fullmatch(r"(?:last|previous) week", words):
        return week_of(today - WEEK)
    if words == "past week":
        return Doubt((week_of(today - WEEK), Span(today - 6 * DAY, today)))
    if words == "next week":
        return week_of(today + WEEK)
    return NOTHING


def _numbered_week(words: str, today: date) -> Found:
    exact = re.fullmatch(r"(\d{4})-?w(\d\d?)|w(?:ee)?k?\.? ?(\d\d?) (?:of )?(\d{4})", words)
    if exact:
        year, number = int(exact[1] or exact[4]), int(exact[2] or exact[3])
        return _iso_week(year, number) or NoSuch(f"{year} has no week {number}.")
    found = re.fullmatch(r"(?:week|wk)\.? ?(?:no\.?|number|nr\.?)? ?(\d{1,3})", words)
    if not found:
        return NOTHING
    number = int(found[1])
    if not 0 < number < 54:
        return NoSuch(f"There is no week {number}.")
    year = today.isocalendar().year
    here, before = _iso_week(year, number), _iso_week(year - 1, number)
    if number <= 31:
        by_number = here if here and here.first <= today else before or here
        the_day = last_of_month(number, today)
        return _either([one for one in (by_number, week_of(the_day) if the_day else None) if one])
    if here is None and before is None:
        return NoSuch(f"There is no week {number} in {year}.")
    if here is None:
        return _telling(before, Said("week", f"{number} of {year - 1}", f"I took week {number} of {year - 1}."))
    if here.first > today and before:
        return Doubt((before, here))
    return _telling(here, Said("week", str(number), f"I took week {number} of the year."))


def _iso_week(year: int, number: int) -> Span | None:
    try:
        return week_of(date.fromisocalendar(year, number, 1))
    except ValueError:
        return None


def _telling(span: Span | None, *said: Said) -> Found:
    return NOTHING if span is None else Span(span.first, span.last, (*span.said, *said), span.runs)


def _either(spans: list[Span]) -> Found:
    different = tuple(one for at, one in enumerate(spans) if one not in spans[:at])
    return different[0] if len(different) == 1 else Doubt(different)


def _week_of(words: str, today: date) -> Found:
    begins = re.fullmatch(r"(?:w/?c|w\.c\.?|week (?:commencing|beginning|starting|from)) (.+)", words)
    ends = re.fullmatch(r"(?:w/?e|w\.e\.?|week (?:ending|to)) (.+)", words)
    around = re.fullmatch(r"week (?:of|with|containing|around) (.+?)(?: in it)?|week (.+)", words)
    inner = begins or ends or around
    if inner is None:
        return NOTHING
    days = days_of(inner[1] or inner[2], today, this_week=True)
    if isinstance(days, NoSuch):
        return days
    if begins is ends is None:
        return _either([week_of(day) for day in days])
    typed = [Span(day, day + 6 * DAY) if begins else Span(day - 6 * DAY, day) for day in days]
    return _either([week_of(days[0]), *typed] if len(days) == 1 else typed)


def _months(words: str, today: date) -> Found:
    words = re.sub(r"^(?:month of|whole of|all of) ", "", words)
    simple = {"this month": 0, "month": 0, "last month": -1, "previous month": -1, "next month": 1}
    if words in simple:
        span = month_of(today.year, today.month + simple[words])
        return _running(span) if span.first <= today <= span.last else span
    numeric = re.fullmatch(r"(\d\d?)[/.](\d{4})|(\d{4})-(\d\d?)", words)
    if numeric:
        year, month = int(numeric[2] or numeric[3]), int(numeric[1] or numeric[4])
        return month_of(year, month) if 0 < month < 13 else NoSuch(f"There is no month {month}.")
    named = re.fullmatch(rf"({MONTH})\.?(?: (?:of )?(\d{{4}}|'?\d\d))?", words)
    if named:
        return _named_month(MONTHS[named[1]], named[2], today)
    pair = re.fullmatch(
        rf"({MONTH})(?: (\d{{4}}))? ?(?:to|until|till|through|and|-|&) ?({MONTH})(?: (\d{{4}}))?", words
    )
    if pair:
        return _month_pair(MONTHS[pair[1]], pair[2], MONTHS[pair[3]], pair[4], today)
    return NOTHING


def _named_month(month: int, year: str | None, today: date) -> Found:
    if year is None:
        return _month_back(month, today)
    number = int(year.strip("'"))
    if len(year) == 4 or year.startswith("'"):
        return month_of(number if number > 99 else 2000 + number, month)
    whole = month_of(2000 + number, month)
    single = real_date(today.year, month, number)
    return whole if single is None else Doubt((whole, Span(single, single)))


def _month_back(month: int, today: date) -> Span:
    """The month of that name that has been last, or runs now."""
    year = today.year - (month > today.month)
    span = month_of(year, month)
    runs = span.first <= today <= span.last
    # A month half a year back may be meant for the one to come.
    tell = year != today.year or (today - span.last).days > _HALF_A_YEAR
    return Span(span.first, span.last, (_year(year),) if tell else (), runs)


def _year(*years: int) -> Said:
    if len(set(years)) == 1:
        return Said("year", str(years[0]), f"I took {years[0]}.")
    return Said("years", f"{years[0]} to {years[-1]}", f"I took {years[0]} to {years[-1]}.")


def _month_pair(first: int, first_year: str | None, last: int, last_year: str | None, today: date) -> Found:
    end = month_of(int(last_year), last) if last_year else _month_back(last, today)
    start = month_of(int(first_year) if first_year else end.first.year - (first > last), first)
    if first_year and not last_year:
        end = month_of(start.first.year + (first > last), last)
    years = (start.first.year, end.last.year)
    tell = not (first_year and last_year) and years != (today.year, today.year)
    return Span(start.first, end.last, (_year(*years),) if tell else (), end.first <= today <= end.last)


def _quarters(words: str, today: date) -> Found:
    quarter = (today.month - 1) // 3
    if words in ("quarter", "this quarter"):
        return _running(_many_months(today.year, 3 * quarter + 1, 3))
    if words in ("last quarter", "previous quarter"):
        return _many_months(today.year, 3 * quarter - 2, 3)
    names = "|".join(ORDINALS)
    found = re.fullmatch(
        rf"(?:q|quarter ?)(\d\d?)(?: (?:of )?(\d{{4}}))?|({names}) quarter(?: (?:of )?(\d{{4}}))?", words
    )
    if not found:
        return NOTHING
    number, year = int(found[1]) if found[1] else ORDINALS[found[3]], found[2] or found[4]
    if not 0 < number < 5:
        return NoSuch(f"A year has four quarters, and no quarter {number}.")
    spans = []
    for begins in (1, 4):
        span = _many_months(int(year or today.year), 3 * number - 3 + begins, 3)
        if not year and span.first > today:
            span = _many_months(today.year - 1, 3 * number - 3 + begins, 3)
        spans.append(span)
    return Doubt(tuple(spans), "By the calendar, or by years that begin in April?")


def _years(words: str, today: date) -> Found:
    if words in ("this year", "year", "last year", "previous year"):
        year = today.year - (words[:4] in ("last", "prev"))
        return Span(date(year, 1, 1), date(year, 12, 31), runs=year == today.year)
    if re.fullmatch(r"year to date|ytd|(?:this )?year so far|so far this year", words):
        return Span(date(today.year, 1, 1), today)
    whole = re.fullmatch(r"(?:year )?((?:19|20)\d\d)", words)
    if whole:
        return Span(date(int(whole[1]), 1, 1), date(int(whole[1]), 12, 31), runs=int(whole[1]) == today.year)
    kinds = {"school": 9, "academic": 9, "financial": 4, "tax": 4, "fiscal": 4}
    special = re.fullmatch(rf"(this|last|previous|next)? ?({'|'.join(kinds)}) year", words)
    if special:
        begins = kinds[special[2]]
        year = today.year - (today.month < begins) + {"last": -1, "previous": -1, "next": 1}.get(special[1] or "", 0)
        return Doubt((_many_months(year, begins, 12),), "Are these the days of that year?", "year")
    split = re.fullmatch(r"(?:year )?(20\d\d)[/-](?:20)?(\d\d)", words)
    if split and int(split[1]) % 100 + 1 == int(split[2]):
        year = int(split[1])
        return Doubt((_many_months(year, 4, 12), _many_months(year, 9, 12)), "The financial year, or the school year?")
    return NOTHING


def _counted(words: str, today: date) -> Found:
    found = re.fullmatch(rf"{_LAST} (?:({_COUNT}) )?(days|weeks?|fortnights?|months?)", words)
    if not found:
        return NOTHING
    count = 1 if not found[1] else int(found[1]) if found[1].isdecimal() else NUMBERS[found[1]]
    unit = found[2].rstrip("s")
    if count == 0:
        return NoSuch("That is no days at all.")
    if unit == "day":
        return Span(today - (count - 1) * DAY, today, (Said("up to today", "", "The last days up to today."),))
    if unit == "month":
        span = _many_months(today.year, today.month - count, count) if count < 120 else None
        return NoSuch("That is too long ago.") if span is None else _telling(span, _whole("months"))
    end = week_of(today).first - DAY
    weeks = count * (2 if unit == "fortnight" else 1)
    return Span(end - weeks * WEEK + DAY, end, (_whole("weeks"),))


def _whole(units: str) -> Said:
    return Said(f"whole {units}", "", f"These are the whole {units} before this one.")


def _since(words: str, today: date) -> Found:
    found = re.fullmatch(
        r"since (.+?)(?: (?:to|until) (?:now|today))?|from (.+?) (?:on(?:wards)?|(?:to|until) (?:now|date))", words
    )
    if not found:
        return NOTHING
    inner = span_of(found[1] or found[2], today)
    if isinstance(inner, Doubt):
        return Doubt(tuple(Span(one.first, today) for one in inner.spans), inner.question)
    return Span(inner.first, today, inner.said) if isinstance(inner, Span) else inner


def _day(words: str, today: date) -> Found:
    days = days_of(words, today)
    if isinstance(days, NoSuch):
        return days
    spans = [Span(day, day) for day in days]
    if len(spans) == 1 and words in WEEKDAYS:
        if days[0] == today:
            return _telling(spans[0], Said("today", "", f"{DAY_NAMES[today.weekday()]} is today."))
        if days[0] < week_of(today).first:
            return _telling(spans[0], Said("day", days[0].isoformat(), f"I took {in_words(days[0], days[0])}."))
    if len(spans) == 1 and days[0].year != today.year and not re.search(r"\d{4}|[/.]\d\d$", words):
        return _telling(spans[0], _year(days[0].year))
    return _either(spans)


def _between(words: str, today: date) -> Found:
    words = re.sub(r"^(?:from|between) ", "", words)
    parts = _TO.split(words)
    if len(parts) == 1:
        parts = _DASH.split(words)
    if len(parts) != 2 or not all(parts):
        return NOTHING
    start, end = parts
    if re.fullmatch(r"\d\d?(?:st|nd|rd|th)?", start):
        month = re.fullmatch(rf"(?:{WEEKDAY} )?\d\d?(?:st|nd|rd|th)?( (?:of )?{MONTH}.*)", end)
        if not month:
            return NOTHING
        start += month[1]
    first, last = span_of(start, today), span_of(end, today)
    if not isinstance(first, Span):
        return first
    return _joined(first, last, start, end, today) if isinstance(last, Span) else last


def _joined(first: Span, last: Span, start: str, end: str, today: date) -> Found:
    """From the beginning of one to the end of the other, in the years in which that makes sense."""
    begin, finish = first.first, last.last
    if start in WEEKDAYS:
        if end in WEEKDAYS:
            finish = begin + timedelta(days=(WEEKDAYS[end] - begin.weekday()) % 7)
        return Span(begin, finish, runs=True)
    dated = [bool(re.search(r"\d{4}|[/.-]\d\d$|today|yesterday|week|month|year", one)) for one in (start, end)]
    if not dated[1] and (finish.month, finish.day) >= (begin.month, begin.day):
        finish = real_date(begin.year, finish.month, finish.day) or finish
    elif not dated[1] and dated[0]:
        finish = real_date(begin.year + 1, finish.month, finish.day) or finish
    elif finish < begin and not dated[0] and begin.month != finish.month:
        earlier = real_date(begin.year - 1, begin.month, begin.day)
        begin = earlier if earlier and (finish - earlier).days < _HALF_A_YEAR else begin
    if finish < begin and start.startswith(("this", "last")) and end.startswith(("this", "last")):
        begin, finish = last.first, first.last
    tell = begin.year != finish.year and not all(dated)
    tell = tell or (begin.year != today.year and not any(dated))
    return Span(begin, finish, (_year(begin.year, finish.year),) if tell else (), last.runs)
