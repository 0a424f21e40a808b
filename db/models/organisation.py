"""The organisation: one Slack workspace with its settings."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class Organisation(Base):
    """One Slack workspace (`team_id`), as its organisation file describes it."""

    __tablename__ = "organisations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    team_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    nation: Mapped[str]
    timezone: Mapped[str]
    policy: Mapped[str]
    provider: Mapped[str]
    concern_channel: Mapped[str]
    programmes: Mapped[list[str]] = mapped_column(JSON)
    acknowledge_within: Mapped[dict[str, str]] = mapped_column(JSON)
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    last_meeting: Mapped[int] = mapped_column(default=0)
    last_incident: Mapped[int] = mapped_column(default=0)
    last_group: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    staff_read_at: Mapped[datetime | None]
