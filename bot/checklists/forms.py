"""What the tick form says when it comes back, and what a sign-off button was drawn for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.reading import as_id, as_number

SIGNS = ":sign"
"""The end of what a form carries whose button signs off as well, where nothing is left then."""
SETTINGS, ALL_SETTINGS = "settings", "settings.all"
"""The row of the settings, and the box that ticks every one of them that the form shows."""


@dataclass(frozen=True)
class Filled:
    """A submitted tick form.

    `drawn` is the sequence that it was drawn for, `shown` the boxes it had and `ticked` those left ticked.
    """

    checklist_id: UUID
    drawn: int
    shown: frozenset[str]
    ticked: frozenset[str]
    signs: bool = False


def drawn_for(value: str) -> tuple[UUID, int]:
    """The checklist and the sequence that a form or a button carries. Raises BadInput."""
    checklist_id, _, sequence = value.partition(":")
    return as_id(checklist_id), as_number(sequence)


def from_meeting(value: str) -> tuple[UUID, UUID]:
    """The checklist, and the earlier meeting, that a carry-over button is for. Raises BadInput."""
    checklist_id, _, meeting_id = value.partition(":")
    return as_id(checklist_id), as_id(meeting_id)


def reasons(state: Mapping[str, Any]) -> dict[str, str]:
    """Why measures are left open, by the id of their box; those without a word are left out."""
    typed = {block.split(".", 2)[2]: str(value or "").strip() for block, value in state.items() if block[:4] == "why."}
    return {box: why for box, why in typed.items() if why}


def filled(view: Mapping[str, Any], state: Mapping[str, Any]) -> Filled:
    """A submitted tick form. Raises BadInput for a view that carries no checklist."""
    carried = str(view.get("private_metadata", ""))
    checklist_id, drawn = drawn_for(carried.removesuffix(SIGNS))
    groups = [block["element"] for block in view.get("blocks", []) if block.get("type") == "input"]
    shown = frozenset(option["value"] for group in groups for option in group.get("options", []))
    ticked = frozenset(value for values in state.values() for value in values or ())
    if ALL_SETTINGS in ticked:
        ticked |= _settings(view)
    return Filled(checklist_id, drawn, shown, ticked & shown, carried.endswith(SIGNS))


def _settings(view: Mapping[str, Any]) -> frozenset[str]:
    """The boxes of the settings that can be true before the session."""
    begins = re.compile(rf"row\.{SETTINGS}\.\d")
    blocks = [one for one in view.get("blocks", []) if begins.match(str(one.get("block_id", "")))]
    options = (option for one in blocks for option in one.get("element", {}).get("options", []))
    return frozenset(option["value"] for option in options)
