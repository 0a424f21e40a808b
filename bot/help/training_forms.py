"""Whose training, which one and on which day, from what was typed or filled in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import BadInput
from bot.organisation.trainings import Taken
from bot.policy.cited import Item
from bot.reading import Ask, Outcome, Refused, Said, Understood
from bot.reading.past import periods
from bot.reading.past.span import in_words
from bot.reading.times.due import due
from bot.reading.times.plans import Around
from bot.reading.words import fold
from bot.slack.command import nearest
from bot.slack.text import MENTION, unescape
from db.models import HowShown

_FILLING = re.compile(
    r"\b(?:has|have|had|did|done|took|taken|does|the|training|trained|course|in|on|and|is|was|were|completed?|finished)\b"
)


@dataclass(frozen=True)
class Trained:
    """Some members of staff, by Slack id, a training by its id, and the day on which they took it; no day: it does not
    hold of them any more. `until` is the last day on which it holds, `how` how it was shown. Empty where it was not
    said."""

    people: tuple[str, ...] = ()
    training: str = ""
    day: date | None = None
    until: date | None = None
    how: HowShown | None = None

    @property
    def taken(self) -> Taken | None:
        """What is recorded of each of these people."""
        return Taken(self.day, self.until, self.how) if self.day else None


_UNTIL = re.compile(
    r"[\s,;(]*\b(?:(?:and|it|which|is|holds?|good|valid|runs?|lasts?|stands?)\s+)*"
    r"(?:until|till?|through|up to|valid (?:to|for)|expir(?:es|ing|y)(?: on)?)\b[\s:]*(?P<day>[^)]*)\)?\s*$"
)


def read(text: str, asked: Sequence[Item], around: Around) -> Outcome[Trained]:
    """What somebody typed of a training; what it leaves open is asked with what was understood."""
    today = around.here.date()
    people, rest = _people(text)
    item, rest = _training(rest, asked)
    rest = fold(rest)
    ends = _UNTIL.search(rest)
    rest = rest[: ends.start()] if ends else rest
    until = due(ends["day"], around, with_today=True) if ends else None
    words = " ".join(_FILLING.sub(" ", fold(rest)).split()).strip(",.;:- ")
    found = periods.read(words, today, ()) if words else None
    day, said = None, []
    if isinstance(found, Understood) and found.value.first == found.value.last <= today:
        day = found.value.first
        if not re.search(r"\d{4}", words):
            said.append(Said("day", day.isoformat(), f"I took “{words}” as {in_words(day, day)}."))
    last = until.value.day if isinstance(until, Understood) and not until.value.moment else None
    kept = Trained(people, item.id if item else "", day, last)
    if re.search(r"\b(?:not|never|no|n't)\b", fold(rest)) or "n't" in fold(rest):
        return Ask("not", "I record nothing from a sentence with *not*.", about=rest, kept=kept)
    if not people:
        return Ask("who", "Whose training is it? Choose them, or type them with an @.", about=rest, kept=kept)
    if item is None:
        return Ask("training", "Which training?", about=rest, kept=kept)
    if day is None:
        question = f"On which day? I can’t read “{words}” as a day that has been." if words else "On which day?"
        return Ask("day", question, about=words, kept=kept)
    if ends and last is None:
        why = until.why if isinstance(until, Refused) else f"I can’t read “{ends['day']}” as one day."
        return Ask("until", f"Until when does it hold? {why}", about=ends["day"], kept=kept)
    if ends and last and not re.search(r"\d{4}", ends["day"]):
        said.append(Said("until", last.isoformat(), f"I took “{ends['day'].strip()}” as {in_words(last, last)}."))
    return Understood(kept, tuple(said))


def not_any_more(text: str, asked: Sequence[Item]) -> tuple[tuple[str, ...], str]:
    """Whose training is to be taken off the record, and which. Raises BadInput where it is not said."""
    people, rest = _people(text)
    item, left = _training(rest, asked)
    if not people or item is None or _FILLING.sub(" ", fold(left)).strip(" ,.;:-"):
        listed = " or ".join(f"`{one.id}`" for one in asked) or "none"
        raise BadInput(
            f"Whose, and which? Type it as `/facilitator untrained @col {asked[0].id if asked else 'training'}`. "
            f"Your policy asks for: {listed}. Nothing was changed."
        )
    return people, item.id


def of_state(state: Mapping[str, Any], today: date) -> Trained:
    """What was filled in. Raises BadInput naming the field."""
    if not state.get("people"):
        raise BadInput("Choose at least one colleague.", field="people")
    day = date.fromisoformat(state["day"]) if state.get("day") else None
    if day is None or day > today:
        raise BadInput("Choose the day on which it was taken; it cannot be still to come.", field="day")
    until = date.fromisoformat(state["until"]) if state.get("until") else None
    if until and until < day:
        raise BadInput("It holds at least on the day on which it was taken.", field="until")
    how = HowShown(state["how"]) if state.get("how") else None
    return Trained(tuple(state["people"]), str(state.get("training") or ""), day, until, how)


def _people(text: str) -> tuple[tuple[str, ...], str]:
    found = tuple(dict.fromkeys(one[1] for one in MENTION.finditer(text)))
    return found, unescape(MENTION.sub(" ", text))


def _training(text: str, asked: Sequence[Item]) -> tuple[Item | None, str]:
    """The training that is named by its id, or nearly; where the policy asks for one only, that one."""
    words = fold(text)
    for item in sorted(asked, key=lambda one: -len(one.id)):
        pattern = re.compile(rf"(?<!\w){re.escape(fold(item.id)).replace(chr(92) + '-', '[ -]?')}(?!\w)")
        if pattern.search(words):
            return item, pattern.sub(" ", words, count=1)
    for word in words.split():
        close = nearest(word, [one.id for one in asked]) if len(word) > 3 else None
        if close:
            return next(one for one in asked if one.id == close), words.replace(word, " ", 1)
    return (asked[0] if len(asked) == 1 else None), words
