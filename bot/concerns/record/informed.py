"""Who was informed of a concern, by whom and when; or why somebody was not."""

from collections.abc import Mapping
from typing import Any

from bot.concerns.record.sheets import Ask, Field, read
from bot.errors import BadInput

WHO = (
    ("child", "The child or young person"),
    ("adult", "The adult at risk"),
    ("parent", "Parent or carer"),
    ("agency", "A partner agency"),
    ("chair", "Chair of the trustees or governors"),
    ("regulator", "Regulator"),
    ("other", "Somebody else"),
)
TOLD = (("yes", "Yes, they were informed"), ("no", "No, and I say why below"))
FIELDS = (
    Field("who", "Who?", Ask.CHOICE, WHO, needed="Choose who this is about."),
    Field("name", "Which one?", hint="Name or role, where it is not plain."),
    Field("told", "Were they informed?", Ask.CHOICE, TOLD, needed="Choose yes or no."),
    Field("day", "On which day?", Ask.DAY),
    Field("time", "At what time?", Ask.TIME),
    Field("by", "Who told them?"),
    Field("said", "What were they told?", Ask.LONG, hint="In a few words."),
    Field("why_not", "If not: why not?", Ask.LONG, hint="For instance: it could put them at more risk."),
)


def from_state(state: Mapping[str, Any]) -> dict[str, str]:
    """The form as filled in. Raises BadInput: somebody informed needs a day, somebody not informed a reason."""
    found = read(FIELDS, state)
    if found["told"] == "yes" and "day" not in found:
        raise BadInput("On which day were they informed?", field="day")
    if found["told"] == "no" and not found.get("why_not", "").strip():
        raise BadInput("Say why they were not informed; the record needs the reason.", field="why_not")
    return found
