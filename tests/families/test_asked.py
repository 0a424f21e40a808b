"""What is asked on which page follows from the policy and from who somebody is."""

import pytest

from bot.families import service
from bot.families.service import Free
from bot.policy import load_pack
from bot.policy.gates import Person
from db.models import Meeting, MeetingKind, PagePurpose

CHILD = Person("1", "Siân", "child", age=10)
TEEN = Person("1", "Rhys", "young_person", age=17)
ADULT = Person("1", "Robin", "adult")
UNKNOWN = Person("1", "Kit", "young_person")

# By policy and person: whom the page speaks to, what it asks, and what the child's own page asks beside it.
ASKED: list[tuple[str, Person, str, list[str], list[str]]] = [
    ("working4u", CHILD, "carer", ["carer-account", "carer-permission"], ["seen-by-others"]),
    ("working4u", UNKNOWN, "carer", ["carer-account", "carer-permission"], ["seen-by-others"]),
    ("working4u", TEEN, "participant", ["seen-by-others"], []),
    ("sendiass", CHILD, "carer", ["carer-consent"], ["rules-agreed"]),
    ("sendiass", TEEN, "participant", ["own-consent", "rules-agreed"], []),
    ("sendiass", ADULT, "participant", ["own-consent", "rules-agreed"], []),
    ("james", CHILD, "carer", ["consent"], []),
    ("james", ADULT, "participant", ["consent"], []),
    ("voluntary_sector", CHILD, "carer", ["what-to-expect"], []),
    ("st_josephs", TEEN, "carer", [], []),
    ("st_josephs", ADULT, "participant", [], []),
]


def meeting(*, recorded: bool = False, kind: MeetingKind = MeetingKind.GROUP) -> Meeting:
    return Meeting(recorded=recorded, kind=kind)


def keys(policy: str, person: Person, purpose: PagePurpose, *, recorded: bool = False) -> list[str]:
    found = service.asked(load_pack(policy), meeting(recorded=recorded), person, purpose, {})
    return [one.key for one in found]


@pytest.mark.parametrize(("policy", "person", "to", "main", "own"), ASKED)
def test_who_is_asked_what(policy: str, person: Person, to: str, main: list[str], own: list[str]) -> None:
    pack = load_pack(policy)
    assert service.speaks_to_carer(pack, person) is (to == "carer")
    assert keys(policy, person, PagePurpose(to)) == main
    if to == "carer":
        assert keys(policy, person, PagePurpose.PARTICIPANT) == own
    # A recording is asked about on the page that speaks for somebody, and where the policy allows none, nowhere.
    also = [] if policy == "sendiass" else ["recording-agreement"]
    assert keys(policy, person, PagePurpose(to), recorded=True) == [*main, *also]
    assert "recording-agreement" not in (own if to == "carer" else [])


@pytest.mark.parametrize(
    ("policy", "kind", "free"),
    [
        ("voluntary_sector", MeetingKind.ONE_TO_ONE, [Free.NEARBY, Free.ACCESS, Free.LANGUAGE]),
        ("voluntary_sector", MeetingKind.GROUP, [Free.ACCESS, Free.LANGUAGE]),
        ("working4u", MeetingKind.ONE_TO_ONE, [Free.ACCESS, Free.LANGUAGE]),
    ],
)
def test_who_is_near_is_asked_where_the_policy_asks_for_an_adult_nearby(
    policy: str, kind: MeetingKind, free: list[Free]
) -> None:
    assert service.free(load_pack(policy), meeting(kind=kind)) == free


def test_every_question_is_one_that_a_worker_may_record_as_well() -> None:
    """What a page asks is a step of the policy: it has a gate, and its clauses."""
    for policy in ("working4u", "sendiass", "voluntary_sector", "james", "st_josephs"):
        for step in load_pack(policy).consent.steps:
            assert (step.asks is None) is (step.shown_by == "staff")
            assert not (step.shown_by == "carer" and step.who not in ("under_age", "everyone"))
