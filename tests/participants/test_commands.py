"""Saying who comes: typed and by form, seen and taken off again."""

import json

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.sandbox.answers import Answer
from db.models import Participant, ParticipantKind, Registration
from tests.support.asked import choices
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


def _addresses(world: World) -> set[tuple[str | None, str | None]]:
    """Everybody's own address and their carer's."""

    def look(session: Session) -> set[tuple[str | None, str | None]]:
        people = session.scalars(select(Participant))
        return {(one.email, one.carer.carer.email if one.carer else None) for one in people}

    return world.read(look)


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
    assert "Aled stands on the list 2 times; it is one person." in answer.text
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
    assert (person.kind, person.email) == (ParticipantKind.YOUNG_PERSON, None)
    assert _addresses(world) == {(None, "carer@example.org")}
    listed = farah.command("/participant", f"list {meeting}").text
    assert "Aled Jones (young person, age not known, carer's e-mail known)" in listed
    assert "carer@example.org" not in listed


def test_the_form_says_what_is_wrong_and_then_takes_it(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant")
    assert "One address" in farah.submit(names="Aled, Mair", email="carer@example.org").errors["email"]
    assert "Whose address is it" in farah.submit(names="Aled", email="carer@example.org").errors["whose"]
    assert _on_the_list(world) == []
    farah.submit(names="Aled", whose="carer")
    assert _on_the_list(world) == ["Aled"]


def test_another_address_is_not_taken_silently(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    for address in ("carer@example.org", "other@example.org"):
        farah.command("/participant")
        answer = farah.submit(names="Aled", email=address, whose="carer")
    assert "Another address is on record for Aled" in answer.text
    assert _addresses(world) == {(None, "carer@example.org")}


def test_without_a_meeting_the_form_says_so(world: World) -> None:
    assert "You have no meeting to come" in world.person("U0FAC").command("/participant").text


def test_names_are_nowhere_in_the_database_in_clear(world: World, meeting: str) -> None:
    world.person("U0FAC").command("/participant", f"add Zebedee Quill to {meeting}")
    rows = world.read(lambda session: session.execute(text("SELECT name, name_index FROM participants")).all())
    assert len(rows) == 1
    assert all(b"Zebedee" not in bytes(value) for value in rows[0])


def test_markup_in_a_name_stays_text(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", "add *Aled* to M-1")
    assert "I can’t read “&lt;!channel&gt;” as a name" in json.dumps(
        farah.command("/participant", "add <!channel>, _Mair_ to M-1").opened, ensure_ascii=False
    )


def test_removal_is_asked_about_once(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add Aled Jones, Mair, Bo to {meeting}")
    for words in ("Bo oops Mair", "not Bo but Mair", "Mair, not Bo", "Bo, wait no, Mair"):
        asked = farah.command("/participant", f"remove {words} from {meeting}")
        assert "takes something back. Who is meant?" in asked.text
        assert choices(asked) == [f"participant remove {meeting} {name}" for name in ("Mair", "Bo")]
    assert "Take off M-1: Mair?" in farah.click("Mair", asked.private).text
    swapped = farah.command("/participant", "merge Bo into Mair no sorry Aled Jones")
    assert "Who is meant?" in swapped.text
    assert not choices(swapped)
    answer = farah.command("/participant", f"remove aled, Mari, Zorro from {meeting}")
    assert "Take off M-1: Aled Jones?" in answer.text
    assert "“Mari”. Did you mean *Mair*?" in answer.text
    assert "Not on the list of M-1: “Zorro”" in answer.text
    assert _on_the_list(world) == ["Aled Jones", "Bo", "Mair"]
    assert answer.private is not None
    buttons = [e for block in answer.blocks if block["type"] == "actions" for e in block["elements"]]
    assert [button["text"]["text"] for button in buttons] == ["Remove", "Yes, remove Mair"]
    assert all("confirm" not in button and "Aled" not in button["value"] for button in buttons), "asked once"
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
    for batch in range(10):
        letters = [
            f"{'ABCDEFGHIJ'[batch] * 3}{first * 3}{second * 3}"
            for first in "ab"
            for second in "abcdefghijklmnopqrst"[:15]
        ]
        names = ", ".join(f"{one} {'Öy' * 30}" for one in letters)
        farah.command("/participant", f"add {names} to {meeting}")
    answer = farah.command("/participant", f"add Zoë to {meeting}")
    assert "would have 301 people; 300 fit" in answer.text
    listed = farah.command("/participant", f"list {meeting}")
    assert "300 registered" in listed.text
    assert world.count(Registration) == 300


def _asked(answer: Answer) -> str:
    """The words of a form that was opened, and what its field for names holds."""
    assert answer.opened is not None
    return json.dumps(answer.opened, ensure_ascii=False)


PASTED = (
    "Name\tAge\tEmail\n1. Ned Ames\t12\tned@example.org\n2. Ola Bright\t13\tola@example.org\n3. the whole class\nto M-1"
)


def test_a_pasted_table_is_shown_as_it_was_read_before_anybody_is_registered(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    shown = _asked(farah.command("/participant", f"add {PASTED}"))
    assert "I left out the header." in shown
    assert "I can’t read “the whole class” as a name." in shown
    assert "Ned Ames aged 12 <ned@example.org>" in shown
    assert _on_the_list(world) == []
    farah.click("Leave it out")
    assert _on_the_list(world) == []
    assert "Register 2" in farah.seen()
    assert "Whose address is it" in farah.submit().errors["whose"]
    assert _on_the_list(world) == []
    answer = farah.submit(whose="carer")
    assert "Registered for M-1" in answer.text
    assert _on_the_list(world) == ["Ned Ames", "Ola Bright"]
    assert _addresses(world) == {(None, "ned@example.org"), (None, "ola@example.org")}


def test_an_adults_address_is_their_own_and_a_mothers_hers(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    shown = _asked(
        farah.command("/participant", "add Zoe Bell 12 (mum ann@example.org), Dan Reed, adult, dan@example.org")
    )
    assert "say below whose" not in shown
    assert "Registered for M-1" in farah.submit().text
    assert _addresses(world) == {(None, "ann@example.org"), ("dan@example.org", None)}


def test_a_list_with_numbers_has_one_button(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/participant", "add 1. Ann Poole\n2. Bob Reed\nto M-1")
    assert answer.opened is not None
    assert _on_the_list(world) == []
    assert "Ann Poole, Bob Reed" in farah.submit().text
    assert _on_the_list(world) == ["Ann Poole", "Bob Reed"]


def test_lines_in_a_command_are_a_person_each(world: World, meeting: str) -> None:
    world.person("U0FAC").command("/participant", "add Ali\nBeth\nCarl\nDee to M-1")
    assert _on_the_list(world) == ["Ali", "Beth", "Carl", "Dee"]


@pytest.mark.parametrize(("button", "after"), [("The same person", 1), ("Another person", 2)])
def test_who_may_be_somebody_on_the_meeting_is_asked_about(world: World, meeting: str, button: str, after: int) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", "add Seán Byrne to M-1")
    shown = _asked(farah.command("/participant", "add Sean Byrne, Tia Bell to M-1"))
    assert "Is Sean Byrne the same person as Seán Byrne, who is on the list?" in shown
    assert _on_the_list(world) == ["Seán Byrne"]
    farah.click(button)
    farah.submit()
    assert len(_on_the_list(world)) == after + 1
    assert "Tia Bell" in _on_the_list(world)


def test_no_button_carries_a_name(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", "add Seán Byrne to M-1")
    answer = farah.command("/participant", "add Sean Byrne, Zebedee's mum to M-1")
    assert answer.opened is not None
    buttons = [one for block in answer.opened["blocks"] for one in block.get("elements", []) if "value" in one]
    assert len(buttons) == 3
    assert not any(name in one["value"] for one in buttons for name in ("Byrne", "Zebedee"))
    assert "Byrne" not in answer.opened["private_metadata"]


def test_the_form_asks_and_what_was_mended_is_registered(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant")
    farah.submit(names="Robin Ashdown\nTBC\nTia Bell", kind="young person")
    assert "Line 2: I can’t read “TBC” as a name." in farah.seen()
    assert _on_the_list(world) == []
    answer = farah.submit({"Names": "Robin Ashdown\nTia Bell"})
    assert "Registered for M-1" in answer.text
    assert {one.kind for one in _people(world)} == {ParticipantKind.YOUNG_PERSON}


@pytest.mark.parametrize("again", ["Aoife O’Brien", "AOIFE  O`BRIEN", "aoife o'brien"])
def test_another_kind_of_apostrophe_finds_the_same_person_again(world: World, meeting: str, again: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", "add Aoife O’Brien to M-1")
    assert "On the list already" in farah.command("/participant", f"add {again} to M-1").text
    farah.command("/meeting", "new Book club tomorrow at 18:00")
    farah.command("/participant", f"add {again} to M-2")
    assert world.count(Participant) == 1


def test_what_is_said_to_be_a_name_is_registered_without_its_number_and_with_its_address(
    world: World, meeting: str
) -> None:
    farah = world.person("U0FAC")
    shown = _asked(farah.command("/participant", "add 7 Elin elin@example.org\nGethin Vaughan\nto M-1"))
    assert "I can’t read “7 Elin elin@example.org” as a name." in shown
    assert "Nothing is saved yet." in shown
    farah.click("It is Elin")
    assert "Register 2" in farah.seen()
    assert _on_the_list(world) == []
    farah.submit(whose="carer")
    assert _on_the_list(world) == ["Elin", "Gethin Vaughan"]
    assert (None, "elin@example.org") in _addresses(world)


TWO_IN_ONE = (
    "Nia Pryce (13) Iwan Bowen (9)",
    "Nia Pryce she/her Iwan Bowen he/him",
    "Nia Pryce 07700 900301 Iwan Bowen 07700 900302",
    "Nia Pryce 😀 Iwan Bowen 😀",
    "Nia Pryce. Iwan Bowen.",
)


@pytest.mark.parametrize("typed", TWO_IN_ONE)
def test_two_children_in_one_line_are_asked_about_and_become_two(world: World, meeting: str, typed: str) -> None:
    farah = world.person("U0FAC")
    assert "one person or 2?" in _asked(farah.command("/participant", f"add {typed} to M-1"))
    assert _on_the_list(world) == []
    farah.click("2 people: Nia Pryce, Iwan Bowen")
    farah.submit()
    assert _on_the_list(world) == ["Iwan Bowen", "Nia Pryce"]


@pytest.mark.parametrize(
    ("typed", "button", "after"),
    [
        ("Nia ~Iwan~ Gethin", "Only Nia, Gethin", ["Gethin", "Nia"]),
        ("Nia Pryce ❌ Iwan Bowen", "2 people: Nia Pryce, Iwan Bowen", ["Iwan Bowen", "Nia Pryce"]),
        ("Nia Pryce except Iwan", "It is Nia Pryce", ["Nia Pryce"]),
    ],
)
def test_somebody_crossed_out_or_excepted_is_asked_about(
    world: World, meeting: str, typed: str, button: str, after: list[str]
) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", f"add {typed} to M-1")
    assert _on_the_list(world) == []
    farah.click(button)
    farah.submit()
    assert _on_the_list(world) == after


def test_a_long_list_comes_page_by_page(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    firsts = ("Ava", "Bryn", "Cerys", "Dilys", "Emrys", "Ffion", "Gwenda", "Hywel", "Idris", "Jodie")
    lasts = ("Ashdown", "Birkett", "Calloway", "Denholm", "Eversley", "Fothergill")
    for last in lasts:
        farah.command("/participant", f"add {', '.join(f'{first} {last}' for first in firsts)} to {meeting}")
    first = farah.command("/participant", f"list {meeting}").text
    assert "60 registered" in first
    assert "1 to 50 of 60" in first
    assert "Idris Birkett" in first
    assert "Idris Calloway" not in first
    assert "Jodie Fothergill" not in first
    second = farah.click("participant.more").text
    assert "51 to 60 of 60" in second
    assert "Jodie Fothergill" in second
    assert "Ava Ashdown" not in second


def test_of_two_with_one_first_name_it_is_asked_which_comes_off(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 11:00")
    farah.command("/participant", "add Noor Hale, Noor Iqbal, Bo to M-1")
    asked = farah.command("/participant", "remove Noor from M-1")
    assert "There are 2 called “Noor”. Which do you mean?" in asked.text
    assert "Yes, remove Noor Hale" in str(asked.blocks)
    farah.click("Yes, remove Noor Iqbal", asked.private)
    listed = farah.command("/participant", "list M-1").text
    assert "Noor Hale" in listed
    assert "Noor Iqbal" not in listed
