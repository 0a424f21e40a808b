"""The moments of a meeting, and where its card stands."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


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


class MeetingCard(Base):
    """The card of a meeting in its host's direct messages: one, drawn anew in place.

    `person` is whose messages it stands in, `drawn` fingerprints what it shows. `posted_anew`: somebody had deleted it,
    and it was posted once more; it is not posted a third time.
    """

    __tablename__ = "meeting_cards"
    __table_args__ = (UniqueConstraint("meeting_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    person: Mapped[str]
    channel: Mapped[str]
    message_ts: Mapped[str]
    posted_at: Mapped[datetime]
    posted_anew: Mapped[bool] = mapped_column(default=False)
    drawn: Mapped[str]


class HomeTab(Base):
    """That somebody has opened the Home tab, so that it is kept up to date; `drawn` fingerprints what it shows."""

    __tablename__ = "home_tabs"
    __table_args__ = (UniqueConstraint("organisation_id", "slack_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    slack_id: Mapped[str]
    drawn: Mapped[str]
