"""Setting an organisation up from its file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.organisation import trainings
from bot.organisation.file import FileProblem, OrganisationFile, PersonEntry
from bot.organisation.head_mail import owe_mail
from bot.organisation.review import owe_look
from bot.staff.people import RightsChanged, covering, owe_reroute, owe_sync, owe_winding
from db import audit, marks
from db.models import Organisation, Role, Staff
from db.owed import owe
from db.scope import of

SETUP = "setup"
"""Who the records name where the organisation file says something."""
_PLAIN = ("name", "nation", "timezone", "policy", "provider", "concern_channel")
_OPTIONS = (
    "audit_mail",
    "outside_contact",
    "zoom_host",
    "teams_host",
    "meet_host",
    "providers",
    "meeting_hosts",
    "house_rules",
    "second_sign_off",
)


_NEVER_UNASKED = (Role.LEAD, Role.DEPUTY, Role.HEAD)
"""Roles that nobody loses the last holder of by a slip in the file."""


class WouldChange(Exception):
    """What `apply` would change, a line each, and what has to be confirmed first; raised so that nothing is kept."""

    def __init__(self, changes: list[str], to_confirm: list[str]) -> None:
        super().__init__("not confirmed")
        self.changes = changes
        self.to_confirm = to_confirm


def apply(
    session: Session,
    file: OrganisationFile,
    now: datetime,
    then: RightsChanged,
    *,
    new: bool = False,
    confirmed: bool = True,
) -> list[str]:
    """Create or change the organisation so that it is what the file says. Returns what changed, a line each.
    `then` is told where anything did, in the same unit of work.

    Raises FileProblem where, by what Slack said last, nobody would be there to receive a concern, and where the
    workspace is another one than is known and is not said to be `new`; WouldChange, unless `confirmed`, where nobody
    who is lead, deputy or head today would stay it.
    """
    organisation = session.scalar(select(Organisation).where(Organisation.team_id == file.team_id))
    if organisation is None and not new:
        _is_the_first(session, file)
    held = {} if organisation is None else _holders(session, organisation)
    changes: list[str] = []
    created = organisation is None
    if organisation is None:
        organisation = Organisation(team_id=file.team_id, updated_at=now, programmes=[], acknowledge_within={})
        organisation.options = {}
        changes.append(f"organisation {file.name} created")
        for name in _PLAIN:
            setattr(organisation, name, getattr(file, name))
        session.add(organisation)
    for name in _PLAIN:
        _change(changes, organisation, name, getattr(file, name))
    _change(changes, organisation, "programmes", list(file.programmes))
    _change(changes, organisation, "acknowledge_within", file.acknowledge_within.model_dump())
    _change(changes, organisation, "options", _options(file))
    session.flush()
    if created:
        audit.begin(session, organisation.id)
        marks.note_bound(session)
    changes += _apply_people(session, organisation, file, now)
    staying = _holders(session, organisation)
    going = [
        _gone(role, people) for role, people in held.items() if people and not people.keys() & staying[role].keys()
    ]
    if going and not confirmed:
        raise WouldChange(changes, going)
    if not covering(session, organisation.id):
        raise FileProblem(["people: every lead and deputy is deactivated, a guest or a bot in Slack; name another."])
    if changes:
        owe_reroute(session, organisation.id, now)
        then(session, organisation.id, now)
        organisation.updated_at = now
        audit.record(session, organisation.id, now, SETUP, "organisation.changed", detail=f"{len(changes)} changes")
        owe(session, organisation.id, "meeting.settle", at=now)
    owe_sync(session, organisation.id, now, now)
    owe_look(session, organisation, now)
    owe_winding(session, organisation.id, now, now)
    owe_mail(session, organisation, now)
    return changes


def _is_the_first(session: Session, file: OrganisationFile) -> None:
    """Raise FileProblem where another workspace is set up already: its id may be mistyped."""
    known = session.scalars(select(Organisation).order_by(Organisation.updated_at.desc())).first()
    if known is not None:
        raise FileProblem(
            [
                f"team_id: this file is for {file.team_id}, and the bot is set up for {known.name}, {known.team_id}. "
                "Is it mistyped? For a second organisation run setup with --new-organisation."
            ]
        )


def _holders(session: Session, organisation: Organisation) -> dict[Role, dict[str, str]]:
    """Who holds each role that must not be lost by a slip, by Slack id and name."""
    people = list(session.scalars(of(organisation.id, Staff).where(Staff.in_file.is_(True))))
    return {role: {one.slack_id: one.called for one in people if role.value in one.roles} for role in _NEVER_UNASKED}


def _gone(role: Role, people: Mapping[str, str]) -> str:
    names = " and ".join(sorted(people.values()))
    return f"{names} would no longer be {role.value}: nobody who is {role.value} today stays it."


def _options(file: OrganisationFile) -> dict[str, Any]:
    """What is stored beside the plain columns: ``overrides`` as the file has them, ``in_setup`` the empty slots."""
    found: dict[str, Any] = {name: getattr(file, name) for name in _OPTIONS}
    found["outside"] = file.outside.model_dump(exclude_none=True)
    for name in ("untouched_after", "repeat_every", "level_within"):
        found[name] = getattr(file, name).model_dump()
    found["on_call"] = [duty.stored() for duty in file.on_call]
    for provider in ("zoom", "teams", "meet"):
        named = {person.slack: getattr(person, provider) for person in file.people}
        found[f"{provider}_users"] = {slack_id: account for slack_id, account in named.items() if account}
    found["overrides"] = file.overrides.model_dump(mode="json", exclude_defaults=True)
    found["in_setup"] = [slot.id for slot in file.in_setup()]
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value}


def _change(changes: list[str], target: object, name: str, wanted: object) -> None:
    if getattr(target, name) != wanted:
        setattr(target, name, wanted)
        changes.append(f"{name} changed")


def _change_ways(fields: list[str], staff: Staff, person: PersonEntry) -> None:
    """Take over how to reach somebody beside Slack; what refused under the old addresses is forgotten."""
    before = (staff.notify, staff.email)
    _change(fields, staff, "notify", "\n".join(person.notify) or None)
    if person.email:
        _change(fields, staff, "email", person.email)
    if before != (staff.notify, staff.email):
        staff.refusing = {}


def _apply_people(session: Session, organisation: Organisation, file: OrganisationFile, now: datetime) -> list[str]:
    changes: list[str] = []
    setup = Caller(organisation, SETUP, SETUP, frozenset())
    trained = trainings.from_file(session, organisation.id, SETUP)
    known = {one.slack_id: one for one in session.scalars(of(organisation.id, Staff))}
    for order, person in enumerate(file.people):
        staff = known.get(person.slack)
        if staff is None:
            staff = Staff(organisation_id=organisation.id, slack_id=person.slack, roles=[])
            session.add(staff)
            session.flush()
            changes.append(f"{person.name}: added")
        fields: list[str] = []
        if person.roles or not staff.name:  # else the name is Slack's to say
            _change(fields, staff, "name", person.name)
        _change(fields, staff, "phone", person.phone)
        roles = [role.value for role in person.roles]
        if staff.roles != roles:
            changes.append(f"{person.name}: roles {', '.join(roles) or 'taken away'}")
            staff.roles = roles
        _change_ways(fields, staff, person)
        if trainings.take_over(session, setup, staff, trained.pop(staff.id, {}), person.trained, now):
            fields.append("training changed")
        _change(fields, staff, "file_order", order if roles else None)
        if fields and person.slack in known:
            changes.append(f"{person.name}: {', '.join(field.split()[0] for field in fields)} changed")
        staff.in_file = bool(roles)
    for staff in known.values():
        if trainings.take_over(session, setup, staff, trained.get(staff.id, {}), {}, now):
            changes.append(f"{staff.called}: training taken away")
    changes += _leave_out(known, {person.slack for person in file.people})
    session.flush()
    return changes


def _leave_out(known: dict[str, Staff], listed: set[str]) -> list[str]:
    """Take away what the file does not give any more, and what was given outside the bot."""
    changes: list[str] = []
    for slack_id, staff in known.items():
        if slack_id not in listed and staff.in_file:
            changes.append(f"{staff.called}: roles taken away")
            staff.roles, staff.phone, staff.file_order, staff.in_file = [], None, None, False
            staff.notify, staff.refusing = None, {}
        if not staff.genuine:
            changes.append(f"{staff.called}: was changed outside the bot, and is again what the file says")
            staff.given_roles = staff.given_roles if slack_id in listed else []
            staff.vouch()
    return changes
