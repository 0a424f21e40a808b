"""What the columns of an office's tables hold, remembered for the organisation by their headings."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.reading.persons.columns import Columns
from bot.reading.persons.names import folded
from db import audit
from db.base import new_id
from db.models import OfficeColumns
from db.scope import of


def columns_of(session: Session, caller: Caller, first_row: Sequence[str]) -> Columns | None:
    """What somebody of the organisation said that the columns under these headings hold."""
    query = of(caller.organisation_id, OfficeColumns).where(OfficeColumns.headings == _digest(first_row))
    found = session.scalar(query)
    return Columns.read(found.columns) if found else None


def remember(session: Session, caller: Caller, first_row: Sequence[str], columns: Columns, now: datetime) -> None:
    """Remember it. Nothing is remembered of a table without headings: its first row is a person."""
    if not columns.headed:
        return
    digest = _digest(first_row)
    known = session.scalar(of(caller.organisation_id, OfficeColumns).where(OfficeColumns.headings == digest))
    if known is not None and known.columns == columns.kept:
        return
    if known is None:
        known = OfficeColumns(id=new_id(), organisation_id=caller.organisation_id, headings=digest)
        session.add(known)
    known.columns, known.by, known.at = columns.kept, caller.slack_id, now
    audit.record(session, caller.organisation_id, now, caller.slack_id, "office.columns", "office_columns", known.id)


def _digest(headings: Sequence[str]) -> str:
    return hashlib.sha256("\t".join(map(folded, headings)).encode()).hexdigest()
