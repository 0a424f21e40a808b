"""The deliveries of sending: one mail each, and the message that shows how far they are."""

import asyncio
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot import mail
from bot.deliveries import lanes
from bot.deliveries.registry import Hand, Jobs, Later, Record
from bot.deps import Deps
from bot.diary import cards, sendings
from bot.invitations import making, noting, sending_views
from bot.invitations.making import Back, Made, NeedsPage
from bot.mail import MOST_SECONDS, MailError, MailServer
from bot.slack.call import Say
from bot.slack.client import CALL_SECONDS
from db.models import Meeting, MeetingCard, Organisation, Sending, SendingRound, SendingState, Stage
from db.owed import Claimed
from db.scope import of
from db.session import NotSaved

_AGAIN = timedelta(hours=1)
_LOOK = timedelta(seconds=2)
_LONGEST = timedelta(seconds=60)
_SLICE_SECONDS = 10.0
"""How long mails of one meeting are begun before the turn is another's."""
_FRESH_SECONDS = 2.0
"""How long a mail may go by what was known before those that went just before it; longer only with its own server."""
_SLOW_SECONDS = 5.0
_ON_THE_CARD = (Stage.LINK, Stage.PASSCODE)
_AS_ASKED = (SendingState.WAITING, SendingState.SENT)


def register(jobs: Jobs) -> None:
    """Make the deliveries known."""
    jobs.on_slices(sendings.SEND, send, lane=lanes.INVITATIONS, seconds=MOST_SECONDS + 2 * _SLICE_SECONDS)
    jobs.on(sendings.SHOW, show, lane=lanes.MESSAGES)


async def send(deps: Deps, hand: Hand) -> None:
    """Make mails of one meeting as things stand now and hand them over, on one connection; or write down why one does
    not go. What each came to is written down before the next is begun."""
    server = deps.settings.mail_server
    if server is None:
        await hand.end(hand.rest[0], Later(deps.clock.now() + _AGAIN, "no_mail_server", together=True))
        return
    until = time.monotonic() + _SLICE_SECONDS
    async with mail.Sender(server) as sender:
        while hand.rest and not hand.stopping and time.monotonic() < until:
            slice_ = _Slice(deps, hand, server, sender)
            if not await slice_.make():
                return


@dataclass
class _Slice:
    """Mails of one meeting that are made of what was known at one moment."""

    deps: Deps
    hand: Hand
    server: MailServer
    sender: mail.Sender

    async def make(self) -> bool:
        """Make them as long as that moment is near. False where nothing more is to be begun."""
        now, fresh_until = self.deps.clock.now(), time.monotonic() + _FRESH_SECONDS
        outcomes = await self._judged(now)
        # What was given back meanwhile is another's.
        while self.hand.rest:
            one = self.hand.rest[0]
            outcome = outcomes[one.record_id] if one.record_id else None
            if not await self._end(one, outcome, now):
                return False
            if self.hand.stopping or time.monotonic() > fresh_until:
                break
        return True

    async def _judged(self, now: datetime) -> dict[UUID, making.Outcome | Exception | None]:
        """What becomes of each; where something is wrong with one, it is that one's and not the others'."""
        ids = [one.record_id for one in self.hand.rest if one.record_id]
        try:
            return {**await self._made(ids, now)}
        except NotSaved:
            raise
        except Exception:  # whatever one of them raises: which it is comes out one by one, and the others still go
            found: dict[UUID, making.Outcome | Exception | None] = {}
            for one in ids:
                try:
                    found |= await self._made([one], now)
                except Exception as problem:  # told as that one's when its turn comes
                    found[one] = problem
            return found

    async def _made(self, ids: Sequence[UUID], now: datetime) -> dict[UUID, making.Outcome | None]:
        """The same of them together. The pages that they need are made before."""
        base, sender, db = self.deps.settings.export_base, self.server.sender, self.deps.db
        whose = self.hand.rest[0].organisation_id

        def make(session: Session) -> dict[UUID, making.Outcome | None]:
            return making.make(session, whose, ids, sender, now, pages=base is not None)

        found = await db.read(make, seconds=5)
        paged = [key for key, one in found.items() if isinstance(one, NeedsPage)]
        if paged and base is not None:
            await db.write(lambda session: making.note_pages(session, whose, paged, base, now), job=True)
            found = await db.read(make, seconds=5)
        return found

    async def _end(self, one: Claimed, outcome: making.Outcome | Exception | None, now: datetime) -> bool:
        sending_id = one.record_id
        if sending_id is None:
            return await self.hand.end(one, None)
        match outcome:
            case None | Exception():
                return await self.hand.end(one, outcome)
            case Made():
                return await self._hand_over(one, sending_id, outcome)
            case NeedsPage():
                # Whom it goes to changed while the page was made.
                return await self.hand.end(one, Later(now + _AGAIN, "page_of_another"))
            case Back(code):
                return await self.hand.end(one, partial(noting.note_back, sending_id=sending_id, code=code, now=now))
            case making.Later(due):
                return await self.hand.end(one, partial(noting.note_later, sending_id=sending_id, due=due, now=now))

    async def _hand_over(self, one: Claimed, sending_id: UUID, made: Made) -> bool:
        letter = made.mail
        try:
            # The same id whenever it is made: whoever gets it twice, after a crash, sees it once.
            message = mail.build(
                letter.to,
                letter.subject,
                letter.text,
                sender=self.server.sender,
                message_id=sending_id.hex,
                name=made.organisation,
                html=letter.html,
                calendar=letter.calendar,
            )
        except ValueError:
            return await self._refused(one, sending_id, made, "bad_address")
        try:
            await self._under_way(one, message)
        except MailError as refused:
            code = refused.code
            if refused.permanent or (code == "mail_refused" and not refused.every):
                return await self._refused(one, sending_id, made, code)
            late = partial(
                noting.note_unknown if code == sendings.UNKNOWN else _late, sending_id=sending_id, made=made, code=code
            )
            await self.deps.db.write(late, job=True)
            wait = min(_LONGEST, timedelta(seconds=2.0 ** min(one.attempt, 6)))
            asked = timedelta(seconds=refused.retry_after) if refused.retry_after is not None else wait
            again = Later(self.deps.clock.now() + asked, code, together=refused.every)
            return await self.hand.end(one, again) and not refused.every
        now = self.deps.clock.now()
        return await self.hand.end(one, partial(noting.note_sent, sending_id=sending_id, made=made, now=now))

    async def _refused(self, one: Claimed, sending_id: UUID, made: Made, code: str) -> bool:
        return await self.hand.end(one, partial(noting.note_refused, sending_id=sending_id, made=made, code=code))

    async def _under_way(self, one: Claimed, message: EmailMessage) -> None:
        """Hand a mail over. Where the server takes long over it, the others do not wait behind it."""
        handing = asyncio.create_task(self.sender.send(message))
        try:
            await asyncio.wait({handing}, timeout=_SLOW_SECONDS)
            if not handing.done():
                await self.hand.give_back(but=one)
            await handing
        finally:
            handing.cancel()


def _late(session: Session, sending_id: UUID, made: Made, code: str) -> None:
    session.get_one(Sending, sending_id).code = code


@dataclass(frozen=True)
class _Drawn:
    """How far a round is, as it is to be shown."""

    said: Say
    channel: str | None
    message_ts: str | None
    shown: bool
    due: datetime | None
    on_the_card: bool

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
    if (channel is None or message_ts is None) and drawn.on_the_card:
        return lambda session: _look_again(session, round_id, drawn, now)
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
        _look_again(session, round_id, drawn, now)

    return record


def _look_again(session: Session, round_id: UUID, drawn: _Drawn, now: datetime) -> None:
    """Owe the next look, or where all of the round is done the card that says so."""
    row = session.get_one(SendingRound, round_id)
    if drawn.due is not None:
        sendings.owe_progress(session, row, now, drawn.due)
    else:
        cards.changed(session, session.get_one(Meeting, row.meeting_id), now)


def _drawn(session: Session, round_id: UUID, now: datetime) -> _Drawn:
    made = session.get_one(SendingRound, round_id)
    meeting = session.get_one(Meeting, made.meeting_id)
    zone = session.get_one(Organisation, made.organisation_id).timezone
    rows = session.scalars(of(made.organisation_id, Sending).where(Sending.round_id == round_id)).all()
    said = sending_views.progress(meeting, rows, now, zone)
    due = [row.due_at for row in rows if row.state is SendingState.WAITING and row.due_at <= now]
    # What a server has kept waiting for an hour is not looked at every other second.
    again = now + min(max(_LOOK, (now - min(due)) / 10), _LONGEST) if due else None
    on_the_card = _on_the_card(session, made, meeting, rows)
    drawn = _Drawn(said, made.channel, made.message_ts, False, again, on_the_card)
    return replace(drawn, shown=made.drawn == drawn.fingerprint)


def _on_the_card(session: Session, made: SendingRound, meeting: Meeting, rows: Sequence[Sending]) -> bool:
    """Whether the card in the messages of whoever asked says all that there is to say: that the link is to go, and
    went, as long as nothing stands in its way."""
    if any(row.stage not in _ON_THE_CARD or row.code or row.state not in _AS_ASKED for row in rows):
        return False
    theirs = of(meeting.organisation_id, MeetingCard).where(MeetingCard.meeting_id == meeting.id)
    posted = session.scalar(theirs)
    return posted is not None and posted.person == made.person
