"""What families answered for a meeting, for those who run it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from bot.caller import by_page
from bot.diary import roster
from bot.facts import standing
from bot.facts.lasting import RULES_AGREED
from bot.facts.points import Point
from bot.families.service import RECORDING, Free
from bot.policy import Pack, load_pack
from db.models import Fact, Meeting, Organisation, Registration

_OWN = {
    Point(Free.ACCESS.point("").requirement): "What makes it easier to take part",
    Point(Free.NEARBY.point("").requirement): "Who is near",
    Point(Free.LANGUAGE.point("").requirement): "The language for letters",
}


@dataclass(frozen=True)
class Line:
    """One answer: what was asked, and what was said; `text` is theirs where they wrote something."""

    asked: str
    yes: bool
    text: str = field(repr=False)
    by: str
    at: datetime


@dataclass(frozen=True)
class Person:
    """The answers for one person; `link_out`: somebody of theirs said no, and the link has gone out to them."""

    name: str = field(repr=False)
    lines: tuple[Line, ...]
    link_out: bool


@dataclass(frozen=True)
class Answers:
    """The answers for a meeting, the newest first."""

    meeting: Meeting
    zone: str
    people: tuple[Person, ...]


def of_meeting(session: Session, meeting: Meeting, only: Registration | None, now: datetime) -> Answers:
    """What stands of what families said on their pages, of one person or of everybody who said something."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    pack = load_pack(organisation.policy)
    registered = roster.registered(session, meeting)
    said: dict[str, list[tuple[Point, Fact]]] = {}
    for point, fact in standing.known(session, meeting, registered).items():
        if point.person and by_page(fact.by):
            said.setdefault(point.person, []).append((point, fact))
    asked = _asked(pack)
    found = [
        _person(meeting, one, said[one.id.hex], asked)
        for one in registered
        if one.id.hex in said and (only is None or one.id == only.id)
    ]
    found.sort(key=lambda one: max(line.at for line in one.lines), reverse=True)
    return Answers(meeting, organisation.timezone, tuple(found))


def _person(
    meeting: Meeting, registration: Registration, said: Sequence[tuple[Point, Fact]], asked: dict[str, str]
) -> Person:
    lines = tuple(
        Line(
            asked.get(point.gate) or _OWN.get(Point(point.requirement)) or point.gate,
            fact.yes,
            fact.reason or "",
            fact.by,
            fact.at,
        )
        for point, fact in sorted(said, key=lambda one: one[1].at, reverse=True)
    )
    no = any(not fact.yes and point.gate != RECORDING for point, fact in said)
    return Person(registration.participant.name, lines, no and roster.link_went(meeting, registration) is not None)


def _asked(pack: Pack) -> dict[str, str]:
    """What was asked, by gate."""
    steps = {step.id: step.text for step in pack.consent.steps}
    return {**steps, RULES_AGREED: f"Agrees to the {pack.consent.rules_name.value}", RECORDING: "May be recorded"}
