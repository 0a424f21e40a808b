"""How the gates of a meeting are shown: what is still open, which clause asks for it, what to type."""

from collections.abc import Sequence

from bot.policy.gates import Gate, Gates, Moment, summary
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import clip, esc
from db.models import Meeting

OPEN = "gates.open"
"""The action that opens the form of the gates; its value is the meeting's id, a moment, and a person's id or none."""
_SHOWN = 4
MOMENTS: dict[Moment, str] = {
    "ready": "Before it is ready",
    "invite": "Before the link goes out",
    "start": "Before it starts",
    "entry": "Before anybody is let in",
}
_LIMIT = 2800


def open_button(meeting: Meeting, moment: Moment | None = None, *, primary: bool = False) -> b.Button:
    """The button that opens the form of the gates, before a moment or before the next one."""
    value = f"{meeting.id}:{moment or ''}:"
    return b.button("What your policy asks for", OPEN, value, style="primary" if primary else None)


def source(gate: Gate) -> str:
    """The clauses that ask for a gate."""
    return ", ".join(gate.clauses) or "our own suggestion"


def teaser(gates: Gates, meeting: Meeting, *, urgent: bool = False) -> list[b.Block]:
    """A few lines for the meeting's card: the first open gates, and the button to all of them. Of an `urgent` one,
    which nothing holds up, it is not said that all is done."""
    still = summary(gates).open_required
    if not still:
        return [] if urgent else [b.context("gates", "✅ All that your policy asks for is done.")]
    lines = [_line(gate, command=False) for gate in still[:_SHOWN]]
    more = f"\nAll of them: `/meeting gates {meeting.reference}`"
    unready = sum(gate.moment == "ready" for gate in still)
    why = f"Not ready yet: {unready} of them first. " if unready else ""
    head = f"*Your policy still asks for {len(still)} thing{'s' if len(still) > 1 else ''}*\n{why}".rstrip()
    return [
        b.section("gates", "\n".join([head, *lines]) + more),
        b.actions("gates_buttons", open_button(meeting)),
    ]


def listing(gates: Gates, meeting: Meeting, policy: str) -> Say:
    """Every gate, by the moment it stands before; those that only advise after those that refuse."""
    blocks = [
        b.section("head", f"*{meeting.reference}: what your policy asks for*\n{esc(policy)}"),
        b.actions("buttons", open_button(meeting)),
    ]
    for moment, title in MOMENTS.items():
        found = summary(gate for gate in gates if gate.moment == moment)
        open_ones = (*found.open_required, *found.open_advice)
        lines = [_line(gate) for gate in open_ones] or ["Nothing open."]
        for number, part in enumerate(_parts(lines)):
            head = f"*{title}*\n" if number == 0 else ""
            blocks.append(b.section(f"{moment}.{number}", head + part))
        if found.met:
            blocks.append(b.context(f"{moment}.met", "✅ " + clip("; ".join(_met(gate) for gate in found.met), 1500)))
    return Say(f"{meeting.reference}: what your policy asks for", blocks[:50])


def _line(gate: Gate, *, command: bool = True) -> str:
    mark = "🔴" if gate.strength == "required" else "🟠" if gate.refuses else "⚪"
    told = f"{mark} {esc(gate.sentence)} ({source(gate)})"
    return f"{told}\n      `{gate.command}`" if command and gate.command else told


def _met(gate: Gate) -> str:
    how = esc(gate.evidence or "") or (f"ticked by <@{gate.tick.by}>" if gate.tick else "")
    return esc(gate.sentence.rstrip(".")) + (f" ({how})" if how else "")


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
