"""The policy's review date: a look every morning, and one reminder to each administrator."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.policy import load_pack
from bot.policy.overrides import stored
from bot.policy.overview import Reminder, reminder, review_due
from bot.staff.people import people_with
from db.models import Organisation, Role
from db.owed import owe

LOOK = "policy.look_at_review"
TELL = "policy.tell_review"
_AT = time(9)


def today(organisation: Organisation, now: datetime) -> date:
    """The day that it is where the organisation is."""
    return now.astimezone(ZoneInfo(organisation.timezone)).date()


def standing(organisation: Organisation, now: datetime) -> Reminder | None:
    """What administrators should know of the review by now, under the present policy and organisation file."""
    return reminder(load_pack(organisation.policy), stored(organisation.options), today(organisation, now))


def owe_look(session: Session, organisation: Organisation, now: datetime) -> None:
    """Owe the look of the next morning at nine; one a day, however often it is asked for."""
    zone = ZoneInfo(organisation.timezone)
    day = today(organisation, now)
    if now >= datetime.combine(day, _AT, zone):
        day += timedelta(days=1)
    due = datetime.combine(day, _AT, zone)
    owe(session, organisation.id, LOOK, at=now, due=due, only_once=f"{LOOK}:{day}")


def look(session: Session, organisation: Organisation, now: datetime) -> None:
    """Owe each administrator what they were not yet reminded of for this very date, and the next look."""
    found = standing(organisation, now)
    if found is not None:
        due = review_due(load_pack(organisation.policy), stored(organisation.options))
        for one in people_with(session, organisation.id, Role.ADMINISTRATOR):
            once = f"{TELL}:{due}:{found.value}:{one.slack_id}"
            owe(session, organisation.id, TELL, at=now, target=one.slack_id, step=found.value, only_once=once)
    owe_look(session, organisation, now)
