"""From typed text to values, outside the event loop and within a time."""

from bot.reading.limits import LONGEST, TooMuch, in_time, keep_going

__all__ = ["LONGEST", "TooMuch", "in_time", "keep_going"]
