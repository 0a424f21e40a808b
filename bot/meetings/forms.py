"""A meeting from what somebody typed or filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from bot import dates
from bot.errors import BadInput
from bot.meetings import options
from bot.meetings.options import Options, check_days, check_text
from bot.reading import clean, keep_going
from bot.slack.text import MENTION, unescape
from db.models import LONGEST, MeetingKind

DEFAULT_MINUTES = 60
LONGEST_MINUTES = round(LONGEST.total_seconds() / 60)
LONGEST_TITLE = 120

_DURATION = re.compile(
    r"\bfor\s+(?:"
    r"(an|one|\d+(?:\.5)?)\s*(?:h|hr|hrs|hours?)\b(?:\s*(?:and\s*)?(\d{1,2}|a half)\s*(?:m|min|mins|minutes)?\b)?"
    r"|(half an hour)\b"
    r"|(\d{1,4})\s*(?:m|min|mins|minutes)?\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\s*(?:\b(?:until|till|to)\b|-|–)\s*(\d{1,2}[:.]\d{2}|\d{1,2}\s*[ap]m)\b", re.IGNORECASE)
_STRAY = re.compile(r"\bwith\s+@([\w.\-']+)")
_CANDIDATE = re.compile(
    r"\b(?:on|at|tomorrow|today|tonight|next|this|in \d"
    r"|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*|sat\w*|sun\w*"
    r"|\d{1,2}[/.:\-]\d|\d{4}-\d"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)


class MeetingForm(Options):
    """What is needed to schedule a meeting. `starts_at` is aware UTC."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    starts_at: datetime
    minutes: int = Field(ge=5, le=LONGEST_MINUTES)
    programme: str | None = None
    co_workers: tuple[str, ...] = ()
    host: str | None = None


def check_title(title: str, *, field: str | None = None) -> str:
    """The title, one line. Raises BadInput when it is empty or too long."""
    tidy = clean(title)
    if not tidy:
        raise BadInput("What is the meeting called? Give it a short title.", field=field)
    if len(tidy) > LONGEST_TITLE:
        raise BadInput(f"The title has {len(tidy)} characters; {LONGEST_TITLE} fit. Please shorten it.", field=field)
    return tidy


def check_minutes(minutes: int, *, field: str | None = None) -> int:
    """The length in minutes. Raises BadInput when no session could be that short or long."""
    if not 5 <= minutes <= LONGEST_MINUTES:
        raise BadInput("A meeting lasts from 5 minutes to 12 hours.", field=field)
    return minutes


def find_programme(name: str, programmes: list[str], *, field: str | None = None) -> str:
    """A programme by its name, capitals ignored. Raises BadInput with the names there are."""
    for known in programmes:
        if known.casefold() == name.strip().casefold():
            return known
    raise BadInput(
        f"There is no programme of that name. There are: {', '.join(programmes) or 'none yet'}.", field=field
    )


@dataclass(frozen=True)
class _Basics:
    """The parts of a typed meeting that stand beside its options; `when` is empty where no date was read."""

    title: str
    when: str
    minutes: int | None
    programme: str | None
    co_workers: tuple[str, ...]


def from_text(text: str, now: datetime, zone: str, programmes: list[str]) -> MeetingForm:
    """`Cooking club on Thursday at 16:00 for 60 min with @co-worker in Cooking, recording because …`.

    `text` is as Slack sent it, with mentions; the order of the parts after the title is free, and options stand
    after the time or between commas. Raises BadInput.
    """
    basics, said = _without_options(" ".join(text.split()), now, zone, programmes)
    if not basics.when:
        raise BadInput(f"When is it? I couldn't read a date and time. Write it like “on {dates.EXAMPLE}”.")
    title = check_title(basics.title)
    ending = _UNTIL.search(basics.when)
    starts_at = dates.moment(_UNTIL.sub("", basics.when) if ending else basics.when, now, zone)
    minutes = _minutes_until(ending.group(1), starts_at, zone) if ending else basics.minutes
    lead = (said["lead_worker"],) if said.get("lead_worker") else ()
    return MeetingForm(
        title=title,
        starts_at=starts_at,
        minutes=check_minutes(minutes or DEFAULT_MINUTES),
        programme=basics.programme,
        co_workers=tuple(dict.fromkeys((*basics.co_workers, *lead))),
        **said,
    )


def _without_options(text: str, now: datetime, zone: str, programmes: list[str]) -> tuple[_Basics, dict[str, Any]]:
    """The meeting without its options, and the options: the first place behind a time from where all can be read."""
    text, early = options.between_commas(text)
    stray = ""
    for place in options.places(text):
        keep_going()
        head = options.before(text, place)
        basics = _basics(head, now, zone, programmes)
        if not basics.when or not dates.has_time(basics.when):
            continue
        said, left = options.read(text[place:])
        if take_duration(left)[1] == basics.minutes:
            left = take_duration(left)[0]
        whole = _basics(f"{head} {left}", now, zone, programmes) if left else basics
        if whole.when and whole.title == basics.title:
            return whole, plain({**early, **said})
        stray = stray or left
    basics = _basics(text, now, zone, programmes)
    if stray and not basics.when:
        raise BadInput(
            f"I couldn't read “{unescape(stray)[:80]}”. After the time can stand: for 60 min, with @co-worker, "
            "about what it is for, recording because …, breakout rooms, one-to-one, not sensitive."
        )
    return basics, early


def plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """Typed options with their texts as the person wrote them."""
    return {name: unescape(value) if name in options.TEXTS else value for name, value in said.items()}


def _basics(text: str, now: datetime, zone: str, programmes: list[str]) -> _Basics:
    co_workers = tuple(dict.fromkeys(MENTION.findall(text)))
    rest = re.sub(r"\b(?:with|and|,)\s*(?=<@)|,\s*(?=<@)", " ", text, flags=re.IGNORECASE)
    rest = unescape(" ".join(MENTION.sub(" ", rest).split()))
    stray = _STRAY.search(rest)
    if stray:
        raise BadInput(f"I don't know who @{stray.group(1)} is. Pick the name from Slack's list while typing @.")
    rest, programme = _take_programme(rest, programmes)
    rest, minutes = take_duration(rest)
    title, when = _split(rest, now, zone)
    return _Basics(title, when, minutes, programme, co_workers)


def _take_programme(text: str, programmes: list[str]) -> tuple[str, str | None]:
    for known in sorted(programmes, key=len, reverse=True):
        found = re.search(rf"\s+in\s+{re.escape(known)}(?=\s|$)", text, re.IGNORECASE)
        if found:
            return (text[: found.start()] + text[found.end() :]).strip(), known
    return text, None


def take_duration(text: str) -> tuple[str, int | None]:
    """The text without its `for 60 min`, and the minutes; None where there is no such part."""
    every = list(_DURATION.finditer(text))
    if not every:
        return text, None
    found = every[-1]
    hours, more, half, minutes = found.groups()
    if half:
        total = 30
    elif minutes:
        total = int(minutes)
    else:
        total = 60 if hours.lower() in ("an", "one") else round(float(hours) * 60)
        total += 30 if more == "a half" else int(more or 0)
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), total


def _minutes_until(words: str, starts_at: datetime, zone: str) -> int:
    """The length from the start to an end time on the same day. Raises BadInput for an end before it."""
    local = starts_at.astimezone(ZoneInfo(zone))
    end = dates.settle(dates.clock_on(words, local), zone)
    minutes = round((end - starts_at).total_seconds() / 60)
    if minutes <= 0:
        raise BadInput("The end is before the start. Check the two times, or give the length: “for 60 min”.")
    return minutes


def _candidates(text: str) -> Iterator[int]:
    yield from (found.start() for found in _CANDIDATE.finditer(text))


def _split(text: str, now: datetime, zone: str) -> tuple[str, str]:
    """Title and date words: the leftmost place from where on everything reads as a date."""
    for start in _candidates(text):
        words = text[start:].strip(" ,.;")
        if dates.understood(_UNTIL.sub("", words), now, zone):
            return text[:start].strip(" ,;-"), words
    return text, ""


def from_state(state: Mapping[str, Any], now: datetime, zone: str) -> MeetingForm:
    """A meeting from the modal's fields. Raises BadInput naming the field."""
    title = check_title(state.get("title") or "", field="title")
    if not state.get("date"):
        raise BadInput("Choose a day.", field="date")
    if not state.get("time"):
        raise BadInput("Choose a time.", field="time")
    local = datetime.fromisoformat(f"{state['date']}T{state['time']}")
    starts_at = dates.settle(local, zone, field="time")
    if starts_at <= now:
        raise BadInput("That moment is in the past.", field="date")
    words = str(state.get("minutes") or "").strip()
    if not words.isdigit():
        raise BadInput("How many minutes? Write a number such as 60.", field="minutes")
    return MeetingForm(
        title=title,
        starts_at=starts_at,
        minutes=check_minutes(int(words), field="minutes"),
        programme=state.get("programme") or None,
        co_workers=tuple(state.get("co_workers") or ()),
        host=state.get("host") or None,
        **_options(state),
    )


def _options(state: Mapping[str, Any]) -> dict[str, Any]:
    """The modal's part for options; a field that was not drawn says nothing. Raises BadInput naming the field."""
    said: dict[str, Any] = {}
    if "options" in state:
        ticked = state["options"] or ()
        said = {name: name in ticked for name in ("recorded", "breakout_rooms")}
        said["kind"] = MeetingKind.ONE_TO_ONE if "one_to_one" in ticked else MeetingKind.GROUP
    for name in options.TEXTS:
        if name in state:
            said[name] = check_text(state[name] or "", field=name)
    if "recording_days" in state:
        words = str(state["recording_days"] or "").strip()
        number = int(words) if words.isdecimal() and len(words) < 7 else -1
        said["recording_days"] = check_days(number, field="recording_days") if words else 0
    if state.get("sensitive"):
        said["sensitive"] = state["sensitive"] == "yes"
    if "lead_worker" in state:
        said["lead_worker"] = state["lead_worker"] or ""
    return said
