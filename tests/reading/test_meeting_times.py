"""What follows `/meeting new`, and how an edit moves a meeting, is understood and said, or asked about, or refused:
every row of the tables."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.reading import Outcome, Understood
from bot.reading.times import shifts
from bot.reading.times.plans import Around, Plan, Slot, plan, staff_names
from tests.reading.rendered import LONDON, Row, moments, outcome, said, split_said
from tests.reading.rows import params

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


@pytest.mark.parametrize("row", params("moves"))
def test_a_move_from_where_a_meeting_stands(row: dict[str, str]) -> None:
    start, _, minutes = row["own"].partition("/")
    zone = ZoneInfo(LONDON)
    own = Slot(datetime.fromisoformat(start).replace(tzinfo=zone), int(minutes))
    around = Around(datetime.fromisoformat(row["now"]).replace(tzinfo=zone), LONDON)
    how = shifts.read(row["text"])
    words, must = split_said(row["expect"])
    if how is None:
        assert words == "none"
        return
    found = shifts.shifted(how, own, around) if isinstance(how, shifts.Shift) else shifts.staying(how, own, around)
    assert outcome(found).removesuffix(" title=") == words
    if isinstance(found, Understood):
        assert must <= {one.kind for one in found.said}
