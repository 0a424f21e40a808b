"""The states of a meeting, and which follows which: one table, and the names of the states that count alike."""

from collections.abc import Mapping

from db.models import Meeting
from db.models import MeetingState as State

SET_UP = (State.SCHEDULED, State.READY)
"""It has its link and can start."""
TO_COME = (State.DRAFT, *SET_UP)
"""It has not begun, by anybody's word."""
OPEN = (*TO_COME, State.STARTED)
"""It is still to be held, or is being held."""
OVER = (State.ENDED, State.CLOSED)
BEGUN = (State.STARTED, *OVER)
SHUT = (State.CANCELLED, State.CLOSED)
"""Nothing is ticked or reminded of any more."""

STEPS: Mapping[State, frozenset[State]] = {
    # The provider has made it, or the host has pasted its link.
    State.DRAFT: frozenset({State.SCHEDULED, State.CANCELLED}),
    # No gate refuses it; or its link is gone.
    State.SCHEDULED: frozenset({State.READY, State.STARTED, State.CANCELLED, State.DRAFT}),
    # A gate opened again; or its link is gone.
    State.READY: frozenset({State.SCHEDULED, State.STARTED, State.CANCELLED, State.DRAFT}),
    # Its start is taken back to scheduled.
    State.STARTED: frozenset({State.ENDED, State.SCHEDULED}),
    # Its end is taken back.
    State.ENDED: frozenset({State.STARTED}),
    # Its cancellation is taken back; as a draft where it had no link.
    State.CANCELLED: frozenset({State.SCHEDULED, State.DRAFT}),
    State.CLOSED: frozenset(),
}


def move(meeting: Meeting, to: State) -> None:
    """Bring a meeting into its next state. Raises ValueError for one that does not follow."""
    if to not in STEPS[meeting.state]:
        raise ValueError(f"a meeting that is {meeting.state.value} cannot become {to.value}")
    meeting.state = to
