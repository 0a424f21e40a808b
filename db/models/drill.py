"""Drills: test alerts, and what came of each. No concern, and no address, is part of one."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Drill(Base):
    """One drill; the message that lists what came of it goes to whoever started it."""

    __tablename__ = "drills"
    __table_args__ = (Index("ix_drills_organisation", "organisation_id", "started_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    channel: Mapped[str | None]
    message_ts: Mapped[str | None]


class DrillAlert(Base):
    """One test alert to one person by one way: when it was accepted, or the code of its refusal, and when the person
    tapped (where the way has a button)."""

    __tablename__ = "drill_alerts"
    __table_args__ = (UniqueConstraint("drill_id", "slack_id", "way"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    drill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("drills.id"))
    slack_id: Mapped[str]
    way: Mapped[str]
    accepted_at: Mapped[datetime | None]
    code: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    message_ts: Mapped[str | None]
