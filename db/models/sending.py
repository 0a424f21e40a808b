"""Sendings: what went, or is to go, to somebody about a meeting, and to which address."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id
from db.sealed import sealed_or_none


class Stage(StrEnum):
    """What a sending brings: information and the question for permission, the rules and the question for agreement, the
    link (with the rules, where the policy has them together), the passcode by itself, or that something changed."""

    ABOUT = "about"
    RULES = "rules"
    LINK = "link"
    PASSCODE = "passcode"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class SendingState(StrEnum):
    """waiting → sent, refused by the mail server, or taken back because it may not or need not go any more."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


BY_MAIL = "mail"


class SendingRound(Base):
    """What one confirmation asked for. The message that shows how far it is: `channel`, `message_ts` and `drawn`, which
    fingerprints what it shows, are empty until it is posted."""

    __tablename__ = "sending_rounds"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    person: Mapped[str]
    asked_at: Mapped[datetime]
    channel: Mapped[str | None]
    message_ts: Mapped[str | None]
    drawn: Mapped[str | None]


class Sending(Base):
    """One mail to one person about one meeting, or what was given to them by hand.

    `address` is where it went, known once it is made, for that is decided by how things stand then; `carers`: it is a
    carer's. `how` is `mail`, or the way by hand. `sent_at` is the moment whose facts it tells; `starts_at` and
    `ends_at` are the time that it names. `sequence` counts the calendar entries that went to this person, from 0 on;
    none where it has none. `code` says why it was refused, taken back, or is late. `page` is the address on which its
    reader answers, while it is on its way: whoever gets a mail twice finds the same in both.
    """

    __tablename__ = "sendings"
    __table_args__ = (Index("ix_sendings_meeting", "meeting_id", "asked_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"))
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    round_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("sending_rounds.id"), index=True)
    stage: Mapped[Stage] = mapped_column(enum_by_value(Stage))
    state: Mapped[SendingState] = mapped_column(enum_by_value(SendingState), default=SendingState.WAITING)
    how: Mapped[str] = mapped_column(default=BY_MAIL)
    address = sealed_or_none()
    carers: Mapped[bool] = mapped_column(default=False)
    page = sealed_or_none()
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    sequence: Mapped[int | None]
    code: Mapped[str | None]

    @property
    def by_mail(self) -> bool:
        """Whether the bot sends it; else somebody gave it by hand."""
        return self.how == BY_MAIL
