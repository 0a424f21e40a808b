"""What the form of the gates says when it comes back."""

from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from bot.errors import BadInput
from bot.gates.clearing import EVERYBODY, Filled
from bot.policy.gates import Moment
from bot.reading import as_id
from db.models import HowShown

BOXES, WHY, WHOM, HOW, STANDS, BACK = "box", "why", "whom", "how", "stands", "back"
"""How the ids of the form's blocks begin."""
SETTINGS = f"{BOXES}.settings"
"""How the ids of the blocks begin in which the settings stand."""
ALL_SETTINGS = "all-settings"
"""The box that ticks every setting that the form shows."""
LONGEST_REASON = 500
_OLD = "This form is from an older version of the bot. Please open it again."


def metadata(meeting_id: UUID, moment: Moment, person: str = "") -> str:
    """What the form and the buttons that open it carry: the meeting, the moment, and for whom it was opened."""
    return f"{meeting_id}:{moment}:{person}"


def opened_for(value: str) -> tuple[UUID, Moment | None, str]:
    """The meeting, moment and person that a button or a form carries; no moment means the next one."""
    meeting_id, _, rest = value.partition(":")
    moment, _, person = rest.partition(":")
    return as_id(meeting_id), next((one for one in get_args(Moment) if one == moment), None), person


def filled(carried: str, view: Mapping[str, Any], state: Mapping[str, Any]) -> Filled:
    """A submitted form. Raises BadInput for one that carries no meeting."""
    meeting_id, moment, _ = opened_for(carried)
    if moment is None:
        raise BadInput(_OLD)
    ticked = _chosen(state, BOXES)
    if ALL_SETTINGS in ticked:
        ticked |= _shown_in(view, SETTINGS)
    reasons = {
        block_id.partition(".")[2]: str(value).strip()
        for block_id, value in state.items()
        if block_id.startswith(f"{WHY}.") and str(value or "").strip()
    }
    people = frozenset(state.get(WHOM) or ())
    whom = None if EVERYBODY in people or WHOM not in state else people
    how = HowShown(state[HOW]) if state.get(HOW) else None
    return Filled(meeting_id, moment, ticked, reasons, whom, _chosen(state, BACK) | _unticked(view, state), how)


def _shown_in(view: Mapping[str, Any], begins: str) -> frozenset[str]:
    """The values of all boxes of these blocks."""
    blocks = [one for one in view.get("blocks", []) if str(one["block_id"]).startswith(f"{begins}.")]
    return frozenset(option["value"] for one in blocks for option in one["element"]["options"])


def _unticked(view: Mapping[str, Any], state: Mapping[str, Any]) -> frozenset[str]:
    """The ticks that the form showed as standing and that were unticked in it."""
    shown = [one for one in view.get("blocks", []) if str(one["block_id"]).startswith(f"{STANDS}.")]
    values = {
        option["value"]: state[one["block_id"]] or ()
        for one in shown
        if one["block_id"] in state
        for option in one["element"]["options"]
    }
    return frozenset(value for value, kept in values.items() if value not in kept)


def _chosen(state: Mapping[str, Any], prefix: str) -> frozenset[str]:
    found = [values for block_id, values in state.items() if block_id.partition(".")[0] == prefix]
    return frozenset(one for values in found for one in values or ())
