"""A name linked to a concern that is the name of somebody who can read it stops the form and asks."""

import pytest

from bot.concerns.record.people import _plain
from db.models import EntryKind
from tests.concerns.leading import current, opened, taken_up
from tests.concerns.pressing import press
from tests.support.raising import SECRET
from tests.support.world import World


@pytest.mark.parametrize(
    ("typed", "known", "same"),
    [
        ("dev deputy", "Dev Deputy", True),
        ("  DÉV   Deputy ", "Dev Deputy", True),
        ("Deputy, Dev", "Dev Deputy", True),
        ("Siobhan O’Brien", "Siobhán O'Brien", True),
        ("Siobhan OBrien", "Siobhán O'Brien", True),
        ("Dev", "Dev Deputy", False),
        ("Dev Deputyson", "Dev Deputy", False),
    ],
)
def test_names_are_compared_without_case_accents_spaces_and_apostrophes(typed: str, known: str, same: bool) -> None:
    assert (_plain(typed) == _plain(known)) is same


def test_yes_takes_the_way_of_putting_right_whom_it_is_about(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    lead.click("concern.person_add")
    lead.submit(person_name="DEV deputy", person_part="alleged")
    assert "Is this your colleague Dev Deputy?" in str(lead.view)
    assert current(world, concern.id, EntryKind.PERSON) == []
    lead.submit(person_colleague="U0DEP")
    assert "Which member of staff?" in str(lead.view)
    assert "U0DEP" in str(lead.view)
    assert current(world, concern.id, EntryKind.PERSON) == []
    lead.submit({"reason.way": "It is about Dev"})
    world.settle()
    deputy = world.person("U0DEP")
    deputy.command("/concern", "list")
    assert "Open (0)" in str(deputy.view)
    assert concern.reference not in str(deputy.view)
    assert SECRET not in press(world, "U0DEP", "concern.read", str(concern.id))
    head = opened(world, "U0HEAD", concern)
    assert "U0DEP" in str(head.view)


def test_no_goes_on_and_is_remembered(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    lead.click("concern.person_add")
    lead.submit(person_name="Dev Deputy", person_part="witness")
    lead.submit(person_colleague="another")
    (entry,) = current(world, concern.id, EntryKind.PERSON)
    assert entry.fields["person_name"] == "Dev Deputy"
    lead.click("concern.person_change")
    lead.submit(person_note="He was there")
    assert "colleague Dev" not in str(lead.view)
    (entry,) = current(world, concern.id, EntryKind.PERSON)
    assert entry.fields["person_note"] == "He was there"
    lead.click("concern.person_add")
    lead.submit(person_name="Dev Deputy", person_part="friend")
    assert len(current(world, concern.id, EntryKind.PERSON)) == 2


def test_nobody_else_is_asked_about(world: World) -> None:
    concern = taken_up(world)
    lead = opened(world, "U0LEAD", concern)
    lead.click("concern.person_add")
    lead.submit(person_name="Hana Head", person_part="witness")
    assert len(current(world, concern.id, EntryKind.PERSON)) == 1
