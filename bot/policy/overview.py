"""A policy at a glance, for `/facilitator policy`: the document, what the organisation set, what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from bot.policy.cited import Text
from bot.policy.model import Pack, Slot
from bot.policy.overrides import Change, Overrides, changes, empty_slots, rules


class Reminder(IntEnum):
    """What administrators are reminded of: that the review is near, or that its day has passed."""

    NEAR = 1
    PASSED = 2


@dataclass(frozen=True, slots=True)
class Default:
    """A rule on which the document is silent: its place in the pack, and the bot's own rule in a sentence."""

    field: str
    say: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody should know of the policy in use. ``approved`` names the organisation's platforms."""

    title: str
    status: str
    status_says: str
    review_due: date | None
    review_passed: bool
    purpose: tuple[Text, ...]
    history: tuple[Text, ...]
    owners: tuple[Text, ...]
    companions: tuple[Text, ...]
    overrides: tuple[Change, ...]
    approved: tuple[str, ...]
    defaults: tuple[Default, ...]
    missing: tuple[Slot, ...]

    @property
    def in_setup(self) -> bool:
        """Whether texts or numbers are still missing, so that no meeting becomes ready."""
        return bool(self.missing)


def overview(pack: Pack, overrides: Overrides, today: date) -> Overview:
    """The policy as it stands for an organisation on this day, in its own zone."""
    due = review_due(pack, overrides)
    return Overview(
        title=pack.title,
        status=pack.status,
        status_says=pack.about.status.say,
        review_due=due,
        review_passed=due is not None and due < today,
        purpose=pack.about.purpose,
        history=pack.about.history,
        owners=pack.about.owners,
        companions=pack.about.companions,
        overrides=changes(pack, overrides),
        approved=tuple(one.platform for one in overrides.approved_platforms),
        defaults=tuple(_defaults(pack)),
        missing=empty_slots(pack, overrides),
    )


def review_due(pack: Pack, overrides: Overrides) -> date | None:
    """The day by which the policy is to be reviewed: the organisation's own, else the document's."""
    stated = pack.about.review_due.value
    return overrides.review_due or (date.fromisoformat(stated) if stated else None)


def remind_of_review(pack: Pack, overrides: Overrides) -> date | None:
    """The day on which administrators are reminded of the review; none where no day is known."""
    due = review_due(pack, overrides)
    return due - timedelta(days=overrides.remind_before_review) if due else None


def reminder(pack: Pack, overrides: Overrides, today: date) -> Reminder | None:
    """What administrators should have been reminded of by this day, in the organisation's zone."""
    due, near = review_due(pack, overrides), remind_of_review(pack, overrides)
    if due is None or near is None or today < near:
        return None
    return Reminder.PASSED if today > due else Reminder.NEAR


def _defaults(pack: Pack) -> Iterator[Default]:
    for field, rule in rules(pack):
        if rule.default:
            yield Default(field, rule.say)
