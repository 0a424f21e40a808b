"""The day that stands at the end of a text: `Robin to Cooking club from 3 December`."""

import re
from dataclasses import dataclass
from datetime import date

from bot.errors import BadInput, Problem, Unclear
from bot.reading import Ask, Refused, Understood
from bot.reading.times.due import Around, Due, due

_HEAD = re.compile(r"(?:(?<=^)|(?<=[\s,;]))(?P<head>from|since|starting|as of|on|by)\s+(?=\S)", re.IGNORECASE)
_MOST = 60
"""How much of a text's end is looked at for a day."""


@dataclass(frozen=True)
class Dated:
    """A text with what stands before the day at its end, that day, and what was assumed for it. `problem` is raised by
    whoever takes the day: it has passed, or may be two."""

    whole: str
    rest: str
    day: date | None = None
    said: tuple[str, ...] = ()
    problem: Problem | None = None


def apart(text: str, around: Around, command: str) -> Dated:
    """The day at the end of a text, where one stands there; a button for each that may be meant stands for
    `command`."""
    heads = list(_HEAD.finditer(text, max(0, len(text) - _MOST)))
    for found in reversed(heads):
        rest, words = text[: found.start()].rstrip(" ,;"), text[found.end() :]
        outcome = due(words, around, with_today=True)
        if isinstance(outcome, Understood):
            said = tuple(one.words for one in outcome.said)
            hour = BadInput("A day is enough, without an hour.") if outcome.value.moment is not None else None
            return Dated(text, rest, outcome.value.day, said, hour)
        if isinstance(outcome, Refused):
            wrong = BadInput(f"{outcome.why} Give a day from today on, or open the form. Nothing was changed.")
            return Dated(text, rest, problem=wrong)
        if outcome.choices:
            return Dated(text, rest, problem=_which(outcome, rest, found["head"], command))
    return Dated(text, text)


def _which(outcome: Ask[Due], rest: str, head: str, command: str) -> Unclear:
    choices = [(one.label, command) for one in outcome.choices]
    carried = [f"{rest} {head} {one.label}" for one in outcome.choices]
    return Unclear(f"{outcome.question} Nothing was changed.", choices, carried)
