"""A concern from its form. What was written is kept byte for byte."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from bot.concerns.texts import TEXTS
from bot.errors import BadInput
from db.models.concern import About, Urgency

LONGEST = 3000
MORE: tuple[str, ...] = ("facts", "words", "questions")
"""What the raiser can add afterwards."""
FROM_MESSAGE, FROM_INCIDENT = "message", "incident"
"""What a form was opened from, as its metadata names it: `message:channel:ts`, `incident:id`."""
_LOOKED_UP = ("people", "not_told", "occurred", "meeting", "paper", "message", "incident")


class ConcernForm(BaseModel):
    """What somebody wrote of their worry. `texts` holds only what was filled in, ready to be sealed; `left_out`
    are Slack ids of those who must not be told; participants, meeting and incident are ids that the form offered and
    the service looks up."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    about: About
    subject_staff: str | None
    left_out: tuple[str, ...] = ()
    urgency: Urgency
    texts: dict[str, str]
    participants: tuple[UUID, ...] = ()
    meeting: UUID | None = None
    incident: UUID | None = None


class MoreForm(BaseModel):
    """What the raiser adds to a concern; `urgency` is None where it stays."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    texts: dict[str, str]
    urgency: Urgency | None = None


def from_state(state: Mapping[str, Any], metadata: str = "") -> ConcernForm:
    """The form as submitted; `metadata` says what it was opened from. Raises BadInput.

    Only what decides the way is required: about whom, what happened, how soon.
    """
    about = state.get("about")
    if about not in {one.value for one in About}:
        raise BadInput("Choose whom it is about; “not sure” is fine.", field="about")
    _need_facts(state)
    urgency = _urgency(state.get("urgency"))
    if urgency is None:
        raise BadInput("Choose how soon the lead needs to see this. What you wrote is still here.", field="urgency")
    texts = {name: _as_text(state[name]) for name in TEXTS if name not in _LOOKED_UP and state.get(name)}
    occurred = " ".join(part for part in (state.get("date"), state.get("time")) if part)
    if occurred:
        texts["occurred"] = f"{occurred} ({state['exact']})" if state.get("exact") else occurred
    paper = " ".join(part for part in (state.get("paper_date"), state.get("paper_time")) if part)
    if paper:
        texts["paper"] = paper
    source, _, origin = metadata.partition(":")
    if source == FROM_MESSAGE:
        texts["message"] = origin
    return ConcernForm(
        about=About(about),
        subject_staff=state.get("subject_staff") if about == About.STAFF else None,
        left_out=tuple(state.get("left_out") or ()),
        urgency=urgency,
        texts={name: texts[name] for name in TEXTS if name in texts},
        participants=tuple(UUID(one) for one in state.get("participants") or ()),
        meeting=UUID(state["meeting"]) if state.get("meeting") else None,
        incident=_known(origin) if source == FROM_INCIDENT else None,
    )


def _known(origin: str) -> UUID | None:
    """The incident that the form was opened from; a concern is not refused for what the form carries."""
    try:
        return UUID(origin)
    except ValueError:
        return None


def more_from_state(state: Mapping[str, Any]) -> MoreForm:
    """The form for adding more, as submitted. Raises BadInput where nothing was written."""
    _need_facts(state)
    urgency = state.get("urgency")
    texts = {name: _as_text(state[name]) for name in MORE if state.get(name)}
    return MoreForm(texts=texts, urgency=_urgency(urgency))


def _urgency(value: str | None) -> Urgency | None:
    """How soon; None where nothing was chosen. Raises BadInput for what the form does not offer any more."""
    try:
        return Urgency(value) if value else None
    except ValueError:
        raise BadInput("Choose again how soon somebody has to answer.", field="urgency") from None


def _need_facts(state: Mapping[str, Any]) -> None:
    if not (state.get("facts") or "").strip():
        raise BadInput("Say in a few words what you saw or heard. It need not be complete.", field="facts")


def _as_text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
