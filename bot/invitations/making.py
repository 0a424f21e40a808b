"""Sendings of one meeting, made at their moment: by the addresses, the link and the facts that there are then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from bot.diary import addresses, roster, sendings, states
from bot.diary.addresses import Address
from bot.diary.sendings import History
from bot.families import codes, tokens
from bot.families import service as families
from bot.gates import gating
from bot.invitations import calendar, letter, mails, service, stages
from bot.invitations.mails import Mail
from bot.invitations.stages import Why
from bot.meetings import undoing
from bot.policy import Pack
from bot.policy.gates import Gates, MeetingFacts, Person
from db.models import (
    FamilyPage,
    Meeting,
    MeetingState,
    Organisation,
    PagePurpose,
    Registration,
    Sending,
    SendingState,
    Stage,
)
from db.scope import of

PASSCODE_AFTER = timedelta(minutes=10)
"""How long after the link its passcode goes, where they go apart."""
_NO_LINK_YET = timedelta(minutes=1)
_TIMED = (Stage.ABOUT, Stage.RULES, Stage.LINK, Stage.CHANGED)
"""What tells of when the meeting is."""


@dataclass(frozen=True)
class Made:
    """A mail that may go now, and what its sending is to remember of it."""

    mail: Mail
    organisation: str
    address: Address
    at: datetime
    times: tuple[datetime, datetime] | None
    sequence: int | None
    link_since: datetime | None = None
    apart: bool = False
    """Whether the passcode goes in a mail of its own."""


@dataclass(frozen=True)
class Back:
    """It may not go any more, or need not: why."""

    code: str


@dataclass(frozen=True)
class Later:
    """It is for later than was thought."""

    due: datetime


@dataclass(frozen=True)
class NeedsPage:
    """It needs a page on which its reader answers, which is made in a unit of work of its own."""


Outcome = Made | Back | Later | NeedsPage
ASKING = (Stage.ABOUT, Stage.RULES)
"""What asks for an answer."""


def make(
    session: Session, organisation_id: UUID, ids: Sequence[UUID], sender: str, now: datetime, *, pages: bool = False
) -> dict[UUID, Outcome | None]:
    """What becomes of each of these sendings of one meeting now; None where it is done with, or its time has not come.
    `pages`: whether the bot has pages that families can reach. However many they are, the statements are as many."""
    found = {one.id: one for one in _rows(session, organisation_id, ids)}
    outcomes: dict[UUID, Outcome | None] = dict.fromkeys(ids)
    due = [one for one in found.values() if one.state is SendingState.WAITING and one.due_at <= now]
    if due:
        making = _read(session, due, sender, now)
        outcomes |= {one.id: making.outcome(one, pages) for one in due}
    return outcomes


def _rows(session: Session, organisation_id: UUID, ids: Sequence[UUID]) -> Sequence[Sending]:
    return session.scalars(of(organisation_id, Sending).where(Sending.id.in_(ids))).all()


def _read(session: Session, due: Sequence[Sending], sender: str, now: datetime) -> "_Making":
    meeting = session.get_one(Meeting, due[0].meeting_id)
    organisation = session.get_one(Organisation, meeting.organisation_id)
    places = roster.places(session, meeting, [one.registration_id for one in due])
    theirs = of(organisation.id, Sending).where(Sending.registration_id.in_(places))
    histories = sendings.by_person(session.scalars(theirs.order_by(Sending.asked_at)), places.values())
    pages = tokens.pages_at(session, [one.page for one in due if one.page])
    pack = service.pack_of(organisation)
    return _Making(session, meeting, organisation, pack, due, places, histories, pages, sender, now)


@dataclass
class _Making:
    """All that some sendings of one meeting are made from, each thing read once."""

    session: Session
    meeting: Meeting
    organisation: Organisation
    pack: Pack
    due: Sequence[Sending]
    places: Mapping[UUID, Registration]
    histories: Mapping[UUID, History]
    pages: Mapping[str, FamilyPage]
    sender: str
    now: datetime
    _judged: dict[str, tuple[MeetingFacts, Gates, dict[str, Person]]] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The organisation's."""
        return self.organisation.timezone

    @cached_property
    def facts(self) -> letter.Facts:
        """What the meeting puts into a letter."""
        return service.facts_of(self.session, self.organisation, self.meeting)

    def outcome(self, row: Sending, pages: bool) -> Outcome:
        """What becomes of one of them."""
        meeting, registration = self.meeting, self.places[row.registration_id]
        code = _over(row, meeting, registration, self.now)
        if code == Why.NOT_NEEDED and (until := may_come_back(meeting, self.now)):
            return Later(until)
        if code:
            return Back(code)
        address = addresses.of(self.pack, registration.participant, meeting.starts_at, self.zone)
        if address is None:
            return Back(Why.NO_ADDRESS)
        history = self.histories[registration.id]
        wrong = self._held(row, registration, address, history)
        if wrong is not None:
            return wrong
        if pages and row.stage in ASKING:
            # What was made for an earlier try may be another's: the mail goes by how things stand now.
            page, purpose = self.pages.get(row.page or ""), self.purpose(registration, address)
            if page is None or not tokens.is_for(page, row.page or "", registration, purpose, address.email):
                return NeedsPage()
        return self._made(row, registration, address, history)

    def purpose(self, registration: Registration, address: Address) -> PagePurpose:
        """Whose page goes to this address."""
        return families.purpose_at(self.pack, registration.participant, address, self.meeting.starts_at, self.zone)

    def _held(self, row: Sending, registration: Registration, address: Address, history: History) -> Outcome | None:
        """Why it may not go to this person now, or when it may; None where nothing is in its way."""
        if row.stage is Stage.CANCELLED:
            return None
        facts, gates, people = self._looked_at(row.asked_by)
        verdict = stages.of_person(self.pack, self.meeting, facts, gates, people[registration.id.hex], address)
        if row.stage is Stage.CHANGED:
            return None if stages.may_be_told(verdict) else Back(verdict.code)
        if row.stage is Stage.PASSCODE:
            return _passcode(verdict, self.meeting, history, self.now)
        if row.stage is not Stage.LINK:
            return None if verdict.stage is row.stage else Back(verdict.code)
        if verdict.why is Why.NO_LINK:
            return Later(self.now + _NO_LINK_YET)
        if verdict.stage is not Stage.LINK:
            return Back(verdict.code)
        return Later(verdict.later) if verdict.later else None

    def _looked_at(self, asked_by: str) -> tuple[MeetingFacts, Gates, dict[str, Person]]:
        """What is recorded of those whom somebody wants to write to, and the gates that follow."""
        if asked_by not in self._judged:
            whose = {one.registration_id for one in self.due if one.asked_by == asked_by}
            asked = [self.places[one] for one in whose]
            facts, gates = gating.of_some(self.session, self.meeting, asked, self.now, asked_by)
            self._judged[asked_by] = (facts, gates, {one.id: one for one in facts.people})
        return self._judged[asked_by]

    def _made(self, row: Sending, registration: Registration, address: Address, history: History) -> Outcome:
        meeting, pack = self.meeting, self.pack
        old = row.stage is Stage.LINK and history.had(Stage.LINK) is not None
        answer = self._answered(row, registration, address)
        text = letter.of_stage(pack, meeting, self.facts, registration, row.stage, again=old, answer=answer)
        if letter.to_fill_in(text):
            return Back(BLANKS)
        entry, sequence = self._entry(row, address, history)
        mail = Mail(address.email, mails.subject(row.stage, meeting, self.zone), text, entry)
        times = (meeting.starts_at, meeting.ends_at) if row.stage in _TIMED else None
        apart = pack.invitation.passcode.value == "apart" and bool(meeting.passcode)
        return Made(mail, self.organisation.name, address, self.now, times, sequence, meeting.link_since, apart)

    def _answered(self, row: Sending, registration: Registration, address: Address) -> str:
        """How whoever is asked something can answer: on their page, or by telephone with a number."""
        if row.stage not in ASKING:
            return ""
        if row.page:
            return letter.on_page(row.page)
        return letter.by_phone(codes.code(registration.id, self.purpose(registration, address)))

    def _entry(self, row: Sending, address: Address, history: History) -> tuple[tuple[str, bytes] | None, int | None]:
        """The calendar entry that goes with a sending, and its number: with the link, and whenever an entry that they
        have is right no more."""
        last = history.sequence
        if row.stage is not Stage.LINK and (last is None or row.stage not in (Stage.CHANGED, Stage.CANCELLED)):
            return None, None
        sequence = 0 if last is None else last + 1
        method = calendar.CANCEL if row.stage is Stage.CANCELLED else calendar.REQUEST
        who, to = row.registration_id, address.email
        content = calendar.entry(method, self.meeting, who, to, self.sender, self.organisation.name, sequence, self.now)
        return (method, content), sequence


BLANKS = "blanks"
"""The code of a letter that has blanks to fill in."""


def note_pages(session: Session, organisation_id: UUID, ids: Sequence[UUID], base: str, now: datetime) -> None:
    """Make the pages for whoever these mails of one meeting go to, before the mails: one that went and of which the bot
    knows nothing, after a crash, leads to the same as its repetition."""
    due = _rows(session, organisation_id, ids)
    making = _read(session, due, "", now)
    for row in due:
        registration = making.places[row.registration_id]
        address = addresses.of(making.pack, registration.participant, making.meeting.starts_at, making.zone)
        if address is not None:
            purpose = making.purpose(registration, address)
            row.page = tokens.address(
                base, tokens.mail(session, registration, purpose, address.email, row.asked_by, now)
            )


def _over(row: Sending, meeting: Meeting, registration: Registration, now: datetime) -> str:
    """Why nothing of this kind goes any more, whoever it is for."""
    if registration.removed_at is not None:
        return Why.REMOVED
    if (meeting.state is MeetingState.CANCELLED) is not (row.stage is Stage.CANCELLED):
        return Why.NOT_NEEDED
    if now >= meeting.ends_at or meeting.state in states.OVER:
        return Why.OVER
    return ""


def may_come_back(meeting: Meeting, now: datetime) -> datetime | None:
    """When a cancelled meeting is sure to stay so, where that is still to come: until then nothing is given up."""
    until = undoing.until(meeting) if meeting.state is MeetingState.CANCELLED else None
    return until + timedelta(seconds=1) if until is not None and now <= until else None


def _passcode(verdict: stages.Verdict, meeting: Meeting, history: History, now: datetime) -> Outcome | None:
    """The passcode goes to whoever has the link that it belongs to, some time after it."""
    if verdict.stage is not Stage.LINK or not meeting.passcode:
        return Back(verdict.code)
    link = history.had(Stage.LINK, since=meeting.link_since)
    if link is None:
        return Later(now + PASSCODE_AFTER) if history.waiting(Stage.LINK) else Back(Why.NOT_NEEDED)
    due = (link.sent_at or now) + PASSCODE_AFTER
    return Later(due) if due > now else None
