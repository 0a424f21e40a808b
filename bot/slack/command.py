"""What a slash command is made of, and how its help is written from it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process, utils
from rapidfuzz.distance import DamerauLevenshtein

from bot.errors import Unclear
from bot.reading import LONGEST, numbering
from bot.slack.call import EVERYONE, Answer, Call, DangerGate, Handler
from db.models import Role

Guess = Callable[[Call, str | None], Awaitable[Answer | None]]
"""Answers a text that begins with no known word, beside the word that is nearest (None: none is); None where it can
make nothing of it."""
_NOT = frozenset(["dont", "don't", "don’t", "do", "not", "never", "no", "cannot", "can't", "can’t"])


@dataclass(frozen=True)
class Word:
    """One subcommand. `example` is what one types, `does` what comes of it. `asks` is there where it only asks, so
    that nothing is lost without an answer: how to ask for less."""

    name: str
    handler: Handler
    example: str
    does: str
    needs: frozenset[Role] = EVERYONE
    asks: str = ""
    longest: int = 0
    """How many characters it takes where that is more than the command does."""
    for_danger: bool = False
    """Whether it is what somebody types for the sake of a person in danger."""


@dataclass(frozen=True)
class Command:
    """A slash command: `bare` opens its form; `free` takes typed text that starts with no known word, or `guess` tries
    to, and nothing reads more than `longest` characters of it."""

    name: str
    summary: str
    bare: Handler
    words: Sequence[Word] = ()
    free: Word | None = None
    guess: Guess | None = None
    needs: frozenset[Role] = EVERYONE
    danger_gate: DangerGate | None = None
    takes_text: bool = True
    opens: str = "opens the form"
    synonyms: dict[str, str] = field(default_factory=dict)
    longest: int = LONGEST
    answers_worries: bool = False
    """Whether it says itself, before all else, what to do for somebody in danger."""
    of_reference: str = ""
    """The subcommand that a meeting's number alone means; its number may then stand before every subcommand."""

    def turned(self, text: str) -> str:
        """`M-2 show` as `show M-2`, and `M-2` as what a number alone means. Raises Unclear for `don't start M-2`."""
        first, rest = first_word(text)
        if not self.of_reference or self.word(first) is not None:
            return text
        if first.casefold() in _NOT:
            behind = rest.removeprefix("not ") if first.casefold() == "do" else rest
            if self.word(first_word(behind)[0]) is not None and (first.casefold() != "do" or behind != rest):
                said = f"{first} not" if behind != rest else first
                raise Unclear(f"I do nothing on “{said}”. Nothing was changed.")
        found, left = numbering.split(text, bare=True, first_only=True)
        if len(found) != 1:
            return text
        behind, more = first_word(left)
        if not behind.strip("?!., "):
            return f"{self.of_reference} M-{found[0]}"
        return f"{behind} M-{found[0]} {more}".strip() if self.word(behind) is not None else text

    def word(self, name: str) -> Word | None:
        """The subcommand of this name or synonym."""
        wanted = self.synonyms.get(name.lower(), name.lower())
        return next((word for word in self.words if word.name == wanted), None)

    def asks(self, text: str) -> str | None:
        """Whether what was typed after the command only asks (None: it is something to save): how to ask for less.
        Where people type sentences to save, a known word with more behind it may be the beginning of one."""
        first, rest = first_word(text)
        if not first:
            return ""
        word = self.word(first)
        if word is None:
            return (self.free.asks or None) if self.free is not None else None if self.guess else ""
        sentence = self.free is not None and not self.free.asks and " " in rest
        return None if sentence else word.asks or None

    def nearest(self, name: str) -> str | None:
        """The subcommand closest to what was typed, where one is close."""
        names = [word.name for word in self.words] + ["help"]
        return nearest(name, names)

    def usage(self) -> list[tuple[str, str]]:
        """Every typed form with what it does."""
        words = [*([self.free] if self.free else []), *self.words]
        lines = [(word.example, word.does) for word in words]
        return [*lines, (f"/{self.name}", self.opens), (f"/{self.name} help", "shows this help")]


def nearest(typed: str, names: Sequence[str]) -> str | None:
    """The one of some words that was meant where letters are missing, too many or swapped; None where none is close: an
    `art` is no `start`."""
    found = process.extractOne(
        typed,
        names,
        scorer=DamerauLevenshtein.normalized_similarity,
        processor=utils.default_process,
        score_cutoff=_CLOSE,
    )
    return str(found[0]) if found else None


def first_word(text: str) -> tuple[str, str]:
    """The first word and what follows it, whatever space or line break stands between them."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first, rest[0].strip() if rest else ""


_CLOSE = 0.66
"""From this likeness on (0 to 1) a typed word is a misspelt known one: two letters of six may be wrong."""
AGAIN = "command.again"
"""How the ids of buttons begin that stand for a command: the value is what one would type."""


def again_id(number: int) -> str:
    """The id of the button with that number, because Slack wants each in a block to have its own."""
    return f"{AGAIN}.{number}"


def split_reference(text: str, *, bare: bool = False, first_only: bool = False) -> tuple[int | None, str]:
    """Take a meeting's number off the start or the end of a text: (12, the rest), or (None, the text). Raises Unclear
    where two are named. `bare` and `first_only` are those of `numbering.split`."""
    found, rest = numbering.split(text, bare=bare or text.strip().isdigit(), first_only=first_only)
    if len(found) > 1:
        named = " and ".join(f"M-{one}" for one in found)
        raise Unclear(f"That names {named}: one meeting at a time, please. Nothing was changed.")
    return (found[0] if found else None), rest
