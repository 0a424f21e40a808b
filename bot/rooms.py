"""Every room of the house, registered in one place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import health_steps
from bot.attendance import commands as attendance
from bot.checklists import again_commands as checklists_again
from bot.checklists import commands as checklists
from bot.checklists import steps as checklist_steps
from bot.concerns import commands as concerns
from bot.concerns import viewing
from bot.deliveries import tidying
from bot.deliveries.registry import Jobs
from bot.deps import Deps
from bot.drills import commands as drills
from bot.drills import steps as drill_steps
from bot.families import commands as families
from bot.gates import clearing_commands as clearing
from bot.gates import urgent_commands as urgent
from bot.gates.posts import meeting_changed
from bot.groups import commands as groups
from bot.groups import member_commands as group_members
from bot.groups import office as group_office
from bot.groups import session_commands as group_sessions
from bot.guide import commands as guide
from bot.help import commands as help_commands
from bot.help import steps as help_steps
from bot.incidents import commands as incidents
from bot.incidents import steps as incident_steps
from bot.invitations import commands as invitations
from bot.invitations import sending_commands as invitations_sent
from bot.invitations import steps as invitation_steps
from bot.live import commands as live
from bot.live import steps as live_steps
from bot.meetings import card_steps, editing, moving, relink_commands, relink_steps
from bot.meetings import commands as meetings
from bot.meetings import steps as meeting_steps
from bot.organisation.review import owe_look
from bot.participants import commands as participants
from bot.prompts import commands as prompts
from bot.records import alarm, mailing
from bot.reports import commands as reports
from bot.slack.router import Router
from bot.staff import sync as staff_sync
from bot.staff.people import owe_winding
from db.models import Organisation


def begin(session: Session, now: datetime) -> None:
    """Owe what runs from the start of a process on, for whatever organisation there is. A database of an older
    version gets here what its shape alone cannot hold: a clock for every open concern."""
    for organisation in session.scalars(select(Organisation)):
        owe_winding(session, organisation.id, now, now)
    tidying.begin(session, now)


def rights_changed(session: Session, organisation_id: UUID, now: datetime) -> None:
    """Roles, people or ways of an organisation changed: what shows a concern to whom it may not be shown now ends."""
    viewing.end_lost(session, organisation_id, now)


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make all commands, buttons, forms, events and deliveries known."""
    sessions = group_sessions.Sessions(deps)
    meetings.register(router, deps, sessions)
    editing.register(router, deps)
    relink_commands.register(router, deps)
    moving.register(router, deps)
    clearing.register(router, deps)
    urgent.register(router, jobs, deps)
    meeting_steps.register(jobs, meeting_changed)
    relink_steps.register(jobs)
    live.register(router, deps)
    live_steps.register(jobs)
    prompts.register(router, deps)
    card_steps.register(jobs)
    participants.register(router, deps)
    groups.register(router, deps)
    group_members.register(router, deps)
    group_office.register(router, deps)
    group_sessions.register(router, sessions)
    attendance.register(router, deps)
    reports.register(router, deps)
    concerns.register(router, jobs, deps)
    incidents.register(router, deps)
    incident_steps.register(jobs)
    invitations.register(router, deps)
    invitations_sent.register(router, deps)
    invitation_steps.register(jobs)
    families.register(router, jobs, deps)
    checklists.register(router, deps)
    checklists_again.register(router, deps)
    checklist_steps.register(jobs)
    help_commands.register(router, deps)
    help_steps.register(router, jobs, concerns.waiting)
    drills.register(router, deps)
    drill_steps.register(jobs)
    guide.register(router)
    staff_sync.register(router, jobs, deps, rights_changed, owe_look)
    alarm.register(jobs)
    mailing.register(jobs)
    health_steps.register(jobs)
    tidying.register(jobs)
