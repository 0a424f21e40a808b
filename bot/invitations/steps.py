"""The deliveries of sending: one mail each, and the message that shows how far they are."""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot import mail
from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Later, Record
from bot.deps import Deps
from bot.diary import cards, sendings
from bot.invitations import making, sending_views
from bot.invitations.making import Back, Made, NeedsPage
from bot.mail import MOST_SECONDS, MailError, MailServer
from bot.slack.call import Say
from bot.slack.client import CALL_SECONDS
from db.models import Meeting, Organisation, Sending, SendingRound, SendingState
from db.owed import Claimed
from db.scope import of

_AGAIN = timedelta(hours=1)
_LOOK = timedelta(seconds=2)
_LONGEST = timedelta(seconds=60)


def register(jobs: Jobs) -> None:
    """Make the deliveries known."""
    jobs.on(sendings.SEND, send, lane=lanes.INVITATIONS, seconds=MOST_SECONDS)
    jobs.on(sendings.SHOW, show, lane=lanes.MESSAGES)


async def send(deps: Deps, claimed: Claimed) -> Record | None:
    """Make one mail as things stand now and hand it over; or write down why it does not go."""
    sending_id, now, server = claimed.record_id, deps.clock.now(), deps.settings.mail_server
    if sending_id is None:
        return None
    if server is None:
        raise Later(now + _AGAIN, "no_mail_server", together=True)
    sender = server.sender
    base = deps.settings.export_base

    def make(session: Session) -> making.Outcome | None:
        return making.make(session, sending_id, sender, now, pages=base is not None)

    found = await deps.db.read(make, seconds=5)
    if isinstance(found, NeedsPage) and base is not None:
        await deps.db.write(lambda session: making.note_page(session, sending_id, base, now), job=True)
        found = await deps.db.read(make, seconds=5)
    match found:
        case None:
            return None
        case NeedsPage():
            # Whom it goes to changed while the page was made.
            raise Later(now + _AGAIN, "page_of_another")
        case Back(code):
            return lambda session: making.note_back(session, sending_id, code)
        case making.Later(due):
            return lambda session: making.note_later(session, sending_id, due, now)
        case Made():
            return await _hand_over(deps, claimed, sending_id, found, server)


async def _hand_over(deps: Deps, claimed: Claimed, sending_id: UUID, made: Made, server: MailServer) -> Record:
    one = made.mail
    try:
        # The same id whenever it is made: whoever gets it twice, after a crash, sees it once.
        message = mail.build(
            one.to,
            one.subject,
            one.text,
            sender=server.sender,
            message_id=sending_id.hex,
            name=made.organisation,
            html=one.html,
            calendar=one.calendar,
        )
    except ValueError:
        return lambda session: making.note_refused(session, sending_id, made, "bad_address")
    try:
        await mail.send(message, server)
    except MailError as refused:
        code = refused.code
        if refused.permanent or (code == "mail_refused" and not refused.every):
            return lambda session: making.note_refused(session, sending_id, made, code)
        await deps.db.write(lambda session: _late(session, sending_id, code), job=True)
        wait = min(_LONGEST, timedelta(seconds=2.0 ** min(claimed.attempt, 6)))
        asked = timedelta(seconds=refused.retry_after) if refused.retry_after is not None else wait
        raise Later(deps.clock.now() + asked, code, together=refused.every) from None
    return lambda session: making.note_sent(session, sending_id, made, deps.clock.now())


def _late(session: Session, sending_id: UUID, code: str) -> None:
    session.get_one(Sending, sending_id).code = code


@dataclass(frozen=True)
class _Drawn:
    """How far a round is, as it is to be shown."""

    said: Say
    channel: str | None
    message_ts: str | None
    shown: bool
    due: datetime | None

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(json.dumps(self.said.blocks, sort_keys=True).encode()).hexdigest()


async def show(deps: Deps, claimed: Claimed) -> Record | None:
    """Have the message to whoever asked show how far the round is, and look again while mails are due."""
    round_id, now = claimed.record_id, deps.clock.now()
    if round_id is None:
        return None
    drawn = await deps.db.read(lambda session: _drawn(session, round_id, now), seconds=5)
    channel, message_ts, said = drawn.channel, drawn.message_ts, drawn.said
    if channel is None or message_ts is None:
        channel = await deps.slack.direct(claimed.target)
        answer = await deps.slack.call(
            "chat.postMessage", seconds=CALL_SECONDS, channel=channel, text=said.text, blocks=said.blocks
        )
        message_ts = str(answer["ts"])
    elif not drawn.shown:
        where = {"channel": channel, "ts": message_ts}
        await deps.slack.call("chat.update", seconds=CALL_SECONDS, text=said.text, blocks=said.blocks, **where)
    posted = (channel, message_ts)

    def record(session: Session) -> None:
        row = session.get_one(SendingRound, round_id)
        (row.channel, row.message_ts), row.drawn = posted, drawn.fingerprint
        if drawn.due is not None:
            sendings.owe_progress(session, row, now, drawn.due)
        else:
            cards.changed(session, session.get_one(Meeting, row.meeting_id), now)

    return record


def _drawn(session: Session, round_id: UUID, now: datetime) -> _Drawn:
    made = session.get_one(SendingRound, round_id)
    meeting = session.get_one(Meeting, made.meeting_id)
    zone = session.get_one(Organisation, made.organisation_id).timezone
    rows = session.scalars(of(made.organisation_id, Sending).where(Sending.round_id == round_id)).all()
    said = sending_views.progress(meeting, rows, now, zone)
    due = [row.due_at for row in rows if row.state is SendingState.WAITING and row.due_at <= now]
    # What a server has kept waiting for an hour is not looked at every other second.
    again = now + min(max(_LOOK, (now - min(due)) / 10), _LONGEST) if due else None
    drawn = _Drawn(said, made.channel, made.message_ts, False, again)
    return replace(drawn, shown=made.drawn == drawn.fingerprint)
