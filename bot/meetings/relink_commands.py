"""`/meeting link new`: what staff type, click and submit where a meeting's link got out."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, roster
from bot.errors import Unclear
from bot.meetings import relink_views, relinking, showing
from bot.meetings.relink_views import Ids
from bot.providers import needs_link, new_passcode
from bot.reading import LONGEST, as_id, as_number
from bot.slack.call import Answer, Call, Handler, Kind, Modal, Redraw, Say
from bot.slack.command import Word, first_word
from bot.slack.notices import note
from bot.slack.router import Router
from db.models import Meeting

_NEW = "new"


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/meeting edit`, which takes what is no request for a new link."""
    edit = router.commands["meeting"].word("edit")
    if edit is None:
        raise RuntimeError("/meeting edit is not registered")
    room = _Relinking(deps, edit.handler)
    does = "makes a new link where the old one got out, after asking"
    router.extra_word("meeting", Word("link", room.link, "/meeting link new M-12", does, longest=LONGEST))
    router.on(Kind.ACTION, Ids.MAKE, room.make)
    router.on(Kind.SUBMISSION, Ids.BY_HAND, room.submit_by_hand)


class _Relinking:
    """The handlers."""

    def __init__(self, deps: Deps, edit: Handler) -> None:
        self._deps = deps
        self._edit = edit

    async def link(self, call: Call) -> Answer:
        """`/meeting link new M-12` asks once more; `/meeting link M-12 https://…` is a change like any other."""
        first, rest = first_word(call.text)
        before, _, last = call.text.rstrip().rpartition(" ")
        if first.casefold() != _NEW:
            if last.casefold() != _NEW or not before.strip():
                return await self._edit(call)
            rest = before
        if "://" in rest:
            raise Unclear(
                "Has the link got out? Ask with the meeting’s number alone: the new one is asked for then. "
                "Nothing was changed.",
                [("Only change the link", "meeting edit")],
                rest,
            )
        now, asked = self._deps.clock.now(), replace(call, text=rest)

        def work(session: Session) -> Answer:
            meeting = showing.named(session, asked, now, "link new", meetings.TO_COME, acts=True)
            relinking.check(meeting)
            have_it = len(relinking.who_has_it(session, meeting))
            if needs_link(meeting.provider):
                return Modal(relink_views.form(meeting, have_it))
            return relink_views.ask(meeting, have_it, call.caller.zone)

        return await self._deps.db.read(work)

    async def make(self, call: Call) -> Answer:
        """[Make a new link]"""
        caller, now = call.caller, self._deps.clock.now()
        meeting_id, _, number = call.value.partition(":")

        def work(session: Session) -> Say:
            known = meetings.get(session, caller, as_id(meeting_id), to_change=True)
            before, rules = known.relinked, self._deps.provider(known.provider).passcode_rules
            passcode = new_passcode(known.provider, rules)
            meeting = relinking.relink(session, caller, known.id, as_number(number), passcode, now)
            if meeting.relinked == before:
                return showing.card(
                    session, call, meeting, now, "*That link was replaced already.* Nothing was changed."
                )
            return _made(session, meeting)

        return await self._deps.db.write(work)

    async def submit_by_hand(self, call: Call) -> Answer:
        """The form with the new link was submitted."""
        caller, now = call.caller, self._deps.clock.now()
        meeting_id, _, version = call.metadata.partition(":")
        link, passcode = str(call.state.get("link") or ""), str(call.state.get("passcode") or "")

        def make(session: Session) -> Meeting:
            return relinking.relink_by_hand(session, caller, as_id(meeting_id), as_number(version), link, passcode, now)

        def work(session: Session) -> Say:
            outcome = showing.once(session, call, now, lambda: make(session))
            return _made(session, outcome.record)

        said = await self._deps.db.write(work)
        return Redraw(note("New link", said.text, said.blocks))


def _made(session: Session, meeting: Meeting) -> Say:
    registered = roster.registered(session, meeting)
    return relink_views.made(meeting, [one.participant.name for one in roster.with_old_link(meeting, registered)])
