"""A copy of a concern's record as a PDF: landscape pages with the chronology in columns.

The same paper gives the same bytes. Fonts are shipped beside this file, so that Welsh accents, right-to-left writing
and emoji are printed on any machine; a character that none of them has is printed as its code, never dropped.
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from bot.concerns.copies.chronology import Line, Paper

_FONTS = Path(__file__).parent / "fonts"
_TEXT, _EMOJI = "text", "emoji"
_FILES = {_TEXT: "DejaVuSans.ttf", _EMOJI: "NotoEmoji-Regular.ttf"}
_SIZE, _STEP = 7.5, 3.6
"""Size of the text in points, and from line to line in millimetres."""
_MARGIN, _BOTTOM, _PAD = 10.0, 16.0, 1.0
_COLUMNS = (
    ("No.", 8.0),
    ("Event", 26.0),
    ("Entered", 26.0),
    ("By (role)", 26.0),
    ("Source", 19.0),
    ("What happened", 84.0),
    ("Action, or why none", 32.0),
    ("Agency and reply", 28.0),
    ("Decision and reason", 28.0),
)
_WHAT = 5
"""The column that runs over pages; it is printed last on each, so that its text goes on where it broke off."""
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
# It names the characters that a font lacks, and those are content.
logging.getLogger("fpdf").setLevel(logging.ERROR)


def render(paper: Paper) -> bytes:
    """The PDF. The record is attached where the paper has it."""
    document = _Document(paper)
    document.add_page()
    document.head()
    for number, line in enumerate(paper.lines, 1):
        document.row(_cells(number, line))
    document.notes(paper.notes)
    if paper.record is not None:
        document.embed_file(
            bytes=paper.record.encode(),
            basename="record.json",
            mime_type="application/json",
            creation_date=paper.header.made_at,
            modification_date=paper.header.made_at,
            compress=True,
        )
    return bytes(document.output())


def _cells(number: int, line: Line) -> list[Sequence[str]]:
    first = [(str(number),), (line.event,), (line.entered,), (line.by,), (line.source,)]
    return [*first, line.what, line.action, line.agency, line.decision]


@dataclass
class _Cell:
    """A column of a row: the lines that are still to be printed."""

    lines: list[str]


class _Document(FPDF):
    """The pages, with a header and a footer on each."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(orientation="landscape", format="A4")
        self._paper = paper
        self._widths: dict[str, float] = {}
        header = paper.header
        self.set_margins(_MARGIN, _MARGIN)
        self.set_auto_page_break(False)
        self.set_creation_date(header.made_at)
        self.set_title(f"Record {header.reference}")
        self.set_producer("facilitator assistant")
        self.set_lang("en-GB")
        self.add_font(_TEXT, "", _FONTS / _FILES[_TEXT])
        self.add_font(_TEXT, "B", _FONTS / "DejaVuSans-Bold.ttf")
        self.add_font(_EMOJI, "", _FONTS / _FILES[_EMOJI])
        self.set_fallback_fonts([_EMOJI], exact_match=False)
        self.set_text_shaping(True)
        self.c_margin = 0
        self._known = {code for font in self.fonts.values() if isinstance(font, TTFFont) for code in font.cmap}
        self.set_font(_TEXT, size=_SIZE)

    def header(self) -> None:
        """The reference on each page, and the columns' heads from the second on."""
        self.set_xy(_MARGIN, _MARGIN)
        self.set_font(_TEXT, "B", 11)
        self.cell(0, 6, f"Record {self._paper.header.reference}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_font(_TEXT, size=_SIZE)
        if self.page_no() > 1:
            self._column_heads()

    def footer(self) -> None:
        """Copy number, chain hash and page on each page."""
        self.set_font(_TEXT, size=6)
        self.set_xy(_MARGIN, self.h - 10)
        header = self._paper.header
        self.cell(0, 4, self._printable(f"{header.reference} · {header.copy} · chain {header.chain}"), align="L")
        self.set_xy(_MARGIN, self.h - 10)
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}", align="R")
        self.set_font(_TEXT, size=_SIZE)

    def head(self) -> None:
        """What the first page says before the chronology."""
        for name, value in self._paper.header.rows:
            for number, line in enumerate(self._wrapped(self._printable(value), 220)):
                self._room(_STEP + 0.6)
                top = self.get_y()
                if number == 0:
                    self.set_font(_TEXT, "B", _SIZE)
                    self.set_xy(_MARGIN, top)
                    self.cell(40, _STEP, name)
                    self.set_font(_TEXT, size=_SIZE)
                self._print(line, _MARGIN + 40, top, 220)
                self.set_y(top + _STEP + 0.4)
        self.ln(2)
        self._column_heads()

    def row(self, columns: Sequence[Sequence[str]]) -> None:
        """One line of the chronology, over as many pages as it takes. Each column of a page is printed in one go,
        so that its text can be read out of the file in order."""
        cells = [
            _Cell([line for text in texts for line in self._wrapped(self._printable(text), width - 2 * _PAD)])
            for texts, (_, width) in zip(columns, _COLUMNS, strict=True)
        ]
        while any(cell.lines for cell in cells):
            self._room(3 * _STEP)
            top = self.get_y()
            fits = max(1, int((self.h - _BOTTOM - top - 2 * _PAD) / _STEP))
            tallest = min(fits, max(len(cell.lines) for cell in cells))
            for number in (*range(_WHAT), *range(_WHAT + 1, len(_COLUMNS)), _WHAT):
                left, width = _MARGIN + sum(wide for _, wide in _COLUMNS[:number]), _COLUMNS[number][1]
                for place, line in enumerate(cells[number].lines[:tallest]):
                    self._print(line, left + _PAD, top + _PAD + place * _STEP, width - 2 * _PAD)
                cells[number].lines = cells[number].lines[tallest:]
            if any(cell.lines for cell in cells):
                cells[0].lines = [f"{columns[0][0]} …"]
            self.set_y(top + tallest * _STEP + 2 * _PAD)
            self.set_line_width(0.1)
            self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())

    def notes(self, notes: Sequence[str]) -> None:
        """What is said under the chronology."""
        self.ln(3)
        for note in notes:
            for line in self._wrapped(self._printable(note), 250):
                self._room(_STEP)
                top = self.get_y()
                self._print(line, _MARGIN, top, 250)
                self.set_y(top + _STEP)

    def _room(self, height: float) -> None:
        if self.get_y() + height > self.h - _BOTTOM:
            self.add_page()

    def _column_heads(self) -> None:
        self.set_font(_TEXT, "B", 6.5)
        top, left = self.get_y(), _MARGIN
        self.set_fill_color(230)
        self.rect(_MARGIN, top, self.w - 2 * _MARGIN, 5, style="F")
        for name, width in _COLUMNS:
            self.set_xy(left + _PAD, top)
            self.cell(width - _PAD, 5, name)
            left += width
        self.set_xy(_MARGIN, top + 5)
        self.set_font(_TEXT, size=_SIZE)

    def _print(self, line: str, left: float, top: float, width: float) -> None:
        if not line.strip():
            return
        self.set_xy(left, top)
        self.cell(width, _STEP, line, align="R" if _right_to_left(line) else "L")

    def _printable(self, text: str) -> str:
        """The text as it can be printed: tabs as spaces, control characters and what no font has as their codes."""
        return "".join(map(self._one_printable, text))

    def _one_printable(self, character: str) -> str:
        if character == "\n" or character in _INVISIBLE or ord(character) in self._known:
            return character
        if character == "\t":
            return "    "
        parts = unicodedata.normalize("NFKD", character)
        if len(parts) > 1 and all(ord(one) in self._known for one in parts):
            return parts
        return f"[U+{ord(character):04X}]"

    def _wrapped(self, text: str, width: float) -> list[str]:
        """Lines no wider than `width`, broken at spaces where there are any; nothing of the text is dropped but
        the space at which a line ends."""
        return [line for paragraph in text.split("\n") for line in self._lines(paragraph, width)]

    def _lines(self, paragraph: str, width: float) -> list[str]:
        found, line, wide = [], "", 0.0
        for piece in re.findall(r"\s+|\S+", paragraph):
            more = self._wide(piece)
            if wide + more <= width:
                line, wide = line + piece, wide + more
            elif piece.isspace():
                found.append(line)
                line, wide = "", 0.0
            else:
                if line.strip():
                    found.append(line.rstrip(" "))
                    line = ""
                *whole, line = self._broken(line + piece, width)
                found += whole
                wide = self._wide(line)
        return [*found, line]

    def _broken(self, word: str, width: float) -> list[str]:
        found, part = [], ""
        for character in word:
            joined = bool(part) and (character in _INVISIBLE or unicodedata.combining(character))
            if part and not joined and self._wide(part + character) > width:
                found.append(part)
                part = ""
            part += character
        return [*found, part]

    def _wide(self, text: str) -> float:
        if text not in self._widths:
            self._widths[text] = float(self.get_string_width(text)) if text else 0.0
        return self._widths[text]


def _right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False
