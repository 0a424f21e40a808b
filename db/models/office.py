"""What the columns of an office's tables hold, as somebody said it once."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, new_id


class OfficeColumns(Base):
    """The columns of every table with the same headings: `headings` is a digest of these, and `columns` says by place
    which holds what, as one person said it. No content of any table is in it."""

    __tablename__ = "office_columns"
    __table_args__ = (UniqueConstraint("organisation_id", "headings", "by"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    headings: Mapped[str]
    columns: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
