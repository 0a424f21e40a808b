"""The decision on a concern: what is done, why, and whether the person agreed."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.record import conflicts, guards
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.sheets import Ask, Field, read
from bot.concerns.states import Event, Need
from bot.errors import BadInput
from bot.reading.times import local_time
from db.models import Concern, EntryKind

DECISIONS = (
    ("none", "No further action"),
    ("monitor", "Keep watching"),
    ("support", "Support inside the organisation"),
    ("parent", "Speak to a parent or carer"),
    ("refer", "Refer to another agency"),
    ("allegation", "Allegation process"),
    ("not_safeguarding", "This is not about safeguarding"),
)
EVENTS = {
    "none": Event.DECIDE,
    "not_safeguarding": Event.DECIDE,
    "monitor": Event.MONITOR,
    "support": Event.ACT,
    "parent": Event.ACT,
    "refer": Event.REFER,
    "allegation": Event.REFER,
}
"""What each decision does to the state."""
SHARES = frozenset({"parent", "refer", "allegation"})
"""The decisions that share something with others: agreement, or the reason for doing without, belongs to them."""
AGREED = (
    ("yes", "Yes"),
    ("no", "No"),
    ("not_asked", "They were not asked"),
    ("not_needed", "Nothing is shared"),
)
DECISION = Field("decision", "What is done?", Ask.CHOICE, DECISIONS, needed="Choose what is done.", said="Decided")
REASON = Field("decision_reason", "Why?", Ask.LONG, needed="Say why. The record needs the reason.", said="Reason")
CONSENT = Field("agreed", "Do they agree to its being shared?", Ask.CHOICE, AGREED, said="Agreed to sharing")
WITHOUT = Field(
    "agreed_reason",
    "If not: why share it anyway?",
    Ask.LONG,
    hint="For instance: others are at risk, a crime, asking would raise the risk, they can't decide.",
    said="Why it is shared without their agreement",
)
REVIEW = Field("review_on", "Look again on", Ask.DAY, hint="Needed where you keep watching.")
FIELDS = (DECISION, REASON, CONSENT, WITHOUT, REVIEW)
_MORNING = time(9)


def from_state(state: Mapping[str, Any]) -> dict[str, str]:
    """The form as filled in. Raises BadInput: what is shared needs agreement or the reason for doing without it,
    watching needs a day to look again, and a reason for doing without agreement belongs to no *yes*."""
    found = read(FIELDS, state)
    if found["decision"] in SHARES:
        if found.get("agreed") in (None, "not_needed"):
            raise BadInput("Something is shared here: say whether they agree.", field="agreed")
        if found["agreed"] != "yes" and not found.get("agreed_reason", "").strip():
            raise BadInput("Say why it is shared without their agreement.", field="agreed_reason")
    if found.get("agreed") == "yes" and found.get("agreed_reason", "").strip():
        raise BadInput("They agree, so no reason is needed for doing without. Which of the two is it?", field="agreed")
    if found["decision"] == "monitor" and "review_on" not in found:
        raise BadInput("On which day do you look again?", field="review_on")
    return found


def review_at(found: Mapping[str, str], zone: str, now: datetime) -> datetime | None:
    """The moment of the review: nine in the morning of its day. Raises BadInput where it has passed."""
    if "review_on" not in found:
        return None
    day = date.fromisoformat(found["review_on"])
    moment = local_time.moment(datetime.combine(day, _MORNING), zone, field="review_on")
    if moment <= now:
        raise BadInput("Choose a day to come.", field="review_on")
    return moment


def save(
    session: Session, caller: Caller, concern: Concern, found: Mapping[str, str], version: int, now: datetime
) -> UUID | Clash:
    """Decide, or decide anew: an earlier decision stays with its reason. The state follows the decision, and the
    review date too. Raises Conflict where nothing can be decided now, BadInput for a review in the past."""
    review = review_at(found, caller.zone, now)
    entry = conflicts.save_only(session, caller, concern, EntryKind.DECISION, version, found, now)
    if isinstance(entry, Clash):
        return entry
    given = {Need.REASON, Need.DECISION} | ({Need.REVIEW_DATE} if review else set())
    concern.review_at = review
    guards.step(session, caller, concern, EVENTS[found["decision"]], now, given=given)
    return entry
