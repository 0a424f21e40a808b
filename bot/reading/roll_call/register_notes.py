"""What is told of how somebody felt: no name, and nothing that a register keeps."""

from collections.abc import Sequence

from bot.reading.persons.lexicon import words_of
from bot.reading.persons.names import folded
from bot.reading.roll_call.register_items import STATES
from bot.reading.roll_call.register_words import Op, Token

_FELT = words_of("crying cried upset distressed tearful tears sad sobbing weeping unhappy")
_BEFORE = words_of(
    "she he they was were is seemed looked felt got very really quite rather so a bit little still and in"
)
"""Words that may stand between what is said of somebody and how they felt."""
_JOINS = (Op.SEPARATOR, Op.AND, Op.DASH)
_ENDS = (*_JOINS, Op.LINE, Op.COLON, Op.OPENING, Op.CLOSING, Op.EXCEPT, Op.PLUS, Op.MINUS)


def without_notes(row: Sequence[Token], names: Sequence[str]) -> tuple[list[Token], bool]:
    """The words without how somebody felt, and whether that was told. Only behind what is said of somebody (*left early
    crying*, *plus Mo crying*) or as words of their own (*…, she was in tears*): beside a bare name it may be why they
    were not there."""
    called = {word for name in names for word in folded(name).split()}
    found: list[Token] = []
    told = False
    place = 0
    while place < len(row):
        end = next((n for n in range(place, len(row)) if row[n].op in _ENDS), len(row))
        clause = list(row[place:end])
        kept = clause[: _begins(clause, called)]
        alone = not kept and bool(found)
        came = bool(place) and row[place - 1].op is Op.PLUS and bool(clause) and clause[-1].text.islower()
        if len(kept) < len(clause) and (alone or came or any(one.op in STATES for one in kept)):
            told = True
            if alone and found[-1].op in _JOINS:
                del found[-1]
            found += kept
        else:
            found += clause
        found += row[end : end + 1]
        if [one.op for one in found[-2:]] == [Op.OPENING, Op.CLOSING]:
            del found[-2:]
        place = end + 1
    return found, told


def _begins(clause: Sequence[Token], called: set[str]) -> int:
    """Where in a clause its note begins; its length where it has none."""
    words = [folded(one.text).strip(".*_'\"") for one in clause]
    if not words or words[-1] not in _FELT or called & {words[-1]} or (words[-1] == "tears" and "in" not in words[-2:]):
        return len(clause)
    place = len(words) - 1
    while place and words[place - 1] in _BEFORE - called:
        place -= 1
    return place
