"""`/attendance`: what staff type, click and submit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import errors
from bot.attendance import door, forms, plan, service, views
from bot.attendance.plan import Plan, Unclear
from bot.attendance.service import Register, Saved
from bot.attendance.views import Ids
from bot.caller import Caller
from bot.deps import Deps
from bot.diary import meetings, naming
from bot.diary.naming import Around
from bot.errors import BadInput
from bot.gates import clearing_views, readiness
from bot.meetings import showing
from bot.meetings.service import start as start_meeting
from bot.participants import namesake_views, namesakes
from bot.participants import service as participants
from bot.reading import Ask, as_id, as_number, in_time
from bot.reading.persons import people
from bot.reading.roll_call import presence
from bot.reading.roll_call.presence import Presence
from bot.slack.call import Answer, Call, Done, Errors, Kind, Modal, Redraw, Say, View
from bot.slack.command import Command, Word
from bot.slack.notices import note
from bot.slack.pickers import picker
from bot.slack.router import Router
from bot.slack.text import unescape
from db.inbox import Claim, once
from db.models import Meeting, Registration, Role

_NAMED = 5


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps)
    router.command(
        Command(
            name="attendance",
            summary="take the register of a meeting",
            bare=room.open_form,
            free=Word(
                "take",
                room.typed,
                "/attendance M-12 all except NAME, NAME plus NAME",
                "says who was there; `all`, `NAME, NAME`, `NAME absent` and `none` work too",
            ),
        )
    )
    router.on(Kind.SUBMISSION, Ids.PICK, room.pick)
    router.on(Kind.SUBMISSION, Ids.SAVE, room.submit)
    router.on(Kind.ACTION, Ids.OPEN, room.change)
    router.on(Kind.ACTION, Ids.TAKE_BACK, room.take_back)
    router.on(Kind.ACTION, Ids.START, room.start)


class _Asked(Exception):
    """The form that asks what was unclear; raised so that the unit of work is rolled back."""

    def __init__(self, view: View) -> None:
        super().__init__("asked")
        self.view = view


class _Handlers:
    """The handlers of `/attendance`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def open_form(self, call: Call) -> Answer:
        """Bare `/attendance`: the form where one meeting fits, otherwise first the question which."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> View:
            fitting = meetings.mine(session, caller, now, meetings.TO_REGISTER)
            if len(fitting) == 1:
                return self._form(session, call, fitting[0])
            return picker(Ids.PICK, "Take the register", fitting[::-1], caller.zone, "Next")

        return Modal(await self._deps.db.read(work))

    def _form(self, session: Session, call: Call, meeting: Meeting) -> View:
        now = self._deps.clock.now()
        service.check_open(meeting, now, call.caller.zone)
        stands = service.read(session, meeting)
        return views.form(stands, plan.fresh(stands), call.caller.zone, door.of_meeting(session, meeting, now))

    async def pick(self, call: Call) -> Answer:
        """A meeting was chosen."""
        chosen = call.state.get("meeting")
        if not chosen:
            raise BadInput("Choose a meeting.", field="meeting")
        return Redraw(await self._form_of(call, str(chosen)))

    async def change(self, call: Call) -> Answer:
        """[Change] under a register."""
        return Redraw(await self._form_of(call, call.value))

    async def take_back(self, call: Call) -> Answer:
        """[Take this change back] under a correction: the value is the meeting's id and that of one mark it made."""
        caller, now = call.caller, self._deps.clock.now()
        meeting_id, _, mark_id = call.value.partition(":")

        def work(session: Session) -> Say:
            meeting = meetings.get(session, caller, as_id(meeting_id), to_change=True)
            return views.saved(service.take_back(session, caller, meeting, as_id(mark_id), now), caller.zone)

        try:
            said = await self._deps.db.write(work)
        except door.Held as held:
            said = views.held(held)
        return Redraw(note("Register", said.text, said.blocks)) if call.view else said

    async def _form_of(self, call: Call, meeting_id: str) -> View:
        return await self._deps.db.read(
            lambda session: self._form(session, call, meetings.get(session, call.caller, as_id(meeting_id)))
        )

    async def typed(self, call: Call) -> Answer:
        """`/attendance M-12 all except NAME plus NAME`; without more than the number, the form."""
        caller, now = call.caller, self._deps.clock.now()
        welsh = caller.organisation.nation == "wales"
        text = people.without_courtesy(call.text)
        if await in_time(forms.is_of_days, text, now, caller.zone):
            raise _a_report(text, may_read=caller.has(Role.MANAGER))
        number, words = await naming.apart(self._deps.db, caller, text, now, self._around(caller, now, welsh=welsh))
        return await self._taken(call, number, words.strip())

    async def start(self, call: Call) -> Answer:
        """[Start it and save]: the value is the meeting's number and what was typed."""
        number, _, words = call.value.partition(" ")
        try:
            answer = await self._taken(call, as_number(number), words, start=True)
            return views.started(answer, as_number(number)) if isinstance(answer, Say) else answer
        except readiness.NotYet as refused:
            return clearing_views.refused(refused)

    async def _taken(self, call: Call, number: int | None, words: str, *, start: bool = False) -> Answer:
        """The register from words, of a meeting that may have to be started first."""
        caller, now = call.caller, self._deps.clock.now()
        welsh = caller.organisation.nation == "wales"

        def find(session: Session) -> Meeting:
            wanted, to_change = meetings.TO_REGISTER, bool(words)
            again = naming.Again("attendance", words)
            found = naming.numbered(session, caller, number, now, wanted, again, to_change=to_change)
            return start_meeting(session, caller, found.id, now) if start else found

        if not words:
            return Modal(await self._deps.db.read(lambda session: self._form(session, call, find(session))))
        # Once without the database: nobody waits there for a text that takes too long to read.
        await in_time(presence.read, words, ())

        def planned(session: Session, stands: Register) -> Plan:
            own = words if number is None else naming.without_title(words, stands.meeting, caller, now)
            names = [one.participant.name for one in stands.registrations]
            outcome = presence.read(own, names, welsh=welsh, stands=stands.latest is not None)
            if number is None and isinstance(outcome, Ask):
                # The only register there is would be a guess: these words may name another meeting.
                raise self._which(session, caller, now, words, outcome)
            return plan.of_read(stands, outcome, caller.slack_id, words)

        try:
            return await self._saved(call, find, planned)
        except _Asked as asked:
            return Modal(asked.view)
        except door.Held as held:
            return views.held(held, words)

    def _around(self, caller: Caller, now: datetime, *, welsh: bool) -> Around:
        """How `/attendance` names its meeting."""

        def may_be_other(session: Session, words: str) -> bool:
            if presence.leads(words, welsh=welsh) is not None:
                return True
            return participants.somebody_on(session, meetings.mine(session, caller, now, meetings.TO_REGISTER), words)

        return Around(
            "attendance",
            meetings.TO_REGISTER,
            back=True,
            names=True,
            may_be_other=may_be_other,
            leads=partial(presence.leads, welsh=welsh),
        )

    def _which(
        self, session: Session, caller: Caller, now: datetime, words: str, outcome: Ask[Presence]
    ) -> errors.Unclear:
        """What stops a register without its meeting's number at words that it cannot read."""
        opens = outcome.kept.opens if outcome.kept else ()
        left = ", ".join(f"“{unescape(one.words)}”" for one in opens[:_NAMED]) or f"“{unescape(words)[:60]}”"
        mine = meetings.mine(session, caller, now, meetings.TO_REGISTER)
        question = f"I can’t read {left}, and which meeting you mean does not stand there. Which register?"
        return naming.unclear(question, naming.likely(session, caller, now, words, mine), "attendance", caller, words)

    async def submit(self, call: Call) -> Answer:
        """The form was submitted."""
        today = self._deps.clock.now().astimezone(ZoneInfo(call.caller.zone)).date()
        ticked = await in_time(forms.from_view, call.view, call.state, today)
        try:
            said = await self._saved(
                call,
                lambda session: meetings.get(session, call.caller, ticked.meeting_id, to_change=True),
                lambda _session, stands: plan.of_ticked(stands, ticked),
                lambda: forms.answered(call.view, call.state, ticked),
                lambda done, held: Errors(_at_walk_ins(done, held, ticked.version)),
            )
        except _Asked as asked:
            return Redraw(asked.view)
        except door.Held as held:
            if held.of_many and not call.view.get("previous_view_id"):
                return Modal(views.held_over(held))
            return Errors(_at_their_fields(call.view, held, ticked.version))
        return said if isinstance(said, Done | Errors) else Redraw(note("Register", said.text, said.blocks))

    async def _saved(
        self,
        call: Call,
        find: Callable[[Session], Meeting],
        planned: Callable[[Session, Register], Plan],
        answered: Callable[[], list[View]] = list,
        but: Callable[[Saved, door.Held], Errors] | None = None,
    ) -> Say | Done | Errors:
        """Save what is planned, once; walk-ins who may not be let in keep nobody else waiting, and `but` says so in a
        form. Raises _Asked and door.Held, with nothing written, where names have to be asked about and where others
        may not be let in."""
        try:
            return await self._written(call, call.claim, find, planned, answered)
        except door.Held as held:
            if not held.of_walk_ins:
                raise
            refused = held
        # A claim of its own: sent again, the walk-ins are tried again.
        others = replace(call.claim, key=f"{call.claim.key}:others")

        def rest(session: Session, stands: Register) -> Plan:
            return plan.without_walk_ins(planned(session, stands), refused)

        return await self._written(call, others, find, rest, answered, refused, but)

    async def _written(
        self,
        call: Call,
        claim: Claim,
        find: Callable[[Session], Meeting],
        planned: Callable[[Session, Register], Plan],
        answered: Callable[[], list[View]],
        waiting: door.Held | None = None,
        but: Callable[[Saved, door.Held], Errors] | None = None,
    ) -> Say | Done | Errors:
        """One attempt of `_saved`, in a unit of work; `waiting` is why walk-ins are left out of it."""
        caller, now = call.caller, self._deps.clock.now()

        def work(session: Session) -> Say | Done | Errors:
            meeting = find(session)

            def make() -> Saved:
                held = service.hold(session, meeting, now, caller.zone)
                return plan.carry_out(session, caller, held, planned(session, held), now)

            try:
                outcome = once(
                    session,
                    caller.organisation_id,
                    claim,
                    now,
                    make=make,
                    find=lambda _id: Saved(service.read(session, meeting)),
                    amend=lambda _id: make(),
                    record_id=meeting.id,
                )
            except Unclear as unclear:
                at_door = door.of_meeting(session, meeting, now)
                raise _Asked(views.form(unclear.register, unclear.plan, caller.zone, at_door, answered())) from None
            if waiting and but:
                return but(outcome.record, waiting)
            record = replace(outcome.record, waiting=waiting)
            said = views.saved(record, caller.zone, again=outcome.again)
            if record.plain and not outcome.again and showing.on_its_card(session, call, meeting):
                return Done()
            walk_ins = outcome.record.walk_ins
            known = namesakes.of_new(session, caller, walk_ins.elsewhere, now)
            known += namesakes.nearly(session, caller, walk_ins.new, now)
            return replace(said, blocks=[*said.blocks, *namesake_views.asked(known)])

        return await self._deps.db.write(work)


def _a_report(days: str, *, may_read: bool) -> errors.Unclear:
    """What is said of days in place of a meeting: how many came in them is a report, for whoever may read one."""
    words = f"A register is that of one meeting. How many came is a report: `/report {unescape(days)}`"
    words += "." if may_read else ", which a manager can type."
    return errors.Unclear(f"{words} Nothing was changed.", [("Show the report", "report")] if may_read else [], days)


def _at_walk_ins(done: Saved, held: door.Held, version: int) -> dict[str, str]:
    """What is saved, and what keeps walk-ins out, at the field that keeps their names."""
    return {f"{forms.WALK_INS}.{version}": views.saved_but(done, held, views.held_words(held.flags))}


def _at_their_fields(view: View, held: door.Held, version: int) -> dict[str, str]:
    """What is wrong, by the field of each person; of somebody not on the form, at the field of those who came."""
    fields: dict[str, list[door.Flag]] = {}
    for flag in held.flags:
        by_field: dict[str, list[Registration]] = {}
        for one in flag.people:
            field = forms.block_of(view, one.id) or f"{forms.WALK_INS}.{version}"
            by_field.setdefault(field, []).append(one)
        for field, group in by_field.items() or [(f"{forms.WALK_INS}.{version}", [])]:
            fields.setdefault(field, []).append(door.Flag(flag.gate, tuple(group)))
    return {field: views.held_words(flags) for field, flags in fields.items()}
