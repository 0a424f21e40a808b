"""How old somebody is, as it is kept with their record and reckoned for a day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.reading.persons.ages import Age
from db.models import Participant


def least(participant: Participant, moment: datetime, zone: str) -> int | None:
    """The least number of years that somebody can have on the day of a moment; None where it is not known."""
    said = Age.kept(participant.age)
    return said.least(_said_on(participant, zone), _day(moment, zone)) if said else None


def shown(participant: Participant, moment: datetime, zone: str) -> str:
    """How old somebody is on the day of a moment, in words; empty where it is not known."""
    said = Age.kept(participant.age)
    return said.shown(_said_on(participant, zone), _day(moment, zone)) if said else ""


def note(participant: Participant, age: Age | None, by: str, now: datetime) -> None:
    """Keep what somebody said of an age now; None: that it is not known."""
    participant.age, participant.age_said_by, participant.age_said_at = age.words if age else None, by, now


def fill_in(participant: Participant, age: Age, by: str, now: datetime, zone: str) -> bool:
    """Keep an age that stood on a list: where none was known, and where it is the later word of one that cannot be
    counted on for long. False where it cannot be true beside what is known, which stays."""
    known, today = Age.kept(participant.age), _day(now, zone)
    if known is not None and not known.agrees(_said_on(participant, zone), age, today):
        return False
    if known is None or (known != age and known.born is None):
        note(participant, age, by, now)
    return True


def _said_on(participant: Participant, zone: str) -> date:
    return _day(participant.age_said_at or participant.added_at, zone)


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
