"""The rules of the prompts: what can be ticked, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings, naming
from bot.diary.naming import Again
from bot.errors import BadInput, NotFound, Refused
from bot.facts import form as forms
from bot.facts import recording
from bot.facts import standing as known
from bot.facts.points import Point
from bot.gates import gating, posts, readiness
from bot.meetings import card_times
from bot.meetings.card import HOUSEKEEPING
from bot.organisation.words import words_for
from bot.participants import service as participants
from bot.policy import load_pack
from bot.policy.gates import Tick
from bot.prompts import board
from bot.prompts.board import Board, Box
from bot.prompts.forms import Filled
from bot.providers import SettingKey
from bot.reading import ticking
from db.holding import hold
from db.inbox import Claim, Outcome, once
from db.models import Meeting, Moment, Organisation, Role
from db.scope import of


@dataclass(frozen=True)
class Ticked:
    """What came of a typed tick or untick: the boxes, the people for whom, and where nothing was changed the tick that
    stood before."""

    meeting: Meeting
    boxes: tuple[Box, ...]
    on: bool
    people: tuple[str, ...] = ()
    before: Tick | None = None
    changed: bool = True


@dataclass(frozen=True)
class Saved:
    """What came of a tick form; `again` where the same form had been saved before."""

    meeting: Meeting
    ticked: int
    unticked: int
    again: bool = False


def newest(session: Session, meeting: Meeting) -> int:
    """The sequence of the newest fact, 0 where there is none."""
    return known.drawn(meeting, known.history(session, meeting))


def find(session: Session, caller: Caller, meeting_id: UUID) -> Meeting:
    """A meeting whose card or form somebody used. Raises NotFound or Refused."""
    meeting = session.scalar(of(caller.organisation_id, Meeting).where(Meeting.id == meeting_id))
    if meeting is None:
        raise NotFound("I can't find that meeting.")
    if not meetings.may_run(caller, meeting) and not caller.has(Role.MANAGER):
        raise Refused(
            f"Only the host and the co-workers of {meeting.reference}, or a lead, deputy, head or administrator, "
            "can tick this."
        )
    recording.check_open(meeting)
    return meeting


def find_typed(session: Session, caller: Caller, number: int | None, now: datetime, again: Again) -> Meeting:
    """The meeting that a typed tick is about: one of the caller's, without a number the one being held, or for a
    manager any by its number.

    Raises NotFound or Unclear.
    """
    if number is not None and caller.has(Role.MANAGER):
        meeting = meetings.numbered(session, caller, number)
        if meeting is not None:
            return meeting
    return naming.numbered(session, caller, number, now, meetings.ANY, again, running=True)


def everything(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> Board:
    """Every box of a meeting, gates first, also those whose time has not come.

    A manager who does not run the meeting has only the boxes that count when a manager ticks them.
    """
    organisation = session.get_one(Organisation, meeting.organisation_id)
    pack, registered = load_pack(organisation.policy), participants.registered(session, meeting)
    stands = known.current(session, meeting, registered)
    words = words_for(session, organisation, meeting)
    gates = board.of_gates(gating.of_meeting(session, meeting, now, caller.slack_id), stands)
    groups = (gates, *board.groups_of(pack, meeting, tuple(Moment), stands, words))
    if not meetings.may_run(caller, meeting):
        groups = board.only_a_managers(groups)
    said = board.read_out(pack, words)
    return Board(meeting, pack.title, organisation.timezone, groups, newest(session, meeting), said)


def asked(session: Session, caller: Caller, meeting: Meeting, now: datetime) -> bool:
    """Whether a gate is open that this person can tick."""
    boxes = next(iter(everything(session, caller, meeting, now).groups)).boxes
    return any(box.tick is None and (caller.has(Role.MANAGER) or not box.needs_manager) for box in boxes)


def open_board(
    session: Session, caller: Caller, meeting: Meeting, now: datetime, moment: Moment | None = None
) -> Board:
    """The reminders that this person can tick now; with `moment`, only what belongs to that moment.

    The gates have a form of their own.
    """
    found = everything(session, caller, meeting, now)
    prompts = [group for group in found.groups if group.name != board.GATES]
    groups = board.tickable(prompts, meeting, now, manager=caller.has(Role.MANAGER))
    if moment is not None:
        groups = tuple(group for group in groups if group.name in board.groups_on(moment))
    read_out = found.read_out if any(group.name == HOUSEKEEPING for group in groups) else ()
    return Board(meeting, found.policy, found.zone, groups, found.sequence, read_out)


def tick_typed(session: Session, caller: Caller, meeting: Meeting, word: str, reason: str, now: datetime) -> Ticked:
    """Tick what a typed word means, and say what that was. Raises Unclear, BadInput or Refused."""
    hold(session, meeting)
    recording.check_open(meeting)
    every = everything(session, caller, meeting, now).boxes
    whole = meetings.may_run(caller, meeting)
    found = board.find(meeting.reference, every, word, listed=_listed(meeting), whole=whole)
    begun = card_times.begun(meeting, now)
    # A gate and a later reminder may share an id: the gate is ticked now, the reminder when its time has come.
    boxes = tuple(box for box in found if begun or not box.later) or found
    for box in boxes:
        if box.later and not begun:
            raise BadInput(board.not_due(box, meeting, caller.zone))
        if box.needs_manager and not caller.has(Role.MANAGER):
            raise Refused(f"`{box.id}` counts only when a manager ticks it.")
        if box.needs_reason and not reason and not box.tick:
            raise BadInput(f"It needs a reason: `/meeting tick {meeting.reference} {box.id} because …`")
    people = _people_of(session, meeting, boxes)
    changed = _write(session, caller, meeting, [(box, True, reason) for box in boxes], now)
    before = next((box.tick for box in boxes if box.tick), None)
    return Ticked(meeting, boxes, on=True, people=people, before=before, changed=changed)


def untick_typed(session: Session, caller: Caller, meeting: Meeting, word: str, now: datetime) -> Ticked:
    """Take back the ticks of what a typed word means, for everybody. Raises Unclear or Refused."""
    hold(session, meeting)
    recording.check_open(meeting)
    every = everything(session, caller, meeting, now).boxes
    mine = meetings.may_run(caller, meeting)
    boxes = board.find(meeting.reference, every, word, "untick", _listed(meeting), whole=mine)
    for box in boxes:
        if box.needs_manager and not caller.has(Role.MANAGER):
            raise Refused(f"`{box.id}` counts only when a manager ticks it, and a manager takes it back.")
    stands = known.current(session, meeting, participants.registered(session, meeting))
    standing = [
        replace(box, each=tuple(one for one in stands if one.requirement == box.point.requirement)) for box in boxes
    ]
    whole = tuple(box for box in standing if box.each)
    _write(session, caller, meeting, [(box, False, "") for box in whole], now)
    return Ticked(meeting, boxes, on=False, people=_people_of(session, meeting, whole), changed=bool(whole))


def _listed(meeting: Meeting) -> list[ticking.Item]:
    """The settings that are ticked on the risk checklist."""
    return [ticking.Item(key.value, key.label) for key in SettingKey if key.value in meeting.settings_read]


def _people_of(session: Session, meeting: Meeting, boxes: Sequence[Box]) -> tuple[str, ...]:
    """The names of those for whom a box is ticked each alone."""
    ids = {point.person for box in boxes for point in box.each if point.person}
    if not ids:
        return ()
    return tuple(one.participant.name for one in participants.registered(session, meeting) if one.id.hex in ids)


def save(session: Session, caller: Caller, form: Filled, claim: Claim, now: datetime) -> Saved:
    """Store what a form changed against the state it was drawn in; what others did meanwhile stays."""
    meeting = find(session, caller, form.meeting_id)
    hold(session, meeting)
    changes: dict[Box, bool] = {}

    def store(own_later: bool) -> Meeting:
        by = caller.slack_id if own_later else ""
        boxes = {box.point: box for box in open_board(session, caller, meeting, now).boxes if box.key in form.shown}
        shown = [(point, box.key in form.ticked) for point, box in boxes.items()]
        changed = forms.changed(known.history(session, meeting), shown, known.seen(meeting, form.drawn, by))
        changes.update({boxes[point]: on for point, on in changed.items()})
        reasons = {box: form.reason if on and box.wants_reason else "" for box, on in changes.items()}
        _write(session, caller, meeting, [(box, on, reasons[box]) for box, on in changes.items()], now)
        return meeting

    outcome: Outcome[Meeting] = once(
        session,
        caller.organisation_id,
        claim,
        now,
        make=lambda: store(own_later=False),
        find=lambda _made: meeting,
        amend=lambda _made: store(own_later=True),
        record_id=meeting.id,
    )
    on = sum(changes.values())
    return Saved(meeting, on, len(changes) - on, outcome.again)


def tick_all(session: Session, caller: Caller, meeting_id: UUID, moment: Moment, now: datetime) -> Saved:
    """Tick all that is left of a moment and needs no reason; a second time changes nothing. Raises NotFound or
    Refused."""
    meeting = find(session, caller, meeting_id)
    hold(session, meeting)
    boxes = open_board(session, caller, meeting, now, moment).boxes
    left = [(box, True, "") for box in boxes if box.tick is None and not box.needs_reason]
    _write(session, caller, meeting, left, now)
    return Saved(meeting, len(left), 0, again=not left)


def _write(
    session: Session, caller: Caller, meeting: Meeting, changes: Sequence[tuple[Box, bool, str]], now: datetime
) -> bool:
    """Store the changes and a gate that was ticked may make the meeting ready. False where
    everything stood like that."""
    stored: list[Point] = []
    for box, on, reason in changes:
        if on:
            stored += recording.record(session, caller, meeting, dict.fromkeys(box.points, reason or None), now)
        else:
            stored += recording.take_back(session, caller, meeting, box.points, now)
    if stored:
        readiness.settle(session, meeting, caller.slack_id, now)
        if any(point.gate for point in stored):
            posts.meeting_changed(session, meeting, now)
    return bool(stored)
