"""What must hold before a step of a concern's life is taken: looked up here, as the table of states asks it."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights
from bot.concerns.alerting import telling
from bot.concerns.record import conflicts, working
from bot.concerns.states import TABLE, Event, Need, Who, possible
from bot.errors import Conflict
from db.models import Concern, EntryKind, Organisation


@dataclass(frozen=True)
class Condition:
    """One thing that must hold before a concern is closed: whether it does, and what to do about it."""

    need: Need
    met: bool
    words: str


WORDS = {
    Need.REASON: "Give a reason.",
    Need.LEVEL: "Give a level and its reason first: “Triage”.",
    Need.DECISION: "Decide what is done, with the reason: “Decide”.",
    Need.REVIEW_DATE: "Choose the day on which you look again.",
    Need.ACTIONS_DONE: "Mark every action “Done”, with a note where it was dropped or is carried on elsewhere.",
    Need.INFORMED: "Note who was informed, or why not: “Log who was informed”.",
    Need.ALONE: "Your organisation asks for a second person to sign this off.",
    Need.OTHER: "Name the other concern. It must be one that you may know of too.",
    Need.SECOND: "Nobody's second sign-off is asked for here. Close it directly.",
}
"""What to do about each need that is looked up or comes with a form."""


def open_actions(session: Session, concern: Concern) -> int:
    """How many actions are not done."""
    return sum(one.done_at is None for one in entries.current(session, concern, EntryKind.ACTION))


def second_asked(session: Session, concern: Concern) -> bool:
    """Whether a second person must sign the closing off: the organisation asks it, and a second one may know."""
    organisation = session.get_one(Organisation, concern.organisation_id)
    asked = bool(organisation.options.get("second_sign_off"))
    return asked and len(rights.recipients(session, concern)) > 1


_LOOKED_UP: dict[Need, Callable[[Session, Concern], bool]] = {
    Need.LEVEL: lambda session, concern: conflicts.only(session, concern, EntryKind.TRIAGE) is not None,
    Need.DECISION: lambda session, concern: conflicts.only(session, concern, EntryKind.DECISION) is not None,
    Need.ACTIONS_DONE: lambda session, concern: open_actions(session, concern) == 0,
    Need.INFORMED: lambda session, concern: bool(entries.current(session, concern, EntryKind.INFORMED)),
    Need.ALONE: lambda session, concern: not second_asked(session, concern),
    Need.SECOND: second_asked,
}


def conditions(session: Session, concern: Concern) -> list[Condition]:
    """All that must hold before this concern is closed and does not come with the form; met or not."""
    found = TABLE[concern.state].get(Event.CLOSE)
    needs = [one for one in (found.needs if found else ()) if one in _LOOKED_UP and one is not Need.ALONE]
    return [Condition(one, _LOOKED_UP[one](session, concern), WORDS[one]) for one in needs]


def unmet(session: Session, concern: Concern, event: Event, given: Set[Need]) -> list[str]:
    """What is missing for a step, all of it at once, as sentences; `given` is what the form has brought."""
    needs = TABLE[concern.state][event].needs
    return [
        WORDS[one]
        for one in needs
        if one not in given and not (one in _LOOKED_UP and _LOOKED_UP[one](session, concern))
    ]


def step(
    session: Session, caller: Caller, concern: Concern, event: Event, now: datetime, *, given: Set[Need] = frozenset()
) -> None:
    """Take a step of the table for somebody whose right was checked. Raises Conflict, with everything that is
    missing, where it is not possible."""
    if possible(concern.state, event):
        missing = unmet(session, concern, event, given)
        if TABLE[concern.state][event].who is Who.ANOTHER and asked_by(session, concern) == caller.slack_id:
            missing.append("You asked for the second sign-off yourself: somebody else must give it.")
        if missing:
            raise Conflict(" ".join(missing))
    working.changed(session, concern, now, event)
    if event in (Event.CLOSE, Event.SIGN_OFF):
        telling.tell_raiser(session, concern, telling.CLOSED, now, by=caller.slack_id)


def asked_by(session: Session, concern: Concern) -> str | None:
    """Who asked for the second sign-off that is waited for."""
    closure = conflicts.only(session, concern, EntryKind.CLOSURE)
    return closure.by if closure is not None else None
