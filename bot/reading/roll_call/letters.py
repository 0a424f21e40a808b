"""A register in letters: `Aled P, Bethan A, Carys L`, `aled y bethan n`, `Aled: 1`.

A letter beside a name may be the beginning of a surname, so that it is a mark only where everybody named has one and
all are of one kind. Where a letter could be both it is asked about.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reading.limits import keep_going
from bot.reading.persons.known import Known

_KINDS = (
    {"p": "present", "a": "absent", "l": "late"},
    {"y": "present", "n": "absent", "l": "late"},
    {"1": "present", "0": "absent"},
    {"true": "present", "false": "absent"},
    {"/": "present", "x": "absent", "o": "absent", "n": "absent", "l": "late"},
)
_PIECE = re.compile(r"(?P<apart>[,;:()\[\]=\n|&]|(?<!\S)(?:[-–—]+|and)(?!\S))|(?P<word>[^\s,;:()\[\]=|&]+)")
_LONGEST_NAME = 4


@dataclass(frozen=True)
class Marked:
    """The same register in words, and what each letter was taken for. `doubt`: a letter may be a surname's."""

    text: str
    said: str
    doubt: str = ""


def marked(text: str, known: Known) -> Marked | None:
    """What a register in letters says, in words; None where it is none."""
    words = [found["word"] for found in _PIECE.finditer(text) if found["word"]]
    kind = next((one for one in _KINDS if sum(word.casefold() in one for word in words) > 1), None)
    if kind is None:
        return None
    units = _units(words, kind, known)
    if sum(len(known.called(name)[0]) == 1 for name, _mark in units) < 2:
        return None
    both = [(name, mark) for name, mark in units if mark.isalpha() and known.called([*name, mark])[0]]
    if len(both) == len(units):
        return None  # these are names
    marks = dict.fromkeys(mark for _name, mark in units)
    # Who is named is there in either reading; a cross alone may be a tick, and one letter that of several surnames.
    doubtful = [one for one in both if kind[one[1].casefold()] != "present"]
    folded = {mark.casefold() for mark in marks}
    one_letter = len(folded) == 1 and folded <= {"p", "a", "l"} and any(len(name) < 2 for name, _mark in units)
    doubtful += units[:1] if one_letter or folded <= {"x", "o"} else []
    said = ", ".join(f"{mark} as {kind[mark.casefold()]}" for mark in marks)
    lines = "\n".join(f"{' '.join(name)}: {kind[mark.casefold()]}" for name, mark in units)
    doubt = f"{' '.join(doubtful[0][0])} {doubtful[0][1]}" if doubtful else ""
    return Marked(lines, f"I took {said}.", doubt)


def _units(words: Sequence[str], kind: dict[str, str], known: Known) -> list[tuple[list[str], str]]:
    """Each name with the mark behind it, or where the first word is one, those of a list with the mark before it; none
    where a name has no mark."""
    before = words[0].casefold() in kind
    if before == (words[-1].casefold() in kind):
        return []
    units: list[tuple[list[str], str]] = []
    name: list[str] = []
    for word in reversed(words) if before else words:
        keep_going()
        if word.casefold() not in kind:
            name.append(word)
        elif before:
            row = name[::-1]
            units += [(row[start:end], word) for start, end in reversed(known.apart(row) or [(0, len(row))])]
            name = []
        else:
            units.append((name, word))
            name = []
    whole = not name and all(0 < len(one) <= _LONGEST_NAME for one, _mark in units)
    return (units[::-1] if before else units) if whole else []
