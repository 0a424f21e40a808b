"""The text of an invitation: complete, plain, made out to one person or to everybody, and private."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.policy import PACK_NAMES, load_pack
from db.models import Meeting, MeetingState
from tests.invitations.conftest import LINK, passcode, schedule, set_option
from tests.support.clearing import clear, make_urgent
from tests.support.world import World, open_world

ASK = "/invitation"


def _copied(blocks: list[dict[str, Any]]) -> list[str]:
    """The texts that can be copied, in order."""
    codes = [block["elements"][0] for block in blocks if block["type"] == "rich_text"]
    return ["".join(piece["text"] for piece in code["elements"]) for code in codes]


def test_the_text_for_everybody(invited: World) -> None:
    answer = invited.person("U0FAC").command(ASK, "M-1", channel="C0YOUTH")
    (text,) = _copied(answer.blocks)
    assert text.startswith("Hello,\n\nYou are invited to an online meeting with Harbour Youth.")
    assert "It is on Thursday 26 November 2037, from 16:00 to 17:30 (London time)." in text
    assert f"Link: {LINK}\nPasscode: {passcode(invited)}" in text
    assert "You will be in a waiting room first. A worker will let you in." in text
    for part in load_pack("james").invitation.joining:
        assert part.text in text
    assert "Our ground rules\n- We make our ground rules together." in text
    assert "You can always talk to a member of JAMES staff. Harbour Youth, 020 7946 0010, hello@example.org" in text
    assert "Baking" not in answer.text
    assert "Rhys" not in answer.text
    assert "JAM-072" in answer.text


def test_the_house_rules_are_part_of_the_rules(invited: World) -> None:
    filled = invited.person("U0FAC").command(ASK, "M-1").text
    assert "We make our ground rules together. Be kind. Wait for your turn. What is said here stays here." in filled
    assert "Fill in" not in filled
    set_option(invited, "overrides", {})
    # Above the text: who reads it below has copied the text by then.
    blanks = invited.person("U0FAC").command(ASK, "M-1").text
    assert 0 <= blanks.find("Fill in before you send: [ground rules]") < blanks.index("You are invited to")
    set_option(invited, "house_rules", "Be kind.\nNo screenshots.")
    answer = invited.person("U0FAC").command(ASK, "M-1")
    (text,) = _copied(answer.blocks)
    assert "- We make our ground rules together.\n- Be kind.\n- No screenshots.\n- Keep what others say" in text
    assert "Fill in" not in answer.text


def test_made_out_to_one_person(invited: World) -> None:
    farah = invited.person("U0FAC")
    farah.command(ASK, "M-1", channel="C0YOUTH")
    for_robin = farah.choose("invitation.person", "Robin")
    address, text = _copied(for_robin.blocks)
    assert address == "robin@example.org"
    assert text.startswith("Hello Robin,\n\nYou are invited")
    for_kit = farah.choose("invitation.person", "Kit")
    (text,) = _copied(for_kit.blocks)
    assert text.startswith("Hello Kit,")
    assert "No e-mail address is known." in for_kit.text


def test_a_carers_address_makes_it_out_to_the_carer(invited: World) -> None:
    farah = invited.person("U0FAC")
    farah.command(ASK, "M-1", channel="C0YOUTH")
    answer = farah.choose("invitation.person", "Siân")
    address, text = _copied(answer.blocks)
    assert address == "carer@example.org"
    assert text.startswith("Dear parent or carer of Siân,\n\nSiân is invited to an online meeting")
    assert "Please read this together with Siân." in text
    assert "for the parent or carer of Siân" in answer.text


@pytest.mark.parametrize("typed", ["for Robin M-1", "M-1 for robin", "M-1 Robin"])
def test_a_person_can_be_typed(invited: World, typed: str) -> None:
    answer = invited.person("U0FAC").command(ASK, typed, channel="C0YOUTH")
    assert "Hello Robin," in answer.text


def test_the_bare_command_and_the_form(invited: World) -> None:
    farah = invited.person("U0FAC")
    assert LINK in farah.command(ASK, channel="C0YOUTH").text
    farah.command("/meeting", "new Art on Friday at 16:00", channel="C0YOUTH")
    assert farah.command(ASK, channel="C0YOUTH").opened
    first = invited.read(lambda session: session.scalars(select(Meeting.id).where(Meeting.number == 1)).one())
    farah.submit({"meeting": str(first)})
    assert farah.view is not None
    assert LINK in _copied(farah.view["blocks"])[0]
    assert farah.view["private_metadata"] == ""
    farah.choose("invitation.person", "Robin")
    assert "Hello Robin," in farah.seen()
    farah.choose("invitation.person", "Everybody")
    assert "for everybody" in farah.seen()


def test_as_a_word_of_meeting(invited: World) -> None:
    farah = invited.person("U0FAC")
    assert LINK in farah.command("/meeting", "invite M-1", channel="C0YOUTH").text
    assert "/meeting invite M-12" in farah.command("/meeting", "help", channel="C0YOUTH").text


def test_nobody_else_sees_link_passcode_or_names(invited: World) -> None:
    farah = invited.person("U0FAC")
    farah.command(ASK, "M-1", channel="C0YOUTH")
    farah.choose("invitation.person", "Robin")
    farah.command(ASK, channel="C0YOUTH")
    invited.settle()
    secrets = (LINK, passcode(invited), "Robin", "Siân")
    for person in ("U0COW", "U0LEAD", "U0GUEST", "U0MAN"):
        seen = invited.person(person).seen()
        assert not [secret for secret in secrets if secret in seen]
    for call in invited.sandbox.calls:
        if call.method == "chat.postMessage":
            assert call.args["channel"] == invited.sandbox.dm("U0FAC")[0].channel
        assert LINK not in json.dumps((call.args.get("view") or {}).get("private_metadata", ""))


def test_a_meeting_of_others_is_not_found(invited: World) -> None:
    assert "I can't find M-1" in invited.person("U0COW").command(ASK, "M-1", channel="C0YOUTH").text
    assert "I can't find M-7" in invited.person("U0FAC").command(ASK, "M-7", channel="C0YOUTH").text


def test_a_wrong_word_or_name_is_not_echoed_into_markup(invited: World) -> None:
    farah = invited.person("U0FAC")
    assert "Did you mean `/invitation help`?" in farah.command(ASK, "hepl", channel="C0YOUTH").text
    answer = farah.command(ASK, "M-1 <!channel> *Nobody*", channel="C0YOUTH")
    assert "I know nobody of exactly that name on M-1" in answer.text
    assert not [one for one in answer.blocks if "Nobody*" in json.dumps(one) and one["type"] != "rich_text"]


def test_without_a_link_the_rules_only_and_how_to_mend_it(world: World) -> None:
    schedule(world, link=False)
    answer = world.person("U0FAC").command(ASK, "M-1", channel="C0YOUTH")
    assert "M-1 has no link yet." in answer.text
    assert "`/meeting edit M-1 link https://…`" in answer.text
    (text,) = _copied(answer.blocks)
    assert "Our ground rules" in text
    assert passcode(world) not in answer.text
    assert "How to join" not in text


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.ENDED])
def test_nobody_is_invited_to_what_is_over(invited: World, state: MeetingState) -> None:
    invited.write(lambda session: setattr(session.scalars(select(Meeting)).one(), "state", state))
    answer = invited.person("U0FAC").command(ASK, "M-1", channel="C0YOUTH")
    assert f"M-1 is {state.value}. There is nothing to invite anybody to." in answer.text


def test_somebody_taken_off_meanwhile(invited: World) -> None:
    farah = invited.person("U0FAC")
    farah.command(ASK, "M-1", channel="C0YOUTH")
    message = farah.private[-1]
    farah.command("/participant", "remove Robin from M-1", channel="C0YOUTH")
    farah.click("participant.remove")
    assert "not registered on M-1 any more" in farah.choose("invitation.person", "Robin", message).text


def test_rules_before_the_link_are_two_texts(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path, policy="sendiass") as world:
        schedule(world)
        clear(world.person("U0FAC"), "M-1", "invite")
        answer = world.person("U0FAC").command(ASK, "M-1", channel="C0YOUTH")
        rules, link = _copied(answer.blocks)
        assert "Send first" in answer.text
        assert "Send after they agreed, only to Robin and Siân" in answer.text.replace("*", "")
        assert "Tell us that you agree; then we send you the link or password." in rules
        assert LINK not in rules
        assert passcode(world) not in rules
        assert f"Link: {LINK}\nPasscode: {passcode(world)}" in link
        assert world.sandbox.violations == []


@pytest.mark.parametrize("policy", PACK_NAMES)
def test_every_policy_fits_with_long_rules_and_many_people(database_url: str, tmp_path: Path, policy: str) -> None:
    with open_world(database_url, tmp_path, policy=policy, house_rules="Be kind to each other. " * 80) as world:
        schedule(world)
        names = ", ".join(f"Qu{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(30))
        farah = world.person("U0FAC")
        farah.command("/participant", f"add {names} to M-1", channel="C0YOUTH")
        assert "No link and no passcode yet" in farah.command(ASK, "M-1", channel="C0YOUTH").text
        clear(farah, "M-1", "invite", manager=world.person("U0MAN"))
        farah.command(ASK, "M-1", channel="C0YOUTH")
        make_urgent(farah, "M-1 because Robin rang")
        answer = farah.command(ASK, "M-1", channel="C0YOUTH")
        assert LINK in answer.text
        assert "The menu lists 25 people." in answer.text
        assert "{" not in "".join(_copied(answer.blocks))
        assert "Hello Robin," in farah.command(ASK, "M-1 Robin", channel="C0YOUTH").text
        assert world.sandbox.violations == []
