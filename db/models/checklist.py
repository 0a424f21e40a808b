"""The risk checklist of a meeting: where it is posted, each tick as its own fact, and the sign-off."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Checklist(Base):
    """The risk checklist of one meeting.

    `signed_off_sequence` is the sequence of the newest tick at the moment of the sign-off, 0 where there was
    none; a newer tick means that something was changed after it.
    """

    __tablename__ = "checklists"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"), unique=True)
    created_at: Mapped[datetime]
    signed_off_by: Mapped[str | None]
    signed_off_at: Mapped[datetime | None]
    signed_off_sequence: Mapped[int | None]


class ChecklistPost(Base):
    """A message that shows a checklist; the one with the highest number is the present one.

    `message_ts` and `permalink` are empty until it is posted; `drawn` fingerprints what it shows.
    """

    __tablename__ = "checklist_posts"
    __table_args__ = (UniqueConstraint("checklist_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    checklist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklists.id"))
    number: Mapped[int]
    channel: Mapped[str]
    asked_by: Mapped[str]
    created_at: Mapped[datetime]
    message_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    drawn: Mapped[str | None]


class ChecklistTick(Base):
    """One measure ticked or unticked by one person at one moment; the newest row of a measure counts."""

    __tablename__ = "checklist_ticks"
    __table_args__ = (UniqueConstraint("checklist_id", "sequence"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    checklist_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checklists.id"))
    sequence: Mapped[int]
    measure: Mapped[str]
    ticked: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
