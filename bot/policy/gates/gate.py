"""A gate: one condition of a meeting, an invitation or an entry, and how it is found open or met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.policy.cited import Cited
from bot.policy.cited import Strength as PackStrength
from bot.policy.gates.facts import MeetingFacts, Person, Tick

Moment = Literal["ready", "invite", "start", "entry"]
"""What a gate stands before: the meeting being ready, a link going out, the start, somebody being let in."""

Strength = Literal["required", "when_possible", "advice", "reminder"]
"""``required`` refuses; ``when_possible`` refuses until it is met or a reason is stored; ``advice`` asks for a
reason and refuses nothing; ``reminder`` only waits for its tick."""

Lasts = Literal["link", "team", "people"]
"""Until what something changes an answer may be confirmed as the same at the next meeting: the link, who runs it, who
takes part."""

BEFORE: dict[Moment, frozenset[Moment]] = {
    "ready": frozenset({"ready"}),
    "invite": frozenset({"invite"}),
    "start": frozenset({"ready", "start"}),
    "entry": frozenset({"entry"}),
}
"""The moments whose gates count before a moment: a start needs what ready needs too."""
_NAMED = 3
PRIVATE = "Something is recorded about a person here that has to be seen to first. The form about them says what."
"""What messages say instead of a gate that would tell something of a person that stands in forms alone."""
SET_YOURSELF = "I can’t look this up: set it yourself, then tick it."
NOT_RECORDED = "Not recorded yet."


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition, open or met.

    ``sentence`` tells the facilitator what is asked, and where the gate is open what is wrong; ``rule`` and
    ``wrong`` are these two halves. Of a ``private`` gate it tells neither: ``in_full`` does, for the forms of those who
    may see it. ``command`` meets it, if a command can. ``people`` are the ids of those for
    whom it is open, where it looks at each person alone; it is empty where the gate is about the meeting.
    ``evidence`` is how the bot knows that it is met, ``tick`` the word of staff that met it instead. Without
    clauses the rule is the bot's own. ``lasts``: what was ticked for the meeting before may be confirmed as the same,
    while that has not changed; what has none is asked anew at each meeting.
    """

    id: str
    moment: Moment
    open: bool
    strength: Strength
    clauses: tuple[str, ...]
    sentence: str
    command: str = ""
    evidence: str = ""
    can_tick: bool = False
    needs_reason: bool = False
    needs_manager: bool = False
    people: tuple[str, ...] = ()
    tick: Tick | None = None
    rule: str = ""
    wrong: str = ""
    private: bool = False
    in_full: str = ""
    lasts: Lasts | None = None
    said_no: bool = False
    """Whether those for whom it is open, or their carers, answered no."""

    @property
    def refuses(self) -> bool:
        """Whether it is open and nothing goes on while it is."""
        return self.open and self.strength in ("required", "when_possible")

    @property
    def bots_own(self) -> bool:
        """Whether the policy is silent and the bot brings the rule."""
        return not self.clauses


Gates: TypeAlias = tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot go on yet: the open gates, in the policy's order."""

    moment: Moment
    gates: Gates

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses of all of them, each once."""
        return tuple(dict.fromkeys(clause for gate in self.gates for clause in gate.clauses))

    @property
    def words(self) -> str:
        """A line for each gate: what is wrong, which clause asks for it, and what to type."""
        return "\n".join(_line(gate) for gate in self.gates)


def may(gates: Iterable[Gate], moment: Moment, person: str | None = None) -> Refusal | None:
    """Whether the meeting, or one person's invitation or entry, can go on; None where nothing refuses.

    A link or an entry is one person's: gates about single people count there only for the ``person`` named. A start
    needs what ready needs too.
    """
    before = BEFORE[moment]
    found = [gate for gate in gates if gate.refuses and gate.moment in before]
    one_persons = moment in ("invite", "entry")
    counting = tuple(gate for gate in found if not gate.people or not one_persons or person in gate.people)
    return Refusal(moment, counting) if counting else None


@dataclass(frozen=True, slots=True)
class Summary:
    """All gates of a meeting in the three heaps that a view shows."""

    open_required: Gates
    open_advice: Gates
    met: Gates


def summary(gates: Iterable[Gate]) -> Summary:
    """Sort gates into those that refuse, those that only ask, and those that are met."""
    heaps: dict[str, list[Gate]] = {"refuses": [], "asks": [], "met": []}
    for gate in gates:
        heaps["refuses" if gate.refuses else "asks" if gate.open else "met"].append(gate)
    return Summary(tuple(heaps["refuses"]), tuple(heaps["asks"]), tuple(heaps["met"]))


def strength_of(rule_strength: PackStrength) -> Strength:
    """A rule that only permits asks for nothing more than a reminder."""
    return "reminder" if rule_strength == "may" else rule_strength


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate asks for, before anybody looks whether it is met.

    ``sentence`` says the rule, ``wrong`` what is wrong and what to do; it is told only while the gate is open.
    ``at_door``: it can be true only once the meeting is about to begin, so that nobody can tick it days ahead.
    """

    id: str
    moment: Moment
    rule: Cited
    strength: Strength
    sentence: str
    wrong: str = ""
    command: str = ""
    can_tick: bool = True
    needs_reason: bool = False
    needs_manager: bool = False
    at_door: bool = False
    private: bool = False
    lasts: Lasts | None = None
    said_no: bool = False


def judge(facts: MeetingFacts, asked: Asked, met: bool, evidence: str = "") -> Gate:
    """The gate about a meeting: met by the facts, or by a staff tick that counts."""
    tick = None if met else _tick(facts, asked, asked.id)
    return _gate(facts, asked, is_open=not met and tick is None, evidence=evidence if met else "", tick=tick)


def judge_people(facts: MeetingFacts, asked: Asked, missing: Sequence[Person], evidence: str = "") -> Gate:
    """The gate about each person alone: open for those who are missing it and for whom nobody ticked it."""
    whole = _tick(facts, asked, asked.id) if missing else None
    left = [] if whole else missing
    if left and facts.ticks:
        left = [one for one in left if _tick(facts, asked, f"{asked.id}:{one.id}") is None]
    return _gate(facts, asked, is_open=bool(left), evidence="" if missing else evidence, tick=whole, left=left)


def _tick(facts: MeetingFacts, asked: Asked, key: str) -> Tick | None:
    tick = facts.ticks.get(key)
    if tick is None or not asked.can_tick or (asked.at_door and tick.at < facts.opens_at):
        return None
    if (asked.needs_reason and not tick.reason.strip()) or (asked.needs_manager and not tick.manager):
        return None
    return tick


def _gate(
    facts: MeetingFacts, asked: Asked, *, is_open: bool, evidence: str, tick: Tick | None, left: Sequence[Person] = ()
) -> Gate:
    told = [asked.sentence]
    can_tick = asked.can_tick and (facts.at_door or not asked.at_door)
    if is_open:
        told += [asked.wrong, f"Open for {names(left)}." if left else ""]
    command = asked.command
    if not command and can_tick:
        command = f"/meeting tick {facts.reference} {asked.id}" + (" because …" if asked.needs_reason else "")
    return Gate(
        id=asked.id,
        moment=asked.moment,
        open=is_open,
        strength="reminder" if facts.urgent and is_open else asked.strength,
        clauses=asked.rule.clauses,
        sentence=PRIVATE if asked.private else " ".join(part for part in told if part),
        in_full=" ".join(part for part in told if part),
        private=asked.private,
        lasts=asked.lasts,
        said_no=asked.said_no,
        command=command if is_open else "",
        evidence=evidence,
        can_tick=can_tick,
        needs_reason=asked.needs_reason,
        needs_manager=asked.needs_manager,
        people=tuple(one.id for one in left),
        tick=tick,
        rule=asked.sentence,
        wrong=asked.wrong if is_open else "",
    )


def names(people: Sequence[Person]) -> str:
    """``Amy, Ben and 3 more``: the first few by name, so that a line stays short."""
    shown = [one.name for one in people[:_NAMED]]
    if len(people) > _NAMED:
        return f"{', '.join(shown)} and {len(people) - _NAMED} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _line(gate: Gate) -> str:
    source = "your policy" if gate.private else ", ".join(gate.clauses) or "the bot’s own rule, not in your policy"
    return f"{gate.sentence} ({source})" + (f" {gate.command}" if gate.command else "")
