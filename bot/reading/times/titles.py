"""What is left of a line for its title, and the words that fit nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.reading.times import repeats, written
from bot.reading.times.parts import DAYS, HOURS, Instant, Named, Part, Piece, Quoted, Until
from bot.reading.times.tokens import Line, ordinal
from bot.reading.words import GENERIC, SUFFIXES, set_of

LONGEST_TITLE = 120
_EDGES = " ,;:-–—|.!?()[]/\n&*•·…"
_PLEASE = set_of("please pls plz")
_LEADING = set_of("for called titled named and of about is") | _PLEASE
_TRAILING = set_of("on at for from with and by w is starting or in of") | _PLEASE
_GOES_WITH = {
    "in": set_of(
        "drop drops check checks sign pop log clock call phone dial tune come walk stay sit book settle sing fill"
    ),
    "on": set_of("log sign carry hands move hang follow"),
}
"""The verbs whose other half the last small word of a title is: `Youth drop in`."""
_HEDGES = set_of(
    "before after until till til not prob probs probably maybe poss possibly perhaps hopefully provisionally "
    "provisional moved moving changed rescheduled postponed brought pushed forward cancelled was"
)
_JOINS = set_of("and or & + /")
_WHICH = set_of("next this last first second third fourth fifth coming following previous every each")
_FILL = set_of("on at for from and or the & + @ in of by i am about around approx then t is starts between")


@dataclass(frozen=True)
class Rest:
    """The title and what is neither title nor anything else. `name` is a day that may be part of the name."""

    title: str
    words: str
    name: Piece | None = None


def sorted_out(line: Line, pieces: Sequence[Piece]) -> tuple[list[Piece], Piece | None]:
    """The parts without those that belong to the title; and the day of which that is not clear."""
    groups = _groups(pieces)
    loose = [group for group in groups if _loose(line, group, pieces)]
    again = [group for group in groups if group not in loose and _said_again(line, group, pieces)]
    firm = [
        one
        for one in pieces
        if isinstance(one.what, DAYS)
        and not isinstance(one.what, written.Week | written.Month)
        and not any(one in group for group in loose)
    ]
    kept = [one for one in pieces if not any(one in group for group in again)]
    doubt: Piece | None = None
    for group in loose:
        if firm:
            kept = [one for one in kept if one not in group]
        elif _name_of_a_day(line, group, pieces):
            doubt = group[0]
    if sum(isinstance(one.what, HOURS) for one in kept) > 1:
        kept = [one for one in kept if not _hour_in_a_name(line, one, kept)]
    if any(isinstance(one.what, DAYS) for one in kept):
        kept = [
            one
            for one in kept
            if not (isinstance(one.what, Instant) and not one.what.minutes and not one.what.this_time)
        ]
    return kept, doubt


def _name_of_a_day(line: Line, group: list[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether a day and what stands behind it may be a name: a noun that days are given to, or one word alone."""
    end = group[-1].end
    ends = min((one.at for one in pieces if one.at > end), default=len(line))
    alone = sum(line.kind(at) in ("word", "number") for at in range(end, ends)) == 1
    return alone or line.word(end) in GENERIC or line.word(group[0].own - 1) in ("our", "a", "my")


def _said_again(line: Line, group: list[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether a day ends a title, since the same day follows at once: `Mindful Monday every Monday`."""
    first = group[0]
    if not isinstance(first.what, written.Weekday) or first.what.plural or line.kind(first.own - 1) != "word":
        return False
    behind = [one for one in pieces if one.own >= group[-1].end and not isinstance(one.what, repeats.Every)]
    same = behind and isinstance(behind[0].what, written.Weekday) and behind[0].what.numbers == first.what.numbers
    between = range(group[-1].end, behind[0].own) if same else ()
    apart = (at for at in between if not any(one.at <= at < one.end for one in pieces))
    return bool(same) and line.word(first.own - 1) not in _FILL | _WHICH and all(line.word(at) in _FILL for at in apart)


def _hour_in_a_name(line: Line, one: Piece, pieces: Sequence[Piece]) -> bool:
    """`The 9:30 club`, where another hour is given."""
    named = isinstance(one.what, HOURS) and line.word(one.own - 1) in ("the", "our", "a")
    noun = line.kind(one.end) == "word" and not any(other.at <= one.end < other.end for other in pieces)
    return named and noun and line.word(one.end) not in _FILL


def _groups(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Each day that a name could have, with the part of the day behind it."""
    found = []
    for number, one in enumerate(pieces):
        plain = isinstance(one.what, written.Weekday) and not (one.what.mode or one.what.weeks or one.what.typed)
        bare = isinstance(one.what, written.Nth) and one.what.bare
        if plain or bare or isinstance(one.what, written.Feast | written.MonthDay):
            behind = pieces[number + 1 : number + 2]
            part = [other for other in behind if isinstance(other.what, Part) and other.at == one.end]
            found.append([one, *part])
    return found


def _loose(line: Line, group: list[Piece], pieces: Sequence[Piece]) -> bool:
    """Whether a noun stands right behind a day that nothing else of a time stands beside."""
    first, end = group[0], group[-1].end
    if line.kind(end) not in ("word", "number") or any(one.at <= end < one.end for one in pieces):
        return False
    if line.word(end) in _FILL | {"with", "w", "until", "to"}:
        return False
    before = [one for one in pieces if one.end <= first.own]
    if before and line.skip(before[-1].end) >= first.own and isinstance(before[-1].what, (*DAYS, *HOURS, Part, Until)):
        return False
    return line.word(first.own - 1) not in ("on", "for", "from", "by", "every", "each", "and", "or")


def rest(line: Line, pieces: Sequence[Piece]) -> Rest:
    """The title and the words that are left over."""
    pieces = [one for one in pieces if not (isinstance(one.what, Named) and not one.what.sure)]
    covered = [False] * len(line)
    for one in pieces:
        for at in range(one.at, one.end):
            covered[at] = True
        # The first of two small words before a moment may belong to the title, `check-in at 4`; and so does the only
        # one that no hour and no day goes with: `drop-in 11:45`.
        alone = line.word(one.at) == "in" and isinstance(one.what, (*HOURS, written.Weekday, written.Dated))
        if (one.own - one.at > 1 or (one.own - one.at == 1 and alone)) and _other_half(line, 0, one.at + 1):
            covered[one.at] = False
    ends = sorted(pieces, key=lambda one: one.at)
    for first, second in pairwise(ends):
        between = range(first.end, second.at)
        if all(line.separator(at) or line.word(at) in _FILL for at in between):
            for at in between:
                covered[at] = True
    runs = [run for run in _runs(covered) if any(_says_something(line, at) for at in range(*run))]
    quoted = [one.what.text for one in pieces if isinstance(one.what, Quoted)]
    texts = [text for text in (_text(line, *run) for run in runs) if text]
    if quoted:
        return Rest(quoted[0].strip(), " … ".join(texts))
    spoken = [_spoken(line, *run) for run in runs]
    return Rest(texts[0] if texts else "", " … ".join(one for one in spoken[1:] if one))


def hedged(line: Line, pieces: Sequence[Piece]) -> str:
    """The word right before a day or an hour that makes it another, or none yet: `before 4pm`, `moved to Friday`."""
    for one in pieces:
        if isinstance(one.what, (*DAYS, *HOURS)):
            place = one.own - 1
            while line.separator(place):
                place -= 1
            place -= line.word(place) == "to"
            if place >= 0 and line.word(place) in _HEDGES | {"by"} and line.kind(place) == "word":
                return line.slice(place, one.end)
    return _says_when(line, pieces)


def _says_when(line: Line, pieces: Sequence[Piece]) -> str:
    """What is left beside a day or a repeat and says which one: `last 3 Thursdays`, `second Friday`."""
    for one in pieces:
        joined = line.word(one.own - 1) in _JOINS and line.digits(one.own - 2) and len(line.word(one.own - 2)) < 3
        if isinstance(one.what, (*DAYS, *HOURS)) and joined and not _taken(one.own - 2, pieces):
            return line.slice(one.own - 2, one.end)
        place = one.at - 1
        if not isinstance(one.what, (*DAYS, repeats.Every, repeats.Times)) or place < 0:
            continue
        named = line.word(place) in _WHICH or (line.word(place) in SUFFIXES and ordinal(line, place - 1) is not None)
        if named and not _taken(place, pieces):
            return line.slice(place - (line.word(place) in SUFFIXES), one.end)
    return ""


def _taken(place: int, pieces: Sequence[Piece]) -> bool:
    return any(one.at <= place < one.end for one in pieces)


def _says_something(line: Line, at: int) -> bool:
    return line.kind(at) in ("word", "number", "mention") and line.word(at) not in _PLEASE


def _runs(covered: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(covered):
        if covered[at]:
            at += 1
            continue
        end = at
        while end < len(covered) and not covered[end]:
            end += 1
        found.append((at, end))
        at = end
    return found


def _text(line: Line, at: int, end: int) -> str:
    """A run without the marks and small words at its edges."""
    opening = at == 0
    while at < end and (line.separator(at) or (line.word(at) in _LEADING and not opening)):
        at += 1
    while end > at and (line.separator(end - 1) or (line.word(end - 1) in _TRAILING and not line.glued(end - 1))):
        if _other_half(line, at, end):
            break
        end -= 1
    text = " ".join(line.slice(at, end).split()).strip(_EDGES)
    return f"{text})" if text.count("(") == text.count(")") + 1 else text


def _other_half(line: Line, at: int, end: int) -> bool:
    """Whether the last word of a run is half of what stands before it: `drop in`, `check-in`."""
    before = end - 2
    while before > at and line.kind(before) not in ("word", "number"):
        before -= 1
    return before >= at and line.word(before) in _GOES_WITH.get(line.word(end - 1), ())


def _spoken(line: Line, at: int, end: int) -> str:
    return " ".join(line.slice(at, end).split()).strip(" ,;:-–—|.!?\n")
