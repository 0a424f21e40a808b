"""How people begin when they ask for a meeting: `hiya`, `can you set up a meeting called`; none of it is a title."""

from bot.reading.times import days
from bot.reading.times.tokens import Line
from bot.reading.words import COURTESY, set_of

_PARTS_OF_DAY = set_of("morning afternoon evening")
_ALL = set_of("all team everyone everybody folks there both")
_MODALS = set_of("can could would will cld pls")
_WHO = set_of("you u we i")
_VERBS = set_of("book schedule arrange make create plan add do have organise organize")
_IN_TWO = (("set", "up"), ("book", "in"), ("put", "in"), ("sort", "out"))
_ARTICLES = set_of("a an another")
_MEETINGS = set_of("meeting mtg session call")
_NAMED = set_of("called named titled about for") | {":"}
_NO_TITLE = set_of("on at for from with and by to in next this every each tomorrow today tonight or w")
_NOUNS_OF_MEETING = set_of("room notes minutes group planning prep point skills agenda")
"""What may stand behind `new meeting` so that both are a title."""


def opening(line: Line, at: int) -> int | None:
    """The place behind a greeting or a request that begins here, at the beginning of a line; None where none does."""
    if not _begins(line, at):
        return None
    greeted = _greeting(line, at)
    if greeted:
        return greeted
    asked = _request(line, at)
    if asked is None:
        return None
    end, whole = asked
    named = _behind_a_meeting(line, end)
    if named:
        return named
    if not whole or not _goes_on(line, end):
        return None
    return end + 1 if line.word(end) in ("a", "an", "the") and line.word(end + 1) not in _MEETINGS else end


def _begins(line: Line, at: int) -> bool:
    """Whether only courtesy stands before."""
    before = range(min(at, 8))
    polite = COURTESY | _PARTS_OF_DAY | _ALL | {"good"}
    return at <= len(before) and all(line.kind(one) == "mark" or line.word(one) in polite for one in before)


def _greeting(line: Line, at: int) -> int | None:
    if line.word(at) in ("hi", "hiya", "hello", "hey") and line.word(at + 1) in _ALL and line.separator(at + 2):
        return at + 2
    place = at + (line.word(at) == "good")
    if line.word(place) not in _PARTS_OF_DAY:
        return None
    return place + 1 if place > at or line.word(place + 1) in ("!", ",") else None


def _request(line: Line, at: int) -> tuple[int, bool] | None:
    """`can you set up`, `I need`: the place behind it, and whether it asks for something without more words."""
    if line.word(at) in _MODALS and line.word(at + 1) in _WHO:
        place = at + 2 + (line.word(at + 2) in ("please", "pls", "plz"))
        end = _verb(line, place) or _put(line, place)
        return (end, True) if end else None
    if line.word(at) in ("i", "we", "i'd", "we'd") and line.word(at + 1) in ("need", "want", "like"):
        end = _verb(line, at + 3) if line.word(at + 2) == "to" else None
        return (end, True) if end else (at + 2, False)
    if line.word(at) in ("new", "another") and line.word(at + 1) in _MEETINGS:
        return at, False
    end = _verb(line, at)
    # `set up Coffee chat`, but not `Book club`, `Plan B` or `Schedule review`.
    if end is None or end >= len(line):
        return None
    small = line.tokens[at].text.islower() and line.tokens[end - 1].text.islower()
    titled = small and line.tokens[end].text[:1].isupper()
    return (end, True) if titled or line.word(end) in _ARTICLES else None


def _verb(line: Line, at: int) -> int | None:
    for first, second in _IN_TWO:
        if line.words(at, first, second):
            return at + 2
    return at + 1 if line.word(at) in _VERBS else None


def _put(line: Line, at: int) -> int | None:
    """The place behind the *put* of `put chess in for Thursday`."""
    if line.word(at) not in ("put", "get", "pop"):
        return None
    ends = range(at + 2, min(at + 8, len(line)))
    return (
        at + 1
        if any(line.word(one) in ("in", "down", "on") and line.word(one + 1) in _NO_TITLE for one in ends)
        else None
    )


def _behind_a_meeting(line: Line, at: int) -> int | None:
    """The place behind `a new meeting called`, where a title follows."""
    place = at + (line.word(at) in _ARTICLES)
    place += line.word(place) in ("new", "quick", "online")
    if line.word(place) not in _MEETINGS or place == at:
        return None
    end = place + 1
    named = line.word(end) in _NAMED
    end += named
    if not named and line.word(end) in _NOUNS_OF_MEETING:
        return None
    return end if _goes_on(line, end) else None


def _goes_on(line: Line, at: int) -> bool:
    """Whether words of a title stand here."""
    if line.kind(at) not in ("word", "number", "quote") or line.word(at) in _NO_TITLE:
        return False
    return days.day(line, at) is None
