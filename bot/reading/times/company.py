"""Who is named in a line, for which programme it is, and what is only politeness."""

from collections.abc import Sequence

from bot.reading.times import days
from bot.reading.times.parts import Courtesy, Named, Person, Piece, Programme
from bot.reading.times.tokens import Line
from bot.reading.words import COURTESY, GENERIC, set_of

_GROUPS = set_of(
    "parents parent carers carer mums dads mum dad families family friends kids children staff team "
    "volunteers grandparents everyone everybody all us me food music maths english art others adults "
    "teens young people siblings babies toddlers pets dogs animals numbers lego clay paint paper the a an "
    "our their no and or"
)
"""What may stand behind `with` and is nobody in particular."""
_MOST_MARKS = 12
"""No more marks are looked at behind a courtesy."""
_ENDS = set_of("on at for from next this every each tomorrow half in")
_ONE_TO_ONE = set_of("1 one 121 chat call catch catchup meet mentoring tutoring up")


def named(line: Line, at: int, before: list[Piece], names: frozenset[str]) -> tuple[int, object] | None:
    """Somebody named behind `with`, `w/`, or `and` behind other people, without a mention."""
    place = at + 1
    if line.word(at) == "w" and line.word(place) == "/":
        place += 1
    elif line.word(at) == "w":
        return None
    at_sign = line.word(at) == "@" or line.word(place) == "@"
    if line.word(at) == "@" and (line.digits(place) or line.glued(at)):
        return None  # an hour, or an address
    if line.word(place) == "@":
        place += 1
    if line.word(at) in ("and", "&") and not (
        before and before[-1].end == at and isinstance(before[-1].what, Person | Named)
    ):
        return None
    end = place
    while end < place + 3 and line.kind(end) == "word" and _is_name(line, end, names, first=end == place, sure=at_sign):
        end += 1
    if end == place and _lone_name(line, at, place):
        end = place + 1
    return (end, Named(line.slice(place, end))) if end > place else None


def _is_name(line: Line, at: int, names: frozenset[str], *, first: bool, sure: bool) -> bool:
    word = line.word(at)
    if days.day(line, at) or word in _GROUPS or word in COURTESY or word in GENERIC:
        return False
    if first and (sure or word in names):
        return True
    return line.tokens[at].text[:1].isupper() or (not first and f"{line.word(at - 1)} {word}" in names)


def _lone_name(line: Line, at: int, place: int) -> bool:
    """A word in small letters that can only be a name: `1:1 with sam`, `w/ sam`."""
    line, word = line, line.word(place)
    if line.kind(place) != "word" or word in _GROUPS or word.endswith("s") or days.day(line, place):
        return False
    if word in ("c", "e", "out"):
        return False
    ends = line.kind(place + 1) != "word" or bool(days.day(line, place + 1)) or line.word(place + 1) in _ENDS
    return ends or line.word(at) == "w" or line.word(at - 1) in _ONE_TO_ONE


def programme(line: Line, at: int, programmes: Sequence[Line]) -> tuple[int, object] | None:
    for name in programmes:
        words = [token.word for token in name.tokens]
        if words and line.words(at + 1, *words):
            return at + 1 + len(words), Programme(name.text)
    return None


def _says_no_more(line: Line, at: int) -> bool:
    """Whether only marks and pictures stand from here on."""
    return all(line.kind(place) == "mark" for place in range(at, min(len(line), at + _MOST_MARKS + 1)))


def courtesy(line: Line, at: int) -> tuple[int, object] | None:
    word = line.word(at)
    edge = at == 0 or line.separator(at - 1) or _says_no_more(line, at + 1)
    if at == 0 and word in ("can", "could", "would") and line.word(1) == "you":
        place = 2 + (line.word(2) in ("please", "pls"))
        if line.words(place, "set", "up"):
            return place + 2, Courtesy()
        if line.word(place) in ("book", "schedule", "arrange", "make", "create", "plan", "add"):
            return place + 1, Courtesy()
    if line.words(at, "thank", "you") or line.words(at, "many", "thanks"):
        return (at + 2, Courtesy()) if at == 0 or line.skip(at + 2) >= len(line) else None
    return (at + 1, Courtesy()) if word in COURTESY and (edge or line.word(at + 1) in COURTESY) else None
