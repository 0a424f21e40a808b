"""`/group`: what staff type, click and submit to make, show, change and close a group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.errors import BadInput, Unclear
from bot.groups import forms, members, naming, service, views
from bot.groups.session_views import next_button
from bot.groups.times import of_group
from bot.groups.views import Card, Ids
from bot.meetings import colleagues, options, showing
from bot.paging import Page
from bot.reading import as_id, as_number, in_time
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, first_word
from bot.slack.delicate import NO_PLACE_FOR_WORRY, could_be_concern
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import as_typed, esc
from db.inbox import once
from db.models import Group

_AGAIN = "Please try again in a minute."
_A_NAME = (
    "Is that a group? Then save it. Worried about somebody? Type /concern: it reaches the safeguarding lead. "
    "In danger now? Call 999."
)
_PAGE = 20
"""How many groups a page of the list has."""
_NEW, _EDIT = "group new", "group edit"


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps, router)
    router.command(
        Command(
            name="group",
            summary="look after clubs, classes and courses that meet again and again",
            bare=room.open_form,
            guess=room.guess,
            words=(
                Word(
                    "new",
                    room.new,
                    "/group new Cooking club in Cooking on Thursdays at 16:00 for 60 min with @co-worker",
                    "makes a group; its meetings take over its people, workers, purpose and times",
                ),
                Word("list", room.listed, "/group list", "shows your groups", asks=_AGAIN),
                Word(
                    "show", room.show, "/group show Cooking club", "shows one group and its next meeting", asks=_AGAIN
                ),
                Word(
                    "edit",
                    room.edit,
                    "/group edit Cooking club to Fridays at 17:00",
                    "changes a group: times, `title`, `purpose`, `plan`, `with @co-worker`; alone, opens the form",
                ),
                Word("close", room.close, "/group close Cooking club", "closes a group, after asking"),
            ),
            synonyms={
                "make": "new",
                "create": "new",
                "change": "edit",
                "end": "close",
                "delete": "close",
                "remove": "leave",
            },
            longest=1_500,
        )
    )
    router.on(Kind.SUBMISSION, Ids.NEW, room.submit_new)
    router.on(Kind.SUBMISSION, Ids.EDIT, room.submit_edit)
    router.on(Kind.ACTION, Ids.OPEN_EDIT, room.open_edit, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.MORE, room.more, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.CLOSE, room.click_close)
    router.on(Kind.ACTION, Ids.REOPEN, room.click_reopen)


class _Handlers:
    """The handlers of `/group`."""

    def __init__(self, deps: Deps, router: Router) -> None:
        self._deps = deps
        self._router = router

    async def open_form(self, call: Call) -> Answer:
        """Bare `/group`: the form for a new one."""
        return self._form(call, {"host": call.caller.slack_id})

    async def guess(self, call: Call, nearest: str | None) -> Answer | None:
        """A text behind none of the words: a group's title shows it, one with a word behind it does what the word says,
        anything else may be a new one. Raises Unclear. None where a word that is nearly typed is likelier."""
        if could_be_concern(call.text):
            raise BadInput(NO_PLACE_FOR_WORRY)
        named = await self._deps.db.read(lambda session: naming.mentioned(session, call.caller, call.text))
        if named is not None and named.first:
            first, rest = first_word(named.rest)
            word = self._router.commands["group"].word(first)
            if word is not None:
                return await word.handler(replace(call, text=f"{named.group.reference} {rest}".strip()))
            if not first:
                return await self.show(call)
        if nearest is not None:
            return None
        if named is not None:
            raise naming.what_with(named)
        first, rest = first_word(call.text)
        if any(command.word(first) is not None for command in self._router.commands.values()):
            return None
        raise Unclear("Is that a new group? Nothing was made.", [("Make it a group", _NEW)], call.text)

    def _form(self, call: Call, values: dict[str, Any], asked: str = "", group: Group | None = None) -> Modal:
        typed = as_typed(call.text) if asked else ""
        programmes = call.caller.organisation.programmes
        return Modal(views.form(programmes, values, asked=asked, typed=typed, group=group))

    async def new(self, call: Call) -> Answer:
        """`/group new …`: what was understood is made, what is open is asked about in the form."""
        if not call.text:
            return await self.open_form(call)
        around, names = showing.around(call, self._deps.clock.now()), dict[str, str]()
        if colleagues.may_name(call.text):
            names = await self._deps.db.read(lambda session: colleagues.known(session, call.caller))
        read = await in_time(forms.from_text, call.text, colleagues.among(around, names))
        if read.who is not None:
            colleagues.offer(call.text, read.who, names, _NEW)
        if read.series:
            raise Unclear(
                f"A group goes on until it is closed; that names {read.series} meetings. Schedule them? They become a "
                "group’s. For a group without an end leave the end out. Nothing was made.",
                [(f"Schedule {read.series} meetings", "meeting new")],
                call.text,
            )
        asked = read.asked or (_A_NAME if could_be_concern(call.text) else "")
        if asked:
            return self._form(call, {"host": call.caller.slack_id, **read.values}, asked)
        return await self._made(call, forms.made(read.values), [one.words for one in read.said])

    async def submit_new(self, call: Call) -> Answer:
        """The form for a new group was submitted."""
        said = await self._made(call, forms.from_state(call.state, self._deps.clock.now(), call.caller.zone))
        return Redraw(note("Made", said.text, said.blocks))

    async def _made(self, call: Call, form: forms.GroupForm, assumed: Sequence[str] = ()) -> Say:
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.create(session, caller, form, now),
                find=lambda made: service.get(session, caller, made),
                amend=lambda made: service.edit(session, caller, made, form.changes, now),
            )
            intro = "Made." if not outcome.again else "This group was made already; here it is."
            words = " ".join([f"*{intro}*", *(esc(one) for one in assumed)])
            tail = f"Next: `/group add NAME, NAME to {outcome.record.title}`"
            return self._card(session, call, outcome.record, f"{words} {esc(tail)}")

        return await self._deps.db.write(work)

    def _card(self, session: Session, call: Call, group: Group, intro: str = "") -> Say:
        sees = service.sees_people(call.caller, group)
        return views.shown(self._seen(session, call, group), intro, [next_button(group)] if sees else [])

    def _seen(self, session: Session, call: Call, group: Group) -> Card:
        caller, now = call.caller, self._deps.clock.now()
        size = service.sizes(session, [group], members.today(now, caller.zone)).get(group.id, 0)
        coming = service.coming(session, group, now)
        sees = service.sees_people(caller, group)
        return Card(group, caller.zone, size, coming[0] if coming else None, sees)

    async def listed(self, call: Call) -> Answer:
        """`/group list`"""
        return await self._page(call, 0)

    async def more(self, call: Call) -> Answer:
        """[Next page] of the groups."""
        return await self._page(call, as_number(call.value))

    async def _page(self, call: Call, number: int) -> Say:
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            every = service.open_groups(session, caller)
            at = max(0, min(number, (len(every) - 1) // _PAGE))
            page = Page.cut(every[at * _PAGE : (at + 1) * _PAGE + 1], at, _PAGE, len(every))
            sizes = service.sizes(session, page.rows, members.today(now, caller.zone))
            return views.listing(page, sizes, service.next_meetings(session, page.rows, now), caller.zone)

        return await self._deps.db.read(work)

    async def show(self, call: Call) -> Answer:
        """`/group show Cooking club`"""

        def work(session: Session) -> Say:
            return self._card(session, call, naming.find(session, call.caller, call.text, "group show"))

        return await self._deps.db.read(work)

    async def edit(self, call: Call) -> Answer:
        """`/group edit Cooking club …`; without more text, the form."""
        caller, now = call.caller, self._deps.clock.now()
        named = await self._deps.db.read(lambda session: naming.at_start(session, caller, call.text, _EDIT))
        found, rest = named.group, named.rest
        if not rest:
            return self._form(call, views.values_of(found), group=found)
        try:
            read = await in_time(forms.changes, rest, showing.around(call, now), of_group(found))
        except forms.Unread as unread:
            raise Unclear(unread.words, [("Change it in the form", f"{_EDIT} {found.reference}")]) from None
        except options.TakenBack as taken:
            raise options.either(taken, f"{_EDIT} {found.reference}") from None
        if read.series:
            raise Unclear(
                "A group goes on until it is closed: leave the end out. Nothing was changed.",
                [("Change it in the form", f"{_EDIT} {found.reference}")],
            )
        if read.asked:
            return self._form(call, {**views.values_of(found), **read.values}, read.asked, found)
        assumed = [*named.said, *(one.words for one in read.said)]

        def work(session: Session) -> Say:
            before = service.stands(service.get(session, caller, found.id))
            group = service.edit(session, caller, found.id, read.values, now)
            if service.stands(group) == before:
                return self._card(session, call, group, "*It is so already.* Nothing was changed.")
            return self._changed(session, call, group, assumed)

        return await self._deps.db.write(work)

    def _changed(self, session: Session, call: Call, group: Group, assumed: Sequence[str]) -> Say:
        words = " ".join(["*Changed.*", *(esc(one) for one in assumed)])
        seen = self._seen(session, call, group)
        if seen.next is not None:
            words += f" Its meetings stay as they are: `/meeting edit {seen.next.reference} and later` changes them."
        return views.shown(seen, words, [next_button(group)] if seen.sees_people else [])

    async def open_edit(self, call: Call) -> Answer:
        """[Change] on a card."""
        group = await self._deps.db.read(lambda session: service.get(session, call.caller, as_id(call.value)))
        service.check_open(group)
        return self._form(call, views.values_of(group), group=group)

    async def submit_edit(self, call: Call) -> Answer:
        """The form for a change was submitted."""
        caller, now = call.caller, self._deps.clock.now()
        form = forms.from_state(call.state, now, caller.zone)
        group_id, _, version = call.metadata.partition(":")

        def work(session: Session) -> Say:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.edit(session, caller, as_id(group_id), form.changes, now, as_number(version)),
                find=lambda made: service.get(session, caller, made),
            )
            return self._changed(session, call, outcome.record, [])

        said = await self._deps.db.write(work)
        return Redraw(note("Changed", said.text, said.blocks))

    async def close(self, call: Call) -> Answer:
        """`/group close Cooking club`: shows what is meant, with the button that does it."""

        def work(session: Session) -> Say:
            group = naming.find(session, call.caller, call.text, "group close")
            return views.ask_close(self._seen(session, call, group))

        return await self._deps.db.read(work)

    async def click_close(self, call: Call) -> Answer:
        """[Close it]. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            group, done = service.close(session, caller, as_id(call.value), now)
            return views.closed(group, service.coming(session, group, now), done=done)

        return await self._deps.db.write(work)

    async def click_reopen(self, call: Call) -> Answer:
        """[Take it back], within ten minutes. A second click changes nothing and says how it stands."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say:
            group, done = service.reopen(session, caller, as_id(call.value), now)
            return views.reopened(group, done=done)

        return await self._deps.db.write(work)
