"""Moments that somebody takes back while typing: `sat no sorry sun at 3` is Sunday at three."""

from collections.abc import Callable, Sequence

from bot.reading.corrections import Correction, corrections
from bot.reading.times import repeats
from bot.reading.times.parts import DAYS, HOURS, Instant, Length, Piece, Until
from bot.reading.times.tokens import Line

_KINDS: tuple[tuple[type, ...], ...] = (DAYS, (*HOURS, Instant), (Length,), (Until,), (repeats.Times, repeats.Stretch))
_MOST = 4
"""Nobody can follow more of them in one line."""
_Parts = Callable[[str], tuple[Line, list[Piece]]]


def corrected(text: str, parts: _Parts) -> tuple[str, str] | None:
    """The text with what was taken back left out, and the words that take it back. The text is empty where nobody can
    tell what is taken back; None where nothing is."""
    found = corrections(text)
    if len(found) > _MOST:
        return "", found[0].mark
    for one in found:
        after = _leading(one, parts)
        if after is None:
            if one.sure:
                return "", one.mark
            continue
        line, pieces = parts(one.before)
        repeated = any(isinstance(piece.what, repeats.Every | Until) for piece in pieces)
        left_out = _same_kinds(line, pieces, parts(after)[1])
        if left_out and not (repeated and one.mark.casefold() == "no"):
            return f"{_without(line, left_out)} {after}".strip(), one.mark
        if one.sure or one.mark.casefold()[:1] in ("s", "o"):
            return "", one.mark
    return None


def _leading(one: Correction, parts: _Parts) -> str | None:
    """What stands instead, where it begins with something of a moment; a number alone is an hour behind one."""
    for begins in ("", "at "):
        text = f"{begins}{one.after}"
        pieces = parts(text)[1]
        if pieces and pieces[0].at == 0 and _kind(pieces[0]) is not None:
            return text
        if not one.after[:1].isdigit():
            return None
    return None


def _kind(piece: Piece) -> int | None:
    return next((number for number, kind in enumerate(_KINDS) if isinstance(piece.what, kind)), None)


def _same_kinds(line: Line, before: Sequence[Piece], after: Sequence[Piece]) -> list[Piece]:
    """The last parts of a text that what stands behind says anew: of each kind those that stand together. Empty where
    that with which it begins is not among them."""
    found: list[Piece] = []
    for kind in dict.fromkeys(_kind(piece) for piece in after):
        last: Piece | None = None
        for piece in reversed([piece for piece in before if kind is not None and _kind(piece) == kind]):
            if last is None or line.skip(piece.end) >= last.at:
                found.append(piece)
                last = piece
    return found if any(_kind(piece) == _kind(after[0]) for piece in found) else []


def _without(line: Line, left_out: Sequence[Piece]) -> str:
    """The line's text without these parts."""
    text = line.text
    for piece in sorted(left_out, key=lambda one: -one.at):
        text = f"{text[: line.tokens[piece.at].start]} {text[line.tokens[piece.end - 1].end :]}"
    return text.strip()
