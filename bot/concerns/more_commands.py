"""The second half of the lead's work: logs, questions, handing over, correcting, looking back."""

from bot.concerns import (
    asking_steps,
    correcting_commands,
    handover_commands,
    log_commands,
    looking_commands,
    question_commands,
)
from bot.jobs.registry import Jobs
from bot.kit import Kit
from bot.slack.router import Router


def register(router: Router, jobs: Jobs, kit: Kit) -> None:
    """Make the handlers and deliveries known."""
    log_commands.register(router, kit)
    question_commands.register(router, kit)
    handover_commands.register(router, kit)
    correcting_commands.register(router, kit)
    looking_commands.register(router, kit)
    asking_steps.register(jobs)
