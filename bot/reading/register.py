"""Reading a register word by word: what is said of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reading.known import Known
from bot.reading.limits import keep_going
from bot.reading.name import tidy
from bot.reading.names import folded
from bot.reading.register_words import NUMBERS, Op, Token

STATES = (Op.ABSENT, Op.PRESENT, Op.LATE, Op.EARLY)
HERE = (Op.PRESENT, Op.LATE, Op.EARLY)


@dataclass
class Mention:
    """Somebody who is named (a place, several that fit, or words), and what is said of them so far."""

    text: str
    places: tuple[int, ...]
    loose: bool
    mode: Op | None
    group: int
    line: int
    marked: set[Op] = field(default_factory=set)


@dataclass
class Reading:
    """The state of a reading, token by token."""

    known: Known
    base: Op | None = None
    mode: Op | None = None
    group: int = 0
    line: int = 0
    open: str = ""
    counts: dict[Op | None, int] = field(default_factory=dict)
    number: int | None = None
    mentions: list[Mention] = field(default_factory=list)
    last: Op | None = None
    marks_lead: bool = False


def take(reading: Reading, row: Sequence[Token], place: int) -> int:
    """Read one token, or a run of words; how many tokens that were."""
    one = row[place]
    if one.op is Op.WORD:
        end = place
        while end < len(row) and row[end].op is Op.WORD:
            end += 1
        _names(reading, [word.text for word in row[place:end]])
        reading.last = Op.WORD
        return end - place
    if one.op is Op.BOTH:
        return _both(reading, row, place)
    following = next((next_one for next_one in row[place + 1 :] if next_one.op is not Op.NOTHING), None)
    _sign(reading, one, following)
    if one.op not in (Op.NOTHING, Op.COLON):
        reading.last = one.op
    return 1


def _sign(reading: Reading, one: Token, following: Token | None) -> None:
    """What a word other than a name does."""
    match one.op:
        case Op.ALL | Op.NONE | Op.ONLY:
            _begin(reading, one.op)
        case Op.EXCEPT:
            _except(reading, one.text)
        case Op.PLUS | Op.NOT:
            _turn(reading, one, following)
        case Op.ABSENT | Op.PRESENT | Op.LATE | Op.EARLY:
            _state(reading, one.op, following)
        case Op.PARTLY:
            reading.open = reading.open or ("absent" if _speaks_of_all(one.text, following) else "names")
        case Op.SEPARATOR | Op.LINE:
            _separate(reading, one.op)
        case Op.NUMBER | Op.UNIT:
            _number(reading, one, following)
        case _:
            pass


def _separate(reading: Reading, op: Op) -> None:
    reading.group += 1
    if op is Op.LINE:
        reading.line += 1
        reading.mode = None if reading.base is None and not reading.marks_lead else reading.mode


def _speaks_of_all(text: str, following: Token | None) -> bool:
    plain = folded(text)
    return "all" in plain.split() or "every" in plain or (following is not None and following.op is Op.ALL)


def _begin(reading: Reading, op: Op) -> None:
    if op is Op.ONLY:
        reading.mode = Op.PRESENT
        reading.base = reading.base or Op.ONLY
        return
    if reading.base is not None or reading.mentions:
        reading.open = reading.open or "names"
    reading.base = op


def _except(reading: Reading, text: str) -> None:
    """`but`, `except`, a dash: who was not there after *all*, and who was after *none*; a dash alone is no word."""
    dash = not any(letter.isalnum() for letter in text)
    if reading.base is Op.NONE:
        reading.base, reading.mode = Op.ONLY, Op.PRESENT
    elif reading.base is Op.ALL:
        reading.mode = Op.EXCEPT
        reading.group += 1
    elif not dash:
        reading.open = reading.open or "names"


def _turn(reading: Reading, one: Token, following: Token | None) -> None:
    """`plus` and `not`: what follows is a walk-in, or was not there; behind a name, *no* says it of them."""
    if one.op is Op.PLUS:
        reading.mode = Op.PLUS
        reading.group += 1
        return
    named_before = reading.last in (Op.WORD, Op.BOTH)
    if named_before and (following is None or following.op in (Op.SEPARATOR, Op.LINE, Op.AND)) and one.text.islower():
        _state(reading, Op.ABSENT, following)
    elif following is not None and following.op in (Op.WORD, Op.BOTH):
        reading.mode = Op.EXCEPT if reading.base is Op.ALL else Op.ABSENT
        reading.group += 1
    elif named_before and following is not None and following.op is Op.WORD:
        reading.open = reading.open or "names"
    else:
        reading.open = reading.open or "names"


def _state(reading: Reading, op: Op, following: Token | None) -> None:
    """`absent`, `late` …: of the names before it, or of those that follow."""
    if reading.number is not None:
        reading.counts[op], reading.number = reading.number, None
    leads = following is not None and following.op in (Op.WORD, Op.BOTH, Op.COLON)
    if reading.last in (Op.WORD, Op.BOTH, Op.NUMBER, *STATES) and reading.mentions and not _led(reading, leads):
        _mark(reading, op)
    elif leads:
        reading.mode = op
        reading.group += 1
    elif reading.base is Op.NONE and op is Op.ABSENT and not reading.mentions:
        reading.base = Op.ALL
    elif reading.base in (Op.ALL, Op.NONE) and op is Op.PRESENT and not reading.mentions:
        return
    elif reading.mentions and reading.last is not Op.SEPARATOR:
        _mark(reading, op)
    else:
        reading.open = reading.open or "names"


def _led(reading: Reading, leads: bool) -> bool:
    """Whether signs stand before their names in this text, so that one behind a name is of the next."""
    return leads and reading.marks_lead and reading.last in (Op.WORD, Op.BOTH)


def _mark(reading: Reading, op: Op) -> None:
    """Say something of the names that stand together right before."""
    newest = reading.mentions[-1]
    group = [one for one in reading.mentions if one.group == newest.group and one.mode is newest.mode]
    unsaid = [one for one in group if not one.marked] or [newest]
    earlier = [
        one
        for one in reading.mentions
        if one.line == newest.line and one.group != newest.group and one.mode is None and not one.marked
    ]
    if op is not Op.PRESENT and ((earlier and reading.base is None) or (len(unsaid) > 1 and newest.mode is Op.EXCEPT)):
        for one in earlier or unsaid:
            one.marked.add(Op.PARTLY)
    if reading.base is Op.ONLY and op is Op.ABSENT:
        reading.base = None
    for one in unsaid:
        keep_going()
        one.marked.add(Op.PARTLY if reading.base is Op.ONLY and op is not Op.PRESENT else op)
        if one.mode in (Op.EXCEPT, Op.ABSENT) and op in HERE and one.group != _first_group(reading, one.mode):
            one.mode = None


def _first_group(reading: Reading, mode: Op) -> int:
    return next(one.group for one in reading.mentions if one.mode is mode)


def _number(reading: Reading, one: Token, following: Token | None) -> None:
    """A number of people says nothing of who; behind *all* it has to agree. One of minutes is none of people."""
    text = one.text
    if one.op is Op.UNIT:
        minutes = reading.last is Op.NUMBER and text.startswith(("min", "h", "am", "pm"))
        reading.number = None if minutes else reading.number
        return
    if any(sign in text for sign in ".:") or text.endswith(("am", "pm")):
        return
    digits = "".join(one for one in text if one.isdigit())
    number = int(digits) if digits else NUMBERS[folded(text)]
    if reading.base is Op.ALL and reading.last is Op.ALL:
        if number != len(reading.known.names) and not (following and following.op in (Op.UNIT, Op.LATE)):
            reading.open = reading.open or "names"
        return
    if reading.mode in (Op.EXCEPT, Op.PLUS) and (following is None or following.op not in (Op.UNIT, Op.LATE)):
        _mention(reading, text, (), loose=False)
        return
    if reading.last in (Op.EARLY, Op.LATE):
        return
    reading.number = number


def _both(reading: Reading, row: Sequence[Token], place: int) -> int:
    """`both Sams`."""
    following = row[place + 1] if place + 1 < len(row) else None
    if following is None or following.op is not Op.WORD:
        return 1
    places = reading.known.plural(following.text)
    if len(places) != 2:
        _mention(reading, f"both {following.text}", (), loose=False)
    for one in places if len(places) == 2 else ():
        _mention(reading, reading.known.names[one], (one,), loose=False)
    reading.last = Op.WORD
    return 2


def _names(reading: Reading, words: list[str]) -> None:
    """A row of words: names, or one name that nobody has."""
    parts = reading.known.apart(words)
    if not parts:
        _mention(reading, tidy(" ".join(words)), (), loose=False)
    for start, end in parts:
        places, loose = reading.known.called(words[start:end])
        _mention(reading, tidy(" ".join(words[start:end])), places, loose=loose)
        # Names that stand beside one another without a word between them are no group.
        reading.group += 1 if len(parts) > 1 and end < len(words) else 0


def _mention(reading: Reading, text: str, places: tuple[int, ...], *, loose: bool) -> None:
    reading.mentions.append(Mention(text, places, loose, reading.mode, reading.group, reading.line))
