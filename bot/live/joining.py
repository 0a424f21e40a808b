"""Going into a meeting whose provider takes everybody in by name: who may, when, and what the page says until then."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.diary import doors, states
from bot.gates import gating
from bot.live import naming
from bot.meetings.steps import plan_of
from bot.policy.gates import kept_out
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
MOST_TRIES, _TRIES_FOR = 20, timedelta(minutes=15)
"""How many wrong passcodes are heard, and for how long they count."""


class Said(Enum):
    """What there is to say at the door."""

    NOTHING = "nothing"
    ASK = "ask"
    EARLY = "early"
    OVER = "over"
    WAIT = "wait"
    NO_NAME = "no_name"
    NOT_YOURS = "not_yours"
    ASK_THEM = "ask_them"
    WRONG = "wrong"
    TOO_OFTEN = "too_often"
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
    of_team: tuple[str, ...] = ()
    refused: bool = False
    """Whether somebody else would come in now who may not: the team is to know."""

    @property
    def team(self) -> bool:
        """Whether it leads in as one of the team."""
        return bool(self.door.slack_id)

    @property
    def link(self) -> str:
        """What the link is of: a person, one of the team, or the meeting."""
        door = self.door
        return f"{(door.registration or door.meeting).id} {door.slack_id}"

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
    team = names(session, organisation.id, set(meeting.staff))
    said, name, refused = _when(meeting, opens, now), team.get(slack_id, ""), False
    if door.registration is not None:
        name = door.registration.participant.name
        if said is not Said.OVER and _kept_out(session, door, now):
            said, refused = Said.ASK_THEM, said is Said.ASK
    return Way(door, plan, said, organisation.timezone, opens, name, tuple(team.values()), refused)


def _kept_out(session: Session, door: doors.Door, now: datetime) -> bool:
    """Whether the policy lets in no more who has a link: banned since, or without the permission it asks for."""
    if door.registration is None:
        return False
    _, gates = gating.of_some(session, door.meeting, [door.registration], now, door.meeting.host)
    return kept_out(gates, door.registration.id.hex)


def _when(meeting: Meeting, opens: datetime, now: datetime) -> Said:
    if meeting.state not in states.OPEN or now >= meeting.ends_at + FROM:
        return Said.OVER
    if now < opens and meeting.state in states.TO_COME:
        return Said.EARLY
    return Said.ASK


class Tries:
    """The wrong passcodes of the last minutes, in memory: by a person's own link, and by a meeting's from one place, so
    that whoever guesses shuts out nobody else."""

    def __init__(self) -> None:
        self._since = datetime.min.replace(tzinfo=UTC)
        self._of: Counter[str] = Counter()

    def over(self, way: Way, place: str, now: datetime) -> bool:
        """Whether there were too many."""
        if now - self._since >= _TRIES_FOR:
            self._since, self._of = now, Counter()
        return self._of[self._key(way, place)] >= MOST_TRIES

    def wrong(self, way: Way, place: str) -> None:
        """Count one more."""
        self._of[self._key(way, place)] += 1

    def _key(self, way: Way, place: str) -> str:
        return f"{way.link} {place if way.asks_name else ''}"


async def enter(
    deps: Deps, way: Way, token: str, typed: str, passcode: str, tries: Tries, place: str
) -> tuple[Said, str]:
    """Let somebody in: the address that takes them there, or what is to be said. One of the team opens the meeting;
    everybody else comes in once one of the team is there, and waits to be let in. `place`: where they come from."""
    now = deps.clock.now()
    provider = deps.providers.get(BigBlueButtonProvider.name)
    if way.said is not Said.ASK or not isinstance(provider, BigBlueButtonProvider):
        return (way.said if way.said is not Said.ASK else Said.NOT_NOW), ""
    if not way.team and tries.over(way, place, now):
        return Said.TOO_OFTEN, ""
    if not way.team and not compare_digest(passcode.strip().encode(), way.door.meeting.passcode.encode()):
        tries.wrong(way, place)
        return Said.WRONG, ""
    name = clean(typed)[:_LONGEST_NAME].strip() if way.asks_name else way.name
    if not name:
        return Said.NO_NAME, ""
    if way.asks_name and any(naming.holds(name, one) for one in way.of_team):
        return Said.NOT_YOURS, ""
    try:
        created = await provider.open(way.plan) if way.team else await provider.opened(way.plan)
    except ProviderError:
        return Said.NOT_NOW, ""
    if created is None:
        return Said.WAIT, ""
    if way.team:
        await deps.db.write(lambda session: _note(session, way, now), seconds=5)
    key = _key(way, token, name)
    return Said.ASK, provider.entrance(way.plan, Person(key, name, way.team), created)


def _key(way: Way, token: str, name: str) -> str:
    """What stays the same for one person: who was removed is known again by it. It leads back to nobody."""
    door = way.door
    if door.registration is not None:
        return f"p-{door.registration.id.hex[:20]}"
    return f"s-{door.slack_id}" if way.team else f"g-{sha256(f'{token} {folded(name)}'.encode()).hexdigest()[:20]}"


def _note(session: Session, way: Way, now: datetime) -> None:
    meeting = way.door.meeting
    audit.record(session, meeting.organisation_id, now, way.door.slack_id, "meeting.entered", "meeting", meeting.id)
