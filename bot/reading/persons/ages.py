"""How old somebody is: out of what was typed, and reckoned for any later day.

What is kept is what was said: years on that day, the year or the month of birth, or one of three bands. From it follow
the least and the most years that somebody can have on another day; a rule that protects looks at the least.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from bot.reading.clean import clean

UNDER, TEENS, GROWN = "under 16", "16 to 17", "18 or over"
_BANDS = {UNDER: (None, 15), TEENS: (16, 17), GROWN: (18, None)}
YOUNGEST, OLDEST, GROWN_UP_AT = 3, 110, 18
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH_NAMES = "|".join(f"{one}[a-z]{{0,6}}\\.?" for one in _MONTHS)
_BORN = r"(?:(?:dob|d\.o\.b\.?|(?:date of )?birth|born(?: in| on)?|b\.)[:\s]*)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_BIRTHS = tuple(
    re.compile(f"{_BORN}(?:{one})", re.IGNORECASE)
    for one in (
        rf"{_YEAR}-(?P<month>\d\d)(?:-\d\d)?",
        rf"(?:(?P<day>\d{{1,2}})[/.-])?(?P<month>\d{{1,2}})[/.-]{_YEAR}",
        rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?P<name>{MONTH_NAMES}),? {_YEAR}",
        _YEAR,
    )
)
_YEARS = re.compile(
    r"[(\[]?(?:aged?|is)?:? ?(?P<years>\d{1,3})(?: and a half|½)?[ -]?(?:years?|yrs?|y ?/? ?o)?\.?(?:[ -]olds?)?[)\]]?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:aged? )?(?P<low>\d{1,2}) ?(?:to|-|–|or) ?(?P<high>\d{1,2})(?: years old)?", re.IGNORECASE)
_OVER = re.compile(
    r"(?:aged? )?(?:over 18|18 ?(?:\+|or (?:over|older)|and (?:over|older)))|adult|grown[- ]?up", re.IGNORECASE
)
_UNDER = re.compile(r"(?:aged? )?(?:under|below|younger than|less than) ?16", re.IGNORECASE)


@dataclass(frozen=True)
class Age:
    """What was said of somebody's age, in one of the forms of `words`; read it with `Age.kept` or `typed`."""

    words: str

    @classmethod
    def kept(cls, words: str | None) -> "Age | None":
        """The age that was kept in these words."""
        return cls(words) if words else None

    @property
    def born(self) -> tuple[int, int | None] | None:
        """The year of birth and, where it was said, the month."""
        found = re.fullmatch(r"born (\d{4})(?:-(\d\d))?", self.words)
        return (int(found[1]), int(found[2]) if found[2] else None) if found else None

    def least(self, said: date, day: date) -> int | None:
        """The least number of years that somebody can have on a day, as was `said` on another; None: any at all."""
        if self.born:
            year, month = self.born
            return max(0, _full_years(date(year, month or 12, monthrange(year, month or 12)[1]), day))
        low = _BANDS[self.words][0] if self.words in _BANDS else int(self.words)
        return None if low is None else low + max(0, _full_years(said, day))

    def most(self, said: date, day: date) -> int | None:
        """The most number of years that somebody can have on a day; None: any at all."""
        if self.born:
            year, month = self.born
            return max(0, _full_years(date(year, month or 1, 1), day))
        high = _BANDS[self.words][1] if self.words in _BANDS else int(self.words)
        # Whoever is fifteen may turn sixteen tomorrow.
        more = day > said and (day.month, day.day) != (said.month, said.day)
        return None if high is None else high + max(0, _full_years(said, day)) + more

    def agrees(self, said: date, other: "Age", day: date) -> bool:
        """Whether two statements, made on two days, can be true of one person; `day` is that of the `other`."""
        low, high = self.least(said, day) or 0, self.most(said, day)
        other_low, other_high = other.least(day, day) or 0, other.most(day, day)
        return (high is None or other_low <= high) and (other_high is None or low <= other_high)

    def shown(self, said: date, day: date) -> str:
        """It in words, reckoned for a day: `14`, `14 or 15`, `16 or over`."""
        low, high = self.least(said, day), self.most(said, day)
        if high is None:
            return f"{low} or over"
        if low is None:
            return f"under {high + 1}" if day <= said else "under 16 when it was asked"
        if low == high or (self.words.isdecimal() and f"{low}" == self.words):
            return f"{low}"
        return f"{low} or {high}" if high == low + 1 else f"{low} to {high}"

    @property
    def says_grown_up(self) -> bool:
        """Whether it was said that they are eighteen or older, so that their address is their own."""
        return self.words == GROWN or (self.words.isdecimal() and int(self.words) >= GROWN_UP_AT)

    @property
    def as_typed(self) -> str:
        """It as it stands behind a name in a list, and is read from there again."""
        return self.words if self.born else f"aged {self.words}"


def _full_years(before: date, day: date) -> int:
    return day.year - before.year - ((day.month, day.day) < (before.month, before.day))


def typed(text: str) -> Age | None:
    """The age that words say, all of them: `14`, `aged 14`, `born May 2010`, `12/05/2010`, `16 to 17`, `over 18`; None
    where they say none, or none that can be. A day of birth is kept as its month; the day stands before the month."""
    words = clean(text).strip(" .,")
    if _UNDER.fullmatch(words):
        return Age(UNDER)
    if _OVER.fullmatch(words):
        return Age(GROWN)
    found = _BETWEEN.fullmatch(words)
    if found:
        band = f"{int(found['low'])} to {int(found['high'])}"
        return Age(TEENS) if band == TEENS else None
    return _born(words.strip("()[] ")) or _of_years(words)


def _born(words: str) -> Age | None:
    for shape in _BIRTHS:
        found = shape.fullmatch(words)
        if not found:
            continue
        parts = found.groupdict()
        month = _MONTHS.index(parts["name"][:3].lower()) + 1 if parts.get("name") else int(parts.get("month") or 0)
        if month > 12 or int(parts.get("day") or 1) > 31 or (parts.get("month") and not month):
            return None
        return Age(f"born {parts['year']}-{month:02d}" if month else f"born {parts['year']}")
    return None


def _of_years(words: str) -> Age | None:
    found = _YEARS.fullmatch(words)
    years = int(found["years"]) if found else 0
    return Age(f"{years}") if YOUNGEST <= years <= OLDEST else None


def possible(age: Age, day: date) -> bool:
    """Whether somebody can be that old on the day on which it is said."""
    least = age.least(day, day)
    born_later = age.born is not None and date(age.born[0], age.born[1] or 1, 1) > day
    return not born_later and (least is None or least <= OLDEST)


def of_marks(ages: list[str], times: list[str]) -> Age | None:
    """The one age among what stands beside a name: ages, and dates where they are said to be of birth; None where there
    is none, or two that differ."""
    births = [one for one in times if re.match(r"[(\[ ]*(?:dob|d\.o\.b|born|b\.)", one, re.IGNORECASE)]
    found = {one for one in map(typed, [*ages, *births]) if one}
    return found.pop() if len(found) == 1 else None
