"""The pages on which families answer: one address for one registration and one purpose."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, enum_by_value, new_id


class PagePurpose(StrEnum):
    """To whom a page speaks: the parent or carer of somebody, or the participants themselves."""

    CARER = "carer"
    PARTICIPANT = "participant"


class FamilyPage(Base):
    """An address that was given to a family; of its token only a fingerprint is kept.

    It leads somewhere until the meeting's end, as the meeting has it then, and while the place on the meeting is not
    taken back; a new address for the same registration and purpose withdraws the one before. `carer_id` is the carer
    for whom it was made, or who opened it: it ends with that carer's right to consent. `mailed_to` is a fingerprint of
    the e-mail address that it went to, made with the token, where it was mailed: it ends once no mail would go there.
    What is answered there are facts.
    """

    __tablename__ = "family_pages"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    registration_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("registrations.id"), index=True)
    purpose: Mapped[PagePurpose] = mapped_column(enum_by_value(PagePurpose))
    carer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("carers.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    mailed_to: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
