"""From typed text and from what Slack brings back to values."""

from bot.reading.clean import clean
from bot.reading.given import NotOurs, as_id, as_moment, as_number
from bot.reading.limits import LONGEST, TooMuch, in_time, keep_going
from bot.reading.outcome import Ask, Choice, Outcome, Refused, Said, Understood

__all__ = [
    "LONGEST",
    "Ask",
    "Choice",
    "NotOurs",
    "Outcome",
    "Refused",
    "Said",
    "TooMuch",
    "Understood",
    "as_id",
    "as_moment",
    "as_number",
    "clean",
    "in_time",
    "keep_going",
]
