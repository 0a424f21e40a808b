"""What is said in a drill; every message begins by saying that it is one."""

from datetime import datetime
from enum import StrEnum

from bot.drills.service import Outcome
from bot.slack import blocks as b
from bot.slack.text import esc, mention, when
from bot.staff.ways import SLACK, called
from db.models import DrillAlert, Staff


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    GOT_IT = "drill.got_it"


_DRILL = "This is a drill. No concern has been raised."


def alert(alert_id: str, organisation: str) -> tuple[str, list[b.Block]]:
    """The test alert in Slack: (text, blocks)."""
    text = f"*DRILL* · {_DRILL} {esc(organisation)} tests whether an alert would reach you. Please tap once."
    button = b.button("I got it", Ids.GOT_IT, alert_id, style="primary")
    return f"DRILL · {_DRILL}", [b.section("drill", text), b.actions("buttons", button)]


def thanks(zone: str, at: datetime) -> tuple[str, list[b.Block]]:
    """What is left of it once it was answered: (text, blocks)."""
    text = f"*DRILL* · {_DRILL} You answered it, {when(at, zone)}. Thank you."
    return f"DRILL · {_DRILL}", [b.section("drill", text)]


def elsewhere(organisation: str) -> tuple[str, str]:
    """The test alert by mail or another way: (subject, text), plain."""
    return "DRILL · test of the safeguarding alerts", (
        f"DRILL. {_DRILL} {organisation} tests whether an alert would reach you this way. There is nothing to do: the "
        "button to tap is in Slack.\n"
    )


def answer(found: Outcome, zone: str) -> tuple[str, list[b.Block]]:
    """Who was reached by what and how fast, as far as it is known: (text, blocks)."""
    drill = found.drill
    head = f"*DRILL*, started {when(drill.started_at, zone)}. No concern has been raised. Who was reached by what:"
    lines = [_line(found, staff) for staff in found.people.values()]
    more = b.context("more", "Seconds from the start until the way took it. This message changes as things come in.")
    return "DRILL · who was reached by what", [*b.paragraphs("drill", [head, *lines]), more]


def _line(found: Outcome, staff: Staff) -> str:
    mine = [one for one in found.alerts if one.slack_id == staff.slack_id]
    parts = [f"{called(staff, one.way)} {_came(one, found.drill.started_at)}" for one in mine]
    tapped = next((one.acknowledged_at for one in mine if one.way == SLACK), None)
    parts.append(f"tapped after {_seconds(tapped, found.drill.started_at)}" if tapped else "not tapped yet")
    return f"• {mention(staff.slack_id)}: {' · '.join(parts)}"


def _came(one: DrillAlert, start: datetime) -> str:
    if one.accepted_at is not None:
        return _seconds(one.accepted_at, start)
    return f"*not accepted* ({esc(one.code)})" if one.code else "on its way"


def _seconds(at: datetime, start: datetime) -> str:
    seconds = (at - start).total_seconds()
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def due() -> str:
    """The reminder to hold one."""
    return (
        "*No drill was held for a month.* `/facilitator drill` sends everybody whom a concern can reach a test alert "
        "by every way, marked as a drill, and lists who was reached by what. It takes a minute."
    )
