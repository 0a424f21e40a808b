"""Two leads at the same thing: the second sees both versions, and nothing is overwritten or lost."""

import pytest
from sqlalchemy import select

from db.models import AuditEvent, EntryKind
from db.models.concern import ConcernState
from tests.concerns.leading import current, in_days, only, opened, taken_up, triage, versions
from tests.support.world import World

pytestmark = pytest.mark.both

FIRST, SECOND = "FIRST-otter-1", "SECOND-kite-2"


def test_two_levels_at_once(world: World) -> None:
    concern = taken_up(world)
    lead, deputy = world.person("U0LEAD"), opened(world, "U0DEP", concern)
    lead.click("concern.triage")
    deputy.click("concern.triage")
    lead.submit(level="low", level_reason=FIRST, categories=["online"])
    deputy.submit(level="immediate", level_reason=SECOND, categories=["missing"])
    said = deputy.seen()
    assert "Not saved yet: somebody saved this while you were writing" in said
    assert FIRST in said
    assert SECOND in said
    assert "Harm online" in said
    assert [one.fields["level_reason"] for one in versions(world, concern.id)] == [FIRST]
    deputy.submit()
    found = versions(world, concern.id, EntryKind.TRIAGE)
    assert [(one.version, one.by, one.fields["level_reason"]) for one in found] == [
        (1, "U0LEAD", FIRST),
        (2, "U0DEP", SECOND),
    ]
    assert found[1].fields["categories"] == ["missing"]
    assert SECOND in deputy.seen()
    done = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert "concern.conflict" in done


def test_two_decisions_at_once(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    deputy = opened(world, "U0DEP", concern)
    lead.click("concern.decide")
    deputy.click("concern.decide")
    lead.submit(decision="monitor", decision_reason=FIRST, review_on=in_days(world, 7))
    deputy.submit(decision="support", decision_reason=SECOND)
    assert FIRST in deputy.seen()
    assert only(world).state is ConcernState.MONITORING
    deputy.submit()
    stands = only(world)
    assert (stands.state, stands.review_at) == (ConcernState.ACTING, None)
    assert len(versions(world, concern.id, EntryKind.DECISION)) == 2


@pytest.mark.parametrize("second", ["change", "done"])
def test_an_action_changed_by_two(world: World, second: str) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the school", action_due=in_days(world, 2))
    deputy = opened(world, "U0DEP", concern)
    lead.click("concern.action_change")
    deputy.click(f"concern.action_{second}")
    lead.submit(action_what=FIRST, action_owner="U0DEP")
    deputy.submit({"action_what" if second == "change" else "action_note": SECOND})
    assert "Nothing was overwritten" in deputy.seen()
    assert FIRST in deputy.seen()
    assert SECOND in deputy.seen()
    assert len(versions(world, concern.id, EntryKind.ACTION)) == 2
    deputy.submit()
    (action,) = current(world, concern.id, EntryKind.ACTION)
    assert action.version == 3
    words = [one.fields["action_what"] for one in versions(world, concern.id, EntryKind.ACTION)]
    assert words[:2] == ["Ring the school", FIRST]
    assert SECOND in (action.fields["action_what"], action.fields.get("action_note"))


def test_a_person_changed_by_two(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.person_add")
    lead.submit(person_name="Ash Example", person_part="subject")
    deputy = opened(world, "U0DEP", concern)
    lead.click("concern.person_change")
    deputy.click("concern.person_change")
    lead.submit(person_note=FIRST)
    deputy.submit(person_note=SECOND)
    assert FIRST in deputy.seen()
    deputy.submit()
    assert [one.fields.get("person_note") for one in versions(world, concern.id)] == [None, FIRST, SECOND]


def test_the_same_form_sent_twice_is_saved_once(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead, reason=FIRST)
    world.sandbox.repeat()
    lead.click("concern.action_add")
    lead.submit(action_what=FIRST, action_due=in_days(world, 2))
    world.sandbox.repeat()
    assert [one.version for one in versions(world, concern.id)] == [1, 1]
    assert FIRST in lead.seen()


def test_closed_meanwhile_says_so_and_keeps_what_was_typed(world: World) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    lead.click("concern.action_add")

    def finish(session):  # type: ignore[no-untyped-def]
        from db.models import Concern

        session.scalars(select(Concern)).one().state = ConcernState.CLOSED

    world.write(finish)
    answer = lead.submit(action_what=SECOND, action_due=in_days(world, 2))
    assert "can't be done now" in " ".join(answer.errors.values())
    assert SECOND in lead.seen()
