"""How long something lasts: `45 min`, `1h30`, `an hour and a half`, `three quarters of an hour`."""

from bot.reading.times.tokens import Line, number
from bot.reading.words import set_of

SHORTEST, LONGEST = 5, 12 * 60
_HOUR = set_of("hour hr hour's")
_AND = set_of("and & n +")
_QUARTERS = ((("three", "quarters"), 45), (("quarter",), 15))
_HOURS = set_of("h hr hrs hour hours hour's awr")
_MINUTES = set_of("m min mins minute minutes minute's munud")


def length(line: Line, at: int) -> tuple[int, int] | None:
    """The minutes of the length that begins at a place, and the place behind it."""
    return _of_an_hour(line, at) or _counted(line, at)


def _of_an_hour(line: Line, at: int) -> tuple[int, int] | None:
    """`half an hour`, `three quarters of an hour`, `¾ hour`, `3/4 of an hr`, `an hour and a half`."""
    if line.word(at) == "half":
        end = at + 1 + (line.word(at + 1) in ("an", "a"))
        return (30, end + 1) if line.word(end) in _HOUR else None
    place = at + 1 if line.word(at) in ("a", "an") else at
    for words, minutes in _QUARTERS:
        if line.words(place, *words):
            return _part_of(line, minutes, place + len(words))
    part = number(line, at)
    if part is not None and 0 < part[0] < 1:
        return _part_of(line, round(part[0] * 60), part[1])
    if line.word(place) in _HOUR and (place > at or line.word(place + 1) in _AND):
        minutes, end = _and_more(line, 60, place + 1)
        return (minutes, end) if place > at or minutes > 60 else None
    return None


def _part_of(line: Line, minutes: int, at: int) -> tuple[int, int] | None:
    """So many minutes, where `of an hour` or `hour` follows."""
    end = at + (line.word(at) == "of")
    end += line.word(end) in ("an", "a")
    return (minutes, end + 1) if line.word(end) in _HOUR else None


def _counted(line: Line, at: int) -> tuple[int, int] | None:
    """A number and a unit: `90m`, `1.5 hours`, `1 hr 15`, `two and a half hours`."""
    if line.glued(at) and line.kind(at - 1) == "word":
        return None
    found = number(line, at)
    if found is None:
        return None
    value, end = found
    if line.word(end) == "-":
        end += 1
    unit = line.word(end)
    if (
        unit == "m"
        and line.kind(end + 1) == "word"
        and line.word(end + 1) not in ("on", "at", "with", "w", "from", "for")
    ):
        return None  # a hundred metres
    if unit in _MINUTES:
        return round(value), end + 1
    if unit in _HOURS:
        return _and_more(line, round(value * 60), end + 1)
    return None


def _and_more(line: Line, minutes: int, at: int) -> tuple[int, int]:
    """What follows whole hours: `30`, `and 15 minutes`, `and a half`, `and a quarter`."""
    more = {"half": 30, "quarter": 15}.get(line.word(at + 2), 0)
    if more and line.word(at) in _AND and line.word(at + 1) == "a":
        return minutes + more, at + 3
    place = at + 1 if line.word(at) in _AND else at
    found = number(line, place)
    if found is None or not 0 < found[0] < 60 or found[0] != int(found[0]):
        return minutes, at
    end = found[1]
    if line.word(end) in _MINUTES:
        return minutes + int(found[0]), end + 1
    two_digits = place == at and line.digits(place) and len(line.word(place)) == 2
    # In `1h30 Cooking club` no title begins with the number.
    if two_digits and (_nothing_more(line, end) or (line.glued(at) and not line.glued(end))):
        return minutes + int(found[0]), end
    return minutes, at


def _nothing_more(line: Line, at: int) -> bool:
    """Whether a number ended here stands for itself: no date, hour or unit goes on behind it."""
    return (
        not line.glued(at) and line.word(at) not in (":", "/", ".", "-") and line.kind(at) not in ("word", "number")
    ) or line.word(at) in ("with", "on", "at", "in", ",", ".", "!", "w")
