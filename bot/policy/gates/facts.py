"""What the gates look at: plain values about one meeting and its people, gathered by whoever asks.

``None`` stands for "not recorded yet": such a fact never counts as met, and a staff tick can stand in for it.
All times are aware; ids of workers are Slack ids, those of people are whatever the caller names them by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

NEAR = timedelta(hours=2)
"""How long before its start a meeting is about to begin."""
State = Literal["applied", "not_applied", "unknown", "by_host", "impossible"]
"""The last: the service has nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How one setting of the meeting stands, as the provider reports it."""

    state: State
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A member of staff's word for something: who, when, and the reason where one is needed.

    ``manager`` says whether that person was a manager then: some gates take nobody else's word. ``shown`` is how the
    thing was shown to them, and until when it holds, in words.
    """

    by: str
    at: datetime
    reason: str = ""
    manager: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or no that somebody gave or recorded: a consent, an agreement, a step that was done."""

    given: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff on a meeting. ``trained`` holds the day of each training by its id."""

    id: str
    name: str
    staff: bool = True
    role: Literal["lead", "support"] | None = None
    email: str | None = None
    trained: Mapping[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A participant on a meeting. ``age`` is the least that they can be on the day of the meeting.

    ``invited`` is false for somebody who came without being on the list. ``steps`` holds what was done and
    recorded for this person, by the id of the pack's step; ``agreed`` is the agreement to the rules that counts
    for this meeting. ``address`` says whose the agreed e-mail address is, ``link_went`` when the meeting's link first
    went out to it.
    """

    id: str
    name: str
    kind: Literal["child", "young_person", "adult", "professional"]
    age: int | None = None
    invited: bool = True
    address: Literal["own", "carer"] | None = None
    link_went: datetime | None = None
    steps: Mapping[str, Answer] | None = None
    agreed: Answer | None = None
    recording_agreed: Answer | None = None
    known: bool | None = None
    identified: bool | None = None
    new_member: bool = False
    high_risk: bool = False
    access_concern: bool = False
    by_social_media: bool = False
    banned: bool = False
    removed: bool = False

    @property
    def grown_up(self) -> bool:
        """Whether they come as an adult or as a professional, not as a child or young person."""
        return self.kind in ("adult", "professional")


@dataclass(frozen=True, slots=True)
class Recording:
    """That the meeting is to be recorded, and what was said about it; ``kept_days`` counts days."""

    purpose: str = ""
    reason: str = ""
    kept_days: int | None = None


@dataclass(frozen=True, slots=True)
class ChecklistState:
    """How the risk checklist stands before the session: boxes done of all there are, those that have neither a tick nor
    a reason why not, and the sign-off, if it still holds."""

    done: int
    total: int
    unanswered: int = 0
    signed_off_by: str | None = None
    changed_since: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFacts:
    """One meeting and everybody on it, at the moment ``now``. Gates ask no more of that moment than which day it is and
    whether it is time to be at the door: facts that differ in nothing else are the same.

    ``settings`` holds the provider's answers by setting, ``ticks`` what staff ticked, by gate id or, for one
    person only, by ``gate id:person id``.
    ``urgent`` is set when the meeting is urgent contact with somebody at risk: then no gate refuses. ``asked_by`` is
    the Slack id of whoever wants to do the next thing, ``platform_age`` the age from which the platform may be used, as
    the organisation recorded it.
    """

    reference: str
    now: datetime = field(compare=False)
    starts_at: datetime
    ends_at: datetime
    zone: str
    host: Worker
    co_workers: tuple[Worker, ...] = ()
    kind: Literal["group", "one_to_one"] = "group"
    platform: str | None = None
    purpose: str = ""
    sensitive: bool | None = None
    recording: Recording | None = None
    breakout_rooms: bool = False
    settings: Mapping[str, Reading] = field(default_factory=dict)
    people: tuple[Person, ...] = ()
    checklist: ChecklistState | None = None
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    started_at: datetime | None = None
    asked_by: str | None = None
    urgent: Tick | None = None
    platform_age: int | None = None

    @property
    def today(self) -> date:
        """The day where the organisation is."""
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    @property
    def at_door(self) -> bool:
        """Whether something can be said of the people at the door."""
        return self.now >= self.opens_at

    @property
    def opens_at(self) -> datetime:
        """From when on something can be said of the people at the door: shortly before the start, or since it."""
        near = self.starts_at - NEAR
        return min(near, self.started_at) if self.started_at else near

    @property
    def workers(self) -> tuple[Worker, ...]:
        """All staff on the meeting, the host first."""
        return (self.host, *self.co_workers)
