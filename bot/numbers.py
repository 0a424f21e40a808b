"""Whom to telephone in danger: always at hand, whatever is out of reach."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import contacts
from bot.contacts import Contact
from db.crypto import Unreadable
from db.models import Organisation, Role, Staff
from db.scope import of
from db.session import Database, NotSaved

NEEDS_PHONE = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)
"""Whom to telephone, in this order."""
_SECONDS = 1.0


class Numbers:
    """The phone numbers of each workspace: from the file beside the data, else from what this process knows, else
    from the database."""

    def __init__(self, file: Path, db: Database) -> None:
        self._file = file
        self._db = db
        self._known: list[Contact] = []

    async def refresh(self) -> bool:
        """Take over what the database says now, and write the file where it says something else; tells whether it was
        written. Raises NotSaved, or OSError where it cannot be written: this process knows the numbers all the same."""
        self._known = await self._db.read(everybody, seconds=5)
        return contacts.write(self._file, self._known)

    async def of(self, teams: Sequence[str]) -> list[Contact]:
        """Whom to telephone in the first of these workspaces that has somebody; where none is known here, in the only
        one there is."""
        for known in (contacts.read(self._file), self._known):
            if found := _in(known, teams):
                return found
        try:
            return _in(await self._db.read(everybody, seconds=_SECONDS), teams)
        except NotSaved:
            return []


def _in(known: Sequence[Contact], teams: Sequence[str]) -> list[Contact]:
    for team in teams:
        if found := [one for one in known if one.team == team]:
            return found
    return list(known) if len({one.team for one in known}) == 1 else []


def everybody(session: Session) -> list[Contact]:
    """Whom to telephone, of each workspace."""
    found: list[Contact] = []
    for organisation in session.scalars(select(Organisation).order_by(Organisation.team_id)):
        people = of(organisation.id, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order, Staff.slack_id)
        found += reachable(organisation.team_id, session.scalars(people))
    return found


def reachable(team: str, people: Iterable[Staff]) -> list[Contact]:
    """Leads, then deputies, the head and the chair, each once, as long as they work here and have a number."""
    here = [(one, _number(one)) for one in people if not (one.deactivated or one.guest or one.bot)]
    found: dict[str, Contact] = {}
    for role in NEEDS_PHONE:
        for one, number in here:
            if number and role.value in one.roles:
                found.setdefault(one.slack_id, Contact(one.called, role.value, number, one.slack_id, team))
    return list(found.values())


def _number(one: Staff) -> str | None:
    """A number that was tampered with must not take everybody else's away."""
    try:
        return one.phone
    except Unreadable:
        return None
