"""One field that does not open shows as such; the rest of the record opens, and so do the lists and the copy."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.concerns import damaged
from bot.concerns.copies import copying
from bot.sandbox.person import Person
from db.models import Concern, ConcernEntry, ConcernExport, ConcernText
from tests.concerns.copies import asked, with_pages
from tests.concerns.leading import decide, in_days, informed, opened, taken_up, triage
from tests.support.raising import SECRET
from tests.support.world import World


def break_text(world: World, field: str) -> None:
    """Alter one of the raiser's sealed fields."""

    def work(session: Session) -> None:
        row = session.scalars(select(ConcernText).where(ConcernText.field == field)).first()
        assert row is not None
        sealed = vars(row)["words_sealed"]
        session.execute(update(ConcernText).where(ConcernText.id == row.id).values(words_sealed=sealed[:-1] + b"?"))

    world.write(work)


def break_entries(world: World) -> None:
    """Alter what every entry of the record says."""
    world.write(lambda session: session.execute(update(ConcernEntry).values(words_sealed=b"\x01" * 40)))


def the_copy_says_so(world: World, lead: Person) -> None:
    """A copy of the record names what is damaged, and holds the rest."""
    asked(lead)
    row = world.read(lambda session: session.scalars(select(ConcernExport)).one())
    paper = world.read(lambda session: copying.paper_of(session, row))
    assert damaged.WORDS in str(paper.lines)
    assert SECRET in str(paper.lines)


def test_a_damaged_word_of_the_raiser_shows_as_such_and_the_rest_opens(world: World) -> None:
    concern = taken_up(world, where="Beside the stairs")
    break_text(world, "where")
    lead = opened(world, "U0LEAD", concern)
    assert damaged.WORDS in str(lead.view)
    assert SECRET in str(lead.view)
    lead.click("concern.history")
    assert damaged.WORDS in str(lead.view)


def test_every_kind_of_entry_can_be_damaged_and_the_record_opens(world: World) -> None:
    with_pages(world)
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    decide(lead)
    informed(lead)
    lead.click("concern.person_add")
    lead.submit(person_name="Bilal", person_part="witness")
    lead.click("concern.action_add")
    lead.submit(action_what="Ring", action_due=in_days(world, 2), action_owner="U0LEAD")
    lead.click("concern.question_add")
    lead.submit(question="Where?")
    lead.click("concern.referral_add")
    lead.submit(
        body="childrens_social_care",
        method="phone",
        day=in_days(world, 0),
        shared="All",
        basis="agreed",
        due_day=in_days(world, 3),
    )
    lead.click("concern.offer")
    lead.submit(to="U0DEP")
    kinds = world.read(lambda session: set(session.scalars(select(ConcernEntry.kind))))
    assert len(kinds) >= 7
    break_entries(world)
    lead = opened(world, "U0LEAD", concern)
    assert SECRET in str(lead.view)
    assert str(lead.view).count("can't be read") >= len(kinds)
    lead.click("concern.history")
    assert "can't be read" in str(lead.view)
    lead = opened(world, "U0LEAD", concern)
    the_copy_says_so(world, lead)
    lead = opened(world, "U0LEAD", concern)
    triage(lead, reason="Written anew")
    assert "Written anew" in str(lead.view)


def break_people(world: World) -> None:
    """Alter who raised the concern, who wrote each word and entry, and who has each action."""

    def work(session: Session) -> None:
        session.execute(update(Concern).values(raised_by_sealed=b"\x01" * 40))
        session.execute(update(ConcernText).values(by_sealed=b"\x01" * 40))
        session.execute(update(ConcernEntry).values(by_sealed=b"\x01" * 40, owner_sealed=b"\x01" * 40))

    world.write(work)


def test_who_it_was_can_be_damaged_and_the_record_opens(world: World) -> None:
    with_pages(world)
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    lead.click("concern.action_add")
    lead.submit(action_what="Ring", action_due=in_days(world, 2), action_owner="U0LEAD")
    lead.click("concern.question_add")
    lead.submit(question="Where?")
    world.settle()
    break_people(world)
    lead = opened(world, "U0LEAD", concern)
    assert SECRET in str(lead.view)
    assert "Ring" in str(lead.view)
    assert f"by {damaged.WORDS}" in str(lead.view)
    assert f"<@{damaged.WORDS}>" not in str(lead.view)
    assert str(lead.view).count(damaged.WORDS) >= 4
    lead.click("concern.history")
    assert damaged.WORDS in str(lead.view)
    lead.command("/concern", "list")
    assert concern.reference in str(lead.view)
    world.clock_forward(4 * 24 * 3600)
    world.settle(20)
    lead = opened(world, "U0LEAD", concern)
    the_copy_says_so(world, lead)


def test_whom_the_raiser_left_out_stays_out_where_that_is_damaged(world: World) -> None:
    concern = taken_up(world, left_out=["U0DEP"])
    break_text(world, "left_out")
    assert SECRET in str(opened(world, "U0LEAD", concern).view)
    deputy = world.person("U0DEP")
    deputy.command("/concern", "list")
    assert concern.reference not in str(deputy.view)
