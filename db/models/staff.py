"""Staff: Slack users, with what Slack says of them and the roles the organisation file gives."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id
from db.crypto import Unreadable
from db.sealed import Guarded, sealed_or_none


class Role(StrEnum):
    """What a member of staff may do; given by the organisation file, never by channel membership."""

    FACILITATOR = "facilitator"
    LEAD = "lead"
    DEPUTY = "deputy"
    HEAD = "head"
    CHAIR = "chair"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Staff(Guarded, Base):
    """A Slack user of the workspace. ``notify`` holds further addresses to reach them, one a line, ``refusing`` the
    code of each way that refused last."""

    __tablename__ = "staff"
    GUARDS = ("slack_id", "given_roles", "in_file", "slack_team", "guest", "bot", "deactivated")
    __table_args__ = (UniqueConstraint("organisation_id", "slack_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    slack_id: Mapped[str]
    name = sealed_or_none()
    email = sealed_or_none()
    phone = sealed_or_none()
    notify = sealed_or_none()
    refusing: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    timezone: Mapped[str | None]
    given_roles: Mapped[list[str]] = mapped_column("roles", JSON, default=list, active_history=True)
    file_order: Mapped[int | None]
    in_file: Mapped[bool] = mapped_column(default=False, active_history=True)
    slack_team: Mapped[str | None] = mapped_column(active_history=True)
    guest: Mapped[bool] = mapped_column(default=False, active_history=True)
    bot: Mapped[bool] = mapped_column(default=False, active_history=True)
    deactivated: Mapped[bool] = mapped_column(default=False, active_history=True)
    known_to_slack: Mapped[bool] = mapped_column(default=False)
    away_until: Mapped[datetime | None]
    synced_at: Mapped[datetime | None]

    @hybrid_property
    def roles(self) -> list[str]:
        """The roles that the organisation file gives; none where somebody wrote them without the key."""
        return self.given_roles if self.genuine else []

    @roles.inplace.setter
    def _roles_setter(self, value: list[str]) -> None:
        self.given_roles = value

    @roles.inplace.expression
    @classmethod
    def _roles_column(cls) -> Any:
        return cls.given_roles

    @property
    def called(self) -> str:
        """The name for people to read; the Slack mention where no name is known, or it was tampered with."""
        try:
            return self.name or f"<@{self.slack_id}>"
        except Unreadable:
            return f"<@{self.slack_id}>"
