"""Days by themselves, follow-ups of an incident, and kinds of incident, as they are typed."""

from datetime import datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incidents.forms import KIND_WORDS
from bot.reading import Ask, Outcome, Refused, Understood
from bot.reading.kinds import kind
from bot.reading.times.due import Around, Due, due
from bot.reading.times.follow_ups import FollowUp, follow_up
from tests.reading.rows import params

LONDON = "Europe/London"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def around(row: dict[str, str]) -> Around:
    now = datetime.fromisoformat(row["now"]).replace(tzinfo=ZoneInfo(LONDON))
    return Around(now, LONDON, "wales" if "wales" in row["note"] else "england")


def shown(value: Due | FollowUp) -> str:
    if isinstance(value, FollowUp):
        return f"{value.day} what={value.what}"
    return f"{value.moment:%Y-%m-%dT%H:%M}" if value.moment else f"{value.day}"


def rendered(found: Outcome[Due] | Outcome[FollowUp]) -> str:
    """An outcome as the tables write it."""
    if isinstance(found, Refused):
        return f"refuse {found.what}"
    if isinstance(found, Ask):
        return f"ask {found.what}"
    said = sorted({one.kind for one in found.said})
    return shown(found.value) + (f" said={','.join(said)}" if said else "")


@pytest.mark.parametrize("row", params("until"))
def test_until_when(row: dict[str, str]) -> None:
    assert rendered(due(row["text"], around(row), with_today=False)) == row["expect"]


@pytest.mark.parametrize("row", params("follow_ups"))
def test_what_and_by_when(row: dict[str, str]) -> None:
    assert rendered(follow_up(row["text"], around(row))) == row["expect"]


@pytest.mark.parametrize("row", params("incident_kinds"))
def test_which_kind(row: dict[str, str]) -> None:
    found = kind(row["text"], KIND_WORDS)
    wanted = row["expect"]
    if isinstance(found, Ask):
        assert wanted == f"ask {found.what}: {' | '.join(sorted(one.value for one in found.choices))}".strip(": ")
    else:
        assert isinstance(found, Understood)
        assert wanted == found.value
        assert bool(found.said) is ("said" in row["note"])


@given(
    days=st.integers(0, 380),
    form=st.sampled_from(("{d} {m} {y}", "{d}/{n}/{y}", "{w} {d} {m}", "{m} {d}, {y}", "{y}-{n:02}-{d:02}")),
    words=st.sampled_from(("ring mum by {}", "by {} ring mum", "ring mum before {}", "ring mum {}", "ring mum on {}")),
)
def test_every_day_comes_back_or_is_asked_about(days: int, form: str, words: str) -> None:
    start = datetime(2026, 11, 25, 14, tzinfo=ZoneInfo(LONDON))
    day = datetime.fromordinal(start.toordinal() + days).date()
    typed = form.format(d=day.day, m=f"{day:%B}", n=day.month, y=day.year, w=WEEKDAYS[day.weekday()])
    found = follow_up(words.format(typed), Around(start, LONDON))
    if isinstance(found, Understood):
        assert found.value == FollowUp("ring mum", day)
    elif isinstance(found, Refused):
        # A day and month without a year that lay within the last three months.
        assert found.what == "past"
        assert "{y}" not in form
    else:
        assert isinstance(found, Ask)


@pytest.mark.parametrize("word", ["by Friday ", "mum ", "3/4 ", "on ", "(", "a week on "])
def test_the_worst_text_costs_little(word: str) -> None:
    start = process_time()
    follow_up((word * 3000)[:3000], Around(datetime(2026, 11, 25, tzinfo=ZoneInfo(LONDON)), LONDON))
    kind((word * 3000)[:3000], KIND_WORDS)
    assert process_time() - start < 0.2
