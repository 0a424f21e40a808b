"""To whom a concern goes: the person it is about is in no list, whoever they are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.concerns import routing
from bot.concerns.routing import Person
from db.models import Role
from db.models.concern import About, Urgency

WITHIN = {"now": "15m", "today": "1h", "week": "1wd"}
IDS = ["U1", "U2", "U3", "U4", "U5", "U6"]
ROLES = [Role.LEAD, Role.DEPUTY, Role.HEAD, Role.MANAGER]
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


@given(organisations, st.sampled_from(list(About)), st.sampled_from([None, *IDS]), st.sampled_from(IDS))
def test_never_the_subject(people: list[Person], about: About, subject: str | None, raiser: str) -> None:
    found = routing.recipients(people, about, subject, raiser)
    assert subject not in found
    assert routing.last_resort(people, about, subject) != subject or subject is None
    assert len(found) == len(set(found))
    roles = {one.slack_id: one.roles for one in people}
    if about is About.STAFF:
        assert all(Role.HEAD in roles[one] for one in found)
    else:
        assert all(roles[one] & {Role.LEAD, Role.DEPUTY, Role.HEAD} for one in found)


@pytest.mark.parametrize(
    ("away", "raiser", "expected"),
    [
        ((), "U9", ["L1", "L2", "D"]),
        (("L1",), "U9", ["L2", "D", "L1"]),
        (("L1", "L2"), "U9", ["D", "L1", "L2"]),
        ((), "L1", ["L2", "D", "L1"]),
    ],
)
def test_order_of_asking(away: tuple[str, ...], raiser: str, expected: list[str]) -> None:
    people = [
        Person("L1", frozenset({Role.LEAD}), "L1" in away),
        Person("D", frozenset({Role.DEPUTY}), "D" in away),
        Person("L2", frozenset({Role.LEAD}), "L2" in away),
        Person("H", frozenset({Role.HEAD})),
    ]
    assert routing.recipients(people, About.CHILD, None, raiser) == expected


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
        ("2027-03-16 16:00", Urgency.WEEK, "northern_ireland", "2027-03-18 16:00"),
        ("2027-03-16 16:00", Urgency.WEEK, "wales", "2027-03-17 16:00"),
    ],
)
def test_deadline(raised: str, urgency: Urgency, nation: str, expected: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert routing.answer_by(utc(raised), urgency, WITHIN, "Europe/London", nation) == utc(expected)
