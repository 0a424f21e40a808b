"""What the bot owes (deliveries) and what it has already done for a request (inbox)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id

_UNDONE: dict[str, Any] = {"sqlite_where": text("done_at IS NULL"), "postgresql_where": text("done_at IS NULL")}
# Without it, SQLite would look for what is not done among the empty values of that index.
_DONE: dict[str, Any] = {"sqlite_where": text("done_at IS NOT NULL"), "postgresql_where": text("done_at IS NOT NULL")}


class Delivery(Base):
    """One outbound thing the bot owes, written in the transaction of its cause.

    `queue` keeps deliveries for the same message apart: one of a queue is in flight at a time. `turn` says whose
    flood a delivery belongs to, so that nobody's holds up another's; it is a fingerprint where a name would tell
    something. `wanted_at` is when it should have been made; `due_at` moves with every try.
    `only_once` is a key for things that must not be owed twice, such as a recurring job's next run.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "due_at", **_UNDONE),
        Index("ix_deliveries_turn", "turn", "due_at", "kind", "done_at", **_UNDONE),
        Index("ix_deliveries_queue", "queue", **_UNDONE),
        Index("ix_deliveries_record", "record_id", "kind"),
        Index("ix_deliveries_done", "done_at", **_DONE),
        Index("ix_deliveries_given_up", "organisation_id", "given_up_at"),
        UniqueConstraint("organisation_id", "only_once"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    record_id: Mapped[uuid.UUID | None]
    step: Mapped[int] = mapped_column(default=0)
    queue: Mapped[str]
    turn: Mapped[str] = mapped_column(default="")
    only_once: Mapped[str | None]
    due_at: Mapped[datetime]
    wanted_at: Mapped[datetime]
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
