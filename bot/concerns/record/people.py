"""The people of a concern, each with their own role in it: from the register, or as a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights
from bot.concerns.record import conflicts, guards
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.sheets import Ask, Field, read
from bot.concerns.states import Event
from bot.reading import as_id
from bot.reading.persons.names import bare
from db.models import Concern, EntryKind, Participant, Staff
from db.opened import opened
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
REGISTERED, COLLEAGUE = "person_registered", "person_colleague"
"""The fields with the questions which of the registered people, or whether a colleague, it is."""
ANOTHER = "another"
"""The answer that says: another person of a colleague's name."""
NOT_COLLEAGUE = "not_colleague"
"""The key of a person's entry that keeps which colleague of the same name it is not."""
_ALIKE = 85
_MOST = 5


def from_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """The form as filled in, with the registered person's id where one was chosen. Raises BadInput."""
    found: dict[str, Any] = dict(read(FIELDS, state))
    if state.get(REGISTERED) not in (None, NOBODY):
        found["participant"] = str(as_id(state[REGISTERED]))
    return found


def colleagues(session: Session, concern: Concern, name: str) -> list[Staff]:
    """Those who may read this record and are called so, whatever the case, accents, spaces, apostrophes and order,
    and of whom nobody has said in this record that it is not they."""
    staff = session.scalars(
        of(concern.organisation_id, Staff).where(Staff.slack_id.in_(rights.recipients(session, concern)))
    )
    like = [one for one in staff if one.name and _plain(one.name) == _plain(name)]
    if not like:
        return []
    linked = entries.current(session, concern, EntryKind.PERSON)
    same = [one for one in linked if _plain(str(one.fields.get(NAME.name))) == _plain(name)]
    known = {slack_id for one in same for slack_id in str(one.fields.get(NOT_COLLEAGUE, "")).split()}
    return [one for one in like if one.slack_id not in known]


def _plain(name: str) -> tuple[str, ...]:
    """A name as it is compared."""
    return tuple(sorted(bare(name).split()))


def alike(session: Session, caller: Caller, name: str) -> list[Participant]:
    """Registered people whose name is like this one, most alike first, five at most."""
    everybody = opened(session, caller.organisation_id, Participant, Participant.name)
    names = {key: known for (key,), known in everybody}
    near = process.extract(
        name,
        names,
        scorer=fuzz.token_sort_ratio,
        processor=utils.default_process,
        limit=_MOST,
        score_cutoff=_ALIKE,
    )
    found = of(caller.organisation_id, Participant).where(Participant.id.in_([key for _, _, key in near]))
    rows = {one.id: one for one in session.scalars(found)} if near else {}
    return list(dict.fromkeys(rows[key].person for _, _, key in near))


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
        known = of(caller.organisation_id, Participant).where(Participant.id == as_id(fields["participant"]))
        if session.scalar(known) is None:
            del fields["participant"]
    before = entries.get(session, concern, entry_id) if entry_id else None
    if before is not None and NOT_COLLEAGUE in before.fields and before.fields[NAME.name] == fields[NAME.name]:
        fields.setdefault(NOT_COLLEAGUE, before.fields[NOT_COLLEAGUE])
    entry = conflicts.save(session, caller, concern, EntryKind.PERSON, entry_id, version, fields, now)
    if not isinstance(entry, Clash):
        guards.step(session, caller, concern, Event.NOTE, now)
    return entry
