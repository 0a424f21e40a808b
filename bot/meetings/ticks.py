"""What staff tick about a meeting: each tick its own fact with name and time, the newest of a key counting."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import Refused
from bot.policy.gates import Tick
from db import audit
from db.base import new_id
from db.models import Meeting, MeetingState, MeetingTick, Role
from db.scope import of

_CLOSED = (MeetingState.CLOSED, MeetingState.CANCELLED)


def prompt_key(moment: str, item: str) -> str:
    """What a tick of an item of the policy's prompts is stored under."""
    return f"prompt:{moment}:{item}"


def gate_key(gate: str) -> str:
    """What a tick of a gate is stored under."""
    return f"gate:{gate}"


def history(session: Session, meeting: Meeting) -> Sequence[MeetingTick]:
    """Every tick and untick of a meeting, oldest first."""
    query = of(meeting.organisation_id, MeetingTick).where(MeetingTick.meeting_id == meeting.id)
    return session.scalars(query.order_by(MeetingTick.sequence)).all()


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


def hold(session: Session, meeting: Meeting) -> None:
    """Keep a meeting from being changed by others until the end of the unit of work; it is read anew."""
    session.refresh(meeting, with_for_update={"key_share": True})


def check_open(meeting: Meeting) -> None:
    """Raise Refused where a meeting is closed or cancelled."""
    if meeting.state in _CLOSED:
        raise Refused(f"{meeting.reference} is {meeting.state.value}; nothing can be ticked on it any more.")


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
    where no manager's was, is a new fact. Raises Refused where the meeting is closed or cancelled.
    """
    hold(session, meeting)
    check_open(meeting)
    rows = history(session, meeting)
    stands = standing(rows).get(key)
    if ticked == (stands is not None) and (stands is None or not _adds(stands, caller, reason)):
        return False
    session.add(
        MeetingTick(
            id=new_id(),
            organisation_id=meeting.organisation_id,
            meeting_id=meeting.id,
            sequence=rows[-1].sequence + 1 if rows else 1,
            key=key,
            ticked=ticked,
            reason=reason if ticked else None,
            as_manager=caller.has(Role.MANAGER),
            by=caller.slack_id,
            at=now,
        )
    )
    action = "meeting.ticked" if ticked else "meeting.unticked"
    audit.record(session, meeting.organisation_id, now, caller.slack_id, action, "meeting", meeting.id, key)
    return True


def _adds(stands: Tick, caller: Caller, reason: str | None) -> bool:
    """Whether ticking once more says something that the tick there is does not."""
    return bool(reason and reason != stands.reason) or (caller.has(Role.MANAGER) and not stands.manager)
