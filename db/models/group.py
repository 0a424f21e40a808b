"""Groups: clubs, classes and courses that meet again and again, and who belongs to them."""

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, new_id
from db.folding import plain_words
from db.models.participant import Participant
from db.sealed import sealed, sealed_or_none


def title_words(title: str) -> str:
    """What a group is found by."""
    return f"group {plain_words(title)}"


class Group(Base):
    """A club, class or course. All free text is encrypted: a title may hold a child's name.

    It meets on `weekdays` (0 is Monday) at `meets_at` (`16:00`, the organisation's clock) every so many `weeks`, which
    are counted from the week of `counted_from`; without weekdays it has no set times. `host`, `co_workers` and
    `lead_worker` are Slack ids; the workers of its meetings are theirs. `closed_at` is when it met for the last time,
    so far as it was said.
    """

    __tablename__ = "groups"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("ix_groups_organisation_closed", "organisation_id", "closed_at"),
        Index("ix_groups_organisation_title", "organisation_id", "title_index"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[int]
    title = sealed(index="title_index", indexed=lambda _group, title: title_words(title))
    title_index: Mapped[bytes] = mapped_column(LargeBinary)
    programme: Mapped[str | None]
    purpose = sealed_or_none()
    plan = sealed_or_none()
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    meets_at: Mapped[str | None]
    weeks: Mapped[int] = mapped_column(default=1)
    counted_from: Mapped[date | None]
    minutes: Mapped[int] = mapped_column(default=60)
    host: Mapped[str]
    co_workers: Mapped[list[str]] = mapped_column(JSON, default=list)
    lead_worker: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def reference(self) -> str:
        """`G-3`: how a group can be named beside its title."""
        return f"G-{self.number}"

    @property
    def team(self) -> tuple[str, ...]:
        """The Slack ids of its workers, the host first."""
        return (self.host, *[one for one in self.co_workers if one != self.host])

    @property
    def staff(self) -> tuple[str, ...]:
        """The Slack ids of those who may run it: its workers and whoever made it."""
        return tuple(dict.fromkeys((*self.team, self.created_by)))


class GroupMember(Base):
    """That somebody belongs to a group from one day to another; whoever comes back has a row of their own again.

    `left_on` is the first day on which they do not belong to it any more.
    """

    __tablename__ = "group_members"
    __table_args__ = (Index("ix_group_members_group", "group_id", "left_on"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("groups.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id"), index=True)
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    added_by: Mapped[str]
    added_at: Mapped[datetime]
    left_by: Mapped[str | None]
    left_at: Mapped[datetime | None]

    record: Mapped[Participant] = relationship(lazy="joined", innerjoin=True)

    @property
    def participant(self) -> Participant:
        """Who belongs to it, as those who run the group know them."""
        return self.record.shown
