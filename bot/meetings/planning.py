"""What the policy says to what is planned for a meeting: never, only with a reason, or with something to do first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import BadInput
from bot.facts import points, recording, standing
from bot.gates import gating
from bot.policy import Pack, load_pack
from bot.policy.cited import Cited
from bot.policy.gates import Gate, Gates
from bot.policy.overrides import applied, stored
from db.models import Meeting, MeetingKind, Organisation

Option = Literal["recorded", "breakout_rooms", "sensitive", "kind"]

_GATES: dict[str, Option] = {
    "recording": "recorded",
    "breakout-rooms": "breakout_rooms",
    "sensitive": "sensitive",
    "one-to-one-vital": "kind",
    "not-alone": "kind",
    "colleague": "kind",
    "adult-nearby": "kind",
}
_NEVER = ("recording", "breakout-rooms", "sensitive")
_REASON_FOR = {
    "recording": "recording_reason",
    "recording-reason": "recording_reason",
    "breakout-rooms": "breakout_reason",
    "one-to-one-vital": "one_to_one_reason",
    "not-alone": "one_to_one_reason",
}
_ASK = {
    "recording_reason": "Write down why it is recorded.",
    "breakout_reason": "Write down why breakout rooms are needed.",
}
_PLAIN = ("kind", "sensitive", "breakout_rooms", "recorded")
_OF_RECORDING = ("recording_purpose", "recording_reason", "recording_days")
_CLEARED_BY_EMPTY = ("purpose", "lead_worker", *_OF_RECORDING)
TICKED = {"breakout_reason": ("breakout-rooms",), "one_to_one_reason": ("one-to-one-vital", "not-alone")}
"""Reasons that are kept as a staff tick of the gate that asks for them."""

_WORDS: dict[Option, str] = {
    "recorded": "recording",
    "breakout_rooms": "breakout rooms",
    "sensitive": "sensitive matters",
    "kind": "one-to-one",
}


class NotAllowed(BadInput):
    """The policy never allows what is planned; nothing was kept."""


class ReasonWanted(BadInput):
    """The policy takes what is planned with a reason only, and none was given; nothing was kept."""

    def __init__(self, gates: Gates, all_open: Gates) -> None:
        """`gates` want the reason; `all_open` are all that are open for the same options."""
        self.fields = {
            field: f"{_ASK.get(field, gate.wrong)} ({source(gate)})"
            for gate in gates
            if (field := _REASON_FOR[gate.id])
        }
        field = next(iter(self.fields))
        super().__init__(self.fields[field], field=field)
        self.gates = all_open


def source(rule: Gate | Cited) -> str:
    """The clauses that something comes from, for people to read."""
    return ", ".join(rule.clauses) or "our own suggestion, not in your policy"


def own_pack(organisation: Organisation) -> Pack:
    """The organisation's policy with its own rules in it."""
    return applied(load_pack(organisation.policy), stored(organisation.options))


def option_of(gate: Gate) -> Option | None:
    """Which option a gate is about, if any."""
    return "recorded" if gate.id.startswith("recording-") else _GATES.get(gate.id)


def concerning(gates: Gates, said: Collection[str]) -> Gates:
    """The open gates about these options, in the policy's order."""
    return tuple(gate for gate in gates if gate.open and option_of(gate) in said)


def wanted_by(changes: Mapping[str, Any]) -> set[str]:
    """The options that a request asks for; what it takes away or leaves alone is not among them."""
    asked = {name for name in ("recorded", "breakout_rooms", "sensitive") if changes.get(name)}
    return asked | ({"kind"} if changes.get("kind") is MeetingKind.ONE_TO_ONE else set())


def check(gates: Gates, said: Collection[str]) -> None:
    """Raise NotAllowed or ReasonWanted where the policy does not take what this request asks for.

    Advice refuses nothing: its gate stays open and is shown. A gate that only time or people can meet does too.
    """
    found = concerning(gates, said)
    never = [gate for gate in found if gate.id in _NEVER and gate.refuses and not gate.can_tick]
    if never:
        words = _WORDS[option_of(never[0]) or "recorded"]
        rules = " ".join(f"{gate.rule} ({source(gate)})" for gate in never)
        raise NotAllowed(f"Nothing was saved. {rules} Take “{words}” out and send it again.", field="options")
    reasons = tuple(gate for gate in found if gate.id in _REASON_FOR and gate.refuses and gate.needs_reason)
    if reasons:
        raise ReasonWanted(reasons, found)


@dataclass(frozen=True)
class Box:
    """A tick box of the form: what can be planned, and what the policy asks for then."""

    value: str
    label: str
    asks: str = ""


@dataclass(frozen=True)
class Choices:
    """What the form offers under one policy: `never` says what it leaves out and why, `fields` what it asks."""

    boxes: tuple[Box, ...]
    never: tuple[str, ...]
    fields: frozenset[str]
    purpose: str = ""
    sensitive: str = ""
    provider: str = ""
    providers: tuple[str, ...] = ()
    """All that a meeting can be hosted by; `provider` is what it is by where nobody chooses."""


def hosted_by(organisation: Organisation) -> tuple[str, ...]:
    """What the organisation's meetings can be hosted by, the usual one first."""
    return tuple(dict.fromkeys([organisation.provider, *organisation.options.get("providers", ())]))


def chosen(organisation: Organisation, wanted: str | None) -> str:
    """What hosts a meeting. Raises BadInput for what the organisation does not use."""
    if wanted and wanted not in hosted_by(organisation):
        raise BadInput("Your organisation holds no meetings there.", field="provider")
    return wanted or organisation.provider


def choices(organisation: Organisation) -> Choices:
    """What the form for a meeting offers."""
    pack = own_pack(organisation)
    rules, alone = pack.meeting, pack.one_to_one.allowed
    boxes, never, fields = [], [], set()
    before = {item.id: item for item in pack.records.before_recording}
    if rules.recording.value == "never":
        never.append(f"{rules.recording.say} ({source(rules.recording)})")
    else:
        asks = {"reason": "Say why", "parents_agree": "Every parent or carer agrees first"}
        told = asks.get(rules.recording.value, "People are told what, why and how long")
        boxes.append(Box("recorded", "It is recorded", _asks(told, rules.recording)))
        if rules.recording.value == "reason" or "reason" in before:
            fields.add("recording_reason")
        fields |= {name for name, item in _FIELDS_BEFORE.items() if item in before}
    if rules.breakout_rooms.value == "never":
        never.append(f"{rules.breakout_rooms.say} ({source(rules.breakout_rooms)})")
    else:
        why = rules.breakout_rooms.value == "reason"
        told = _asks("Say why", rules.breakout_rooms) if why else ""
        boxes.append(Box("breakout_rooms", "Breakout rooms", told))
        fields |= {"breakout_reason"} if why else set()
    if alone.value == "allowed" and not alone.default:
        boxes.append(Box("one_to_one", "One-to-one"))
    else:
        told = "A second worker, or say who else is there" if alone.value == "not_alone" else "Say why"
        boxes.append(Box("one_to_one", "One-to-one", _asks(told, alone)))
        fields.add("one_to_one_reason")
    if pack.staffing.roles.value == "lead_and_support":
        fields.add("lead_worker")
    ruled, matters = rules.purpose, rules.sensitive_matters
    return Choices(
        boxes=tuple(boxes),
        never=tuple(never),
        fields=frozenset(fields),
        purpose=f"{ruled.say} ({source(ruled)})" if ruled.value != "free" else "",
        sensitive=f"{matters.say} ({source(matters)})" if matters.value == "never" else "",
        provider=organisation.provider,
        providers=hosted_by(organisation),
    )


_FIELDS_BEFORE = {"recording_purpose": "purpose", "recording_days": "how-long"}


def _asks(told: str, rule: Cited) -> str:
    clauses = ", ".join(rule.clauses[:2]) or "our own suggestion"
    return f"{told} ({clauses}{', …' if len(rule.clauses) > 2 else ''})"


def reasons(session: Session, meeting: Meeting) -> dict[str, str]:
    """The reasons of a meeting's options that are kept as ticks of their gates, by their field."""
    stands = standing.current(session, meeting)
    found = {
        field: next((stands[point].reason for one in gates if (point := points.gate(one)) in stands), "")
        for field, gates in TICKED.items()
    }
    return {field: reason for field, reason in found.items() if reason}


def take(session: Session, caller: Caller, meeting: Meeting, changes: Mapping[str, Any], now: datetime) -> None:
    """Take over the options of a meeting, and ask the policy about those that this request asks for. Raises NotAllowed
    or ReasonWanted where it does not take them."""
    said = {name: value for name, value in changes.items() if value is not None}
    _check_recording(meeting, said)
    for name in _PLAIN:
        if name in said:
            setattr(meeting, name, said[name])
    for name in _CLEARED_BY_EMPTY:
        if name in said:
            setattr(meeting, name, said[name] or None)
    if not meeting.recorded:
        meeting.recording_purpose = meeting.recording_reason = None
        if meeting.recording_days is not None:
            meeting.recording_days = None
    _check_lead(meeting, said)
    session.flush()
    asked = wanted_by(said)
    for field, option in (("breakout_reason", "breakout_rooms"), ("one_to_one_reason", "kind")):
        if option in said:
            reason = said.get(field) if option in asked else ""
            _reason_as_tick(session, caller, meeting, field, reason, now)
    if asked:
        check(gating.of_meeting(session, meeting, now, caller.slack_id), asked)


def _check_recording(meeting: Meeting, said: Mapping[str, Any]) -> None:
    """Nobody's words about a recording are dropped because it was forgotten to say that there is one."""
    if not meeting.recorded and not said.get("recorded") and any(said.get(name) for name in _OF_RECORDING):
        raise BadInput("That is about a recording. Say that the meeting is recorded, too.", field="options")


def _reason_as_tick(
    session: Session, caller: Caller, meeting: Meeting, field: str, reason: str | None, now: datetime
) -> None:
    """Keep a reason as a tick of the open gate that asks for it; an empty one takes the ticks away."""
    if reason is None:
        return
    if reason:
        concerned = {gate.id for gate in gating.of_meeting(session, meeting, now) if gate.can_tick}
    else:
        stands = standing.current(session, meeting)
        concerned = {name for name in TICKED[field] if points.gate(name) in stands}
    theirs = [points.gate(name) for name in sorted(concerned.intersection(TICKED[field]))]
    if reason:
        recording.record(session, caller, meeting, dict.fromkeys(theirs, reason), now)
    else:
        recording.take_back(session, caller, meeting, theirs, now)


def _check_lead(meeting: Meeting, changes: Mapping[str, Any]) -> None:
    """Whoever leads is on the meeting; who is taken off it leads no more."""
    if meeting.lead_worker in (None, *meeting.team):
        return
    if changes.get("lead_worker"):
        raise BadInput("Whoever leads is the host or a co-worker. Add them first.", field="lead_worker")
    meeting.lead_worker = None
