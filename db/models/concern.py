"""Concerns: worries about somebody's safety. Nothing here is deleted or overwritten."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id
from db.sealed import Guarded, sealed, sealed_or_none


class ConcernState(StrEnum):
    """Where a concern stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    TRIAGED = "triaged"
    ACTING = "acting"
    MONITORING = "monitoring"
    REFERRED = "referred"
    CLOSING = "closing"
    CLOSED = "closed"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"
    ENTERED_IN_ERROR = "entered_in_error"


class Urgency(StrEnum):
    """How soon the lead needs to see it; the values are the keys of `acknowledge_within`."""

    NOW = "now"
    TODAY = "today"
    WEEK = "week"


class About(StrEnum):
    """About whom a concern is; it steers where it goes."""

    CHILD = "child"
    ADULT = "adult"
    STAFF = "staff"
    UNSURE = "unsure"


class Concern(Guarded, Base):
    """One concern. Who may know of it is in ConcernRecipient, its words, sealed, in ConcernText and ConcernEntry.

    `raiser_index` is the blind index of `raised_by`, to find what somebody raised. `lead` is who looks after it,
    `touched_at` when they last did something, `closed_at` is set while it is closed;
    `rounds` is how often everybody was asked anew after the ladder had come to its end. `goes_to` is how many people
    it goes to, so that one who was taken out is missed.
    """

    __tablename__ = "concerns"
    GUARDS = ("kept_by",)
    LATER = ("goes_to",)
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        Index("ix_concerns_state", "organisation_id", "state", "closed_at"),
        Index("ix_concerns_raiser", "organisation_id", "raiser_index", "raised_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    reference: Mapped[str]
    about = sealed()
    subject_staff = sealed_or_none(always=True)
    urgency: Mapped[Urgency] = mapped_column(enum_by_value(Urgency))
    state: Mapped[ConcernState] = mapped_column(enum_by_value(ConcernState))
    version: Mapped[int] = mapped_column(default=1)
    raised_by = sealed(index="raiser_index")
    raiser_index: Mapped[bytes] = mapped_column(LargeBinary)
    raised_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    escalation_step: Mapped[int] = mapped_column(default=0)
    rounds: Mapped[int] = mapped_column(default=0)
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    kept_by: Mapped[str | None] = mapped_column("lead", active_history=True)
    touched_at: Mapped[datetime | None]
    nation: Mapped[str | None]
    review_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    duplicate_of: Mapped[uuid.UUID | None]
    sealed_from_staff: Mapped[bool] = mapped_column(default=False)
    goes_to: Mapped[int | None] = mapped_column(active_history=True)

    @hybrid_property
    def lead(self) -> str | None:
        """Who looks after it; nobody where somebody wrote that without the key."""
        return self.kept_by if self.genuine else None

    @lead.inplace.setter
    def _lead_setter(self, value: str | None) -> None:
        self.kept_by = value

    @lead.inplace.expression
    @classmethod
    def _lead_column(cls) -> Any:
        return cls.kept_by


class ConcernRecipient(Guarded, Base):
    """One person who may read a concern, in the order in which they are asked to answer."""

    __tablename__ = "concern_recipients"
    GUARDS = ("concern_id", "slack_id")
    __table_args__ = (UniqueConstraint("concern_id", "slack_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id"))
    slack_id: Mapped[str]
    rank: Mapped[int]


class ConcernPost(Base):
    """One content-free message about a concern, so that it can be redrawn and its thread continued."""

    __tablename__ = "concern_posts"
    __table_args__ = (
        UniqueConstraint("concern_id", "target"),
        Index("ix_concern_posts_concern", "concern_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id"))
    target: Mapped[str]
    channel: Mapped[str]
    message_ts: Mapped[str]
    posted_at: Mapped[datetime]


class ConcernText(Base):
    """One sealed field of a concern in one version; an amendment adds a version and keeps the old."""

    __tablename__ = "concern_texts"
    __table_args__ = (Index("ix_concern_texts_concern", "concern_id", "field", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concerns.id"))
    field: Mapped[str]
    version: Mapped[int]
    words = sealed(
        column="sealed",
        binds=("concern_id", "field", "version"),
        earlier=lambda row: f"{row.concern_id.hex}.{row.field}",
    )
    by = sealed()
    at: Mapped[datetime]
