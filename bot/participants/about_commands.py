"""About one person: what staff type, click and submit."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.errors import NotFound
from bot.paging import Page
from bot.participants import about, about_forms, about_views
from bot.participants.about_views import Ids
from bot.reading import as_id, as_number, numbering
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import clip, unescape
from db.models import Meeting, Registration


class AboutOne:
    """The handlers about one person."""

    def __init__(
        self,
        deps: Deps,
        listing: Callable[[Call], Awaitable[Answer]],
        page: Callable[[Session, Meeting, int], Page[Registration]],
    ) -> None:
        self._deps = deps
        self._listing = listing
        self._page = page

    def register(self, router: Router) -> None:
        """Make the handlers known, after those of `/participant`."""
        router.on(Kind.ACTION, Ids.WHOM, self.whom)
        router.on(Kind.ACTION, Ids.CHOOSE, self.choose)
        router.on(Kind.ACTION, Ids.OPEN, self.open)
        router.on(Kind.SUBMISSION, Ids.SAVE, self.submit, for_danger=True)

    async def show(self, call: Call) -> Answer:
        """`/participant show NAME`: the form about this person; `show M-12` is the list of a meeting."""
        caller, now, words = call.caller, self._deps.clock.now(), unescape(call.text).strip()
        if not words or numbering.numbers(words):
            return await self._listing(call)

        def work(session: Session) -> Answer | None:
            found = about.called(session, caller, words, now)
            if len(found) == 1:
                return Modal(about_views.form(about.find(session, caller, found[0].person.id, now)))
            if found:
                return about_views.which(found)
            if naming.called(session, caller, words, now, nearly=True):
                return None
            raise NotFound(f"I know nobody called “{clip(words, 60)}” on the registers of your meetings.")

        return await self._deps.db.read(work) or await self._listing(call)

    async def whom(self, call: Call) -> Answer:
        """[About one of them], under a page of a list."""
        meeting_id, _, number = call.value.partition(":")

        def work(session: Session) -> Answer:
            meeting = meetings.get(session, call.caller, as_id(meeting_id))
            return Modal(about_views.whom(self._page(session, meeting, as_number(number)).rows))

        return await self._deps.db.read(work)

    async def choose(self, call: Call) -> Answer:
        """Somebody was chosen of a list."""
        now = self._deps.clock.now()

        def work(session: Session) -> Answer:
            record = about.registered_as(session, call.caller, as_id(call.value))
            return Redraw(about_views.form(about.find(session, call.caller, record, now)))

        return await self._deps.db.read(work)

    async def open(self, call: Call) -> Answer:
        """One of several whom a name can mean was chosen."""
        now = self._deps.clock.now()

        def work(session: Session) -> Answer:
            return Modal(about_views.form(about.find(session, call.caller, as_id(call.value), now)))

        return await self._deps.db.read(work)

    async def submit(self, call: Call) -> Answer:
        """The form came back. Sent once more, it changes nothing more."""
        caller, now = call.caller, self._deps.clock.now()
        today = now.astimezone(ZoneInfo(caller.zone)).date()
        filled = about_forms.filled(call.view, call.state, today)

        def work(session: Session) -> Answer:
            found = about.find(session, caller, as_id(call.metadata), now, to_change=True)
            recorded = about.record(session, caller, found, filled.said)
            said = about_views.saved(found, about.change(session, caller, found, filled.attributes, recorded), recorded)
            return Redraw(note("About this person", said.text, said.blocks))

        return await self._deps.db.write(work)
