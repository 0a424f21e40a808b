"""To whom a concern goes: the person it is about is in no list, whoever they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.concerns import routing
from bot.concerns.routing import Person
from db.models import Role
from db.models.concern import About, Urgency

WITHIN = {"now": "15m", "today": "1h", "week": "1wd"}
IDS = ["U1", "U2", "U3", "U4", "U5", "U6"]
ROLES = [Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR, Role.MANAGER]
organisations = st.lists(
    st.builds(
        Person,
        st.sampled_from(IDS),
        st.frozensets(st.sampled_from(ROLES), max_size=3),
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: one.slack_id,
)
subjects = st.sampled_from([None, *IDS])


@settings(max_examples=1000)
@given(organisations, st.sampled_from(list(About)), subjects, st.sampled_from(IDS))
def test_never_the_subject(people: list[Person], about: About, subject: str | None, raiser: str) -> None:
    found = routing.recipients(people, about, subject, raiser)
    last = routing.last_resort(people, about, subject)
    roles = {one.slack_id: one.roles for one in people}
    assert subject not in found
    assert last is None or last != subject
    assert len(found) == len(set(found))
    for one in [*found, *([last] if last else [])]:
        assert routing.receives(roles[one], about)
        if about is About.STAFF:
            assert roles[one] & {Role.HEAD, Role.CHAIR}


@given(organisations, st.sampled_from(list(About)), subjects, st.sampled_from(IDS))
def test_nobody_is_left_out_while_somebody_may_be_told(
    people: list[Person], about: About, subject: str | None, raiser: str
) -> None:
    able = [one for one in people if one.slack_id != subject and routing.receives(one.roles, about)]
    assert bool(routing.recipients(people, about, subject, raiser)) == bool(able)


@given(organisations, st.sampled_from(list(About)), subjects, st.sampled_from(IDS))
def test_whoever_is_there_is_asked_before_whoever_is_away(
    people: list[Person], about: About, subject: str | None, raiser: str
) -> None:
    away = {one.slack_id: one.away for one in people}
    order = [away[one] for one in routing.recipients(people, about, subject, raiser)]
    assert order == sorted(order)
    able = [one for one in people if one.slack_id != subject and routing.receives(one.roles, about)]
    assert not order or order[0] == all(one.away for one in able)


@pytest.mark.parametrize(
    ("away", "raiser", "expected"),
    [
        ((), "U9", ["L1", "L2", "D"]),
        (("L1",), "U9", ["L2", "D", "L1"]),
        (("L1", "L2"), "U9", ["D", "L1", "L2"]),
        ((), "L1", ["L2", "D", "L1"]),
        (("L2", "D"), "L1", ["L1", "L2", "D"]),
        (("L1", "L2", "D"), "U9", ["H", "L1", "L2", "D"]),
        (("L1", "L2", "D", "H"), "U9", ["C", "L1", "L2", "D", "H"]),
    ],
)
def test_order_of_asking(away: tuple[str, ...], raiser: str, expected: list[str]) -> None:
    people = [
        Person("L1", frozenset({Role.LEAD}), "L1" in away),
        Person("D", frozenset({Role.DEPUTY}), "D" in away),
        Person("L2", frozenset({Role.LEAD}), "L2" in away),
        Person("H", frozenset({Role.HEAD}), "H" in away),
        Person("C", frozenset({Role.CHAIR})),
    ]
    assert routing.recipients(people, About.CHILD, None, raiser) == expected


TEAM = {
    "L": {Role.LEAD},
    "D": {Role.DEPUTY},
    "H": {Role.HEAD},
    "C": {Role.CHAIR},
    "M": {Role.MANAGER},
}


@pytest.mark.parametrize(
    ("team", "subject", "raiser", "expected", "last"),
    [
        ("LDHCM", None, "M", ["H"], "C"),
        ("LDHCM", "M", "L", ["H"], "C"),
        ("LDHCM", "L", "M", ["H"], "C"),
        ("LDHCM", "D", "L", ["H"], "C"),
        ("LDHCM", "M", "H", ["H"], "C"),
        ("LDHCM", "H", "L", ["C"], "C"),
        ("LDHCM", "H", "H", ["C"], "C"),
        ("LDHCM", "C", "L", ["H"], None),
        ("LDHM", "M", "L", ["H"], None),
        ("LDHM", "H", "L", [], None),
        ("LDCM", "L", "M", ["C"], "C"),
        ("LDM", "M", "L", [], None),
    ],
)
def test_about_staff(team: str, subject: str | None, raiser: str, expected: list[str], last: str | None) -> None:
    people = [Person(one, frozenset(TEAM[one])) for one in team]
    assert routing.recipients(people, About.STAFF, subject, raiser) == expected
    assert routing.last_resort(people, About.STAFF, subject) == last


def test_the_head_who_is_lead_too_goes_to_the_chair() -> None:
    people = [Person("X", frozenset({Role.LEAD, Role.HEAD})), Person("C", frozenset({Role.CHAIR}))]
    assert routing.recipients(people, About.STAFF, "X", "F") == ["C"]
    both = [Person("X", frozenset({Role.HEAD, Role.CHAIR})), Person("L", frozenset({Role.LEAD}))]
    assert routing.recipients(both, About.STAFF, "X", "L") == []


@pytest.mark.parametrize(
    ("wait", "expected"), [("15m", "16:07"), ("1h", "16:30"), ("4h", "19:00"), ("48h", "2026-11-28 15:00")]
)
def test_the_reminder_comes_half_way_and_an_hour_before_at_most(wait: str, expected: str) -> None:
    begun = datetime(2026, 11, 26, 16, 0, tzinfo=UTC)
    deadline = routing.moment_after(begun, wait, "UTC", "england")
    assert f"{routing.remind_at(begun, deadline):%Y-%m-%d %H:%M}".endswith(expected)


@pytest.mark.parametrize(
    ("raised", "urgency", "nation", "expected"),
    [
        ("2026-11-26 16:00", Urgency.NOW, "england", "2026-11-26 16:15"),
        ("2026-11-26 16:00", Urgency.TODAY, "england", "2026-11-26 17:00"),
        ("2026-11-26 16:00", Urgency.WEEK, "england", "2026-11-27 16:00"),
        ("2026-11-27 16:00", Urgency.WEEK, "england", "2026-11-30 16:00"),
        ("2026-11-28 11:00", Urgency.WEEK, "england", "2026-12-01 09:00"),
        ("2027-03-25 16:00", Urgency.WEEK, "england", "2027-03-30 15:00"),
        ("2026-12-31 16:00", Urgency.WEEK, "england", "2027-01-04 16:00"),
        ("2026-12-31 16:00", Urgency.WEEK, "scotland", "2027-01-05 16:00"),
        ("2029-12-31 16:00", Urgency.WEEK, "scotland", "2030-01-03 16:00"),
        ("2029-12-31 16:00", Urgency.WEEK, "wales", "2030-01-02 16:00"),
        ("2027-03-25 16:00", Urgency.WEEK, "scotland", "2027-03-29 15:00"),
        ("2027-03-25 16:00", Urgency.WEEK, "northern_ireland", "2027-03-30 15:00"),
        ("2027-03-16 16:00", Urgency.WEEK, "northern_ireland", "2027-03-18 16:00"),
        ("2027-03-16 16:00", Urgency.WEEK, "wales", "2027-03-17 16:00"),
    ],
)
def test_deadline(raised: str, urgency: Urgency, nation: str, expected: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert routing.answer_by(utc(raised), urgency, WITHIN, "Europe/London", nation) == utc(expected)
