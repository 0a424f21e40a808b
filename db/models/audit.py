"""The audit chain: append-only, each row carrying the hash of the one before."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class AuditEvent(Base):
    """One thing somebody did, read or was refused. Names records by id; holds no content.

    `hash` is over the row and the hash before it; `seal` is keyed, and begins with the id of its key.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sequence"),
        Index("ix_audit_events_record", "organisation_id", "record_id", "sequence"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    record_kind: Mapped[str]
    record_id: Mapped[str]
    detail: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class AuditHead(Base):
    """The newest link of an organisation's chain; locked while a link is added."""

    __tablename__ = "audit_heads"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    sequence: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)


class Mark(Base):
    """Something sealed about the database itself: that its values are bound to their rows, and the keys of the
    chain's seals, so that a link stays checkable after its key was dropped."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
