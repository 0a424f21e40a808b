"""A list of people that was typed or filled in: read, and shown first where something has to be asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.participants import forms, views
from bot.participants.forms import Listed, ParticipantEntry
from bot.participants.views import Target
from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.persons import people
from bot.reading.persons.people import Doubt, People
from bot.slack.call import View


class Asked(Exception):
    """The form that asks, or shows what was read; raised so that the unit of work is rolled back."""

    def __init__(self, view: View) -> None:
        super().__init__("asked")
        self.view = view


Met = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives those of some names whom the team has registered before, with where they are, in words."""


def entries(
    target: Callable[[], Target],
    listed: Listed,
    known: Sequence[str],
    elsewhere: Mapping[str, str],
    today: date,
    answered: str = "",
    met: Met | None = None,
) -> tuple[list[ParticipantEntry], Outcome[People]]:
    """Whom a list names, and how it was read; `target` gives what the form offers, and is asked where there is one to
    show. `known` are those who are on the target, `elsewhere` who else may be meant, `answered` the button that was
    pressed in the form. Of a name that was said before to be another person's than a like one, which `met` knows, it is
    not asked again. Raises Asked with the form, and BadInput."""
    outcome = people.read(listed.text, known, elsewhere, form=listed.form)
    alike = [one.about for one in _doubts(outcome) if one.kind == "same"]
    before = met(alike) if met and alike else {}
    if before:
        elsewhere = {**before, **elsewhere}
        outcome = people.read(listed.text, known, elsewhere, form=listed.form)
    if answered:
        outcome = people.read(views.with_answer(outcome, answered), known, elsewhere, form=True)
    # Whose an address is is asked when the list is sent off, not with every answer.
    found = forms.settled(outcome, replace(listed, seen=False) if answered else listed, today)
    if (found is None or answered) and not isinstance(outcome, Refused):
        # After the last answer too: whoever is registered was seen on the list, and how many they are.
        raise Asked(views.check(target(), outcome, listed))
    return found or [], outcome


def _doubts(outcome: Outcome[People]) -> Sequence[Doubt]:
    return outcome.kept.doubts if isinstance(outcome, Ask) and outcome.kept else ()


def form(target: Target) -> View:
    """The empty form for a list of people."""
    return views.form_for(target)


def twice(outcome: Outcome[People]) -> list[str]:
    """What is said of names that stand more than once."""
    return [one.words for one in outcome.said if one.kind == "named"] if isinstance(outcome, Understood) else []


__all__ = ["Asked", "Met", "Target", "entries", "form", "twice"]
