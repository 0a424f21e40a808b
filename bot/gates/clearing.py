"""Clearing the gates: what a policy still asks for before a moment of a meeting, and ticking it in one go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings, roster
from bot.errors import NotFound
from bot.facts import points, recording, standing
from bot.facts.points import Point
from bot.gates import again, gating, posts, readiness
from bot.gates.again import Again
from bot.policy import load_pack
from bot.policy.gates import BEFORE, Gate, Gates, Moment, Refusal, Tick
from db import audit
from db.holding import note
from db.inbox import Claim, once
from db.models import Fact, Group, HowShown, Meeting, Organisation, Role
from db.scope import of

EVERYBODY = "all"
_PURPOSE = "purpose"
STANDING = 10
"""How many ticks there were the form shows as boxes."""


@dataclass(frozen=True)
class Mine:
    """The open gates of a moment, by what this person can do about them."""

    boxes: tuple[Gate, ...] = ()
    reasons: tuple[Gate, ...] = ()
    managers: tuple[Gate, ...] = ()
    others: tuple[Gate, ...] = ()

    @property
    def tickable(self) -> tuple[Gate, ...]:
        """Those that this person can tick, with or without a reason."""
        return (*self.boxes, *self.reasons)


@dataclass(frozen=True)
class Shown:
    """What the form shows: the gates before a moment, and what was ticked by hand.

    `names` are those of everybody on it by id, `people` of those for whom a gate is open; `ticked` the standing
    ticks of gates, newest first, and `now` the moment; `person` the one whom the form was opened for. `runs` is false
    for a manager who only ticks what needs one.
    """

    meeting: Meeting
    moment: Moment
    policy: str
    zone: str
    gates: Gates
    mine: Mine
    people: Mapping[str, str]
    names: Mapping[str, str]
    ticked: Mapping[Point, Fact]
    urgent: Tick | None
    now: datetime
    person: str = ""
    runs: bool = True
    again: Again | None = None
    """What may be confirmed as the same as last time."""

    @property
    def newest(self) -> tuple[Point, ...]:
        """The ticks that the form shows as boxes: unticking one takes it back."""
        return tuple(self.ticked)[:STANDING]


@dataclass(frozen=True)
class Filled:
    """A submitted form: the ids of the gates ticked, the reasons by gate, for whom (None for everybody), the ids of
    the facts taken back, since a tick that somebody made anew is another, and how people showed what is ticked."""

    meeting_id: UUID
    moment: Moment
    ticked: frozenset[str]
    reasons: Mapping[str, str]
    people: frozenset[str] | None = None
    back: frozenset[str] = frozenset()
    how: HowShown | None = None


@dataclass(frozen=True)
class Done:
    """What came of a submitted form: what it ticked and what it took back, and what still refuses. `again` where the
    same form had been saved before."""

    shown: Shown
    ticked: tuple[Point, ...]
    taken_back: tuple[Point, ...]
    left: Refusal | None
    again: bool = False


def find(session: Session, caller: Caller, meeting_id: UUID, *, to_change: bool = False) -> Meeting:
    """A meeting whose gates somebody wants to tick: one of theirs, or for a manager any. Raises NotFound or
    Refused."""
    query = of(caller.organisation_id, Meeting).where(Meeting.id == meeting_id)
    meeting = session.scalar(query.with_for_update(key_share=True) if to_change else query)
    if meeting is None or not (meetings.may_run(caller, meeting) or caller.has(Role.MANAGER)):
        raise NotFound("I can't find that meeting among yours.")
    if to_change:
        note(session, meeting)
    recording.check_open(meeting)
    return meeting


def draw_up(
    session: Session, caller: Caller, meeting: Meeting, now: datetime, moment: Moment | None = None, person: str = ""
) -> Shown:
    """What the policy asks for before a moment; without one, before the next moment at which something is open."""
    organisation = session.get_one(Organisation, meeting.organisation_id)
    gates = gating.of_meeting(session, meeting, now, caller.slack_id)
    chosen = moment or _next(gates, meeting)
    runs, manager = meetings.may_run(caller, meeting), caller.has(Role.MANAGER)
    registered = roster.registered(session, meeting)
    stands = standing.known(session, meeting, registered)
    names = {one.id.hex: one.participant.name for one in registered}
    shown = [gate for gate in gates if gate.moment in BEFORE[chosen]]
    mine = _mine(shown, runs=runs, manager=manager)
    open_for = {one for gate in mine.tickable for one in gate.people}
    return Shown(
        meeting=meeting,
        moment=chosen,
        policy=load_pack(organisation.policy).title,
        zone=organisation.timezone,
        gates=gates,
        mine=mine,
        people={key: name for key, name in names.items() if key in open_for},
        names=names if runs else {},
        ticked=_by_hand(stands) if runs else {},
        urgent=readiness.urgent(session, meeting),
        now=now,
        person=person,
        runs=runs,
        again=again.of_meeting(session, meeting, gates, now) if runs and chosen == "ready" else None,
    )


def _by_hand(stands: Mapping[Point, Fact]) -> dict[Point, Fact]:
    """The ticks of gates among what stands, the newest first."""
    gates = {point: one for point, one in stands.items() if point.gate and one.yes}
    return dict(sorted(gates.items(), key=lambda one: one[1].at, reverse=True))


def _next(gates: Gates, meeting: Meeting) -> Moment:
    """The first moment before which something refuses, else before which something is open at all."""
    order: tuple[Moment, ...] = ("entry",) if meeting.started_at else ("ready", "invite", "start", "entry")
    refused = (one for one in order if any(gate.refuses and gate.moment == one for gate in gates))
    asked = (one for one in order if any(gate.open and gate.moment == one for gate in gates))
    return next(refused, None) or next(asked, None) or order[0]


def _mine(gates: list[Gate], *, runs: bool, manager: bool) -> Mine:
    boxes: list[Gate] = []
    reasons: list[Gate] = []
    managers: list[Gate] = []
    others: list[Gate] = []
    for gate in gates:
        if not gate.open:
            continue
        if not gate.can_tick:
            others.append(gate)
        elif gate.needs_manager and not manager:
            managers.append(gate)
        elif runs or gate.needs_manager:
            (reasons if gate.needs_reason else boxes).append(gate)
    return Mine(tuple(boxes), tuple(reasons), tuple(managers) if runs else (), tuple(others) if runs else ())


def save(session: Session, caller: Caller, form: Filled, claim: Claim, now: datetime) -> Done:
    """Tick exactly what was filled in, in one unit of work; what others ticked meanwhile stays.

    A gate that somebody met meanwhile is left as it is. Sent once more with other answers, the form adds these.
    Raises Refused or NotFound.
    """
    meeting = find(session, caller, form.meeting_id, to_change=True)
    ticked: list[Point] = []
    back: list[Point] = []

    def store() -> Meeting:
        found = draw_up(session, caller, meeting, now, form.moment)
        wanted: dict[Point, str | None] = {}
        for gate in found.mine.tickable:
            reason = form.reasons.get(gate.id) if gate.needs_reason else None
            if reason or (gate.id in form.ticked and not gate.needs_reason):
                wanted |= dict.fromkeys(points.of_gate(gate, form.people), reason)
        unticked = [point for point, one in found.ticked.items() if one.id.hex in form.back]
        theirs = dict.fromkeys((one for one in wanted if one.person), form.how) if form.how else None
        ticked.extend(recording.record(session, caller, meeting, wanted, now, how=theirs))
        back.extend(recording.take_back(session, caller, meeting, sorted(unticked), now))
        if any(point.gate == _PURPOSE and found.ticked[point].reason == meeting.purpose for point in unticked):
            meeting.purpose = None
        readiness.settle(session, meeting, caller.slack_id, now)
        _keep_purpose(session, caller, meeting, wanted, now)
        if any(not point.person for point in (*ticked, *back)):
            posts.meeting_changed(session, meeting, now)
        return meeting

    outcome = once(
        session,
        caller.organisation_id,
        claim,
        now,
        make=store,
        find=lambda _id: meeting,
        amend=lambda _id: store(),
        record_id=meeting.id,
    )
    after = draw_up(session, caller, meeting, now, form.moment)
    return Done(after, tuple(ticked), tuple(back), left(after), outcome.again)


def _keep_purpose(
    session: Session, caller: Caller, meeting: Meeting, said: Mapping[Point, str | None], now: datetime
) -> None:
    """What a meeting is for, where it was said as a gate asked for it, is the meeting's purpose, for the letter too;
    and its group's, whose next meetings take it over."""
    purpose = next((reason for point, reason in said.items() if point.gate == _PURPOSE), None)
    if not purpose or meeting.purpose:
        return
    meeting.purpose = purpose
    group = session.get(Group, meeting.group_id) if meeting.group_id else None
    if group is not None and not group.purpose:
        group.purpose = purpose
        audit.record(session, group.organisation_id, now, caller.slack_id, "group.changed", "group", group.id)


def left(found: Shown) -> Refusal | None:
    """What still refuses at the moment of a form, for anybody at all."""
    if found.moment == "ready":
        return readiness.before_ready(found.gates)
    if found.moment == "start":
        return readiness.before_start(found.gates)
    refusing = tuple(gate for gate in found.gates if gate.moment == found.moment and gate.refuses)
    return Refusal(found.moment, refusing) if refusing else None
