"""Who may have the text of an invitation, and what goes into it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotFound, Refused
from bot.invitations.letter import Facts, Letter, compose, for_carer
from bot.meetings import service as meetings
from bot.organisation.staff import emails, names
from bot.participants import service as participants
from bot.policy import Pack, load_pack
from bot.policy.overrides import stored
from bot.providers.links import LinkRefused, Platform, check_link
from db.models import Meeting, MeetingState, Organisation, Registration

TO_INVITE = meetings.TO_COME
_PLATFORMS = {Platform.ZOOM: "Zoom", Platform.TEAMS: "Microsoft Teams", Platform.MEET: "Google Meet"}
_OVER = (MeetingState.CANCELLED, MeetingState.ENDED, MeetingState.CLOSED)


@dataclass(frozen=True)
class Prepared:
    """An invitation ready to be shown: whom it is for, and the registrations that can be chosen instead."""

    meeting: Meeting
    letter: Letter
    pack: Pack
    registrations: tuple[Registration, ...]
    chosen: Registration | None

    @property
    def to_carer(self) -> bool:
        """Whether it speaks to a parent or carer."""
        return for_carer(self.pack, self.chosen)


def find(session: Session, caller: Caller, number: int | None, now: datetime) -> Meeting:
    """The meeting to invite to. Raises NotFound or BadInput."""
    wanted = meetings.ANY if number is not None else TO_INVITE
    return meetings.find(session, caller, number, now, wanted)


def prepare(session: Session, caller: Caller, meeting: Meeting, registration_id: UUID | None = None) -> Prepared:
    """The invitation to a meeting, for everybody or for one registration. Raises Refused or NotFound."""
    if meeting.state in _OVER:
        raise Refused(f"{meeting.reference} is {meeting.state.value}. There is nothing to invite anybody to.")
    registrations = tuple(participants.registered(session, meeting))
    chosen = next((one for one in registrations if one.id == registration_id), None)
    if registration_id is not None and chosen is None:
        raise NotFound(f"This person is not registered on {meeting.reference} any more.")
    pack = load_pack(caller.organisation.policy)
    letter = compose(pack, meeting, _facts(session, caller.organisation, meeting), chosen)
    return Prepared(meeting, letter, pack, registrations, chosen)


def named(session: Session, caller: Caller, meeting: Meeting, name: str) -> Prepared | None:
    """The invitation for the one registration of that name; None where it is not clear whose it is."""
    found = participants.match([name], participants.registered(session, meeting))
    return prepare(session, caller, meeting, found.found[0].id) if found.found else None


def _facts(session: Session, organisation: Organisation, meeting: Meeting) -> Facts:
    """The words of this meeting that the policy's sentences may hold; a missing one is left out."""
    team = names(session, organisation.id, set(meeting.team))
    called = [team[one] if not team[one].startswith("<@") else "a member of our staff" for one in meeting.team]
    address = emails(session, organisation.id, {meeting.host}).get(meeting.host)
    own = stored(organisation.options)
    words = {
        "organisation": organisation.name,
        "platform": _platform(organisation, meeting),
        "host": called[0],
        "people": " and ".join(called),
        "purpose": meeting.programme,
        "contact": own.texts.get("contact") or address,
    }
    return Facts(
        organisation=organisation.name,
        zone=organisation.timezone,
        words={name: word for name, word in words.items() if word},
        house_rules=organisation.options.get("house_rules", ""),
        slots={name: text for name, text in own.texts.items() if text},
    )


def _platform(organisation: Organisation, meeting: Meeting) -> str | None:
    """The name of the meeting service, as the link tells it."""
    if meeting.provider != "manual":
        return meeting.provider.title()
    if not meeting.join_url:
        return None
    try:
        checked = check_link(meeting.join_url, own_hosts=organisation.options.get("meeting_hosts", []))
    except LinkRefused:
        return None
    return _PLATFORMS.get(checked.platform)
