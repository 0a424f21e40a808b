"""What is written down of a sending after its moment. A mail that the server has taken is written down at once, and by
few statements: what is not, is sent again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.diary import sendings
from bot.invitations.making import PASSCODE_AFTER, Made, may_come_back
from db.models import Meeting, MeetingState, Registration, Sending, SendingState, Stage

_SINCE = (
    select(Meeting.state, Meeting.link_since)
    .where(Meeting.id == bindparam("meeting"))
    # Whoever cancels it, or makes it a new link, waits until this is written down, or is seen here.
    .with_for_update(key_share=True)
)
_REGISTRATIONS = Registration.metadata.tables[Registration.__tablename__]
_LINK_SHOWN = (
    update(_REGISTRATIONS)
    .where(_REGISTRATIONS.c.id == bindparam("registration"))
    # A link that counts still keeps the moment at which it was first shown.
    .where(or_(_REGISTRATIONS.c.link_shown_at.is_(None), _REGISTRATIONS.c.link_shown_at < bindparam("since")))
    .values(link_shown_at=bindparam("at"))
)


def note_sent(session: Session, sending_id: UUID, made: Made, now: datetime) -> None:
    """Write down that the server has taken it, and ask for what has to follow where its link went out of use, or its
    meeting was cancelled, while it was on its way: whoever did that did not know that it had gone."""
    row = session.get_one(Sending, sending_id)
    state, since = session.execute(_SINCE, {"meeting": row.meeting_id}).one()
    row.state, row.sent_at, row.code, row.page = SendingState.SENT, made.at, None, None
    row.address, row.carers, row.sequence = made.address.email, made.address.carers, made.sequence
    row.starts_at, row.ends_at = made.times or (None, None)
    if row.stage is Stage.LINK:
        session.execute(_LINK_SHOWN, {"registration": row.registration_id, "since": since, "at": made.at})
    stage = _following(row.stage, made, state, since)
    if stage is not None:
        meeting = session.get_one(Meeting, row.meeting_id)
        until = may_come_back(meeting, now)
        due = {
            Stage.CANCELLED: until if until and until < meeting.starts_at else now,
            Stage.PASSCODE: made.at + PASSCODE_AFTER,
        }
        sendings.follow(session, meeting, row, stage, now, due.get(stage, now))


def _following(stage: Stage, made: Made, state: MeetingState, since: datetime | None) -> Stage | None:
    """What nobody has asked for, and has to come after this one."""
    if state is MeetingState.CANCELLED and stage is not Stage.CANCELLED:
        return Stage.CANCELLED
    if stage is not Stage.LINK:
        return None
    if since != made.link_since:
        return Stage.LINK
    # A link that was mailed anew by itself has a passcode of its own.
    return Stage.PASSCODE if made.apart else None


def note_unknown(session: Session, sending_id: UUID, made: Made, code: str) -> None:
    """Write down that nobody knows whether the server has it: it is tried again, and until then it counts as with its
    reader for whoever warns of the link."""
    row = session.get_one(Sending, sending_id)
    since = session.execute(_SINCE, {"meeting": row.meeting_id}).one().link_since
    row.code, row.sent_at, row.sequence = code, made.at, made.sequence
    row.address, row.carers = made.address.email, made.address.carers
    row.starts_at, row.ends_at = made.times or (None, None)
    if row.stage is Stage.LINK:
        session.execute(_LINK_SHOWN, {"registration": row.registration_id, "since": since, "at": made.at})


def note_refused(session: Session, sending_id: UUID, made: Made, code: str) -> None:
    """Write down that the server refuses it for good."""
    row = session.get_one(Sending, sending_id)
    row.state, row.code, row.page = SendingState.REFUSED, code, None
    row.address, row.carers = made.address.email, made.address.carers


def note_back(session: Session, sending_id: UUID, code: str, now: datetime) -> None:
    """Write down that it does not go, and why. What the server may have taken before is not taken back: its reader is
    told of a cancellation like all others."""
    row = session.get_one(Sending, sending_id)
    if row.code == sendings.UNKNOWN:
        row.state, row.page = SendingState.SENT, None
        meeting = session.get_one(Meeting, row.meeting_id)
        if meeting.state is MeetingState.CANCELLED and row.stage is not Stage.CANCELLED:
            until = may_come_back(meeting, now)
            due = until if until and until < meeting.starts_at else now
            sendings.follow(session, meeting, row, Stage.CANCELLED, now, due)
        return
    row.state, row.code, row.page = SendingState.TAKEN_BACK, code, None


def note_later(session: Session, sending_id: UUID, due: datetime, now: datetime) -> None:
    """Owe it again for its new time."""
    sendings.put_off(session, session.get_one(Sending, sending_id), due, now)
