"""Who may be marked as let in: the policy's gates at the door, and what they say afterwards."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import states
from bot.errors import Refused
from bot.facts import points, recording, standing
from bot.facts.points import REMOVED
from bot.gates import gating
from bot.policy import load_pack
from bot.policy.gates import Gate, may
from db import audit
from db.models import Meeting, MeetingState, Organisation, Registration


@dataclass(frozen=True)
class Flag:
    """One gate that refuses, or would have refused, and the registrations for whom it does."""

    gate: Gate
    people: tuple[Registration, ...]

    @property
    def words(self) -> str:
        """Who, what is wrong and what to do, with the clauses, in plain text."""
        names = ", ".join(one.participant.name for one in self.people)
        source = "your policy" if self.gate.private else ", ".join(self.gate.clauses) or "our own suggestion"
        return f"{names}: {self.gate.sentence} ({source})" if names else f"{self.gate.sentence} ({source})"


_MANY = 4


class Held(Refused):
    """Somebody marked as present may not be let in; nothing was saved."""

    def __init__(self, meeting: Meeting, flags: tuple[Flag, ...]) -> None:
        super().__init__("\n".join([f"Nothing is saved for {meeting.reference} yet.", *(one.words for one in flags)]))
        self.meeting = meeting
        self.flags = flags
        self.walk_ins: Mapping[str, str] = {}
        """Those of them who were not registered before, each as they are written with their age."""
        self.of_walk_ins = False
        """Whether it is about nobody else, so that the others need not wait."""

    @property
    def of_many(self) -> bool:
        """Whether one thing that can be ticked is missing of so many that their fields are no place to say so."""
        return any(one.gate.can_tick and len(one.people) >= _MANY for one in self.flags)

    @property
    def not_started(self) -> bool:
        """Whether it is missing that the meeting has begun."""
        return any(one.gate.id == "staff-first" for one in self.flags)


@dataclass(frozen=True)
class Answers:
    """What the register's form says beside who was there.

    `reason`: why somebody was let in all the same. `said_no`: the registrations of those who said no to the
    rules. `others_agreed`: everybody else who is present said yes. `removed` are those who had to leave, `were_removed`
    those of whom the form showed it already.
    """

    reason: str = ""
    said_no: frozenset[UUID] = frozenset()
    others_agreed: bool = False
    removed: frozenset[UUID] = frozenset()
    were_removed: frozenset[UUID] = frozenset()


def over(meeting: Meeting, now: datetime) -> bool:
    """Whether a meeting has ended, by its state or by the clock: then the register records what happened."""
    return meeting.state in states.OVER or (meeting.state is not MeetingState.STARTED and now >= meeting.ends_at)


@dataclass(frozen=True)
class Door:
    """What the register asks beside who was there.

    `rules`: what the policy calls its rules, where nobody is let in who said no to them; `said_no`: the ids of
    those who did, `removed` of those who had to leave. `over`: the meeting has ended, so that nobody is kept out any
    more; `closed`: nothing is recorded any more but who was there.
    """

    rules: str
    said_no: frozenset[UUID]
    over: bool
    removed: frozenset[UUID] = frozenset()
    closed: bool = False


def of_meeting(session: Session, meeting: Meeting, now: datetime) -> Door:
    """What the policy asks at the door of a meeting."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    consent = load_pack(organisation.policy).consent
    asks = consent.without_agreement.value == "no_entry" and meeting.state is not MeetingState.CLOSED
    noes = [person for person, said in standing.agreements(session, meeting).items() if not said.given]
    stands = standing.standing(standing.history(session, meeting))
    removed = frozenset(UUID(one.person) for one, said in stands.items() if one.requirement == REMOVED and said.yes)
    return Door(
        consent.rules_name.value if asks else "",
        frozenset(UUID(one) for one in noes),
        over(meeting, now),
        removed,
        closed=meeting.state is MeetingState.CLOSED,
    )


def record_answers(
    session: Session, caller: Caller, meeting: Meeting, answers: Answers, present: Collection[UUID], now: datetime
) -> None:
    """Keep what people said to the rules, each with name and time; a changed answer corrects the other."""
    yes = [one for one in present if answers.others_agreed and one not in answers.said_no]
    for given, people in ((True, yes), (False, list(answers.said_no))):
        if people:
            said = dict.fromkeys(points.agreement(one.hex) for one in people)
            recording.record(session, caller, meeting, said, now, yes=given)


def record_removed(
    session: Session, caller: Caller, meeting: Meeting, answers: Answers, there: Collection[UUID], now: datetime
) -> None:
    """Keep who had to leave, and take back what was said of somebody by mistake; only of those on the register."""
    new = (answers.removed - answers.were_removed) & set(there)
    recording.record(session, caller, meeting, {points.removed(one.hex): None for one in sorted(new)}, now)
    back = (answers.were_removed - answers.removed) & set(there)
    recording.take_back(session, caller, meeting, [points.removed(one.hex) for one in sorted(back)], now)


def check(
    session: Session,
    caller: Caller,
    meeting: Meeting,
    here: Mapping[UUID, Registration],
    reason: str,
    now: datetime,
) -> tuple[Flag, ...]:
    """The gates at the door for those `here` who are newly marked as present; and of whom it is known that they, or
    their carers, said no to what is asked before a link goes out. That they came is recorded and said.

    Before the end a gate that refuses raises Held; a reason meets those that a reason can meet, and is kept. After
    the end nothing is refused: what would have been is returned, and is an audit event.
    """
    session.flush()
    flags = _flags(session, meeting, here, now)
    noes = _said_no(session, meeting, here, now)
    if over(meeting, now):
        flags = (*(one for one in flags if one.people), *noes)
        if flags:
            detail = ", ".join(one.gate.id for one in flags)
            organisation_id, action = meeting.organisation_id, "attendance.flagged"
            audit.record(session, organisation_id, now, caller.slack_id, action, "meeting", meeting.id, detail)
        return flags
    if reason and flags:
        for flag in flags:
            if flag.gate.can_tick and _a_reason_is_enough(flag.gate):
                met = points.of_gate(flag.gate, {one.id.hex for one in flag.people})
                recording.record(session, caller, meeting, dict.fromkeys(met, reason), now)
        flags = _flags(session, meeting, here, now)
    if flags:
        raise Held(meeting, flags)
    return noes


def _a_reason_is_enough(gate: Gate) -> bool:
    return gate.strength == "when_possible" or (gate.needs_reason and not gate.needs_manager)


def _said_no(session: Session, meeting: Meeting, here: Mapping[UUID, Registration], now: datetime) -> tuple[Flag, ...]:
    """The gates to which those who came, or their carers, answered no, but for those that hold at the door anyway."""
    gates = [gate for gate in gating.of_meeting(session, meeting, now) if gate.said_no and gate.moment != "entry"]
    found = ((gate, tuple(one for one in here.values() if one.id.hex in gate.people)) for gate in gates)
    return tuple(Flag(gate, people) for gate, people in found if people)


def _flags(session: Session, meeting: Meeting, here: Mapping[UUID, Registration], now: datetime) -> tuple[Flag, ...]:
    if not here:
        return ()
    gates = gating.of_meeting(session, meeting, now)
    found: dict[str, Flag] = {}
    for one in here.values():
        refusal = may(gates, "entry", one.id.hex)
        for gate in refusal.gates if refusal else ():
            before = found.get(gate.id, Flag(gate, ())).people
            found[gate.id] = Flag(gate, (*before, one) if gate.people else ())
    return tuple(found.values())
