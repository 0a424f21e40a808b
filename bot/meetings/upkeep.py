"""What is owed to a meeting's provider, and what becomes of the link when the provider's meeting is gone."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.diary import states
from bot.gates import anew
from bot.providers import ManualProvider, needs_link, new_passcode
from db import audit
from db.base import new_id
from db.models import Meeting, MeetingState, RetiredLink
from db.owed import owe, supersede

MADE_IN = states.TO_COME
"""The states in which the provider's meeting is made, changed and looked after."""
REVOKE = "meeting.revoke"
TOLD, AGAIN = 0, 1
"""Steps of a revocation: the one that is told of, and one that nobody waits to hear of."""
MAKING = ("meeting.create", "meeting.change")
_LOOKS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=10), timedelta(0))
"""How long before the start the provider is asked whether the meeting still stands as planned."""
LOOK_EVERY = timedelta(hours=1)
"""How often it is asked from the start on, until the end."""


def owe_making(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe it to the provider to make the meeting, or to bring it in line; what was still waiting for a next try is
    done with. Calls about one meeting go one after the other."""
    if meeting.provider_since is not None:
        supersede(session, meeting.organisation_id, MAKING, meeting.id, now)
    meeting.provider_since, meeting.provider_next = meeting.provider_since or now, None
    owe_call(session, meeting, "meeting.change" if meeting.provider_ref else "meeting.create", now)


def owe_look(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the next look at whether the provider's meeting still stands as planned, in place of one owed before."""
    supersede(session, meeting.organisation_id, ("meeting.look",), meeting.id, now)
    coming = min((meeting.starts_at - before for before in _LOOKS if meeting.starts_at - before > now), default=None)
    due = coming or now + LOOK_EVERY
    if meeting.provider_ref and due < meeting.ends_at:
        owe_call(session, meeting, "meeting.look", now, due=due)


def owe_look_now(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe a look at once: the provider told that the meeting was changed, or begins."""
    if meeting.provider_ref and meeting.state in states.OPEN:
        supersede(session, meeting.organisation_id, ("meeting.look",), meeting.id, now)
        owe_call(session, meeting, "meeting.look", now)


def owe_call(session: Session, meeting: Meeting, kind: str, now: datetime, *, due: datetime | None = None) -> None:
    """Owe one call about a meeting."""
    _owe(session, meeting, kind, now, due=due, target=meeting.provider)


def take_over_by_hand(session: Session, meeting: Meeting, now: datetime) -> None:
    """The host makes the meeting in the bot's place: the provider's own is deleted, if there is one."""
    supersede(session, meeting.organisation_id, (*MAKING, "meeting.look"), meeting.id, now)
    retire(session, meeting, meeting.host, now)
    meeting.provider, meeting.provider_ref = ManualProvider.name, None
    meeting.provider_error = meeting.provider_since = meeting.provider_next = None
    meeting.settings_read = {}
    owe_call(session, meeting, "meeting.create", now)


def move_to(session: Session, meeting: Meeting, provider: str, now: datetime) -> None:
    """The meeting is held elsewhere from now on, with the same people: what the provider of before holds of it is
    deleted, and its link is given to nobody any more."""
    supersede(session, meeting.organisation_id, (*MAKING, "meeting.look"), meeting.id, now)
    if not needs_link(meeting.provider):
        retire(session, meeting, meeting.host, now)
    meeting.provider, meeting.provider_ref = provider, None
    meeting.provider_error = meeting.provider_since = meeting.provider_next = None
    meeting.link_since = now if meeting.join_url else meeting.link_since
    meeting.join_url, meeting.settings_read = None, {}
    meeting.passcode = "" if needs_link(provider) else new_passcode(provider)
    if meeting.state is not MeetingState.DRAFT:
        states.move(meeting, MeetingState.DRAFT)
    if needs_link(provider):
        owe_call(session, meeting, "meeting.create", now)


def retire(session: Session, meeting: Meeting, by: str, now: datetime, *, got_out: bool = False) -> RetiredLink:
    """Take what the provider holds of a meeting out of use, and owe it to the provider to delete it: by its own number
    there, which some find a meeting by alone, and by the reference that a crash may have left behind."""
    old = RetiredLink(
        id=new_id(),
        organisation_id=meeting.organisation_id,
        meeting_id=meeting.id,
        number=meeting.relinked,
        provider=meeting.provider,
        provider_ref=meeting.provider_ref,
        got_out=got_out,
        retired_by=by,
        retired_at=now,
    )
    session.add(old)
    session.flush()
    owe_revoking(session, meeting, old, now, TOLD if got_out else AGAIN)
    meeting.relinked += 1
    meeting.provider_ref = None
    return old


def owe_revoking(session: Session, meeting: Meeting, old: RetiredLink, now: datetime, step: int) -> None:
    """Owe it to the provider to delete what it holds under a link that is used no more; calls about one meeting go one
    after the other."""
    organisation_id, to, queue, turn = old.organisation_id, old.provider, f"meeting:{meeting.id}", meeting.host
    owe(session, organisation_id, REVOKE, at=now, target=to, record_id=old.id, step=step, queue=queue, turn=turn)


def _owe(session: Session, meeting: Meeting, kind: str, now: datetime, **more: Any) -> None:
    """Calls about one meeting go one after the other, and those of one host take turns with others'."""
    queue, turn = f"meeting:{meeting.id}", meeting.host
    owe(session, meeting.organisation_id, kind, at=now, record_id=meeting.id, queue=queue, turn=turn, **more)


def gone(session: Session, meeting: Meeting, now: datetime) -> None:
    """Somebody deleted the provider's meeting: its link is never offered again, and another is made."""
    room = (meeting.provider, meeting.join_url)
    meeting.provider_ref = meeting.join_url = None
    meeting.link_since = now
    meeting.settings_read = {}
    if meeting.state is not MeetingState.DRAFT:
        states.move(meeting, MeetingState.DRAFT)
        meeting.version += 1
    anew.room_changed(session, meeting, room, "system", now)
    audit.record(session, meeting.organisation_id, now, "system", "meeting.gone", "meeting", meeting.id)
    owe_making(session, meeting, now)
