"""A concern from its form. What was written is kept byte for byte."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.errors import BadInput
from db.models.concern import About, Urgency

LONGEST = 3000
TEXTS: tuple[str, ...] = (
    "who",
    "occurred",
    "where",
    "facts",
    "words",
    "questions",
    "opinion",
    "witnesses",
    "done",
    "knows",
    "wishes",
    "agreed",
    "reason",
    "message",
)
"""The fields that are sealed, in the order in which they are read."""


class ConcernForm(BaseModel):
    """What somebody wrote of their worry. `texts` holds only what was filled in."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    about: About
    subject_staff: str | None
    urgency: Urgency
    texts: dict[str, str]


def from_state(state: Mapping[str, Any], message: str = "") -> ConcernForm:
    """The form as submitted; `message` is `channel:ts` of the message it was raised from. Raises BadInput.

    Only what decides the way is required: about whom, what happened, how soon.
    """
    about = state.get("about")
    if not about:
        raise BadInput("Choose whom it is about; “not sure” is fine.", field="about")
    facts = state.get("facts") or ""
    if not facts.strip():
        raise BadInput("Say in a few words what you saw or heard. It need not be complete.", field="facts")
    occurred = " ".join(part for part in (state.get("date"), state.get("time"), state.get("exact")) if part)
    texts = {name: _as_text(state[name]) for name in TEXTS if state.get(name)}
    if occurred:
        texts["occurred"] = occurred
    if message:
        texts["message"] = message
    return ConcernForm(
        about=About(about),
        subject_staff=state.get("subject_staff") if about == About.STAFF else None,
        urgency=Urgency(state.get("urgency") or Urgency.TODAY),
        texts=texts,
    )


def _as_text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
