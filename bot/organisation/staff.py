"""The staff of an organisation: what Slack says of them, their roles, and who is away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.insert import insert_unless_there
from db.models import Organisation, Role, Staff
from db.owed import owe
from db.scope import of

SYNC_EVERY = timedelta(hours=1)
ELSEWHERE = "elsewhere"
"""What is kept as the workspace of somebody who does not belong to this one."""
COVERING = (Role.LEAD, Role.DEPUTY)
"""The roles that a concern goes to first; one of them is always on call."""


def owe_sync(session: Session, organisation_id: UUID, now: datetime, due: datetime) -> None:
    """Owe a reading of the staff list at `due`; one for each minute at most."""
    slot = int(due.timestamp() // 60)
    owe(session, organisation_id, "staff.sync", at=now, due=due, only_once=f"staff.sync:{slot}")


def owe_next_sync(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Owe the reading that follows one made now; one an hour, however often setup has begun a row of them."""
    due = now + SYNC_EVERY
    slot = int(due.timestamp() // SYNC_EVERY.total_seconds())
    owe(session, organisation_id, "staff.sync", at=now, due=due, only_once=f"staff.sync:hour:{slot}")


def owe_reroute(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Owe a look at whom each concern goes to: roles changed, or somebody came, left or is away."""
    owe(session, organisation_id, "concern.reroute", at=now)


def workspaces(user: Mapping[str, Any]) -> set[str]:
    """Every workspace that Slack says somebody belongs to: their home, and on an Enterprise Grid all of theirs."""
    grid = user.get("enterprise_user")
    grid_teams = grid.get("teams") if isinstance(grid, Mapping) else None
    teams = [user.get("team_id"), *(grid_teams or ()), *(user.get("teams") or ())]
    return {str(team) for team in teams if team}


def belongs(user: Mapping[str, Any], team_id: str) -> bool:
    """Whether an account is of this workspace. On an Enterprise Grid the home workspace may be another one; an answer
    that names none at all is of the workspace that was asked. Who was met through Slack Connect is a stranger."""
    named = workspaces(user)
    return not user.get("is_stranger") and (not named or team_id in named)


def installed(session: Session, *teams: object) -> Organisation | None:
    """The organisation that a request is for: the first of the workspaces it names that is set up here, else the only
    one there is. The signature says that it is for this bot; on an Enterprise Grid the workspace named may be any of
    the person's, or none. Whether the person belongs here is another question."""
    named = [str(team) for team in teams if team]
    found = {one.team_id: one for one in session.scalars(select(Organisation).where(Organisation.team_id.in_(named)))}
    for team in named:
        if team in found:
            return found[team]
    only = session.scalars(select(Organisation).limit(2)).all()
    return only[0] if len(only) == 1 else None


def upsert(session: Session, organisation: Organisation, user: Mapping[str, Any], now: datetime) -> Staff:
    """Take over what Slack says of one person. The roles and contacts of the organisation file stay."""
    wanted = of(organisation.id, Staff).where(Staff.slack_id == user["id"])
    staff = session.scalar(wanted)
    if staff is None:
        # The hourly reading and somebody's first command may come upon one person together.
        insert_unless_there(session, Staff, organisation_id=organisation.id, slack_id=str(user["id"]), roles=[])
        staff = session.scalars(wanted).one()
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or user.get("name")
    if not staff.in_file:
        staff.email = profile.get("email") or staff.email
        staff.name = str(name) if name else staff.name
    before = _usable(staff)
    staff.timezone = user.get("tz") or staff.timezone
    staff.slack_team = organisation.team_id if belongs(user, organisation.team_id) else ELSEWHERE
    staff.guest = bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger"))
    staff.bot = bool(user.get("is_bot"))
    staff.deactivated = bool(user.get("deleted"))
    staff.known_to_slack = True
    staff.synced_at = now
    session.flush()
    if staff.in_file and _usable(staff) != before:
        owe_reroute(session, organisation.id, now)
    return staff


def _usable(staff: Staff) -> bool:
    return not (staff.deactivated or staff.guest or staff.bot)


def covering(session: Session, organisation_id: UUID) -> list[Staff]:
    """The leads, then the deputies, whose account can be used, each in the organisation file's order."""
    found: list[Staff] = []
    for role in COVERING:
        people = people_with(session, organisation_id, role)
        found += [one for one in people if _usable(one) and one not in found]
    return found


def on_call(session: Session, organisation_id: UUID, now: datetime) -> Staff | None:
    """Who is asked first when a concern is raised now: the first lead who is not away, else the first deputy;
    None where everybody is away."""
    return next((one for one in covering(session, organisation_id) if not is_away(one, now)), None)


def is_away(staff: Staff, now: datetime) -> bool:
    """Whether somebody has said that they are away at this moment."""
    return staff.away_until is not None and staff.away_until > now


def people_with(session: Session, organisation_id: UUID, *roles: Role) -> list[Staff]:
    """The active people with any of these roles, in the organisation file's order."""
    wanted = {role.value for role in roles}
    rows = session.scalars(of(organisation_id, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order))
    return [one for one in rows if wanted & set(one.roles) and not one.deactivated]


def names(session: Session, organisation_id: UUID, slack_ids: set[str]) -> dict[str, str]:
    """The names of people by Slack id; a mention for the unknown."""
    rows = session.scalars(of(organisation_id, Staff).where(Staff.slack_id.in_(slack_ids)))
    known = {one.slack_id: one.called for one in rows}
    return {one: known.get(one, f"<@{one}>") for one in slack_ids}


def set_away(session: Session, organisation_id: UUID, slack_id: str, until: datetime | None, now: datetime) -> Staff:
    """Say until when a person is away (None: back)."""
    staff = session.scalars(of(organisation_id, Staff).where(Staff.slack_id == slack_id)).one()
    staff.away_until = until
    audit.record(session, organisation_id, now, slack_id, "staff.away" if until else "staff.back", "staff", staff.id)
    owe_reroute(session, organisation_id, now)
    return staff


def emails(session: Session, organisation_id: UUID, slack_ids: set[str]) -> dict[str, str]:
    """The work e-mail addresses of people, by Slack id, where known."""
    rows = session.scalars(of(organisation_id, Staff).where(Staff.slack_id.in_(slack_ids)))
    return {one.slack_id: one.email for one in rows if one.email}
