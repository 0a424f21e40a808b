"""What follows `/report`: every row of the tables."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.periods import Asked, read
from tests.reading.rows import params

PROGRAMMES = ("Youth club", "Cooking")


def days(one: Asked) -> str:
    return f"{one.first}..{one.last}"


def told(found: Outcome[Asked]) -> str:
    """The outcome as the tables write it, without what was said."""
    if isinstance(found, Refused):
        return f"refuse {found.what}"
    if isinstance(found, Ask):
        choices = " | ".join(days(one.value) for one in found.choices) or (found.what == "programme" and found.about)
        return f"ask {found.what}: {choices}" if choices else f"ask {found.what}"
    programme = found.value.programme
    return days(found.value) + (f" programme={programme}" if programme else "")


def expected(row: dict[str, str]) -> tuple[str, set[str]]:
    what, _, said = row["expect"].partition(" said=")
    return what, {one.strip() for one in said.split(",") if one}


@pytest.mark.parametrize("row", params("report_periods"))
def test_every_row(row: dict[str, str]) -> None:
    found = read(row["text"], datetime.fromisoformat(row["now"]).date(), PROGRAMMES)
    what, must = expected(row)
    assert told(found) == what
    if isinstance(found, Understood):
        assert must <= {f"{one.kind} {one.value}".strip() for one in found.said}


@given(st.dates(date(2025, 1, 1), date(2029, 12, 31)), st.text(max_size=40))
def test_any_text_has_an_answer(today: date, text: str) -> None:
    read(text, today, PROGRAMMES)


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.data())
def test_a_whole_date_is_that_day_in_every_writing(day: date, today: date, data: st.DataObject) -> None:
    forms = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d %B %Y", "%A %d %b %Y", "%B %d, %Y")
    found = read(day.strftime(data.draw(st.sampled_from(forms))), today, PROGRAMMES)
    assert isinstance(found, Understood)
    assert (found.value.first, found.value.last) == (day, day)
