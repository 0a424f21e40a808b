"""What is made of a list of people: who is on it, and what has to be asked."""

from dataclasses import dataclass

from bot.reading.outcome import Choice
from bot.reading.persons.ages import Age
from bot.reading.persons.carers import Carer
from bot.reading.persons.pasted import Line

ANOTHER = "(another person)"
ONE = "(one person)"
"""What is written behind a name once somebody has said how it is meant."""


@dataclass(frozen=True)
class Person:
    """Somebody on a list, with their age and their address or their carer's, where these stood beside the name."""

    name: str
    email: str | None = None
    sure: str = ""
    """What somebody has said of the name: that it is another person's than a like one, or one person's."""
    age: Age | None = None
    carers: tuple[Carer, ...] = ()

    @property
    def line(self) -> str:
        """The person as one line of a list, to be read again."""
        age = self.age.as_typed if self.age else ""
        email = f"<{self.email}>" if self.email else ""
        carers = (one.line if one.email or one.phone else f"({one.line})" for one in self.carers)
        return " ".join(one for one in (self.name, age, email, *carers, self.sure) if one)


@dataclass(frozen=True)
class Doubt:
    """Something on a list that has to be asked about. `kind`: `line`, `same` (as `other`?) or `twice`. `choices` hold
    what may stand in place of `line`; nothing leaves it out."""

    kind: str
    number: int
    about: str
    line: str
    question: str
    choices: tuple[Choice[str], ...] = ()
    other: str = ""


@dataclass(frozen=True)
class People:
    """A list, in its order. `kind` is None where nobody said it; `already` are the names of those who were known, as
    they are known; `plain`: nothing but names was typed."""

    entries: tuple[Person | Doubt, ...]
    kind: str | None = None
    already: tuple[str, ...] = ()
    plain: bool = True

    @property
    def people(self) -> tuple[Person, ...]:
        """Those who are understood, the known ones too."""
        return tuple(one for one in self.entries if isinstance(one, Person))

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What has to be asked about."""
        return tuple(one for one in self.entries if isinstance(one, Doubt))

    def text(self, answered: Doubt | None = None, answer: str = "") -> str:
        """The list as text to be read again, one entry a line, with one doubt answered."""
        found = [answer if one is answered else one.line for one in self.entries]
        return "\n".join(one for one in found if one)


@dataclass(frozen=True)
class LeftOut:
    """Words that were left out of a list: what kind they are of, and beside whose name they stood."""

    kind: str
    words: str
    whose: str


@dataclass(frozen=True)
class Found:
    """What one line gives: entries, the line itself, the pieces where it may be *surname, first name*, and what was
    left out of it."""

    line: Line
    entries: tuple[Person | Doubt, ...]
    pair: tuple[str, str] | None = None
    commas: bool = False
    left: tuple[LeftOut, ...] = ()
