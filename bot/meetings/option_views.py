"""What people see of a meeting's options: a line on its card, its part of the form, what the policy asks first."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.gates import gate_views
from bot.meetings.planning import Choices, Option, option_of, source
from bot.policy.gates import Gate, Gates
from bot.slack import blocks as b
from bot.slack.text import esc, mention
from db.models import Meeting, MeetingKind

_HEADS: dict[Option, str] = {
    "recorded": "Recording",
    "breakout_rooms": "Breakout rooms",
    "kind": "One-to-one",
    "sensitive": "Sensitive matters",
}
_TYPED = {"recording-purpose": "recording for …", "recording-how-long": "kept for 30 days"}
"""What can be typed to meet a gate, beside ticking it."""

_LABELS = {
    "recording_reason": "Why is it recorded?",
    "recording_purpose": "What will the recording be used for?",
    "breakout_reason": "Why are breakout rooms needed?",
    "one_to_one_reason": "Why one-to-one, and who else is there?",
}


def line(meeting: Meeting, *, texts: bool) -> str:
    """The options of a meeting on one line; `texts` adds what staff wrote, which may hold a name."""
    told = []
    if meeting.kind is MeetingKind.ONE_TO_ONE:
        told.append("one-to-one")
    if meeting.breakout_rooms:
        told.append("breakout rooms")
    if meeting.sensitive is not None:
        told.append("sensitive matters" if meeting.sensitive else "nothing sensitive")
    if meeting.lead_worker:
        told.append(f"led by {mention(meeting.lead_worker)}")
    if meeting.recorded:
        told.append(_recording(meeting, texts=texts))
    if texts and meeting.purpose:
        told.append(f"for: {esc(meeting.purpose)}")
    return f"Planned: {' · '.join(told)}" if told else ""


def _recording(meeting: Meeting, *, texts: bool) -> str:
    told = ["*recorded*"]
    if texts and meeting.recording_purpose:
        told.append(f"for {esc(meeting.recording_purpose)}")
    if texts and meeting.recording_reason:
        told.append(f"because {esc(meeting.recording_reason)}")
    days = meeting.recording_days
    return " ".join(told) + (f", kept for {days} day{'s' if days > 1 else ''}" if days else "")


def asked(gates: Gates, reference: str) -> list[b.Block]:
    """What the policy asks for because of what is planned, each option with its rule once and its open points."""
    blocks = []
    for option, head in _HEADS.items():
        found = [gate for gate in gates if option_of(gate) == option]
        if found:
            lines = [f"*{head}: your policy asks for this first*", *_lines(found, reference)]
            blocks.append(b.section(f"asked.{option}", "\n".join(lines)))
    return blocks


def _lines(gates: Sequence[Gate], reference: str) -> list[str]:
    lines, rule = [], ""
    for gate in gates:
        if gate.rule != rule:
            rule = gate.rule
            lines.append(esc(rule))
        typed = f"\n      `/meeting edit {reference} {_TYPED[gate.id]}`" if gate.id in _TYPED else ""
        lines.append(f"{gate_views.mark(gate.strength)} {esc(gate.wrong)} ({source(gate)}){typed}")
    return lines


def warning(gates: Gates) -> list[b.Block]:
    """Above the form that asks for a reason: the rule, with the clauses that say it."""
    rules = dict.fromkeys(f"{esc(gate.rule)} ({clauses_of(gate, gates)})" for gate in gates)
    return [b.section("policy", "\n".join(["⚠️ *Not saved yet.*", *rules]))]


def clauses_of(gate: Gate, gates: Gates) -> str:
    """The clauses of every gate that one rule speaks for."""
    every = [clause for one in gates if one.rule == gate.rule for clause in one.clauses]
    return ", ".join(dict.fromkeys(every)) or source(gate)


def wanted_first(values: Mapping[str, Any], wanted: Collection[str]) -> list[b.Block]:
    """The fields that have to be filled in before anything is saved; they stand at the top of the form."""
    return [
        _text(name, values, hint="Your policy asks for this. Or untick it under Options.")
        for name in _LABELS
        if name in wanted
    ]


def fields(offered: Choices, values: Mapping[str, Any], wanted: Collection[str] = ()) -> list[b.Block]:
    """The form's part for options, without the fields that stand at its top already."""
    blocks = [
        b.divider("options_line"),
        b.checkbox_input(
            "options",
            "Options",
            [(box.value, box.label, box.asks) for box in offered.boxes],
            ticked=tuple(values.get("options", ())),
        ),
    ]
    if offered.never:
        blocks.append(b.context("never", "Not under your policy: " + " ".join(esc(one) for one in offered.never)))
    if offered.sensitive:
        choices = [("no", "Nothing sensitive or private"), ("yes", "Something sensitive or private")]
        blocks.append(
            b.radio_input(
                "sensitive",
                "Sensitive matters",
                choices,
                chosen=values.get("sensitive"),
                hint=offered.sensitive,
                optional=True,
            )
        )
    blocks += [_text(name, values) for name in _LABELS if name in offered.fields and name not in wanted]
    if "recording_days" in offered.fields:
        days = str(values.get("recording_days") or "")
        blocks.append(b.text_input("recording_days", "Days the recording is kept", value=days, optional=True, limit=5))
    hint = offered.purpose or None
    blocks.append(
        b.text_input(
            "purpose", "What is the meeting for?", value=values.get("purpose"), hint=hint, optional=True, limit=300
        )
    )
    if "lead_worker" in offered.fields:
        blocks.append(
            b.person_input("lead_worker", "Who leads?", chosen=values.get("lead_worker") or None, optional=True)
        )
    return blocks


def _text(name: str, values: Mapping[str, Any], hint: str | None = None) -> b.Block:
    return b.text_input(name, _LABELS[name], value=values.get(name) or None, hint=hint, optional=True, limit=300)
