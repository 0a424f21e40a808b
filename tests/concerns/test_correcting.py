"""Putting a record right: amended with a reason, entered in error and brought back, duplicate of; nothing is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries
from bot.concerns.rights import GONE
from bot.sandbox.person import Person
from db.models import AuditEvent, Concern, ConcernEntry, ConcernText, EntryKind, Organisation, Role, Staff
from db.models.concern import ConcernState
from tests.concerns.leading import current, in_days, only, opened, taken_up, versions
from tests.concerns.pressing import press
from tests.support.raising import SECRET, raise_one
from tests.support.world import World

RIGHT, REASON = "RIGHT-words-5", "REASON-why-6"


def correct(person: Person, what: str, **values: str) -> None:
    """Choose what is wrong in the form, and fill in the fields of that choice."""
    person.click("concern.correct")
    person.choose("what", what)
    person.submit({f"{name}.{what}": text for name, text in values.items()})


def test_a_field_is_amended_and_both_wordings_stay(world: World) -> None:
    concern = taken_up(world, words="What was heard")
    lead = world.person("U0LEAD")
    correct(lead, "text:words", text="", reason=REASON)
    assert "text.text:words" in lead.errors
    lead.submit({"text.text:words": RIGHT})
    said = lead.seen()
    assert RIGHT in said
    assert "What was heard" not in said
    assert "Amended: The person's exact words" in said
    assert REASON in said
    rows = world.read(lambda s: s.scalars(select(ConcernText).where(ConcernText.field == "words")).all())
    assert sorted((row.version, row.by) for row in rows) == [(1, "U0FAC"), (2, "U0LEAD")]
    lead.click("concern.history")
    for words in ("What was heard", RIGHT, REASON, "before", "from then on", "Who opened it"):
        assert words in lead.seen()
    (entry,) = current(world, concern.id, EntryKind.AMENDMENT)
    assert entry.fields == {"field": "words", "version": 2, "reason": REASON}


def test_an_amendment_needs_its_reason(world: World) -> None:
    taken_up(world, words="What was heard")
    lead = world.person("U0LEAD")
    correct(lead, "text:words", text=RIGHT)
    assert "reason.text:words" in lead.errors
    assert world.count(ConcernEntry) == 0
    assert "What was heard" in opened(world, "U0LEAD", only(world)).seen()


def test_another_choice_asks_for_its_own_field(world: World) -> None:
    taken_up(world, words="What was heard", questions="What I asked")
    lead = world.person("U0LEAD")
    lead.click("concern.correct")
    lead.choose("what", "text:words")
    lead.fill({"text.text:words": RIGHT})
    lead.choose("what", "text:questions")
    assert "What I asked" in lead.seen()
    lead.submit({"reason.text:questions": REASON, "text.text:questions": "What I really asked"})
    fields = world.read(lambda s: sorted(s.scalars(select(ConcernText.field).where(ConcernText.version == 2))))
    assert fields == ["questions"]


def test_two_leads_amend_one_field(world: World) -> None:
    concern = taken_up(world, words="What was heard")
    lead, deputy = world.person("U0LEAD"), opened(world, "U0DEP", concern)
    for person in (lead, deputy):
        person.click("concern.correct")
        person.choose("what", "text:words")
    lead.submit({"text.text:words": "FIRST-wording", "reason.text:words": "One"})
    deputy.submit({"text.text:words": "SECOND-wording", "reason.text:words": "Two"})
    said = deputy.seen()
    assert "FIRST-wording" in said
    assert "SECOND-wording" in said
    assert "Nothing was overwritten" in said
    assert world.read(lambda s: len(s.scalars(select(ConcernText).where(ConcernText.field == "words")).all())) == 2
    deputy.submit()
    assert "SECOND-wording" in deputy.seen()
    deputy.click("concern.history")
    for words in ("What was heard", "FIRST-wording", "SECOND-wording"):
        assert words in deputy.seen()


@pytest.mark.parametrize("open_before", [True, False])
def test_an_entry_in_error_leaves_the_record_and_comes_back(world: World, open_before: bool) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.action_add")
    lead.submit(action_what="ACTION-ring-7", action_due=in_days(world, 5))
    (action,) = current(world, concern.id, EntryKind.ACTION)
    what = f"entry:{action.id}"
    correct(lead, what, reason=REASON)
    assert "ACTION-ring-7" not in lead.seen()
    assert current(world, concern.id, EntryKind.ACTION) == []
    (struck,) = world.read(lambda s: entries.newest(s, s.get_one(Concern, concern.id), EntryKind.ACTION))
    assert (struck.version, struck.due_at, struck.fields["entered_in_error"]) == (2, None, REASON)
    lead.click("concern.history")
    assert "ACTION-ring-7" in lead.seen()
    assert REASON in lead.seen()
    lead = opened(world, "U0LEAD", concern)
    if open_before:
        correct(lead, what, reason="It was right after all")
        (back,) = current(world, concern.id, EntryKind.ACTION)
        assert (back.version, back.due_at, back.owner) == (3, action.due_at, action.owner)
        assert "ACTION-ring-7" in lead.seen()
    else:
        correct(lead, what)
        assert f"reason.{what}" in lead.errors
        assert len(versions(world, concern.id)) == 2


def test_what_was_changed_meanwhile_is_not_struck(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.informed_add")
    lead.submit(who="parent", told="no", why_not="FIRST-reason")
    (entry,) = current(world, concern.id)
    deputy = opened(world, "U0DEP", concern)
    deputy.click("concern.correct")
    deputy.choose("what", f"entry:{entry.id}")
    lead.click("concern.informed_change")
    lead.submit(why_not="SECOND-reason", why="More is known")
    deputy.submit({f"reason.entry:{entry.id}": REASON})
    assert "Somebody changed this entry meanwhile" in str(deputy.errors)
    assert [one.fields["why_not"] for one in current(world, concern.id)] == ["SECOND-reason"]


def test_a_struck_entry_is_not_changed(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.informed_add")
    lead.submit(who="parent", told="no", why_not="FIRST-reason")
    (entry,) = current(world, concern.id)
    deputy = opened(world, "U0DEP", concern)
    deputy.click("concern.informed_change")
    correct(lead, f"entry:{entry.id}", reason=REASON)
    deputy.submit(why_not="SECOND-reason", why="More is known")
    assert "entered in error meanwhile" in str(deputy.errors)
    assert len(versions(world, concern.id)) == 2


def test_a_concern_entered_in_error_leaves_the_lists_and_can_be_reopened(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.error")
    assert "reason" in lead.submit().errors
    lead.submit(reason=REASON)
    assert only(world).state is ConcernState.ENTERED_IN_ERROR
    assert REASON in lead.seen()
    assert "entered in error" in lead.seen()
    lead.close()
    lead.command("/concern", "list")
    assert concern.reference not in str(lead.view)
    world.settle()
    assert "entered in error" in world.sandbox.messages("G0CONCERN")[0].words
    done = world.read(
        lambda s: list(s.scalars(select(AuditEvent.action).where(AuditEvent.record_id == concern.id.hex)))
    )
    assert "concern.error" in done
    press(world, "U0LEAD", "concern.reopen", f"{concern.id}:0")
    lead.submit(again_reason="It was real")
    assert only(world).state is ConcernState.REOPENED


def both(world: World) -> tuple[Concern, Concern]:
    """Two concerns of children, the older one first."""
    raise_one(world)
    world.person("U0FAC").close()
    raise_one(world, words="Once more")
    world.settle()
    found = world.read(lambda s: s.scalars(select(Concern).order_by(Concern.raised_at)).all())
    return found[0], found[1]


def test_a_duplicate_is_linked_both_ways_and_the_other_goes_on(world: World) -> None:
    first, second = both(world)
    press(world, "U0LEAD", "concern.duplicate", str(second.id))
    lead = world.person("U0LEAD")
    assert "reference" in lead.submit(reason=REASON).errors
    lead.submit(reference=first.reference.lower(), reason=REASON)
    assert f"Duplicate of {first.reference}" in lead.seen()
    states = world.read(lambda s: {one.id: (one.state, one.duplicate_of) for one in s.scalars(select(Concern))})
    assert states == {
        first.id: (ConcernState.RAISED, None),
        second.id: (ConcernState.DUPLICATE, first.id),
    }
    press(world, "U0DEP", "concern.read", str(first.id))
    assert f"{second.reference} is a duplicate of this" in world.person("U0DEP").seen()


def test_two_concerns_are_not_set_aside_for_each_other(world: World) -> None:
    first, second = both(world)
    lead = world.person("U0LEAD")
    for one, other in ((first, second), (second, first)):
        press(world, "U0LEAD", "concern.duplicate", str(one.id))
        lead.submit(reference=other.reference, reason=REASON)
    assert "set aside itself" in str(lead.errors)
    states = world.read(lambda s: {one.id: one.state for one in s.scalars(select(Concern))})
    assert states == {first.id: ConcernState.DUPLICATE, second.id: ConcernState.RAISED}


def test_a_reference_that_is_not_for_them_answers_as_one_that_is_not(world: World) -> None:
    raise_one(world, "U0COW", about="staff", subject_staff="U0LEAD")
    secret = only(world).reference
    world.person("U0COW").close()
    raise_one(world)
    world.settle()
    mine = world.read(lambda s: s.scalars(select(Concern).order_by(Concern.raised_at)).all())[-1]
    lead = world.person("U0LEAD")
    press(world, "U0LEAD", "concern.duplicate", str(mine.id))
    said = [
        str(lead.submit(reference=reference, reason=REASON).errors)
        for reference in (secret, "C-2026-00001", "nonsense")
    ]
    assert GONE in said[0]
    assert len(set(said)) == 1
    assert "itself" in str(lead.submit(reference=mine.reference).errors)
    assert world.count(ConcernEntry) == 0


@pytest.mark.parametrize("button", ["concern.correct", "concern.error", "concern.duplicate", "concern.history"])
def test_nobody_else_corrects_or_looks_back(world: World, button: str) -> None:
    concern = taken_up(world)
    for who in ("U0FAC", "U0HEAD", "U0MAN", "U0ADM"):
        assert GONE in press(world, who, button, str(concern.id))
        assert SECRET not in world.person(who).seen()


def test_found_to_be_about_staff_it_leaves_whom_it_must_not_reach(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    values = {"about_whom": "staff", "which_staff": "U0DEP"}
    correct(lead, "way", **values)
    assert "reason.way" in lead.errors
    lead.submit({"reason.way": REASON})
    assert "goes to other people now" in lead.seen()
    stands = only(world)
    assert (stands.about, stands.subject_staff, stands.state, stands.lead) == (
        "staff",
        "U0DEP",
        ConcernState.RAISED,
        None,
    )
    for who in ("U0LEAD", "U0DEP"):
        assert GONE in press(world, who, "concern.read", str(concern.id))
    world.settle()
    assert any(concern.reference in one.words for one in world.sandbox.dm("U0HEAD"))
    press(world, "U0HEAD", "concern.read", str(concern.id))
    assert "Amended: Whom it is about" in world.person("U0HEAD").seen()
    world.person("U0HEAD").click("concern.history")
    assert "child - today" in world.person("U0HEAD").seen()
    assert REASON not in str([call.args for call in world.sandbox.calls if not call.method.startswith("views.")])


def test_about_somebody_else_whom_the_same_people_may_know(world: World) -> None:
    concern = taken_up(world)
    lead, deputy = world.person("U0LEAD"), opened(world, "U0DEP", concern)
    for person in (lead, deputy):
        person.click("concern.correct")
        person.choose("what", "way")
    lead.submit({"about_whom.way": "adult", "reason.way": REASON})
    stands = only(world)
    assert (stands.about, stands.state, stands.lead) == ("adult", ConcernState.ACKNOWLEDGED, "U0LEAD")
    assert "An adult" in lead.seen()
    deputy.submit({"about_whom.way": "unsure", "reason.way": "Not known"})
    assert "Somebody changed whom it is about meanwhile" in str(deputy.errors)
    assert only(world).about == "adult"


def test_a_long_history_is_turned_page_by_page(world: World) -> None:
    concern = taken_up(world)

    def many(session: Session) -> None:
        held = session.get_one(Concern, concern.id)
        staff = session.scalars(select(Staff).where(Staff.slack_id == "U0LEAD")).one()
        organisation = session.get_one(Organisation, held.organisation_id)
        caller = Caller(organisation, "U0LEAD", staff.called, frozenset([Role.LEAD]))
        for number in range(60):
            fields = {"who": "other", "told": "no", "why_not": f"REASON-{number:02}"}
            now = held.raised_at + timedelta(minutes=number + 1)
            entries.add(session, caller, held, EntryKind.INFORMED, fields, now)

    world.write(many)
    lead = opened(world, "U0LEAD", concern)
    press(world, "U0LEAD", "concern.history", f"{concern.id}:0")
    seen = str(lead.view)
    for _ in range(10):
        if "concern.history_next" not in str(lead.view):
            break
        lead.click("concern.history_next")
        seen += str(lead.view)
    assert all(f"REASON-{number:02}" in seen for number in range(60))
    assert SECRET in str(lead.view)
