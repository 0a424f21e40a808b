"""Every period that somebody types gives the figures that counting the rows one by one gives.

The meetings lie around the first and the last day of every period of the table, at the edges of the day; they were
scheduled, their registers taken and amended, people taken off and meetings cancelled by the product's own services.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.attendance import service as registers
from bot.attendance.service import Intent
from bot.caller import Caller
from bot.diary.meetings import numbered
from bot.gates import urgent
from bot.meetings import service as meetings
from bot.meetings.forms import MeetingForm
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from db.models import (
    AttendanceMark,
    Delivery,
    Fact,
    Meeting,
    MeetingState,
    Organisation,
    Participant,
    Registration,
    Role,
)
from db.pending import write_all
from tests.reading.rows import rows
from tests.support.asked import choices
from tests.support.world import World

LONDON = ZoneInfo("Europe/London")
NAMES = ["Ada", "Ben", "Cai", "Dot", "Eve", "Fay", "Gus", "Hal", "Ian", "Jan", "Kit", "Lou", "Max", "Nia", "Oli", "Pia"]
PROGRAMMES = ("Youth club", "Cooking", None)
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)(?:\.\.| to )(\d{4}-\d\d-\d\d)(?: (?:in |programme=)([\w ]+))?")
_AT_ONCE = 12
_When = tuple[int, datetime]
"""A meeting by its number, and when it begins."""


@dataclass
class Seen:
    """A meeting as its rows say, read one by one."""

    number: int
    programme: str | None
    starts_at: datetime
    cancelled: bool
    nobody_came: bool
    urgent: bool
    places: list[tuple[str, bool, bool | None]] = field(default_factory=list)
    """Who, whether they were a walk-in, and whether they were there (None: nobody has said)."""

    @property
    def held(self) -> bool:
        return not self.cancelled and (self.nobody_came or any(there is not None for _, _, there in self.places))


def test_every_period_of_the_table(world: World) -> None:
    made = _Made(world)
    wrong = []
    table = sorted(rows("report_periods", "cases"), key=lambda row: row["now"])
    for moment, typed in groupby(table, key=lambda row: row["now"]):
        now = datetime.fromisoformat(moment).replace(tzinfo=LONDON)
        made.until(now)
        world.clock_forward(now.timestamp() - world.now(), seen=False)
        seen = world.read(_seen)
        for row in typed:
            found = list(_asked(world, row["text"]))
            wanted = [_counted(seen, *days, now) for days in _periods(row, found)]
            if [_read(text) for text, _ in found] != wanted:
                wrong.append((row["id"], row["text"], [_read(text) for text, _ in found], wanted))
    assert wrong == []
    assert len(table) > 100
    assert any(one.urgent for one in seen)
    assert sum(one.held for one in seen) > 50


def _asked(world: World, text: str) -> Iterator[tuple[str, str]]:
    """What is answered, and for a question what each of its buttons answers, with the command of the button."""
    person = world.person("U0MAN")
    answer = person.command("/report", text)
    commands = choices(answer) if "command.again" in str(answer.blocks) else []
    if not commands and _read(answer.text):
        yield answer.text, ""
    for number, command in enumerate(commands):
        yield person.click(f"command.again.{number}").text, command


def _periods(row: dict[str, str], found: Sequence[tuple[str, str]]) -> list[tuple[date, date, str | None]]:
    """The periods that the table wants, or of a question that names none those of its buttons."""
    named = row["expect"].split(" | ")
    every = [one for words in named if (one := _DAYS.search(words))]
    every = every or [one for _, command in found if (one := _DAYS.search(command))]
    return [(date.fromisoformat(one[1]), date.fromisoformat(one[2]), one[3]) for one in every]


# The figures, read from the answer and counted one by one

_TOTALS = (
    "Sessions held",
    "Places registered",
    "Attended (visits)",
    "Different people",
    "There for the first time",
    "Walk-ins",
    "No-shows",
)
_PROGRAMME = re.compile(
    r"\*(Youth club|Cooking|No programme):\* (\d+) sessions?, (\d+) places?, (\d+) visits?, (\d+) different people, "
    r"(\d+) for the first time, (\d+) walk-ins?, (\d+) no-shows?"
)


def _read(text: str) -> dict[str, object]:
    """The figures of an answer, by their names; nothing for one that has none."""
    if "*Report: " not in text:
        return {}
    found: dict[str, object] = {
        name: int(one[1]) if (one := re.search(rf"{re.escape(name)}: \*(\d+)\*", text)) else 0 for name in _TOTALS
    }
    for name, *numbers in _PROGRAMME.findall(text):
        found[name] = [int(one) for one in numbers]
    head, _, without = text.partition("*No register yet*")
    found["held"] = re.findall(r"\*(M-\d+)\* \w{3} \d", head)
    found["without"] = re.findall(r"\*(M-\d+)\* \w{3} \d", without)
    contact = re.search(r"Urgent contact: \d+\* \(([^)]*)\)", text)
    found["urgent"] = contact[1].split(", ") if contact else []
    ahead, cancelled = re.search(r"(\d+) sessions? still to come", text), re.search(r"(\d+) cancelled", text)
    found["ahead"], found["cancelled"] = (int(one[1]) if one else 0 for one in (ahead, cancelled))
    return found


def _counted(seen: Sequence[Seen], first: date, last: date, programme: str | None, now: datetime) -> dict[str, object]:
    """The same figures, from the rows alone."""
    within = [one for one in seen if first <= one.starts_at.astimezone(LONDON).date() <= last]
    within = [one for one in within if programme is None or one.programme == programme]
    held = [one for one in within if one.held]
    found: dict[str, object] = dict(zip(_TOTALS, _sums(seen, held, first), strict=True))
    names = {one.programme for one in held}
    if programme is None and len(names) > 1:
        for name in names:
            found[name or "No programme"] = _sums(seen, [one for one in held if one.programme == name], first)
    others = [one for one in within if not one.held and not one.cancelled]
    found["held"] = [f"M-{one.number}" for one in held]
    found["without"] = [f"M-{one.number}" for one in others if one.starts_at <= now]
    found["urgent"] = [f"M-{one.number}" for one in sorted(within, key=lambda one: one.number) if one.urgent]
    found["ahead"] = sum(one.starts_at > now for one in others)
    found["cancelled"] = sum(one.cancelled for one in within)
    return found


def _sums(seen: Sequence[Seen], held: Sequence[Seen], first: date) -> list[int]:
    first_there: dict[str, datetime] = {}
    for one in sorted(seen, key=lambda one: one.starts_at, reverse=True):
        first_there |= {who: one.starts_at for who, _, there in one.places if there and not one.cancelled}
    places = [place for one in held for place in one.places]
    came = {who for who, _, there in places if there}
    visits = Counter((walk_in, there) for _, walk_in, there in places)
    new = sum(first_there[who].astimezone(LONDON).date() >= first for who in came)
    return [
        len(held),
        sum(not walk_in for _, walk_in, _ in places),
        visits[False, True] + visits[True, True],
        len(came),
        new,
        visits[True, True],
        visits[False, False],
    ]


def _seen(session: Session) -> list[Seen]:
    """Every row that counts, told apart in plain Python."""
    said = [one for one in session.scalars(select(Fact)) if one.requirement == "urgent"]
    contacts = {one.scope_id for one in said if one.yes} - {one.scope_id for one in said if not one.yes}
    names = {one.id: one.name for one in session.scalars(select(Participant))}
    marks = {one.registration_id: one.present for one in session.scalars(select(AttendanceMark)) if not one.replaced_at}
    places: dict[object, list[tuple[str, bool, bool | None]]] = defaultdict(list)
    for one in session.scalars(select(Registration)):
        if one.removed_at is None:
            places[one.meeting_id].append((names[one.participant_id], one.walk_in, marks.get(one.id)))
    return [
        Seen(
            one.number,
            one.programme,
            one.starts_at,
            one.state is MeetingState.CANCELLED,
            one.nobody_came_at is not None,
            one.id in contacts,
            places[one.id],
        )
        for one in sorted(session.scalars(select(Meeting)), key=lambda one: (one.starts_at, one.number))
    ]


# What happened


class _Made:
    """Meetings at the edges of every period of the table, and what became of each by a moment."""

    def __init__(self, world: World) -> None:
        self._world, self._dice = world, random.Random(9)
        self._waiting = list(enumerate(_edges(), 1))
        self._each(self._waiting, self._plan)

    def _each(self, every: Sequence[_When], work: Callable[[Session, Caller, int, datetime], None]) -> None:
        for start in range(0, len(every), _AT_ONCE):
            self._write(every[start : start + _AT_ONCE], work)

    def _write(self, some: Sequence[_When], work: Callable[[Session, Caller, int, datetime], None]) -> None:
        def unit(session: Session) -> None:
            organisation = session.scalars(select(Organisation)).one()
            for one in some:
                work(session, Caller(organisation, "U0FAC", "Farah", frozenset({Role.FACILITATOR})), *one)
            write_all(session)
            # What was to be sent in those years is not sent now.
            session.execute(update(Delivery).where(Delivery.done_at.is_(None)).values(done_at=datetime.now(UTC)))

        self._world.write(unit)

    def _plan(self, session: Session, caller: Caller, number: int, starts_at: datetime) -> None:
        programme, before = PROGRAMMES[number % 3], starts_at - timedelta(days=9)
        form = MeetingForm(title=f"Session {number}", starts_at=starts_at, minutes=45, programme=programme)
        meeting = meetings.schedule(session, caller, form, "135790", before)
        entries = [ParticipantEntry(name=name) for name in self._dice.sample(NAMES, self._dice.choice((0, 2, 4, 5)))]
        if entries:
            participants.add(session, caller, meeting, entries, before)
            if number % 5 == 0:
                one = participants.registered(session, meeting)[0]
                participants.remove(session, caller, meeting, [one], before + timedelta(hours=1))
        if number % 11 == 0:
            urgent.make(session, caller, meeting, "Somebody is at risk", before)
            if number % 2:
                urgent.take_back(session, caller, meeting, before + timedelta(minutes=2))
        if number % 9 == 0:
            meetings.cancel(session, caller, meeting.id, before + timedelta(hours=2))

    def until(self, now: datetime) -> None:
        """Everything that happened by this moment."""
        over = [one for one in self._waiting if one[1] + timedelta(hours=1) < now]
        self._waiting = [one for one in self._waiting if one not in over]
        self._each(over, self._register)

    def _register(self, session: Session, caller: Caller, number: int, starts_at: datetime) -> None:
        meeting = numbered(session, caller, number)
        if meeting is None or meeting.state is MeetingState.CANCELLED or number % 7 == 0:
            return
        after = starts_at + timedelta(minutes=50)
        for _again in range(1 + (number % 4 == 0)):
            held = registers.hold(session, meeting, after, caller.zone)
            known = [line.registration.id for line in held.lines]
            marked = {one: self._dice.random() < 0.7 for one in known if self._dice.random() < 0.9}
            walk_ins = tuple(self._dice.sample(NAMES, 1)) if number % 6 == 0 else ()
            stands = {line.registration.id: line.mark.present if line.mark else None for line in held.lines}
            if marked or walk_ins or not known:
                registers.save(session, caller, held, Intent(marked, stands, walk_ins, nobody=not known), after)
            after += timedelta(minutes=3)


def _edges() -> list[datetime]:
    """The first and last minutes of each period of the table and of the days beside it, in an order of their own."""
    early, late = time(0, 5), time(23, 50)
    found = set()
    for row in rows("report_periods", "cases"):
        for first, last, _ in _DAYS.findall(row["expect"]):
            begins, ends, day = date.fromisoformat(first), date.fromisoformat(last), timedelta(days=1)
            found |= {(begins, early), (begins - day, late), (ends, late), (ends + day, early)}
    every = sorted(datetime.combine(*one, LONDON).astimezone(UTC) for one in found)
    random.Random(5).shuffle(every)
    return every
