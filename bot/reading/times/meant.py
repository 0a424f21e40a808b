"""Which hour is meant where neither am nor pm is said: by what is written, the part of the day and the title."""

from dataclasses import dataclass, replace

from bot.reading.times.clocks import DAY, Clock, Span
from bot.reading.words import EARLY_TITLES, LATE_TITLES, PARTS

_HALF = 12 * 60
_WORKING_DAY = 10 * 60


@dataclass(frozen=True)
class Hours:
    """The minutes of the day that a clock may mean, and whether that was typed or taken to be meant. Minutes from
    1440 on lie on the day after."""

    minutes: tuple[int, ...]
    assumed: bool = False


def hours(written: Clock, part: str = "", title: frozenset[str] = frozenset()) -> Hours:
    """Which hours may be meant: by what is written, the part of the day, and the words of the title. None at all
    where the part of the day fits no such hour."""
    found = _hours(written, part, title)
    return replace(found, assumed=True) if written.apart else found


def _hours(written: Clock, part: str, title: frozenset[str]) -> Hours:
    base = (written.hour % 12) * 60 + written.minute
    if written.hour in (0, 24) or (written.half == "am" and written.hour == 12):
        return Hours((written.minute, DAY + written.minute), assumed=True)
    if written.half:
        return _fits(base + (_HALF if written.half == "pm" else 0), part)
    if written.hour > 12 or written.sure:
        return _fits(written.hour * 60 + written.minute, part)
    if part:
        return Hours(tuple(one for one in (base, base + _HALF) if _in_part(one, part)))
    if written.zero and written.hour < 7:
        return Hours((base, base + _HALF), assumed=True)
    if written.pointed and written.hour >= 10 and _late(title) and not title & EARLY_TITLES and not written.zero:
        return Hours((base, base + _HALF), assumed=True)
    if written.zero or (written.pointed and written.hour >= 10):
        return Hours((written.hour * 60 + written.minute,), assumed=written.hour in (7, 8))
    return _by_habit(written, base, title)


def _by_habit(written: Clock, base: int, title: frozenset[str]) -> Hours:
    """1 to 6 are the afternoon, 9 to 11 the morning, 12 is noon; 7 and 8 may be either, unless the title decides."""
    early = bool(title & EARLY_TITLES)
    late = _late(title)
    both = (base, base + _HALF)
    if written.hour in (7, 8):
        if early != late:
            return Hours(both[:1] if early else both[1:], assumed=True)
        return Hours(both, assumed=True)
    if written.hour == 12:
        return Hours((base + _HALF,), assumed=True)
    if written.hour < 7:
        return Hours(both if early and written.hour > 4 else both[1:], assumed=True)
    return Hours(both if late else both[:1], assumed=True)


def _late(title: frozenset[str]) -> bool:
    """Whether a title speaks of the evening: `film night`."""
    return bool(title & LATE_TITLES) or {"after", "school"} <= title


def _in_part(minute: int, part: str) -> bool:
    first, last = PARTS[part]
    return first <= minute <= last


def _fits(minute: int, part: str) -> Hours:
    return Hours((minute,) if not part or _in_part(minute, part) else ())


@dataclass(frozen=True)
class Stretch:
    """The starts that a span may mean, each with its minutes on the clock."""

    starts: tuple[tuple[int, int], ...]
    assumed: bool = False


def stretch(written: Span, part: str, title: frozenset[str]) -> Stretch | None:
    """What a span means; None where it ends before it begins."""
    start, end = written.start, written.end
    ending = hours(end).minutes if end.exact or end.hour in (0, 24) else ()
    if start.hour == 24 or (start.half == "am" and start.hour == 12):
        begins = Hours((start.minute, DAY + start.minute), assumed=True)
    elif ending and not start.exact and not start.zero and not (start.pointed and start.hour >= 10):
        base = (start.hour % 12) * 60 + start.minute
        usual = hours(start, part, title).minutes
        fit = tuple(one for one in (base, base + _HALF) if _may_begin(one, ending, usual=one in usual))
        kept = tuple(one for one in fit if not part or _in_part(one, part))
        begins = Hours(kept or fit)
    else:
        begins = hours(start, part, title)
    found = []
    for one in begins.minutes:
        minutes = _gap(one, ending) if ending else _follows(one, end, either=start.zero and start.hour < 7)
        if minutes > 0:
            found.append((one, minutes))
    if begins.minutes and not found:
        return None
    return Stretch(tuple(found) + _shorter(written, found), begins.assumed or start.apart or end.apart)


def _may_begin(start: int, ending: tuple[int, ...], *, usual: bool) -> bool:
    """Whether a start fits an end that is sure. One that the hour alone would not mean (`5.30-5pm` from the night on)
    only for as long as a working day, and before seven in the morning only to a morning's end."""
    gap = _gap(start, ending)
    if usual or not gap:
        return 0 < gap <= _HALF
    return gap <= _WORKING_DAY and (start >= 7 * 60 or start + gap < _HALF)


def _shorter(written: Span, found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """`4 till half 5` ends at half past five; some mean half an hour by it, so that both are offered."""
    near = len(found) == 1 and written.end.halved and 60 < found[0][1] <= 90
    return tuple((start, minutes - 60) for start, minutes in found) if near else ()


def _gap(start: int, ending: tuple[int, ...]) -> int:
    """The minutes to the first of these ends; over midnight only from the evening on."""
    of_day = start % DAY
    for one in sorted({end % (2 * DAY) for end in ending}):
        if one > of_day:
            return one - of_day
    over = min(ending) + DAY - of_day
    return over if of_day >= 17 * 60 and over <= _HALF else 0


def _follows(start: int, end: Clock, *, either: bool) -> int:
    """The minutes to an end without am or pm: the first such hour behind the start. `either`: the start itself has a
    leading zero that leaves open which half of the day it is in, and so does the end."""
    of_day = start % DAY
    if end.zero and not (either and end.hour < 7):
        return _gap(start, (end.hour * 60 + end.minute,))
    base = (end.hour % 12) * 60 + end.minute
    for one in (base, base + _HALF):
        if one > of_day:
            return one - of_day
    over = base + DAY - of_day
    return over if of_day >= 20 * 60 and over <= 6 * 60 else 0
