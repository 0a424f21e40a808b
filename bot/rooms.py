"""Every room of the house, registered in one place."""

from bot import staff_sync
from bot.jobs.registry import Jobs
from bot.kit import Kit
from bot.meetings import commands as meetings
from bot.meetings import steps as meeting_steps
from bot.slack.router import Router


def register(router: Router, jobs: Jobs, kit: Kit) -> None:
    """Make all commands, buttons, forms, events and deliveries known."""
    meetings.register(router, kit)
    meeting_steps.register(jobs)
    staff_sync.register(router, jobs, kit)
