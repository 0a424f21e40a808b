"""What staff do with the families' pages: `/invitation page` and `/invitation answers`, and the notice of an answer."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from bot.deliveries import lanes
from bot.deliveries.registry import Jobs, Record
from bot.deps import Deps
from bot.diary import meetings, naming, roster
from bot.diary.naming import Again, Around
from bot.errors import BadInput, NotFound, NotNow
from bot.families import answers, codes, notices, service, slack_views, tokens
from bot.families.slack_views import Ids
from bot.families.tokens import Place
from bot.participants import service as participants
from bot.reading import as_id
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.command import Word
from bot.slack.router import Router
from bot.slack.text import unescape
from db.models import Meeting, Organisation, PagePurpose, Registration
from db.owed import Claimed

_LESS = "Please try again in a minute, with the number of the meeting."


@dataclass(frozen=True)
class _Named:
    """A meeting, and the one of its people that was named; without a name the only one, if there is only one."""

    meeting: Meeting
    people: tuple[Registration, ...]
    chosen: Registration | None


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make the room's handlers and its notice known; `/invitation` must be registered before."""
    room = _Handlers(deps)
    router.extra_word(
        "invitation",
        Word("page", room.page, "/invitation page Robin M-12", "gives you the address of somebody’s page", asks=_LESS),
    )
    router.extra_word(
        "invitation",
        Word("answers", room.answers, "/invitation answers M-12", "shows what families answered", asks=_LESS),
    )
    router.extra_word(
        "invitation",
        Word("answer", room.phoned, "/invitation answer 482 917", "takes down what somebody phones", asks=_LESS),
    )
    router.on(Kind.SUBMISSION, Ids.PHONED, room.submit_phoned)
    router.on(Kind.ACTION, Ids.PERSON, room.choose_person, asks=_LESS)
    router.on(Kind.ACTION, Ids.ANSWERS, room.open_answers, asks=_LESS)
    jobs.on(notices.TELL, tell, lane=lanes.MESSAGES)


class _Handlers:
    """The handlers of the families' pages."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    async def page(self, call: Call) -> Answer:
        """`/invitation page NAME M-12`: the address of one person's page."""
        number, name = await self._apart(call, "invitation page")
        found = await self._deps.db.read(lambda session: self._named(session, call, number, name, "invitation page"))
        if found.chosen is None:
            return slack_views.whose(found.meeting, found.people)
        return await self._made(call, found.meeting.id, found.chosen.id)

    async def choose_person(self, call: Call) -> Answer:
        """Somebody was chosen in the menu."""
        registration, _, meeting = call.value.partition(":")
        return await self._made(call, as_id(meeting), as_id(registration))

    async def answers(self, call: Call) -> Answer:
        """`/invitation answers M-12`: what families answered."""
        number, name = await self._apart(call, "invitation answers")
        now = self._deps.clock.now()

        def work(session: Session) -> Answer:
            found = self._named(session, call, number, name, "invitation answers")
            return Modal(
                slack_views.answers(answers.of_meeting(session, found.meeting, found.chosen if name else None, now))
            )

        return await self._deps.db.read(work)

    async def open_answers(self, call: Call) -> Answer:
        """The button under the notice."""
        now = self._deps.clock.now()

        def work(session: Session) -> Answer:
            meeting = meetings.get(session, call.caller, as_id(call.value))
            return Modal(slack_views.answers(answers.of_meeting(session, meeting, None, now)))

        return await self._deps.db.read(work)

    async def _apart(self, call: Call, command: str) -> tuple[int | None, str]:
        caller, now = call.caller, self._deps.clock.now()

        def may_be_other(session: Session, words: str) -> bool:
            return participants.somebody_on(session, meetings.mine(session, caller, now), words)

        how = Around(command, names=True, may_be_other=may_be_other)
        return await naming.apart(self._deps.db, caller, call.text, now, how)

    def _named(self, session: Session, call: Call, number: int | None, name: str, command: str) -> _Named:
        caller, now = call.caller, self._deps.clock.now()
        meeting = naming.numbered(session, caller, number, now, meetings.TO_COME, Again(command, name))
        people = tuple(participants.registered(session, meeting))
        name = unescape(naming.without_title(name, meeting, caller, now, whole=True).removeprefix("for ").strip())
        if not people:
            raise NotFound(f"Nobody is registered on {meeting.reference} yet.")
        if not name:
            return _Named(meeting, people, people[0] if len(people) == 1 else None)
        match = participants.match([name], people)
        if not match.found:
            listed = f"`/participant list {meeting.reference}` shows who is registered."
            raise BadInput(f"I know nobody of exactly that name on {meeting.reference}. {listed}")
        return _Named(meeting, people, match.found[0])

    async def _made(self, call: Call, meeting_id: UUID, registration_id: UUID) -> Answer:
        base, now = self._deps.settings.export_base, self._deps.clock.now()

        def work(session: Session) -> Answer:
            meeting = meetings.get(session, call.caller, meeting_id, to_change=True)
            registration = next((one for one in roster.registered(session, meeting) if one.id == registration_id), None)
            purpose = service.purpose_of(session, registration, meeting, now) if registration else None
            if registration is None or purpose is None:
                raise NotFound(f"This person is not registered on {meeting.reference} any more.")
            if meeting.ends_at <= now or meeting.state in tokens.OVER:
                raise NotNow(f"{meeting.reference} is over or cancelled: there is nothing to answer any more.")
            nobody = registration.participant.links and tokens.consenting(registration) is None
            if purpose is PagePurpose.CARER and nobody:
                raise NotNow("None of the carers on record may consent for them. Put that right first: `/participant`.")
            address = tokens.address_for(session, base, registration, purpose, call.caller.slack_id, now)
            if address is None:
                return slack_views.number(meeting, registration, purpose, codes.code(registration.id, purpose))
            return slack_views.address(meeting, registration, purpose is PagePurpose.CARER, address)

        return await self._deps.db.write(work)

    async def phoned(self, call: Call) -> Answer:
        """`/invitation answer 482 917`: somebody phones and says the number of their letter."""
        caller, now = call.caller, self._deps.clock.now()
        digits = "".join(re.findall(r"[0-9]", call.text))
        if not codes.is_one(digits):
            raise BadInput("A letter’s number has six digits, such as 482 917. Please look at yours once more.")

        def work(session: Session) -> Answer:
            found = codes.found(session, caller, digits, now)
            if len(found) != 1:
                raise NotFound("None of the letters for your meetings to come has this number. Ask for it once more.")
            meeting_id, registration_id, purpose = found[0]
            place = self._place(session, call, meeting_id, registration_id, purpose)
            page = service.shown(session, place, now)
            if page is None:
                raise NotFound(f"This number has nothing to answer for {place.meeting.reference} any more.")
            return Modal(slack_views.by_phone(place, page))

        return await self._deps.db.read(work)

    async def submit_phoned(self, call: Call) -> Answer:
        """What was said by telephone was filled in."""
        meeting_id, registration_id, purpose = [*call.metadata.split(":"), "", ""][:3]
        given = {name: str(value) for name, value in call.state.items() if value}
        who, now = given.get(slack_views.WHO, "").strip(), self._deps.clock.now()

        def work(session: Session) -> Answer:
            place = self._place(
                session, call, as_id(meeting_id), as_id(registration_id), PagePurpose(purpose), to_change=True
            )
            new = service.answer_by_phone(session, call.caller, place, given, who, now)
            return Redraw(slack_views.phoned(place.meeting, new=new))

        return await self._deps.db.write(work)

    def _place(
        self,
        session: Session,
        call: Call,
        meeting_id: UUID,
        registration_id: UUID,
        purpose: PagePurpose,
        *,
        to_change: bool = False,
    ) -> Place:
        meeting = meetings.get(session, call.caller, meeting_id, to_change=to_change)
        people = roster.registered(session, meeting)
        registration = next((one for one in people if one.id == registration_id), None)
        if registration is None:
            raise NotFound(f"This person is not registered on {meeting.reference} any more.")
        return Place(registration, meeting, purpose)


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the host that answers came in; nothing of what they say."""

    def work(session: Session) -> tuple[Meeting, str]:
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return session.get_one(Meeting, claimed.record_id), organisation.timezone

    meeting, zone = await deps.db.read(work, seconds=5)
    said = slack_views.notice(meeting, zone, link_out=claimed.step == notices.LINK_OUT)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=said.text, blocks=said.blocks)
    return None
