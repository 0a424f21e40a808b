"""What is known: one table for everything that somebody said of a meeting, or of somebody at it."""

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id
from db.sealed import sealed_or_none


class SubjectKind(StrEnum):
    """What a fact is about: a meeting, the visit of one participant at one meeting, a participant at every one, a group
    at all its meetings, a member of staff, or the organisation itself."""

    MEETING = "meeting"
    VISIT = "visit"
    PERSON = "person"
    GROUP = "group"
    STAFF = "staff"
    ORGANISATION = "organisation"


class FactAnswer(StrEnum):
    """What was said: yes, no, or that what was said before does not hold."""

    YES = "yes"
    NO = "no"
    BACK = "back"


class HowShown(StrEnum):
    """How a fact was shown to whoever wrote it down."""

    SPOKEN = "spoken"
    WRITING = "writing"
    PROVIDER = "provider"
    PAGE = "page"
    AS_BEFORE = "as_before"


class Fact(Base):
    """One requirement of one subject, answered by one person at one moment; the newest row counts, none is changed.

    `subject_id` is the id of the subject in hex, that of a visit the registration's. `scope_id` is the record that is
    held while a fact is written, and within which facts are numbered: the participant's for what is known of a person,
    that of the group, the member of staff or the organisation for what is known of these, else the meeting's. `within`:
    it holds on that platform, in that programme or group, with that host or for that purpose alone; of what was
    confirmed as the same as last time it names that meeting and what was shown. `day` is the day on
    which it was so or was done, where that is not the day on which it was said; `until` the last day on which it holds,
    where somebody set one: after it the thing counts as not recorded. `as_manager`: the person was a manager then.
    `shown_by` is None where it was not said how it was shown. `first_by` and `first_at` are there in an answer that was
    carried over: who gave it at the earlier meeting, and when. Such an answer waits for somebody to confirm it by an
    answer of their own, unless it was confirmed with all that is the same as at that meeting.
    """

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("scope_id", "sequence"),
        # What is seldom said is looked for in a whole month: that must not mean to look through all that ever was.
        Index("ix_facts_requirement", "requirement"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    scope_id: Mapped[uuid.UUID]
    sequence: Mapped[int]
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_by_value(SubjectKind))
    subject_id: Mapped[str]
    requirement: Mapped[str]
    within: Mapped[str | None]
    answer: Mapped[FactAnswer] = mapped_column(enum_by_value(FactAnswer))
    reason = sealed_or_none()
    day: Mapped[date | None]
    until: Mapped[date | None]
    shown_by: Mapped[HowShown | None] = mapped_column(enum_by_value(HowShown))
    as_manager: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str]
    at: Mapped[datetime]
    first_by: Mapped[str | None]
    first_at: Mapped[datetime | None]

    @property
    def yes(self) -> bool:
        """Whether it is a yes: the thing is so, or was done."""
        return self.answer is FactAnswer.YES

    def holds(self, day: date) -> bool:
        """Whether its time is not over on a day."""
        return self.until is None or day <= self.until

    @property
    def carried(self) -> bool:
        """Whether it was carried over from an earlier meeting, and is nobody's answer at this one."""
        return self.first_by is not None and self.shown_by is not HowShown.AS_BEFORE
