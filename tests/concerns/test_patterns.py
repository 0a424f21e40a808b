"""The same people elsewhere: for those who may know, of what they may see, and never to whom it is about."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns.rights import GONE
from bot.sandbox.person import Person
from db.models import Concern, ConcernRecipient, EntryKind, Participant
from db.models.concern import ConcernState
from tests.concerns.leading import current, opened
from tests.concerns.pressing import press
from tests.support.raising import SECRET
from tests.support.world import World


def sessions(world: World, *registers: str) -> None:
    """A session of two people for each register, which says who was there (`all`, `all except Mair`)."""
    host = world.person("U0FAC")
    for number in range(1, len(registers) + 1):
        host.command("/meeting", f"new Cooking club tomorrow at {9 + number}:00 with @col.co-worker in Cooking")
        host.command("/participant", f"add Mair Example, Aled Example to M-{number}")
    world.clock_forward(2 * 24 * 3600)
    for number, register in enumerate(registers, start=1):
        host.command("/attendance", f"M-{number} {register}")


def concerns(world: World) -> list[Concern]:
    return list(world.read(lambda session: session.scalars(select(Concern).order_by(Concern.raised_at)).all()))


def about(world: World, by: str = "U0FAC", about: str = "child", **fields: object) -> Concern:
    """A concern raised by somebody; the newest."""
    person = world.person(by)
    while person.view:
        person.close()
    person.command("/concern")
    person.click("concern.continue")
    person.choose("about", about)
    person.submit({"facts": f"A worry {SECRET}", "urgency": "today", **fields})
    person.close()
    world.settle()
    return concerns(world)[-1]


def look(world: World, who: str, concern: Concern) -> str:
    """What the view of the same people says."""
    person = world.person(who)
    while person.view:
        person.close()
    press(world, who, "concern.patterns", str(concern.id))
    return words_of(person)


def words_of(person: Person) -> str:
    return str(person.view)


def participant(world: World, name: str) -> Participant:
    found = world.read(lambda session: session.scalars(select(Participant)).all())
    return next(one for one in found if one.name == name)


def test_concerns_incidents_and_sessions_of_one_person(world: World) -> None:
    sessions(world, "all", "all except Mair", "all except Mair")
    host = world.person("U0FAC")
    host.command("/incident", "M-2 Mair Example was removed for swearing; done: spoke to carer")
    host.command("/incident", "M-3 mair left early; done: rang carer")
    host.command("/incident", "M-3 somebody else shouted; done: asked to stop")
    first = about(world, participants=["Mair Example · M-3"])
    about(world, participants=["Aled Example · M-3"])
    second = about(world, participants=["Mair Example · M-3"])
    said = look(world, "U0LEAD", second)
    assert "*Mair Example* (on the register)" in said
    assert "*Other concerns:* 1" in said
    assert first.reference in said
    assert "*Incidents that name them:* 2" in said
    assert "I-1" in said
    assert re.search(r"I-2 [^•]*by first name only", said)
    assert "I-3" not in said
    assert "missed 2 of the last 3, the last 2 in a row" in said
    assert "Aled" not in said
    assert SECRET not in said


def test_a_name_alone_may_be_somebody_else(world: World) -> None:
    sessions(world, "all except Mair")
    first = about(world, participants=["Mair Example · M-1"])
    second = about(world)
    assert "Nobody is named here yet" in look(world, "U0LEAD", second)
    third = about(world, who="mair  example")
    said = look(world, "U0LEAD", third)
    assert "a name only" in said
    assert f"{first.reference} · new" in said
    assert "may be the same person" in said
    assert "missed 1 of the last 1" in said


def test_a_linked_person_counts_and_one_entered_in_error_does_not(world: World) -> None:
    sessions(world, "all")
    mair = participant(world, "Mair Example")
    first, second = about(world), about(world, participants=["Mair Example · M-1"])
    lead = opened(world, "U0LEAD", first)
    lead.click("concern.acknowledge")
    lead.click("concern.person_add")
    lead.submit(person_name="Mair Example", person_part="subject")
    lead.submit(person_registered=str(mair.id))
    assert first.reference in look(world, "U0LEAD", second)
    (entry,) = current(world, first.id, EntryKind.PERSON)
    lead = opened(world, "U0LEAD", first)
    lead.click("concern.correct")
    lead.choose("what", f"entry:{entry.id}")
    lead.submit({f"reason.entry:{entry.id}": "Somebody else was meant"})
    assert first.reference not in look(world, "U0LEAD", second)


def test_what_is_about_staff_is_shown_and_counted_to_nobody_who_may_not_read_it(world: World) -> None:
    sessions(world, "all")
    hidden = about(world, "U0FAC", about="staff", subject_staff="U0LEAD", participants=["Mair Example · M-1"])
    shown = about(world, participants=["Mair Example · M-1"])
    for who in ("U0LEAD", "U0DEP"):
        said = look(world, who, shown)
        assert hidden.reference not in said
        assert "*Other concerns:* none" in said
    said = look(world, "U0HEAD", hidden)
    assert "*Mair Example*" in said
    assert shown.reference not in said


def test_set_aside_in_error_it_is_in_no_pattern(world: World) -> None:
    sessions(world, "all")
    first = about(world, participants=["Mair Example · M-1"])
    second = about(world, participants=["Mair Example · M-1"])

    def in_error(session: Session) -> None:
        session.get_one(Concern, first.id).state = ConcernState.ENTERED_IN_ERROR

    world.write(in_error)
    assert "*Other concerns:* none" in look(world, "U0LEAD", second)


@pytest.mark.parametrize("who", ["U0FAC", "U0COW", "U0HEAD", "U0MAN", "U0ADM"])
def test_nobody_else_looks(world: World, who: str) -> None:
    sessions(world, "all")
    concern = about(world, participants=["Mair Example · M-1"])
    assert GONE in press(world, who, "concern.patterns", str(concern.id))


def test_two_registered_people_of_one_name_are_kept_apart(world: World) -> None:
    sessions(world, "all")
    host = world.person("U0COW")
    host.command("/meeting", "new Chess tomorrow at 16:00 with @max.manager in Cooking")
    host.command("/participant", "add Mair Example to M-2")
    other = about(world, "U0COW", participants=["Mair Example · M-2"])
    mine = about(world, "U0FAC", participants=["Mair Example · M-1"])
    said = look(world, "U0LEAD", mine)
    assert re.search(rf"{other.reference} [^•]*may be the same person", said)
    rows = world.read(lambda s: s.scalars(select(ConcernRecipient.slack_id)).all())
    assert "U0FAC" not in rows
