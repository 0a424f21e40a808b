"""What staff can tick about a meeting, put together from plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.errors import Unclear
from bot.facts import points
from bot.facts.points import Point
from bot.meetings import card
from bot.meetings.card import HOUSEKEEPING
from bot.meetings.card_times import BEFORE, CARDS, begun
from bot.policy import Pack
from bot.policy.filling import Words
from bot.policy.gates import Gate, Strength, Tick
from bot.policy.gates.gate import strength_of
from bot.reading import ticking
from bot.reading.outcome import Ask, Refused, Understood
from bot.reading.times.plans import Slot
from db.models import Meeting, Moment

GATES = "gates"
_NEAREST, _LISTED = 2, 6
"""How many things to tick an answer names: those that come nearest to what was typed, or else the first."""
TITLES = {
    Moment.PLANNING: "while you plan",
    Moment.DAY_BEFORE: "before you send the link",
    Moment.HOUR_BEFORE: "get ready",
    Moment.START: "as you start",
    Moment.ALL_PRESENT: "once everybody is here",
    Moment.DURING: "while it runs",
    Moment.END: "before you close",
    Moment.AFTERWARDS: "when it is over",
}
"""To which moment a reminder belongs."""


@dataclass(frozen=True)
class Box:
    """One thing to tick. `text` says what it is; `id` is what one types for it; `tick` is there where it is ticked.

    `wants_reason`: a reason is kept with the tick; `needs_reason`: without one it does not count.
    `later`: it cannot be ticked before the meeting has begun.
    """

    point: Point
    id: str
    text: str
    clauses: tuple[str, ...]
    strength: Strength
    tick: Tick | None = None
    wants_reason: bool = False
    needs_reason: bool = False
    needs_manager: bool = False
    later: bool = False
    permits: bool = False
    moment: Moment | None = None
    each: tuple[Point, ...] = ()
    """What it says of each person, where it is ticked for each alone."""
    rule: str = ""
    """What is asked, where the text says what is wrong as well."""

    @property
    def key(self) -> str:
        """What the form calls it."""
        return str(self.point)

    @property
    def points(self) -> tuple[Point, ...]:
        """What ticking it says."""
        return self.each or (self.point,)

    @property
    def name(self) -> str:
        """The id in words."""
        return self.id.replace("-", " ").replace("_", " ")


@dataclass(frozen=True)
class Group:
    """Boxes that belong together: those of a moment, the housekeeping, or the gates."""

    name: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Said:
    """A sentence to read out, with its clauses."""

    text: str
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """Everything that can be ticked about a meeting, as it stood after the fact of that `sequence`, and what is read
    out to everybody."""

    meeting: Meeting
    policy: str
    zone: str
    groups: tuple[Group, ...]
    sequence: int
    read_out: tuple[Said, ...] = ()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes of all groups."""
        return tuple(box for group in self.groups for box in group.boxes)


def groups_of(
    pack: Pack, meeting: Meeting, moments: Sequence[Moment], ticks: Mapping[Point, Tick], words: Words
) -> tuple[Group, ...]:
    """The policy's prompts for some moments of a meeting, with what stands as ticked; silent moments are left out."""
    groups = [Group(moment.value, _boxes(pack, meeting, moment, ticks, words)) for moment in moments]
    if Moment.START in moments and pack.housekeeping:
        groups.append(Group(HOUSEKEEPING, (_read_out_box(pack, ticks),)))
    return tuple(group for group in groups if group.boxes)


def groups_on(moment: Moment) -> frozenset[str]:
    """The names of the groups that are ticked together with those of a moment."""
    moments = next(one for one in CARDS if moment in one)
    return frozenset([*(one.value for one in moments), *([HOUSEKEEPING] if moment is Moment.START else [])])


def _boxes(pack: Pack, meeting: Meeting, moment: Moment, ticks: Mapping[Point, Tick], words: Words) -> tuple[Box, ...]:
    boxes = []
    for item in card.items(pack, meeting, moment):
        point = points.reminder(moment.value, item)
        boxes.append(
            Box(
                point=point,
                id=item.id,
                text=words.filled(item),
                clauses=item.clauses,
                strength=strength_of(item.strength),
                tick=ticks.get(point),
                wants_reason=item.strength == "when_possible",
                later=moment not in BEFORE,
                permits=item.strength == "may",
                moment=moment,
            )
        )
    return tuple(boxes)


def _read_out_box(pack: Pack, ticks: Mapping[Point, Tick]) -> Box:
    point = points.prompt(Moment.START.value, HOUSEKEEPING)
    cited = dict.fromkeys(clause for text in pack.housekeeping for clause in text.clauses)
    text = "All of this was said to everybody."
    done = ticks.get(point)
    return Box(point, HOUSEKEEPING, text, tuple(cited), "reminder", tick=done, later=True, moment=Moment.START)


def read_out(pack: Pack, words: Words) -> tuple[Said, ...]:
    """What the policy has said to everybody at the start."""
    return tuple(Said(words.filled(text), text.clauses) for text in pack.housekeeping)


def of_gates(gates: Sequence[Gate], ticks: Mapping[Point, Tick]) -> Group:
    """The gates that a member of staff can tick, or has ticked: for the meeting, or for each person alone."""
    each = {gate.id: tuple(one for one in ticks if one.gate == gate.id and one.person) for gate in gates}
    shown = (gate for gate in gates if gate.can_tick and (gate.open or gate.tick or each[gate.id]))
    return Group(GATES, tuple(_gate_box(gate, each[gate.id], ticks) for gate in shown))


def _gate_box(gate: Gate, each: tuple[Point, ...], ticks: Mapping[Point, Tick]) -> Box:
    # Where it is open for nobody any more, what was ticked for each is what there is to take back.
    done = each and not gate.open and not gate.tick
    return Box(
        point=points.gate(gate.id),
        id=gate.id,
        text=gate.sentence,
        clauses=gate.clauses,
        strength=gate.strength,
        tick=max((ticks[one] for one in each), key=lambda one: one.at) if done else gate.tick,
        wants_reason=gate.needs_reason,
        needs_reason=gate.needs_reason,
        needs_manager=gate.needs_manager,
        each=each if done else points.of_gate(gate),
        rule=gate.rule,
    )


def not_due(box: Box, meeting: Meeting, zone: str) -> str:
    """What is said of a tick that comes before its moment."""
    belongs = f"belongs to “{TITLES[box.moment]}”" if box.moment else "comes later"
    starts = Slot(meeting.starts_at.astimezone(ZoneInfo(zone)), 0).words
    return (
        f"Not due yet: `{box.id}` {belongs}, and {meeting.reference} begins on {starts}. It can be ticked once the "
        "meeting has begun. Nothing was ticked."
    )


def tickable(groups: Iterable[Group], meeting: Meeting, now: datetime, *, manager: bool) -> tuple[Group, ...]:
    """The groups with only what this person can tick now."""
    running = begun(meeting, now)
    kept = [
        Group(
            group.name,
            tuple(box for box in group.boxes if (running or not box.later) and (manager or not box.needs_manager)),
        )
        for group in groups
    ]
    return tuple(group for group in kept if group.boxes)


def only_a_managers(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups with only the boxes that count when a manager ticks them."""
    return tuple(Group(group.name, tuple(box for box in group.boxes if box.needs_manager)) for group in groups)


def find(
    reference: str,
    boxes: Sequence[Box],
    word: str,
    does: str = "tick",
    listed: Sequence[ticking.Item] = (),
    *,
    whole: bool = True,
) -> tuple[Box, ...]:
    """What a typed word means: every box of exactly that id; a prompt and a gate may share one. Raises Unclear with
    what it could be, each with a button that `does` it, and for a text that says that something is not done. What
    counts for each person alone has none where the text may say of whom it holds: there is the form. What is `listed`
    is ticked on the risk checklist. `whole`: the boxes are all that the policy asks for, and not a manager's alone."""
    items = [ticking.Item(box.id, box.rule or box.text) for box in boxes]
    outcome = ticking.read(word, items)
    if isinstance(outcome, Understood):
        return tuple(box for box in boxes if box.id == outcome.value)
    of_each = {box.id for box in boxes if any(point.person for point in box.each)}
    found = outcome.choices if isinstance(outcome, Ask) else ()
    choices = [one for one in found if one.value not in of_each or ticking.misspelt(word, one.value)]
    question = outcome.question if isinstance(outcome, Ask) else outcome.why
    stands = [one for one in choices if any(box.id == one.value and box.tick for box in boxes)]
    if isinstance(outcome, Ask) and outcome.what == "no tick" and stands:
        name, again = stands[0].label, f"meeting untick {reference} {stands[0].value}"
        raise Unclear(f"{question} “{name}” is ticked: shall it not be?", [(f"Take the tick of “{name}” away", again)])
    says = "Tick “{}”" if does == "tick" else "Take the tick of “{}” away"
    done = choices if isinstance(outcome, Ask) and outcome.what == "which" else []
    offered = [(says.format(one.label), f"meeting {does} {reference} {one.value}") for one in dict.fromkeys(done)]
    form = ("Open the form", f"meeting tick {reference}")
    told = f"Nothing was {does}ed for {reference}."
    if isinstance(outcome, Refused) and whole:
        question = f"Your policy asks for nothing that is called “{word}”."
    other = ticking.read(word, listed) if isinstance(outcome, Refused) else outcome
    if isinstance(outcome, Refused) and not isinstance(other, Refused):
        # It is asked for all the same, but in another place.
        checklist = ("Open the checklist", f"checklist tick {reference}")
        raise Unclear(f"{question} It may be on the risk checklist. {told}", [checklist, form])
    if isinstance(outcome, Refused):
        question = f"{question} {_asked_for(word, items)}".strip()
    elif outcome.what == "which" and not choices:
        names = " and ".join(f"“{one.label}”" for one in found)
        question = f"There is nothing to tick that is called “{word}”. The form asks of each person: {names}."
    raise Unclear(f"{question} {told}", [*offered, form])


def _asked_for(word: str, items: Sequence[ticking.Item]) -> str:
    """What the policy asks for that comes nearest to a word that is none of it; else the beginning of the list."""
    near = ticking.nearest(word, items)[:_NEAREST]
    if near:
        named = "; ".join(f"`{one.id}` ({one.text.split('. ')[0].rstrip('.')})" for one in near)
        return f"Nearest of what your policy asks for: {named}."
    ids = list(dict.fromkeys(one.id for one in items))
    shown = ", ".join(f"`{one}`" for one in ids[:_LISTED])
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return f"Your policy asks for {shown}{more}." if ids else ""
