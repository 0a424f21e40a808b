"""What a slash command is made of, and how its help is written from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process, utils

from bot.reading import LONGEST
from bot.slack.call import EVERYONE, DangerGate, Handler
from db.models import Role

_REFERENCE = re.compile(r"^M-?([0-9]+)$", re.IGNORECASE)
_MOST_DIGITS = 18


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


@dataclass(frozen=True)
class Command:
    """A slash command: `bare` opens its form; `free` takes typed text that starts with no known word, and nothing
    reads more than `longest` characters of it."""

    name: str
    summary: str
    bare: Handler
    words: Sequence[Word] = ()
    free: Word | None = None
    needs: frozenset[Role] = EVERYONE
    danger_gate: DangerGate | None = None
    takes_text: bool = True
    opens: str = "opens the form"
    synonyms: dict[str, str] = field(default_factory=dict)
    longest: int = LONGEST

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
            return self.free.asks or None if self.free is not None else ""
        sentence = self.free is not None and not self.free.asks and " " in rest
        return None if sentence else word.asks or None

    def nearest(self, name: str) -> str | None:
        """The subcommand closest to what was typed, where one is close."""
        names = [word.name for word in self.words] + ["help"]
        found = process.extractOne(name, names, scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=55)
        return str(found[0]) if found else None

    def usage(self) -> list[tuple[str, str]]:
        """Every typed form with what it does."""
        words = [*([self.free] if self.free else []), *self.words]
        lines = [(word.example, word.does) for word in words]
        return [*lines, (f"/{self.name}", self.opens), (f"/{self.name} help", "shows this help")]


def first_word(text: str) -> tuple[str, str]:
    """The first word and what follows it, whatever space or line break stands between them."""
    first, *rest = text.split(maxsplit=1) or [""]
    return first, rest[0].strip() if rest else ""


def split_reference(text: str) -> tuple[int | None, str]:
    """Take `M-12` off the start or the end of a text: (12, the rest), or (None, the text)."""
    parts = text.split()
    for index in dict.fromkeys((0, len(parts) - 1)):
        found = _REFERENCE.match(parts[index]) if parts else None
        if found:
            rest = parts[:index] + parts[index + 1 :]
            if rest and rest[-1].lower() in ("to", "for", "from", "in", "on") and index != 0:
                rest.pop()
            return int(found.group(1)[:_MOST_DIGITS]), " ".join(rest)
    return None, text
