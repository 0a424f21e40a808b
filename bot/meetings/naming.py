"""The meeting that somebody named, found among those that they may see: with a question where it is in doubt."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotFound, Unclear
from bot.meetings import service
from bot.meetings.holding import note
from bot.meetings.service import ANY, Wanted
from bot.reading import references
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from bot.reading.references import Known
from db.models import Meeting

_MOST = 4
"""How many numbers of one text are looked up."""


def find(
    session: Session,
    caller: Caller,
    text: str,
    now: datetime,
    wanted: Wanted = ANY,
    *,
    command: str,
    acts: bool = False,
    to_change: bool = False,
) -> Meeting:
    """The meeting that the whole of a text means. Raises Unclear with a button for each that may be meant, which stands
    for `command` and its number, or NotFound; what is left over stops a command that `acts`."""
    numbers = references.numbers(text)[:_MOST]
    found = _numbered(session, caller, numbers, to_change=to_change)
    if len(found) < max(1, len(numbers)):
        mine = service.mine(session, caller, now, wanted, limit=service.OFFERED)
        found |= {one.number: one for one in mine if one.number not in found}
    outcome = references.which(text, _known(found, caller.zone), acts=acts, now=now.astimezone(ZoneInfo(caller.zone)))
    return found[_meant(outcome, command)]


def _numbered(session: Session, caller: Caller, numbers: Sequence[int], *, to_change: bool) -> dict[int, Meeting]:
    found = {}
    for number in numbers:
        meeting = service.numbered(session, caller, number, to_change=to_change)
        if meeting is not None and service.may_run(caller, meeting):
            found[number] = meeting
            if to_change:
                note(session, meeting)
    return found


def _known(found: dict[int, Meeting], zone: str) -> list[Known]:
    return [Known(one.number, one.title, one.starts_at.astimezone(ZoneInfo(zone))) for one in found.values()]


def _meant(outcome: Outcome[int], command: str) -> int:
    match outcome:
        case Understood():
            return outcome.value
        case Ask():
            choices = [(one.label, f"{command} M-{one.value}") for one in outcome.choices]
            raise Unclear(f"{outcome.question} Nothing was changed.", choices)
        case Refused():
            raise NotFound(f"{outcome.why} Nothing was changed.")
