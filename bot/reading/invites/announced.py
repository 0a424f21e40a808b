"""What a pasted invitation says of its meeting: when it is, and what it is called. Only for telling whether it is the
meeting that somebody means; nothing of it is taken over.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.reading.invites import links
from bot.reading.limits import keep_going
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from bot.reading.times.plans import Around, Plan, plan
from bot.reading.words import GENERIC, set_of

_LONGEST = 300
_ENDS = (
    r"(?=[\r\n]|$|\s+(?:join\b|https?:|every\s|please\b|meeting id\b|passcode\b|topic:|subject:|pwnc:|time:|when:|"
    r"amser:|where:|location:|time zone:|your time\b))"
)
_TIME = re.compile(rf"\b(?:time|when|amser)\s*:\s*(?P<said>[^\r\n]{{3,120}}?){_ENDS}", re.IGNORECASE)
_TOPIC = re.compile(rf"\b(?:topic|subject|pwnc)\s*:\s*(?P<said>[^\r\n]{{1,200}}?){_ENDS}", re.IGNORECASE)
_EVERY = re.compile(r"\bevery\s+(?:(?P<number>\d{1,2})\s+)?(?P<unit>day|week)s?\b", re.IGNORECASE)
_UNTIL = re.compile(r"\buntil\s+(?P<day>[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4})")
_LISTED = re.compile(r"(?P<said>\b[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d{2}(?: [AP]M)?)(?!\w)")
_MOST_LISTED = 60
_BACK = timedelta(days=120)
"""A day without its year is read as past where it lay within the last three months: this is before any such day."""
_OFFSET = re.compile(r"\((?:UTC|GMT)[^)]{0,8}\)")
_PLACE = re.compile(r"(?<=[\dMm.])\s+(?!(?:[AP]\.?M\b))(?P<name>[^\W\d_][^\d]{2,80})$", re.IGNORECASE)
_GOOGLES_ZONE = re.compile(r"\btime zone:\s*(?P<name>[A-Za-z]+/[A-Za-z_/]+)", re.IGNORECASE)
_FURNITURE = re.compile(
    r"google meet joining info|video call link:?|join (?:with )?(?:zoom meeting|google meet|the meeting now)|"
    r"microsoft teams(?: meeting)?|\b(?:link|pass\s?code|password)\b\s*[:=]?(?:\s*[\w@*-]*\d[\w@*-]*)?",
    re.IGNORECASE,
)
_OF_ITS_OWN = re.compile(
    r"['’]s? (?:zoom |teams |video )?(?:meeting|call)\s*$|^(?:my|new|zoom|teams|online|video|microsoft teams) meeting$|"
    r"^meeting with\b|^cyfarfod zoom",
    re.IGNORECASE,
)
"""A topic that the service made up."""
_NUMBERED = re.compile(r"\bM ?[-–] ?\d{1,6}\b", re.IGNORECASE)
_TELLS_NOTHING = set_of("the a an and of for in on at to with our my zoom teams meet google online video y yr ar i")
_READ_ALREADY = re.compile(r"\b(?:GMT|UTC|BST|CES?T|Z)\b")
_AREAS = ("Europe", "America", "Africa", "Asia", "Australia", "Atlantic", "Pacific")
_AMERICAN = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}


@dataclass(frozen=True)
class Announced:
    """When a pasted invitation says that its meeting is. `every` is the days between the meetings of a repeat, 0 for
    one alone; `placed` is false where its clock is one that is not known here."""

    starts: tuple[datetime, ...] = ()
    topic: str = field(default="", repr=False)
    every: int = 0
    until: date | None = None
    placed: bool = True

    def is_at(self, start: datetime) -> bool:
        """Whether a meeting with this start can be the one that the invitation is for."""
        if not self.starts:
            return True
        if not self.placed:
            return False
        if any(one.timestamp() == start.timestamp() for one in self.starts):
            return True
        first = self.starts[0]
        local = start.astimezone(first.tzinfo)
        ahead = (local.date() - first.date()).days
        return bool(
            self.every
            and ahead > 0
            and ahead % self.every == 0
            and local.time() == first.time()
            and (self.until is None or local.date() <= self.until)
        )

    def is_called(self, title: str, reference: str = "") -> bool:
        """Whether a meeting with this title and number can be the one: a number in the topic decides, else one word in
        common is enough."""
        if _OF_ITS_OWN.search(self.topic):
            return True
        numbers = {one.replace(" ", "").replace("–", "-").upper() for one in _NUMBERED.findall(self.topic)}
        if numbers and reference:
            return reference in numbers
        own, other = _names(title), _names(self.topic)
        return not own or not other or any(one[:4] == two[:4] for one in own for two in other)


def _names(title: str) -> set[str]:
    """The words of a title that tell it from others."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    words = re.findall(r"[^\W_]+", "".join(one for one in folded if not unicodedata.combining(one)))
    return {word for word in words if word not in GENERIC and word not in _TELLS_NOTHING and len(word) > 1}


def announced(text: str, around: Around) -> Announced | None:
    """The day and hour in a pasted invitation, and what its meeting is called; None where it says neither."""
    text = links.plain(text)
    topic = _TOPIC.search(text)
    labelled = _TIME.search(text)
    name = " ".join(topic["said"].split()) if topic else ""
    if labelled is None:
        return _beside(text, name, around)
    words, clock = _without_place(labelled["said"], around)
    found = _starts(words, clock or around)
    if not found:
        return Announced(topic=name) if name else None
    behind = text[labelled.end() :]
    repeat = _EVERY.match(behind.lstrip())
    listed = [start for one in _listed(behind) for start in _starts(one, clock or around)] if repeat else []
    return Announced(
        tuple(dict.fromkeys((*found, *listed))),
        name,
        _days(repeat) if repeat and not listed else 0,
        _until(behind, around) if repeat else None,
        placed=clock is not None,
    )


def _beside(text: str, topic: str, around: Around) -> Announced | None:
    """What stands beside the link where nothing is labelled, as Google's calendar gives it."""
    zone = _GOOGLES_ZONE.search(text)
    clock = _zone(zone["name"], around) if zone else around
    words = links.words_beside(_GOOGLES_ZONE.sub(" ", text))
    words = " ".join(_FURNITURE.sub(" ", words).split())
    labelled = Announced(topic=topic) if topic else None
    if len(words) > _LONGEST:
        return labelled
    outcome = _planned(words, clock or around)
    found = _slots(outcome)
    if not found:
        return labelled
    title = outcome.value.title if isinstance(outcome, Understood) and links.is_invitation(text) else ""
    return Announced(found, topic or title, placed=clock is not None)


def _without_place(said: str, around: Around) -> tuple[str, Around | None]:
    """A moment without the name of its clock, and what its clock is; None for one that is not known."""
    said = _OFFSET.sub(" ", said).strip(" .,\t")
    place = _PLACE.search(said)
    if place is None or _READ_ALREADY.search(place["name"]):
        return said, around
    return said[: place.start()], _zone(place["name"], around)


def _zone(name: str, around: Around) -> Around | None:
    words = name.split(" Time")[0].strip().casefold()
    keys = [_AMERICAN[words]] if words in _AMERICAN else []
    for one in re.split(r"[,;]", name):
        city = one.strip().replace(" ", "_")
        keys += [city] if "/" in city else [f"{area}/{city}" for area in _AREAS]
    # The organisation's own first: a clock may be named by several of its cities.
    for key in sorted(keys[:40], key=lambda key: key != around.zone):
        try:
            ZoneInfo(key)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        return replace(around, zone=key)
    return None


def _planned(words: str, around: Around) -> Outcome[Plan]:
    """A moment that may have passed long ago or be years ahead; an invitation has its year, or means a near day."""
    keep_going()
    year = re.search(r"\b(20\d\d)\b", words)
    if year:
        return plan(words, replace(around, now=datetime(int(year[1]) - 1, 12, 30, tzinfo=ZoneInfo(around.zone))))
    outcome = plan(words, around)
    if isinstance(outcome, Refused) and outcome.what == "past":
        return plan(words, replace(around, now=around.now - _BACK))
    return outcome


def _slots(outcome: Outcome[Plan]) -> tuple[datetime, ...]:
    if isinstance(outcome, Refused):
        return ()
    plans = [outcome.value] if isinstance(outcome, Understood) else [one.value for one in outcome.choices]
    if isinstance(outcome, Ask) and not plans and outcome.kept is not None:
        plans = [outcome.kept]
    return tuple(slot.start for one in plans for slot in one.slots)


def _starts(words: str, around: Around) -> tuple[datetime, ...]:
    return _slots(_planned(words, around))


def _listed(text: str) -> Iterator[str]:
    for number, found in enumerate(_LISTED.finditer(text)):
        if number == _MOST_LISTED:
            return
        yield found["said"]


def _days(repeat: re.Match[str]) -> int:
    return int(repeat["number"] or 1) * (7 if repeat["unit"].lower() == "week" else 1)


def _until(text: str, around: Around) -> date | None:
    found = _UNTIL.search(text)
    starts = _starts(f"{found['day']} 23:59", around) if found else ()
    return starts[0].date() if starts else None
