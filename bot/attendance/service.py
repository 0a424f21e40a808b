"""The rules of the register: when it may be taken, and what a save changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.attendance.door import Answers, Flag, Held, check, record_answers, record_removed
from bot.caller import Caller
from bot.diary import cards, states
from bot.errors import BadInput, NotNow
from bot.participants import firsts
from bot.participants import service as participants
from bot.participants.forms import ParticipantEntry
from bot.participants.service import Added
from bot.reading.persons.ages import Age
from bot.reading.persons.names import folded
from db import audit
from db.base import new_id
from db.holding import hold as hold_meeting
from db.models import AttendanceMark, Meeting, MeetingState, Registration
from db.remember import remembered
from db.scope import of

OPENS_BEFORE = timedelta(minutes=30)


@dataclass(frozen=True)
class Line:
    """One person of the register, and the mark that counts (None: not marked yet)."""

    registration: Registration
    mark: AttendanceMark | None = None

    @property
    def name(self) -> str:
        """The person's name."""
        return self.registration.participant.name


@dataclass(frozen=True)
class Register:
    """The register of one meeting as it stands. `version` grows with every mark ever made."""

    meeting: Meeting
    lines: tuple[Line, ...]
    version: int

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Everybody on it, by name."""
        return tuple(line.registration for line in self.lines)

    @property
    def latest(self) -> AttendanceMark | None:
        """The newest mark that counts; None before the register is taken."""
        marks = [line.mark for line in self.lines if line.mark]
        return max(marks, key=lambda mark: mark.at, default=None)

    def present(self, *, walk_ins: bool) -> list[Line]:
        """Those who were there: the walk-ins, or those who had been registered."""
        there = [line for line in self.lines if line.mark and line.mark.present]
        return [line for line in there if line.registration.walk_in is walk_ins]

    @property
    def absent(self) -> list[Line]:
        """Those who had been registered and were not there."""
        missing = [line for line in self.lines if line.mark and not line.mark.present]
        return [line for line in missing if not line.registration.walk_in]

    @property
    def unmarked(self) -> list[Line]:
        """Those about whom nobody has said anything yet."""
        return [line for line in self.lines if line.mark is None]


@dataclass(frozen=True)
class Intent:
    """What a person wants the register to say.

    `present`: was there or not, by registration id. `seen`: how each stood when the person last looked
    (None: not marked, or marked by somebody else since). `walk_ins`: names to register and mark as present; `ages`
    are those that stand behind them, by the folded name.
    `answers`: what the policy asks at the door.
    """

    present: Mapping[UUID, bool]
    seen: Mapping[UUID, bool | None]
    walk_ins: tuple[str, ...] = ()
    answers: Answers = field(default_factory=Answers)
    nobody: bool = False
    """It was said that nobody came, of a meeting for which nobody is registered."""
    ages: Mapping[str, Age] = field(default_factory=dict)


@dataclass(frozen=True)
class Dissent:
    """Somebody else had said otherwise. `stands`: their word counts, because this person changed nothing there."""

    registration: Registration
    present: bool
    by: str
    at: datetime
    stands: bool


@dataclass(frozen=True)
class Change:
    """Somebody whose mark was changed: as they stand now, and the mark before (None: not marked)."""

    line: Line
    before: AttendanceMark | None


@dataclass(frozen=True)
class Saved:
    """The register after a save: what it `changed`, whether it was taken before, who had said otherwise, and what the
    policy would have refused at the door."""

    register: Register
    changed: tuple[Change, ...] = ()
    amended: bool = False
    dissents: tuple[Dissent, ...] = ()
    flags: tuple[Flag, ...] = ()
    said: tuple[str, ...] = ()
    """What was not typed but taken to be meant."""
    walk_ins: Added = field(default_factory=Added)
    """Who was registered with it."""
    nobody: bool = False
    """It was said, for the first time, that nobody came."""
    waiting: Held | None = None
    """Why walk-ins are not in it: they may not be let in."""

    @property
    def plain(self) -> bool:
        """Whether it is a first register of who is registered, with nothing to be told beyond how many came."""
        beyond = self.dissents or self.flags or self.said or self.waiting or self.walk_ins != Added()
        return not (self.amended or beyond or self.register.meeting.started_at is None)


def check_open(meeting: Meeting, now: datetime, zone: str) -> None:
    """Raises NotNow for a cancelled meeting, and before it has begun earlier than half an hour before its time."""
    if meeting.state is MeetingState.CANCELLED:
        raise NotNow(f"{meeting.reference} is cancelled; it has no register.")
    opens = meeting.starts_at - OPENS_BEFORE
    if now < opens and meeting.state not in states.BEGUN:
        local = opens.astimezone(ZoneInfo(zone))
        raise NotNow(
            f"It is too early for the register of {meeting.reference}. "
            f"It opens on {local:%A} {local.day} {local:%B} at {local:%H:%M}, half an hour before the start."
        )


def read(session: Session, meeting: Meeting) -> Register:
    """The register of a meeting as it stands."""
    mine = of(meeting.organisation_id, AttendanceMark).where(AttendanceMark.meeting_id == meeting.id)
    made = remembered(session, ("marks", meeting.id), (AttendanceMark,), lambda: session.scalars(mine).all())
    marks = {one.registration_id: one for one in made if one.replaced_at is None}
    lines = tuple(Line(one, marks.get(one.id)) for one in participants.registered(session, meeting))
    return Register(meeting, lines, version=len(made))


def hold(session: Session, meeting: Meeting, now: datetime, zone: str) -> Register:
    """The register, held until the end of the unit of work so that two people's saves follow one another.
    Raises NotNow as `check_open` does."""
    hold_meeting(session, meeting)
    check_open(meeting, now, zone)
    return read(session, meeting)


def save(session: Session, caller: Caller, held: Register, intent: Intent, now: datetime) -> Saved:
    """Write what differs from the register that `hold` gave. An amended mark is kept beside the new one.
    Raises BadInput when there is nobody to mark, and door.Held where somebody may not be let in."""
    meeting = held.meeting
    wanted = dict(intent.present)
    entries = [ParticipantEntry(name=name, age=intent.ages.get(folded(name))) for name in intent.walk_ins]
    added = Added()
    if entries:
        added = participants.add(session, caller, meeting, entries, now, walk_in=True)
        wanted |= {one.id: True for one in (*added.new, *added.already)}
    if not wanted and not held.lines:
        return _nobody(session, caller, held, intent, now)
    meeting.nobody_came_at = None
    dissents = []
    changed: list[Change] = []
    came: list[Line] = []
    stayed_away: list[Line] = []
    here: dict[UUID, Registration] = {}
    for line in read(session, meeting).lines if entries else held.lines:
        one, mark = line.registration, line.mark
        if one.id not in wanted or (mark and mark.present == wanted[one.id]):
            continue
        seen = intent.seen.get(one.id)
        unchanged = seen is not None and seen == wanted[one.id]
        if mark and mark.present != seen and mark.by != caller.slack_id:
            dissents.append(Dissent(one, mark.present, mark.by, mark.at, stands=unchanged))
        if not unchanged:
            changed.append(Change(Line(one, _mark(session, caller, line, wanted[one.id], now)), mark))
            (came if wanted[one.id] else stayed_away).append(line)
            here |= {one.id: one} if wanted[one.id] else {}
    present = [one for one, there in wanted.items() if there]
    noes = {one.id: one for one in held.registrations if one.id in intent.answers.said_no and one.id in present}
    record_answers(session, caller, meeting, intent.answers, present, now)
    flags = check(session, caller, meeting, {**noes, **here}, intent.answers.reason, now)
    # Only then: whoever came and had to leave was let in before.
    record_removed(session, caller, meeting, intent.answers, {one.id for one in held.registrations}, now)
    _keep_firsts(session, meeting, came, stayed_away)
    if changed:
        cards.changed(session, meeting, now)
        action = "attendance.amended" if held.version else "attendance.taken"
        organisation_id, detail = meeting.organisation_id, f"{len(changed)}"
        audit.record(session, organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)
    stands = held.latest is not None
    return Saved(read(session, meeting), tuple(changed), stands, tuple(dissents), flags, walk_ins=added)


def _nobody(session: Session, caller: Caller, held: Register, intent: Intent, now: datetime) -> Saved:
    """The register of a meeting for which nobody is registered and to which nobody came."""
    meeting = held.meeting
    if not intent.nobody:
        raise BadInput(
            f"Nobody is registered for {meeting.reference}, so there is nothing to mark. Write who came as walk-ins. "
            f"Nobody came? `/attendance {meeting.reference} none`"
        )
    if meeting.nobody_came_at is not None:
        return Saved(held)
    meeting.nobody_came_at = now
    cards.changed(session, meeting, now)
    audit.record(session, meeting.organisation_id, now, caller.slack_id, "attendance.taken", "meeting", meeting.id, "0")
    return Saved(held, nobody=True)


def _keep_firsts(session: Session, meeting: Meeting, came: Sequence[Line], stayed_away: Sequence[Line]) -> None:
    firsts.came(session, meeting, [one.registration.participant_id for one in came])
    not_there = [one.registration.participant_id for one in stayed_away if one.mark and one.mark.present]
    if not_there:
        firsts.look_again(session, meeting, not_there, first_at=meeting.starts_at)


def _mark(session: Session, caller: Caller, line: Line, present: bool, now: datetime) -> AttendanceMark:
    if line.mark is not None:
        line.mark.replaced_at = now
    mark = AttendanceMark(
        id=new_id(),
        organisation_id=line.registration.organisation_id,
        meeting_id=line.registration.meeting_id,
        registration_id=line.registration.id,
        present=present,
        by=caller.slack_id,
        at=now,
    )
    session.add(mark)
    return mark


def take_back(session: Session, caller: Caller, meeting: Meeting, mark_id: UUID, now: datetime) -> Saved:
    """Take back the change to the register of which one mark is known: what stood before stands again, and whoever was
    registered with it is not any more. A mark that was changed again since stays. Raises door.Held as `save` does."""
    held = hold(session, meeting, now, caller.zone)
    mine = of(meeting.organisation_id, AttendanceMark).where(AttendanceMark.meeting_id == meeting.id)
    marks = session.scalars(mine).all()
    one = next((mark for mark in marks if mark.id == mark_id), None)
    if one is None:
        raise NotNow(f"That change to the register of {meeting.reference} is not there any more. Nothing was changed.")
    theirs = {mark.registration_id: mark for mark in marks if (mark.at, mark.by) == (one.at, one.by)}
    before = {mark.registration_id: mark.present for mark in marks if mark.replaced_at == one.at}
    stand = [line for line in held.lines if line.mark and theirs.get(line.registration.id) is line.mark]
    again = {line.registration.id: line for line in stand if line.registration.id in before}
    unmarked = [line for line in stand if line.registration.id not in before]
    for line in unmarked:
        theirs[line.registration.id].replaced_at = now
        if line.registration.walk_in and line.registration.added_at == one.at:
            line.registration.removed_at, line.registration.removed_by = now, caller.slack_id
    if unmarked:
        cards.changed(session, meeting, now)
        firsts.look_again(session, meeting, [line.registration.participant_id for line in unmarked])
        audit.record(
            session,
            meeting.organisation_id,
            now,
            caller.slack_id,
            "attendance.amended",
            "meeting",
            meeting.id,
            f"{len(unmarked)} unmarked",
        )
    back = Saved(read(session, meeting), amended=True)
    if again:
        seen = {key: line.mark.present if line.mark else None for key, line in again.items()}
        back = save(session, caller, back.register, Intent({key: before[key] for key in again}, seen), now)
    gone = tuple(Change(Line(line.registration), line.mark) for line in unmarked)
    return replace(back, changed=(*back.changed, *gone))
