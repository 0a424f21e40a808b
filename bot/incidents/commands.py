"""`/incident`: what staff type, click and submit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import meetings, naming
from bot.diary.naming import Again, Opening
from bot.errors import BadInput
from bot.incidents import forms, service, views
from bot.incidents.by_policy import Named, named
from bot.incidents.forms import Draft, IncidentForm
from bot.incidents.views import FormParts, Ids
from bot.reading import as_id, as_number, in_time
from bot.reading.corrections import leads_in
from bot.reading.danger import discloses, tells
from bot.reading.times.plans import Around
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, first_word, split_reference
from bot.slack.delicate import is_so
from bot.slack.notices import note, unknown_word
from bot.slack.router import Router
from db.inbox import Outcome, once
from db.models import Incident, IncidentKind, Meeting

_WHICH = "That takes a meeting back. Which one is it? Choose it below, and leave in the words only what happened."
_AGAIN = "Please try again in a minute."
_LESS = "Please try again in a minute, or ask for one incident by its number: `/incident show I-7`"


def register(router: Router, deps: Deps) -> None:
    """Make the room's handlers known."""
    room = _Handlers(deps)
    router.command(room.command)
    router.on(Kind.SUBMISSION, Ids.NEW, room.submit_new)
    router.on(Kind.ACTION, Ids.KIND, room.choose_kind)
    router.on(Kind.SUBMISSION, Ids.AMEND, room.submit_amend)
    router.on(Kind.ACTION, Ids.OPEN_AMEND, room.click_amend, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.SHOW, room.click_show, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.MORE, room.more, asks=_LESS)
    router.on(Kind.ACTION, Ids.DONE, room.click_done)
    router.on(Kind.ACTION, Ids.NOT_WORRIED, room.click_not_worried)


class _Handlers:
    """The handlers of `/incident`."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self.command = Command(
            name="incident",
            summary="record what happened in a session, and what was done",
            bare=self.open_form,
            answers_worries=True,
            free=Word(
                "record",
                self.typed,
                "/incident M-12 removed for swearing; done: spoke to carer; follow up: call by Friday @co-worker",
                "records it at once; without “done:” the form opens with what you typed",
            ),
            words=(
                Word("list", self.list, "/incident list", "shows the incidents that you may see", asks=_LESS),
                Word("show", self.show, "/incident show I-7", "shows one incident", asks=_AGAIN),
                Word(
                    "amend",
                    self.amend,
                    "/incident amend I-7",
                    "changes one; what it said before is kept; words behind the number stand in the form",
                ),
            ),
        )

    # Recording

    async def open_form(self, call: Call) -> Answer:
        """Bare `/incident`: the form."""
        now = self._deps.clock.now()
        found = await self._deps.db.read(lambda session: service.fitting(session, call.caller, now))
        return self._form_of(call, found, Draft(), sure=len(found) < 2)

    async def typed(self, call: Call) -> Answer:
        """`/incident M-12 what; done: …; follow up: …`: saved when whole, else the form with what there is."""
        first, rest = first_word(call.text)
        number, behind = split_reference(call.text, first_only=True)
        rest = behind if number is not None else rest
        if forms.number(first) is not None and not rest:
            return await self._shown(call, forms.number(first))
        nearest = None if number else self.command.nearest(first)
        if forms.number(rest) is not None or (nearest and not rest):
            return unknown_word(self.command, first, nearest)
        now, caller = self._deps.clock.now(), call.caller
        around = Around(now, caller.zone, caller.organisation.nation)
        await in_time(forms.from_text, call.text, around)
        doubted = await in_time(forms.in_doubt, call.text)
        which = await self._deps.db.read(lambda session: self._taken_back(session, call, doubted))
        if which is not None:
            named = which
        elif number is not None:
            named = await self._deps.db.read(lambda session: self._numbered(session, call, number, rest))
        else:
            named = await self._deps.db.read(lambda session: self._named(session, call))
        draft = forms.from_text(named.rest, around)
        worry = await self._any(tells, draft)
        found = named.meetings
        if named.words:
            taken = f"I took “{named.words}” for {found[0].reference}. Is it what happened? Write it there again."
            draft = draft.model_copy(update={"asked": (taken, *draft.asked)})
        if which is not None:
            draft = draft.model_copy(update={"asked": (_WHICH, *draft.asked)})
        if await self._any(discloses, draft) or not draft.complete or not named.sure:
            return self._form_of(call, found, draft, named.sure or bool(named.words), worry=worry)
        whole = draft.model_dump(exclude={"said", "asked"}) | {"kind": draft.kind or IncidentKind.OTHER}
        form = IncidentForm(**whole, meeting_id=found[0].id if found else None)
        no_kind = [] if draft.kind else [f"Its kind is “{forms.KINDS[IncidentKind.OTHER]}”: Amend takes another."]
        return await self._recorded(call, form, " ".join([*draft.said, *no_kind]))

    def _numbered(self, session: Session, call: Call, number: int, rest: str) -> Opening:
        now = self._deps.clock.now()
        found = naming.numbered(session, call.caller, number, now, meetings.ANY, Again("incident"))
        return Opening((found,), rest, sure=True)

    def _taken_back(self, session: Session, call: Call, numbers: Sequence[int]) -> Opening | None:
        """All that may be meant by a text that takes a meeting back, by its number or its title; None where it does
        not."""
        caller, now = call.caller, self._deps.clock.now()
        told = naming.by_numbers(session, caller, numbers)
        low = call.text.casefold()
        titled = naming.mentioned(session, caller, call.text, now)
        places = [low.find(one.title.casefold()) for one in titled]
        if not numbers and not any(place > 0 and leads_in(call.text[:place]) for place in places):
            return None
        found = {one.number: one for one in (*told, *titled, *service.fitting(session, caller, now))}
        return Opening(tuple(found.values()), call.text, sure=False)

    def _named(self, session: Session, call: Call) -> Opening:
        """The meeting that a text begins by naming, or the only one of the caller's that an incident can belong to;
        where it may be another, all that it may be."""
        caller, now = call.caller, self._deps.clock.now()
        label = forms.begins_with_label(call.text)
        named = None if label else naming.opening(session, caller, call.text, now, meetings.TO_REGISTER)
        if named is not None:
            return named
        fitting = tuple(service.fitting(session, caller, now))
        return Opening(fitting, call.text, sure=len(fitting) < 2)

    async def _any(self, about: Callable[[str], bool], told: Draft | IncidentForm) -> bool:
        """Whether any part of an incident sounds like that: each by itself, so that a mother who was rung about a knee
        is no disclosure."""
        return any([await is_so(about, part) for part in (told.what, told.done, told.follow_up) if part])

    def _form_of(
        self, call: Call, found: Sequence[Meeting], draft: Draft, sure: bool, *, worry: bool = False
    ) -> Answer:
        """The form with what there is of an incident; the meeting is chosen where there is no doubt about it."""
        only = (str(found[0].id) if found else forms.NO_MEETING) if sure else None
        return Modal(views.form(FormParts(list(found), call.caller.zone, only, draft, worry, _policy(call))))

    async def choose_kind(self, call: Call) -> Answer:
        """The kind was chosen in the form: it is drawn again with what to do about that kind."""
        offered, draft = _offered(call), forms.draft_of(call.state, _policy(call))
        worry = await self._any(tells, draft)

        def work(session: Session) -> FormParts:
            found = [meetings.get(session, call.caller, one) for one in offered]
            return FormParts(found, call.caller.zone, call.state.get("meeting"), draft, worry, _policy(call))

        return Redraw(views.form(await self._deps.db.read(work)))

    async def submit_new(self, call: Call) -> Answer:
        """The form was submitted."""
        form = forms.from_state(call.state, self._deps.clock.now(), call.caller.zone, _policy(call))
        said = await self._recorded(call, form)
        return Redraw(note("Saved", said.text, said.blocks))

    async def _recorded(self, call: Call, form: IncidentForm, assumed: str = "") -> Say:
        caller, now = call.caller, self._deps.clock.now()
        worry = await self._any(tells, form)

        def work(session: Session) -> tuple[Outcome[Incident], Meeting | None]:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.record(session, caller, form, now),
                find=lambda made: service.get(session, caller, made),
                amend=lambda made: service.amend(session, caller, made, form, "The form was sent again, changed.", now),
            )
            return outcome, service.meeting_of(session, outcome.record)

        outcome, meeting = await self._deps.db.write(work)
        reference = outcome.record.reference
        intro = f"{assumed} Saved as {reference}.".strip()
        if outcome.again:
            intro = f"This was saved already, as {reference}."
        elif outcome.amended:
            intro = f"{reference}, which you had just saved, was amended. What it said before is kept."
        return views.saved(outcome.record, meeting, caller.zone, intro, ask=True, worry=worry, then=_policy(call).then)

    # Reading

    async def list(self, call: Call) -> Answer:
        """`/incident list`; with more text it is the beginning of what happened."""
        if call.text:
            return await self.typed(_restored(call, "list"))
        return await self._listed(call, 0)

    async def more(self, call: Call) -> Answer:
        """[Next page] of the list."""
        return await self._listed(call, as_number(call.value))

    async def _listed(self, call: Call, number: int) -> Answer:
        found = await self._deps.db.read(lambda session: service.visible(session, call.caller, number))
        return views.listing(found, call.caller.zone)

    async def show(self, call: Call) -> Answer:
        """`/incident show I-7`, in a form: its words stand in no message."""
        number = forms.number(first_word(call.text)[0])
        if number is None and len(call.text.split(maxsplit=1)) > 1:
            return await self.typed(_restored(call, "show"))
        return await self._shown(call, number)

    async def click_show(self, call: Call) -> Answer:
        """[Show]"""
        return await self._shown(call, as_id(call.value))

    async def _shown(self, call: Call, which: int | UUID | None) -> Answer:
        story = await self._deps.db.read(lambda session: self._story(session, call, which))
        return Modal(views.shown(story, call.caller.zone))

    def _story(self, session: Session, call: Call, which: int | UUID | None) -> service.Story:
        if which is None:
            raise BadInput("Which incident? Add its number, such as I-7. `/incident list` shows them.")
        if isinstance(which, UUID):
            return service.story(session, service.get(session, call.caller, which))
        return service.story(session, service.find(session, call.caller, which))

    # Amending and following up

    async def amend(self, call: Call) -> Answer:
        """`/incident amend I-7`; words behind it stand in the form, to be saved from there."""
        first, rest = first_word(call.text)
        number = forms.number(first)
        if number is None and rest:
            return await self.typed(_restored(call, "amend"))
        around = Around(self._deps.clock.now(), call.caller.zone, call.caller.organisation.nation)
        return await self._amend_form(call, number, await in_time(forms.from_text, rest, around))

    async def click_amend(self, call: Call) -> Answer:
        """[Amend]"""
        return await self._amend_form(call, as_id(call.value), Draft())

    async def _amend_form(self, call: Call, which: int | UUID | None, typed: Draft) -> Answer:
        worry = await self._any(tells, typed)

        def work(session: Session) -> tuple[service.Story, FormParts]:
            story = self._story(session, call, which)
            held = service.fitting(session, call.caller, self._deps.clock.now())
            if story.meeting and story.meeting.id not in [one.id for one in held]:
                held.insert(0, story.meeting)
            chosen = str(story.meeting.id) if story.meeting else forms.NO_MEETING
            draft = forms.with_typed(views.current(story.words, story.incident), typed)
            return story, FormParts(held, call.caller.zone, chosen, draft, worry, policy=_policy(call))

        story, parts = await self._deps.db.read(work)
        return Modal(views.amend_form(story, parts))

    async def submit_amend(self, call: Call) -> Answer:
        """The form for an amendment was submitted."""
        caller, now = call.caller, self._deps.clock.now()
        incident_id, _, version = call.metadata.partition(":")
        form = forms.from_state(call.state, now, caller.zone, _policy(call), amending=True)
        reason = forms.reason(call.state)

        def amended(session: Session, drawn_for: int) -> Incident:
            return service.amend(session, caller, as_id(incident_id), form, reason, now, drawn_for)

        def work(session: Session) -> tuple[Incident, Meeting | None]:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: amended(session, as_number(version)),
                find=lambda made: service.get(session, caller, made),
                amend=lambda _: amended(session, 0),
            )
            return outcome.record, service.meeting_of(session, outcome.record)

        incident, meeting = await self._deps.db.write(work)
        intro = f"{incident.reference} is amended. What it said before is kept."
        said = views.saved(incident, meeting, caller.zone, intro, ask=False)
        return Redraw(note("Amended", said.text, said.blocks))

    async def click_done(self, call: Call) -> Answer:
        """[Follow-up done]"""
        now = self._deps.clock.now()

        def work(session: Session) -> tuple[Incident, bool, Meeting | None]:
            incident, new = service.finish(session, call.caller, as_id(call.value), now)
            return incident, new, service.meeting_of(session, incident)

        incident, new, meeting = await self._deps.db.write(work)
        thanks = f"Thank you. The follow-up of {incident.reference} is done."
        intro = thanks if new else f"{incident.reference} has no open follow-up; nothing was changed."
        return _in_place(call, views.saved(incident, meeting, call.caller.zone, intro, ask=False))

    async def click_not_worried(self, call: Call) -> Answer:
        """[No] to the question about safety."""
        now = self._deps.clock.now()

        def work(session: Session) -> tuple[Incident, Meeting | None]:
            incident = service.not_worried(session, call.caller, as_id(call.value), now)
            return incident, service.meeting_of(session, incident)

        incident, meeting = await self._deps.db.write(work)
        intro = f"{incident.reference} is saved. If you start to worry, type /concern."
        return _in_place(call, views.saved(incident, meeting, call.caller.zone, intro, ask=False))


def _in_place(call: Call, said: Say) -> Answer:
    """In a form, redraw it; under a message, answer privately."""
    return Redraw(note("Incident", said.text, said.blocks)) if call.view.get("type") == "modal" else said


def _policy(call: Call) -> Named:
    """What the policy of the caller's organisation names."""
    return named(call.caller.organisation.policy)


def _offered(call: Call) -> list[UUID]:
    """The meetings that the form offered, so that it is drawn again with the same ones."""
    fields = [one["element"] for one in call.view.get("blocks", []) if one.get("block_id") == "meeting"]
    values = [option["value"] for element in fields for option in element["options"]]
    return [UUID(value) for value in values if value != forms.NO_MEETING]


def _restored(call: Call, word: str) -> Call:
    """The call with the word put back that turned out to be the beginning of a sentence."""
    return replace(call, text=f"{word} {call.text}".strip())
