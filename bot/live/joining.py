"""Going into a meeting whose provider takes everybody in by name: who may, when, and what the page says until then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import doors, states
from bot.meetings.steps import plan_of
from bot.providers import BigBlueButtonProvider, MeetingPlan, ProviderError
from bot.providers.bigbluebutton import Person
from bot.reading import clean
from bot.staff.people import names
from db import audit
from db.folding import folded
from db.models import Meeting, Organisation

FROM = timedelta(minutes=15)
"""How long before its time a meeting's door opens to those who are expected."""
_TEAM_FROM = timedelta(minutes=30)
_LONGEST_NAME = 80


class Said(Enum):
    """What there is to say at the door."""

    NOTHING = "nothing"
    ASK = "ask"
    EARLY = "early"
    OVER = "over"
    WAIT = "wait"
    NO_NAME = "no_name"
    WRONG = "wrong"
    NOT_NOW = "not_now"


@dataclass(frozen=True)
class Way:
    """What stands behind a link, at a moment."""

    door: doors.Door
    plan: MeetingPlan
    said: Said
    zone: str
    opens_at: datetime
    name: str

    @property
    def team(self) -> bool:
        """Whether it leads in as one of the team."""
        return bool(self.door.slack_id)

    @property
    def asks_name(self) -> bool:
        """Whether nobody knows whose link it is."""
        return not self.team and self.door.registration is None


def look(session: Session, token: str, now: datetime, pages: str | None) -> Way | None:
    """What stands behind a link; None where nothing does."""
    door = doors.opened(session, token, now)
    if door is None or door.meeting.provider != BigBlueButtonProvider.name or not door.meeting.join_url:
        return None
    meeting, slack_id = door.meeting, door.slack_id
    organisation = session.get_one(Organisation, meeting.organisation_id)
    plan = plan_of(session, organisation, meeting, meeting.provider, meeting.relinked, pages)
    opens = meeting.starts_at - (_TEAM_FROM if slack_id else FROM)
    name = names(session, organisation.id, {slack_id})[slack_id] if slack_id else ""
    if door.registration is not None:
        name = door.registration.participant.name
    return Way(door, plan, _when(meeting, opens, now), organisation.timezone, opens, name)


def _when(meeting: Meeting, opens: datetime, now: datetime) -> Said:
    if meeting.state not in states.OPEN or now >= meeting.ends_at + FROM:
        return Said.OVER
    if now < opens and meeting.state in states.TO_COME:
        return Said.EARLY
    return Said.ASK


async def enter(deps: Deps, token: str, typed: str, passcode: str) -> tuple[Way, Said, str] | None:
    """Let somebody in: the address that takes them there, or what is to be said. One of the team opens the meeting;
    everybody else comes in once one of the team is there, and waits to be let in."""
    now = deps.clock.now()
    way = await deps.db.read(lambda session: look(session, token, now, deps.settings.export_base))
    provider = deps.providers.get(BigBlueButtonProvider.name)
    if way is None or not isinstance(provider, BigBlueButtonProvider):
        return None
    if way.said is not Said.ASK:
        return way, way.said, ""
    if not way.team and not compare_digest(passcode.strip().encode(), way.door.meeting.passcode.encode()):
        return way, Said.WRONG, ""
    name = clean(typed)[:_LONGEST_NAME].strip() if way.asks_name else way.name
    if not name:
        return way, Said.NO_NAME, ""
    try:
        created = await provider.open(way.plan) if way.team else await provider.opened(way.plan)
    except ProviderError:
        return way, Said.NOT_NOW, ""
    if created is None:
        return way, Said.WAIT, ""
    if way.team:
        await deps.db.write(lambda session: _note(session, way, now), seconds=5)
    key = _key(way, token, name)
    return way, Said.ASK, provider.entrance(way.plan, Person(key, name, way.team), created)


def _key(way: Way, token: str, name: str) -> str:
    """What stays the same for one person: who was removed is known again by it. It leads back to nobody."""
    door = way.door
    if door.registration is not None:
        return f"p-{door.registration.id.hex[:20]}"
    return f"s-{door.slack_id}" if way.team else f"g-{sha256(f'{token} {folded(name)}'.encode()).hexdigest()[:20]}"


def _note(session: Session, way: Way, now: datetime) -> None:
    meeting = way.door.meeting
    audit.record(session, meeting.organisation_id, now, way.door.slack_id, "meeting.entered", "meeting", meeting.id)
