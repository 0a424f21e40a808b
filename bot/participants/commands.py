"""`/participant`: what staff type, click and submit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming, roster
from bot.diary.naming import Again, Around
from bot.errors import BadInput, NotFound, Unclear
from bot.paging import Page
from bot.participants import (
    about_views,
    forms,
    lending,
    listing,
    merging,
    moving,
    namesake_views,
    namesakes,
    persons,
    service,
    views,
)
from bot.participants.about_commands import AboutOne
from bot.participants.forms import Listed, ParticipantEntry
from bot.participants.importing import Import
from bot.participants.merge_commands import Merge
from bot.participants.service import Added
from bot.participants.views import Ids, Target
from bot.reading import NotOurs, Outcome, as_id, as_moment, as_number, in_time
from bot.reading.persons import people
from bot.reading.persons.borrowed import to_add
from bot.reading.persons.people import People
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word
from bot.slack.delicate import NO_PLACE_FOR_WORRY, could_be_concern
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import unescape
from db.inbox import once
from db.models import Meeting, Registration

_PAGE = 50
"""How many names a page of a list has."""
_LESS = "Please try again in a minute, with the number of the meeting."


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps)
    router.command(
        Command(
            name="participant",
            summary="say who comes to a meeting",
            bare=room.open_form,
            guess=room.guess,
            words=(
                Word(
                    "add",
                    room.add,
                    "/participant add NAME, NAME to M-12",
                    "registers children; `add adults …`, `add young people …`, `add professionals …` registers others",
                ),
                room.importing.word,
                Word(
                    "show",
                    room.about.show,
                    "/participant show NAME",
                    "opens the form about somebody: age, address, what your policy asks about",
                ),
                Word("list", room.list, "/participant list M-12", "shows who is registered, to you only", asks=_LESS),
                Word("remove", room.remove, "/participant remove NAME from M-12", "takes somebody off, after asking"),
                Word(
                    "merge",
                    room.merging.merge,
                    "/participant merge NAME into NAME",
                    "makes two records one person’s, after asking",
                ),
            ),
            synonyms={"delete": "remove", "new": "add", "register": "add"},
        )
    )
    router.on(Kind.SUBMISSION, Ids.ADD, room.submit)
    for action in views.ANSWERS:
        router.on(Kind.ACTION, action, room.submit)
    router.on(Kind.ACTION, Ids.OPEN_ADD, room.click_add, asks=_LESS)
    router.on(Kind.ACTION, Ids.REMOVE, room.click_remove)
    router.on(Kind.ACTION, Ids.MORE, room.more, asks=_LESS)
    router.on(Kind.ACTION, Ids.PUT_BACK, room.click_put_back)
    room.merging.register(router)
    room.about.register(router)
    room.importing.register(router)


class _Handlers:
    """The handlers of `/participant`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.about = AboutOne(deps, self.list, page_of)
        self.importing = Import(deps)
        self.merging = Merge(deps)

    async def open_form(self, call: Call) -> Answer:
        """Bare `/participant`: the form."""
        return await self._open_form(call, None)

    async def guess(self, call: Call, nearest: str | None) -> Answer | None:
        """A text behind none of the words is most often a list of people; one that moves somebody is two commands.
        Raises Unclear; None where a word is nearly typed."""
        two_steps = moving.two_steps(call.text)
        if nearest is not None and two_steps is None:
            return None
        if could_be_concern(call.text):
            raise BadInput(NO_PLACE_FOR_WORRY)
        if two_steps is not None:
            raise two_steps
        question = "Are these people who come? Nothing was changed. `/participant help` says what else you can type."
        raise Unclear(question, [("Register them", "participant add")], call.text)

    async def _open_form(self, call: Call, number: int | None) -> Answer:
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Modal:
            mine = meetings.mine(session, caller, now)
            if number is None:
                return Modal(views.form(mine, caller.zone))
            wanted = naming.numbered(session, caller, number, now, meetings.TO_COME, Again("participant add"))
            service.check_open(wanted)
            return _form_for(wanted, mine, caller.zone)

        return await self._deps.db.read(work)

    async def click_add(self, call: Call) -> Answer:
        """[Add people] under a list."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Modal:
            wanted = meetings.get(session, caller, as_id(call.value))
            return _form_for(wanted, meetings.mine(session, caller, now), caller.zone)

        return await self._deps.db.read(work)

    async def add(self, call: Call) -> Answer:
        """`/participant add NAME, NAME to M-12`, or a pasted list."""
        now, text = self._deps.clock.now(), people.without_courtesy(call.text)
        borrowed = to_add(text)
        if borrowed is not None:
            return await self._deps.db.read(lambda session: lending.shown(session, call.caller, borrowed, now))
        how = Around("participant add", meetings.TO_COME, names=True, lists=True)
        number, words = await naming.apart(self._deps.db, call.caller, text, now, how)
        if not words.strip():
            return await self._open_form(call, number)
        again = Again(how.command, words)
        return await self._read(
            call,
            forms.from_words(words, number),
            lambda session: naming.numbered(session, call.caller, number, now, how.wanted, again, to_change=True),
        )

    async def submit(self, call: Call) -> Answer:
        """The form for registering people was submitted, or a question in it was answered with its button."""
        listed = forms.from_state(call.view, call.state)
        meeting_id = call.state.get("meeting")
        if not meeting_id:
            raise BadInput("Choose a meeting.", field="meeting")
        answer = await self._read(
            call,
            listed,
            lambda session: meetings.get(session, call.caller, as_id(str(meeting_id)), to_change=True),
            call.value if call.kind is Kind.ACTION else "",
        )
        return Redraw(note("Participants", answer.text, answer.blocks) if isinstance(answer, Say) else answer.view)

    async def _read(
        self, call: Call, given: Listed, find: Callable[[Session], Meeting], answered: str = ""
    ) -> Say | Modal:
        """Register the people of a list; where something has to be asked or shown first, the form that does it."""
        # Once without the database: nobody waits there for a text that takes too long to read.
        await in_time(people.read, given.text, form=given.form)
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting = find(session)
            listed = (
                given if given.form else replace(given, text=naming.without_title(given.text, meeting, caller, now))
            )
            known = [one.participant.name for one in service.registered(session, meeting)]
            elsewhere = merging.elsewhere(session, caller, meeting, now)
            today = now.astimezone(ZoneInfo(caller.zone)).date()

            def target() -> Target:
                others = [one for one in meetings.mine(session, caller, now) if one.id != meeting.id]
                return Target.of([meeting, *others], caller.zone)

            def met(names: Sequence[str]) -> Mapping[str, str]:
                return persons.met(session, caller, meeting.team, names)

            entries, outcome = listing.entries(target, listed, known, elsewhere, today, answered, met)
            return self._added(session, call, meeting, entries, now, outcome)

        try:
            return await self._deps.db.write(work)
        except listing.Asked as asked:
            return Modal(asked.view)

    def _added(
        self,
        session: Session,
        call: Call,
        meeting: Meeting,
        entries: Sequence[ParticipantEntry],
        now: datetime,
        read: Outcome[People],
    ) -> Say:
        caller = call.caller
        done: list[Added] = []

        def make() -> Meeting:
            done.append(service.add(session, caller, meeting, entries, now))
            return meeting

        outcome = once(
            session,
            caller.organisation_id,
            call.claim,
            now,
            make=make,
            find=lambda made: meetings.get(session, caller, made),
            amend=lambda _made: make(),
            record_id=meeting.id,
        )
        total = roster.how_many(session, outcome.record)
        added = done[0] if done else Added()
        said = views.added(outcome.record, added, total, again=outcome.again, said=listing.twice(read))
        asked = namesake_views.asked(namesakes.of_new(session, caller, added.elsewhere, now))
        return replace(said, blocks=[*said.blocks, *asked])

    async def list(self, call: Call) -> Answer:
        """`/participant list M-12`"""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting = naming.find(session, caller, unescape(call.text), now, command="participant list")
            return _listing(meeting, page_of(session, meeting), caller.zone)

        return await self._deps.db.read(work)

    async def more(self, call: Call) -> Answer:
        """[Next page] of who is registered."""
        meeting_id, _, number = call.value.partition(":")

        def work(session: Session) -> Say:
            meeting = meetings.get(session, call.caller, as_id(meeting_id))
            return _listing(meeting, page_of(session, meeting, as_number(number)), call.caller.zone)

        return await self._deps.db.read(work)

    async def remove(self, call: Call) -> Answer:
        """`/participant remove NAME from M-12`: shows who is meant, with the button that does it."""
        caller, now = call.caller, self._deps.clock.now()

        def may_be_other(session: Session, words: str) -> bool:
            return service.somebody_on(session, meetings.mine(session, caller, now, meetings.ANY), words)

        how = Around("participant remove", names=True, may_be_other=may_be_other)
        number, words = await naming.apart(self._deps.db, caller, call.text, now, how)
        await in_time(forms.split_names, words)

        def work(session: Session) -> Say:
            meeting = naming.numbered(session, caller, number, now, how.wanted, Again(how.command, words))
            who = naming.without_title(words, meeting, caller, now)
            forms.who_is_meant(who, how.command, meeting.reference)
            typed = forms.typed_names(who)
            found = service.match(typed, service.registered(session, meeting))
            return views.ask_remove(meeting, found.found, found.unsure, found.unknown)

        return await self._deps.db.read(work)

    async def click_remove(self, call: Call) -> Answer:
        """[Remove], confirmed. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        ids = [UUID(one) for one in call.value.split(",")]

        def work(session: Session) -> Say:
            asked = service.by_ids(session, caller, ids)
            if not asked:
                raise NotFound("I can't find those registrations. `/participant list` shows who is registered.")
            meeting = meetings.get(session, caller, asked[0].meeting_id)
            taken = service.remove(session, caller, meeting, asked, now)
            return views.removed(meeting, taken, asked, len(service.registered(session, meeting)))

        return await self._deps.db.write(work)

    async def click_put_back(self, call: Call) -> Answer:
        """[Put back], within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        at, _, ids = call.value.partition("|")
        asked = [as_id(one) for one in ids.split(",")]
        taken_off = as_moment(at)

        def work(session: Session) -> Say:
            found = service.by_ids(session, caller, asked)
            if not found:
                raise NotOurs
            meeting = meetings.get(session, caller, found[0].meeting_id, to_change=True)
            back = service.put_back(session, caller, meeting, asked, taken_off, now)
            return views.put_back(meeting, back, len(service.registered(session, meeting)))

        return await self._deps.db.write(work)


def _listing(meeting: Meeting, page: Page[Registration], zone: str) -> Say:
    return views.listing(meeting, page, zone, about_views.choose_button(meeting.id, page.number) if page.rows else None)


def page_of(session: Session, meeting: Meeting, number: int = 0) -> Page[Registration]:
    everybody = service.registered(session, meeting)
    number = max(0, min(number, (len(everybody) - 1) // _PAGE))
    return Page.cut(everybody[number * _PAGE : (number + 1) * _PAGE + 1], number, _PAGE, len(everybody))


def _form_for(meeting: Meeting, mine: Sequence[Meeting], zone: str) -> Modal:
    """The form with one meeting chosen, which need not be among the caller's own to come."""
    others = [one for one in mine if one.id != meeting.id]
    return Modal(views.form([meeting, *others], zone))
