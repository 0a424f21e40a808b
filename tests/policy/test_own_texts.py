"""What an organisation put into its policy's slots is shown where it belongs, and nothing where it put none."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.person import Person
from tests.policy.test_overrides import complete
from tests.prompts.conftest import LINK, reminders
from tests.support.clearing import words
from tests.support.meetings import begin
from tests.support.world import World, open_world

STAFF, CHILDREN = "https://example.org/staff", "https://example.org/children"
FORM, WORDING = "https://example.org/proforma", "a. Hands up before you speak, all of you."
OURS = "a. Speaking: you will be muted."


def planned(world: World, people: str) -> Person:
    """Farah, with M-1 in three days."""
    farah = world.person("U0FAC")
    day = datetime.fromtimestamp(world.now(), UTC) + timedelta(days=3)
    farah.command("/meeting", f"new Talk on {day:%d %B %Y} at 16:00 with @Col.Co-worker about maths", channel="C0YOUTH")
    farah.command("/meeting", f"edit M-1 link {LINK}", channel="C0YOUTH")
    farah.command("/participant", f"add {people} to M-1", channel="C0YOUTH")
    if farah.view:
        farah.submit()
        farah.close(all_views=True)
    world.settle()
    return farah


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.clause("SEN-015", "SEN-017")
def test_sendiass_says_where_its_staff_and_its_policy_on_children_are(
    database_url: str, tmp_path: Path, given: bool
) -> None:
    own = complete("sendiass")
    more = {"staff_page": STAFF, "children_policy": CHILDREN} if given else {}
    own["texts"] = {one: text for one, text in own["texts"].items() if one not in ("staff_page", "children_policy")}
    own["texts"] |= more
    with open_world(database_url, tmp_path, policy="sendiass", **own) as world:
        planned(world, "Amy")
        farah = reminders(world)
        said = " ".join(words(farah.view).split())
        assert "read the separate policy on working with them digitally." in said
        assert (CHILDREN in said) is given
        farah.close(all_views=True)
        farah.command("/meeting", "urgent M-1 because she rang", channel="C0YOUTH")
        farah.submit()
        farah.close(all_views=True)
        begin(world)
        said = " ".join(words(reminders(world).view).split())
        assert "The website has a list of staff." in said
        assert (STAFF in said) is given
        assert "[" not in said, "no blank stands for what is not given"
        assert world.sandbox.violations == []


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.clause("STJ-019", "STJ-032")
def test_st_josephs_own_wording_of_the_rules_and_its_proforma(database_url: str, tmp_path: Path, given: bool) -> None:
    own = complete("st_josephs")
    own["texts"] = {one: text for one, text in own["texts"].items() if one not in ("rules_wording", "permission_form")}
    own["texts"] |= {"rules_wording": WORDING, "permission_form": FORM} if given else {}
    with open_world(database_url, tmp_path, policy="st_josephs", **own) as world:
        farah = planned(world, "Amy")
        letter = farah.command("/invitation", "M-1", channel="C0YOUTH").text
        assert (WORDING in letter) is given
        assert (OURS in letter) is not given, "ours stands in where the school has none of its own"
        assert "Our rules, a to g:" in letter or not given
        farah.command("/participant", "show Amy", channel="C0YOUTH")
        farah.submit(social="yes")
        farah.close(all_views=True)
        gates = farah.command("/meeting", "gates M-1", channel="C0YOUTH").text
        assert "express permission, on the proforma" in gates
        assert (FORM in gates) is given
        assert world.sandbox.violations == []
