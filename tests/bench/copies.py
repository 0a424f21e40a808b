"""A copy of a long record as a PDF: 200 entries, right-to-left writing and emoji among them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import perf_counter

from bot.concerns.copies import pdf
from bot.concerns.copies.chronology import Header, Line, Paper
from tests.bench.figure import Figure

ENTRIES = 200
_AT = datetime(2026, 3, 19, 12, tzinfo=UTC)
_WHEN = "Thursday 26 November 2026 at 16:00 GMT"
_WORDS = "“dwi ddim eisiau mynd adre 😀\nهو قال: لا أريد أن أعود\nאני מפחד ללכת הביתה”"  # noqa: RUF001


def a_paper(entries: int, mark: str) -> Paper:
    """A record of so many entries; `mark` makes each one different, so that nothing is remembered from before."""
    facts = "What was seen and heard, in the worker's own words, as they wrote it down. " * 5
    lines = [
        Line(_WHEN, _WHEN, "Farah Facilitator (raiser)", "Record", (f"{mark} {number} {facts}", _WORDS))
        for number in range(entries)
    ]
    header = Header("C-2026-12345", (("Reference", "C-2026-12345"),), "copy 1", _AT, f"7:{'ab' * 32}")
    return Paper(header, tuple(lines), (), None)


def figures() -> Iterator[Figure]:
    """The first copy of a process, which reads the fonts, and the best of five later ones."""
    taken = []
    for mark in "abcdef":
        begun = perf_counter()
        pdf.render(a_paper(ENTRIES, mark))
        taken.append(perf_counter() - begun)
    yield Figure(f"the first {ENTRIES} entries of a process", taken[0], "s")
    yield Figure(f"{ENTRIES} entries", min(taken[1:]), "s", 0.5)
