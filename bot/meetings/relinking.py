"""A link that got out: another is made, and what the provider held under the old one is deleted there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import cards, roster, sendings, states
from bot.diary.meetings import get
from bot.errors import BadInput, Conflict, NotNow
from bot.gates import anew, readiness
from bot.meetings import keys, service, upkeep
from bot.providers import needs_link, same_room
from db import audit
from db.models import Meeting, MeetingState, Registration, RetiredLink
from db.owed import owe
from db.scope import of


def check(meeting: Meeting) -> None:
    """Raises NotNow for a meeting that has no link which could be replaced."""
    if meeting.state is MeetingState.STARTED:
        raise NotNow(
            f"{meeting.reference} is running: a new link would shut everybody out. Lock the meeting and remove who "
            f"does not belong. Nothing was changed."
        )
    if meeting.state not in states.TO_COME:
        raise NotNow(f"{meeting.reference} is {meeting.state.value}; its link is used no more. Nothing was changed.")
    if not meeting.join_url:
        raise NotNow(f"{meeting.reference} has no link that could have got out. Nothing was changed.")


def who_has_it(session: Session, meeting: Meeting) -> Sequence[Registration]:
    """Those whose invitation was shown with the link that the meeting has now."""
    return [one for one in roster.registered(session, meeting) if roster.link_went(meeting, one) is not None]


def relink(session: Session, caller: Caller, meeting_id: UUID, number: int, passcode: str, now: datetime) -> Meeting:
    """Take the link of a meeting that its provider made out of use: what is there is deleted, and another with this
    passcode made. `number` is the link's own; of one that was replaced already nothing is changed.

    What staff said of the old one's settings is asked anew, and whoever had its link is named on the card.
    """
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.relinked != number:
        return meeting
    check(meeting)
    if needs_link(meeting.provider):
        raise Conflict(f"{meeting.reference} has a link of its host’s by now. Please ask once more.")
    room = (meeting.provider, meeting.join_url)
    upkeep.retire(session, meeting, caller.slack_id, now, got_out=True)
    meeting.passcode = passcode
    _unlinked(session, caller, meeting, room, now)
    upkeep.owe_making(session, meeting, now)
    return meeting


def relink_by_hand(
    session: Session, caller: Caller, meeting_id: UUID, version: int, pasted: str, passcode: str, now: datetime
) -> Meeting:
    """Take the link that a host pasted out of use, for another one (`pasted`), or for none yet. Raises BadInput where
    it is the old one, and as `service.edit`."""
    meeting = get(session, caller, meeting_id, to_change=True)
    if meeting.version != version:
        raise Conflict(f"Somebody changed {meeting.reference} meanwhile. Open it again to see how it is now.")
    check(meeting)
    room = (meeting.provider, meeting.join_url)
    if not pasted:
        meeting.passcode = ""
        _unlinked(session, caller, meeting, room, now)
        upkeep.owe_call(session, meeting, "meeting.create", now)
        return meeting
    url = keys.pasted(session, meeting, pasted).value.url
    if url and same_room(room, (meeting.provider, url)):
        raise BadInput("That is the old link. Make another meeting there, and paste its link.", field="link")
    if not url:
        raise BadInput("That holds no link. Paste the new meeting’s, or leave this empty.", field="link")
    changes = {"link": pasted, "passcode": passcode, "got_out": True}
    meeting = service.edit(session, caller, meeting_id, changes, now)
    sendings.tell_new_link(session, meeting, caller.slack_id, now)
    return meeting


def _unlinked(session: Session, caller: Caller, meeting: Meeting, room: anew.Room, now: datetime) -> None:
    """The meeting has no link from now on: nobody is given the old one any more."""
    meeting.join_url, meeting.link_since, meeting.settings_read = None, now, {}
    meeting.version += 1
    if meeting.state is not MeetingState.DRAFT:
        states.move(meeting, MeetingState.DRAFT)
    anew.room_changed(session, meeting, room, caller.slack_id, now)
    sendings.tell_new_link(session, meeting, caller.slack_id, now)
    audit.record(session, meeting.organisation_id, now, caller.slack_id, "meeting.relinked", "meeting", meeting.id)
    readiness.settle(session, meeting, caller.slack_id, now)


def made_meanwhile(session: Session, meeting: Meeting, number: int, ref: str, now: datetime) -> None:
    """`ref` was made or changed at the provider under a link that was retired meanwhile: it is deleted, too."""
    query = of(meeting.organisation_id, RetiredLink).where(RetiredLink.meeting_id == meeting.id)
    old = session.scalars(query.where(RetiredLink.number == number)).first()
    if old is not None:
        old.provider_ref = ref or old.provider_ref
        upkeep.owe_revoking(session, meeting, old, now, upkeep.AGAIN)


def standing(session: Session, meeting: Meeting) -> RetiredLink | None:
    """The last of its links that got out and still stands at the provider."""
    if not meeting.relinked:
        return None
    query = of(meeting.organisation_id, RetiredLink).where(RetiredLink.meeting_id == meeting.id)
    return session.scalars(
        query.where(RetiredLink.got_out, RetiredLink.revoked_at.is_(None)).order_by(RetiredLink.number.desc()).limit(1)
    ).first()


def replaced(session: Session, meeting: Meeting) -> bool:
    """Whether the link of before got out, rather than being lost in another way."""
    if not meeting.relinked or meeting.link_since is None:
        return False
    query = of(meeting.organisation_id, RetiredLink).where(RetiredLink.meeting_id == meeting.id)
    same = query.where(RetiredLink.got_out, RetiredLink.retired_at == meeting.link_since)
    return session.scalars(same.limit(1)).first() is not None


def revoked(session: Session, old_id: UUID, now: datetime, step: int) -> None:
    """The provider has deleted what it held: who asked for it is told, and the host."""
    old = session.get_one(RetiredLink, old_id)
    meeting = session.get_one(Meeting, old.meeting_id)
    old.revoked_at = old.revoked_at or now
    audit.record(session, meeting.organisation_id, now, "system", "meeting.link_revoked", "meeting", meeting.id)
    cards.changed(session, meeting, now)
    if step == upkeep.TOLD:
        tell(session, meeting, old, now)


def tell(session: Session, meeting: Meeting, old: RetiredLink, now: datetime) -> None:
    """Owe the news of how a revocation stands."""
    for one in dict.fromkeys((old.retired_by, meeting.host)):
        owe(session, old.organisation_id, "meeting.tell_revoked", at=now, target=one, record_id=old.id)
