"""What can be known of a meeting and of its people, by name: each a point, on which the newest fact counts."""

from collections.abc import Container
from typing import NamedTuple

from bot.policy.gates import Gate
from bot.policy.model import Reminder

AGREEMENT = "agreement"
"""What somebody said to the rules of a meeting."""
NEARBY = "nearby"
"""Who will be near somebody at home during a meeting, as their family wrote on its page."""
REMOVED = "removed"
"""That somebody was removed from a meeting, or asked to leave it."""
MINIMUM_AGE, APPROVED_REMIT, ACCOUNT = "organisation:minimum-age", "organisation:remit", "organisation:account"
"""What an organisation says once: from which age a platform may be used, that it approved the remit of a programme, and
which account of its own writes to people."""
VERSION = "organisation:version"
"""Which version of its policy an organisation works by."""
_GATE, _PROMPT, _MEASURE, _AFTER_URGENT = "gate:", "prompt:", "checklist:", "urgent-after:"
_TRAINING = "training:"


class Point(NamedTuple):
    """One requirement of a meeting, or of one of its people: `person` is the id of their registration then. Of what is
    not a meeting's, such as a training, the requirement alone."""

    requirement: str
    person: str = ""

    def __str__(self) -> str:
        """What forms and the audit chain call it."""
        return f"{self.requirement}:{self.person}" if self.person else self.requirement

    @property
    def gate(self) -> str:
        """The gate that it is about; empty where it is about none."""
        return self.requirement.removeprefix(_GATE) if self.requirement.startswith(_GATE) else ""

    @property
    def measure(self) -> str:
        """The measure of the risk checklist that it is about; empty where it is about none."""
        return self.requirement.removeprefix(_MEASURE) if self.requirement.startswith(_MEASURE) else ""

    @property
    def training(self) -> str:
        """The training that it is about; empty where it is about none."""
        return self.requirement.removeprefix(_TRAINING) if self.requirement.startswith(_TRAINING) else ""


URGENT = Point("urgent")
"""That a meeting is urgent contact with somebody at risk."""


def after_urgent(answer: str) -> Point:
    """That this came of urgent contact."""
    return Point(f"{_AFTER_URGENT}{answer}")


def prompt(moment: str, item: str) -> Point:
    """That an item of the policy's prompts was done."""
    return Point(f"{_PROMPT}{moment}:{item}")


def reminder(moment: str, item: Reminder) -> Point:
    """That an item of the prompts was done: where it asks for a setting, that the setting stands."""
    return setting(item.setting) if item.setting else prompt(moment, item.id)


def is_prompt(point: Point, *moments: str) -> bool:
    """Whether it is an item of the prompts: of these moments, where some are named."""
    return point.requirement.startswith(tuple(f"{_PROMPT}{one}:" for one in moments) if moments else _PROMPT)


def gate(gate_id: str, person: str = "") -> Point:
    """That a gate is met: for the meeting, or for one person."""
    return Point(f"{_GATE}{gate_id}", person)


def setting(name: str) -> Point:
    """That a setting of the meeting at its provider is as it should be, by the host's word: the same wherever it is
    asked for, among what the policy asks, on the checklist or in a reminder."""
    return gate(name.replace("_", "-"))


def of_gate(gate_: Gate, people: Container[str] | None = None) -> tuple[Point, ...]:
    """What ticking an open gate says: one point for each of its people, so that a tick never speaks for somebody who
    is registered later. `people` narrows it to these; a gate about the meeting has one point."""
    if not gate_.people:
        return (gate(gate_.id),)
    return tuple(gate(gate_.id, one) for one in gate_.people if people is None or one in people)


def agreement(person: str) -> Point:
    """What a person said to the rules of the meeting."""
    return Point(AGREEMENT, person)


def removed(person: str) -> Point:
    """That a person was removed from the meeting."""
    return Point(REMOVED, person)


def measure(name: str) -> Point:
    """That a measure of the risk checklist, or a setting on it, is met."""
    return Point(f"{_MEASURE}{name}")


def training(training_id: str) -> Point:
    """That a member of staff took a training."""
    return Point(f"{_TRAINING}{training_id}")
