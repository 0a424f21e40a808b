"""What staff tick about a meeting: each tick its own fact with name and time, the newest of a key counting."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotNow
from bot.meetings.holding import hold
from bot.policy.gates import Answer, Gate, Tick
from db import audit
from db.base import new_id
from db.models import Meeting, MeetingState, MeetingTick, Role
from db.remember import remembered
from db.scope import of

URGENT = "urgent"
"""What is stored when a meeting is urgent contact with somebody at risk."""
_CLOSED = (MeetingState.CLOSED, MeetingState.CANCELLED)


def after_urgent_key(answer: str) -> str:
    """What an answer to what came of urgent contact is stored under."""
    return f"urgent-after:{answer}"


def prompt_key(moment: str, item: str) -> str:
    """What a tick of an item of the policy's prompts is stored under."""
    return f"prompt:{moment}:{item}"


def gate_key(gate: str) -> str:
    """What a tick of a gate is stored under."""
    return f"gate:{gate}"


def gate_keys(gate: Gate, people: Container[str] | None = None) -> tuple[str, ...]:
    """What ticks of an open gate are stored under: one for each of its people, so that a tick never speaks for
    somebody who is registered later. `people` narrows it to these; a gate about the meeting has one key."""
    if not gate.people:
        return (gate_key(gate.id),)
    return tuple(gate_key(f"{gate.id}:{one}") for one in gate.people if people is None or one in people)


def agreed_key(person: str, *, given: bool) -> str:
    """What a person's yes, or no, to the rules of this meeting is stored under."""
    return f"{'agreed' if given else 'said-no'}:{person}"


def agreement(standing: Mapping[str, Tick], person: str) -> Answer | None:
    """What a person said to the rules of this meeting; None where nobody has recorded it. A no outweighs a yes."""
    for given in (False, True):
        found = standing.get(agreed_key(person, given=given))
        if found is not None:
            return Answer(given, found.by, found.at)
    return None


def history(session: Session, meeting: Meeting) -> Sequence[MeetingTick]:
    """Every tick and untick of a meeting, oldest first."""
    query = of(meeting.organisation_id, MeetingTick).where(MeetingTick.meeting_id == meeting.id)

    def load() -> Sequence[MeetingTick]:
        return session.scalars(query.order_by(MeetingTick.sequence)).all()

    return remembered(session, ("ticks", meeting.id), (MeetingTick,), load)


def standing(rows: Iterable[MeetingTick]) -> dict[str, Tick]:
    """By key, what stands as ticked after these rows."""
    newest = {one.key: one for one in rows}
    return {
        key: Tick(by=one.by, at=one.at, reason=one.reason or "", manager=one.as_manager)
        for key, one in newest.items()
        if one.ticked
    }


def current(session: Session, meeting: Meeting) -> dict[str, Tick]:
    """By key, what stands as ticked now."""
    return standing(history(session, meeting))


def check_open(meeting: Meeting) -> None:
    """Raise NotNow where a meeting is closed or cancelled."""
    if meeting.state in _CLOSED:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; nothing can be ticked on it any more.")


def tick(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    key: str,
    now: datetime,
    *,
    ticked: bool = True,
    reason: str | None = None,
) -> bool:
    """Store that the caller ticked or unticked something; False where it stood like this already.

    The caller's right to run the meeting must have been checked. A tick with another reason, or a manager's
    where no manager's was, is a new fact. Raises NotNow where the meeting is closed or cancelled.
    """
    return bool(tick_all(session, caller, meeting, {key: reason}, now, ticked=ticked))


def tick_all(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    wanted: Mapping[str, str | None],
    now: datetime,
    *,
    ticked: bool = True,
    closed_too: bool = False,
) -> list[str]:
    """The same for several keys, each with its reason, in one go; those of them that changed. A gate that is
    ticked for many people is one audit event. `closed_too`: it may be said of a meeting that is closed or cancelled."""
    hold(session, meeting)
    if not closed_too:
        check_open(meeting)
    rows = history(session, meeting)
    stands, sequence = standing(rows), rows[-1].sequence if rows else 0
    changed = [key for key, reason in wanted.items() if _changes(stands.get(key), caller, ticked, reason)]
    session.add_all(
        MeetingTick(
            id=new_id(),
            organisation_id=meeting.organisation_id,
            meeting_id=meeting.id,
            sequence=number,
            key=key,
            ticked=ticked,
            reason=wanted[key] if ticked else None,
            as_manager=caller.has(Role.MANAGER),
            by=caller.slack_id,
            at=now,
        )
        for number, key in enumerate(changed, start=sequence + 1)
    )
    action = "meeting.ticked" if ticked else "meeting.unticked"
    for detail in _details(changed):
        audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)
    return changed


def _details(keys: Iterable[str]) -> list[str]:
    """What the audit says of ticks: each key, and of a gate for single people how many they are."""
    single = Counter(_without_person(key) for key in keys)
    return [f"{key} for {count} people" if count > 1 else key for key, count in single.items()]


def _without_person(key: str) -> str:
    start, _, rest = key.partition(":")
    return f"{start}:{rest.partition(':')[0]}" if start == "gate" else key


def _changes(stands: Tick | None, caller: Caller, ticked: bool, reason: str | None) -> bool:
    if ticked != (stands is not None):
        return True
    return stands is not None and _adds(stands, caller, reason)


def _adds(stands: Tick, caller: Caller, reason: str | None) -> bool:
    """Whether ticking once more says something that the tick there is does not."""
    return bool(reason and reason != stands.reason) or (caller.has(Role.MANAGER) and not stands.manager)
