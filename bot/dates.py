"""Dates and times in plain words, in the organisation's zone. Understanding them is dateparser's work;
here is what a diary needs beside it: a missing time, the past, and the two nights when clocks change."""

import re
import warnings
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dateparser

from bot.errors import BadInput
from bot.reading import keep_going

# dateparser warns of Python's own future changes, not of ours. Once for the process: it reads in several threads, and
# what `warnings` offers for a while is for one thread only.
warnings.filterwarnings("ignore", "Parsing dates involving a day of month without a year", DeprecationWarning)

EXAMPLE = "Thursday at 16:00"
_TIME = re.compile(r"\d{1,2}[:.]\d{2}|\b\d{1,2}\s*(?:am|pm)\b|\bnoon\b|\bmidday\b|\bmidnight\b", re.IGNORECASE)
_BARE_HOUR = re.compile(r"\bat\s+(\d{1,2})(?![\d:.])\s*(?:o'?clock)?(?!\s*(?:am|pm|\w))", re.IGNORECASE)
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]{3,9})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SHORT_DAYS = {
    r"mon": "monday",
    r"tues?": "tuesday",
    r"weds?": "wednesday",
    r"thu(?:r|rs)?": "thursday",
    r"fri": "friday",
    r"sat": "saturday",
    r"sun": "sunday",
}
_ZONE_WORD = re.compile(r"\s+(BST|GMT|UTC|CET|CEST|IST)$")
_LONGEST = 80
"""No day and time takes more characters to say; dateparser takes long over what is none."""


def _tidy(text: str) -> str:
    tidy = " ".join(text.split())
    tidy = re.sub(r"^(?:on|at|from)\s+", "", tidy, flags=re.IGNORECASE)
    tidy = re.sub(r"\b(?:next|this|coming)\s+(?=\w+day\b)", "", tidy, flags=re.IGNORECASE)
    tidy = re.sub(
        r"\bmidday\b", "12:00", re.sub(r"\bmidnight\b", "00:00", tidy, flags=re.IGNORECASE), flags=re.IGNORECASE
    )
    for short, whole in _SHORT_DAYS.items():
        tidy = re.sub(rf"\b{short}\b\.?", whole, tidy, flags=re.IGNORECASE)
    return _BARE_HOUR.sub(r"at \1:00", tidy)


def _parsed(text: str, now: datetime, zone: str, prefer: str) -> datetime | None:
    keep_going()
    if len(text) > _LONGEST:
        return None
    found = dateparser.parse(
        text,
        languages=["en"],
        settings={
            "PREFER_DATES_FROM": prefer,
            "RELATIVE_BASE": now.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
            "DATE_ORDER": "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    stated = _DAY_MONTH.search(text)
    if found and stated and stated.group(2)[:3].lower() in _MONTHS and int(stated.group(1)) != found.day:
        return None
    return found


def has_time(text: str) -> bool:
    """Whether the text says a time of day."""
    return bool(_TIME.search(_tidy(text)))


def understood(text: str, now: datetime, zone: str) -> bool:
    """Whether the whole text reads as a date, with or without a time."""
    if len(text) > 2 * _LONGEST:
        return False
    return _parsed(_tidy(_ZONE_WORD.sub("", text)), now, zone, "future") is not None


def moment(text: str, now: datetime, zone: str, *, field: str | None = None) -> datetime:
    """A future moment from plain words such as `Thursday at 16:00`, as aware UTC. Raises BadInput."""
    zone_word = _ZONE_WORD.search(text)
    tidy = _tidy(_ZONE_WORD.sub("", text))
    local = _parsed(tidy, now, zone, "future")
    if local is None:
        raise BadInput(
            f"I can't read a date and time in that. Write it like “{EXAMPLE}” or “26 November 16:00”.", field=field
        )
    if not _TIME.search(tidy):
        raise BadInput(f"At what time? Write it like “{EXAMPLE}”.", field=field)
    found = settle(local, zone, zone_word.group(1) if zone_word else None, field=field)
    if found <= now:
        raise BadInput("That moment is in the past. Give a date and time still to come.", field=field)
    return found


def settle(local: datetime, zone: str, zone_word: str | None = None, *, field: str | None = None) -> datetime:
    """A local time of the zone as aware UTC; asks (BadInput) where the clocks' change makes it no or two moments."""
    info = ZoneInfo(zone)
    naive = local.replace(tzinfo=None, fold=0)
    first = naive.replace(tzinfo=info)
    second = naive.replace(tzinfo=info, fold=1)
    back = first.astimezone(UTC).astimezone(info).replace(tzinfo=None)
    if back != naive:
        raise BadInput(
            f"{naive:%H:%M} does not exist on {naive:%A} {naive.day} {naive:%B}: the clocks go forward that night. "
            f"Did you mean {naive - timedelta(hours=1):%H:%M} or {naive + timedelta(hours=1):%H:%M}?",
            field=field,
        )
    if first.utcoffset() != second.utcoffset():
        names = {str(first.tzname()): first, str(second.tzname()): second}
        if zone_word in names:
            return names[zone_word].astimezone(UTC)
        either = " or ".join(f"{naive:%H:%M} {name}" for name in names)
        raise BadInput(
            f"{naive:%H:%M} happens twice on {naive:%A} {naive.day} {naive:%B}: the clocks go back that night. "
            f"Type {either}, or choose another time.",
            field=field,
        )
    return first.astimezone(UTC)


def day(text: str, now: datetime, zone: str, *, prefer: str = "future", field: str | None = None) -> date:
    """A day from plain words such as `Monday` or `3 December`. Raises BadInput."""
    found = _parsed(_tidy(text), now, zone, prefer)
    if found is None:
        raise BadInput("I can't read a day in that. Write it like “Monday” or “3 December”.", field=field)
    return found.date()


def day_start(which: date, zone: str) -> datetime:
    """The first moment of a local day, as aware UTC."""
    return datetime(which.year, which.month, which.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def clock_on(words: str, local_day: datetime) -> datetime:
    """A time of day such as `17:00` or `5pm` on a given local day, without zone. Raises BadInput."""
    found = re.match(r"^\s*(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?\s*$", words, re.IGNORECASE)
    hour = int(found.group(1)) if found else 24
    if found and found.group(3):
        hour = hour % 12 + (12 if found.group(3).lower() == "pm" else 0)
    minute = int(found.group(2) or 0) if found else 0
    if hour > 23 or minute > 59:
        raise BadInput("I can't read that time. Write it like 17:00.")
    return local_day.replace(tzinfo=None, hour=hour, minute=minute, second=0, microsecond=0)
