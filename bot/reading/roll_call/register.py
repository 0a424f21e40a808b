"""Reading a register clause by clause: each has somebody it speaks of and something that it says of them.

What is said stands behind the names (`Ben and Cai absent`) or before them, and then holds for the list that follows
(`absent: Ben, Cai`). What could belong to one clause or to the next is in doubt; the nearest word decides nothing.
"""

from collections.abc import Sequence

from bot.reading.persons.known import Known
from bot.reading.roll_call.register_clauses import Clauses
from bot.reading.roll_call.register_items import STATES, Item
from bot.reading.roll_call.register_parts import Mention, Reading
from bot.reading.roll_call.register_words import Op

__all__ = ["Mention", "Reading", "read"]


def read(items: Sequence[Item], known: Known) -> Reading:
    """What a register says."""
    reading = Reading(known)
    lines = [row for row in _lines(items) if row]
    head = next((one.op for one in items if one.op in (Op.WORD, Op.NOT, *STATES)), None)
    if head not in STATES:
        lines = _joined(reading, lines)
    heading: Op | None = None
    went_on = False
    for row in lines:
        clauses = Clauses(reading, heading, row, goes_on=went_on)
        clauses.read()
        went_on = row[-1].op in (Op.SEPARATOR, Op.AND)
        heading = clauses.heading(goes_on=went_on)
        if row is lines[-1] and clauses.lost and not went_on:
            reading.open = reading.open or "names"
    _finish(reading)
    return reading


def _lines(items: Sequence[Item]) -> list[list[Item]]:
    lines: list[list[Item]] = [[]]
    for one in items:
        if one.op is Op.LINE:
            lines.append([])
        else:
            lines[-1].append(one)
    return lines


def _joined(reading: Reading, lines: list[list[Item]]) -> list[list[Item]]:
    """A name on one line and what is said of it on the next, all the way down; else nobody can tell of whom it is."""
    alone = [all(one.op in STATES for one in row) for row in lines]
    if not any(alone):
        return lines
    if len(lines) % 2 or any(alone[::2]) or not all(alone[1::2]):
        reading.open = "names"
        return lines
    return [[*lines[n], Item(Op.COLON), *lines[n + 1]] for n in range(0, len(lines), 2)]


def _finish(reading: Reading) -> None:
    """Put in doubt whatever fits no list, and what contradicts what is said of all."""
    bare = [one for one in reading.mentions if one.bare]
    named = {place for one in reading.mentions for place in one.places if len(one.places) == 1}
    told = any(Op.PRESENT in one.said and one.lead is None for one in reading.mentions)
    whole = reading.base is Op.ALL and len(named) == len(reading.known.names)
    for one in bare:
        of_all = reading.base in (Op.ALL, Op.NONE) and bool(one.places) and not whole
        one.doubt = one.doubt or one.loose_end or of_all or (told and reading.base is None)
    for one in reading.mentions:
        only = one.lead is Op.ONLY and reading.base is Op.ALL and not one.said
        contrary = reading.base is Op.NONE and (one.here or one.lead is Op.EXCEPT)
        risky = one.risky and not one.said & {Op.LATE, Op.EARLY}
        one.doubt = one.doubt or risky or only or contrary or (one.away and one.here)
