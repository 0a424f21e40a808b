"""What the tick form says when it comes back, and what somebody typed to tick."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.errors import BadInput
from bot.reading import as_id, as_number

REASON = "reason"
ALL = "all"
"""The box, and the end of its block's id, that ticks all others of its group."""
LONGEST_REASON = 500
_BECAUSE = re.compile(r"\b(?:because|reason:?)\s+(?=\S)", re.IGNORECASE)
_OLD = "This form is from an older version of the bot. Please open it again."


@dataclass(frozen=True)
class Filled:
    """A submitted tick form.

    `drawn` is the sequence that it was drawn for, `shown` the keys of its boxes and `ticked` those left ticked.
    """

    meeting_id: UUID
    drawn: int
    shown: frozenset[str]
    ticked: frozenset[str]
    reason: str = ""


def filled(view: Mapping[str, Any], state: Mapping[str, Any]) -> Filled:
    """A submitted tick form. Raises BadInput for a view that carries no meeting."""
    meeting_id, _, sequence = str(view.get("private_metadata", "")).partition(":")
    groups = [block["element"] for block in view.get("blocks", []) if block.get("type") == "input"]
    shown = frozenset(option["value"] for group in groups for option in group.get("options", [])) - {ALL}
    ticked = frozenset(value for values in state.values() if isinstance(values, list) for value in values)
    ticked |= _whole_groups(view, state)
    return Filled(as_id(meeting_id), as_number(sequence), shown, ticked & shown, (state.get(REASON) or "").strip())


def _whole_groups(view: Mapping[str, Any], state: Mapping[str, Any]) -> frozenset[str]:
    """The boxes of the groups of which all was ticked at once."""
    names = [block_id.removesuffix(ALL) for block_id, values in state.items() if values == [ALL]]
    blocks = [one for one in view.get("blocks", []) if str(one.get("block_id", "")).startswith(tuple(names))]
    return frozenset(one["value"] for block in blocks for one in block.get("element", {}).get("options", []))


def split_reason(text: str) -> tuple[str, str]:
    """`lock because everybody is in` as what to tick and why. Raises BadInput for a reason that is too long."""
    found = _BECAUSE.search(text)
    what, reason = (text[: found.start()], text[found.end() :]) if found else (text, "")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"The reason has {len(reason)} characters; {LONGEST_REASON} fit. Please shorten it.")
    return what.strip(), reason.strip()
