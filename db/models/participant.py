"""Participants and their registrations."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, enum_by_value, new_id
from db.models.carer import CarerOf
from db.sealed import sealed, sealed_or_none


class ParticipantKind(StrEnum):
    """Who attends."""

    CHILD = "child"
    YOUNG_PERSON = "young_person"
    ADULT = "adult"
    PROFESSIONAL = "professional"

    @property
    def grown_up(self) -> bool:
        """Whether no age is asked of them: they come as adults."""
        return self in (ParticipantKind.ADULT, ParticipantKind.PROFESSIONAL)


class Participant(Base):
    """A child, young person, adult or professional who attends; never a Slack user.

    `email` is their own address; those of their carers are the carers'. `age` is what was said of it, as
    `bot.reading.persons.ages` has it, and holds for the day on which it was said.
    `first_there_at` is when the first meeting began at which they were there, kept by `participants.firsts`.
    `merged_into_id` is the record of the same person that stands for this one too, since `merged_at`; never one that is
    merged itself. Nothing else is moved: registrations and concerns keep the record they were made with, and whoever
    reads them asks for the `person`. `apart`: the record that stands for this one is another team's; both count as one
    person, and each team sees what it knows itself.
    """

    __tablename__ = "participants"
    __table_args__ = (Index("ix_participants_email", "organisation_id", "email_index"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    name = sealed(index="name_index")
    name_index: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    kind: Mapped[ParticipantKind] = mapped_column(enum_by_value(ParticipantKind))
    email = sealed_or_none(index="email_index")
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    age = sealed_or_none()
    age_said_at: Mapped[datetime | None]
    age_said_by: Mapped[str | None]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    first_there_at: Mapped[datetime | None]
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    merged_at: Mapped[datetime | None]
    apart: Mapped[bool] = mapped_column(default=False)

    # Read in one more statement, and only where somebody among those read is merged.
    merged_into: Mapped["Participant | None"] = relationship(
        primaryjoin="foreign(Participant.merged_into_id) == remote(Participant.id)", lazy="selectin", join_depth=3
    )

    links: Mapped[list[CarerOf]] = relationship(order_by="CarerOf.place", cascade="all, delete-orphan")

    @property
    def carer(self) -> CarerOf | None:
        """Whoever of their carers may consent and has an address, the one who was named first."""
        return next((one for one in self.links if one.may_consent and one.carer.email), None)

    @property
    def addresses(self) -> frozenset[str]:
        """All addresses by which they are reached, their carers' too, in small letters."""
        every = [self.email, *(one.carer.email for one in self.links)]
        return frozenset(one.casefold() for one in every if one)

    @property
    def person(self) -> "Participant":
        """The record that stands for this person: this one, or the one it is merged into."""
        return self if self.merged_into_id is None else (self.merged_into or self)

    @property
    def person_id(self) -> uuid.UUID:
        """The id of that record."""
        return self.merged_into_id or self.id

    @property
    def shown(self) -> "Participant":
        """The record whose name, age and address are shown where this one is registered."""
        return self if self.apart else self.person


class Registration(Base):
    """A participant's place on a meeting. ``link_shown_at`` is when their invitation was first shown with the link
    that the meeting has, or had then."""

    __tablename__ = "registrations"
    __table_args__ = (UniqueConstraint("meeting_id", "participant_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    walk_in: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    removed_by: Mapped[str | None]
    removed_at: Mapped[datetime | None]
    link_shown_at: Mapped[datetime | None]

    record: Mapped[Participant] = relationship(lazy="joined", innerjoin=True)

    @property
    def participant(self) -> Participant:
        """Whose place it is, as those who run the meeting know them."""
        return self.record.shown
