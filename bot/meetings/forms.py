"""A meeting from what somebody typed or filled in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field
from rapidfuzz.distance import OSA

from bot.errors import BadInput
from bot.meetings import options
from bot.meetings.options import Options, check_days, check_text
from bot.reading import Ask, NotOurs, Outcome, Said, Understood, as_number, clean, keep_going
from bot.reading.times import local_time
from bot.reading.times.clocks import says_hour
from bot.reading.times.plans import Around, Plan, Slot, plan
from bot.reading.times.repeats import MOST
from bot.reading.words import fold
from bot.slack.text import unescape, unwrapped
from db.models import LONGEST, MeetingKind

LONGEST_MINUTES = round(LONGEST.total_seconds() / 60)
LONGEST_TITLE = 120
_WEEK = timedelta(days=7)
_LONG_NAME = 7
"""In a name of so many letters two may be off; in a shorter one, one."""


class MeetingForm(Options):
    """What is needed to schedule a meeting. `starts_at` is aware UTC."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    starts_at: datetime
    minutes: int = Field(ge=5, le=LONGEST_MINUTES)
    programme: str | None = None
    co_workers: tuple[str, ...] = ()
    host: str | None = None
    provider: str | None = None
    """What hosts it, where somebody chose."""


def filled_fields(form: MeetingForm) -> frozenset[str]:
    """The fields that somebody filled in, in a form that shows them all."""
    return frozenset(name for name, value in form.model_dump().items() if value)


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
class Typed:
    """What was read of a typed meeting: what the reading room made of it, and what was said beside it."""

    found: Outcome[Plan]
    said: dict[str, Any]
    by_title: bool = False
    """Whether the programme is there because the title names it."""

    @property
    def _plan(self) -> Plan:
        kept = self.found.kept if isinstance(self.found, Ask) else None
        return (self.found.value if isinstance(self.found, Understood) else kept) or Plan()

    @property
    def title(self) -> str:
        """The title, so far as it was read."""
        return self._plan.title

    @property
    def timed(self) -> bool:
        """Whether anything was typed of when it is to be."""
        known = self._plan
        if isinstance(self.found, Ask) and (self.found.what not in ("day", "title") or self.found.choices):
            return True
        return bool(known.slots or known.day or known.hour or known.timed)

    @property
    def fields(self) -> frozenset[str]:
        """The fields of a meeting that were typed; what was taken from its title is none of them."""
        known = self._plan
        programme = bool(known.programme) and not self.by_title
        typed = {"minutes": known.timed, "programme": programme, "co_workers": bool(known.people)}
        return frozenset([*(name for name, on in typed.items() if on), *self.said])

    def form(self, plan: Plan, slot: Slot) -> MeetingForm:
        """One meeting of what was understood. Raises BadInput."""
        lead = (self.said["lead_worker"],) if self.said.get("lead_worker") else ()
        return MeetingForm(
            title=check_title(plan.title),
            starts_at=slot.start.astimezone(UTC),
            minutes=check_minutes(slot.minutes),
            programme=plan.programme,
            co_workers=tuple(dict.fromkeys((*plan.people, *lead))),
            **self.said,
        )


def from_text(text: str, around: Around) -> Typed:
    """`Cooking club on Thursday at 16:00 for 60 min with @co-worker in Cooking, recording because …`.

    `text` is as Slack sent it, with mentions; the order of the parts is free, and options stand after the time or
    between commas: the first place behind a moment from where all can be read. Raises BadInput.
    """
    text, early = options.between_commas(text.strip())
    stray: Typed | None = None
    for place in options.places(text):
        keep_going()
        head = options.before(text, place)
        if not says_hour(head):
            continue
        said, left = options.read(text[place:])
        found = _read(f"{head} {left}" if left else head, around)
        if not _has_moment(found) or _title(found) != _title(_read(head, around)):
            continue
        typed = _typed(found, plain({**early, **said}), around)
        if not (isinstance(found, Ask) and found.what == "words"):
            return typed
        stray = stray or typed
    found = _read(text, around)
    if stray and not isinstance(found, Understood):
        return stray
    if options.is_one_to_one(_title(found)):
        early.setdefault("kind", MeetingKind.ONE_TO_ONE)
    return _typed(found, plain(early), around)


def programme_of(title: str, programmes: Sequence[str]) -> str | None:
    """The programme whose name a title is, or is but for a slip; None where it is none's, or may be of two."""
    typed = fold(title)
    slips = 2 if len(typed) >= _LONG_NAME else 1
    exact = [one for one in programmes if fold(one) == typed]
    nearly = [one for one in programmes if len(typed) > slips + 2 and OSA.distance(fold(one), typed) <= slips]
    found = exact or nearly
    return found[0] if len(found) == 1 else None


def _typed(found: Outcome[Plan], said: dict[str, Any], around: Around) -> Typed:
    whole = _with_programme(found, around)
    return Typed(whole, said, by_title=whole is not found)


def _with_programme(found: Outcome[Plan], around: Around) -> Outcome[Plan]:
    """What was read with the programme that its title names, where none was typed; that is said."""
    plan_read = found.value if isinstance(found, Understood) else found.kept if isinstance(found, Ask) else None
    if plan_read is None or plan_read.programme:
        return found
    name = programme_of(plan_read.title, around.programmes)
    if name is None:
        return found
    named, words = (
        replace(plan_read, programme=name),
        f"By its title it is in the programme {name}: Change takes another.",
    )
    if isinstance(found, Understood):
        return replace(found, value=named, said=(*found.said, Said("programme", name, words)))
    return replace(found, kept=named) if isinstance(found, Ask) else found


def asks_anyhow(text: str, around: Around) -> bool:
    """Whether a typed meeting is asked about before it is made: something is open, or there are several."""
    try:
        found = from_text(text, around).found
    except BadInput:
        return False
    return isinstance(found, Ask) or (isinstance(found, Understood) and len(found.value.slots) > 1)


def has_time(text: str, around: Around) -> bool:
    """Whether a text says when something is to be, in whole or in part, so that it may be a new meeting."""
    try:
        found = from_text(text, around).found
    except BadInput:
        return False
    kept = found.kept if isinstance(found, Ask) else None
    return _has_moment(found) or bool(kept and (kept.day or kept.hour))


def _read(text: str, around: Around) -> Outcome[Plan]:
    return plan(unwrapped(text), around)


def _has_moment(found: Outcome[Plan]) -> bool:
    """Whether a day and an hour were read, with or without a question beside them."""
    if isinstance(found, Ask):
        return bool(found.choices) or bool(found.kept and found.kept.slots) or found.what == "end"
    return isinstance(found, Understood)


def _title(found: Outcome[Plan]) -> str:
    if isinstance(found, Ask):
        return found.kept.title if found.kept else ""
    return found.value.title if isinstance(found, Understood) else ""


def plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """Typed options with their texts as the person wrote them."""
    return {name: unescape(value) if name in options.TEXTS else value for name, value in said.items()}


def from_state(state: Mapping[str, Any], now: datetime, zone: str, slot: Slot | None = None) -> MeetingForm:
    """A meeting from the modal's fields; `slot` is its moment where readings were offered to choose from. Raises
    BadInput naming the field."""
    title = check_title(state.get("title") or "", field="title")
    starts_at, minutes = (slot.start.astimezone(UTC), slot.minutes) if slot else _moment(state, zone)
    if starts_at <= now:
        raise BadInput("That moment is in the past.", field="which" if slot else "date")
    return MeetingForm(
        title=title,
        starts_at=starts_at,
        minutes=minutes,
        programme=state.get("programme") or None,
        co_workers=tuple(state.get("co_workers") or ()),
        host=state.get("host") or None,
        provider=state.get("provider") or None,
        **_options(state),
    )


def _moment(state: Mapping[str, Any], zone: str) -> tuple[datetime, int]:
    """The start and the minutes from the form's fields."""
    if not state.get("date"):
        raise BadInput("Choose a day.", field="date")
    if not state.get("time"):
        raise BadInput("Choose a time.", field="time")
    local = datetime.fromisoformat(f"{state['date']}T{state['time']}")
    words = str(state.get("minutes") or "").strip()
    if not words.isdigit():
        raise BadInput("How many minutes? Write a number such as 60.", field="minutes")
    return local_time.moment(local, zone, field="time"), check_minutes(int(words), field="minutes")


def packed(choices: Sequence[Plan]) -> str:
    """The readings that a form offers, as it carries them: starts and minutes, nothing else."""
    return json.dumps([[[round(one.start.timestamp()), one.minutes] for one in each.slots] for each in choices])


_OFFERED_WEEKS = (4, 6, 10)


def ends(slots: Sequence[Slot]) -> list[tuple[str, date]]:
    """Likely ends of a repeat: how many meetings there would be until which day."""
    weeks = list(dict.fromkeys(one.start.date() - timedelta(days=one.start.weekday()) for one in slots))
    found = []
    for number in _OFFERED_WEEKS:
        if number < len(weeks) or len(slots) < MOST:
            kept = [one.start.date() for one in slots if one.start.date() < weeks[min(number, len(weeks)) - 1] + _WEEK]
            last = kept[-1]
            found.append((f"{len(kept)} meetings, to {last:%a} {last.day} {last:%b %Y}", last))
    return list(dict.fromkeys(found))


def until(slots: Sequence[Slot], last: str) -> tuple[Slot, ...]:
    """Those of a repeat until a day that was chosen in the form. Raises BadInput."""
    day = date.fromisoformat(last)
    kept = tuple(one for one in slots if one.start.date() <= day)
    if not kept:
        raise BadInput(f"The first is on {slots[0].words}. Choose that day or a later one.", field="last")
    if len(kept) == MOST and day > kept[-1].start.date():
        raise BadInput(f"No more than {MOST} at once: until {kept[-1].words}. Choose an earlier day.", field="last")
    return kept


def unpacked(text: str, which: object, zone: str) -> tuple[Slot, ...]:
    """The reading that was chosen of those that a form carries; none where it carries none. Raises BadInput."""
    if not text:
        return ()
    try:
        choices = json.loads(text)
        chosen = choices[as_number(which or 0)]
        return tuple(Slot(datetime.fromtimestamp(start, ZoneInfo(zone)), minutes) for start, minutes in chosen)
    except (ValueError, TypeError, IndexError):
        raise NotOurs from None


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
