"""What went to whom about a meeting, and what is still to go: asking for it, and looking it up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from bot.diary import roster
from db.base import new_id
from db.models import BY_MAIL, Delivery, Meeting, Registration, Sending, SendingRound, SendingState, Stage
from db.owed import owe
from db.remember import remembered
from db.scope import ORGANISATION, of

SEND = "invitation.send"
"""The delivery that makes one sending as things stand then."""
SHOW = "invitation.progress"
"""The delivery that shows how far a round is."""
UNKNOWN = "mail_unknown"
"""The code of a mail of which the server did not say whether it took it."""
SERVER = "smtp"
"""The target of every sending: what the mail server refuses, it refuses to all."""
_OF_MEETING = (
    of(ORGANISATION, Sending).where(Sending.meeting_id == bindparam("meeting")).order_by(Sending.asked_at, Sending.id)
)


def of_meeting(session: Session, meeting: Meeting) -> list[Sending]:
    """Everything that went or is to go about a meeting, in the order in which it was asked for."""
    if not meeting.has_sendings:
        return []
    asked = {"organisation": meeting.organisation_id, "meeting": meeting.id}
    return remembered(
        session, ("sendings", meeting.id), (Sending,), lambda: list(session.scalars(_OF_MEETING, asked).all())
    )


@dataclass(frozen=True)
class History:
    """What went, or is to go, to one person about one meeting, in the order in which it was asked for. Whoever was
    taken off and added again, at `since`, has nothing of what they were given before."""

    rows: tuple[Sending, ...] = ()
    since: datetime | None = None

    @property
    def sent(self) -> list[Sending]:
        """What they have."""
        return [one for one in self._sent if self.since is None or _sent_at(one) >= self.since]

    @property
    def _sent(self) -> list[Sending]:
        return sorted((one for one in self.rows if one.state is SendingState.SENT), key=_sent_at)

    def had(self, *stages: Stage, since: datetime | None = None) -> Sending | None:
        """The last of some stages that they have, where it is not from before a moment."""
        found = [one for one in self.sent if one.stage in stages and (since is None or _sent_at(one) >= since)]
        return found[-1] if found else None

    def waiting(self, *stages: Stage) -> Sending | None:
        """What of some stages is on its way."""
        found = (one for one in self.rows if one.stage in stages and one.state is SendingState.WAITING)
        return next(found, None)

    def knows_another_time(self, meeting: Meeting) -> bool:
        """Whether the last that they were told is not when the meeting is now."""
        told = [one for one in self.sent if one.starts_at is not None]
        return bool(told) and (told[-1].starts_at, told[-1].ends_at) != (meeting.starts_at, meeting.ends_at)

    @property
    def sequence(self) -> int | None:
        """The number of the last calendar entry that they have."""
        return max((one.sequence for one in self._sent if one.sequence is not None), default=None)

    @property
    def last(self) -> Sending | None:
        """What was asked for last."""
        return self.rows[-1] if self.rows else None


def _sent_at(one: Sending) -> datetime:
    return one.sent_at or one.asked_at


def by_person(rows: Iterable[Sending], places: Iterable[Registration] = ()) -> dict[UUID, History]:
    """The same for each person, by registration; of these `places` by when somebody was added to them last."""
    since = {one.id: one.added_at for one in places}
    found: dict[UUID, list[Sending]] = {}
    for one in rows:
        found.setdefault(one.registration_id, []).append(one)
    return {key: History(tuple(every), since.get(key)) for key, every in found.items()}


def under_way(session: Session, meeting: Meeting, registration: Registration, now: datetime) -> bool:
    """Whether a mail with the link may be with the server just now, so that nobody can call it back."""
    rows = [one for one in of_meeting(session, meeting) if one.registration_id == registration.id]
    row = History(tuple(rows)).waiting(Stage.LINK)
    if row is None:
        return False
    claimed = of(meeting.organisation_id, Delivery).where(
        Delivery.kind == SEND, Delivery.record_id == row.id, Delivery.done_at.is_(None), Delivery.lease_until > now
    )
    return row.code == UNKNOWN or session.scalar(claimed.limit(1)) is not None


def begin_round(session: Session, meeting: Meeting, person: str, now: datetime) -> SendingRound:
    """Begin what one confirmation asks for, and owe the message that shows how far it is."""
    made = SendingRound(
        id=new_id(), organisation_id=meeting.organisation_id, meeting_id=meeting.id, person=person, asked_at=now
    )
    session.add(made)
    session.flush()
    owe_progress(session, made, now, now)
    return made


def owe_progress(
    session: Session, made: SendingRound, now: datetime, due: datetime, only_once: str | None = None
) -> None:
    """Owe the message that shows how far a round is."""
    owe(
        session,
        made.organisation_id,
        SHOW,
        at=now,
        due=due,
        target=made.person,
        record_id=made.id,
        queue=f"{SHOW}:{made.id}",
        only_once=only_once,
    )


def ask(
    session: Session,
    meeting: Meeting,
    registration_id: UUID,
    stage: Stage,
    by: str,
    now: datetime,
    due: datetime,
    made: SendingRound | None = None,
) -> Sending:
    """Ask for one sending; it is owed from now on."""
    row = Sending(
        id=new_id(),
        organisation_id=meeting.organisation_id,
        meeting_id=meeting.id,
        registration_id=registration_id,
        round_id=made.id if made else None,
        stage=stage,
        state=SendingState.WAITING,
        how=BY_MAIL,
        carers=False,
        asked_by=by,
        asked_at=now,
        due_at=due,
    )
    note(session, meeting, row)
    owe_sending(session, row, now)
    return row


def note(session: Session, meeting: Meeting, row: Sending) -> None:
    """Keep a new row; the meeting has to be held to be changed."""
    session.add(row)
    meeting.has_sendings = True


def owe_sending(session: Session, row: Sending, now: datetime) -> None:
    """Owe a sending at its time."""
    turn, organisation_id = row.meeting_id.hex, row.organisation_id
    owe(session, organisation_id, SEND, at=now, due=row.due_at, target=SERVER, record_id=row.id, turn=turn)


def put_off(session: Session, row: Sending, due: datetime, now: datetime) -> None:
    """Owe a sending again for its new time, and a look then at how far its round is."""
    row.due_at = due
    owe_sending(session, row, now)
    made = session.get(SendingRound, row.round_id) if row.round_id else None
    if made is not None:
        owe_progress(session, made, now, due, only_once=f"{SHOW}:{made.id}:{int(due.timestamp()) // 60}")


def follow(session: Session, meeting: Meeting, row: Sending, stage: Stage, now: datetime, due: datetime) -> None:
    """Ask for what has to come after a sending, in its round, where it is not on its way already."""
    theirs = of(row.organisation_id, Sending).where(
        Sending.registration_id == row.registration_id,
        Sending.stage == stage,
        Sending.state == SendingState.WAITING,
        Sending.id != row.id,
    )
    if session.scalars(theirs.limit(1)).first() is None:
        made = session.get(SendingRound, row.round_id) if row.round_id else None
        ask(session, meeting, row.registration_id, stage, row.asked_by, now, due, made)
        if made is not None:
            owe_progress(session, made, now, due)


def tell_cancelled(session: Session, meeting: Meeting, by: str, now: datetime, due: datetime) -> int:
    """Ask that whoever was told of a meeting is told that it is cancelled, at `due`; how many that are."""
    return _tell(session, meeting, Stage.CANCELLED, by, now, due)


def tell_new_link(session: Session, meeting: Meeting, by: str, now: datetime) -> int:
    """Ask that whoever was mailed the link of a meeting is mailed the new one; how many that are. Each mail is made by
    the link and the rules of its own moment: who may not have it any more does not get it."""
    return _tell(session, meeting, Stage.LINK, by, now, now)


def look_again(session: Session, meeting: Meeting, now: datetime) -> None:
    """The meeting is at another time, or is not cancelled after all: what waits is looked at now, and then waits for
    the right day."""
    waiting = [one for one in of_meeting(session, meeting) if one.state is SendingState.WAITING and one.due_at > now]
    for one in waiting:
        one.due_at = now
        owe_sending(session, one, now)
    rounds = {one.round_id for one in waiting if one.round_id}
    theirs = of(meeting.organisation_id, SendingRound).where(SendingRound.id.in_(rounds))
    for made in session.scalars(theirs).all() if rounds else ():
        owe_progress(session, made, now, now)


def _tell(session: Session, meeting: Meeting, stage: Stage, by: str, now: datetime, due: datetime) -> int:
    wanted = (Stage.LINK,) if stage is Stage.LINK else tuple(Stage)
    told = {
        key: history
        for key, history in by_person(of_meeting(session, meeting)).items()
        if (had := history.had(*wanted)) is not None
        and had.stage is not Stage.CANCELLED
        # Whoever was mailed is mailed that it is cancelled, whatever they were told by phone since.
        and (had.by_mail or (stage is Stage.CANCELLED and any(one.by_mail for one in history.sent)))
    }
    if not told:
        return 0
    here = {one.id for one in roster.registered(session, meeting)}
    theirs = {key: history for key, history in told.items() if key in here}
    made = begin_round(session, meeting, by, now) if theirs else None
    if made is not None and due > now:
        owe_progress(session, made, now, due)
    for key, history in theirs.items():
        waiting = history.waiting(stage)
        if waiting is None:
            ask(session, meeting, key, stage, by, now, due, made)
        else:
            waiting.due_at = due
            owe_sending(session, waiting, now)
    return len(theirs)
