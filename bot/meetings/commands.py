"""`/meeting`: what staff type, click and submit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming, pages
from bot.errors import BadInput, Unclear
from bot.gates import gate_views, gating
from bot.meetings import (
    colleagues,
    edits,
    for_groups,
    form_views,
    forms,
    list_views,
    past,
    planning,
    scheduling,
    showing,
)
from bot.meetings.for_groups import Groups, Taken
from bot.meetings.list_views import Reader
from bot.meetings.views import Ids
from bot.policy import load_pack
from bot.providers import SettingKey
from bot.reading import Ask, Refused, Said, as_number, in_time, numbering, onwards, ticking
from bot.reading.persons.borrowed import out_of
from bot.reading.times.bounds import UNKNOWN
from bot.reading.times.plans import Around, Plan
from bot.reading.words import set_of
from bot.slack.call import Answer, Call, Errors, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word
from bot.slack.delicate import NO_PLACE_FOR_WORRY, could_be_concern
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import as_typed, clip, unescape, without_mentions
from db.models import MeetingState

_NO_MOMENT = ("none", "past", "end", "length")
"""Refusals that tell of a day or an hour that cannot be."""
_AGAINST = set_of(
    "no not never don't dont can't cant cannot won't cancel cancelled cancelling delete remove stop "
    "end ended off instead without move moved change changed "
)
"""Words of a text that may be about a meeting that there is, rather than one to make."""
_NO_NAME = set_of("with w on at in for from by to same as like and but via using")
"""With these no meeting's name begins."""
_ANY_END = f"until {UNKNOWN}, "
"""What a button puts before a typed repeat, to ask for its end in the form."""
_AGAIN = "Please try again in a minute."
_LESS = "Please try again in a minute, or ask for one meeting by its number: `/meeting show M-12`"


def register(router: Router, deps: Deps, groups: Groups) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps, groups)
    router.command(
        Command(
            name="meeting",
            summary="schedule and run secure meetings",
            bare=room.open_form,
            guess=room.guess,
            words=(
                Word(
                    "new",
                    room.new,
                    "/meeting new Cooking club on Thursday at 16:00 for 60 min with @co-worker",
                    "schedules a secure meeting",
                ),
                Word(
                    "list",
                    room.list,
                    "/meeting list",
                    "shows the meetings to come; `/meeting list past` yours that are over, with their registers",
                    asks=_LESS,
                ),
                Word("show", room.show, "/meeting show M-12", "shows one meeting and what is still to do", asks=_AGAIN),
                Word(
                    "gates",
                    room.gates,
                    "/meeting gates M-12",
                    "shows what your policy still asks for, with its clauses",
                    asks=_AGAIN,
                ),
            ),
            synonyms={
                "schedule": "new",
                "create": "new",
                "add": "new",
                "change": "edit",
                "move": "edit",
                "reschedule": "edit",
                "postpone": "edit",
                "push": "edit",
                "shift": "edit",
                "bring": "edit",
                "rename": "edit",
                "delete": "cancel",
                "stop": "end",
            },
            longest=1_000,
            of_reference="show",
        )
    )
    router.on(Kind.SUBMISSION, Ids.NEW, room.submit_new)
    router.on(Kind.ACTION, Ids.MORE_MINE, room.more_mine, asks=_LESS)
    router.on(Kind.ACTION, Ids.MORE_OTHERS, room.more_others, asks=_LESS)
    router.on(Kind.ACTION, Ids.MORE_PAST, room.past, asks=_LESS)


def _these(plan: Plan, said: Sequence[Said] = ()) -> form_views.Asked:
    """The question before a series is made."""
    many = f"These {len(plan.slots)} meetings?" if len(plan.slots) > 1 else "This one meeting?"
    return form_views.Asked(" ".join([many, *(one.words for one in said)]), choices=(plan,))


def _stop_at_people(text: str) -> None:
    """Raises Unclear for words that name people by another meeting of theirs: they are no part of a title."""
    found = out_of(text)
    if found is None:
        return
    rest, words = found
    raise Unclear(
        f"Who comes is said once the meeting is there: `/participant add {unescape(words)}` offers them then. "
        f"Schedule “{clip(unescape(without_mentions(rest)), 200)}” now? Nothing was scheduled.",
        [("Schedule it", "meeting new")],
        rest,
    )


def _stop_at_tick(text: str, policy: str) -> None:
    """Raises Unclear for what may be something to tick: words beside a meeting's number, such as `door M-1`, and what
    is a reminder or a setting, such as `locked`. Neither is a title."""
    numbers, words = numbering.split(text, bare=False)
    known = (*load_pack(policy).prompts.ids, *(one.value for one in SettingKey))
    if not words.strip() or not (len(numbers) == 1 or ticking.names_one(unescape(text), known)):
        return
    reference, shown = (f" M-{numbers[0]}" if numbers else ""), clip(unescape(words), 40)
    choices = [(f"Look for “{shown}” among what is ticked", f"meeting tick{reference}")]
    choices += [(f"Show{reference}", f"meeting show{reference}")] if numbers else []
    raise Unclear(
        f"Is “{shown}” something to tick? Nothing was changed. `/meeting help` says what you can type.",
        choices,
        [words, ""][: len(choices)],
    )


def _no_end(typed: str, question: str, every: Sequence[Plan]) -> BadInput:
    """What is asked of a repeat without an end: a press goes on with what was typed and the end before it."""
    words = f"{question} Choose, or add “for 6 weeks” or “until 17 December”. Nothing was scheduled."
    if not every:
        return BadInput(words)
    found = forms.ends(every[0].slots)
    choices = [(label, "meeting new") for label, _ in found]
    carried = [f"until {last.day} {last:%B %Y}, {typed}" for _, last in found]
    return Unclear(words, [*choices, ("Another end", "meeting new")], [*carried, f"{_ANY_END}{typed}"])


class _Handlers:
    """The handlers of `/meeting`."""

    def __init__(self, deps: Deps, groups: Groups) -> None:
        self._deps = deps
        self._groups = groups

    async def open_form(self, call: Call) -> Answer:
        """Bare `/meeting`: the form."""
        return self._new_form(call)

    def _new_form(
        self,
        call: Call,
        given: Mapping[str, Any] | None = None,
        wanted: planning.ReasonWanted | None = None,
        asked: form_views.Asked | None = None,
    ) -> Modal:
        organisation = call.caller.organisation
        offered = planning.choices(organisation)
        return Modal(form_views.form(offered, organisation.programmes, call.caller.slack_id, given, wanted, asked))

    async def new(self, call: Call) -> Answer:
        """`/meeting new …`: what was understood is scheduled, what is open is asked about in the form."""
        if not call.text:
            return await self.open_form(call)
        _stop_at_people(call.text)
        number, text = for_groups.leading(call.text)
        call = replace(call, text=text)
        around, names = showing.around(call, self._deps.clock.now()), dict[str, str]()
        if colleagues.may_name(call.text):
            names = await self._deps.db.read(lambda session: colleagues.known(session, call.caller))
        typed = await in_time(forms.from_text, call.text, colleagues.among(around, names))
        found = typed.found
        if isinstance(found, Refused):
            raise BadInput(found.why)
        if isinstance(found, Ask):
            colleagues.offer(call.text, found, names)
            alone = typed.title if number is None and not (typed.timed or typed.fields) else ""
            answer = await self._groups.next_of(call, alone) if alone else None
            if answer is not None:
                return answer
            return self._asked_about(call, typed, found)
        if len(found.value.slots) > 1:
            given = form_views.from_plan(found.value, typed.said, call.caller.zone)
            return self._new_form(call, given, asked=_these(found.value, found.said))
        form = typed.form(found.value, found.value.slots[0])
        try:
            return await self._scheduled(call, form, typed.fields, found.said, number)
        except planning.ReasonWanted as wanted:
            return self._new_form(call, form_views.filled_in(form.model_dump(), call.caller.zone), wanted)

    async def guess(self, call: Call, nearest: str | None) -> Answer | None:
        """A text behind none of the words: a whole meeting is taken as after `new`; what else it may mean is offered.
        Raises Unclear. None where a word that is nearly typed is likelier."""
        text, around = call.text, showing.around(call, self._deps.clock.now())
        if could_be_concern(text):
            raise BadInput(NO_PLACE_FOR_WORRY)
        numbers, change = numbering.split(text, bare=True, first_only=True)
        told = onwards.leading(change)[1] if len(numbers) == 1 else ""
        if len(numbers) == 1 and await in_time(edits.says_something, told, around):
            reference = f"M-{numbers[0]}"
            choices = [(f"Change {reference}", f"meeting edit {reference}")]
            raise Unclear(f"Is {reference} to be changed like that? Nothing was changed.", choices, change)
        if await in_time(forms.has_time, text, around):
            against = _AGAINST & set(text.casefold().replace("’", "'").split())
            # A word that is nearly a command's is asked about, unless the form asks anyhow.
            if not against and (nearest is None or await in_time(forms.asks_anyhow, text, around)):
                return await self.new(call)
            if against:
                await self._offer_change(call, around)
            choices = [("Schedule it", "meeting new")]
            raise Unclear("Is that a new meeting? Nothing was changed.", choices, text)
        wrong = (await in_time(forms.from_text, text, around)).found if nearest is None else None
        if isinstance(wrong, Refused) and wrong.what in _NO_MOMENT:
            # What is wrong with it is told at once, and not only once it is scheduled.
            raise BadInput(wrong.why)
        named = await self._deps.db.read(
            lambda session: naming.called(session, call.caller, unescape(text), around.now, nearly=nearest is None)
        )
        if named:
            raise naming.unclear("Which of your meetings?", named, "meeting show", call.caller)
        await self._offer_change(call, around)
        if nearest is not None:
            return None
        _stop_at_tick(text, call.caller.organisation.policy)
        shown = unescape(without_mentions(text))
        told_of = await self._deps.db.read(
            lambda session: naming.mentioned(session, call.caller, unescape(text), around.now)
        )
        # `with Col`, `on zoom`, `same as last week` is part of something, and no name.
        is_name = text.casefold().split()[0].strip(",.:/") not in _NO_NAME
        raise Unclear(
            f"I can't tell what to do with “{shown}”. Nothing was changed. `/meeting help` says what you can type.",
            [
                *((f"Show {one.reference}", f"meeting show {one.reference}") for one in told_of),
                ("Schedule a meeting of that name" if is_name else "Open the form for a new one", "meeting new"),
            ],
            [*[""] * len(told_of), text if is_name else ""],
        )

    async def _offer_change(self, call: Call, around: Around) -> None:
        """Raises Unclear for a title with a change of that meeting behind it: `art club half an hour later`."""
        how = naming.Around("meeting edit", meetings.TO_COME, first_only=True)
        try:
            number, change = await naming.apart(self._deps.db, call.caller, call.text, around.now, how)
        except Unclear as asked:
            change = asked.carried[0] if asked.carried else ""
            if await in_time(edits.says_something, onwards.leading(change)[1], around):
                raise
            return
        if number is not None and await in_time(edits.says_something, onwards.leading(change)[1], around):
            choices = [(f"Change M-{number}", f"meeting edit M-{number}")]
            raise Unclear(f"Is M-{number} to be changed like that? Nothing was changed.", choices, change)

    def _asked_about(self, call: Call, typed: forms.Typed, found: Ask[Plan]) -> Modal:
        """The form with what was understood of a typed meeting, and the question; readings are there to choose from.
        Raises Unclear for a repeat of which nobody knows when it ends, with a button for each likely end."""
        choices = tuple(one.value for one in found.choices)
        end = found.what == "end"
        if end and (found.about != UNKNOWN or not choices):
            raise _no_end(call.text, found.question, choices)
        kept = found.kept or Plan()
        shown = as_typed(call.text).removeprefix(_ANY_END)
        offered = choices if found.what in ("which", "year", "title", "who", "end") else ()
        if not offered and len(kept.slots) > 1:
            # Beside words that fit nowhere a repeat stays one.
            offered = (kept,)
        asked = form_views.Asked("Until which day?" if end else found.question, shown, offered, end)
        return self._new_form(call, form_views.from_plan(kept, typed.said, call.caller.zone), asked=asked)

    async def submit_new(self, call: Call) -> Answer:
        """The form for a new meeting was submitted."""
        now, zone = self._deps.clock.now(), call.caller.zone
        slots = forms.unpacked(call.metadata, call.state.get("which"), zone)
        if call.state.get("last"):
            every = Plan(slots=forms.until(slots, call.state["last"]))
            first = forms.from_state(call.state, now, zone, every.slots[0])
            given = form_views.filled_in(first.model_dump(), zone)
            return Redraw(self._new_form(call, given, asked=_these(every)).view)
        made = [forms.from_state(call.state, now, zone, slot) for slot in slots or (None,)]
        try:
            said = await (
                self._scheduled(call, made[0], forms.filled_fields(made[0]))
                if len(made) == 1
                else scheduling.several(self._deps, self._groups, call, made)
            )
        except planning.ReasonWanted as wanted:
            return Errors(wanted.fields)
        return Redraw(note("Scheduled", said.text, said.blocks))

    async def _scheduled(
        self,
        call: Call,
        form: forms.MeetingForm,
        typed: frozenset[str],
        assumed: Sequence[Said] = (),
        number: int | None = None,
    ) -> Say:
        """A meeting, as one of a group's where it is: by the `number` that was chosen, else by its title."""

        def choose(session: Session, now: datetime) -> tuple[forms.MeetingForm, Taken | None]:
            text = call.text if call.kind is Kind.COMMAND else ""
            return form, self._groups.taken(session, call.caller, form, typed, number, now, text)

        return await scheduling.scheduled(self._deps, call, choose, assumed)

    async def list(self, call: Call) -> Answer:
        """`/meeting list`, `/meeting list past`"""
        if past.is_asked_for(call.text):
            return await self.past(call)
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Say:
            mine, others = pages.my_page(session, caller, now), pages.others_page(session, caller, now)
            return list_views.listing(mine, others, Reader(caller.slack_id, caller.zone, now))

        return await self._deps.db.read(work)

    async def past(self, call: Call) -> Answer:
        """The caller's meetings that are over; with [Next page], the page whose number the button carries."""
        now, caller, number = self._deps.clock.now(), call.caller, as_number(call.value)
        page = await self._deps.db.read(lambda session: past.page(session, caller, now, number))
        return list_views.past(page, caller.zone)

    async def more_mine(self, call: Call) -> Answer:
        """[Next page] of one's own meetings to come."""
        now, caller, number = self._deps.clock.now(), call.caller, as_number(call.value)
        page = await self._deps.db.read(lambda session: pages.my_page(session, caller, now, number))
        return list_views.own(page, Reader(caller.slack_id, caller.zone, now))

    async def more_others(self, call: Call) -> Answer:
        """[Next page] of the organisation's other meetings to come."""
        now, caller, number = self._deps.clock.now(), call.caller, as_number(call.value)
        page = await self._deps.db.read(lambda session: pages.others_page(session, caller, now, number))
        return list_views.of_others(page, Reader(caller.slack_id, caller.zone, now))

    async def show(self, call: Call) -> Answer:
        """`/meeting show M-12`; without a number the one that is being held, or the only one."""
        now = self._deps.clock.now()

        def work(session: Session) -> Say:
            meeting = showing.named(session, call, now, "show", running=True)
            said = (
                ""
                if call.text.strip() or meeting.state is not MeetingState.STARTED
                else f"{meeting.reference} is going on now."
            )
            return showing.card(session, call, meeting, now, said)

        return await self._deps.db.read(work)

    async def gates(self, call: Call) -> Answer:
        """`/meeting gates M-12`"""
        now, caller = self._deps.clock.now(), call.caller

        def work(session: Session) -> Say:
            meeting = showing.named(session, call, now, "gates")
            policy = load_pack(caller.organisation.policy).title
            return gate_views.listing(gating.of_meeting(session, meeting, now, caller.slack_id), meeting, policy)

        return await self._deps.db.read(work)
