"""To whom a concern goes, who is asked first, and by when: pure rules.

The person a concern is about is in no list, whatever their role.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from bot.organisation.file import span
from db.models import Role
from db.models.concern import About, Urgency

_REGIONS = {"england": "ENG", "scotland": "SCT", "wales": "WLS", "northern_ireland": "NIR"}
_OPENS = 9


@dataclass(frozen=True)
class Person:
    """A member of staff as the routing sees them."""

    slack_id: str
    roles: frozenset[Role]
    away: bool = False


def receives(roles: Set[Role], about: About) -> bool:
    """Whether somebody with these roles can be among those whom a concern of this kind reaches."""
    return Role.HEAD in roles or (about is not About.STAFF and bool(roles & {Role.LEAD, Role.DEPUTY}))


def recipients(people: Sequence[Person], about: About, subject: str | None, raiser: str) -> list[str]:
    """Who may read a concern, in the order in which they are asked to answer; `people` in file order.

    About staff: the head alone. Otherwise leads, then deputies; those away come after those who are there, and
    the raiser, should they be a lead, after the others. An empty list means that nobody inside may be told.
    """
    if about is About.STAFF:
        groups: list[Role] = [Role.HEAD]
    else:
        groups = [Role.LEAD, Role.DEPUTY]
    found: list[Person] = []
    for role in groups:
        found += [one for one in people if role in one.roles and one not in found and one.slack_id != subject]
    if not found and about is not About.STAFF:
        found = [one for one in people if Role.HEAD in one.roles and one.slack_id != subject]
    found.sort(key=lambda one: (one.slack_id == raiser, one.away))
    return [one.slack_id for one in found]


def last_resort(people: Sequence[Person], about: About, subject: str | None) -> str | None:
    """Who is asked when none of the recipients has answered: the head, unless it is about them or theirs already."""
    if about is About.STAFF:
        return None
    return next((one.slack_id for one in people if Role.HEAD in one.roles and one.slack_id != subject), None)


def answer_by(raised: datetime, urgency: Urgency, within: Mapping[str, str], zone: str, nation: str) -> datetime:
    """The moment by which a concern must be acknowledged, as aware UTC.

    Working days leave out weekends and the nation's bank holidays; one that begins outside of them counts from
    nine o'clock on the next working day.
    """
    wait = span(within[urgency.value])
    if isinstance(wait, timedelta):
        return raised + wait
    closed = holidays.country_holidays("GB", subdiv=_REGIONS[nation])
    local = raised.astimezone(ZoneInfo(zone))
    if local.weekday() >= 5 or local.date() in closed:
        local = local.replace(hour=_OPENS, minute=0, second=0, microsecond=0, fold=0)
        local = _next_open(local, closed)
    for _ in range(wait):
        local = _next_open(local, closed)
    return local.astimezone(UTC)


def _next_open(local: datetime, closed: holidays.HolidayBase) -> datetime:
    local += timedelta(days=1)
    while local.weekday() >= 5 or local.date() in closed:
        local += timedelta(days=1)
    return local
