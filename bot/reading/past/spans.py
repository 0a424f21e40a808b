"""Spans of whole days by their names: `last 4 weeks`, `w/c 9 Nov`, `Q3`, `1-15 November`, `since Monday`.

Each rule takes the whole of the words or nothing. What it finds is a span, a doubt between spans, something left open,
or a day that there is not; NOTHING where no rule fits.
"""

import re
from datetime import date

from bot.reading.outcome import Said
from bot.reading.past.past_days import DAY, MONTH, NOTHING, WEEKDAY, NoSuch, days_of, real_date
from bot.reading.past.span import (
    HALF_A_YEAR,
    NTH,
    WEEK,
    Doubt,
    Found,
    Open,
    Span,
    count_of,
    either,
    in_words,
    many_months,
    month_back,
    month_of,
    running,
    telling,
    week_of,
    year_said,
)
from bot.reading.past.weeks import a_week
from bot.reading.words import DAY_NAMES, MONTHS, NUMBERS, ORDINALS, WEEKDAYS

_COUNT = r"(?:\d{1,3}|" + "|".join(NUMBERS) + ")"
_LAST = "(?:last|past|previous)"
_TO = re.compile(r"\s+(?:to|until|till|['’]?til|through|up to)\s+")
_AND = re.compile(r"\s+(?:and|&)\s+")
_DASH = re.compile(r"(?<=\d)-(?=\d)|(?<=\d[snrt][tdh])-(?=\d)|(?<=[a-z])-(?=[a-z\d])")
_ALL_BETWEEN = "All the days between, too? A report is about days in one piece."
_KINDS = {"school": 9, "academic": 9, "financial": 4, "tax": 4, "fiscal": 4}
"""Years that do not begin in January, with their first month."""
_SHORT_KINDS = {"fy": 4, "ay": 9, "sy": 9}
_NO_YEAR = re.compile(rf"(?:{WEEKDAY} )?(?:(?:the )?{NTH} ?(?:of )?{MONTH}|{MONTH}\.? {NTH}|{MONTH}|\d\d?[/.]\d\d?)\.?")
"""A day or a month that is written without its year."""


def span_of(words: str, today: date) -> Found:
    """The span that the whole of some words names on `today`."""
    for rule in (
        *(_open, _so_far, _two_years, _bare_days, _ago, a_week),
        *(_months, _quarters, _years, _counted, _since, _day),
    ):
        found = rule(words, today)
        if found is not NOTHING:
            return found
    return _between(words, today)


def _open(words: str, _today: date) -> Found:
    if re.search(r"\bterms?\b", words):
        return Open("term", "When did that term begin and end? Write it like “7 September to 18 December”.")
    if re.match(r"(?:until|till|up to|before|by|to)\s+\S", words):
        return Open("from", "From when? Write it like “1 October to 31 October”.")
    return NOTHING


def _so_far(words: str, today: date) -> Found:
    """`this month so far`, `so far this week`, `quarter to date`."""
    found = re.fullmatch(
        r"(?:this )?(week|month|quarter|year) (?:so far|to date)|so far this (week|month|quarter|year)", words
    )
    if not found:
        return NOTHING
    whole = span_of(f"this {found[1] or found[2]}", today)
    return Span(whole.first, today) if isinstance(whole, Span) else whole


def _two_years(words: str, today: date) -> Found:
    """`2025/26`, `2025-26`, `school year 25/26`, `FY2025`: a year that does not begin in January."""
    kind = rf"(?:(?P<kind>{'|'.join((*_KINDS, *_SHORT_KINDS))})(?: ?years?)? ?|(?:the )?years? )?"
    single = re.fullmatch(rf"(?P<kind>{'|'.join((*_KINDS, *_SHORT_KINDS))})(?: ?year)? ?(20\d\d)", words)
    if single:
        begins = _begins(single["kind"])
        spans = (many_months(int(single[2]) - 1, begins, 12), many_months(int(single[2]), begins, 12))
        return Doubt(spans, "Which of these years?", "year")
    found = re.fullmatch(
        rf"(?:the )?{kind}(?P<first>(?:20)?\d\d) ?(?:-|/|to) ?(?P<last>(?:20)?\d\d)"
        rf"(?: (?P<behind>{'|'.join(_KINDS)})?(?: ?year)?)?",
        words,
    )
    if found is None or (int(found["first"]) + 1 - int(found["last"])) % 100:
        return NOTHING
    named = found["kind"] or found["behind"]
    year = int(found["first"]) if len(found["first"]) == 4 else 2000 + int(found["first"])
    if named:
        return Doubt((many_months(year, _begins(named), 12),), "Are these the days of that year?", "year")
    readings = [many_months(year, 4, 12), many_months(year, 9, 12)]
    if re.fullmatch(r"\d\d ?(?:-|/|to) ?\d\d", words):
        if int(found["last"]) < 13 or year > today.year:
            return NOTHING  # days, or a day and its month
        days = _bare_days(words, today) if "/" not in words else NOTHING
        readings = [*(days.spans if isinstance(days, Doubt) else ()), *readings]
    elif re.fullmatch(r"\d{4}-\d\d", words) and int(found["last"]) < 13:
        readings.append(month_of(year, int(found["last"])))
    return Doubt(tuple(readings), "The year from April (financial), or from September (school)?")


def _begins(kind: str) -> int:
    return _KINDS.get(kind) or _SHORT_KINDS[kind]


def _bare_days(words: str, today: date) -> Found:
    """`1-15` and `10 to 12` name no month; `10-12` may be a day and its month, too."""
    found = re.fullmatch(rf"({NTH}) ?(?:-|to|until|till|and) ?({NTH})", words)
    if not found:
        return NOTHING
    first, last = (int(re.sub(r"\D", "", one)) for one in found.groups())
    spans = []
    for back in (0, 1):
        month = month_of(today.year, today.month - back).first
        begin, end = (real_date(month.year, month.month, one) for one in (first, last))
        if begin and end and begin <= end and (begin <= today or back):
            spans.append(Span(begin, end))
    single = days_of(words, today) if "-" in words else NOTHING
    if not isinstance(single, NoSuch):
        spans += [Span(one, one) for one in single]
    return Doubt(tuple(spans), "Of which month?") if spans else NoSuch("There are no such days.")


def _ago(words: str, today: date) -> Found:
    """`two weeks ago`: that week, or that day."""
    found = re.fullmatch(rf"(a|{_COUNT}) (days?|weeks?|months?) ago", words)
    if not found:
        return NOTHING
    count, unit = 1 if found[1] == "a" else count_of(found[1]), found[2].rstrip("s")
    if unit == "day":
        return Span(today - count * DAY, today - count * DAY)
    if unit == "month":
        return month_of(today.year, today.month - count)
    day = today - count * WEEK
    return Doubt((week_of(day), Span(day, day)))


def _months(words: str, today: date) -> Found:
    words = re.sub(r"^(?:month of|whole of|all of) ", "", words)
    simple = {
        "this month": 0,
        "month": 0,
        "last month": -1,
        "previous month": -1,
        "next month": 1,
        "month before last": -2,
    }
    if words in simple:
        span = month_of(today.year, today.month + simple[words])
        return running(span) if span.first <= today <= span.last else span
    numeric = re.fullmatch(r"(\d\d?)[/.](\d{4})|(\d{4})-(\d\d?)", words)
    if numeric:
        year, month = int(numeric[2] or numeric[3]), int(numeric[1] or numeric[4])
        return month_of(year, month) if 0 < month < 13 else NoSuch(f"There is no month {month}.")
    again = re.fullmatch(rf"(?:last|previous) ({MONTH})", words)
    if again:
        back = month_back(MONTHS[again[1]], today)
        return Doubt((back, month_of(back.first.year - 1, back.first.month)))
    named = re.fullmatch(rf"({MONTH})\.?(?: (?:of )?(\d{{4}}|'?\d\d))?", words)
    if named:
        return _named_month(MONTHS[named[1]], named[2], today)
    joined = r" ?(to|until|till|through|and|-|&) ?"
    pair = re.fullmatch(rf"({MONTH})(?: (\d{{4}}))?{joined}({MONTH})(?: (\d{{4}}))?", words)
    if not pair:
        return NOTHING
    found = _month_pair(MONTHS[pair[1]], pair[2], MONTHS[pair[4]], pair[5], today)
    apart = pair[3] in ("and", "&") and (MONTHS[pair[4]] - MONTHS[pair[1]]) % 12 != 1
    return Doubt((found,), _ALL_BETWEEN) if apart else found


def _named_month(month: int, year: str | None, today: date) -> Found:
    if year is None:
        return month_back(month, today)
    number = int(year.strip("'"))
    if len(year) == 4 or year.startswith("'"):
        return month_of(number if number > 99 else 2000 + number, month)
    whole = month_of(2000 + number, month)
    single = real_date(today.year, month, number)
    return whole if single is None else Doubt((whole, Span(single, single)))


def _month_pair(first: int, first_year: str | None, last: int, last_year: str | None, today: date) -> Span:
    end = month_of(int(last_year), last) if last_year else month_back(last, today)
    start = month_of(int(first_year) if first_year else end.first.year - (first > last), first)
    if first_year and not last_year:
        end = month_of(start.first.year + (first > last), last)
    years = (start.first.year, end.last.year)
    tell = not (first_year and last_year) and years != (today.year, today.year)
    return Span(start.first, end.last, (year_said(*years),) if tell else (), end.first <= today <= end.last)


def _quarters(words: str, today: date) -> Found:
    quarter = (today.month - 1) // 3
    if words in ("quarter", "this quarter"):
        return running(many_months(today.year, 3 * quarter + 1, 3))
    if words in ("last quarter", "previous quarter"):
        return many_months(today.year, 3 * quarter - 2, 3)
    names = "|".join((*ORDINALS, "1st", "2nd", "3rd", "4th"))
    found = re.fullmatch(
        rf"(?:q|quarter ?)(\d\d?)(?: (?:of )?(\d{{4}}))?|({names}) quarter(?: (?:of )?(\d{{4}}))?", words
    )
    if not found:
        return NOTHING
    number, year = int(found[1]) if found[1] else ORDINALS.get(found[3]) or int(found[3][0]), found[2] or found[4]
    if not 0 < number < 5:
        return NoSuch(f"A year has four quarters, and no quarter {number}.")
    spans = []
    for begins in (1, 4):
        span = many_months(int(year or today.year), 3 * number - 3 + begins, 3)
        if not year and span.first > today:
            span = many_months(today.year - 1, 3 * number - 3 + begins, 3)
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
    special = re.fullmatch(rf"(this|last|previous|next)? ?({'|'.join(_KINDS)}) year", words)
    if special:
        begins = _KINDS[special[2]]
        year = today.year - (today.month < begins) + {"last": -1, "previous": -1, "next": 1}.get(special[1] or "", 0)
        return Doubt((many_months(year, begins, 12),), "Are these the days of that year?", "year")
    return NOTHING


def _counted(words: str, today: date) -> Found:
    found = re.fullmatch(
        rf"(?:{_LAST} (?:({_COUNT}) )?(?:calendar )?|({_COUNT}) (?=days up to today))(days|weeks?|fortnights?|months?)"
        r"(?:(?<=days) up to today)?",
        words,
    )
    if not found:
        return NOTHING
    typed, unit = found[1] or found[2], found[3].rstrip("s")
    count = count_of(typed) if typed else 1
    if count == 0:
        return NoSuch("That is no days at all.")
    if unit == "day":
        return Span(today - (count - 1) * DAY, today, (Said("up to today", "", "The last days up to today."),))
    if unit == "month":
        span = many_months(today.year, today.month - count, count) if count < 120 else None
        return NoSuch("That is too long ago.") if span is None else telling(span, _whole("months"))
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
            return telling(spans[0], Said("today", "", f"{DAY_NAMES[today.weekday()]} is today."))
        if days[0] < week_of(today).first:
            return telling(spans[0], Said("day", days[0].isoformat(), f"I took {in_words(days[0], days[0])}."))
    if len(spans) == 1 and days[0].year != today.year and not re.search(r"\d{4}", words):
        return telling(spans[0], year_said(days[0].year))
    return either(spans)


def _between(words: str, today: date) -> Found:
    """From one end to the other. What is joined by *and* is side by side, or asked about."""
    words, between = re.subn(r"^(?:from|between) ", "", words)
    for pattern, joins in ((_TO, True), (_AND, bool(between)), (_DASH, True)):
        parts = pattern.split(words)
        if len(parts) == 2 and all(parts):
            return _from_to(*_completed(*parts), today, joins=joins)
    return NOTHING


def _completed(start: str, end: str) -> tuple[str, str]:
    """Both ends with the month that was written for one of them: `1-15 November`, `10-12/11`, `Nov 1 to 15`."""
    if re.fullmatch(NTH, end):
        named = re.fullmatch(rf"(?:{WEEKDAY} )?({MONTH})\.? ({NTH})", start)
        if named:
            return f"{named[2]} {named[1]}", f"{end} {named[1]}"
    if re.fullmatch(NTH, start):
        month = re.fullmatch(rf"(?:{WEEKDAY} )?{NTH}( (?:of )?{MONTH}.*)|\d\d?([/.]\d\d?(?:[/.]\d+)?)", end)
        start += (month[1] or month[2]) if month else ""
    return start, end


def _from_to(start: str, end: str, today: date, *, joins: bool) -> Found:
    """The spans that both ends allow, each of the one with its fellow of the other."""
    firsts, lasts = span_of(start, today), span_of(end, today)
    if isinstance(firsts, NoSuch | Open):
        return firsts
    if isinstance(lasts, NoSuch | Open):
        return lasts
    first, last = _each(firsts), _each(lasts)
    if len(first) != len(last):
        first, last = first * len(last), last * len(first)
    pairs = list(zip(first, last, strict=True))
    found = [_joined(one, other, start, end, today) for one, other in pairs]
    if not joins and any(other.first > one.last + DAY or one.first > other.last + DAY for one, other in pairs):
        return Doubt(tuple(found), _ALL_BETWEEN)
    return either(found)


def _each(found: Span | Doubt) -> tuple[Span, ...]:
    return found.spans if isinstance(found, Doubt) else (found,)


def _in_year(day: date, year: int) -> date:
    """The same day of another year; the last of February where that year has no 29th."""
    return real_date(year, day.month, day.day) or date(year, 2, 28)


def _joined(first: Span, last: Span, start: str, end: str, today: date) -> Span:
    """From the beginning of one to the end of the other; an end without a year has the one that makes sense."""
    begin, finish = first.first, last.last
    if end in WEEKDAYS and (start in WEEKDAYS or abs(today - begin) < WEEK):
        return Span(begin, begin + (WEEKDAYS[end] - begin.weekday()) % 7 * DAY, runs=start in WEEKDAYS)
    if finish < begin and start.startswith(("this", "last")) and end.startswith(("this", "last")):
        begin, finish = last.first, first.last
    free, end_free = (bool(_NO_YEAR.fullmatch(one)) for one in (start, end))
    if free and end_free:
        if (begin.month, begin.day) <= (finish.month, finish.day):
            finish = _in_year(finish, begin.year)
        elif begin.month != finish.month:
            earlier = _in_year(begin, finish.year - 1)
            begin = earlier if (finish - earlier).days < HALF_A_YEAR else begin
    elif free:
        begin = _in_year(begin, finish.year - ((begin.month, begin.day) > (finish.month, finish.day)))
    elif end_free:
        finish = _in_year(finish, begin.year + ((finish.month, finish.day) < (begin.month, begin.day)))
    told = tuple(one for one in (*first.said, *last.said) if one.kind not in ("year", "years", "today", "day"))
    years = {begin.year, finish.year}
    if (free or end_free) and (len(years) > 1 or (free and end_free and years != {today.year})):
        told = (*told, year_said(begin.year, finish.year))
    return Span(begin, finish, told, last.runs)
