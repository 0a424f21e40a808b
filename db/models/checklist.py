"""The risk checklist of a meeting: where it is posted, each tick as its own fact, and the sign-off."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Checklist(Base):
    """The risk checklist of one meeting, posted in one channel."""

    __tablename__ = "checklists"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"), unique=True)
    channel: Mapped[str | None]
    message_ts: Mapped[str | None]
    signed_off_by: Mapped[str | None]
    signed_off_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ChecklistTick(Base):
    """One measure ticked or unticked by one person at one moment; the newest row of a measure counts."""

    __tablename__ = "checklist_ticks"
    __table_args__ = (Index("ix_checklist_ticks_checklist_measure", "checklist_id", "measure", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    checklist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklists.id"))
    sequence: Mapped[int]
    measure: Mapped[str]
    ticked: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
