"""What people see of the prompts: the form for ticking, and what came of it."""

import textwrap
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from bot.gates.gate_views import mark
from bot.meetings.card import HOUSEKEEPING
from bot.prompts.board import Board, Box, Group, Said
from bot.prompts.forms import ALL, LONGEST_REASON, REASON
from bot.prompts.service import Saved, Ticked
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import again_id
from bot.slack.text import esc, mention, when
from db.models import MeetingState, Moment

T = TypeVar("T")
_NAMED = 5
"""How many people an answer names."""
Numbered = tuple[str, tuple[str, ...]]
"""A line that begins with its number, and its clauses."""


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    OPEN = "prompt.open"
    SAVE = "prompt.save"
    ALL = "prompt.all"


_HEADINGS = {
    Moment.PLANNING.value: "While you plan",
    Moment.DAY_BEFORE.value: "The day before",
    Moment.HOUR_BEFORE.value: "In the hour before",
    Moment.START.value: "As you start",
    HOUSEKEEPING: "Say it to everybody",
    Moment.ALL_PRESENT.value: "Once everybody is here",
    Moment.DURING.value: "While it runs",
    Moment.END.value: "Before you close",
    Moment.AFTERWARDS.value: "When it is over",
}
_IF_YOU_LIKE = "⚪ _if you like_"
_SAID = "said"
_PARAGRAPH = 2700
_MANY = 3
"""From so many on there is one box for all that are left of a group."""
_BOXES = 10
_LABEL = 75


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _strengths(numbered: Sequence[tuple[int, Box]]) -> str:
    """How strong each is, by its number: one mark for each strength."""
    found: dict[str, list[str]] = {}
    for number, box in numbered:
        found.setdefault(_IF_YOU_LIKE if box.permits else mark(box.strength), []).append(f"{number}")
    return " · ".join(f"{strength}: {', '.join(numbers)}" for strength, numbers in found.items())


def _listed(name: str, heading: str, lines: Sequence[Numbered]) -> list[b.Block]:
    """Numbered lines, followed by their clauses in small print under the same numbers."""
    blocks, number = [], 0
    for part, some in enumerate(_fitting(lines), start=1):
        head = f"*{heading}*\n" if heading and part == 1 else ""
        numbered = list(enumerate([cited for _, cited in some], start=number + 1))
        number += len(some)
        blocks.append(b.section(f"{name}.{part}", head + "\n".join(text for text, _ in some)))
        blocks.append(b.context(f"{name}.{part}.clauses", _clauses(numbered)))
    return blocks


def _fitting(lines: Sequence[Numbered]) -> list[list[Numbered]]:
    """The lines in as few parts as one paragraph of a message holds, none cut short."""
    parts: list[list[Numbered]] = [[]]
    for line in lines:
        if sum(len(text) for text, _ in [*parts[-1], line]) > _PARAGRAPH:
            parts.append([])
        parts[-1].append(line)
    return parts


def _clauses(numbered: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    return " · ".join(f"{number} {', '.join(cited) or 'the bot’s own'}" for number, cited in numbered)


def _read_out(said: Sequence[Said]) -> list[b.Block]:
    lines = [(f"{number}. {esc(one.text)}", one.clauses) for number, one in enumerate(said, start=1)]
    return _listed(_SAID, _HEADINGS[HOUSEKEEPING], lines) if said else []


def form(board: Board) -> View:
    """The form with a group of boxes for each heading; it carries the state that it was drawn for."""
    meeting = board.meeting
    title = f"Tick {meeting.reference}"
    if not board.boxes:
        return b.modal(Ids.SAVE, title, [b.section("none", "There is nothing to tick at this moment.")])
    blocks = [b.section("head", f"*{meeting.reference}*\n{when(meeting.starts_at, board.zone)}")]
    blocks += _read_out(board.read_out)
    for group in board.groups:
        blocks += _group(group, board.zone)
    if any(box.wants_reason for box in board.boxes):
        hint = "Kept with what you tick now that is advice, or needs a reason."
        blocks.append(
            b.text_input(REASON, "Why, or why not", optional=True, multiline=True, limit=LONGEST_REASON, hint=hint)
        )
    blocks.append(b.context("policy", esc(board.policy)))
    metadata = f"{meeting.id}:{board.sequence}"
    return b.modal(Ids.SAVE, title, blocks, submit="Save", close="Cancel", metadata=metadata)


def _group(group: Group, zone: str) -> list[b.Block]:
    blocks: list[b.Block] = []
    numbered = list(enumerate(group.boxes, start=1))
    left = [box for box in group.boxes if not box.tick]
    if len(left) >= _MANY and not any(box.needs_reason for box in left):
        every = [(ALL, f"All {len(group.boxes)} below are done", "")]
        blocks.append(b.checkbox_input(f"{group.name}.{ALL}", "All at once", every))
    for part, some in enumerate(_parts(numbered, _BOXES), start=1):
        choices = [(box.key, *_label(f"{number}. {box.text}")) for number, box in some]
        long = [
            (f"{number}. {esc(box.text)}", box.clauses) for number, box in some if _too_long(f"{number}. {box.text}")
        ]
        for place, lines in enumerate(_fitting(long), start=1):
            if lines:
                blocks.append(b.section(f"{group.name}.{part}.whole.{place}", "\n".join(text for text, _ in lines)))
        ticked = [box.key for _, box in some if box.tick]
        blocks.append(b.checkbox_input(f"{group.name}.{part}", _HEADINGS[group.name], choices, ticked=ticked))
        small = [_strengths(some), _clauses([(number, box.clauses) for number, box in some])]
        small += [_ticked_whole(number, box, zone) for number, box in some if box.tick]
        blocks.append(b.context(f"{group.name}.{part}.note", "\n".join(small)))
    return blocks


def _ticked_whole(number: int, box: Box, zone: str) -> str:
    tick = box.tick
    if tick is None:
        return ""
    return f"{number} {mention(tick.by)}, {when(tick.at, zone)}{': ' + esc(tick.reason) if tick.reason else ''}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _LABEL) or [text]


def _label(text: str) -> tuple[str, str]:
    """The text as a box's label and, where it takes two lines, its description."""
    lines = _wrapped(text)
    return lines[0], " ".join(lines[1:])


def _too_long(text: str) -> bool:
    return len(_wrapped(text)) > 2


def ticked(done: Ticked, zone: str) -> Say:
    """What came of a typed tick or untick, and for whom, with the button that turns it round. A gate's sentence may
    hold a name, so it is called by its id."""
    meeting, boxes = done.meeting, done.boxes
    names = "; ".join(dict.fromkeys(esc(box.text) if not box.point.gate else f"`{box.id}`" for box in boxes))
    whom = f", for {esc(_people(done.people))}" if done.people else ""
    label, word = ("Take it back", "untick") if done.on else ("Tick it", "tick")
    back = b.button(label, again_id(0), f"meeting {word} {meeting.reference} {boxes[0].id}")
    head = f"{'Ticked' if done.on else 'Not ticked'} for {meeting.reference}."
    if done.changed and done.on:
        ready = f"\n*{meeting.reference} is ready.*" if meeting.state is MeetingState.READY else ""
        text = f"✅ Ticked for {meeting.reference}: {names}{whom}{ready}"
    elif done.changed:
        text = f"Not ticked any more for {meeting.reference}: {names}{whom}"
    elif done.before:
        by = f"{mention(done.before.by)}, {when(done.before.at, zone)}"
        text = f"Nothing was changed. Ticked already for {meeting.reference}, by {by}: {names}"
    else:
        text = f"Nothing was changed, for this was not ticked for {meeting.reference}: {names}"
    return Say(head, [b.section("ticked", text), b.actions("back", back)])


def _people(people: Sequence[str]) -> str:
    more = len(people) - _NAMED
    return ", ".join(people[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def saved_words(saved: Saved) -> str:
    """What came of a submitted form, in a sentence."""
    if saved.again:
        return "This was saved already."
    counts = [f"{saved.ticked} ticked" if saved.ticked else "", f"{saved.unticked} unticked" if saved.unticked else ""]
    said = ", ".join(count for count in counts if count)
    return f"Saved for {saved.meeting.reference}: {said}." if said else "Nothing was changed."
