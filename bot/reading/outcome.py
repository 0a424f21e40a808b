"""What becomes of a typed text: it is understood and said, or asked about, or refused. Nothing is guessed in silence.

Each reader of this room gives back one of the three. What was understood says in words whatever it assumed; a question
keeps what was understood and has a button for each reading; a refusal names what it refuses. None of them stores
anything: that is up to whoever asked.
"""

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """One thing that was not typed but taken to be meant. `kind` and `value` name it for tests and for the room that
    shows it (`hour`, `16:00`); `words` is the sentence for the person: "I took 4 as 4 in the afternoon."."""

    kind: str
    value: str
    words: str


@dataclass(frozen=True)
class Choice(Generic[T]):
    """One reading of a text in doubt: a button's label, and what it would mean."""

    label: str
    value: T


@dataclass(frozen=True)
class Understood(Generic[T]):
    """The text has one meaning. `left` are the words that were no part of it; a command that acts stops at them."""

    value: T
    said: tuple[Said, ...] = ()
    left: str = ""


@dataclass(frozen=True)
class Ask(Generic[T]):
    """The text leaves something open: `what` names it (`which`, `day`, `hour`, `title`, `end`, `who`, `words` …),
    `question` asks it in a sentence, and `about` are the words in doubt. `choices` are the readings there are, in the
    order in which they are offered; with none, a form asks. `kept` is what was understood all the same."""

    what: str
    question: str
    choices: tuple[Choice[T], ...] = ()
    about: str = ""
    kept: T | None = None
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Refused:
    """The text cannot be meant: `what` names the kind (`past`, `none`, `length` …), `why` says in words what is wrong
    and what to do. `nearest` are the meetings' numbers that would be meant without the words in the way."""

    what: str
    why: str
    nearest: tuple[int, ...] = ()


Outcome: TypeAlias = Understood[T] | Ask[T] | Refused
