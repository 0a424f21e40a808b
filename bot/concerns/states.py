"""The states of a concern, and what leads from one to the next: one table, and nothing beside it.

The table says of each step who may take it, what must hold, and which state follows; `CLOCKS` says of each state
which clock runs there. The services ask it, and the drawing in `docs/concern-states.md` is made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Conflict
from db.models.concern import ConcernState as State


class Event(StrEnum):
    """Something that happens to a concern and can change its state."""

    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"
    REROUTE = "reroute"
    NOTE = "note"
    TRIAGE = "triage"
    DECIDE = "decide"
    ACT = "act"
    MONITOR = "monitor"
    REFER = "refer"
    ASK_SIGN_OFF = "ask_sign_off"
    SEND_BACK = "send_back"
    CLOSE = "close"
    SIGN_OFF = "sign_off"
    REOPEN = "reopen"
    MARK_DUPLICATE = "mark_duplicate"
    MARK_ERROR = "mark_error"


class Who(StrEnum):
    """Who may take a step; the words are those of the drawing."""

    PERMITTED = "whoever may know of it"
    ANOTHER = "another of those who may know of it"
    RAISER = "the raiser, or whoever may know of it and puts right whom it is about"
    CLOCK = "the clock"


class Need(StrEnum):
    """What must hold before a step is taken; the words are those of the drawing."""

    REASON = "a reason"
    LEVEL = "a level and its reason"
    DECISION = "a decision and its reason"
    REVIEW_DATE = "a day to look again"
    ACTIONS_DONE = "no action open"
    INFORMED = "who was informed, or why not"
    ALONE = "no second sign-off asked for"
    SECOND = "a second sign-off asked for"
    UNTOUCHED = "nothing done for too long, or nobody left who acknowledged it"
    OTHER = "another concern, which they may know of too"


class Clock(StrEnum):
    """What runs out in a state; the words are those of the drawing."""

    ANSWER = "answer by the deadline of its urgency, else the next person is asked, and after the last everybody anew"
    UNTOUCHED = "not left untouched for too long, else it is new again"
    LEVEL = "something recorded in the time of its level, else whoever looks after it is told, then everybody anew"
    REVIEW = "look again on the review date"
    REPLY = "reply due from whom it was referred to"
    DUE = "actions by their due date"


@dataclass(frozen=True)
class Step:
    """One way out of a state: the state that follows (None: it stays), who may take it, and what must hold."""

    to: State | None
    who: Who = Who.PERMITTED
    needs: tuple[Need, ...] = ()


_GATES = (Need.DECISION, Need.ACTIONS_DONE, Need.INFORMED, Need.REASON)
_REROUTE = Step(State.RAISED, Who.RAISER)
_LAPSE = Step(State.RAISED, Who.CLOCK, (Need.UNTOUCHED,))
_ASIDE = {
    Event.MARK_DUPLICATE: Step(State.DUPLICATE, needs=(Need.REASON, Need.OTHER)),
    Event.MARK_ERROR: Step(State.ENTERED_IN_ERROR, needs=(Need.REASON,)),
}
_WORK = {
    Event.NOTE: Step(None),
    Event.TRIAGE: Step(None, needs=(Need.LEVEL,)),
    Event.DECIDE: Step(None, needs=(Need.LEVEL, Need.REASON)),
    Event.ACT: Step(State.ACTING, needs=(Need.LEVEL, Need.REASON)),
    Event.MONITOR: Step(State.MONITORING, needs=(Need.LEVEL, Need.REASON, Need.REVIEW_DATE)),
    Event.REFER: Step(State.REFERRED, needs=(Need.LEVEL, Need.REASON)),
    Event.ASK_SIGN_OFF: Step(State.CLOSING, needs=(*_GATES, Need.SECOND)),
    Event.CLOSE: Step(State.CLOSED, needs=(*_GATES, Need.ALONE)),
    Event.REROUTE: _REROUTE,
    Event.LAPSE: _LAPSE,
    **_ASIDE,
}
"""What can be done once a concern is triaged."""
_REOPEN = {Event.REOPEN: Step(State.REOPENED, needs=(Need.REASON,))}

TABLE: Mapping[State, Mapping[Event, Step]] = {
    State.RAISED: {Event.ACKNOWLEDGE: Step(State.ACKNOWLEDGED), Event.REROUTE: Step(None, Who.RAISER), **_ASIDE},
    State.ACKNOWLEDGED: {
        Event.NOTE: Step(None),
        Event.TRIAGE: Step(State.TRIAGED, needs=(Need.LEVEL,)),
        Event.LAPSE: _LAPSE,
        Event.REROUTE: _REROUTE,
        **_ASIDE,
    },
    State.TRIAGED: _WORK,
    State.ACTING: _WORK,
    State.MONITORING: _WORK,
    State.REFERRED: _WORK,
    State.REOPENED: _WORK,
    State.CLOSING: {
        Event.SIGN_OFF: Step(State.CLOSED, Who.ANOTHER, (*_GATES[:3],)),
        Event.SEND_BACK: Step(State.ACTING, needs=(Need.REASON,)),
        Event.REROUTE: _REROUTE,
        Event.LAPSE: _LAPSE,
    },
    State.CLOSED: {**_REOPEN, Event.REROUTE: _REROUTE},
    State.DUPLICATE: {**_REOPEN, Event.REROUTE: _REROUTE},
    State.ENTERED_IN_ERROR: {**_REOPEN, Event.REROUTE: _REROUTE},
}
"""From each state, the steps that are possible there. Where one is missing, it is not possible."""

CLOCKS: Mapping[State, tuple[Clock, ...]] = {
    State.RAISED: (Clock.ANSWER,),
    State.ACKNOWLEDGED: (Clock.UNTOUCHED,),
    State.TRIAGED: (Clock.LEVEL, Clock.DUE),
    State.ACTING: (Clock.LEVEL, Clock.DUE, Clock.REPLY),
    State.MONITORING: (Clock.REVIEW, Clock.LEVEL, Clock.DUE, Clock.REPLY),
    State.REFERRED: (Clock.LEVEL, Clock.DUE, Clock.REPLY),
    State.REOPENED: (Clock.LEVEL, Clock.DUE, Clock.REPLY),
    State.CLOSING: (Clock.LEVEL,),
    State.CLOSED: (),
    State.DUPLICATE: (),
    State.ENTERED_IN_ERROR: (),
}
"""Which clocks run in each state."""

OPEN = frozenset(State) - {State.CLOSED, State.DUPLICATE, State.ENTERED_IN_ERROR}


def possible(state: State, event: Event) -> bool:
    """Whether the event can happen in this state."""
    return event in TABLE[state]


def runs(state: State, clock: Clock) -> bool:
    """Whether a clock runs in this state."""
    return clock in CLOCKS[state]


def after(state: State, event: Event) -> State:
    """The state that follows. Raises Conflict where the event is not possible any more."""
    if not possible(state, event):
        raise Conflict(f"This can't be done now: it is {state.value.replace('_', ' ')}. Open it again.")
    return TABLE[state][event].to or state
