"""`/concern`, and everything else of concerns, made known in one place."""

from bot.concerns import watching
from bot.concerns.alerting import clock_steps, other_ways, steps
from bot.concerns.copies import export_commands
from bot.concerns.raising import raising_commands, raising_steps, unread
from bot.concerns.record import (
    asking_steps,
    closing_commands,
    correcting_commands,
    handover_commands,
    lead_list,
    log_commands,
    looking_commands,
    question_commands,
    record_commands,
    work_commands,
)
from bot.deliveries.registry import Jobs
from bot.deps import Deps
from bot.slack.call import Answer, Call, Modal
from bot.slack.command import Command, Word
from bot.slack.router import Router

waiting = record_commands.waiting
"""What the Home tab says of what waits for somebody whom concerns can reach."""


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make the command, the buttons, the forms, the deliveries and the timers of concerns known."""
    raising = raising_commands.register(router, deps)

    async def listed(call: Call) -> Answer:
        """`/concern list`: what was raised, or what reaches the caller where concerns can."""
        if call.caller.has(*lead_list.READERS):
            return await record_commands.leads_list(deps, call, Modal)
        return await raising.receipts(call)

    router.command(
        Command(
            name="concern",
            summary="worried about somebody's safety? In danger: call 999 first. This opens a form that only you see",
            bare=raising.open_gate,
            answers_worries=True,
            danger_gate=raising.gate_only,
            words=(Word("list", listed, "/concern list", "shows what you have raised; leads: what reaches them"),),
            takes_text=False,
            opens="shows 999 and whom to telephone, then a form that only you see",
        )
    )
    for room in (
        record_commands,
        work_commands,
        closing_commands,
        log_commands,
        question_commands,
        handover_commands,
        correcting_commands,
        looking_commands,
        export_commands,
    ):
        room.register(router, deps)
    for owed in (steps, other_ways, raising_steps, asking_steps):
        owed.register(jobs)
    clock_steps.register(router, jobs, deps)
    unread.register(router, jobs, deps)
    watching.register(router, jobs, deps)
