"""What the raiser sees and does after a concern is saved: the receipt, adding more, the list of their receipts."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import texts
from bot.sandbox import sample
from db.models import AuditEvent, Concern, ConcernText
from db.models.concern import ConcernState, Urgency
from tests.support.raising import SECRET, raise_one
from tests.support.world import World, set_up

LATER = "MARKER-heron-2280"


def concern_of(world: World) -> Concern:
    """The one concern."""
    return world.read(lambda session: session.scalars(select(Concern)).one())


def words_of(world: World) -> dict[str, str]:
    """Its words as the lead reads them."""
    return world.read(lambda session: texts.texts_of(session, session.scalars(select(Concern)).one()))


def actions(world: World) -> list[str]:
    """What the audit chain says was done, in order."""
    return world.read(lambda session: list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence))))


def add_more(world: World, text: str = f"He also said {LATER}", who: str = "U0FAC", **more: object) -> None:
    """[Add more] on what is on the screen."""
    person = world.person(who)
    person.click("concern.add_more")
    person.submit(facts=text, **more)


# The receipt


def test_the_receipt_says_who_is_told_until_when_and_whom_to_phone(world: World) -> None:
    raise_one(world)
    said = world.person("U0FAC").seen()
    assert concern_of(world).reference in said
    assert "designated safeguarding lead and the deputy" in said
    assert "If you hear nothing by" in said
    assert "020 7946 0001" in said
    assert "020 7946 0002" in said
    assert "call 999, social services or the police yourself" in said
    assert SECRET not in said
    assert "020 7946 0003" not in said


def test_about_staff_it_names_the_head_and_nobody_of_the_team(world: World) -> None:
    raise_one(world, about="staff", subject_staff="U0LEAD")
    said = world.person("U0FAC").seen()
    assert "telling the head of the organisation now" in said
    assert "020 7946 0003" in said
    assert "020 7946 0001" not in said


def test_a_lead_who_raises_is_given_the_deputys_number(world: World) -> None:
    raise_one(world, who="U0LEAD")
    said = world.person("U0LEAD").view
    assert "telling the deputy" in str(said)
    assert "020 7946 0002" in str(said)
    assert "020 7946 0001" not in str(said)


# Adding more


@pytest.mark.parametrize("acknowledged", [False, True])
def test_what_is_added_stands_beside_what_was_written(world: World, acknowledged: bool) -> None:
    raise_one(world)
    world.settle()
    lead, root = world.person("U0LEAD"), world.sandbox.messages("G0CONCERN")[-1]
    if acknowledged:
        lead.click("concern.acknowledge", message=root)
        lead.close()
        world.settle()
    add_more(world, words="dw i'n iawn", questions="Are you safe?")
    assert f"Added to {concern_of(world).reference}" in world.person("U0FAC").seen()
    assert LATER not in world.person("U0FAC").seen()
    world.settle()
    assert words_of(world) == {
        "facts": f"A worry {SECRET}",
        "more.1.facts": f"He also said {LATER}",
        "more.1.words": "dw i'n iawn",
        "more.1.questions": "Are you safe?",
    }
    lead.click("concern.read", message=root)
    assert f"A worry {SECRET}" in lead.seen()
    assert f"He also said {LATER}" in lead.seen()
    assert "Added later (1): What was seen or heard" in lead.seen()
    assert "Added later (1): What was seen or heard* · <!date^" in str(lead.view)
    thread = "".join(one.words for one in world.sandbox.thread("G0CONCERN", root.ts))
    assert "added" in thread
    told = [one for one in world.sandbox.dm("U0LEAD") if "the raiser has added something" in one.words]
    assert len([one for one in told if one.thread_ts is None]) == acknowledged
    posted = "".join(str(call.args) for call in world.sandbox.calls if not call.method.startswith("views."))
    assert LATER not in posted
    assert SECRET not in posted


def test_more_can_be_added_again_and_again_and_none_takes_the_place_of_another(world: World) -> None:
    raise_one(world)
    for number in range(12):
        add_more(world, f"addition {number}")
        world.person("U0FAC").close()
    words = words_of(world)
    assert list(words) == ["facts", *(f"more.{number}.facts" for number in range(1, 13))]
    assert [text for name, text in words.items() if name != "facts"] == [f"addition {number}" for number in range(12)]


def test_the_same_addition_sent_twice_is_one(world: World) -> None:
    raise_one(world)
    add_more(world)
    assert world.sandbox.repeat().status == 200
    assert [name for name in words_of(world) if name.startswith("more")] == ["more.1.facts"]
    assert actions(world).count("concern.added") == 1


def test_more_urgent_now_sets_a_new_deadline(world: World) -> None:
    raise_one(world, urgency="week")
    before = concern_of(world).answer_by
    add_more(world, urgency="now")
    concern = concern_of(world)
    assert concern.urgency is Urgency.NOW
    assert concern.answer_by < before
    assert "way" in world.read(lambda session: set(session.scalars(select(ConcernText.field))))


def test_what_the_lead_has_closed_can_be_added_to_and_the_lead_hears_of_it(world: World) -> None:
    raise_one(world)
    world.settle()
    world.person("U0LEAD").click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    world.settle()

    def close(session: Session) -> None:
        session.scalars(select(Concern)).one().state = ConcernState.CLOSED

    world.write(close)
    add_more(world)
    world.settle()
    assert any("the raiser has added something" in one.words for one in world.sandbox.dm("U0LEAD"))
    assert "more.1.facts" in words_of(world)


@pytest.mark.parametrize("who", ["U0COW", "U0LEAD", "U0MAN", "U0HEAD"])
def test_nobody_adds_to_what_somebody_else_has_raised(world: World, who: str) -> None:
    raise_one(world, who=who)
    mine = world.person(who)
    button = str(concern_of(world).id)
    world.person("U0FAC").command("/concern", "", channel="C0GENERAL")
    mine.close()
    raise_one(world)
    farah = world.person("U0FAC")
    view = world.sandbox.state.modals.top("U0FAC")
    assert view is not None
    for block in view.content["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == "concern.add_more":
                element["value"] = button
    farah.click("concern.add_more")
    assert "no such record" in farah.seen()
    assert "refused concern.add" in actions(world)


# The list


def test_the_list_shows_ones_own_receipts_with_a_word_each(world: World) -> None:
    raise_one(world)
    reference = concern_of(world).reference
    farah = world.person("U0FAC")
    farah.close()
    farah.command("/concern", "list", channel="C0GENERAL")
    assert reference in farah.seen()
    assert "waiting to be seen" in farah.seen()
    assert SECRET not in farah.seen()
    add_more(world)
    assert f"Added to {reference}" in farah.seen()
    farah.close(all_views=True)
    world.settle()
    lead = world.person("U0LEAD")
    lead.click("concern.acknowledge", message=world.sandbox.messages("G0CONCERN")[-1])
    farah.command("/concern", "LIST ", channel="C0GENERAL")
    assert f"{reference}* · " in farah.seen()
    assert "· seen" in farah.seen()
    for other in ("U0COW", "U0ADM", "U0MAN"):
        world.person(other).command("/concern", "list", channel="C0GENERAL")
        assert reference not in world.person(other).seen()
        assert "You have raised no concern" in world.person(other).seen()


def test_many_receipts_are_turned_over_and_none_is_missing(world: World) -> None:
    raise_one(world)

    def copies(session: Session) -> set[str]:
        first = session.scalars(select(Concern)).one()
        values = {column.key: getattr(first, column.key) for column in Concern.__table__.columns if column.key != "id"}
        for number in range(64):
            session.add(Concern(**{**values, "reference": f"C-2026-{10000 + number}"}))
        session.flush()
        return set(session.scalars(select(Concern.reference)))

    every = world.write(copies)
    farah = world.person("U0FAC")
    farah.close()
    farah.command("/concern", "list", channel="C0GENERAL")
    seen = [farah.seen()]
    for _ in range(2):
        farah.click("Older")
        seen.append(farah.seen())
    assert {one for one in every if one in "".join(seen)} == every
    farah.click("Newer")
    assert farah.seen() == seen[1]


@pytest.mark.parametrize("text", ["list of children was read out", "help I saw a child crying", "lists"])
def test_a_concern_that_begins_like_a_word_is_not_lost(world: World, text: str) -> None:
    person = world.person("U0FAC")
    answer = person.command("/concern", text, channel="C0GENERAL")
    assert "999" in person.seen()
    person.submit()
    person.choose("about", "unsure")
    person.submit(urgency="today")
    assert words_of(world)["facts"] == text
    assert text not in str(answer.raw)


def test_help_says_what_can_be_typed(world: World) -> None:
    assert "/concern list" in world.person("U0FAC").command("/concern", "help", channel="C0GENERAL").text


# Wales and very many


def test_the_receipt_speaks_the_nations_words(world: World, restart: Callable[..., None]) -> None:
    restart(nation="wales")
    raise_one(world)
    assert "designated safeguarding person" in world.person("U0FAC").seen()


@pytest.fixture
def restart(world: World) -> Callable[..., None]:
    """Set the organisation up anew with other values in its file."""

    def again(**changes: Any) -> None:
        world.stop_bot()
        set_up(world.settings, **changes)
        world.start_bot()

    assert sample.organisation()["nation"] == "england"
    return again


def test_very_many_from_one_person_are_all_saved_and_the_lead_is_told_without_a_name(world: World) -> None:
    for number in range(11):
        raise_one(world, facts=f"worry {number}")
        said = world.person("U0FAC").seen()
        assert "Saved as" in said
        assert ("You have raised many today" in said) == (number >= 9)
        world.person("U0FAC").close()
    world.settle(30)
    assert world.count(Concern) == 11
    told = [one.words for one in world.sandbox.dm("U0LEAD") if "One person has raised" in one.words]
    assert len(told) == 1
    assert "10 concerns within a day" in told[0]
    assert "Farah" not in told[0]
    assert "U0FAC" not in told[0]
