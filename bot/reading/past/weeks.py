"""Weeks as a report names them: `last week`, `week 47`, `w/c 9 Nov`, `first week of November`, `Mon-Fri last week`."""

import re
from datetime import date

from bot.reading.outcome import Said
from bot.reading.past.past_days import DAY, MONTH, NOTHING, WEEKDAY, NoSuch, days_of, last_of_month
from bot.reading.past.span import NTH, WEEK, Doubt, Found, Span, either, month_back, running, telling, week_of
from bot.reading.words import MONTHS, ORDINALS, WEEKDAYS


def a_week(words: str, today: date) -> Found:
    """The week, or the days of one, that the whole of some words names."""
    for rule in (_by_name, _days_of_a_week, _numbered, _of_a_month, _around_a_day):
        found = rule(words, today)
        if found is not NOTHING:
            return found
    return NOTHING


def _by_name(words: str, today: date) -> Found:
    this, before = week_of(today), week_of(today - WEEK)
    if words in ("this week", "week"):
        return running(this)
    if words in ("last week", "previous week", "week just gone", "week gone", "week just past"):
        return before
    if words == "past week":
        return Doubt((before, Span(today - 6 * DAY, today)))
    if words in ("week before last", "last week but one"):
        return week_of(today - 2 * WEEK)
    if words == "next week":
        return week_of(today + WEEK)
    if words in ("fortnight", "this fortnight"):
        return Doubt((Span(before.first - WEEK, before.last), Span(before.first, this.last)))
    if words in ("weekend", "last weekend", "this weekend"):
        ends = [Span(one.last - DAY, one.last) for one in (before, this)]
        return ends[0] if words.startswith("last") and today.weekday() < 5 else Doubt(tuple(ends))
    return NOTHING


def _days_of_a_week(words: str, today: date) -> Found:
    """`Monday last week`, `Mon-Fri of this week`."""
    found = re.fullmatch(rf"({WEEKDAY})(?: ?(?:-|to) ?({WEEKDAY}))? (?:of )?(this|last) week", words)
    if not found:
        return NOTHING
    monday = week_of(today if found[3] == "this" else today - WEEK).first
    first, last = monday + WEEKDAYS[found[1]] * DAY, monday + WEEKDAYS[found[2] or found[1]] * DAY
    return Span(first, last)


def _numbered(words: str, today: date) -> Found:
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
        return either([one for one in (by_number, week_of(the_day) if the_day else None) if one])
    if here is None and before is None:
        return NoSuch(f"There is no week {number} in {year}.")
    if here is None:
        return telling(before, Said("week", f"{number} of {year - 1}", f"I took week {number} of {year - 1}."))
    if here.first > today and before:
        return Doubt((before, here))
    return telling(here, Said("week", str(number), f"I took week {number} of the year."))


def _iso_week(year: int, number: int) -> Span | None:
    try:
        return week_of(date.fromisocalendar(year, number, 1))
    except ValueError:
        return None


def _of_a_month(words: str, today: date) -> Found:
    """`first week of November`: its first seven days, or the week with the 1st in it."""
    found = re.fullmatch(rf"(?:({NTH}|{'|'.join(ORDINALS)}) week|week (\d)) (?:of|in) ({MONTH})", words)
    if not found:
        return NOTHING
    number = ORDINALS.get(found[1] or "") or int(re.sub(r"\D", "", found[1] or found[2]))
    first = month_back(MONTHS[found[3]], today).first + (number - 1) * WEEK
    if not 0 < number < 6:
        return NoSuch(f"A month has no week {number}.")
    return either([Span(first, first + 6 * DAY), week_of(first)])


def _around_a_day(words: str, today: date) -> Found:
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
        return either([week_of(day) for day in days])
    typed = [Span(day, day + 6 * DAY) if begins else Span(day - 6 * DAY, day) for day in days]
    return either([week_of(days[0]), *typed] if len(days) == 1 else typed)
