"""Every date of five years, in every form of writing it, comes back the same or is asked about; and no word that says
when stays in a title. No text is too long or too strange to be answered."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.reading import Ask, Refused, Understood
from bot.reading.times.plans import Around, plan
from bot.reading.words import DAY_NAMES, MONTH_NAMES
from tests.reading.rendered import LONDON

NOW = datetime(2026, 11, 18, 10, tzinfo=ZoneInfo(LONDON))
NOWS = (
    NOW,
    datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo(LONDON), fold=1),
    datetime(2026, 12, 31, 23, 58, tzinfo=ZoneInfo(LONDON)),
    datetime(2027, 3, 28, 0, 59, tzinfo=ZoneInfo(LONDON)),
    datetime(2028, 2, 29, 12, tzinfo=ZoneInfo(LONDON)),
)
"""An ordinary morning, the hour that comes twice, the last minutes of a year, before the hour that is left out, and a
day that most years lack."""
FIRST, LAST = date(2026, 1, 1), date(2030, 12, 31)
BITS = (
    "Thu",
    "4",
    "at",
    "19/11",
    "-",
    "to",
    "or",
    ",",
    "next",
    "week",
    "16:00",
    "for",
    "w/",
    "@",
    "every",
    "until",
    "BST",
)
WELSH_MONTHS = (
    *("Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin"),
    *("Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"),
)
CLOCKS = {
    "16:00": time(16),
    "4.30pm": time(16, 30),
    "at 4": time(16),
    "half past nine": time(9, 30),
    "1115": time(11, 15),
}
TITLES = ("Cooking club", "Year 7 homework", "Talk on bullying", "Maths 4 All")


def _suffix(day: int) -> str:
    return "th" if 3 < day % 100 < 21 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _forms(day: date) -> list[str]:
    """The ways to write a date with its year, and one without."""
    month, short = MONTH_NAMES[day.month - 1], MONTH_NAMES[day.month - 1][:3]
    name = DAY_NAMES[day.weekday()]
    nth = f"{day.day}{_suffix(day.day)}"
    return [
        f"on {day.day} {month} {day.year}",
        f"{nth} {short} {day.year}",
        f"the {nth} of {month} {day.year}",
        f"{month} {nth}, {day.year}",
        f"on {name} {day.day} {month} {day.year}",
        f"{name[:3]} {nth} {short} {day.year},",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%y}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%Y}",
        f"{day:%Y-%m-%d}",
        f"on {day.day} {month}",
        f"{name} {day.day}/{day.month}",
        f"{short.upper()} {day.day} {day.year}",
        f"{day.day:02}-{short.lower()}-{day.year}",
        f"{day.day}/{short}/{day:%y}",
        f"{nth} of {short} '{day:%y}",
        f"{name[:3].lower()} {day:%d.%m.%y}",
        f"{day.year}/{day:%m/%d}",
        f"{day.day} {WELSH_MONTHS[day.month - 1]} {day.year}",
        f"{name} the {nth} of {month}",
    ]


NUMBER_OF_FORMS = len(_forms(FIRST))
WITHOUT_YEAR = tuple(at for at, one in enumerate(_forms(FIRST)) if "26" not in one)
WELSH = next(at for at, one in enumerate(_forms(FIRST)) if WELSH_MONTHS[0] in one)


@settings(max_examples=150, deadline=None)
@given(
    day=st.dates(FIRST, LAST),
    form=st.integers(0, NUMBER_OF_FORMS - 1),
    clock=st.sampled_from(sorted(CLOCKS)),
    now=st.sampled_from(NOWS),
    title=st.sampled_from(TITLES),
    before=st.booleans(),
)
@example(day=date(2028, 2, 29), form=0, clock="16:00", now=NOW, title="Cooking club", before=False)
@example(day=date(2026, 12, 31), form=11, clock="at 4", now=NOW, title="Cooking club", before=True)
def test_a_date_comes_back_the_same_or_is_asked_about(
    day: date, form: int, clock: str, now: datetime, title: str, before: bool
) -> None:
    assert comes_back(day, form, clock, now, title, before)


def test_every_date_of_five_years_comes_back_the_same_or_is_asked_about() -> None:
    """Each date once; which form, hour and moment it meets goes round, so that every pair of these comes up."""
    for at in range((LAST - FIRST).days + 1):
        clock = sorted(CLOCKS)[at // NUMBER_OF_FORMS % len(CLOCKS)]
        now = NOWS[at // (NUMBER_OF_FORMS * len(CLOCKS)) % len(NOWS)]
        day, form = FIRST + timedelta(days=at), at % NUMBER_OF_FORMS
        assert comes_back(day, form, clock, now, TITLES[at % len(TITLES)], bool(at // 7 % 2)), (day, form, clock, now)


def comes_back(day: date, form: int, clock: str, now: datetime, title: str, before: bool) -> bool:
    """Whether a date in one form, with an hour, before or behind a title, is read as itself at a moment, or asked
    about with its title kept, or refused where it has passed."""
    written = _forms(day)[form]
    text = f"{written} {clock} {title}" if before else f"{title} {written} {clock}"
    found = plan(text, Around(now, LONDON, "wales" if form == WELSH else "england"))
    meant = datetime.combine(day, CLOCKS[clock], ZoneInfo(LONDON))
    if isinstance(found, Understood):
        start = found.value.slots[0].start
        alike = (start.day, start.month, start.time()) == (day.day, day.month, CLOCKS[clock])
        same = alike if form in WITHOUT_YEAR else start == meant
        return same and start > now and found.value.title == title
    if isinstance(found, Refused):
        return found.what in ("past", "none") and (form in WITHOUT_YEAR or meant <= now)
    return found.what in ("which", "year", "hour") and found.kept is not None and found.kept.title == title


def _short_forms(day: date) -> list[str]:
    """Ways to write a day that lies within the next weeks, with less than a date."""
    name, nth, month = DAY_NAMES[day.weekday()], f"{day.day}{_suffix(day.day)}", MONTH_NAMES[day.month - 1]
    return [
        f"{name[:3].lower()} {nth}",
        f"{nth} {name[:3].lower()}",
        f"the {nth}",
        f"{name} {day.day} {month[:3]}",
        f"{day.day} {month[0]}{month[2:]}",
        f"{month[:-1]} {nth}",
        *([name, name.lower()[:3], f"in {(day - NOW.date()).days} days"] if (day - NOW.date()).days < 7 else []),
    ]


BETWEEN_DAYS = (" ", ", ", "\n", " - ", " / ", " and ", " & ", " 4pm ", " at 4, ", " (")


def test_of_two_days_none_is_left_unsaid() -> None:
    """Two days in one text, in every form of writing each: both are met, or which one is asked."""
    firsts = [NOW.date() + timedelta(days=ahead) for ahead in (2, 6, 9, 15)]
    number = 0
    for first in firsts:
        for away in (1, 2, 5, 13):
            second = first + timedelta(days=away)
            for one in (*_forms(first), *_short_forms(first)):
                forms = (*_forms(second), *_short_forms(second))
                for other in (forms[number % len(forms)], forms[(number * 7 + 3) % len(forms)]):
                    number += 1
                    between = BETWEEN_DAYS[number % len(BETWEEN_DAYS)]
                    text = f"Art club {one}{between}{other} at 4pm"
                    found = plan(text, Around(NOW, LONDON, "wales"))
                    if isinstance(found, Understood):
                        met = {slot.start.date() for slot in found.value.slots}
                        assert {first, second} <= met, (text, found.value)


_PARTS = (
    ["Thursday", "next Thursday", "tomorrow", "26 November", "the 26th", "3/12", "Thursday week", "every Thursday"],
    ["at 4", "16:00", "4-5pm", "half 7", "noon", "in the morning at 9"],
    ["", "for 45 min", "for 6 weeks", "until 17 December", "1h30", "please", "for an hour and a half", "90 mins"],
)


@settings(max_examples=200, deadline=None)
@given(
    parts=st.tuples(*(st.sampled_from(part) for part in _PARTS)),
    order=st.permutations(range(4)),
    title=st.sampled_from(("Cooking club", "Fun with paper", "Homework help", "Baking")),
)
def test_what_is_read_stays_in_no_title(parts: tuple[str, ...], order: list[int], title: str) -> None:
    pieces = [*parts, title]
    found = plan(" ".join(pieces[at] for at in order if pieces[at]), Around(NOW, LONDON))
    made = found.value if isinstance(found, Understood) else found.kept if isinstance(found, Ask) else None
    assert made is not None
    assert made.title == title


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(BITS)).map(" ".join))
def test_any_text_has_an_answer(text: str) -> None:
    assert isinstance(plan(text, Around(NOW, LONDON)), Understood | Ask | Refused)


@pytest.mark.parametrize("hours", range(24 * 8))
def test_a_weekday_is_never_in_the_past_and_within_a_week(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    found = plan("Cooking club Thursday 16:00", Around(now, LONDON))
    assert isinstance(found, Understood)
    start = found.value.slots[0].start
    assert now < start <= now + timedelta(days=7)
    assert start.strftime("%A %H:%M") == "Thursday 16:00"
