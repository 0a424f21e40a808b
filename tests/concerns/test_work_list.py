"""`/concern list` for those whom concerns reach, and the record as a modal: pages, hiding, deadlines."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.concerns import entries, rights
from bot.concerns.record import lead_list
from bot.concerns.record.lead_list import PAGE
from bot.sandbox.model import NotPossibleError
from db.models import Concern, ConcernRecipient, EntryKind, Organisation
from db.models.concern import ConcernState
from tests.concerns.leading import decide, in_days, only, opened, taken_up, triage
from tests.support.opened import counting_opened
from tests.support.raising import SECRET, raise_one
from tests.support.world import World


def test_open_late_and_mine(world: World) -> None:
    concern = taken_up(world)
    raise_one(world, who="U0COW")
    world.settle()
    lead = opened(world, "U0LEAD", concern)
    triage(lead)
    lead.click("concern.action_add")
    lead.submit(action_what="Ring the school", action_due=in_days(world, 5), action_owner="U0DEP")
    lead.close()
    lead.command("/concern", "list")
    said = lead.seen()
    assert "Open (2)" in said
    assert "Overdue (0)" in said
    assert "Mine (1)" in said
    assert "Answer now" in said
    assert "Ring the school" in said
    assert SECRET not in said
    deputy = world.person("U0DEP")
    deputy.command("/concern", "list")
    deputy.click("concern.list_mine")
    assert concern.reference in _shown(deputy)
    world.clock_forward(2 * 3600)
    world.settle()
    lead.close()
    lead.command("/concern", "list")
    lead.click("concern.list_late")
    view = _shown(lead)
    assert "overdue since" in view
    assert concern.reference not in view


def test_an_empty_list_says_so_and_whom_to_phone(world: World) -> None:
    lead = world.person("U0LEAD")
    lead.command("/concern", "list")
    assert "No concern that reaches you is open" in lead.seen()
    assert "020 7946 0009" in lead.seen()
    lead.click("concern.list_late")
    assert "Nothing is overdue" in lead.seen()
    lead.click("concern.list_raised")
    with pytest.raises(NotPossibleError):
        lead.click("concern.list_late")


def test_only_what_reaches_somebody_is_listed_and_counted(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0LEAD")
    world.settle()
    reference = only(world).reference
    for who in ("U0LEAD", "U0DEP"):
        person = world.person(who)
        person.command("/concern", "list")
        assert "Open (0)" in person.seen()
        assert reference not in person.seen()
    head = world.person("U0HEAD")
    head.command("/concern", "list")
    assert "Open (1)" in head.seen()
    assert reference in head.seen()


def test_the_list_agrees_with_the_right_to_read(world: World) -> None:
    for about, subject in (("child", None), ("staff", "U0LEAD"), ("staff", "U0DEP"), ("adult", None)):
        person = world.person("U0FAC")
        while person.view:
            person.close()
        raise_one(world, about=about, **({"subject_staff": subject} if subject else {}))
    everybody = ["U0FAC", "U0LEAD", "U0DEP", "U0HEAD", "U0MAN", "U0ADM"]

    def compare(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        concerns = session.scalars(select(Concern)).all()
        for who in everybody:
            listed = {one.id for one in rights.reaching(session, organisation.id, who)}
            may = {one.id for one in concerns if rights.may_read(session, organisation.id, who, one.id)}
            assert listed == may, who

    world.read(compare)


def test_the_closed_have_pages_and_only_the_page_is_opened(world: World) -> None:
    concern = taken_up(world)

    def many(session: Session) -> None:
        stands = session.get_one(Concern, concern.id)
        like = {one.key: getattr(stands, one.key) for one in Concern.__table__.columns if one.key != "id"}
        for number in range(PAGE * 3):
            closed = Concern(**{**like, "reference": f"C-2026-1{number:04}"})
            closed.state, closed.closed_at = ConcernState.CLOSED, stands.raised_at + timedelta(minutes=number)
            session.add(closed)
            session.flush()
            asked = {"organisation_id": closed.organisation_id, "concern_id": closed.id}
            session.add(ConcernRecipient(**asked, slack_id="U0LEAD", rank=0))

    world.write(many)
    lead = world.person("U0LEAD")
    lead.close()
    lead.command("/concern", "list")
    lead.click("concern.list_closed")
    view = _shown(lead)
    assert "Page 1; there are more" in view
    assert f"C-2026-1{PAGE * 3 - 1:04}" in view
    assert f"C-2026-1{PAGE * 2 - 1:04}" not in view
    lead.click("Next page")
    lead.click("Next page")
    view = _shown(lead)
    assert "Page 3, the last" in view
    assert "C-2026-10000" in view
    caller = Caller(world.organisation(), "U0LEAD", "Lena", frozenset())
    with counting_opened() as opened_fields:
        world.read(lambda session: lead_list.in_hand(session, caller, now=concern.raised_at))
    assert opened_fields["concerns.about"] == 1


def test_hide_empties_the_view_at_once(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    assert SECRET in _shown(lead)
    lead.click("concern.hide")
    assert SECRET not in _shown(lead)
    assert concern.reference not in _shown(lead)
    lead.click("Open again")
    assert SECRET in _shown(lead)


def test_a_long_record_has_pages_and_nothing_is_left_out(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")

    def many(session: Session) -> None:
        organisation = session.scalars(select(Organisation)).one()
        caller = Caller(organisation, "U0LEAD", "Lena", frozenset())
        stands = session.get_one(Concern, concern.id)
        for number in range(70):
            fields = {"person_name": f"Name-{number:03}.", "person_part": "witness", "person_note": "x"}
            entries.add(session, caller, stands, EntryKind.PERSON, fields, stands.raised_at)

    world.write(many)
    opened(world, "U0LEAD", concern)
    found, pages = _shown(lead), 1
    assert "Page 1 of" in found
    while True:
        assert len((lead.view or {})["blocks"]) <= 100
        try:
            lead.click("concern.page_next")
        except NotPossibleError:
            break
        pages += 1
        found += _shown(lead)
    assert pages > 2
    assert all(f"Name-{number:03}." in found for number in range(70))
    lead.click("concern.page_before")
    assert f"Page {pages - 1} of {pages}" in _shown(lead)


def test_the_head_of_the_record_says_how_it_stands(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    assert f"{concern.reference}" in _shown(lead)
    assert "Looked after by" in _shown(lead)
    assert lead.view is not None
    assert lead.view["title"]["text"] == "Record"
    triage(lead)
    decide(lead, "monitor", review_on=in_days(world, 7))
    assert "watching" in _shown(lead)
    assert "Look again on" in _shown(lead)


def _shown(person) -> str:  # type: ignore[no-untyped-def]
    """The text of the modal on top."""
    return str(person.view)
