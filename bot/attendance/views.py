"""What people see of the register: always only the person who asked."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from bot.attendance.door import Door, Flag, Held
from bot.attendance.forms import (
    AGREED,
    IS_WALK_IN,
    LEAVE_OUT,
    PRESENT,
    REASON,
    REMOVED,
    SAID_NO,
    WALK_INS,
    WHO_CAME,
    WHO_WAS_ABSENT,
    key,
    metadata,
)
from bot.attendance.plan import Plan, Question
from bot.attendance.service import Dissent, Line, Register, Saved
from bot.gates.clearing_views import HELD
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import again_id
from bot.slack.delicate import could_be_concern
from bot.slack.text import clip, clock_time, esc, mention, unescape, when

_BOXES = 10
_NAMES_SHOWN = 1_500
_MENU = 100
_CARRIED = 1_900
_LABEL = 75


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    PICK = "attendance.pick"
    SAVE = "attendance.save"
    OPEN = "attendance.open"
    TAKE_BACK = "attendance.take_back"
    START = "attendance.start"


OPEN_GATES = "gates.open"
"""The action of the meetings' room that opens the form of the gates; its value is meeting, moment and person."""


def form(register: Register, plan: Plan, zone: str, door: Door, answered: Sequence[b.Block] = ()) -> View:
    """The register as boxes, ticked for present; `answered` are questions to show again with their answers."""
    meeting = register.meeting
    lines = [line for line in register.lines if line.registration.id in plan.intent.seen]
    asked = {block["block_id"] for block in answered}
    questions = [_question(one) for one in plan.questions if _question_id(one) not in asked]
    blocks = [b.section("how", _how_it_stands(register, plan, zone))]
    if plan.typed:
        words = "…" if could_be_concern(plan.typed) else esc(clip(" ".join(unescape(plan.typed).split()), 300))
        blocks.append(b.context("typed", f"You wrote: “{words}”"))
    if plan.note:
        blocks.append(b.alert("note", f"Nothing is saved yet. {plan.note}", "info"))
    elif questions:
        blocks.append(b.alert("ask", "Nothing is saved yet. Please say who is meant, then save.", "info"))
    if plan.said:
        blocks.append(b.context("said", clip(esc(" ".join(plan.said)), 2_000)))
    blocks += [*questions, *answered]
    for start in range(0, len(lines), _BOXES):
        label = "Who was there?" if start == 0 else f"Who was there? (from {start + 1})"
        blocks.append(_boxes(f"{PRESENT}.{plan.version}.{start // _BOXES}", label, lines[start : start + _BOXES], plan))
    blocks.append(
        b.text_input(
            f"{WALK_INS}.{plan.version}",
            "Who came without being registered?",
            value=", ".join(plan.names),
            hint="Names, with commas between them.",
            optional=True,
        )
    )
    blocks += _at_the_door(door, lines)
    drawn = [plan.intent.seen[line.registration.id] for line in lines]
    carried = metadata(meeting.id, plan.version, drawn)
    return b.modal(Ids.SAVE, f"Register of {meeting.reference}", blocks, submit="Save", metadata=carried)


def _at_the_door(door: Door, lines: Sequence[Line]) -> list[b.Block]:
    blocks = []
    if door.rules and lines:
        people = [(f"{line.registration.id}", line.name) for line in lines[:_MENU]]
        noes = [f"{one}" for one in door.said_no]
        blocks.append(b.several_input(SAID_NO, f"Who said no to the {door.rules}?", people, chosen=noes, optional=True))
        yes = [("yes", f"Everybody else who is here agreed to the {door.rules}", "")]
        blocks.append(b.checkbox_input(AGREED, "Was everybody asked?", yes))
    if lines and not door.closed:
        people = [(f"{line.registration.id}", line.name) for line in lines[:_MENU]]
        gone = [f"{one}" for one in door.removed]
        label = "Who was removed, or asked to leave?"
        blocks.append(b.several_input(REMOVED, label, people, chosen=gone, optional=True))
    if not door.over:
        hint = "Only where your policy asks for something first and leaves it to you. The reason is kept."
        blocks.append(b.text_input(REASON, "Let in all the same? Why", hint=hint, optional=True, limit=500))
    return blocks


def _register_first(error: Held) -> tuple[list[b.Button], str]:
    """The way to register walk-ins who may not be let in, and then to mark them: buttons, and the sentence to them."""
    names, meeting = ", ".join(error.walk_ins.values()), error.meeting
    them = next(iter(error.walk_ins)) if len(error.walk_ins) == 1 else "them"
    commands = {
        f"Register {them} first": f"participant add {names} to {meeting.reference}",
        f"Mark {them} as present": f"attendance {meeting.reference} plus {', '.join(error.walk_ins)}",
    }
    words = f"Expected all the same? Register {esc(them)} first; then what your policy asks for them can be ticked."
    if not names or could_be_concern(names) or len(names) > _CARRIED:
        return [], words if names else ""
    buttons = [b.button(clip(label, _LABEL), again_id(n), value) for n, (label, value) in enumerate(commands.items())]
    return buttons, words


def _waits(error: Held) -> list[b.Block]:
    """Under a register that was saved: which walk-ins are not in it, why, and what to do."""
    names, lines = ", ".join(error.walk_ins), [f"⛔ {esc(one.words)}" for one in error.flags]
    verb = "is" if len(error.walk_ins) == 1 else "are"
    buttons, words = _register_first(error)
    return [
        *b.paragraphs("waits", [f"*{esc(names)} {verb} not in the register yet.*", *lines, words]),
        *([b.actions("walk_ins", *buttons)] if buttons else []),
        b.context("how", f"Got in all the same? `/incident {error.meeting.reference}`"),
    ]


def held(error: Held, typed: str = "") -> Say:
    """Somebody `typed` as present may not be let in: who, why and what to do; nothing was saved. Where it is the start
    that is missing, one button starts the meeting and saves it."""
    meeting, lines = error.meeting, [f"⛔ {esc(one.words)}" for one in error.flags]
    start = []
    if typed and error.not_started and len(typed) <= _CARRIED and not could_be_concern(typed):
        start = [b.button("Start it and save", Ids.START, f"{meeting.number} {typed}", style="primary")]
    first, words = _register_first(error)
    style = None if start or error.of_walk_ins else "primary"
    # The form of the gates shows those who are registered: for walk-ins alone it would be a dead end.
    gates = [b.button("What your policy asks for", OPEN_GATES, f"{meeting.id}:entry:", style=style)]
    blocks = [
        *b.paragraphs(
            "held", [f"*Nothing is saved for {meeting.reference} yet.*", *lines, *([words] if words else [])]
        ),
        b.actions(
            "buttons",
            *start,
            *first[:1],
            *([] if error.of_walk_ins else gates),
            b.button("Open the register", Ids.OPEN, f"{meeting.id}"),
        ),
        b.context("how", f"{_TURNED_AWAY} Got in all the same? `/incident {meeting.reference}`"),
    ]
    return Say(f"Nothing is saved for {meeting.reference} yet.", blocks, give_back=True)


def held_over(error: Held) -> View:
    """The same over the form, where it is missing of many: one button to the form in which it is ticked, and back."""
    meeting = error.meeting
    lines = [f"*Nothing is saved for {meeting.reference} yet.*", *(f"⛔ {esc(one.words)}" for one in error.flags)]
    tick = b.button("Tick what is missing", OPEN_GATES, f"{meeting.id}:entry:", style="primary")
    how = "Then come back to the register below, which keeps your ticks, and save it. Turned away? Untick them there."
    blocks = [*b.paragraphs("held", lines), b.actions("buttons", tick), b.context("how", how)]
    return b.modal(HELD, "Not saved yet", blocks, close="Back to the register")


def held_words(flags: Sequence[Flag]) -> str:
    """The same at a field of the form, in plain text."""
    return " ".join([*(one.words for one in flags), _TURNED_AWAY, _WHY_BELOW])


def saved_but(done: Saved, held: Held, words: str) -> str:
    """At the field of the walk-ins, in plain text: the others are saved, and what keeps these out."""
    names, reference = ", ".join(held.walk_ins.values()), held.meeting.reference
    first = f"Expected all the same? Register them first: /participant add {names} to {reference}"
    return f"Saved: {unescape(_counts(done.register))}. Not in the register yet: {words} {first}"


_TURNED_AWAY = "Turned away? Untick them. Done by now? Tick it under /meeting tick."
_WHY_BELOW = "If your policy leaves it to you, write why in the last field."


def _how_it_stands(register: Register, plan: Plan, zone: str) -> str:
    meeting, latest = register.meeting, register.latest
    lines = [f"*{meeting.reference} · {esc(meeting.title)}*, {when(meeting.starts_at, zone)}"]
    if latest:
        lines.append(f"Taken by {mention(latest.by)}, {when(latest.at, zone)}: {_counts(register)}.")
        lines.append("Change what is not right.")
    elif not register.lines:
        lines.append("Nobody is registered. Write who came.")
    elif not any(plan.intent.present.values()):
        lines.append("Nobody is ticked. Tick who was there.")
    elif not all(plan.intent.present.get(one.id) for one in register.registrations):
        lines.append("Tick who was there.")
    else:
        lines.append("Everybody is ticked. Untick who was absent.")
    return "\n".join(lines)


def _boxes(block_id: str, label: str, lines: Sequence[Line], plan: Plan) -> b.Block:
    choices = [(f"{line.registration.id}", line.name, _description(line)) for line in lines]
    ticked = [value for value, _label, _description in choices if plan.intent.present.get(UUID(value))]
    return b.checkbox_input(block_id, label, choices, ticked=ticked)


def _description(line: Line) -> str:
    facts = ["walk-in"] if line.registration.walk_in else []
    if line.mark:
        facts.append("marked present" if line.mark.present else "marked absent")
    return ", ".join(facts)


def _question_id(question: Question) -> str:
    return f"{WHO_WAS_ABSENT if question.absent else WHO_CAME}.{key(question.name)}"


def _question(question: Question) -> b.Block:
    name = clip(question.name, 40)
    choices = [(f"{one.id}", f"It is {one.participant.name}") for one in question.may_be]
    hint = "Somebody else? Choose “Leave it out” and tick the boxes below."
    chosen = None
    if question.absent:
        label = f"“{name}” was absent, but nobody on the list has that name. Who is it?"
    elif question.on_the_list:
        label = f"“{name}” is on the list. Is it the same person?"
        hint = "Another person of that name? Add an initial in the field below."
    else:
        label = f"I don't know “{name}”. Who is it?"
        walk_in = (IS_WALK_IN, f"{name} is a walk-in")
        choices = [*choices, walk_in] if question.alike else [walk_in, *choices]
        chosen = None if question.alike else IS_WALK_IN
    choices.append((LEAVE_OUT, "Leave it out"))
    return b.radio_input(_question_id(question), label, choices, chosen=chosen, hint=hint)


def _counts(register: Register) -> str:
    """`7 present, 1 absent (Aled), 1 walk-in (Mair)`."""
    walk_ins, absent, unmarked = register.present(walk_ins=True), register.absent, register.unmarked
    parts = [f"{len(register.present(walk_ins=False))} present"]
    parts.append(f"{len(absent)} absent{_named(absent)}")
    if walk_ins:
        parts.append(f"{len(walk_ins)} walk-in{'s' if len(walk_ins) > 1 else ''}{_named(walk_ins)}")
    if unmarked:
        parts.append(f"{len(unmarked)} not marked yet{_named(unmarked)}")
    return ", ".join(parts)


def _named(lines: Sequence[Line]) -> str:
    return f" ({clip(', '.join(esc(line.name) for line in lines), _NAMES_SHOWN // 3)})" if lines else ""


def saved(done: Saved, zone: str, *, again: bool = False) -> Say:
    """The register after a save."""
    register = done.register
    meeting, latest = register.meeting, register.latest
    head = "changed" if done.amended else "saved"
    text = f"Register of {meeting.reference} {head}: {_counts(register)}."
    if again or not (done.changed or done.nobody):
        text = f"Register of {meeting.reference}, as it was saved before: {_counts(register)}."
    blocks = [b.section("saved", text)]
    corrected = done.amended and not again and bool(done.changed)
    if corrected:
        blocks.append(b.section("changed", _changes(done)))
    if done.waiting:
        blocks += _waits(done.waiting)
    if done.said:
        blocks.append(b.section("said", clip(esc(" ".join(done.said)), 2_000)))
    if done.dissents:
        blocks.append(b.section("dissents", _dissents(done.dissents, zone)))
    if done.flags:
        lines = [f"⚠️ Let in though: {esc(one.words)}" for one in done.flags]
        blocks += b.paragraphs("flags", [*lines, f"Write down what happened: `/incident {meeting.reference}`"])
    if meeting.started_at is None:
        blocks.append(b.section("not_started", f"⚠️ {meeting.reference} is not marked as started."))
    if latest:
        blocks.append(b.context("by", f"{mention(latest.by)}, {when(latest.at, zone)}. Earlier marks are kept."))
    buttons = [b.button("Change", Ids.OPEN, f"{meeting.id}")]
    mark = next((one.line.mark for one in done.changed if one.line.mark), None)
    if corrected and mark:
        buttons.append(b.button("Take this change back", Ids.TAKE_BACK, f"{meeting.id}:{mark.id}"))
    blocks.append(b.actions("buttons", *buttons))
    return Say(f"Register of {meeting.reference}", blocks)


def started(said: Say, number: int) -> Say:
    """The same, where the meeting was started with it."""
    text = f"*M-{number} has started.* If it has not after all: `/meeting M-{number}` takes it back within the hour."
    return replace(said, blocks=[b.section("started", text), *said.blocks])


def _changes(done: Saved) -> str:
    """Whose mark was changed by a correction, and that nobody else's was."""
    words = {True: "present", False: "absent", None: "not marked"}
    ways: dict[str, list[Line]] = {}
    for one in done.changed:
        now = words[one.line.mark.present if one.line.mark else None]
        way = f"{now} now (was {words[one.before.present]})" if one.before else f"{now} now"
        ways.setdefault(way, []).append(one.line)
    said = "; ".join(f"{clip(', '.join(esc(line.name) for line in lines), 500)}: {way}" for way, lines in ways.items())
    rest = len(done.register.lines) > len(done.changed)
    return clip(f"Changed: {said}.{' Everybody else stays as they were.' if rest else ''}", 2_500)


def _dissents(dissents: Sequence[Dissent], zone: str) -> str:
    lines = []
    for one in dissents[:15]:
        said = "present" if one.present else "absent"
        outcome = "That stands." if one.stands else "Your word counts now."
        who = f"{mention(one.by)} had said otherwise at {clock_time(one.at, zone)}"
        if one.stands:
            who = f"{mention(one.by)} said so at {clock_time(one.at, zone)}, after you opened the form"
        lines.append(f"⚠️ {esc(one.registration.participant.name)} {said}: {who}. {outcome}")
    if len(dissents) > 15:
        lines.append(f"… and {len(dissents) - 15} more.")
    return "\n".join(lines)
