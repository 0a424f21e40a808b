"""The register: who was there. A correction replaces a mark and keeps the old one."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class AttendanceMark(Base):
    """Present or absent, said by one person at one moment. `replaced_at` is empty on the mark that counts."""

    __tablename__ = "attendance_marks"
    __table_args__ = (
        # The register of a meeting, and the visits of a person.
        Index("ix_attendance_marks_meeting_current", "meeting_id", "replaced_at", "registration_id"),
        Index("ix_attendance_marks_registration_current", "registration_id", "replaced_at", "present"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"))
    present: Mapped[bool]
    by: Mapped[str]
    at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
