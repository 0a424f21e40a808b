"""How a fact was shown, and until when it holds: what is true by the way it was written down, and the words for it."""

from datetime import date

from bot.facts.points import AGREEMENT, Point
from bot.policy.gates.meeting import SETTINGS
from db.models import Fact, HowShown

WORDS = {
    HowShown.SPOKEN: "spoken",
    HowShown.WRITING: "in writing",
    HowShown.PROVIDER: "seen in the video service",
    HowShown.PAGE: "on a web page",
    HowShown.AS_BEFORE: "the same as last time",
}
ASKED = (HowShown.SPOKEN, HowShown.WRITING, HowShown.PAGE)
"""What a form asks, where more than one may be; the first is what it takes to be so."""
_SETTINGS = frozenset(name.replace("_", "-") for name in SETTINGS)


def usually(point: Point) -> HowShown | None:
    """How something is always shown: an agreement is given aloud, a setting is looked at where it is set."""
    if point.requirement == AGREEMENT:
        return HowShown.SPOKEN
    return HowShown.PROVIDER if point.gate in _SETTINGS else None


def shown(fact: Fact) -> str:
    """`in writing, until 3 November 2027`; empty where neither was said."""
    how = WORDS[fact.shown_by] if fact.shown_by else ""
    until = f"until {in_words(fact.until)}" if fact.until else ""
    return ", ".join(one for one in (how, until) if one)


def in_words(day: date) -> str:
    """`3 November 2027`."""
    return f"{day.day} {day:%B %Y}"
