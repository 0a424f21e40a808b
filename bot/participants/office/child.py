"""The program that opens a file from the office, in a process of its own: bytes in, cells as text out.

A file may be made to take all memory, or to break whatever reads it. Here it can break only this process, which has no
keys, no database and no network to speak of, may write no file, and is ended after a few seconds. It is run by its
path and imports nothing of the bot.
"""

import codecs
import csv
import io
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_000, 60, 300
_MEMORY, _SECONDS = 1 << 30, 5
_SEPARATORS = ",;\t|"
_LOOKED_AT = 30


class Unreadable(Exception):
    """Why a file cannot be read, in one word."""


def main() -> None:
    """Read the file from standard input; answer with JSON."""
    _limit()
    content = sys.stdin.buffer.read()
    try:
        sheet, others, rows = _opened(content)
        answer: dict[str, Any] = {"sheet": sheet, "others": others, "rows": rows}
    except Unreadable as problem:
        answer = {"problem": str(problem)}
    sys.stdout.write(json.dumps(answer))


def _limit() -> None:
    import resource  # not on every system, and none of it in the bot's own process

    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _opened(content: bytes) -> tuple[str, int, list[list[str]]]:
    """The sheet's name, how many others hold something, and its rows without the empty ones."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _workbook(content)
    return "", 0, _tidy(_separated(_decoded(content)))


def _workbook(content: bytes) -> tuple[str, int, list[list[str]]]:
    import python_calamine  # loaded for workbooks alone: most lists are plain text

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        seen = [one.name for one in book.sheets_metadata if one.visible == python_calamine.SheetVisibleEnum.Visible]
        found = []
        for name in seen:
            sheet = book.get_sheet_by_name(name)
            if sheet.height > MOST_ROWS * 20:
                raise Unreadable("long")
            rows = _tidy([[_text(cell) for cell in row] for row in sheet.to_python(nrows=MOST_ROWS + 1)])
            if rows:
                found.append((name, rows))
    except python_calamine.PasswordError:
        raise Unreadable("password") from None
    except (python_calamine.CalamineError, ValueError, OSError):
        raise Unreadable("broken") from None
    if not found:
        raise Unreadable("empty")
    return found[0][0], len(found) - 1, found[0][1]


def _text(cell: object) -> str:
    """A cell as somebody reads it; a day without its hour."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if isinstance(cell, timedelta) else str(cell)


def _decoded(content: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _as(content, name)
    if b"\x00" in content[:400]:
        # Written without its mark: which of the two it is, every second byte of plain letters tells.
        return _as(content, "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be", "kind")
    try:
        return _checked(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _as(content, "cp1252")


def _as(content: bytes, name: str, problem: str = "letters") -> str:
    try:
        return _checked(content.decode(name))
    except UnicodeDecodeError:
        raise Unreadable(problem) from None


def _checked(text: str) -> str:
    """The text, if it is one: no other file has no signs in it that stand for nothing."""
    if any(one < " " and one not in "\t\n\r\v\f\x1c\x1d\x1e" for one in text):
        raise Unreadable("kind")
    return text


def _separated(text: str) -> Iterator[list[str]]:
    lines = text.splitlines()
    if lines and lines[0].casefold().startswith("sep=") and len(lines[0]) == 5:
        separator, lines = lines[0][4], lines[1:]
    else:
        separator = max(_SEPARATORS, key=lambda one: _columns(lines, one))
    try:
        yield from csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    except csv.Error:
        raise Unreadable("broken") from None


def _columns(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many of the first lines have as many cells as most of them, where that is more than one; how many cells."""
    try:
        widths = [len(row) for row in csv.reader(lines[:_LOOKED_AT], delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0
    most = max(set(widths), key=widths.count, default=1)
    return (widths.count(most), most) if most > 1 else (0, 0)


def _tidy(rows: Iterator[list[str]] | Sequence[list[str]]) -> list[list[str]]:
    """The rows that say something, each cell in one line, all of them as wide as the widest."""
    found = []
    for row in rows:
        cells = [" ".join(cell.split())[:LONGEST_CELL] for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("wide")
        if cells:
            found.append(cells)
        if len(found) > MOST_ROWS:
            raise Unreadable("long")
    width = max(map(len, found), default=0)
    return [[*row, *[""] * (width - len(row))] for row in found]


if __name__ == "__main__":
    main()
