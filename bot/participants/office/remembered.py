"""What the columns of an office's tables hold, remembered by their headings: each person's own word. Another's is shown
to be looked at, and counts once it was."""

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


def columns_of(session: Session, caller: Caller, first_row: Sequence[str]) -> tuple[Columns | None, bool]:
    """What the columns under these headings hold, and whether the caller said so: else it is what somebody else of the
    organisation said last."""
    query = of(caller.organisation_id, OfficeColumns).where(OfficeColumns.headings == _digest(first_row))
    said = session.scalars(query.order_by(OfficeColumns.at.desc())).all()
    found = next((one for one in said if one.by == caller.slack_id), said[0] if said else None)
    if found is None:
        return None, False
    return Columns.read(found.columns), found.by == caller.slack_id


def remember(session: Session, caller: Caller, first_row: Sequence[str], columns: Columns, now: datetime) -> None:
    """Remember it. Nothing is remembered of a table without headings: its first row is a person."""
    if not columns.headed:
        return
    digest = _digest(first_row)
    query = of(caller.organisation_id, OfficeColumns).where(OfficeColumns.headings == digest)
    known = session.scalar(query.where(OfficeColumns.by == caller.slack_id))
    if known is not None and known.columns == columns.kept:
        return
    if known is None:
        known = OfficeColumns(id=new_id(), organisation_id=caller.organisation_id, headings=digest, by=caller.slack_id)
        session.add(known)
    known.columns, known.at = columns.kept, now
    audit.record(session, caller.organisation_id, now, caller.slack_id, "office.columns", "office_columns", known.id)


def _digest(headings: Sequence[str]) -> str:
    return hashlib.sha256("\t".join(map(folded, headings)).encode()).hexdigest()
