"""`/meeting`: what staff type, click and submit."""

import re
from uuid import UUID

from sqlalchemy.orm import Session

from bot import dates
from bot.errors import BadInput
from bot.kit import Kit
from bot.meetings import forms, gate_views, gating, service, steps, views
from bot.meetings.views import Ids, MeetingCard
from bot.participants import service as participants
from bot.policy import load_pack
from bot.providers import generate
from bot.slack.call import Answer, Call, Kind, Modal, Redraw, Say
from bot.slack.command import Command, Word, split_reference
from bot.slack.notices import note
from bot.slack.router import Router
from bot.slack.text import MENTION, unescape
from db.inbox import Outcome, once
from db.models import Meeting

_PART = re.compile(r"\b(link|passcode|title|with|programme|for|to|on)\b", re.IGNORECASE)


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
                Word("list", room.list, "/meeting list", "shows the meetings to come"),
                Word("show", room.show, "/meeting show M-12", "shows one meeting and what is still to do"),
                Word(
                    "gates",
                    room.gates,
                    "/meeting gates M-12",
                    "shows what your policy still asks for, with its clauses",
                ),
                Word(
                    "edit", room.edit, "/meeting edit M-12 to Friday at 17:00", "changes a meeting, or pastes its link"
                ),
                Word("cancel", room.cancel, "/meeting cancel M-12", "cancels a meeting, after asking"),
                Word("start", room.start, "/meeting start M-12", "says that the meeting has begun"),
                Word("end", room.end, "/meeting end M-12", "says that the meeting is over"),
            ),
            synonyms={
                "schedule": "new",
                "create": "new",
                "add": "new",
                "change": "edit",
                "delete": "cancel",
                "stop": "end",
            },
        )
    )
    router.on(Kind.SUBMISSION, Ids.NEW, room.submit_new)
    router.on(Kind.SUBMISSION, Ids.EDIT, room.submit_edit)
    router.on(Kind.ACTION, Ids.OPEN_EDIT, room.open_edit)
    router.on(Kind.ACTION, Ids.START, room.click_start)
    router.on(Kind.ACTION, Ids.END, room.click_end)
    router.on(Kind.ACTION, Ids.CANCEL, room.click_cancel)


class _Room:
    """The handlers of `/meeting`."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def open_form(self, call: Call) -> Answer:
        """Bare `/meeting`: the form."""
        return Modal(views.form(call.caller.organisation.programmes, call.caller.slack_id))

    async def new(self, call: Call) -> Answer:
        """`/meeting new …`"""
        if not call.text:
            return await self.open_form(call)
        now, organisation = self._kit.clock.now(), call.caller.organisation
        form = forms.from_text(call.text, now, organisation.timezone, organisation.programmes)
        return await self._scheduled(call, form)

    async def submit_new(self, call: Call) -> Answer:
        """The form for a new meeting was submitted."""
        form = forms.from_state(call.state, self._kit.clock.now(), call.caller.zone)
        said = await self._scheduled(call, form)
        return Redraw(note("Scheduled", said.text, said.blocks))

    async def _scheduled(self, call: Call, form: forms.MeetingForm) -> Say:
        caller, now = call.caller, self._kit.clock.now()
        rules = self._kit.providers[caller.organisation.provider].passcode_rules

        def work(session: Session) -> Outcome[Meeting]:
            return once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: service.schedule(session, caller, form, generate(rules), now),
                find=lambda made: service.get(session, caller, made),
                amend=lambda made: service.edit(session, caller, made, form.model_dump(), now),
            )

        outcome = await self._kit.db.write(work)
        intro = "Scheduled."
        if outcome.again:
            intro = "This meeting was scheduled already; here it is."
        elif outcome.amended:
            intro = "Changed: the meeting you had just scheduled now looks like this."
        return views.shown(MeetingCard(outcome.record, caller.zone, registered=0), f"*{intro}*")

    async def list(self, call: Call) -> Answer:
        """`/meeting list`"""
        now, caller = self._kit.clock.now(), call.caller

        def work(session: Session) -> Say:
            mine = service.mine(session, caller, now)
            others = [one for one in service.coming(session, caller, now) if one not in mine]
            return views.listing(mine, others, caller.zone)

        return await self._kit.db.read(work)

    async def show(self, call: Call) -> Answer:
        """`/meeting show M-12`"""
        return await self._kit.db.read(lambda session: self._card(session, call, self._wanted(session, call)))

    def _card(self, session: Session, call: Call, meeting: Meeting, intro: str = "") -> Say:
        registered = len(participants.registered(session, meeting))
        gates = gating.of_meeting(session, meeting, self._kit.clock.now(), call.caller.slack_id)
        return views.shown(MeetingCard(meeting, call.caller.zone, registered, gates), intro)

    async def gates(self, call: Call) -> Answer:
        """`/meeting gates M-12`"""
        now, caller = self._kit.clock.now(), call.caller

        def work(session: Session) -> Say:
            meeting = self._wanted(session, call)
            policy = load_pack(caller.organisation.policy).title
            return gate_views.listing(gating.of_meeting(session, meeting, now, caller.slack_id), meeting, policy)

        return await self._kit.db.read(work)

    def _wanted(self, session: Session, call: Call, wanted: service.Wanted = service.ANY) -> Meeting:
        number, _ = split_reference(call.text)
        return service.find(session, call.caller, number, self._kit.clock.now(), wanted)

    async def edit(self, call: Call) -> Answer:
        """`/meeting edit M-12 …`; without more text, the form."""
        number, rest = split_reference(call.text)
        now, caller = self._kit.clock.now(), call.caller
        changes = self._changes(call, rest)
        if not changes:
            meeting = await self._kit.db.read(
                lambda session: service.find(session, caller, number, now, service.TO_COME)
            )
            return Modal(views.edit_form(meeting, caller.organisation.programmes, caller.zone))

        def work(session: Session) -> Say:
            meeting = service.find(session, caller, number, now, service.TO_COME)
            meeting = service.edit(session, caller, meeting.id, changes, now)
            return self._card(session, call, meeting, "*Changed.*")

        return await self._kit.db.write(work)

    def _changes(self, call: Call, text: str) -> dict[str, object]:
        """The parts of `link …`, `title …`, `with @…`, `for … min`, `to DAY at TIME`. Raises BadInput."""
        now, organisation = self._kit.clock.now(), call.caller.organisation
        found = _PART.match(text)
        if not text:
            return {}
        if not found:
            raise BadInput("Say what to change: `link`, `title`, `with`, `for` or `to`. Without, the form opens.")
        word, rest = found.group(1).lower(), text[found.end() :].strip()
        if word == "link":
            parts = unescape(rest).split()
            changes: dict[str, object] = {"link": parts[0] if parts else " "}
            if len(parts) > 2 and parts[1].lower() == "passcode":
                changes["passcode"] = parts[2]
            return changes
        if word == "with":
            return {"co_workers": tuple(dict.fromkeys(MENTION.findall(rest)))}
        if word == "title":
            return {"title": forms.check_title(unescape(rest))}
        if word == "programme":
            return {"programme": forms.find_programme(unescape(rest), organisation.programmes)}
        if word == "passcode":
            return {"passcode": unescape(rest)[:20]}
        if word == "for":
            minutes = re.match(r"\d+", rest)
            return {"minutes": forms.check_minutes(int(minutes.group()) if minutes else 0)}
        return {"starts_at": dates.moment(unescape(rest), now, organisation.timezone)}

    async def open_edit(self, call: Call) -> Answer:
        """[Change] on a card."""
        meeting = await self._kit.db.read(lambda session: service.get(session, call.caller, UUID(call.value)))
        return Modal(views.edit_form(meeting, call.caller.organisation.programmes, call.caller.zone))

    async def submit_edit(self, call: Call) -> Answer:
        """The form for a change was submitted."""
        caller, now = call.caller, self._kit.clock.now()
        meeting_id, _, version = call.metadata.partition(":")
        state = call.state
        form = forms.from_state(state, now, caller.zone)
        changes = {**form.model_dump(), "link": state.get("link"), "passcode": state.get("passcode")}

        def make(session: Session) -> Meeting:
            before = service.get(session, caller, UUID(meeting_id))
            kept = {**changes, "link": None if changes["link"] == before.join_url else changes["link"]}
            return service.edit(session, caller, UUID(meeting_id), kept, now, int(version or 0))

        def work(session: Session) -> Say:
            outcome = once(
                session,
                caller.organisation_id,
                call.claim,
                now,
                make=lambda: make(session),
                find=lambda made: service.get(session, caller, made),
            )
            return self._card(session, call, outcome.record, "*Changed.*")

        said = await self._kit.db.write(work)
        return Redraw(note("Changed", said.text, said.blocks))

    async def cancel(self, call: Call) -> Answer:
        """`/meeting cancel M-12`: shows the meeting with the button that asks once more."""
        meeting = await self._kit.db.read(lambda session: self._wanted(session, call, service.TO_COME))
        return views.ask_cancel(MeetingCard(meeting, call.caller.zone))

    async def click_cancel(self, call: Call) -> Answer:
        """[Cancel it], confirmed."""
        return await self._moved(call, service.cancel, "Cancelled. Please tell those who were invited.")

    async def start(self, call: Call) -> Answer:
        """`/meeting start M-12`"""
        return await self._moved(call, service.start, steps.STARTED, service.TO_COME)

    async def click_start(self, call: Call) -> Answer:
        """[Start]"""
        return await self._moved(call, service.start, steps.STARTED)

    async def end(self, call: Call) -> Answer:
        """`/meeting end M-12`"""
        return await self._moved(call, service.end, steps.ENDED, service.TO_COME)

    async def click_end(self, call: Call) -> Answer:
        """[End]"""
        return await self._moved(call, service.end, steps.ENDED)

    async def _moved(self, call: Call, move: service.Move, words: str, wanted: service.Wanted = service.ANY) -> Answer:
        caller, now = call.caller, self._kit.clock.now()

        def work(session: Session) -> Say:
            meeting_id = UUID(call.value) if call.value else self._wanted(session, call, wanted).id
            meeting = move(session, caller, meeting_id, now)
            return self._card(session, call, meeting, f"*{words}*")

        return await self._kit.db.write(work)
