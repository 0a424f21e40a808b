"""Saying who comes: typed and by form, seen and taken off again."""

import json

import pytest
from sqlalchemy import select, text

from db.models import Participant, ParticipantKind, Registration
from tests.support.world import World


@pytest.fixture
def meeting(world: World) -> str:
    """Farah's meeting of tomorrow, with Col."""
    answer = world.person("U0FAC").command(
        "/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker in Cooking"
    )
    assert "M-1" in answer.text
    return "M-1"


def _people(world: World) -> list[Participant]:
    return world.read(lambda session: list(session.scalars(select(Participant).order_by(Participant.added_at))))


def _on_the_list(world: World) -> list[str]:
    rows = world.read(
        lambda session: list(session.scalars(select(Registration).where(Registration.removed_at.is_(None))))
    )
    return sorted(one.participant.name for one in rows)


def test_typed_names_are_registered_privately(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/participant", f"add Aled, Siân to {meeting}", channel="C0GENERAL")
    assert answer.body is not None
    assert answer.body.get("response_type", "ephemeral") == "ephemeral"
    assert "Aled, Siân" in answer.text
    assert "2 registered" in answer.text
    assert {one.kind for one in _people(world)} == {ParticipantKind.CHILD}
    assert not any("Aled" in message.words for message in world.sandbox.messages("C0GENERAL"))


def test_the_number_may_be_left_out_where_one_meeting_fits(world: World, meeting: str) -> None:
    answer = world.person("U0FAC").command("/participant", "add young people Aled and Mair")
    assert "Registered for M-1" in answer.text
    assert {one.kind for one in _people(world)} == {ParticipantKind.YOUNG_PERSON}
    world.person("U0FAC").command("/meeting", "new Book club tomorrow at 18:00")
    assert "Which meeting?" in world.person("U0FAC").command("/participant", "add Bo").text
    assert _on_the_list(world) == ["Aled", "Mair"]


def test_the_same_name_twice_is_one_registration_and_is_said(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/participant", f"add Aled, aled to {meeting}")
    assert "On the list already" in answer.text
    answer = farah.command("/participant", f"add Aled, Mair to {meeting}")
    assert "On the list already, so one registration: Aled (child)" in answer.text
    assert _on_the_list(world) == ["Aled", "Mair"]


def test_a_repeated_request_adds_nobody_back(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add Aled to {meeting}")
    again = world.sandbox.repeat()
    assert "already" in again.text
    assert _on_the_list(world) == ["Aled"]


def test_somebody_known_is_the_same_person_on_the_next_meeting(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add adults Aled to {meeting}")
    farah.command("/meeting", "new Book club tomorrow at 18:00")
    farah.command("/participant", "add Aled to M-2")
    assert [(one.name, one.kind) for one in _people(world)] == [("Aled", ParticipantKind.ADULT)]
    farah.command("/meeting", "new Chess club tomorrow at 19:00")
    farah.command("/participant", "add children Aled to M-3")
    assert sorted(one.kind for one in _people(world)) == [ParticipantKind.ADULT, ParticipantKind.CHILD]


def test_the_form_takes_kind_and_the_carers_address(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant")
    answer = farah.submit(names="Aled Jones", kind="young person", email="carer@example.org", whose="carer")
    assert "Aled Jones" in answer.text
    person = _people(world)[0]
    assert (person.kind, person.email, person.email_is_carers) == (
        ParticipantKind.YOUNG_PERSON,
        "carer@example.org",
        True,
    )
    listed = farah.command("/participant", f"list {meeting}").text
    assert "Aled Jones (young person, carer's e-mail known)" in listed
    assert "carer@example.org" not in listed


def test_the_form_says_what_is_wrong_and_then_takes_it(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant")
    assert "One address" in farah.submit(names="Aled, Mair", email="carer@example.org").errors["email"]
    assert _on_the_list(world) == []
    farah.submit(names="Aled")
    assert _on_the_list(world) == ["Aled"]


def test_another_address_is_not_taken_silently(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    for address in ("carer@example.org", "other@example.org"):
        farah.command("/participant")
        answer = farah.submit(names="Aled", email=address)
    assert "Another address is on record for Aled" in answer.text
    assert _people(world)[0].email == "carer@example.org"


def test_without_a_meeting_the_form_says_so(world: World) -> None:
    assert "You have no meeting to come" in world.person("U0FAC").command("/participant").text


def test_names_are_nowhere_in_the_database_in_clear(world: World, meeting: str) -> None:
    world.person("U0FAC").command("/participant", f"add Zebedee Quill to {meeting}")
    rows = world.read(lambda session: session.execute(text("SELECT name, name_index FROM participants")).all())
    assert len(rows) == 1
    assert all(b"Zebedee" not in bytes(value) for value in rows[0])


def test_markup_in_a_name_stays_text(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/participant", "add <!channel> Aled to M-1")
    assert "<!channel>" not in json.dumps(answer.blocks)
    answer = farah.command("/participant", "list M-1")
    assert "<!channel>" not in json.dumps(answer.blocks)
    assert "Aled" in answer.text


def test_removal_is_asked_about_and_confirmed(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add Aled Jones, Mair, Bo to {meeting}")
    answer = farah.command("/participant", f"remove aled, Mari, Zorro from {meeting}")
    assert "Take off M-1: Aled Jones?" in answer.text
    assert "“Mari”. Did you mean *Mair*?" in answer.text
    assert "Not on the list of M-1: “Zorro”" in answer.text
    assert _on_the_list(world) == ["Aled Jones", "Bo", "Mair"]
    assert answer.private is not None
    buttons = [e for block in answer.blocks if block["type"] == "actions" for e in block["elements"]]
    assert [button["text"]["text"] for button in buttons] == ["Remove", "Yes, remove Mair"]
    assert all("confirm" in button and "Aled" not in button["value"] for button in buttons)
    assert "Taken off M-1:* Aled Jones" in farah.click("Remove", answer.private).text
    assert "Not on M-1 any more: Aled Jones" in farah.click("Remove", answer.private).text
    farah.click("Yes, remove Mair", answer.private)
    assert _on_the_list(world) == ["Bo"]


def test_who_was_taken_off_can_be_added_again(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add Aled to {meeting}")
    farah.command("/participant", f"remove Aled from {meeting}")
    farah.click("Remove")
    farah.command("/participant", f"add Aled to {meeting}")
    assert _on_the_list(world) == ["Aled"]
    assert world.count(Registration) == 1


def test_others_meetings_and_guests(world: World, meeting: str) -> None:
    world.person("U0FAC").command("/participant", f"add Aled to {meeting}")
    for who in ("U0MAN", "U0GUEST"):
        for words in (f"list {meeting}", f"add Bo to {meeting}", f"remove Aled from {meeting}"):
            answer = world.person(who).command("/participant", words)
            assert "Aled" not in answer.text.replace(f"/participant {words}", "")
            assert "can't" in answer.text
    assert _on_the_list(world) == ["Aled"]
    assert "Aled" in world.person("U0COW").command("/participant", f"list {meeting}").text


def test_a_cancelled_meeting_takes_nobody(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", f"cancel {meeting}")
    farah.click("Cancel it")
    assert "cancelled" in farah.command("/participant", f"add Aled to {meeting}").text
    assert _on_the_list(world) == []


def test_a_full_meeting_says_so_and_a_long_list_fits_into_a_message(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    for batch in range(5):
        names = ", ".join(f"Child {batch}-{number:02} {'&' * 60}" for number in range(40))
        farah.command("/participant", f"add {names} to {meeting}")
    answer = farah.command("/participant", f"add Last to {meeting}")
    assert "would have 201 people; 200 fit" in answer.text
    listed = farah.command("/participant", f"list {meeting}")
    assert "200 registered" in listed.text
    assert "more." in listed.text
    assert world.count(Registration) == 200
