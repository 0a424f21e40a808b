"""The states of a concern, and what leads from one to the next: one table, and nothing beside it."""

from enum import StrEnum

from bot.errors import Conflict
from db.models.concern import ConcernState as State


class Event(StrEnum):
    """Something that happens to a concern and can change its state."""

    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"
    REROUTE = "reroute"
    TRIAGE = "triage"
    ACT = "act"
    MONITOR = "monitor"
    REFER = "refer"
    ASK_SIGN_OFF = "ask_sign_off"
    SEND_BACK = "send_back"
    CLOSE = "close"
    REOPEN = "reopen"
    MARK_DUPLICATE = "mark_duplicate"
    MARK_ERROR = "mark_error"


_WORK = {
    Event.TRIAGE: None,
    Event.ACT: State.ACTING,
    Event.MONITOR: State.MONITORING,
    Event.REFER: State.REFERRED,
    Event.ASK_SIGN_OFF: State.CLOSING,
    Event.CLOSE: State.CLOSED,
}
"""What the lead can do once a concern is triaged. None: the state stays."""

_ASIDE = {Event.MARK_DUPLICATE: State.DUPLICATE, Event.MARK_ERROR: State.ENTERED_IN_ERROR}

TABLE: dict[State, dict[Event, State | None]] = {
    State.RAISED: {Event.ACKNOWLEDGE: State.ACKNOWLEDGED, Event.REROUTE: None, **_ASIDE},
    State.ACKNOWLEDGED: {
        Event.TRIAGE: State.TRIAGED,
        Event.LAPSE: State.RAISED,
        Event.REROUTE: State.RAISED,
        **_ASIDE,
    },
    State.TRIAGED: {**_WORK, Event.REROUTE: State.RAISED, **_ASIDE},
    State.ACTING: {**_WORK, Event.REROUTE: State.RAISED, **_ASIDE},
    State.MONITORING: {**_WORK, Event.REROUTE: State.RAISED, **_ASIDE},
    State.REFERRED: {**_WORK, Event.REROUTE: State.RAISED, **_ASIDE},
    State.REOPENED: {**_WORK, Event.REROUTE: State.RAISED, **_ASIDE},
    State.CLOSING: {Event.CLOSE: State.CLOSED, Event.SEND_BACK: State.ACTING, Event.REROUTE: State.RAISED},
    State.CLOSED: {Event.REOPEN: State.REOPENED},
    State.DUPLICATE: {Event.REOPEN: State.REOPENED},
    State.ENTERED_IN_ERROR: {Event.REOPEN: State.REOPENED},
}
"""From each state, the events that are possible there and the state that follows; None where it stays."""

OPEN = frozenset(State) - {State.CLOSED, State.DUPLICATE, State.ENTERED_IN_ERROR}


def possible(state: State, event: Event) -> bool:
    """Whether the event can happen in this state."""
    return event in TABLE[state]


def after(state: State, event: Event) -> State:
    """The state that follows. Raises Conflict where the event is not possible any more."""
    if not possible(state, event):
        raise Conflict(f"This can't be done now: it is {state.value.replace('_', ' ')}. Open it again.")
    return TABLE[state][event] or state
