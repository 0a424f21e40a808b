"""A copy of a record made on the server, for an organisation whose bot has no web address."""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import rights
from bot.concerns.copies import exporting, pdf
from bot.concerns.copies.chronology import Paper
from bot.concerns.copies.exporting import Wanted
from db.base import new_id
from db.models import Concern, Organisation, Role, Staff
from db.scope import of


def ask(session: Session, reference: str, by: str, wanted: Wanted, now: datetime) -> tuple[int, Paper] | None:
    """The copy's number and what it says, or None where this person may not have it or there is no such concern;
    both are links of the audit chain, and both answer alike."""
    caller = _caller(session, by)
    if caller is None:
        return None
    named = of(caller.organisation_id, Concern).where(Concern.reference == reference.upper())
    found = session.scalar(named)
    concern = rights.permitted(session, caller, found.id if found else new_id(), "concern.copy", now)
    if concern is None:
        return None
    locked = session.get_one(Concern, concern.id, with_for_update={"key_share": True})
    return exporting.at_once(session, caller, locked, wanted, now)


def _caller(session: Session, slack_id: str) -> Caller | None:
    for organisation in session.scalars(select(Organisation).order_by(Organisation.team_id)):
        staff = session.scalar(of(organisation.id, Staff).where(Staff.slack_id == slack_id))
        if staff is not None and not (staff.deactivated or staff.guest or staff.bot):
            return Caller(organisation, slack_id, staff.called, frozenset(Role(role) for role in staff.roles))
    return None


def write(folder: Path, reference: str, number: int, paper: Paper, password: str = "") -> Path:
    """Write the file, readable by its owner alone, opened by the password where there is one; never over another.
    Raises OSError."""
    path = folder / f"record-{reference.upper()}-copy-{number}.pdf"
    content = pdf.render(paper, password)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path
