"""The words of a register as items: names looked up, numbers judged, *was* and *not* settled by what stands behind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.reading.limits import keep_going
from bot.reading.persons.ages import OLDEST, YOUNGEST
from bot.reading.persons.known import Known
from bot.reading.persons.name import tidy
from bot.reading.persons.names import folded
from bot.reading.roll_call.register_words import NUMBERS, Op, Token

STATES = (Op.ABSENT, Op.PRESENT, Op.LATE, Op.EARLY)
HERE = (Op.PRESENT, Op.LATE, Op.EARLY)
ENDS = (Op.SEPARATOR, Op.LINE, Op.AND, Op.EXCEPT, Op.DASH, Op.OPENING, Op.CLOSING, None)
"""What a clause ends at."""
_SOMEBODY = (Op.WORD, Op.ALL, Op.NONE, Op.REST, Op.NO_OTHERS)


@dataclass(frozen=True)
class Item:
    """A sign of a register, or somebody named: a place among those known, several that fit, or none. The `number` of
    somebody nobody knows is their age."""

    op: Op
    text: str = ""
    places: tuple[int, ...] = ()
    loose: bool = False
    unsure: bool = False
    number: int = 0


def items(row: Sequence[Token], known: Known) -> list[Item]:
    """The items of a register, in their order."""
    return _settled(
        _counted(_named([one for one in row if one.op not in (Op.NOTHING, Op.ADDS)], known), len(known.names))
    )


def _named(row: Sequence[Token], known: Known) -> list[Item]:
    found: list[Item] = []
    place = 0
    while place < len(row):
        keep_going()
        one = row[place]
        end = place
        while end < len(row) and row[end].op is Op.WORD and not row[end].unsure:
            end += 1
        if end > place:
            found += _names(known, [word.text for word in row[place:end]])
            place = end
        elif one.op is Op.BOTH:
            several, length = _both(row, place, known)
            found += several
            place += length
        else:
            if one.unsure and found and found[-1].op is Op.WORD:
                found.append(Item(Op.SEPARATOR))
            found.append(_called(known, [one.text], unsure=True) if one.unsure else Item(one.op, one.text))
            place += 1
    return found


def _names(known: Known, words: list[str]) -> list[Item]:
    """A row of words: names, or one name that nobody has. Names beside one another are a list."""
    found: list[Item] = []
    parts = known.apart(words)
    bare = re.sub(r"['’]s$", "", words[-1])
    if not parts and bare != words[-1] and known.apart([*words[:-1], bare]):
        # `Ben's late` is Ben.
        words = [*words[:-1], bare]
        parts = known.apart(words)
    for start, end in parts or [(0, len(words))]:
        found += [Item(Op.SEPARATOR)] if found else []
        found.append(_called(known, words[start:end]))
    return found


def _called(known: Known, words: list[str], *, unsure: bool = False) -> Item:
    places, loose = known.called(words)
    return Item(Op.WORD, tidy(" ".join(words)), places, loose, unsure)


def _both(row: Sequence[Token], place: int, known: Known) -> tuple[list[Item], int]:
    """`both Sams`; `both Ava and Ben` is the two; `both` alone is all where there are two."""
    words = [one.op for one in row[place + 1 : place + 3]]
    if not words or words[0] is not Op.WORD:
        before = row[place - 1].op if place else None
        return ([] if before is Op.WORD else [Item(Op.ALL if len(known.names) == 2 else Op.PARTLY, "both")]), 1
    places = known.plural(row[place + 1].text)
    if len(places) == 2:
        first, second = (Item(Op.WORD, known.names[one], (one,)) for one in places)
        return [first, Item(Op.AND, "and"), second], 2
    if words[1:] == [Op.AND] or len(known.called([row[place + 1].text])[0]) == 1:
        return [], 1
    return [Item(Op.WORD, f"both {row[place + 1].text}")], 2


def _counted(row: Sequence[Item], people: int) -> list[Item]:
    """Numbers: of minutes and hours nothing is kept, one behind *all* must agree, the others count people."""
    found: list[Item] = []
    place = 0
    while place < len(row):
        one = row[place]
        before = found[-1].op if found else None
        unit = row[place + 1].text if place + 1 < len(row) and row[place + 1].op is Op.UNIT else ""
        after = row[place + 1].op if place + 1 < len(row) else None
        place += 1 + bool(one.op is Op.NUMBER and unit)
        if one.op is not Op.NUMBER:
            again = one.text.lower() == "early" and before is Op.EARLY
            found += [one] if one.op is not Op.UNIT and not again else []
            continue
        clock = any(sign in one.text for sign in ".:") or one.text.endswith(("am", "pm"))
        minutes = clock or unit.startswith(("min", "h", "am", "pm"))
        if minutes or before in (Op.LATE, Op.EARLY) or (before is Op.WORD and after is Op.LATE):
            continue
        number = _value(one.text)
        if not unit and _is_age(found, row, place, number):
            bracket = found[-1].op is Op.OPENING
            whose = found[-2] if bracket else found[-1]
            found[-2 if bracket else -1 :] = [replace(whose, number=number)]
            place += bracket
            continue
        if before is Op.ALL:
            found += [] if number == people else [Item(Op.PARTLY, one.text)]
        elif before in (Op.EXCEPT, Op.PLUS, Op.MINUS):
            found.append(Item(Op.WORD, one.text))
        else:
            found.append(Item(Op.NONE, one.text) if number == 0 else Item(Op.NUMBER, one.text, number=number))
    return found


def _is_age(found: Sequence[Item], row: Sequence[Item], place: int, number: int) -> bool:
    """Whether a number is the age of the name before it, which nobody on the list has: `plus Kai 12, Zed (11)`. What
    stands behind it is at `place`."""
    after = row[place].op if place < len(row) else None
    bracket = len(found) > 1 and found[-1].op is Op.OPENING and after is Op.CLOSING
    whose = found[-2] if bracket else found[-1] if found else None
    if whose is None or whose.op is not Op.WORD or whose.places or whose.number:
        return False
    return (bracket or after in ENDS) and YOUNGEST <= number <= OLDEST


def _value(text: str) -> int:
    digits = "".join(one for one in text if one.isdigit())
    return int(digits) if digits else NUMBERS[folded(text)]


def _settled(row: Sequence[Item]) -> list[Item]:
    """`was` and `did` with nothing behind them say *yes*; *not* says the opposite of what follows."""
    found: list[Item] = []
    behind = _YesBehind()
    place = 0
    while place < len(row):
        keep_going()
        one = row[place]
        op = row[place + 1].op if place + 1 < len(row) else None
        before = found[-1].op if found else None
        place += 1
        if one.op is Op.ALSO:
            if op in ENDS and before in _SOMEBODY:
                found.append(Item(Op.PRESENT, one.text))
        elif one.op in (Op.NOT, Op.NEGATED):
            new, used = _negated(one, op, before, yes_behind=behind.told(found))
            found += new
            place += used
        else:
            found.append(one)
    return found


class _YesBehind:
    """Whether signs stand behind their names: `Ava yes Ben no Cai yes`. What it was shown it does not look at again."""

    def __init__(self) -> None:
        self._seen, self._states = 0, False
        self._first: Op | None = None

    def told(self, found: Sequence[Item]) -> bool:
        """What the items up to here say."""
        for one in found[self._seen :]:
            if self._first is None and one.op in (Op.WORD, *STATES):
                self._first = one.op
            self._states = self._states or one.op in STATES
        self._seen = len(found)
        return self._first is Op.WORD and self._states


def _negated(one: Item, behind: Op | None, before: Op | None, *, yes_behind: bool) -> tuple[list[Item], int]:
    """What *not* and what stands behind it say together, and how many items behind it are used up."""
    somebody = before in _SOMEBODY
    if behind is Op.PRESENT:
        return [Item(Op.ABSENT, one.text)], 1
    if behind in (Op.ABSENT, Op.LATE, Op.EARLY):
        if before is Op.WORD:
            # `Ben was not late`: nobody knows what to think of the others.
            return [Item(Op.PARTLY, one.text)], 1
        if behind is Op.ABSENT:
            return ([Item(Op.PRESENT, one.text)] if somebody else [Item(Op.NONE), Item(Op.ABSENT)]), 1
        return ([Item(Op.PRESENT, one.text)] if somebody else []), 1
    if behind in ENDS:
        somebody = somebody or (before in (Op.COLON, Op.DASH, Op.OPENING) and one.text.lower() in ("no", "not"))
        return [Item(Op.ABSENT if somebody else Op.PARTLY, one.text)], 0
    if behind is Op.WORD and one.op is Op.NOT:
        if before in (Op.WORD, Op.COLON, Op.DASH) and one.text.lower() == "no":
            return [Item(Op.ABSENT if yes_behind else Op.PARTLY, one.text)], 0
        return [Item(Op.NOT, one.text)], 0
    return [Item(Op.PARTLY, one.text)], 0
