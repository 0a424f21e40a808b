"""A meeting and the later ones of its series, changed or cancelled in one act."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zlib import crc32
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings, states
from bot.errors import Conflict, NotFound
from bot.meetings import planning, service
from bot.reading.times import local_time
from db.crypto import keyring
from db.models import Meeting, MeetingStaff, MeetingState
from db.models.meeting import series_words
from db.scope import of

MOST = 60
"""No more meetings are changed in one act."""


def from_on(session: Session, caller: Caller, meeting: Meeting) -> list[Meeting]:
    """This meeting and those of its series that come after it, soonest first: what was made with it as one repeat, or
    else bears the same title in the same programme; only what has not begun and the caller may run. Raises NotFound
    where there is no later one."""
    if meeting.repeat is not None:
        same = Meeting.repeat == meeting.repeat
    else:
        same = Meeting.series.in_(keyring().blind_indexes(series_words(meeting.title, meeting.programme)))
    query = of(caller.organisation_id, Meeting).where(
        same, Meeting.starts_at > meeting.starts_at, Meeting.state.in_(states.TO_COME)
    )
    if not meetings.watches_all(caller):
        # Others may have as many of that title as they like.
        query = query.join(MeetingStaff, MeetingStaff.meeting_id == Meeting.id).where(
            MeetingStaff.organisation_id == caller.organisation_id, MeetingStaff.slack_id == caller.slack_id
        )
    later = session.scalars(query.order_by(Meeting.starts_at, Meeting.number).limit(MOST)).all()
    found = [one for one in later if meetings.may_run(caller, one)]
    if not found:
        raise NotFound(
            f"No later meeting belongs to {meeting.reference}. Nothing was changed. Leave out “and later” for "
            f"{meeting.reference} alone."
        )
    return [meeting, *found]


def stamp(every: Sequence[Meeting]) -> int:
    """Which meetings somebody was shown, and how they stood: it tells nobody anything."""
    return crc32(" ".join(f"{one.id} {one.version}" for one in every).encode()) & 0x7FFFFFFF


class Others(Conflict):
    """Not the meetings that were shown: one was added, or changed meanwhile. Nothing was changed. `every` are those
    that there are now."""

    def __init__(self, every: Sequence[Meeting]) -> None:
        super().__init__(f"Some of the meetings from {every[0].reference} on changed meanwhile. Nothing was changed.")
        self.every = every


def cancel(session: Session, caller: Caller, meeting_id: UUID, seen: int, now: datetime) -> list[Meeting]:
    """Cancel a meeting and the later ones of its series, in one act that can be taken back in one; the meeting alone,
    where it was cancelled already. `seen` is the stamp of those that were shown; raises Others for any other."""
    first = meetings.get(session, caller, meeting_id, to_change=True)
    if first.state is MeetingState.CANCELLED:
        return [first]
    every = from_on(session, caller, first)
    if stamp(every) != seen:
        raise Others(every)
    return [service.cancel(session, caller, one.id, now) for one in every]


def edit(
    session: Session, caller: Caller, meeting_id: UUID, changes: Mapping[str, Any], seen: int, now: datetime
) -> list[Meeting]:
    """Change a meeting and the later ones of its series alike: what of `changes`, as `service.edit` takes them, the
    first one is not yet. A new day moves each by as many days, a new hour is everybody's. `seen` is the stamp of those
    that were shown; raises Others for any other."""
    first = meetings.get(session, caller, meeting_id, to_change=True)
    every = from_on(session, caller, first)
    if stamp(every) != seen:
        raise Others(every)
    before, changes = first.starts_at, _differing(session, first, changes)
    done = [service.edit(session, caller, first.id, changes, now)]
    for one in every[1:]:
        own = dict(changes)
        if "starts_at" in own:
            own["starts_at"] = _moved(one.starts_at, before, first.starts_at, caller.organisation.timezone)
        done.append(service.edit(session, caller, one.id, own, now))
    return done


def moments(every: Sequence[Meeting], to: datetime, zone: str) -> list[datetime]:
    """When each of some meetings of a series would begin if the first one were moved `to`."""
    return [_moved(one.starts_at, every[0].starts_at, to, zone) for one in every]


def _differing(session: Session, meeting: Meeting, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What a form changed: it gives back everything that it showed."""
    as_is: dict[str, Any] = {
        **{name: getattr(meeting, name, None) for name in changes},
        **planning.reasons(session, meeting),
        "minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        "co_workers": tuple(meeting.co_workers),
    }
    return {name: value for name, value in changes.items() if (value or None) != (as_is.get(name) or None)}


def _moved(start: datetime, before: datetime, after: datetime, zone: str) -> datetime:
    local, old, new = (one.astimezone(ZoneInfo(zone)) for one in (start, before, after))
    days = (new.date() - old.date()) // timedelta(days=1)
    clock = new.time() if new.time() != old.time() else local.time()
    moved = datetime.combine(local.date() + timedelta(days=days), clock)
    return local_time.moment(moved, zone, field="time").astimezone(UTC)
