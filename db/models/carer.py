"""Parents and carers: people of their own, each of one participant or of several."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, new_id
from db.sealed import sealed_or_none


class Carer(Base):
    """A parent or carer, as the team that wrote them down knows them; never a Slack user."""

    __tablename__ = "carers"
    __table_args__ = (Index("ix_carers_email", "organisation_id", "email_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    name = sealed_or_none()
    email = sealed_or_none(index="email_index")
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone = sealed_or_none()
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class CarerOf(Base):
    """That somebody is a participant's carer: in which relation, whether they may consent for them, and in which
    `place` among their carers, for an invitation goes to the first."""

    __tablename__ = "carers_of"
    __table_args__ = (UniqueConstraint("participant_id", "carer_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"))
    carer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("carers.id"), index=True)
    relation = sealed_or_none()
    may_consent: Mapped[bool] = mapped_column(default=True)
    place: Mapped[int] = mapped_column(default=0)

    carer: Mapped[Carer] = relationship(lazy="joined", innerjoin=True)
