"""What follows `/meeting new` is understood and said, or asked about, or refused: every row of the tables."""

import pytest

from bot.reading import Outcome, Understood
from bot.reading.times.plans import Around, Plan, plan, staff_names
from tests.reading.rendered import LONDON, Row, moments, outcome, said, split_said

PROGRAMMES = ("Youth club", "Cooking")
STAFF = staff_names(["Col Co-worker", "Lena Lead"])

UNLIKE = {"time-108": "ask which: 2026-11-19T16:00/90 | 2026-11-19T16:00/30"}
"""“4pm till half 5” ends at half past five, as “half 4” is half past four in every other row; the table counts
thirty minutes. Where two readers differ, both are offered."""


def read(row: Row) -> Outcome[Plan]:
    return plan(row.text, Around(row.now, LONDON, row.nation, PROGRAMMES, STAFF))


@pytest.mark.parametrize("row", moments(), ids=lambda row: row.id)
def test_a_row(row: Row) -> None:
    found = read(row)
    words, must = split_said(UNLIKE.get(row.id, row.expect))
    assert outcome(found) == words
    if isinstance(found, Understood):
        assert must <= said(found.said)
