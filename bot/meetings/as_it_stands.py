"""What a change comes to that is told by how a meeting stands: `30 mins longer`, `finish at 5.30`, `5 not 4`."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bot.meetings import forms
from bot.reading import Ask, Choice, Said, Understood, changes
from bot.reading.times.lengths import length
from bot.reading.times.plans import Around, Plan, Slot, moment
from bot.reading.times.tokens import Line
from bot.reading.words import WEEKDAYS

_WEEKDAY_ALONE = re.compile(
    rf"(?:(?:to|on|for)\s+)?(?P<day>{'|'.join(WEEKDAYS)})(?:[\s,@]+(?:at\s+)?(?:\d[\d.:\s–-]*(?:[ap]\.?m)?|half\s\S+|noon))?"
    r"(?:\s+(?:at\s+)?(?:the\s+)?same\s+time)?",
    re.IGNORECASE,
)
ASSUMED = "assumed"
"""Beside the changes: what was taken to be meant though it was not typed."""


class Own(NamedTuple):
    """How a meeting stands: when it is, and who its co-workers are."""

    slot: Slot
    co_workers: tuple[str, ...] = ()


def changed(how: changes.Relative, own: Own, around: Around) -> dict[str, Any] | None:
    """The changes by name, as `service.edit` takes them; None where the words do not fit how the meeting stands.
    Raises BadInput for a length that no meeting has."""
    slot = own.slot
    match how:
        case changes.Longer(minutes):
            return _lasting(slot, slot.minutes + minutes)
        case changes.Ends(hour):
            found = moment(f"{slot.start:%d %B %Y} {slot.start:%H:%M} to {hour}", around)
            ends = found.value.slots[0] if isinstance(found, Understood) and len(found.value.slots) == 1 else None
            return _lasting(slot, ends.minutes) if ends and ends.start == slot.start else None
        case changes.Swap(new, old):
            return _swapped(new, old, slot, around)
    return None


def other_week(text: str, starts_at: datetime, own: Own) -> Ask[Plan] | None:
    """What to ask where a weekday alone was typed for a meeting of a later week: the first such day, which was read as
    `starts_at`, or that of the meeting's own week; None where they are one, or another day was typed."""
    found = _WEEKDAY_ALONE.fullmatch(text.strip(" .!"))
    if found is None:
        return None
    slot = own.slot
    first = starts_at.astimezone(slot.start.tzinfo)
    away = WEEKDAYS[found["day"].casefold()] - slot.start.weekday()
    theirs = datetime.combine(slot.start.date() + timedelta(days=away), first.time(), slot.start.tzinfo)
    if theirs.date() <= first.date():
        return None
    slots = (Slot(first, slot.minutes), Slot(theirs, slot.minutes))
    choices = tuple(Choice(one.words, Plan(slots=(one,))) for one in slots)
    return Ask("which", f"It stands at {slot.words}. Which of these?", choices)


def _lasting(slot: Slot, minutes: int) -> dict[str, Any]:
    lasts = forms.check_minutes(minutes)
    ends = slot.start + timedelta(minutes=lasts)
    return {"minutes": lasts, ASSUMED: (Said("lasts", str(lasts), f"It lasts {lasts} minutes, until {ends:%H:%M}."),)}


def _swapped(new: str, old: str, slot: Slot, around: Around) -> dict[str, Any] | None:
    """What is to be instead of how the meeting stands; None where it does not stand like that."""
    lasts = length(Line(f"an {new}" if new.casefold() == "hour" else new), 0)
    if lasts:
        lasted = length(Line(old if old[-1:].isalpha() else f"{old} min"), 0)
        return _lasting(slot, lasts[0]) if lasted and lasted[0] == slot.minutes else None
    day, hour = f"{slot.start:%d %B %Y}", f"{slot.start:%H:%M}"
    for text, stood in ((f"{day} {new}", f"{day} {old}"), (f"{new} {hour}", f"{old} {hour}")):
        found, before = moment(text, around), moment(stood, around)
        if not isinstance(found, Understood) or not isinstance(before, Understood):
            continue
        (to, *others), (was, *_) = found.value.slots, before.value.slots
        # A weekday is the meeting's own, whichever week it is in.
        weekday = not any(one.isdigit() for one in old) and f"{was.start:%A %H:%M}" == f"{slot.start:%A %H:%M}"
        if not others and (was.start == slot.start or weekday):
            timed = {"minutes": to.minutes} if found.value.timed else {}
            return {"starts_at": to.start.astimezone(UTC), **timed, ASSUMED: found.said}
    return None
