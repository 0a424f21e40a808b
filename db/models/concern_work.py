"""What the lead does about a concern: entries of its record, exports of it, and the views that show it."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id
from db.sealed import sealed, sealed_or_none


class EntryKind(StrEnum):
    """What an entry of a concern's record is."""

    PERSON = "person"
    TRIAGE = "triage"
    DECISION = "decision"
    ACTION = "action"
    REFERRAL = "referral"
    INFORMED = "informed"
    QUESTION = "question"
    HANDOVER = "handover"
    CLOSURE = "closure"
    REOPENING = "reopening"
    AMENDMENT = "amendment"
    ERROR = "error"
    DUPLICATE = "duplicate"


class ConcernEntry(Base):
    """One version of one entry of a concern's record; a change adds a version and keeps the old.

    `entry` names the entry over its versions, `words` holds its fields as JSON. `due_at` and
    `done_at` are what timers and lists need; `owner` is who is to do it.
    """

    __tablename__ = "concern_entries"
    __table_args__ = (
        UniqueConstraint("entry", "version"),
        Index("ix_concern_entries_concern", "concern_id", "kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id"))
    entry: Mapped[uuid.UUID]
    kind: Mapped[EntryKind] = mapped_column(enum_by_value(EntryKind))
    version: Mapped[int]
    words = sealed(
        column="sealed",
        binds=("concern_id", "entry", "kind", "version"),
        earlier=lambda row: f"{row.entry.hex}.{row.kind.value}",
    )
    by = sealed()
    at: Mapped[datetime]
    owner = sealed_or_none()
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class ConcernView(Base):
    """A view that shows a concern to one person, or their list (without a concern), so that it can be emptied when the
    right to see it ends."""

    __tablename__ = "concern_views"
    __table_args__ = (
        UniqueConstraint("view_id"),
        Index("ix_concern_views_concern", "concern_id", "slack_id"),
        Index("ix_concern_views_open", "organisation_id", "ended_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("concerns.id"))
    slack_id: Mapped[str]
    view_id: Mapped[str]
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ConcernExport(Base):
    """One copy of a concern's record that may be fetched once, by one person, within minutes.

    Token and digits are kept as hashes; `copy_number` counts the copies of one concern. `redaction` says as JSON
    whose names stay and which are taken out, for a redacted copy, and whether the whole record is attached.
    """

    __tablename__ = "concern_exports"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("concern_id", "copy_number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id"))
    slack_id: Mapped[str]
    copy_number: Mapped[int]
    redacted: Mapped[bool]
    purpose = sealed()
    made_for = sealed()
    redaction = sealed_or_none()
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    digits_hash: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None]
