"""A group from what somebody typed or filled in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import BadInput
from bot.groups.times import MOST_WEEKS, Rhythm, of_slots
from bot.meetings import forms as meetings
from bot.meetings import options
from bot.meetings.options import LONGEST_TEXT, check_text
from bot.reading import Ask, Outcome, Refused, Said, Understood
from bot.reading.corrections import denied
from bot.reading.times.plans import Around, Plan, plan
from bot.slack.text import unescape, unwrapped

LONGEST_PLAN = 1_000
_OF_A_GROUP = frozenset(["purpose", "lead_worker"])
_TEXT = re.compile(
    r"^(?:(?:the|its)\s+)?(?P<what>title|name|purpose|aim|plan|outline)\s*(?:is|to|:|=)?\s+(?P<words>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FIELDS = {"title": "title", "name": "title", "purpose": "purpose", "aim": "purpose", "plan": "plan", "outline": "plan"}
_CALLED = re.compile(r"^(?:rename(?:d)?(?:\s+it)?(?:\s+to)?|call(?:ed)?(?:\s+it)?)\s+(?P<words>\S.*)$", re.IGNORECASE)
_NO_TIMES = re.compile(r"^(?:no|without)\s+(?:set\s+|fixed\s+)?times?[\s.!]*$", re.IGNORECASE)
_LED = re.compile(r"^to\s+", re.IGNORECASE)


class GroupForm(BaseModel):
    """What a group is made of. Without `rhythm` it has no set times; `host` is None for whoever makes it."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)

    title: str = Field(min_length=1, max_length=meetings.LONGEST_TITLE)
    programme: str | None = None
    rhythm: Rhythm | None = None
    minutes: int = Field(60, ge=5, le=meetings.LONGEST_MINUTES)
    host: str | None = None
    co_workers: tuple[str, ...] = ()
    lead_worker: str | None = None
    purpose: str | None = Field(None, max_length=LONGEST_TEXT)
    plan: str | None = Field(None, max_length=LONGEST_PLAN)

    @property
    def changes(self) -> dict[str, Any]:
        """What it says of a group that there is: the host stays where none was named."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return said if self.host else {name: value for name, value in said.items() if name != "host"}


@dataclass(frozen=True)
class Read:
    """What was read of a typed group: `values` as `GroupForm` takes them, what was `said` of them, and what has to be
    asked in the form. `series` is there where the text says when its meetings end: how many they are."""

    values: Mapping[str, Any]
    said: tuple[Said, ...] = ()
    asked: str = ""
    series: int = 0
    who: Ask[Plan] | None = None
    """Somebody was named without a mention."""


def from_text(text: str, around: Around) -> Read:
    """`Cooking club in Cooking on Thursdays at 16:00 for 60 min with @co-worker, about …`. Raises BadInput."""
    typed = meetings.from_text(text, around)
    _check_options(typed.said)
    read = _read(typed.found, lambda more: meetings.from_text(f"{more}{text}", around).found)
    return replace(read, values={**read.values, **typed.said})


def _check_options(said: Mapping[str, Any]) -> None:
    """Raises BadInput for what belongs to a single meeting."""
    other = [one for one in said if one not in _OF_A_GROUP]
    if other:
        what = other[0].removesuffix("_reason").replace("_", " ")
        raise BadInput(f"That a session is “{what}” belongs to each meeting of it. Leave it out here.")


def changes(text: str, around: Around, now_meets: Rhythm | None = None) -> Read:
    """What is to be changed of a group that meets so: `to Fridays at 17:00`, `to 17:00`, `with @co-worker`, `plan …`,
    `no set times`. Raises BadInput."""
    if _NO_TIMES.match(text):
        return Read({"rhythm": None})
    words = _TEXT.match(text) or _CALLED.match(text)
    if words:
        what = _FIELDS[words["what"].casefold()] if "what" in words.groupdict() else "title"
        options.check_kept(words["words"], what, title=what == "title")
        said = unescape(words["words"]).strip()
        longest = {"plan": LONGEST_PLAN, "purpose": LONGEST_TEXT}
        if what == "title":
            return Read({"title": meetings.check_title(said)})
        return Read({what: check_length(said, longest[what])})
    if next(options.places(text), -1) == 0:
        option, left = options.read(text)
        _check_options(option)
        if left:
            raise Unread(left)
        return Read(meetings.plain(option))
    typed = _LED.sub("", unwrapped(text))
    found = plan(typed, around, titled=False)
    title = _title(found)
    if title:
        raise Unread(title)
    if denied(typed):
        return Read({}, asked=f"“{unescape(typed)}” says what is not to be. When does it meet?")
    if isinstance(found, Ask) and found.what == "day" and found.kept and found.kept.hour and now_meets:
        days_stay = Said("day", now_meets.words, "The days stay.")
        rhythm = replace(now_meets, meets_at=found.kept.hour)
        return Read({**_values(found.kept), "rhythm": rhythm}, (days_stay, *found.said))
    read = _read(found, lambda more: plan(f"{more}{typed}", around, titled=False))
    if not (read.values or read.asked):
        raise Unread(text)
    return replace(read, values={name: value for name, value in read.values.items() if name != "title"})


class Unread(BadInput):
    """Words of a change that are none."""

    def __init__(self, words: str) -> None:
        super().__init__(f"I can't place “{unescape(words)}”. Nothing was changed.")


def _title(found: Outcome[Plan]) -> str:
    if isinstance(found, Ask):
        return found.kept.title if found.kept else ""
    return found.value.title if isinstance(found, Understood) else ""


def _read(found: Outcome[Plan], again: Callable[[str], Outcome[Plan]]) -> Read:
    """What was read; `again` reads the same with more before it."""
    if isinstance(found, Refused):
        raise BadInput(found.why)
    if isinstance(found, Understood):
        return _with_times(found, ends=True)
    kept = found.kept or Plan()
    values = _values(kept)
    only = found.choices[0].value if len(found.choices) == 1 else None
    if found.what == "end" and only is not None and not found.about and len(only.slots) > 1:
        # It is read once more with an end, so that what was assumed for its hours is said.
        last = only.slots[-1].start
        whole = again(f"until {last.day} {last:%B %Y}, ")
        if isinstance(whole, Understood):
            # Its title is that of the first reading: before the words of an end a day may be none of its name.
            read = _with_times(whole, ends=False)
            return replace(read, values={**read.values, **values})
    if found.what == "day" and not (kept.day or kept.hour or found.choices or found.about):
        return Read(values, found.said)
    return Read(values, found.said, asked=found.question, who=found if found.what == "who" else None)


def _with_times(found: Understood[Plan], *, ends: bool) -> Read:
    value = found.value
    values, slots = _values(value), value.slots
    if value.timed:
        values["minutes"] = slots[0].minutes
    if len(slots) == 1:
        day = slots[0].start
        values["rhythm"] = Rhythm((day.weekday(),), f"{day:%H:%M}", 1, day.date())
        return Read(values, found.said, asked=f"Every week, from {slots[0].words}?")
    rhythm = of_slots(slots)
    if rhythm is None:
        return Read(
            values, found.said, asked="On which days, and how often? A group meets each week or each few weeks."
        )
    return Read({**values, "rhythm": rhythm}, found.said, series=len(slots) if ends else 0)


def _values(value: Plan) -> dict[str, Any]:
    """What is said apart from the times."""
    said: dict[str, Any] = {"title": value.title, "programme": value.programme, "co_workers": value.people}
    said["minutes"] = value.minutes if value.timed else None
    return {name: one for name, one in said.items() if one}


def made(values: Mapping[str, Any]) -> GroupForm:
    """A group of what was read. Raises BadInput."""
    if not values.get("title"):
        raise BadInput("What is the group called? `/group new Cooking club on Thursdays at 16:00`")
    lead = (values["lead_worker"],) if values.get("lead_worker") else ()
    return GroupForm(
        **{
            **values,
            "title": meetings.check_title(values["title"]),
            "minutes": meetings.check_minutes(values.get("minutes", 60)),
            "co_workers": tuple(dict.fromkeys((*values.get("co_workers", ()), *lead))),
        }
    )


def check_length(text: str, longest: int, *, field: str | None = None) -> str:
    """A text of many lines. Raises BadInput where it is too long."""
    if len(text) > longest:
        raise BadInput(f"That has {len(text):,} characters; {longest:,} fit. Please shorten it.", field=field)
    return text.strip()


def from_state(state: Mapping[str, Any], now: datetime, zone: str) -> GroupForm:
    """A group from the form's fields. Raises BadInput naming the field."""
    minutes = str(state.get("minutes") or "").strip()
    if not minutes.isdecimal() or len(minutes) > 4:
        raise BadInput("How many minutes? Write a number such as 60.", field="minutes")
    return GroupForm(
        title=meetings.check_title(state.get("title") or "", field="title"),
        programme=state.get("programme") or None,
        rhythm=_rhythm(state, now.astimezone(ZoneInfo(zone)).date()),
        minutes=meetings.check_minutes(int(minutes), field="minutes"),
        host=state.get("host") or None,
        co_workers=tuple(state.get("co_workers") or ()),
        lead_worker=state.get("lead_worker") or None,
        purpose=check_text(state.get("purpose") or "", field="purpose") or None,
        plan=check_length(state.get("plan") or "", LONGEST_PLAN, field="plan") or None,
    )


def _rhythm(state: Mapping[str, Any], today: date) -> Rhythm | None:
    days: Sequence[str] = state.get("days") or ()
    hour = state.get("time") or ""
    if not days and not hour:
        return None
    if not days:
        raise BadInput("On which days? Or leave the time out.", field="days")
    if not hour:
        raise BadInput("At what time? Or leave the days out.", field="time")
    weeks = int(state.get("weeks") or 1)
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadInput(f"At least every {MOST_WEEKS} weeks.", field="weeks")
    first = date.fromisoformat(state["first"]) if state.get("first") else today
    return Rhythm(tuple(sorted(int(one) for one in days)), hour, weeks, first)
