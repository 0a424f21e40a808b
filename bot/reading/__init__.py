"""From typed text and from what Slack brings back to values."""

from bot.reading.clean import clean
from bot.reading.given import NotOurs, as_id, as_moment, as_number
from bot.reading.limits import LONGEST, TooMuch, in_time, keep_going

__all__ = ["LONGEST", "NotOurs", "TooMuch", "as_id", "as_moment", "as_number", "clean", "in_time", "keep_going"]
