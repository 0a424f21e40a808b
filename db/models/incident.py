"""Incidents: something that happened in a session and was dealt with."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id
from db.sealed import sealed


class IncidentKind(StrEnum):
    """What sort of thing happened."""

    UNINVITED = "uninvited"
    CONTENT = "content"
    IMAGERY = "imagery"
    FILMING = "filming"
    RULES = "rules"
    STAFFING = "staffing"
    ONE_TO_ONE = "one_to_one"
    DATA = "data"
    HEALTH = "health"
    OTHER = "other"


class Incident(Base):
    """One incident, `I-7`. Its words are in IncidentText, sealed; here is what lists and reminders need."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("ix_incidents_meeting", "organisation_id", "meeting_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    meeting_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("meetings.id"))
    kind: Mapped[IncidentKind] = mapped_column(enum_by_value(IncidentKind))
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    follow_up_by: Mapped[str | None]
    follow_up_due: Mapped[date | None]
    follow_up_done_by: Mapped[str | None]
    follow_up_done_at: Mapped[datetime | None]
    worried: Mapped[bool | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def reference(self) -> str:
        """`I-7`: how people speak of this incident."""
        return f"I-{self.number}"


class IncidentText(Base):
    """One sealed field of an incident in one version; an amendment adds a version and keeps the old."""

    __tablename__ = "incident_texts"
    __table_args__ = (Index("ix_incident_texts_incident", "incident_id", "field", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    incident_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("incidents.id"))
    field: Mapped[str]
    version: Mapped[int]
    words = sealed(
        column="sealed",
        binds=("incident_id", "field", "version"),
        earlier=lambda row: f"{row.incident_id.hex}.{row.field}",
    )
    by: Mapped[str]
    at: Mapped[datetime]
