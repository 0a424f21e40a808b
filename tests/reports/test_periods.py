"""Reading which days a report is about."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput, Unclear
from bot.reports import forms
from bot.reports.forms import Period

LONDON = "Europe/London"
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PROGRAMMES = ["Youth club", "Cooking", "Cooking for two"]


def read(text: str, now: datetime = FRIDAY, zone: str = LONDON) -> Period:
    return forms.from_text(text, now, zone, PROGRAMMES)[0].period


def _period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", "2026-11-16", "2026-11-22"),
        ("week", "2026-11-16", "2026-11-22"),
        ("This week", "2026-11-16", "2026-11-22"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("next week", "2026-11-23", "2026-11-29"),
        ("week of 16 November", "2026-11-16", "2026-11-22"),
        ("week of 1 November", "2026-10-26", "2026-11-01"),
        ("the week beginning 3 November 2025", "2025-11-03", "2025-11-09"),
        ("week 4 Nov", "2026-11-02", "2026-11-08"),
        ("week of Monday", "2026-11-16", "2026-11-22"),
        ("week of 30 November", "2026-11-30", "2026-12-06"),
        ("week of 1 March", "2026-02-23", "2026-03-01"),
        ("1 November to 15 November", "2026-11-01", "2026-11-15"),
        ("from 1 to 15 November", "2026-11-01", "2026-11-15"),
        ("1-15 November", "2026-11-01", "2026-11-15"),
        ("1st November – 15th November", "2026-11-01", "2026-11-15"),
        ("between 1 November until 30 November", "2026-11-01", "2026-11-30"),
        ("20 December 2025 to 5 January 2026", "2025-12-20", "2026-01-05"),
        ("2026-10-01 to 2026-10-31", "2026-10-01", "2026-10-31"),
        ("1/11/2026 to 15/11/2026", "2026-11-01", "2026-11-15"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("today", "2026-11-20", "2026-11-20"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("3 November", "2026-11-03", "2026-11-03"),
    ],
)
def test_ways_to_name_days(text: str, first: str, last: str) -> None:
    assert read(text) == _period(first, last)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bananas", "Which days?"),
        ("31 February", "There is no 31 February."),
        ("week of bananas", "Which days?"),
        ("15 November to 1 November", "before it begins"),
        ("1 January 2020 to 1 January 2026", "more than a year"),
    ],
)
def test_what_cannot_be_read(text: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(text)
    assert words in refused.value.words


@pytest.mark.parametrize(
    ("text", "first", "programme"),
    [
        ("last week in Cooking", "2026-11-09", "Cooking"),
        ("last week cooking", "2026-11-09", "Cooking"),
        ("Youth Club", "2026-11-16", "Youth club"),
        ("last week for Cooking for two", "2026-11-09", "Cooking for two"),
        ("this week by programme", "2026-11-16", None),
        ("for 3 November", "2026-11-03", None),
    ],
)
def test_a_programme_may_follow(text: str, first: str, programme: str | None) -> None:
    form, _ = forms.from_text(text, FRIDAY, LONDON, PROGRAMMES)
    assert (form.period.first.isoformat(), form.programme) == (first, programme)


def test_ten_thousand_characters() -> None:
    with pytest.raises(BadInput) as refused:
        forms.from_text("1 " * 5_000, FRIDAY, LONDON, PROGRAMMES)
    assert "too long" in refused.value.words


def test_an_unknown_programme_is_answered_with_those_there_are() -> None:
    with pytest.raises(BadInput) as refused:
        forms.from_text("last week in Knitting", FRIDAY, LONDON, PROGRAMMES)
    assert "and no group “knitting”. There are: Cooking, Cooking for two, Youth club." in refused.value.words


@pytest.mark.parametrize(("text", "other"), [("numbers for trustees last week", "trustees"), ("zzz last week", "zzz")])
def test_days_behind_words_that_say_none_are_offered_with_a_button(text: str, other: str) -> None:
    with pytest.raises(Unclear) as asked:
        forms.from_text(text, FRIDAY, LONDON, PROGRAMMES)
    assert f"I can't place “{other}”" in asked.value.words
    assert asked.value.choices[0][1] == "report 2026-11-09 to 2026-11-15"


@pytest.mark.parametrize(
    ("monday", "since", "until"),
    [
        ("2026-03-23", "2026-03-23T00:00+00:00", "2026-03-29T23:00+00:00"),
        ("2026-10-19", "2026-10-18T23:00+00:00", "2026-10-26T00:00+00:00"),
    ],
)
def test_the_weeks_in_which_the_clocks_change_are_whole(monday: str, since: str, until: str) -> None:
    week = forms.week_of(date.fromisoformat(monday))
    assert week.bounds(LONDON) == (datetime.fromisoformat(since), datetime.fromisoformat(until))
    hours = (week.bounds(LONDON)[1] - week.bounds(LONDON)[0]) / timedelta(hours=1)
    assert hours in (167, 169)


def test_this_week_is_the_organisations_week() -> None:
    sunday_night = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert read("", sunday_night) == _period("2026-11-16", "2026-11-22")
    assert read("", sunday_night, "Europe/Berlin") == _period("2026-11-23", "2026-11-29")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_weeks_follow_each_other_without_gap(day: date) -> None:
    week, after = forms.week_of(day), forms.week_of(day + timedelta(days=7))
    assert week.first <= day <= week.last
    assert week.bounds(LONDON)[1] == after.bounds(LONDON)[0]


def test_days_in_words() -> None:
    assert _period("2026-11-16", "2026-11-22").words == "Monday 16 to Sunday 22 November 2026"
    assert _period("2026-10-26", "2026-11-01").words == "Monday 26 October to Sunday 1 November 2026"
    assert _period("2025-12-29", "2026-01-04").words == "Monday 29 December 2025 to Sunday 4 January 2026"
    assert _period("2026-11-16", "2026-11-16").words == "Monday 16 November 2026"


def test_the_form_offers_half_a_year() -> None:
    weeks = forms.weeks(FRIDAY, LONDON)
    assert weeks[0] == _period("2026-11-16", "2026-11-22")
    assert len(weeks) == 26
    assert len({week.first for week in weeks}) == 26
