"""The register from what somebody typed or ticked."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from bot.attendance.door import Answers
from bot.errors import BadInput
from bot.participants.forms import check_ages
from bot.reading import Ask, NotOurs, Refused, Understood, as_id, as_number, clean
from bot.reading.past import periods
from bot.reading.persons import people
from bot.reading.persons.ages import Age
from bot.reading.persons.names import folded
from bot.reading.persons.people import Person
from bot.slack.text import unescape

_SPAN = re.compile(r"\b(?:week|month|fortnight|quarter|year|term)s?\b", re.IGNORECASE)
PRESENT = "present"
WALK_INS = "walk_ins"
WHO_CAME = "who"
WHO_WAS_ABSENT = "absent"
IS_WALK_IN = "walk_in"
LEAVE_OUT = "leave_out"
REASON = "reason"
SAID_NO = "said_no"
AGREED = "agreed"
REMOVED = "removed"


class TickedRegister(BaseModel):
    """The form as it came back.

    `drawn`: those that the form showed, and how each stood when it was drawn (None: not marked yet).
    `ages`: those that stand behind the names of walk-ins, by the folded name.
    `who`, `absent`: the answers to questions about names, by `key` of the name: a registration's id or
    one of IS_WALK_IN and LEAVE_OUT. `answers`: what the policy asks at the door.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    meeting_id: UUID
    version: int
    drawn: Mapping[UUID, bool | None]
    present: frozenset[UUID]
    walk_ins: tuple[str, ...] = ()
    ages: Mapping[str, Age] = {}
    who: Mapping[str, str] = {}
    absent: Mapping[str, str] = {}
    answers: Answers = Answers()


def key(name: str) -> str:
    """A short name for a name, for use in the id of a question about it."""
    return hashlib.sha256(folded(name).encode()).hexdigest()[:16]


def _people(words: str, field: str, day: date) -> Sequence[Person]:
    """Those who came without being registered, each once. Raises BadInput for what is no name, or may be two, and for
    an age that nobody can have."""
    outcome = people.read(words)
    if isinstance(outcome, Refused):
        raise BadInput(outcome.why, field=field)
    if isinstance(outcome, Ask):
        raise BadInput(outcome.question, field=field)
    check_ages(outcome.value.people, None, day, field)
    found: dict[str, Person] = {}
    for one in outcome.value.people:
        found.setdefault(folded(one.name), one)
    return tuple(found.values())


def is_of_days(text: str, now: datetime, zone: str) -> bool:
    """Whether a text as a whole names a week, a month or more days that have been, and no meeting: `last week`."""
    if not _SPAN.search(text):
        return False
    found = periods.read(unescape(text), now.astimezone(ZoneInfo(zone)).date(), ())
    return isinstance(found, Understood) and found.value.last > found.value.first


def metadata(meeting_id: UUID, version: int, drawn: Sequence[bool | None]) -> str:
    """What the form carries: the meeting, the register's version, and how each person stood, in the form's order."""
    return f"{meeting_id}:{version}:{''.join({True: 'p', False: 'a', None: '-'}[one] for one in drawn)}"


def from_view(view: Mapping[str, Any], state: Mapping[str, Any], day: date) -> TickedRegister:
    """The register from the form, its blocks and what was ticked in them, on a day. Raises BadInput naming the
    field."""
    meeting_id, version, stood = [*str(view.get("private_metadata", "")).split(":"), "", ""][:3]
    shown = [
        as_id(option["value"])
        for block in view["blocks"]
        if block["block_id"].startswith(f"{PRESENT}.")
        for option in block["element"]["options"]
    ]
    how = {"p": True, "a": False, "-": None}
    if len(shown) != len(stood) or set(stood) - set(how):
        raise NotOurs
    field = f"{WALK_INS}.{version}"
    words = state.get(field) or ""
    came = _people(words, field, day) if words.strip() else ()
    return TickedRegister(
        meeting_id=as_id(meeting_id),
        version=as_number(version),
        drawn={one: how[mark] for one, mark in zip(shown, stood, strict=True)},
        present=frozenset(as_id(one) for boxes in _answers(state, PRESENT).values() for one in boxes),
        walk_ins=tuple(one.name for one in came),
        ages={folded(one.name): one.age for one in came if one.age},
        who=_answers(state, WHO_CAME),
        absent=_answers(state, WHO_WAS_ABSENT),
        answers=Answers(
            reason=clean(str(state.get(REASON) or "")),
            said_no=frozenset(as_id(one) for one in state.get(SAID_NO) or ()),
            others_agreed=bool(state.get(AGREED)),
            removed=frozenset(as_id(one) for one in state.get(REMOVED) or ()),
            were_removed=_drawn_as_removed(view),
        ),
    )


def _drawn_as_removed(view: Mapping[str, Any]) -> frozenset[UUID]:
    field = next((block for block in view["blocks"] if block["block_id"] == REMOVED), None)
    chosen = field["element"].get("initial_options") or () if field else ()
    return frozenset(as_id(one["value"]) for one in chosen)


def block_of(view: Mapping[str, Any], registration_id: UUID) -> str | None:
    """The id of the form's block with the box of that person; None for somebody it does not show."""
    shown = (block for block in view["blocks"] if block["block_id"].startswith(f"{PRESENT}."))
    wanted = (
        block for block in shown if any(one["value"] == f"{registration_id}" for one in block["element"]["options"])
    )
    return next((str(block["block_id"]) for block in wanted), None)


def _answers(state: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The fields whose id begins with a prefix, by the rest of their id; empty ones are left out."""
    return {
        block_id.removeprefix(f"{prefix}."): value
        for block_id, value in state.items()
        if block_id.startswith(f"{prefix}.") and value
    }


def answered(view: Mapping[str, Any], state: Mapping[str, Any], ticked: TickedRegister) -> list[dict[str, Any]]:
    """The form's questions that have been answered, to be shown again with their answers."""
    wanted = {f"{WHO_WAS_ABSENT}.{one}" for one in ticked.absent}
    wanted |= {f"{WHO_CAME}.{key(name)}" for name in ticked.walk_ins}
    kept = []
    for block in view["blocks"]:
        value = state.get(block["block_id"])
        if block["block_id"] in wanted and value:
            chosen = next(option for option in block["element"]["options"] if option["value"] == value)
            kept.append({**block, "element": {**block["element"], "initial_option": chosen}})
    return kept
