"""Dates in numbers alone: `19/11`, `19.11.26`, `2026-11-19`."""

from bot.reading.times.tokens import Line
from bot.reading.times.written import Dated, Day, NoSuchDay, Unreadable
from bot.reading.words import DASHES, WEEKDAYS


def date(line: Line, at: int) -> tuple[Day, int] | None:
    """`19/11`, `19/11/26`, `19.11.26`, `19-11-2026`, `2026-11-19`; what is no such day is said to be none."""
    parts, end, mark = _number_parts(line, at)
    if len(parts) < 2:
        return None
    typed = line.slice(at, end)
    if len(parts) == 3 and len(parts[0]) == 4 and mark in DASHES | {"/", "."}:
        return _checked(int(parts[2]), int(parts[1]), int(parts[0]), typed), end
    if len(parts) == 3 and len(parts[2]) in (2, 4) and max(len(parts[0]), len(parts[1])) < 3:
        year = int(parts[2])
        return _checked(int(parts[0]), int(parts[1]), year + 2000 if year < 100 else year, typed), end
    if len(parts) == 3 and len(parts[0]) < 3 and len(parts[1]) < 3:
        return Unreadable(typed), end
    if len(parts) == 2 and mark != "/" and 24 <= int(parts[0]) <= 31 and len(parts[1]) == 2:
        return (Dated(int(parts[0]), (int(parts[1]),)), end) if 0 < int(parts[1]) < 13 else None
    if len(parts) != 2 or mark != "/" or max(len(parts[0]), len(parts[1])) > 2:
        return None
    first, second = int(parts[0]), int(parts[1])
    idiom = typed == "24/7" and line.word(at - 1) not in WEEKDAYS and line.word(at - 1) not in ("on", "from", "until")
    if idiom or min(first, second) > 31 or (first == 1 and second in (2, 4) and _part_of(line, end)):
        return None
    return _checked(first, second, None, typed), end


def _part_of(line: Line, at: int) -> bool:
    """Whether a fraction stands before this: `1/2 term`."""
    return line.word(at) in ("term", "price", "day", "hour", "an", "marathon", "time")


def _number_parts(line: Line, at: int) -> tuple[list[str], int, str]:
    if not line.digits(at) or (line.glued(at) and line.word(at - 1) not in ("(", ",", "@", "[", "\n")):
        return [], at, ""
    parts, end, mark = [line.word(at)], at + 1, line.word(at + 1)
    if mark not in ("/", "-", ".", "–"):
        return [], at, ""
    while line.word(end) == mark and line.glued(end) and line.digits(end + 1) and line.glued(end + 1):
        parts.append(line.word(end + 1))
        end += 2
    stuck = line.kind(end) == "word" and line.glued(end) and line.word(end) not in ("t", "at")
    return ([], at, "") if stuck or len(parts) > 3 else (parts, end, mark)


def _checked(number: int, month: int, year: int | None, typed: str) -> Day:
    if 0 < number < 32 and 0 < month < 13:
        return Dated(number, (month,), year)
    if 0 < number < 13 and 12 < month < 32:
        return Unreadable(typed)
    return NoSuchDay(typed)
