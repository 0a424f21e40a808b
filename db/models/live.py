"""What a provider told of a meeting while it was held, and which alarms about it were sent to whom."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id
from db.sealed import sealed_or_none


class LiveEvent(Base):
    """One thing that a provider told; the same twice is one row, by its `key`. `occasion` and `person` are digests that
    lead back to nobody. `account` says whose account it was, where the provider told: `team:` and a Slack id, or
    `listed` for somebody who is expected. Of whom nothing else is known the name is kept that the meeting showed, until
    it is forgotten.
    """

    __tablename__ = "live_events"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_live_events_meeting", "meeting_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    key: Mapped[str]
    what: Mapped[str]
    occasion: Mapped[str]
    person: Mapped[str]
    account: Mapped[str]
    name = sealed_or_none()
    at: Mapped[datetime]
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]


class LiveAlarm(Base):
    """One alarm to one person of a meeting's team: the message that shows it, changed in place; `drawn` fingerprints
    what it shows."""

    __tablename__ = "live_alarms"
    __table_args__ = (UniqueConstraint("meeting_id", "slack_id", "kind", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    slack_id: Mapped[str]
    kind: Mapped[str]
    number: Mapped[int]
    raised_at: Mapped[datetime]
    channel: Mapped[str | None]
    message_ts: Mapped[str | None]
    drawn: Mapped[str | None]
