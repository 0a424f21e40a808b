"""Triage: the level and its reason, what kind of worry it is, and the nation whose rules count."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns.record import conflicts, guards
from bot.concerns.record.conflicts import Clash
from bot.concerns.record.sheets import Ask, Field, read
from bot.concerns.states import Event, Need
from bot.errors import BadInput
from db.models import Concern, EntryKind

LEVELS = (("low", "Low"), ("medium", "Medium"), ("high", "High"), ("immediate", "Immediate"))
CATEGORIES = (
    ("physical", "Physical harm"),
    ("emotional", "Emotional harm"),
    ("sexual", "Sexual harm"),
    ("neglect", "Neglect"),
    ("self_neglect", "Self-neglect"),
    ("domestic", "Domestic abuse"),
    ("online", "Harm online"),
    ("images", "Nude or intimate images"),
    ("bullying", "Bullying"),
    ("self_harm", "Self-harm or suicide"),
    ("mental_health", "Mental health"),
    ("substances", "Alcohol or drugs"),
    ("exploitation", "Exploitation, or being used for crime"),
    ("slavery", "Modern slavery or trafficking"),
    ("radicalisation", "Radicalisation"),
    ("tradition", "Forced marriage, or harm in the name of honour"),
    ("financial", "Money or possessions"),
    ("discrimination", "Hate or discrimination"),
    ("missing", "Missing"),
    ("conduct", "Conduct of staff or a volunteer"),
    ("other", "Something else"),
)
MOST_CATEGORIES = 3
NATIONS = (
    ("england", "England"),
    ("scotland", "Scotland"),
    ("wales", "Wales"),
    ("northern_ireland", "Northern Ireland"),
)
LEVEL = Field("level", "How serious is it?", Ask.CHOICE, LEVELS, needed="Choose a level.", said="Level")
REASON = Field("level_reason", "Why this level?", Ask.LONG, needed="Say why you chose this level.", said="Reason")
NATION = Field("nation", "Whose rules count?", Ask.CHOICE, NATIONS, needed="Choose the nation.", said="Nation")
OTHER = Field("category_other", "If something else: what?", said="Something else")
FIELDS = (LEVEL, REASON, OTHER, NATION)


def from_state(state: Mapping[str, Any]) -> dict[str, Any]:
    """The form as filled in, the categories as a list. Raises BadInput: a level and its reason are needed, three
    categories are the most, and “something else” needs a word."""
    found: dict[str, Any] = dict(read(FIELDS, state))
    chosen = [str(one) for one in state.get("categories") or ()]
    if len(chosen) > MOST_CATEGORIES:
        raise BadInput("Choose three at most: those that matter most now.", field="categories")
    if "other" in chosen and not str(found.get("category_other", "")).strip():
        raise BadInput("Say in a word or two what it is.", field="category_other")
    return {**found, "categories": chosen}


def save(
    session: Session, caller: Caller, concern: Concern, found: Mapping[str, Any], version: int, now: datetime
) -> UUID | Clash:
    """Set level, categories and nation of a concern; `version` is the one the form was drawn for, 0 for none.
    An earlier level stays with its reason. Raises Conflict where a concern can't be triaged now."""
    entry = conflicts.save_only(session, caller, concern, EntryKind.TRIAGE, version, found, now)
    if isinstance(entry, Clash):
        return entry
    concern.nation = str(found["nation"])
    guards.step(session, caller, concern, Event.TRIAGE, now, given={Need.LEVEL})
    return entry
