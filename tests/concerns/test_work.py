"""The lead's work on a record: triage, people, decision, actions; in modals, versioned, and nowhere else."""

import pytest

from bot.sandbox.model import NotPossibleError
from db.models import ConcernEntry, EntryKind
from db.models.concern import ConcernState
from tests.concerns.leading import current, decide, in_days, only, opened, taken_up, triage, versions
from tests.support.world import World

SECRET = "MARKER-heron-4418"


def test_triage_asks_for_level_and_reason(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    assert "acknowledged" in lead.seen()
    lead.click("concern.triage")
    refused = lead.submit(level="high")
    assert "level_reason" in refused.errors
    assert world.count(ConcernEntry) == 0
    lead.submit(level_reason=SECRET, categories=["online", "images"])
    concern = only(world)
    assert concern.state is ConcernState.TRIAGED
    assert concern.nation == "england"
    assert SECRET in lead.seen()
    assert "Harm online, Nude or intimate images" in lead.seen()
    assert "being looked into" in lead.seen()


def test_a_new_level_needs_a_new_reason_and_the_old_stays(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead, "low", "It seems small")
    lead.click("concern.triage")
    assert "level_reason" in lead.submit(level="immediate").errors
    lead.submit(level_reason="There is more now")
    assert [(one.version, one.fields["level"]) for one in versions(world, concern.id)] == [(1, "low"), (2, "immediate")]
    assert "There is more now" in lead.seen()
    assert "It seems small" not in lead.seen()


def test_more_than_three_kinds_are_refused_at_their_field(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    refused = triage(lead, categories=["online", "images", "neglect", "missing"])
    assert "three at most" in refused.errors["categories"]
    lead.submit(categories=["other"])
    assert "category_other" in lead.errors
    lead.submit(category_other="Left alone at home")
    assert "Left alone at home" in lead.seen()


def test_people_each_have_their_own_part(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    for name, part in (("Ash Example", "subject"), ("Bo Example", "sibling")):
        lead.click("concern.person_add")
        lead.submit(person_name=name, person_part=part)
    found = current(world, concern.id, EntryKind.PERSON)
    assert [(one.fields["person_name"], one.fields["person_part"]) for one in found] == [
        ("Ash Example", "subject"),
        ("Bo Example", "sibling"),
    ]
    assert "the worry is about them" in lead.seen()
    assert "Brother or sister" in lead.seen()


def test_a_registered_person_of_a_like_name_is_offered(world: World) -> None:
    _register(world, "Ashley Example")
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.person_add")
    lead.submit(person_name="ashley exampel", person_part="subject")
    assert "Is it somebody from the register?" in lead.seen()
    assert not current(world, concern.id, EntryKind.PERSON)
    view = lead.view
    assert view is not None
    first = view["blocks"][0]["element"]["options"][0]["value"]
    lead.submit(person_registered=first)
    (found,) = current(world, concern.id, EntryKind.PERSON)
    assert found.fields["participant"] == first
    assert found.fields["person_name"] == "ashley exampel"
    assert "in the register" in lead.seen()
    lead.click("concern.person_change")
    lead.submit(person_part="witness")
    lead.submit(person_registered="none")
    (found,) = current(world, concern.id, EntryKind.PERSON)
    assert "participant" not in found.fields
    assert found.version == 2


def test_the_decision_moves_the_state(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    with pytest.raises(NotPossibleError):
        lead.click("concern.decide")
    triage(lead)
    lead.click("concern.decide")
    refused = lead.submit(decision="refer", decision_reason=SECRET)
    assert "whether they agree" in refused.errors["agreed"]
    refused = lead.submit(agreed="no")
    assert "without their agreement" in refused.errors["agreed_reason"]
    refused = lead.submit(agreed="yes", agreed_reason="Others are at risk")
    assert "Which of the two" in refused.errors["agreed"]
    lead.submit(agreed="no")
    assert only(world).state is ConcernState.REFERRED
    decide(lead, "support")
    assert only(world).state is ConcernState.ACTING


def test_watching_needs_a_day_to_come(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    assert "review_on" in decide(lead, "monitor").errors
    assert "to come" in lead.submit(review_on=in_days(world, -2)).errors["review_on"]
    lead.submit(review_on=in_days(world, 14))
    concern = only(world)
    assert concern.state is ConcernState.MONITORING
    assert concern.review_at is not None
    assert "Look again on" in lead.seen()


def test_an_action_is_given_to_one_who_may_know_and_done_with_a_note(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    lead.click("concern.action_add")
    offered = next(one for one in (lead.view or {})["blocks"] if one["block_id"] == "action_owner")
    assert [one["value"] for one in offered["element"]["options"]] == ["U0LEAD", "U0DEP"]
    assert "has passed" in lead.submit(action_what=SECRET, action_due=in_days(world, -3)).errors["action_due"]
    lead.submit(action_owner="U0DEP", action_due=in_days(world, 3))
    (action,) = current(world, concern.id, EntryKind.ACTION)
    assert (action.owner, action.done_at) == ("U0DEP", None)
    deputy = opened(world, "U0DEP", concern)
    deputy.click("concern.action_done")
    assert SECRET in deputy.seen()
    assert "action_note" in deputy.submit().errors
    deputy.submit(action_note="Rang and was told it is fine")
    (action,) = current(world, concern.id, EntryKind.ACTION)
    assert action.done_at is not None
    assert action.fields["action_what"] == SECRET
    assert "Rang and was told" in deputy.seen()
    with pytest.raises(NotPossibleError):
        deputy.click("concern.action_done")


def test_two_actions_from_one_open_record_are_two(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    for what in ("Ring the school", "Write to the family"):
        lead.click("concern.action_add")
        lead.submit(action_what=what, action_due=in_days(world, 2))
    found = current(world, concern.id, EntryKind.ACTION)
    assert [one.fields["action_what"] for one in found] == ["Ring the school", "Write to the family"]


def test_nothing_of_the_work_is_in_a_message(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead, reason=SECRET)
    decide(lead, reason=SECRET)
    lead.click("concern.action_add")
    lead.submit(action_what=SECRET, action_due=in_days(world, 2))
    lead.click("concern.person_add")
    lead.submit(person_name=SECRET, person_part="subject")
    world.settle()
    sent = "".join(str(call.args) for call in world.sandbox.calls if not call.method.startswith("views."))
    assert SECRET not in sent
    carried = [call.args["view"] for call in world.sandbox.calls if call.method.startswith("views.")]
    assert all(SECRET not in str(view.get("private_metadata")) for view in carried if isinstance(view, dict))


def _register(world: World, name: str) -> None:
    host = world.person("U0FAC")
    host.command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker in Cooking")
    host.command("/participant", f"add {name} to M-1")
