"""`/group members`, `add` and `leave`: what staff type, click and submit to say who belongs to a group."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput, NotFound
from bot.groups import days, member_views, members, naming, service
from bot.groups.member_views import Ids
from bot.groups.members import Joined
from bot.groups.views import Ids as Cards
from bot.meetings import showing
from bot.paging import Page
from bot.participants import forms, listing, merging, namesake_views, namesakes, persons
from bot.participants import service as participants
from bot.participants.forms import Listed
from bot.participants.listing import Target
from bot.reading import LONGEST, as_id, as_moment, as_number, in_time
from bot.reading.persons import people
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Word, first_word
from bot.slack.notices import note
from bot.slack.router import Router
from db.inbox import once
from db.models import Group

_PAGE = 50
"""How many names a page of a list has."""
_AGAIN = "Please try again in a minute."
_ADD, _LEAVE = "group add", "group leave"


def register(router: Router, deps: Deps) -> None:
    """Make the handlers known, after those of `/group`."""
    room = _Members(deps)
    for word in (
        Word("members", room.members, "/group members Cooking club", "shows who belongs to it", asks=_AGAIN),
        Word(
            "add",
            room.add,
            "/group add NAME, NAME to Cooking club",
            "takes people in, on its coming meetings too; `from 3 December` says from which day",
            longest=LONGEST,
        ),
        Word(
            "leave",
            room.leave,
            "/group leave NAME from Cooking club on 3 December",
            "lets somebody leave, after asking; they are off its meetings from that day on",
        ),
    ):
        router.extra_word("group", word)
    router.on(Kind.SUBMISSION, Ids.ADD, room.submit)
    for action in member_views.ANSWERS:
        router.on(Kind.ACTION, action, room.submit)
    router.on(Kind.ACTION, Ids.OPEN_ADD, room.click_add, asks=_AGAIN)
    router.on(Kind.ACTION, Cards.SHOW_MEMBERS, room.click_members, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.MORE, room.more, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.LEAVE, room.click_leave)
    router.on(Kind.ACTION, Ids.NOT_JOINED, room.click_not_joined)
    router.on(Kind.ACTION, Ids.NOT_LEFT, room.click_not_left)


class _Members:
    """The handlers of who belongs to a group."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def _today(self, call: Call) -> date:
        return members.today(self._deps.clock.now(), call.caller.zone)

    async def members(self, call: Call) -> Answer:
        """`/group members Cooking club`; `/group members add NAME to Cooking club` is `/group add …`."""
        first, rest = first_word(call.text)
        if first.casefold() in ("add", "leave", "remove") and rest:
            other = self.add if first.casefold() == "add" else self.leave
            return await other(replace(call, text=rest))
        return await self._deps.db.read(
            lambda session: self._list(session, call, naming.find(session, call.caller, call.text, "group members"))
        )

    async def click_members(self, call: Call) -> Answer:
        """[Members] on a card."""
        return await self._deps.db.read(
            lambda session: self._list(session, call, service.get(session, call.caller, as_id(call.value)))
        )

    async def more(self, call: Call) -> Answer:
        """[Next page] of the members."""
        group_id, _, number = call.value.partition(":")
        return await self._deps.db.read(
            lambda session: self._list(
                session, call, service.get(session, call.caller, as_id(group_id)), as_number(number)
            )
        )

    def _list(self, session: Session, call: Call, group: Group, number: int = 0) -> Say:
        today = self._today(call)
        every = members.belonging(session, group, today)
        if not service.sees_people(call.caller, group):
            return member_views.counted(group, len(members.on_day(every, today)))
        at = max(0, min(number, (len(every) - 1) // _PAGE))
        page = Page.cut(every[at * _PAGE : (at + 1) * _PAGE + 1], at, _PAGE, len(every))
        return member_views.listing(group, page, today)

    async def click_add(self, call: Call) -> Answer:
        """[Add people] under a list."""

        def work(session: Session) -> Modal:
            group = service.get(session, call.caller, as_id(call.value), people=True)
            service.check_open(group)
            return Modal(listing.form(member_views.target(group, self._today(call))))

        return await self._deps.db.read(work)

    async def add(self, call: Call) -> Answer:
        """`/group add NAME, NAME to Cooking club`, or a pasted list."""
        caller, now = call.caller, self._deps.clock.now()
        text = people.without_courtesy(call.text)
        dated = await in_time(days.apart, text, showing.around(call, now), _ADD)
        named = await self._deps.db.read(lambda session: naming.with_people(session, caller, dated, _ADD))
        if not named.rest.strip():
            return await self.click_add(replace(call, value=f"{named.group.id}"))
        day = named.day or self._today(call)
        return await self._read(call, Listed(named.rest), named.group.id, day, said=named.said)

    async def submit(self, call: Call) -> Answer:
        """The form for adding people was submitted, or a question in it was answered with its button."""
        listed = forms.from_state(call.view, call.state)
        group_id = as_id(str(call.state.get("meeting") or ""))
        if not call.state.get("joined"):
            raise BadInput("From which day on?", field="joined")
        day = date.fromisoformat(call.state["joined"])
        answered = call.value if call.kind is Kind.ACTION else ""
        answer = await self._read(call, listed, group_id, day, answered)
        return Redraw(note("Members", answer.text, answer.blocks) if isinstance(answer, Say) else answer.view)

    async def _read(
        self, call: Call, given: Listed, group_id: UUID, day: date, answered: str = "", said: Sequence[str] = ()
    ) -> Say | Modal:
        """Take the people of a list in; where something has to be asked or shown first, the form that does it."""
        # Once without the database: nobody waits there for a text that takes too long to read.
        await in_time(people.read, given.text, form=given.form)
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            group = service.get(session, caller, group_id, to_change=True, people=True)
            service.check_open(group)
            there = members.belonging(session, group, day)
            known = [one.participant.name for one in there]
            others = merging.elsewhere(session, caller, None, now)
            elsewhere = {name: where for name, where in others.items() if name not in known}

            def target() -> Target:
                return member_views.target(group, day)

            def met(names: Sequence[str]) -> Mapping[str, str]:
                return persons.met(session, caller, group.team, names)

            entries, read = listing.entries(target, given, known, elsewhere, self._today(call), answered, met)
            done: list[Joined] = []

            def make() -> Group:
                done.append(members.join(session, caller, group, entries, day, now, there))
                return group

            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=make,
                find=lambda _id: group,
                amend=lambda _id: make(),
                record_id=group.id,
            )
            made = done[0] if done else Joined()
            total = len(there) + len(made.new)
            words = [*said, *listing.twice(read)]
            answer = member_views.joined(
                group, made, day, total, today=self._today(call), again=outcome.again, said=words
            )
            # Who is on none of its meetings yet is seen by nobody else: it is asked once they are.
            new = made.elsewhere if made.meetings else {}
            asked = namesake_views.asked(namesakes.of_new(session, caller, new, now))
            return replace(answer, blocks=[*answer.blocks, *asked])

        try:
            return await self._deps.db.write(work)
        except listing.Asked as asked:
            return Modal(asked.view)

    async def leave(self, call: Call) -> Answer:
        """`/group leave NAME from Cooking club on 3 December`: shows who is meant, with the button that does it."""
        caller, now = call.caller, self._deps.clock.now()
        dated = await in_time(days.apart, call.text, showing.around(call, now), _LEAVE)
        today = self._today(call)

        def work(session: Session) -> Say:
            named = naming.with_people(session, caller, dated, _LEAVE)
            words, day = named.rest, named.day
            group = service.get(session, caller, named.group.id, people=True)
            if not words.strip():
                raise BadInput(f"Who leaves? `/group leave NAME from {group.title}`")
            every = members.belonging(session, group, today)
            on = f" on {day.day} {day:%B %Y}" if day else ""
            forms.who_is_meant(words, _LEAVE, behind=f"from {group.reference}{on}")
            found = participants.match(forms.typed_names(words), every)
            return member_views.ask_leave(
                group, day or today, found.found, found.unsure, found.unknown, today=today, said=named.said
            )

        return await self._deps.db.read(work)

    async def click_leave(self, call: Call) -> Answer:
        """[They leave]. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        group_id, day, ids = [*call.value.split("|"), "", ""][:3]

        def work(session: Session) -> Say:
            group = service.get(session, caller, as_id(group_id), to_change=True, people=True)
            asked = members.by_ids(session, group, [as_id(one) for one in ids.split(",")])
            if not asked:
                raise NotFound("I can't find them in that group. `/group members` shows who is in it.")
            done = members.leave(session, caller, group, asked, date.fromisoformat(day), now)
            today = self._today(call)
            total = len(members.on_day(members.belonging(session, group, today), today))
            return member_views.left(group, done, asked, total, today=today)

        return await self._deps.db.write(work)

    async def click_not_joined(self, call: Call) -> Answer:
        """[Take it back] of a joining, within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        group_id, _, at = call.value.partition("|")

        def work(session: Session) -> Say:
            group = service.get(session, caller, as_id(group_id), to_change=True, people=True)
            return member_views.not_joined(group, *members.not_joined(session, caller, group, as_moment(at), now))

        return await self._deps.db.write(work)

    async def click_not_left(self, call: Call) -> Answer:
        """[Take it back] of a leaving, within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()
        group_id, _, at = call.value.partition("|")

        def work(session: Session) -> Say:
            group = service.get(session, caller, as_id(group_id), to_change=True, people=True)
            return member_views.not_left(group, *members.not_left(session, caller, group, as_moment(at), now))

        return await self._deps.db.write(work)
