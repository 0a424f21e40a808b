"""The cards that prompt staff, each for one moment of a meeting."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id


class Moment(StrEnum):
    """A moment in the life of a meeting for which a policy has prompts."""

    PLANNING = "planning"
    DAY_BEFORE = "day_before"
    HOUR_BEFORE = "hour_before"
    START = "start"
    ALL_PRESENT = "all_present"
    DURING = "during"
    END = "end"
    AFTERWARDS = "afterwards"


class PromptCard(Base):
    """A card that was posted: one for each moment of a meeting, anew when the meeting moved to another time.

    `starts_at` is the time of the meeting that it was posted for; `drawn` fingerprints what it shows.
    """

    __tablename__ = "prompt_cards"
    __table_args__ = (UniqueConstraint("meeting_id", "moment", "starts_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    moment: Mapped[Moment] = mapped_column(enum_by_value(Moment))
    starts_at: Mapped[datetime]
    channel: Mapped[str]
    message_ts: Mapped[str]
    posted_at: Mapped[datetime]
    drawn: Mapped[str]
