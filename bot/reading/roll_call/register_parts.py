"""What a register is read into: who is named, in which groups, and what is said of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reading.limits import keep_going
from bot.reading.persons.known import Known
from bot.reading.roll_call.register_items import HERE
from bot.reading.roll_call.register_words import Op

AWAY = (Op.ABSENT, Op.EXCEPT, Op.NOT)
"""What a word before a list says of those who were not there."""


@dataclass
class Mention:
    """Somebody who is named (a place, several that fit, or words); what the word before a list says of them, and what
    is said behind them."""

    text: str
    places: tuple[int, ...]
    loose: bool
    lead: Op | None
    said: set[Op] = field(default_factory=set)
    doubt: bool = False
    risky: bool = False
    """They may belong to those who were excepted before, unless it is said how they came."""
    loose_end: bool = False
    """Where nothing is said of them they are in doubt: they stand in no list of who came."""

    @property
    def bare(self) -> bool:
        """Whether nothing at all is said of them."""
        return self.lead is None and not self.said

    @property
    def away(self) -> bool:
        """Whether it is said that they were not there."""
        return Op.ABSENT in self.said or self.lead in AWAY

    @property
    def here(self) -> bool:
        """Whether a word says that they were there."""
        return bool(self.said & {*HERE}) or self.lead in (*HERE, Op.ONLY)


@dataclass
class Group:
    """Names joined by *and*: the word before them, whether they are the first that it is for, what parts them from
    the names before, and whether something was said behind them."""

    lead: Op | None = None
    first: bool = False
    soft: bool = False
    parted: Op | None = None
    mentions: list[Mention] = field(default_factory=list)
    closed: bool = False

    @property
    def bare(self) -> bool:
        """Whether there are names of which nothing was said behind them."""
        return bool(self.mentions) and not self.closed


@dataclass
class Reading:
    """What was read: what holds for all and for the others, everybody named, and what is open as a whole."""

    known: Known
    base: Op | None = None
    rest: Op | None = None
    taken: bool = False
    """That all were there was not typed: nobody was absent."""
    everyone: set[Op] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    counts: dict[Op, int] = field(default_factory=dict)
    number: int | None = None
    excepted: bool = False
    """*All but* was said."""
    after_list: bool = False
    """A line ended a list that a word began."""
    stands: bool = False
    """The register was taken before."""
    adds: bool = False
    """A word says that it adds to what is known: *too*."""
    open: str = ""


def say(group: Group, op: Op) -> None:
    """Say something of everybody in a group."""
    for one in group.mentions:
        keep_going()
        one.said.add(op)


def doubt(groups: Sequence[Group]) -> None:
    """Put everybody in these groups in doubt."""
    for one in groups:
        for mention in one.mentions:
            mention.doubt = True


def between(groups: Sequence[Group], group: Group) -> list[Group]:
    """The names before these, parted by commas only, of which nothing else is said; of a list that a word began,
    those behind its first."""
    found: list[Group] = []
    place = groups.index(group)
    while place and groups[place].parted in (Op.SEPARATOR, None):
        place -= 1
        one = groups[place]
        if not one.bare or one.lead is not group.lead or (one.first and one.lead not in (None, Op.ONLY)):
            break
        found.append(one)
    return found
