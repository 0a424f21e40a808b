"""A group's first and second session under each policy: what its host taps, reads and is asked to confirm."""

from collections.abc import Iterator

from bot.policy import PACK_NAMES
from tests.bench.figure import Figure
from tests.support.sessions import walked

_TAPS, _WORDS, _THINGS = 13, 251, 4
"""A second session where nothing changed: at most 12 taps, 250 words and 3 things to confirm."""
_FIRST = {"working4u": (10, 46)}
"""How many people, and fewer taps than what, where a first session has a promise."""


def figures() -> Iterator[Figure]:
    """What both sessions cost, policy by policy."""
    for policy in PACK_NAMES:
        people, taps = _FIRST.get(policy, (4, None))
        walk = walked(policy, people)
        first, second = walk.first, walk.second
        yield Figure(f"{policy}: taps of a first session with {people} people", first.taps + first.typed, "taps", taps)
        yield Figure(f"{policy}: words of it", first.words, "words")
        yield Figure(f"{policy}: taps of a second session", second.taps + second.typed, "taps", _TAPS)
        yield Figure(f"{policy}: words of it", second.words, "words", _WORDS)
        for what in ("ready", "link", "door"):
            number = getattr(second, what)
            yield Figure(f"{policy}: things to confirm in it ({what})", number, "things", _THINGS)
        if first.stuck or second.stuck:
            yield Figure(f"{policy}: stuck at {first.stuck or second.stuck}", 1, "time", 1)
