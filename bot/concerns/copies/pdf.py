"""A copy of a concern's record as a PDF: upright pages, one entry after another, tagged for screen readers (PDF/UA-1).

The same paper gives the same bytes. Fonts are shipped beside this file, so that Welsh accents, right-to-left writing
and emoji are printed on any machine; a character that none of them has is printed as its code, never dropped.
"""

import io
import json
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont
from pypdf import PdfReader, PdfWriter

from bot.concerns.copies.chronology import NOTHING, Line, Paper

SHORTEST_PASSWORD = 8
_HERE = Path(__file__).parent
_FONTS = _HERE / "fonts"
_A_LINE = 70
"""What is longer stands under its label instead of beside it."""
_INVISIBLE = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)


def render(paper: Paper, password: str = "") -> bytes:
    """The PDF. The record is attached where the paper has it; with a password the file opens with it alone."""
    content = typst.compile(
        str(_HERE / "record.typ"),
        root=str(_HERE),
        font_paths=[str(_FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(_pages(paper), ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(paper.header.made_at.timestamp()),
    )
    return _locked(bytes(content), password) if password else bytes(content)


def _locked(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _pages(paper: Paper) -> dict[str, Any]:
    """What the template prints, every text as it can be printed."""
    header = paper.header
    return {
        "title": f"Record {header.reference}",
        "maker": "facilitator assistant",
        "foot": _printable(f"{header.reference} · {header.copy} · chain {header.chain}"),
        "head": [_row(label, (value,)) for label, value in header.rows],
        "entries": [
            {"title": f"{number}. {line.source}", "rows": [_row(label, texts) for label, texts in _labelled(line)]}
            for number, line in enumerate(paper.lines, 1)
        ],
        "notes": [_printable(note) for note in paper.notes],
        "attached": paper.record,
    }


def _labelled(line: Line) -> list[tuple[str, Sequence[str]]]:
    """An entry as labels and texts; a column that says nothing is left out."""
    rows: list[tuple[str, Sequence[str]]] = [
        ("When it happened", (line.event,)),
        ("Entered", (line.entered,)),
        ("By", (line.by,)),
        ("What happened", line.what),
        ("Action, or why none", line.action),
        ("Agency and reply", line.agency),
        ("Decision and reason", line.decision),
    ]
    return [(label, texts) for label, texts in rows if any(texts) and tuple(texts) != NOTHING]


def _row(label: str, texts: Sequence[str]) -> dict[str, Any]:
    lines = [_printable(line) for text in texts for line in text.split("\n")]
    found = [{"text": line, "right-to-left": _right_to_left(line)} for line in lines]
    short = len(lines) == 1 and len(lines[0]) <= _A_LINE and not found[0]["right-to-left"]
    return {"label": label, "lines": found, "short": short}


@cache
def _known() -> frozenset[int]:
    """The characters that the fonts have."""
    found: set[int] = set()
    for name in ("DejaVuSans.ttf", "NotoEmoji-Regular.ttf"):
        with TTFont(_FONTS / name, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def _printable(text: str) -> str:
    """The text as it can be printed: tabs as spaces, control characters and what no font has as their codes."""
    return "".join(map(_one_printable, text))


def _one_printable(character: str) -> str:
    known = _known()
    if character == "\n" or character in _INVISIBLE or ord(character) in known:
        return character
    if character == "\t":
        return "    "
    parts = unicodedata.normalize("NFKD", character)
    if len(parts) > 1 and all(ord(part) in known for part in parts):
        return parts
    return f"[U+{ord(character):04X}]"


def _right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction goes from right to left."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False
