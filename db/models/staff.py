"""Staff: Slack users, with what Slack says of them and the roles the organisation file gives."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id
from db.crypto import Encrypted


class Role(StrEnum):
    """What a member of staff may do; given by the organisation file, never by channel membership."""

    FACILITATOR = "facilitator"
    LEAD = "lead"
    DEPUTY = "deputy"
    HEAD = "head"
    CHAIR = "chair"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Staff(Base):
    """A Slack user of the workspace. ``training`` holds the day (``2026-01-10``) of each training by its id."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("organisation_id", "slack_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    slack_id: Mapped[str]
    name: Mapped[str | None] = mapped_column(Encrypted("staff.name"))
    email: Mapped[str | None] = mapped_column(Encrypted("staff.email"))
    phone: Mapped[str | None] = mapped_column(Encrypted("staff.phone"))
    timezone: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    training: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    file_order: Mapped[int | None]
    in_file: Mapped[bool] = mapped_column(default=False)
    slack_team: Mapped[str | None]
    guest: Mapped[bool] = mapped_column(default=False)
    bot: Mapped[bool] = mapped_column(default=False)
    deactivated: Mapped[bool] = mapped_column(default=False)
    known_to_slack: Mapped[bool] = mapped_column(default=False)
    away_until: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]

    @property
    def called(self) -> str:
        """The name for people to read; the Slack mention where no name is known."""
        return self.name or f"<@{self.slack_id}>"
