"""The referral log: to which agency, what was shared on which basis, until when they answer, and what they said."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.concerns import nations, routing
from bot.concerns.record.conflicts import Clock
from bot.concerns.record.sheets import Ask, Field, read
from bot.errors import BadInput
from bot.reading.times import local_time
from db.models import Concern, Organisation

METHODS = (
    ("phone", "Telephone"),
    ("form", "Their online form"),
    ("email", "Secure e-mail"),
    ("meeting", "In person or a meeting"),
    ("letter", "Letter"),
)
WITHOUT = "without"
BASES = (
    ("agreed", "With their agreement, or a parent's or carer's"),
    (WITHOUT, "Without agreement, for the reason below"),
)
POLICE = "police"
OTHER = "other"
_END_OF_DAY = "17:00"


def bodies(nation: str) -> tuple[tuple[str, str], ...]:
    """Whom one can refer to in a nation, as (value, label); anybody else is named freely."""
    known = ((one.id, one.name) for one in nations.profile(nation).bodies)
    return (*known, (POLICE, "The police"), (OTHER, "Another agency, named below"))


def nation_of(concern: Concern, organisation: Organisation) -> str:
    """The nation whose services and clocks count for a concern."""
    return concern.nation or organisation.nation


def fields(nation: str) -> tuple[Field, ...]:
    """What is asked of a referral."""
    return (
        Field("body", "To whom?", Ask.CHOICE, bodies(nation), needed="Choose to whom you referred it."),
        Field("agency", "Which office or team?"),
        Field("person", "Whom did you speak or write to?"),
        Field("method", "How?", Ask.CHOICE, METHODS, needed="Choose how you referred it."),
        Field("day", "On which day?", Ask.DAY, needed="On which day did you refer it?"),
        Field("time", "At what time?", Ask.TIME),
        Field("shared", "What did you share?", Ask.LONG, needed="Say what you shared with them."),
        Field("basis", "On which basis?", Ask.CHOICE, BASES, needed="Choose the basis on which you shared it."),
        Field("reason", "If without agreement: why?", Ask.LONG, hint="For instance: asking would raise the risk."),
        Field("reference", "Their reference"),
        Field("due_day", "Answer due on", Ask.DAY, hint="Leave empty where your nation's rule has a clock for them."),
        Field("due_time", "Answer due at", Ask.TIME),
        Field("reply", "What did they answer?", Ask.LONG, hint="Leave empty until they do."),
    )


def from_state(nation: str, state: Mapping[str, Any]) -> dict[str, str]:
    """The form as filled in. Raises BadInput: another agency needs its name, sharing without agreement a reason."""
    found = read(fields(nation), state)
    if found["body"] == OTHER and not found.get("agency", "").strip():
        raise BadInput("Which agency? Write its name.", field="agency")
    if found["basis"] == WITHOUT and not found.get("reason", "").strip():
        raise BadInput("Say why it was shared without agreement; the record needs the reason.", field="reason")
    return found


def clock(found: Mapping[str, str], nation: str, zone: str, now: datetime, done_at: datetime | None) -> Clock:
    """When an answer is due and whether it has come. The day chosen counts; else the nation's clock for that
    service, counted from the referral. Raises BadInput where there is neither, or the times do not fit.

    `done_at` is when an earlier version said that they had answered.
    """
    made = _moment(found["day"], found.get("time") or "09:00", zone, "day")
    if made > now and found["day"] > now.astimezone(ZoneInfo(zone)).date().isoformat():
        raise BadInput("That day is still to come. Log a referral when it has been made.", field="day")
    if found.get("due_day"):
        due = _moment(found["due_day"], found.get("due_time") or _END_OF_DAY, zone, "due_day")
        if due < made:
            raise BadInput("The answer is due before the referral was made. Check the days.", field="due_day")
    else:
        due = _by_rule(found["body"], made, nation, zone)
    replied = bool(found.get("reply", "").strip())
    return Clock(due_at=due, done_at=(done_at or now) if replied else None)


def _by_rule(body_id: str, made: datetime, nation: str, zone: str) -> datetime:
    body = nations.profile(nation).body(body_id)
    if body is None or body.reply_within is None:
        words = "By when should they answer? No rule of your nation gives a time for them, so choose a day."
        raise BadInput(words, field="due_day")
    return routing.moment_after(made, body.reply_within, zone, nation)


def _moment(day: str, clock_time: str, zone: str, field: str) -> datetime:
    local = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock_time))
    return local_time.moment(local, zone, field=field).astimezone(UTC)
