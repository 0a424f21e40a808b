"""The risk checklist of a meeting: where it is posted, and the sign-off. What is ticked are facts about the meeting."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Checklist(Base):
    """The risk checklist of one meeting.

    `signed_off_sequence` is the sequence of the newest tick at the moment of the sign-off, 0 where there was
    none; a newer tick means that something was changed after it. `carried_from` is the id of the earlier meeting
    of the series whose answers were carried over. `wordings` says what each measure said when it was last worked on:
    by fact, the row's id, the label and a fingerprint of the words.
    """

    __tablename__ = "checklists"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"), unique=True)
    created_at: Mapped[datetime]
    signed_off_by: Mapped[str | None]
    signed_off_at: Mapped[datetime | None]
    signed_off_sequence: Mapped[int | None]
    carried_from: Mapped[uuid.UUID | None]
    wordings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


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
