"""`/invitation send` and `/invitation sent`: what staff type, click and submit. Only the caller sees the answers."""

import re
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.diary.naming import Again, Around
from bot.errors import BadInput
from bot.invitations import sending, sending_views, service
from bot.invitations.sending_views import Ids
from bot.mail.message import sender_address
from bot.participants import service as participants
from bot.reading import as_id, as_number
from bot.slack.call import Answer, Call, Done, Kind, Modal, Redraw, Say
from bot.slack.command import Word
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Meeting

_LESS = "Please try again in a minute, with the number of the meeting."
_BY = re.compile(r"\bby\s+(\S+)", re.IGNORECASE)
_SAME = {"telephone": "phone", "call": "phone", "sms": "text", "post": "letter", "paper": "letter"}


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/invitation`."""
    room = _Sending(deps)
    send = Word(
        "send", room.open, "/invitation send M-12", "shows who gets which mail, and sends after a yes", asks=_LESS
    )
    sent = Word(
        "sent", room.sent, "/invitation sent M-12", "shows who got what; with `by phone` it notes what you gave"
    )
    router.extra_word("invitation", send)
    router.extra_word("invitation", sent)
    router.on(Kind.ACTION, Ids.OPEN, room.click_open, asks=_LESS)
    router.on(Kind.SUBMISSION, Ids.SEND, room.submit)


class _Sending:
    """The handlers of sending."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    @property
    def _sender(self) -> str:
        """The address that mails come from; empty where no server is set."""
        server = self._deps.settings.mail_server
        return sender_address(server.sender).addr_spec if server else ""

    async def open(self, call: Call) -> Answer:
        """`/invitation send M-12`, and `… for NAME`: who would be sent what."""
        now = self._deps.clock.now()
        number, rest = await self._apart(call, "invitation send", call.text)

        def work(session: Session) -> Answer:
            meeting, only = self._named(session, call, number, rest, "invitation send")
            return Modal(sending_views.form(sending.preview(session, call.caller, meeting, now, self._sender, only)))

        return await self._deps.db.read(work)

    async def click_open(self, call: Call) -> Answer:
        """The button under an invitation."""
        now = self._deps.clock.now()

        def work(session: Session) -> Answer:
            meeting = meetings.get(session, call.caller, as_id(call.value))
            return Modal(sending_views.form(sending.preview(session, call.caller, meeting, now, self._sender)))

        return await self._deps.db.read(work)

    async def submit(self, call: Call) -> Answer:
        """[Send 12 mails]"""
        now = self._deps.clock.now()
        meeting_id, _, more = call.metadata.partition(":")
        stamp, _, only = more.partition(":")
        whose = as_id(only) if only else None

        def work(session: Session) -> Answer:
            key, shown = as_id(meeting_id), as_number(stamp)
            sending.confirm(session, call.caller, key, shown, now, self._sender, whose)
            return Done()

        try:
            return await self._deps.db.write(work)
        except sending.Others as others:
            return Redraw(sending_views.form(others.seen, f"*{others.words}*"))

    async def sent(self, call: Call) -> Answer:
        """`/invitation sent M-12`: who got what; `… by phone` notes what somebody was given by hand."""
        now, found = self._deps.clock.now(), _BY.search(call.text)
        how = _way(found[1]) if found else ""
        text = " ".join(_BY.sub(" ", call.text).split())
        number, rest = await self._apart(call, "invitation sent", text)

        def work(session: Session) -> Say:
            meeting, only = self._named(session, call, number, rest, "invitation sent", how=how)
            if how:
                done = sending.note_by_hand(session, call.caller, meeting, how, now, only)
                return sending_views.noted(done)
            return sending_views.listing(sending.standing(session, call.caller, meeting))

        return await (self._deps.db.write(work) if how else self._deps.db.read(work))

    async def _apart(self, call: Call, command: str, text: str) -> tuple[int | None, str]:
        caller, now = call.caller, self._deps.clock.now()

        def may_be_other(session: Session, words: str) -> bool:
            return participants.somebody_on(session, meetings.mine(session, caller, now, service.TO_INVITE), words)

        how = Around(command, service.TO_INVITE, names=True, may_be_other=may_be_other)
        return await naming.apart(self._deps.db, caller, text, now, how)

    def _named(
        self, session: Session, call: Call, number: int | None, rest: str, command: str, how: str = ""
    ) -> tuple[Meeting, UUID | None]:
        """The meeting and the one person, where one is named. Raises BadInput for a name that is nobody's."""
        caller, now = call.caller, self._deps.clock.now()
        carried = f"{rest} by {how}" if how else rest
        again = Again(command, carried)
        meeting = naming.numbered(session, caller, number, now, service.TO_INVITE, again, to_change=bool(how))
        left = naming.without_title(rest, meeting, caller, now, whole=True).removeprefix("for ").strip()
        if not left:
            return meeting, None
        matched = participants.match([unescape(left)], participants.registered(session, meeting))
        if not matched.found:
            listed = f"`/participant list {meeting.reference}` shows who is registered."
            raise BadInput(f"I know nobody of exactly that name on {meeting.reference}. Nothing was sent. {listed}")
        return meeting, matched.found[0].id


def _way(word: str) -> str:
    """How something was given by hand. Raises BadInput."""
    way = word.strip(".,;:!?").casefold()
    way = _SAME.get(way, way)
    if way not in sending.WAYS:
        ways = ", ".join(f"`by {one}`" for one in sending.WAYS)
        raise BadInput(f"How was it given? Say one of {ways}. Nothing was noted.")
    return way
