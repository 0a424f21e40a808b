"""How the gates of a meeting are shown: what is still open, which clause asks for it, what to type."""

from collections.abc import Sequence

from bot.policy.gates import Gate, Gates, Moment, Strength, Tick, summary
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.command import again_id
from bot.slack.text import clip, esc, mention
from db.models import Meeting

OPEN = "gates.open"
"""The action that opens the form of the gates; its value is the meeting's id, a moment, and a person's id or none."""
MOMENTS: dict[Moment, str] = {
    "ready": "Before it is ready",
    "invite": "Before the link goes out",
    "start": "Before it starts",
    "entry": "Before anybody is let in",
}
_LIMIT = 2800
_MARKS: dict[Strength, str] = {"required": "🔴", "when_possible": "🟠", "advice": "🔵", "reminder": "⚪"}
_WORDS: dict[Strength, str] = {
    "required": "must",
    "when_possible": "when possible",
    "advice": "advice",
    "reminder": "reminder",
}


def mark(strength: Strength) -> str:
    """One mark for one strength with its word beside it, the same on the card, in lists and in forms."""
    return f"{_MARKS[strength]} _{_WORDS[strength]}_"


def open_button(meeting: Meeting, moment: Moment | None = None, person: str = "", *, primary: bool = False) -> b.Button:
    """The button that opens the form of the gates, before a moment or before the next one, for a person or all."""
    value = f"{meeting.id}:{moment or ''}:{person}"
    return b.button("What your policy asks for", OPEN, value, style="primary" if primary else None)


def source(gate: Gate) -> str:
    """The clauses that ask for a gate, as a message may name them."""
    return "your policy" if gate.private else clauses(gate)


def clauses(gate: Gate) -> str:
    """The clauses that ask for a gate, as they stand in the form of those who may see it."""
    return ", ".join(gate.clauses) or "our own suggestion"


def next_of(
    block_id: str,
    head: str,
    gates: Sequence[Gate],
    meeting: Meeting,
    moment: Moment | None = None,
    person: str = "",
    *,
    primary: bool = False,
    every: int = 0,
) -> list[b.Block]:
    """Open gates, which the `head` counts: the one to see to next with its clauses and the button to it, and a button
    to all (`every`: how many that are, where there are more than these)."""
    buttons = [open_button(meeting, moment, person, primary=primary)]
    if max(every, len(gates)) > 1:
        again = f"meeting gates {meeting.reference}"
        buttons.append(b.button(f"Show all {max(every, len(gates))}", again_id(0), again))
    text = f"{head}\nNext: {_line(first(gates), command=False)}"
    return [b.section(block_id, text), b.actions(f"{block_id}_buttons", *buttons)]


def come_first(gates: Sequence[Gate]) -> str:
    """How many things have to be seen to before something."""
    return f"{_things(gates).capitalize()} come{'s' if len(gates) == 1 else ''} first."


def _things(gates: Sequence[Gate]) -> str:
    return "one thing" if len(gates) == 1 else f"{len(gates)} things"


def first(gates: Sequence[Gate]) -> Gate:
    """In the policy's order, but what staff can see to themselves before what only others or time can."""
    return next((gate for gate in gates if gate.can_tick and not gate.needs_manager), gates[0])


def listing(gates: Gates, meeting: Meeting, policy: str) -> Say:
    """Every gate, by the moment it stands before; those that only advise after those that refuse."""
    blocks = [
        b.section("head", f"*{meeting.reference}: what your policy asks for*\n{esc(policy)}"),
        b.actions("buttons", open_button(meeting)),
    ]
    for moment, title in MOMENTS.items():
        found = summary(gate for gate in gates if gate.moment == moment and (gate.open or not gate.private))
        open_ones = (*found.open_required, *found.open_advice)
        lines = [_line(gate) for gate in open_ones] or ["Nothing open."]
        for number, part in enumerate(_parts(lines)):
            head = f"*{title}*\n" if number == 0 else ""
            blocks.append(b.section(f"{moment}.{number}", head + part))
        if found.met:
            blocks.append(b.context(f"{moment}.met", "✅ " + clip("; ".join(_met(gate) for gate in found.met), 1500)))
    risk = (
        f"Urgent contact with somebody at risk waits for none of it: `/meeting urgent {meeting.reference} because …`."
    )
    return Say(f"{meeting.reference}: what your policy asks for", [*blocks[:49], b.context("urgent", risk)])


def _line(gate: Gate, *, command: bool = True) -> str:
    told = f"{mark(gate.strength)} {esc(gate.sentence)} ({source(gate)})"
    return f"{told}\n      `{gate.command}`" if command and gate.command else told


def _met(gate: Gate) -> str:
    how = esc(gate.evidence or "") or (_ticked(gate.tick) if gate.tick else "")
    return esc(gate.sentence.rstrip(".")) + (f" ({how})" if how else "")


def _ticked(tick: Tick) -> str:
    return f"ticked by {mention(tick.by)}{f', {tick.shown}' if tick.shown else ''}"


def _parts(lines: Sequence[str]) -> list[str]:
    """The lines in pieces that fit a section."""
    parts: list[list[str]] = [[]]
    size = 0
    for line in lines:
        if size + len(line) > _LIMIT and parts[-1]:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line) + 1
    return ["\n".join(part) for part in parts]
