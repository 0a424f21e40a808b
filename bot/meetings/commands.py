"""`/meeting`: what staff type, click and submit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from bot.errors import BadInput
from bot.kit import Kit
from bot.meetings import (
    edits,
    form_views,
    forms,
    gate_views,
    gating,
    hosting,
    keys,
    naming,
    past,
    planning,
    repeats,
    service,
    showing,
    views,
)
from bot.meetings.views import Ids, MeetingCard
from bot.policy import load_pack
from bot.policy.gates import Gates
from bot.providers import generate
from bot.reading import LONGEST, Ask, Refused, Said, as_id, as_number, in_time, links, onwards, references
from bot.reading.plans import Around, Plan
from bot.slack.call import Answer, Call, Errors, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import esc, unescape, without_mentions
from db.base import new_id
from db.inbox import Outcome, once
from db.models import Meeting

_AGAIN = "Please try again in a minute."
_EDIT = "meeting edit"
_LESS = "Please try again in a minute, or ask for one meeting by its number: `/meeting show M-12`"


def register(router: Router, kit: Kit) -> None:
    """Make the room's handlers known."""
    room = _Room(kit)
    router.command(
        Command(
            name="meeting",
            summary="schedule and run secure meetings",
            bare=room.open_form,
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
                Word(
                    "edit",
                    room.edit,
                    "/meeting edit M-12 to Friday at 17:00",
                    "changes a meeting, or takes its link or the whole invitation that you paste",
                    longest=LONGEST,
                ),
            ),
            synonyms={
                "schedule": "new",
                "create": "new",
                "add": "new",
                "change": "edit",
                "delete": "cancel",
                "stop": "end",
            },
            longest=1_000,
            of_reference="show",
        )
    )
    router.on(Kind.SUBMISSION, Ids.NEW, room.submit_new)
    router.on(Kind.SUBMISSION, Ids.EDIT, room.submit_edit)
    router.on(Kind.ACTION, Ids.OPEN_EDIT, room.open_edit, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.MORE_MINE, room.more_mine, asks=_LESS)
    router.on(Kind.ACTION, Ids.MORE_OTHERS, room.more_others, asks=_LESS)
    router.on(Kind.ACTION, Ids.MORE_PAST, room.past, asks=_LESS)


class _Room:
    """The handlers of `/meeting`."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

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

    def _around(self, call: Call) -> Around:
        """What a reading must know."""
        organisation = call.caller.organisation
        now, zone = self._kit.clock.now(), organisation.timezone
        return Around(now, zone, organisation.nation, organisation.programmes)

    async def new(self, call: Call) -> Answer:
        """`/meeting new …`: what was understood is scheduled, what is open is asked about in the form."""
        if not call.text:
            return await self.open_form(call)
        typed = await in_time(forms.from_text, call.text, self._around(call))
        found = typed.found
        if isinstance(found, Refused):
            raise BadInput(found.why)
        if isinstance(found, Ask):
            return self._asked_about(call, typed, found)
        if len(found.value.slots) > 1:
            question = f"These {len(found.value.slots)} meetings? {' '.join(one.words for one in found.said)}".strip()
            asked = form_views.Asked(question, choices=(found.value,))
            return self._new_form(call, form_views.from_plan(found.value, typed.said, call.caller.zone), asked=asked)
        form = typed.form(found.value, found.value.slots[0])
        try:
            return await self._scheduled(call, form, found.said)
        except planning.ReasonWanted as wanted:
            return self._new_form(call, form_views.filled_in(form.model_dump(), call.caller.zone), wanted)

    def _asked_about(self, call: Call, typed: forms.Typed, found: Ask[Plan]) -> Modal:
        """The form with what was understood of a typed meeting, and the question; readings are there to choose from.
        Raises BadInput for a repeat of which nobody knows when it ends."""
        if found.what == "end":
            raise BadInput(f"{found.question} Add “for 6 weeks” or “until 17 December”.")
        kept = found.kept or Plan()
        choices = tuple(one.value for one in found.choices) if found.what in ("which", "year", "title") else ()
        shown = unescape(without_mentions(call.text))
        asked = form_views.Asked(found.question, shown, choices)
        return self._new_form(call, form_views.from_plan(kept, typed.said, call.caller.zone), asked=asked)

    async def submit_new(self, call: Call) -> Answer:
        """The form for a new meeting was submitted."""
        now, zone = self._kit.clock.now(), call.caller.zone
        slots = forms.unpacked(call.metadata, call.state.get("which"), zone)
        made = [forms.from_state(call.state, now, zone, slot) for slot in slots or (None,)]
        try:
            said = await (self._scheduled(call, made[0]) if len(made) == 1 else self._several(call, made))
        except planning.ReasonWanted as wanted:
            return Errors(wanted.fields)
        return Redraw(note("Scheduled", said.text, said.blocks))

    async def _several(self, call: Call, every: Sequence[forms.MeetingForm]) -> Say:
        """The meetings of a series, each with its own number, link and passcode."""
        caller, now = call.caller, self._kit.clock.now()
        provider = self._kit.provider(caller.organisation.provider)
        rules, problem = provider.passcode_rules, provider.problem
        made: list[Meeting] = []

        def make(session: Session) -> Meeting:
            repeat = new_id()
            made.extend(service.schedule(session, caller, one, generate(rules), now, problem, repeat) for one in every)
            return made[0]

        def work(session: Session) -> Say:
            made.clear()
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: make(session),
                find=lambda first: service.get(session, caller, first),
            )
            return views.several(made or [outcome.record], caller.zone, again=outcome.again)

        return await self._kit.db.write(work)

    async def _scheduled(self, call: Call, form: forms.MeetingForm, assumed: Sequence[Said] = ()) -> Say:
        caller, now = call.caller, self._kit.clock.now()
        provider = self._kit.provider(caller.organisation.provider)
        rules, problem = provider.passcode_rules, provider.problem

        def work(session: Session) -> tuple[Outcome[Meeting], Gates, Sequence[Meeting]]:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.schedule(session, caller, form, generate(rules), now, problem),
                find=lambda made: service.get(session, caller, made),
                amend=lambda made: service.edit(session, caller, made, form.model_dump(), now),
            )
            beside = hosting.clashes(session, caller.organisation, outcome.record)
            return outcome, self._asked(session, call, outcome.record, form.model_dump()), beside

        outcome, asked, beside = await self._kit.db.write(work)
        intro = "Scheduled."
        if outcome.again:
            intro = "This meeting was scheduled already; here it is."
        elif outcome.amended:
            intro = "Changed: the meeting you had just scheduled now looks like this."
        card = MeetingCard(outcome.record, caller.zone, registered=0, asked=asked, beside=beside)
        return views.shown(card, " ".join([f"*{intro}*", *(esc(one.words) for one in assumed)]))

    def _asked(self, session: Session, call: Call, meeting: Meeting, said: Mapping[str, Any]) -> Gates:
        """The open gates that follow from what somebody planned with this request."""
        wanted = planning.wanted_by(said)
        if not wanted:
            return ()
        gates = gating.of_meeting(session, meeting, self._kit.clock.now(), call.caller.slack_id)
        return planning.concerning(gates, wanted)

    async def list(self, call: Call) -> Answer:
        """`/meeting list`, `/meeting list past`"""
        if past.is_asked_for(call.text):
            return await self.past(call)
        now, caller = self._kit.clock.now(), call.caller

        def work(session: Session) -> Say:
            mine, others = service.my_page(session, caller, now), service.others_page(session, caller, now)
            return views.listing(mine, others, caller.zone)

        return await self._kit.db.read(work)

    async def past(self, call: Call) -> Answer:
        """The caller's meetings that are over; with [Next page], the page whose number the button carries."""
        now, caller, number = self._kit.clock.now(), call.caller, as_number(call.value)
        page = await self._kit.db.read(lambda session: past.page(session, caller, now, number))
        return views.past(page, caller.zone)

    async def more_mine(self, call: Call) -> Answer:
        """[Next page] of one's own meetings to come."""
        now, caller, number = self._kit.clock.now(), call.caller, as_number(call.value)
        page = await self._kit.db.read(lambda session: service.my_page(session, caller, now, number))
        return views.listed(page, caller.zone, others=False)

    async def more_others(self, call: Call) -> Answer:
        """[Next page] of the organisation's other meetings to come."""
        now, caller, number = self._kit.clock.now(), call.caller, as_number(call.value)
        page = await self._kit.db.read(lambda session: service.others_page(session, caller, now, number))
        return views.listed(page, caller.zone, others=True)

    async def show(self, call: Call) -> Answer:
        """`/meeting show M-12`"""
        now = self._kit.clock.now()
        return await self._kit.db.read(
            lambda session: showing.card(session, call, showing.named(session, call, now, "show"), now)
        )

    async def gates(self, call: Call) -> Answer:
        """`/meeting gates M-12`"""
        now, caller = self._kit.clock.now(), call.caller

        def work(session: Session) -> Say:
            meeting = showing.named(session, call, now, "gates")
            policy = load_pack(caller.organisation.policy).title
            return gate_views.listing(gating.of_meeting(session, meeting, now, caller.slack_id), meeting, policy)

        return await self._kit.db.read(work)

    async def edit(self, call: Call) -> Answer:
        """`/meeting edit M-12 …`, or `M-12 and later …`; without more text, the form."""
        now, caller = self._kit.clock.now(), call.caller
        around = self._around(call)
        number, behind = await self._to_edit(call, around)
        later, rest = onwards.leading(behind)
        doubt: form_views.Asked | None = None
        known: dict[str, Any] = {}
        assumed: tuple[Said, ...] = ()
        try:
            changes = await in_time(edits.from_text, rest, around)
            assumed = changes.pop(edits.ASSUMED, ())
        except edits.Doubt as open_yet:
            changes, kept = {}, open_yet.asked.kept or Plan()
            known = {"date": kept.day, "time": kept.hour}
            shown = unescape(without_mentions(rest))
            doubt = form_views.Asked(open_yet.asked.question, shown, tuple(one.value for one in open_yet.asked.choices))

        def find(session: Session, *, to_change: bool = False) -> Meeting:
            again = naming.Again(_EDIT, behind)
            return naming.numbered(session, caller, number, now, service.TO_COME, again, to_change=to_change)

        def work(session: Session) -> Say:
            found = find(session, to_change=True)
            provider = found.provider
            meeting = service.edit(session, caller, found.id, changes, now)
            words = " ".join([self._changed(call, meeting, changes, provider), *(esc(one.words) for one in assumed)])
            return showing.card(session, call, meeting, now, words, changes)

        if later and changes.get("link"):
            raise BadInput("Each of them has its own link and passcode. Paste a link for one meeting alone.")
        if later:
            doubt = doubt or form_views.Asked(" ".join(["Change all of these?", *(one.words for one in assumed)]))
        if later or not changes:
            return await self._edit_form(call, find, changes, doubt=doubt, known=known, later=later)
        try:
            return await self._kit.db.write(work)
        except planning.ReasonWanted as wanted:
            return await self._edit_form(call, find, changes, wanted)
        except keys.AnotherMeeting as other:
            return await self._edit_form(call, find, changes, other=other)

    async def _to_edit(self, call: Call, around: Around) -> tuple[int | None, str]:
        """The number of the meeting that is to be changed, and the change. Raises Unclear where another than the only
        one may be meant."""
        caller, now = call.caller, self._kit.clock.now()

        def may_be_other(_session: Session, words: str) -> bool:
            return edits.says_something(words, around)

        how = naming.Around(
            _EDIT, service.TO_COME, bare=True, first_only=True, may_be_other=may_be_other, own=edits.begins
        )
        number, rest = await naming.apart(self._kit.db, caller, call.text, now, how)
        if number is not None or not rest:
            return number, rest
        question, words = "", ""
        at_end, left = ((), "") if links.is_pasted(rest) else references.split(rest, bare=False)
        others = None if edits.begins(rest) else edits.behind_others(rest)
        if at_end:
            question, words = f"Is M-{at_end[0]} the meeting? Then its number stands first.", left
        elif others and not await in_time(edits.says_something, rest, around):
            question, words = f"I know no meeting called “{unescape(others[0])}”. Which meeting?", others[1]
        if not question:
            return None, rest
        fitting = await self._kit.db.read(lambda session: service.mine(session, caller, now, how.wanted))
        raise naming.unclear(question, fitting, how.command, caller, words)

    def _changed(self, call: Call, meeting: Meeting, changes: Mapping[str, Any], provider_before: str) -> str:
        return f"*Changed.* {esc(keys.words(call.caller, meeting, changes, provider_before))}".strip()

    async def _edit_form(
        self,
        call: Call,
        find: Callable[[Session], Meeting],
        changes: Mapping[str, Any] | None = None,
        wanted: planning.ReasonWanted | None = None,
        doubt: form_views.Asked | None = None,
        known: Mapping[str, Any] | None = None,
        other: keys.AnotherMeeting | None = None,
        *,
        later: bool = False,
    ) -> Modal:
        """The form with the meeting as it is, or as it would be with what was typed; with `doubt`, the readings of a
        typed moment, or what is `known` of it. The invitation of an `other` meeting is asked about first; `later`, the
        later ones of its series are changed with it."""
        caller = call.caller

        def work(session: Session) -> Modal:
            meeting = find(session)
            values = form_views.values_of(meeting, caller.zone, planning.reasons(session, meeting), changes or {})
            values |= {name: value for name, value in (known or {}).items() if value}
            offered, programmes = planning.choices(caller.organisation), caller.organisation.programmes
            every = views.rows(repeats.from_on(session, caller, meeting), caller.zone) if later else ()
            return Modal(form_views.edit_form(meeting, offered, programmes, values, wanted, doubt, other, every))

        return await self._kit.db.read(work)

    async def open_edit(self, call: Call) -> Answer:
        """[Change] on a card."""
        return await self._edit_form(call, lambda session: service.get(session, call.caller, as_id(call.value)))

    async def submit_edit(self, call: Call) -> Answer:
        """The form for a change was submitted."""
        caller, now = call.caller, self._kit.clock.now()
        later = call.metadata.startswith(form_views.LATER)
        meeting_id, version, asked_about, offered = form_views.carried(call.metadata)
        state = call.state
        if state.get("link"):
            await in_time(edits.check_field, state["link"], self._around(call))
        slots = forms.unpacked(offered, state.get("which"), caller.zone)
        form = forms.from_state(state, now, caller.zone, slots[0] if slots else None)
        changes = {**form.model_dump(), "link": state.get("link"), "passcode": state.get("passcode")}
        changes["asked_about"] = asked_about
        provider = ""

        changed: list[Meeting] = []

        def make(session: Session) -> Meeting:
            nonlocal provider
            if later:
                changed.extend(repeats.edit(session, caller, as_id(meeting_id), changes, now, version))
                return changed[0]
            before = service.get(session, caller, as_id(meeting_id))
            provider = before.provider
            if changes["link"] == before.join_url:
                changes["link"] = None
            return service.edit(session, caller, as_id(meeting_id), changes, now, version)

        def work(session: Session) -> Say:
            changed.clear()
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: make(session),
                find=lambda made: service.get(session, caller, made),
            )
            if changed:
                return views.changed_together(changed, caller.zone)
            meeting = outcome.record
            said = self._changed(call, meeting, changes, provider or meeting.provider)
            return showing.card(session, call, meeting, now, said, changes)

        try:
            said = await self._kit.db.write(work)
        except planning.ReasonWanted as wanted:
            return Errors(wanted.fields)
        except keys.AnotherMeeting as other:
            form_again = await self._edit_form(
                call, lambda session: service.get(session, caller, as_id(meeting_id)), changes, other=other
            )
            return Redraw(form_again.view)
        return Redraw(note("Changed", said.text, said.blocks))
