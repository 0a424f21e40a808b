"""What the bot owes (deliveries) and what it has already done for a request (inbox)."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Delivery(Base):
    """One outbound thing the bot owes, written in the transaction of its cause.

    `lane` keeps deliveries for the same message apart: one of a lane is in flight at a time.
    `only_once` is a key for things that must not be owed twice, such as a recurring job's next run.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "done_at", "due_at"),
        Index("ix_deliveries_lane", "lane", "done_at"),
        Index("ix_deliveries_record", "record_id", "kind"),
        Index("ix_deliveries_given_up", "organisation_id", "given_up_at"),
        UniqueConstraint("organisation_id", "only_once"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    record_id: Mapped[uuid.UUID | None]
    step: Mapped[int] = mapped_column(default=0)
    lane: Mapped[str]
    only_once: Mapped[str | None]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[uuid.UUID | None]
    attempt: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error_code: Mapped[str | None]


class InboxEntry(Base):
    """A request that changed something: its key and the record it made. Kept for 24 hours."""

    __tablename__ = "inbox"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(index=True)
