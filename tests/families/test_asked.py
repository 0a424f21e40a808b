"""What is asked on which page follows from the policy and from who somebody is, as staff wrote it down."""

from pathlib import Path

import pytest

from bot.families.service import Free
from bot.policy import load_pack
from db.models import PagePurpose
from tests.families.form import asked_in_slack, fields, get, made, with_pages
from tests.families.test_answers import put_away
from tests.invitations.test_matrix import complete
from tests.support.world import World, open_world

FARAH = "U0FAC"
CHILD, TEEN, ADULT, UNKNOWN = "Siân Rees", "Rhys Prys", "Robin Ashdown", "Kit Bowen"
ADDED = (
    f"{CHILD} 10 mum sian@example.org to M-1",
    f"young people {TEEN} 17 mum rhys@example.org to M-1",
    f"adults {ADULT} robin@example.org to M-1",
    f"young people {UNKNOWN} mum kit@example.org to M-1",
)

# By policy and person: whom the page speaks to, what it asks, and what the child's own page asks beside it.
ASKED: dict[str, list[tuple[str, str, list[str], list[str]]]] = {
    "working4u": [
        (CHILD, "carer", ["carer-account", "carer-permission"], ["seen-by-others"]),
        (UNKNOWN, "carer", ["carer-account", "carer-permission"], ["seen-by-others"]),
        (TEEN, "participant", ["seen-by-others"], []),
    ],
    "sendiass": [
        (CHILD, "carer", ["carer-consent"], ["rules-agreed"]),
        (TEEN, "participant", ["own-consent", "rules-agreed"], []),
        (ADULT, "participant", ["own-consent", "rules-agreed"], []),
    ],
    "james": [(CHILD, "carer", ["consent"], []), (ADULT, "participant", ["consent"], [])],
    "voluntary_sector": [(CHILD, "carer", ["what-to-expect"], [])],
    "st_josephs": [(TEEN, "carer", [], []), (ADULT, "participant", [], [])],
}


def expected(world: World) -> None:
    """M-1 with its people, as Farah types them."""
    farah = with_pages(world).person(FARAH)
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 about cooking together", channel="C0YOUTH")
    for typed in ADDED:
        farah.command("/participant", f"add {typed}", channel="C0YOUTH")
        if farah.view:
            farah.submit()
        put_away(farah)
    world.settle()


def asked(url: str) -> list[str]:
    """The questions of a page that are answered with yes or no, in their order."""
    names = [name.removeprefix("was.") for name in fields(get(url).text) if name.startswith("was.")]
    return [one for one in names if one not in set(Free)]


@pytest.mark.parametrize("policy", list(ASKED))
def test_who_is_asked_what(policy: str, database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy=policy, **complete(policy)) as world:
        expected(world)
        pages = {name: asked_in_slack(world, name) for name, *_ in ASKED[policy]}
        for name, to, main, own in ASKED[policy]:
            assert ("parent or carer of" in get(pages[name]).text) is (to == "carer"), name
            assert asked(pages[name]) == main, name
            if to == "carer":
                assert asked(made(world, name, PagePurpose.PARTICIPANT)) == own, name
        farah = world.person(FARAH)
        for typed in ("recording for our play because all want to see it", "kept for 30 days"):
            farah.command("/meeting", f"edit M-1 {typed}", channel="C0YOUTH")
            put_away(farah)
        # A recording is asked about on the page that speaks for somebody, and where the policy allows none, nowhere.
        also = [] if policy == "sendiass" else ["recording-agreement"]
        for name, _to, main, _own in ASKED[policy]:
            assert asked(pages[name]) == [*main, *also], name


def test_who_is_near_is_asked_where_the_policy_asks_for_an_adult_nearby(database_url: str, tmp_path: Path) -> None:
    """Of a one-to-one under the voluntary sector's guide; of its groups nobody."""
    with open_world(database_url, tmp_path, policy="voluntary_sector", **complete("voluntary_sector")) as world:
        expected(world)
        group = fields(get(asked_in_slack(world, CHILD)).text)
        farah = world.person(FARAH)
        farah.command("/meeting", "edit M-1 one-to-one because she asked for it", channel="C0YOUTH")
        put_away(farah)
        alone = fields(get(asked_in_slack(world, CHILD)).text)
        assert (f"was.{Free.NEARBY}" in group, f"was.{Free.NEARBY}" in alone) == (False, True)
        for one in (Free.ACCESS, Free.LANGUAGE):
            assert f"was.{one}" in group
            assert f"was.{one}" in alone


def test_every_question_is_one_that_a_worker_may_record_as_well() -> None:
    """What a page asks is a step of the policy: it has a gate, and its clauses."""
    for policy in ASKED:
        for step in load_pack(policy).consent.steps:
            assert (step.asks is None) is (step.shown_by == "staff")
            assert not (step.shown_by == "carer" and step.who not in ("under_age", "everyone"))
