"""What follows `/report`: every row of the tables."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.past.periods import LONGEST, Asked, read
from tests.reading.rows import params

PROGRAMMES = ("Youth club", "Cooking")


def days(one: Asked) -> str:
    return f"{one.first}..{one.last}"


def told(found: Outcome[Asked]) -> str:
    """The outcome as the tables write it, without what was said."""
    if isinstance(found, Refused):
        return f"refuse {found.what}"
    if isinstance(found, Ask):
        choices = found.about if found.what == "programme" else " | ".join(days(one.value) for one in found.choices)
        choices = "" if found.what == "days" else choices
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


PIECES = (
    *(
        "last",
        "this",
        "week",
        "weeks",
        "month",
        "quarter",
        "year",
        "since",
        "to",
        "-",
        "/",
        ".",
        "w/c",
        "w/e",
        "Q",
        "in",
    ),
    *("0", "1", "9", "12", "31", "53", "99", "0000", "2026", "9999", "November", "Monday", "the", "th", "Q", "in", "x"),
    "Cooking",
)


@given(
    st.dates(date(2025, 1, 1), date(2029, 12, 31)),
    st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join)),
    st.booleans(),
)
def test_any_text_has_an_answer(today: date, text: str, close: bool) -> None:
    found = read(text.replace(" ", "") if close else text, today, PROGRAMMES)
    if isinstance(found, Refused):
        assert found.why
    elif isinstance(found, Ask):
        assert found.question
    else:
        assert found.value.first <= found.value.last <= found.value.first + LONGEST
        assert found.value.programme in (None, *PROGRAMMES)


@pytest.mark.parametrize("text", ["12/9999", "9999", "w/c 31/12/9999", "0000-01", "Q4 9999", "9999/00", "year 1200"])
def test_a_year_without_any_records_is_refused(text: str) -> None:
    found = read(text, date(2026, 11, 18), PROGRAMMES)
    assert isinstance(found, Refused)
    assert found.what == "none"


@given(st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.dates(date(2020, 1, 1), date(2029, 12, 31)), st.data())
def test_a_whole_date_is_that_day_in_every_writing(day: date, today: date, data: st.DataObject) -> None:
    forms = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%y", "%d %B %Y", "%A %d %b %Y", "%B %d, %Y")
    found = read(day.strftime(data.draw(st.sampled_from(forms))), today, PROGRAMMES)
    assert isinstance(found, Understood)
    assert (found.value.first, found.value.last) == (day, day)
