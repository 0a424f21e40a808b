"""The staff of an organisation: what Slack says of them, their roles, and who is away."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.reading import clean
from bot.staff.rota import on_duty
from db import audit
from db.base import new_id
from db.insert import insert_unless_there
from db.models import Organisation, Role, Staff
from db.owed import owe
from db.remember import remembered
from db.scope import ORGANISATION, of

_BY_SLACK_ID = of(ORGANISATION, Staff).where(Staff.slack_id.in_(bindparam("wanted", expanding=True)))
_IN_FILE = of(ORGANISATION, Staff).where(Staff.in_file.is_(True)).order_by(Staff.file_order)

RightsChanged = Callable[[Session, UUID, datetime], None]
"""Told that roles, people or ways of an organisation changed, in the unit of work that changed them."""
WIND = "concern.wind"
"""The delivery that sees to it that every open concern has a clock."""
WIND_EVERY = timedelta(hours=1)
SYNC_EVERY = timedelta(hours=1)
ELSEWHERE = "elsewhere"
"""What is kept as the workspace of somebody who does not belong to this one."""
NOBODY = frozenset(["user_not_found", "user_not_visible", "users_not_found"])
"""What Slack answers where nobody has the id that was asked for."""
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


def owe_winding(session: Session, organisation_id: UUID, now: datetime, due: datetime) -> None:
    """Owe a look at `due` at whether every open concern has its clock; one a minute at most."""
    slot = int(due.timestamp() // 60)
    owe(session, organisation_id, WIND, at=now, due=due, only_once=f"{WIND}:{slot}")


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


def described(organisation: Organisation, staff: Staff | None, user: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of what Slack says of one person. Name and address of who is in the organisation file stay."""
    profile = user.get("profile") or {}
    said = (profile.get("real_name"), user.get("real_name"), user.get("name"))
    name = next((seen for seen in (clean(str(one or "")) for one in said) if seen), "")
    found: dict[str, Any] = {
        "slack_team": organisation.team_id if belongs(user, organisation.team_id) else ELSEWHERE,
        "guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted") or user.get("is_stranger")),
        "bot": bool(user.get("is_bot")),
        "deactivated": bool(user.get("deleted")),
        "known_to_slack": True,
    }
    if user.get("tz"):
        found["timezone"] = user["tz"]
    if staff is None or not staff.in_file:
        found |= {"name": name} if name else {}
        found |= {"email": profile["email"]} if profile.get("email") else {}
    return found


def changed(
    session: Session, organisation: Organisation, users: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Those of `users` of whom Slack says something else than is kept, or of whom nothing is kept yet."""
    known = _by_slack_id(session, organisation, users)
    return [user for user in users if _differs(organisation, known.get(str(user["id"])), user)]


def _differs(organisation: Organisation, staff: Staff | None, user: Mapping[str, Any]) -> bool:
    wanted = described(organisation, staff, user)
    return staff is None or any(getattr(staff, name) != value for name, value in wanted.items())


def _by_slack_id(session: Session, organisation: Organisation, users: Sequence[Mapping[str, Any]]) -> dict[str, Staff]:
    wanted = of(organisation.id, Staff).where(Staff.slack_id.in_([str(user["id"]) for user in users]))
    return {one.slack_id: one for one in session.scalars(wanted)}


def take_over(
    session: Session, organisation: Organisation, users: Sequence[Mapping[str, Any]], now: datetime
) -> list[Staff]:
    """Take over what Slack says of these people. The roles and contacts of the organisation file stay."""
    known = _by_slack_id(session, organisation, users)
    new = {str(user["id"]) for user in users} - known.keys()
    if new:
        # The hourly reading and somebody's first command may come upon one person together.
        insert_unless_there(session, Staff, [_new_row(organisation, one) for one in sorted(new)])
        known = _by_slack_id(session, organisation, users)
    moved = False
    for user in users:
        staff = known[str(user["id"])]
        before = _usable(staff)
        for name, value in described(organisation, staff, user).items():
            setattr(staff, name, value)
        staff.synced_at = now
        moved = moved or (staff.in_file and _usable(staff) != before)
    session.flush()
    if moved:
        owe_reroute(session, organisation.id, now)
    return [known[str(user["id"])] for user in users]


def _new_row(organisation: Organisation, slack_id: str) -> dict[str, Any]:
    """The values of a row of which nothing is known yet, sealed."""
    row = Staff(id=new_id(), organisation_id=organisation.id, slack_id=slack_id, roles=[])
    row.vouch()
    return {"id": row.id, "organisation_id": organisation.id, "slack_id": slack_id, "given_roles": [], "seal": row.seal}


def upsert(session: Session, organisation: Organisation, user: Mapping[str, Any], now: datetime) -> Staff:
    """Take over what Slack says of one person."""
    return take_over(session, organisation, [user], now)[0]


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
    """Who is asked first when a concern is raised now: whom the rota names, else the first lead who is not away, else
    the first deputy; None where everybody is away."""
    organisation = session.get_one(Organisation, organisation_id)
    duty = on_duty(organisation.options, organisation.timezone, now)
    here = [one for one in covering(session, organisation_id) if not is_away(one, now)]
    return min(here, key=lambda one: one.slack_id not in duty, default=None)


def is_away(staff: Staff, now: datetime) -> bool:
    """Whether somebody has said that they are away at this moment."""
    return staff.away_until is not None and staff.away_until > now


def in_file(session: Session, organisation_id: UUID) -> Sequence[Staff]:
    """Everybody in the organisation file, in its order."""
    asked = {"organisation": organisation_id}
    return remembered(
        session, ("in the file", organisation_id), (Staff,), lambda: session.scalars(_IN_FILE, asked).all()
    )


def people_with(session: Session, organisation_id: UUID, *roles: Role) -> list[Staff]:
    """The active people with any of these roles, in the organisation file's order."""
    wanted = {role.value for role in roles}
    rows = in_file(session, organisation_id)
    return [one for one in rows if wanted & set(one.roles) and not one.deactivated]


def by_slack_id(session: Session, organisation_id: UUID, slack_ids: Iterable[str]) -> dict[str, Staff]:
    """The people of these Slack ids who are known; whoever was asked for before in this unit of work is not again."""
    known: dict[str, Staff | None] = remembered(session, ("people", organisation_id), (Staff,), dict)
    new = set(slack_ids) - known.keys()
    if new:
        rows = session.scalars(_BY_SLACK_ID, {"organisation": organisation_id, "wanted": new})
        known |= dict.fromkeys(new) | {one.slack_id: one for one in rows}
    return {one: staff for one in slack_ids if (staff := known[one]) is not None}


def names(session: Session, organisation_id: UUID, slack_ids: set[str]) -> dict[str, str]:
    """The names of people by Slack id; a mention for the unknown."""
    known = by_slack_id(session, organisation_id, slack_ids)
    return {one: known[one].called if one in known else f"<@{one}>" for one in slack_ids}


def set_away(session: Session, organisation_id: UUID, slack_id: str, until: datetime | None, now: datetime) -> Staff:
    """Say until when a person is away (None: back)."""
    staff = session.scalars(of(organisation_id, Staff).where(Staff.slack_id == slack_id)).one()
    staff.away_until = until
    audit.record(session, organisation_id, now, slack_id, "staff.away" if until else "staff.back", "staff", staff.id)
    owe_reroute(session, organisation_id, now)
    return staff


def emails(session: Session, organisation_id: UUID, slack_ids: set[str]) -> dict[str, str]:
    """The work e-mail addresses of people, by Slack id, where known."""
    known = by_slack_id(session, organisation_id, slack_ids)
    return {one: staff.email for one, staff in known.items() if staff.email}
