"""One sending, made at its moment: by the address, the link and the facts that there are then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from db.models import Meeting, MeetingState, Organisation, Registration, Sending, SendingState, Stage
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


def make(session: Session, sending_id: UUID, sender: str, now: datetime, *, pages: bool = False) -> Outcome | None:
    """What becomes of a sending now; None where it is done with, or its time has not come. `pages`: whether the bot has
    pages that families can reach."""
    row = session.get(Sending, sending_id)
    if row is None or row.state is not SendingState.WAITING or row.due_at > now:
        return None
    meeting = session.get_one(Meeting, row.meeting_id)
    registration = session.get_one(Registration, row.registration_id)
    code = _over(row, meeting, registration, now)
    if code == Why.NOT_NEEDED and (until := _may_come_back(meeting, now)):
        return Later(until)
    if code:
        return Back(code)
    organisation = session.get_one(Organisation, row.organisation_id)
    theirs = of(row.organisation_id, Sending).where(Sending.registration_id == row.registration_id)
    history = History(tuple(session.scalars(theirs.order_by(Sending.asked_at))))
    pack = service.pack_of(organisation)
    address = addresses.of(pack, registration.participant, meeting.starts_at, organisation.timezone)
    if address is None:
        return Back(Why.NO_ADDRESS)
    wrong = _judged(session, row, meeting, registration, pack, address, history, now)
    if wrong is None and pages and row.stage in ASKING:
        purpose = families.purpose_at(pack, registration.participant, address, meeting.starts_at, organisation.timezone)
        # What was made for an earlier try may be another's: the mail goes by how things stand now.
        if row.page is None or not tokens.is_for(session, row.page, registration, purpose, address.email):
            return NeedsPage()
    return wrong or _made(session, row, meeting, registration, organisation, pack, address, history, sender, now)


def _over(row: Sending, meeting: Meeting, registration: Registration, now: datetime) -> str:
    """Why nothing of this kind goes any more, whoever it is for."""
    if registration.removed_at is not None:
        return Why.REMOVED
    if (meeting.state is MeetingState.CANCELLED) is not (row.stage is Stage.CANCELLED):
        return Why.NOT_NEEDED
    if now >= meeting.ends_at or meeting.state in states.OVER:
        return Why.OVER
    return ""


def _may_come_back(meeting: Meeting, now: datetime) -> datetime | None:
    """When a cancelled meeting is sure to stay so, where that is still to come: until then nothing is given up."""
    until = undoing.until(meeting) if meeting.state is MeetingState.CANCELLED else None
    return until + timedelta(seconds=1) if until is not None and now <= until else None


def _judged(
    session: Session,
    row: Sending,
    meeting: Meeting,
    registration: Registration,
    pack: Pack,
    address: Address,
    history: History,
    now: datetime,
) -> Outcome | None:
    """Why it may not go to this person now, or when it may; None where nothing is in its way."""
    if row.stage is Stage.CANCELLED:
        return None
    facts, gates = gating.of_one(session, meeting, registration, now, row.asked_by)
    verdict = stages.of_person(pack, meeting, facts, gates, facts.people[0], address)
    if row.stage is Stage.CHANGED:
        return None if stages.may_be_told(verdict) else Back(verdict.code)
    if row.stage is Stage.PASSCODE:
        return _passcode(verdict, meeting, history, now)
    if row.stage is not Stage.LINK:
        return None if verdict.stage is row.stage else Back(verdict.code)
    if verdict.why is Why.NO_LINK:
        return Later(now + _NO_LINK_YET)
    if verdict.stage is not Stage.LINK:
        return Back(verdict.code)
    return Later(verdict.later) if verdict.later else None


def _passcode(verdict: stages.Verdict, meeting: Meeting, history: History, now: datetime) -> Outcome | None:
    """The passcode goes to whoever has the link that it belongs to, some time after it."""
    if verdict.stage is not Stage.LINK or not meeting.passcode:
        return Back(verdict.code)
    link = history.had(Stage.LINK, since=meeting.link_since)
    if link is None:
        return Later(now + PASSCODE_AFTER) if history.waiting(Stage.LINK) else Back(Why.NOT_NEEDED)
    due = (link.sent_at or now) + PASSCODE_AFTER
    return Later(due) if due > now else None


def _made(
    session: Session,
    row: Sending,
    meeting: Meeting,
    registration: Registration,
    organisation: Organisation,
    pack: Pack,
    address: Address,
    history: History,
    sender: str,
    now: datetime,
) -> Outcome:
    facts = service.facts_of(session, organisation, meeting)
    old = row.stage is Stage.LINK and history.had(Stage.LINK) is not None
    answer = _answered(row, meeting, registration, pack, address, organisation.timezone)
    text = letter.of_stage(pack, meeting, facts, registration, row.stage, again=old, answer=answer)
    if letter.to_fill_in(text):
        return Back(BLANKS)
    entry, sequence = _entry(row, meeting, organisation, address, history, sender, now)
    mail = Mail(address.email, mails.subject(row.stage, meeting, organisation.timezone), text, entry)
    times = (meeting.starts_at, meeting.ends_at) if row.stage in _TIMED else None
    apart = pack.invitation.passcode.value == "apart" and bool(meeting.passcode)
    return Made(mail, organisation.name, address, now, times, sequence, meeting.link_since, apart)


def _answered(
    row: Sending, meeting: Meeting, registration: Registration, pack: Pack, address: Address, zone: str
) -> str:
    """How whoever is asked something can answer: on their page, or by telephone with a number."""
    if row.stage not in ASKING:
        return ""
    if row.page:
        return letter.on_page(row.page)
    purpose = families.purpose_at(pack, registration.participant, address, meeting.starts_at, zone)
    return letter.by_phone(codes.code(registration.id, purpose))


BLANKS = "blanks"
"""The code of a letter that has blanks to fill in."""


def _entry(
    row: Sending,
    meeting: Meeting,
    organisation: Organisation,
    address: Address,
    history: History,
    sender: str,
    now: datetime,
) -> tuple[tuple[str, bytes] | None, int | None]:
    """The calendar entry that goes with a sending, and its number: with the link, and whenever an entry that they have
    is right no more."""
    last = history.sequence
    if row.stage is not Stage.LINK and (last is None or row.stage not in (Stage.CHANGED, Stage.CANCELLED)):
        return None, None
    sequence = 0 if last is None else last + 1
    method = calendar.CANCEL if row.stage is Stage.CANCELLED else calendar.REQUEST
    who, to = row.registration_id, address.email
    content = calendar.entry(method, meeting, who, to, sender, organisation.name, sequence, now)
    return (method, content), sequence


def note_page(session: Session, sending_id: UUID, base: str, now: datetime) -> None:
    """Make the page for whoever the mail goes to, before the mail: one that went and of which the bot knows nothing,
    after a crash, leads to the same as its repetition."""
    row = session.get_one(Sending, sending_id)
    registration = session.get_one(Registration, row.registration_id)
    meeting, organisation = session.get_one(Meeting, row.meeting_id), session.get_one(Organisation, row.organisation_id)
    pack, zone = service.pack_of(organisation), organisation.timezone
    address = addresses.of(pack, registration.participant, meeting.starts_at, zone)
    if address is not None:
        purpose = families.purpose_at(pack, registration.participant, address, meeting.starts_at, zone)
        token = tokens.mail(session, registration, purpose, address.email, row.asked_by, now)
        row.page = tokens.address(base, token)


def note_sent(session: Session, sending_id: UUID, made: Made, now: datetime) -> None:
    """Write down that the server has taken it, and ask for what has to follow where its link went out of use, or its
    meeting was cancelled, while it was on its way: whoever did that did not know that it had gone."""
    row = session.get_one(Sending, sending_id)
    meeting = session.get_one(Meeting, row.meeting_id, with_for_update={"key_share": True})
    row.state, row.sent_at, row.code, row.page = SendingState.SENT, made.at, None, None
    row.address, row.carers, row.sequence = made.address.email, made.address.carers, made.sequence
    row.starts_at, row.ends_at = made.times or (None, None)
    if row.stage is Stage.LINK:
        registration = session.get_one(Registration, row.registration_id)
        if roster.link_went(meeting, registration) is None:
            registration.link_shown_at = made.at
    if meeting.state is MeetingState.CANCELLED and row.stage is not Stage.CANCELLED:
        until = _may_come_back(meeting, now)
        due = until if until and until < meeting.starts_at else now
        sendings.follow(session, meeting, row, Stage.CANCELLED, now, due)
    elif row.stage is Stage.LINK and meeting.link_since != made.link_since:
        sendings.follow(session, meeting, row, Stage.LINK, now, now)
    elif row.stage is Stage.LINK and made.apart:
        # A link that was mailed anew by itself has a passcode of its own, which nobody asked for.
        sendings.follow(session, meeting, row, Stage.PASSCODE, now, made.at + PASSCODE_AFTER)


def note_refused(session: Session, sending_id: UUID, made: Made, code: str) -> None:
    """Write down that the server refuses it for good."""
    row = session.get_one(Sending, sending_id)
    row.state, row.code, row.page = SendingState.REFUSED, code, None
    row.address, row.carers = made.address.email, made.address.carers


def note_back(session: Session, sending_id: UUID, code: str) -> None:
    """Write down that it does not go, and why."""
    row = session.get_one(Sending, sending_id)
    row.state, row.code, row.page = SendingState.TAKEN_BACK, code, None


def note_later(session: Session, sending_id: UUID, due: datetime, now: datetime) -> None:
    """Owe it again for its new time."""
    sendings.put_off(session, session.get_one(Sending, sending_id), due, now)
