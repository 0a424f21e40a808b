"""The meetings of a group: each takes over its members, workers, purpose, programme, length and platform."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import states
from bot.errors import BadInput, NotNow
from bot.groups import members, service
from bot.groups.forms import GroupForm
from bot.groups.times import next_free, of_group, of_slots
from bot.meetings.forms import MeetingForm
from bot.participants import placing
from bot.providers import platform_of
from bot.reading.times.plans import Slot
from db import audit
from db.models import Group, Meeting, MeetingState, Registration
from db.scope import of

_LOOKED_AT = 60
_WITHOUT_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Before:
    """The group's meetings, the last one first. Of a day whose meeting was cancelled none is made instead."""

    every: Sequence[Meeting]

    @property
    def meetings(self) -> list[Meeting]:
        """Those that were not cancelled."""
        return [one for one in self.every if one.state is not MeetingState.CANCELLED]

    @property
    def taken(self) -> list[datetime]:
        """When they begin."""
        return [one.starts_at for one in self.every]

    def provider(self, usual: str) -> str:
        """What hosts the next one: as the last one, where that was another platform than the `usual` one."""
        last = self.meetings[0] if self.meetings else None
        if last is None or not last.join_url:
            return usual
        return usual if platform_of(last.provider, last.join_url) == platform_of(usual, None) else last.provider


def before(session: Session, group: Group) -> Before:
    """The meetings of a group."""
    query = of(group.organisation_id, Meeting).where(Meeting.group_id == group.id)
    return Before(session.scalars(query.order_by(Meeting.starts_at.desc()).limit(_LOOKED_AT)).all())


def next_form(group: Group, before: Before, now: datetime, zone: str) -> MeetingForm:
    """The next meeting at the group's time: on the first day that has none. Raises BadInput where it has no set
    times, NotNow where all days are taken or it is closed."""
    service.check_open(group)
    rhythm = of_group(group)
    if rhythm is None:
        raise BadInput(
            f"{group.title} has no set times. Say when: `/meeting new {group.title} on Thursday at 16:00`; or set "
            f"them: `/group edit {group.title} to Thursdays at 16:00`"
        )
    starts_at = next_free(rhythm, before.taken, now, zone)
    if starts_at is None:
        raise NotNow(f"{group.title} has a meeting on each of its next {_LOOKED_AT} days.")
    return MeetingForm(title=group.title, starts_at=starts_at, minutes=group.minutes)


def passed_over(before: Before, form: MeetingForm, now: datetime) -> list[Meeting]:
    """The meetings to come before the next one, the first one first: those that stand, and the cancelled ones of days
    that have none beside."""
    soon = [one for one in reversed(before.every) if now < one.starts_at < form.starts_at]
    held = {one.starts_at.date() for one in soon if one.state is not MeetingState.CANCELLED}
    return [one for one in soon if one.state is not MeetingState.CANCELLED or one.starts_at.date() not in held]


def filled(group: Group, form: MeetingForm, typed: frozenset[str]) -> MeetingForm:
    """A meeting's form with the group's own where nothing else was `typed`."""
    own = {
        "programme": group.programme,
        "minutes": group.minutes,
        "host": group.host,
        "co_workers": tuple(group.co_workers),
        "purpose": group.purpose,
        "lead_worker": group.lead_worker,
    }
    values = form.model_dump() | {name: one for name, one in own.items() if name not in typed and one}
    team = {values["host"], *values["co_workers"]}
    if values.get("lead_worker") and values["lead_worker"] not in team:
        values["lead_worker"] = form.lead_worker
    return MeetingForm(**values)


def group_of(every: Sequence[MeetingForm], zone: str) -> GroupForm:
    """The group that meetings made together are the first ones of."""
    first, local = every[0], ZoneInfo(zone)
    return GroupForm(
        title=first.title,
        programme=first.programme,
        rhythm=of_slots([Slot(one.starts_at.astimezone(local), one.minutes) for one in every]),
        minutes=first.minutes,
        host=first.host,
        co_workers=first.co_workers,
        lead_worker=first.lead_worker or None,
        purpose=first.purpose or None,
    )


def register_members(
    session: Session, caller: Caller, group: Group, meeting: Meeting, now: datetime
) -> list[Registration]:
    """Register those who belong to the group on the day of a meeting that was just made."""
    day = members.today(meeting.starts_at, caller.zone)
    there = members.on_day(members.belonging(session, group, day), day)
    return placing.place_first(session, caller, meeting, [one.participant for one in there], now)


def register_on_all(session: Session, caller: Caller, group: Group, meetings: Sequence[Meeting], now: datetime) -> int:
    """Register those who belong to the group on each of some meetings that were just made, soonest first; how many come
    to the first."""
    days = [members.today(one.starts_at, caller.zone) for one in meetings]
    every = members.belonging(session, group, days[0])
    for meeting, day in zip(meetings, days, strict=True):
        there = [one.participant for one in members.on_day(every, day)]
        placing.place_first(session, caller, meeting, there, now)
    return len(members.on_day(every, days[0]))


def without(
    session: Session, caller: Caller, meeting: Meeting, now: datetime
) -> tuple[list[Meeting], list[Registration]]:
    """Make a meeting that was made a group's none, within ten minutes, with those that were made together with it; a
    group that was made for them is closed. Which meetings, and whom that took off them; nothing where it is no group's.
    The meeting must be held. Raises NotNow later."""
    if meeting.group_id is None:
        return [], []
    if now > meeting.created_at + _WITHOUT_FOR:
        raise NotNow(f"{meeting.reference} was made more than ten minutes ago: it stays the group's.")
    group_id, together = meeting.group_id, [meeting]
    if meeting.repeat is not None:
        same = of(meeting.organisation_id, Meeting).where(Meeting.repeat == meeting.repeat, Meeting.id != meeting.id)
        together += placing.held(session, session.scalars(same.order_by(Meeting.starts_at)).all())
    together = [one for one in together if one.group_id == group_id and one.state in states.TO_COME]
    for one in together:
        one.group_id = None
        one.version += 1
        action = "meeting.without_group"
        audit.record(session, one.organisation_id, now, caller.slack_id, action, "meeting", one.id)
    people = {one.participant.id for each in placing.on(session, together).values() for one in each}
    gone = placing.undo_placing(session, caller, together, people, meeting.created_at, now)
    group = service.get(session, caller, group_id, to_change=True)
    if group.created_at == meeting.created_at:
        service.close(session, caller, group_id, now)
    return together, [one for each in gone.values() for one in each]
