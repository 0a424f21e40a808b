"""The people of a concern, each with their own role in it: from the register, or as a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, utils
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.states import Event
from bot.concerns.work import conflicts, guards
from bot.concerns.work.conflicts import Clash
from bot.concerns.work.sheets import Ask, Field, read
from db.models import Concern, EntryKind, Participant
from db.scope import of

PARTS = (
    ("subject", "Subject: the worry is about them"),
    ("alleged", "Alleged to have caused harm"),
    ("sibling", "Brother or sister"),
    ("parent", "Parent or carer"),
    ("witness", "Witness"),
    ("friend", "Friend, or another participant"),
    ("professional", "Professional"),
    ("other", "Somebody else"),
)
NAME = Field("person_name", "Who?", needed="Who is it? A name, or what is known.", said="Name")
PART = Field(
    "person_part", "Their part in it", Ask.CHOICE, PARTS, needed="Choose their part: subject, witness, or another."
)
NOTE = Field("person_note", "Anything to add?", Ask.LONG, said="Note")
FIELDS = (NAME, PART, NOTE)
NOBODY = "none"
"""The answer that says: none of the registered people of a like name."""
_ALIKE = 85
_MOST = 5


def from_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """The form as filled in, with the registered person's id where one was chosen. Raises BadInput."""
    found: dict[str, Any] = dict(read(FIELDS, state))
    if state.get("person_registered") not in (None, NOBODY):
        found["participant"] = str(UUID(str(state["person_registered"])))
    return found


def alike(session: Session, caller: Caller, name: str) -> list[Participant]:
    """Registered people whose name is like this one, most alike first, five at most."""
    everybody = of(caller.organisation_id, Participant)
    # Only names are opened for all of them: a register of thousands must not make somebody wait.
    names = session.execute(everybody.with_only_columns(Participant.id, Participant.name))
    scored = {key: fuzz.token_sort_ratio(name, known, processor=utils.default_process) for key, known in names}
    near = sorted((key for key, score in scored.items() if score >= _ALIKE), key=lambda key: -scored[key])[:_MOST]
    found = {one.id: one for one in session.scalars(everybody.where(Participant.id.in_(near)))}
    return [found[key] for key in near]


def save(
    session: Session,
    caller: Caller,
    concern: Concern,
    entry_id: UUID | None,
    version: int,
    found: Mapping[str, Any],
    now: datetime,
) -> UUID | Clash:
    """Link somebody, or change what is said of them. The registered person must be one of the organisation's."""
    fields = dict(found)
    if "participant" in fields:
        known = of(caller.organisation_id, Participant).where(Participant.id == UUID(fields["participant"]))
        if session.scalar(known) is None:
            del fields["participant"]
    entry = conflicts.save(session, caller, concern, EntryKind.PERSON, entry_id, version, fields, now)
    if not isinstance(entry, Clash):
        guards.step(session, caller, concern, Event.NOTE, now)
    return entry
