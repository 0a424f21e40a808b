"""Closing: every gate at once, the second sign-off, and opening again."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sandbox.model import NotPossibleError
from db.models import AuditEvent, EntryKind
from db.models.concern import ConcernState
from tests.concerns.leading import close, current, decide, in_days, informed, only, opened, taken_up, triage, versions
from tests.support.world import World, open_world


def ready(world: World, who: str = "U0LEAD", **fields: object) -> None:
    """A concern with everything that a closing asks for."""
    taken_up(world, who, **fields)
    person = world.person(who)
    triage(person)
    decide(person)
    informed(person)


def test_everything_that_is_missing_is_shown_at_once(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the school", action_due=in_days(world, 2))
    lead.click("concern.close")
    said = lead.seen()
    assert "Not ready to be closed yet" in said
    assert "Decide what is done" in said
    assert "Mark every action “Done”" in said
    assert "who was informed, or why not" in said
    with pytest.raises(NotPossibleError):
        lead.submit()
    lead.click("Back to the record")
    decide(lead)
    lead.click("concern.close")
    assert "Decide what is done" not in lead.seen()
    assert "Mark every action “Done”" in lead.seen()
    lead.click("Back to the record")
    lead.click("concern.action_done")
    lead.submit(action_note="Rang them")
    informed(lead)
    lead.click("concern.close")
    assert "What is the outcome?" in lead.seen()
    assert only(world).state is ConcernState.ACTING
    assert not current(world, concern.id, EntryKind.CLOSURE)


def test_closing_and_opening_again(world: World) -> None:
    ready(world)
    lead = world.person("U0LEAD")
    close(lead, world, learning="Ask earlier")
    concern = only(world)
    assert concern.state is ConcernState.CLOSED
    assert concern.closed_at is not None
    assert "Ask earlier" in lead.seen()
    for gone in ("concern.decide", "concern.action_add", "concern.close"):
        with pytest.raises(NotPossibleError):
            lead.click(gone)
    lead.click("concern.reopen")
    assert "again_reason" in lead.submit().errors
    lead.submit(again_reason="It has happened again")
    again = only(world)
    assert again.state is ConcernState.REOPENED
    assert (again.reference, again.closed_at) == (concern.reference, None)
    assert "It has happened again" in lead.seen()
    assert "Ask earlier" in lead.seen()


def test_a_regulator_is_considered_and_the_day_is_to_come(world: World) -> None:
    ready(world)
    lead = world.person("U0LEAD")
    lead.click("concern.close")
    values = {"outcome": "resolved", "closing_reason": "Fine now", "keep_until": in_days(world, -1)}
    assert "regulator" in lead.submit(values).errors
    assert "regulator_reason" in lead.submit(regulator="not_needed").errors
    assert "to come" in lead.submit(regulator_reason="Not serious").errors["keep_until"]
    assert only(world).state is ConcernState.ACTING
    lead.submit(keep_until=in_days(world, 30))
    assert only(world).state is ConcernState.CLOSED


def test_an_action_added_while_the_form_is_open_holds_the_closing(world: World) -> None:
    ready(world)
    lead = world.person("U0LEAD")
    lead.click("concern.close")
    deputy = opened(world, "U0DEP", only(world))
    deputy.click("concern.action_add")
    deputy.submit(action_what="Wait for the school", action_due=in_days(world, 2))
    answer = lead.submit(outcome="resolved", closing_reason="Fine", regulator="reported", keep_until=in_days(world, 30))
    assert "Mark every action “Done”" in " ".join(answer.errors.values())
    assert only(world).state is ConcernState.ACTING
    assert not current(world, only(world).id, EntryKind.CLOSURE)


def test_the_same_closing_sent_twice_is_one(world: World) -> None:
    ready(world)
    lead = world.person("U0LEAD")
    close(lead, world)
    world.sandbox.repeat()
    assert [one.version for one in versions(world, only(world).id, EntryKind.CLOSURE)] == [1]
    assert only(world).state is ConcernState.CLOSED


def test_a_second_person_signs_off(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path, second_sign_off=True) as world:
        ready(world)
        lead = world.person("U0LEAD")
        close(lead, world)
        concern = only(world)
        assert concern.state is ConcernState.CLOSING
        assert "waiting for second sign-off" in lead.seen()
        with pytest.raises(NotPossibleError):
            lead.click("concern.sign_off")
        deputy = opened(world, "U0DEP", concern)
        deputy.click("concern.send_back")
        deputy.submit(back_reason="Nobody spoke to the school")
        assert only(world).state is ConcernState.ACTING
        assert "Nobody spoke to the school" in deputy.seen()
        opened(world, "U0LEAD", concern)
        close(lead, world)
        deputy = opened(world, "U0DEP", concern)
        deputy.click("concern.sign_off")
        concern = only(world)
        assert concern.state is ConcernState.CLOSED
        assert "Signed off by a second person" in deputy.seen()
        closure = versions(world, concern.id, EntryKind.CLOSURE)
        assert [(one.version, one.by) for one in closure] == [
            (1, "U0LEAD"),
            (2, "U0DEP"),
            (3, "U0LEAD"),
            (4, "U0DEP"),
        ]
        assert world.sandbox.violations == []


def test_where_only_one_may_know_no_second_is_waited_for(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_world(database_url, tmp_path, second_sign_off=True) as world:
        ready(world, "U0HEAD", about="staff", subject_staff="U0LEAD")
        close(world.person("U0HEAD"), world)
        assert only(world).state is ConcernState.CLOSED
        assert world.sandbox.violations == []


def test_a_stranger_to_the_concern_closes_nothing(world: World) -> None:
    ready(world)
    lead = world.person("U0LEAD")
    lead.click("concern.close")
    world.sandbox.forge("U0MAN")
    done = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert done[-1] == "refused concern.read"
    lead.submit(outcome="resolved", closing_reason="Fine", regulator="reported", keep_until=in_days(world, 30))
    concern = only(world)
    assert concern.state is ConcernState.CLOSED
    lead.click("concern.reopen")
    world.sandbox.forge("U0FAC")
    done = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert done[-1] == "refused concern.read"
    assert only(world).state is ConcernState.CLOSED
