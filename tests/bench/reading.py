"""Reading what staff type: an ordinary phrase, and the longest texts that are hardest to read."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.reading.times.plans import LONGEST_TEXT, Around, plan
from tests.bench.figure import Figure, median_ms

ORDINARY_MS, WORST_MS = 2.0, 200.0
AROUND = Around(datetime(2026, 11, 18, 10, tzinfo=ZoneInfo("Europe/London")), "Europe/London", programmes=["Cooking"])
ORDINARY = "Cooking club on Thursday at 4 for an hour in Cooking"
HARD = ("4 ", "Thu ", "mon 4 or ", "1, ", "10 to 11 ", "Thurzday ", "w/ Sam ", "19/11 - ", "(", "word ")


def figures() -> Iterator[Figure]:
    """The median of each; a text over the limit is refused unread."""
    yield Figure("an ordinary phrase", median_ms(partial(plan, ORDINARY, AROUND), times=200), "ms", ORDINARY_MS)
    for bit in HARD:
        text = (bit * 3_000)[:LONGEST_TEXT]
        yield Figure(
            f"1,000 characters of “{bit.strip()}”", median_ms(partial(plan, text, AROUND), times=5), "ms", WORST_MS
        )
    long = ("Cooking Thursday 4pm " * 200)[:3_000]
    yield Figure("3,000 characters", median_ms(partial(plan, long, AROUND), times=5), "ms", WORST_MS)
