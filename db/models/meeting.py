"""Meetings: one online session each."""

import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    and_,
    delete,
    event,
    insert,
    update,
)
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from db.base import Base, enum_by_value, new_id
from db.crypto import keyring
from db.folding import plain_words
from db.sealed import sealed, sealed_or_none

LONGEST = timedelta(hours=12)
"""No meeting lasts longer."""
NEAR = timedelta(hours=2)
"""How long before its time a meeting's start is offered."""


def reference(number: int) -> str:
    """How people speak of the meeting of this number."""
    return f"M-{number}"


def is_near(starts_at: datetime, now: datetime) -> bool:
    """Whether it is time to offer the start of a meeting that begins then."""
    return now >= starts_at - NEAR


class MeetingState(StrEnum):
    """draft → scheduled → ready → started → ended → closed, or cancelled."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    READY = "ready"
    STARTED = "started"
    ENDED = "ended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class MeetingKind(StrEnum):
    """Whether a meeting is for several participants or planned with one alone."""

    GROUP = "group"
    ONE_TO_ONE = "one_to_one"


class Meeting(Base):
    """One online session. All free text, the link and the passcode are encrypted: a title may hold a child's name.

    ``series`` is the blind index of title and programme, to find the earlier meetings of the same series.
    ``sensitive`` is None while nobody has said. The ``recording_…`` columns are empty unless ``recorded``;
    ``recording_days`` counts the days that the recording is kept. ``lead_worker`` is a Slack id.

    ``provider_since`` tells since when the provider is owed something that it has not done, ``provider_error`` what
    it said, ``provider_next`` when it is asked again. ``link_since`` is when an earlier link went out of use.

    ``repeat`` is the same for meetings that were made together, as one repeat.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("ix_meetings_organisation_starts", "organisation_id", "starts_at"),
        Index("ix_meetings_series", "organisation_id", "series", "starts_at"),
        Index("ix_meetings_repeat", "repeat", "starts_at"),
        Index("ix_meetings_group", "group_id", "starts_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    title = sealed(index="series", indexed=lambda meeting, title: series_words(title, meeting.programme))
    programme: Mapped[str | None]
    series: Mapped[bytes] = mapped_column(LargeBinary)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[MeetingState] = mapped_column(enum_by_value(MeetingState))
    host: Mapped[str]
    co_workers: Mapped[list[str]] = mapped_column(JSON, default=list)
    lead_worker: Mapped[str | None]
    kind: Mapped[MeetingKind] = mapped_column(enum_by_value(MeetingKind), default=MeetingKind.GROUP)
    purpose = sealed_or_none()
    sensitive: Mapped[bool | None]
    breakout_rooms: Mapped[bool] = mapped_column(default=False)
    recorded: Mapped[bool] = mapped_column(default=False)
    recording_purpose = sealed_or_none()
    recording_reason = sealed_or_none()
    recording_days: Mapped[int | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    provider: Mapped[str]
    provider_ref = sealed_or_none()
    join_url = sealed_or_none()
    passcode = sealed()
    settings_read: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    provider_error: Mapped[str | None]
    provider_since: Mapped[datetime | None]
    provider_next: Mapped[datetime | None]
    link_since: Mapped[datetime | None]
    relinked: Mapped[int] = mapped_column(default=0)
    """How many of its links got out and were replaced: a part of the reference by which its meeting at the provider is
    found, so that what is found is never one of those."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    nobody_came_at: Mapped[datetime | None]
    """When it was said that nobody came, of a meeting for which nobody is registered: that is its register."""
    has_sendings: Mapped[bool] = mapped_column(default=False)
    """Whether anything about it was mailed or noted as given: of most meetings nothing has to be looked up."""
    repeat: Mapped[uuid.UUID | None]
    group_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def reference(self) -> str:
        """`M-12`: how people speak of this meeting."""
        return reference(self.number)

    @property
    def team(self) -> tuple[str, ...]:
        """The Slack ids of those who run it: the host first, then the co-workers."""
        return (self.host, *[one for one in self.co_workers if one != self.host])

    @property
    def staff(self) -> tuple[str, ...]:
        """The Slack ids of those who may run it: the team and whoever made it."""
        return tuple(dict.fromkeys((*self.team, self.created_by)))

    def is_near(self, now: datetime) -> bool:
        """Whether it is time to offer its start."""
        return is_near(self.starts_at, now)

    @classmethod
    def ends_from(cls, moment: datetime) -> ColumnElement[bool]:
        """Whether a meeting ends at this moment or later, so that the index over its start serves to find it."""
        return and_(cls.starts_at >= moment - LONGEST, cls.ends_at >= moment)


class MeetingStaff(Base):
    """Somebody who may run a meeting: how one's own meetings are found among those of many years.

    It gives no right; the meeting itself says who may run it. Written whenever a meeting is, by `_keep_staff`.
    """

    __tablename__ = "meeting_staff"
    __table_args__ = (Index("ix_meeting_staff_person", "organisation_id", "slack_id", "ends_at"),)

    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    slack_id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    ends_at: Mapped[datetime]


class RetiredLink(Base):
    """A link of a meeting that is used no more, because it `got_out` or the meeting is held elsewhere: what the
    provider had made under it is deleted there, and `revoked_at` is when that was done. `number` counts a meeting's
    own, from nought. Of a link that was pasted nothing can be revoked."""

    __tablename__ = "retired_links"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    number: Mapped[int]
    provider: Mapped[str]
    provider_ref = sealed_or_none()
    got_out: Mapped[bool] = mapped_column(default=True)
    retired_by: Mapped[str]
    retired_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def series_words(title: str, programme: str | None) -> str:
    """What all meetings of a series have in common: the same title, whatever its capitals, punctuation and spaces, in
    the same programme."""
    return f"series {plain_words(title)} in {programme or ''}"


@event.listens_for(Meeting, "before_update")
def _set_series(_mapper: Mapper[Meeting], _connection: Connection, meeting: Meeting) -> None:
    if state_of(meeting).attrs["programme"].history.has_changes():
        meeting.series = keyring().blind_index(series_words(meeting.title, meeting.programme))


@event.listens_for(Meeting, "after_insert")
def _add_staff(_mapper: Mapper[Meeting], connection: Connection, meeting: Meeting) -> None:
    rows = [
        {
            "meeting_id": meeting.id,
            "slack_id": one,
            "organisation_id": meeting.organisation_id,
            "ends_at": meeting.ends_at,
        }
        for one in meeting.staff
    ]
    connection.execute(insert(MeetingStaff), rows)


@event.listens_for(Meeting, "after_update")
def _keep_staff(mapper: Mapper[Meeting], connection: Connection, meeting: Meeting) -> None:
    changed, mine = state_of(meeting).attrs, MeetingStaff.meeting_id == meeting.id
    if any(changed[name].history.has_changes() for name in ("host", "co_workers", "created_by")):
        connection.execute(delete(MeetingStaff).where(mine))
        _add_staff(mapper, connection, meeting)
    elif changed["ends_at"].history.has_changes():
        connection.execute(update(MeetingStaff).where(mine).values(ends_at=meeting.ends_at))
