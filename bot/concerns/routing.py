"""To whom a concern goes, who is asked first, and by when: pure rules.

| about | first | where nobody of them is there | where nobody answers |
|---|---|---|---|
| a child, an adult, unsure | leads, then deputies | the head, then the chair | the head (without one: the chair) |
| staff, a lead or a deputy among them | the head | the chair | the chair |
| the head | the chair | another head | nobody: the raiser telephones |

Whom the rota names comes before the order of the file, a deputy on call before a lead who is not.
The person a concern is about is in no list, whatever their roles. Those who are away come after those who are
there, and the raiser comes after the others: a lead who raises a concern is asked last, a head who raises one about
staff stays the one who deals with it. Where a list is empty, nobody inside may be told.
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
_OPENS, _SHUTS = 9, 17
_REMINDER_BEFORE = timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    """A member of staff as the routing sees them."""

    slack_id: str
    roles: frozenset[Role]
    away: bool = False
    on_call: bool = False


def receives(roles: Set[Role], about: About) -> bool:
    """Whether somebody with these roles can be among those whom a concern of this kind reaches."""
    staff = {Role.HEAD, Role.CHAIR}
    return bool(roles & (staff if about is About.STAFF else staff | {Role.LEAD, Role.DEPUTY}))


def recipients(people: Sequence[Person], about: About, subject: str | None, raiser: str) -> list[str]:
    """Who may read a concern, in the order in which they are asked to answer; `people` in file order.

    An empty list means that nobody inside may be told.
    """
    found: list[Person] = []
    for step in _steps(people, about, subject):
        for role in step:
            found += [one for one in people if role in one.roles and one not in found and one.slack_id != subject]
        if any(not one.away for one in found):
            break
    found.sort(key=lambda one: (one.away, one.slack_id == raiser, not one.on_call))
    return [one.slack_id for one in found]


def _steps(people: Sequence[Person], about: About, subject: str | None) -> tuple[tuple[Role, ...], ...]:
    if about is not About.STAFF:
        return (Role.LEAD, Role.DEPUTY), (Role.HEAD,), (Role.CHAIR,)
    about_head = any(one.slack_id == subject and Role.HEAD in one.roles for one in people)
    return ((Role.CHAIR,), (Role.HEAD,)) if about_head else ((Role.HEAD,), (Role.CHAIR,))


def last_resort(people: Sequence[Person], about: About, subject: str | None) -> str | None:
    """Who is asked when none of the recipients has answered, never the subject: the head, or where there is none
    the chair; for a concern about staff the chair. None where there is nobody."""
    for role in (Role.CHAIR,) if about is About.STAFF else (Role.HEAD, Role.CHAIR):
        found = [one for one in people if role in one.roles and one.slack_id != subject]
        if found:
            return min(found, key=lambda one: one.away).slack_id
    return None


def answer_by(raised: datetime, urgency: Urgency, within: Mapping[str, str], zone: str, nation: str) -> datetime:
    """The moment by which a concern must be acknowledged, as aware UTC."""
    return moment_after(raised, within[urgency.value], zone, nation)


def remind_at(begun: datetime, deadline: datetime) -> datetime:
    """When whoever is asked first is reminded: half-way to the deadline, and at most an hour before it."""
    return deadline - min((deadline - begun) / 2, _REMINDER_BEFORE)


def moment_after(start: datetime, wait_text: str, zone: str, nation: str) -> datetime:
    """The moment that lies a span such as `15m` or `1wd` after `start`, as aware UTC.

    Working days leave out weekends and the nation's bank holidays; one that begins outside of them counts from
    nine o'clock on the next working day.
    """
    wait = span(wait_text)
    if isinstance(wait, timedelta):
        return start + wait
    closed = holidays.country_holidays("GB", subdiv=_REGIONS[nation])
    local = start.astimezone(ZoneInfo(zone))
    if local.weekday() >= 5 or local.date() in closed:
        local = local.replace(hour=_OPENS, minute=0, second=0, microsecond=0, fold=0)
        local = _next_open(local, closed)
    for _ in range(wait):
        local = _next_open(local, closed)
    return local.astimezone(UTC)


def working_moment_after(start: datetime, wait_text: str, zone: str, nation: str) -> datetime:
    """The moment by which a span of hours has passed that counts from nine to five on working days only."""
    left = span(wait_text)
    if not isinstance(left, timedelta):
        return moment_after(start, wait_text, zone, nation)
    closed = holidays.country_holidays("GB", subdiv=_REGIONS[nation])
    local = start.astimezone(ZoneInfo(zone))
    while True:
        opens = local.replace(hour=_OPENS, minute=0, second=0, microsecond=0, fold=0)
        shuts = opens.replace(hour=_SHUTS)
        begins = max(local, opens)
        if local.weekday() < 5 and local.date() not in closed and begins < shuts:
            if left <= shuts - begins:
                return (begins + left).astimezone(UTC)
            left -= shuts - begins
        local = _next_open(opens, closed)


def _next_open(local: datetime, closed: holidays.HolidayBase) -> datetime:
    local += timedelta(days=1)
    while local.weekday() >= 5 or local.date() in closed:
        local += timedelta(days=1)
    return local
