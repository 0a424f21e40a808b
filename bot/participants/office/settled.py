"""A carer on a list of the same name as one on record, with another address: who it is, is asked."""

from collections.abc import Mapping, Sequence

from bot.participants import carers
from bot.participants.forms import ParticipantEntry
from bot.reading.outcome import Choice
from bot.reading.persons import office
from bot.reading.persons.names import folded
from bot.reading.persons.roll import Doubt
from db.models import Participant

_MOVED, _ANOTHER, _LEFT = range(3)
_MOST_NAMED = 3


def questions(told: Sequence[tuple[Participant, ParticipantEntry]]) -> list[Doubt]:
    """What is to be asked about the carers of these entries. `line` is the address, `other` whose carer it is."""
    found = []
    for one in carers.differing(told):
        named = ", ".join(one.of[:_MOST_NAMED]) + (
            f" and {len(one.of) - _MOST_NAMED} more" * (len(one.of) > _MOST_NAMED)
        )
        words = (
            f"{named}: another address is on record. {one.carer.name} has {one.carer.email}; the list says "
            f"{one.named.email}. Who is it?"
        )
        choices = (
            Choice("The same carer, with a new address", "moved"),
            Choice("Another carer of the same name", "another"),
            Choice("Leave it as it is", "left"),
        )
        others = "\n".join(map(folded, one.of))
        found.append(Doubt("carer", 0, f"{one.carer.id}", one.named.email.casefold(), words, choices, others))
    return found


def entries(
    every: Sequence[ParticipantEntry], asked: Sequence[Doubt], answers: Mapping[str, int]
) -> list[ParticipantEntry]:
    """The entries, with what was said of their carers."""
    return [_told(one, asked, answers) for one in every]


def _told(entry: ParticipantEntry, asked: Sequence[Doubt], answers: Mapping[str, int]) -> ParticipantEntry:
    name, emails = folded(entry.name), {one.email.casefold() for one in entry.carers}
    about = [one for one in asked if one.line in emails and name in one.other.splitlines()]
    said = {one.line: answers[office.key(one)] for one in about}
    moved = frozenset(email for email, place in said.items() if place == _MOVED)
    another = frozenset(email for email, place in said.items() if place == _ANOTHER)
    return entry.model_copy(update={"moved": moved, "another": another}) if said else entry


__all__ = ["entries", "questions"]
