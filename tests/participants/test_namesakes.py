"""Somebody who is registered has the name of somebody whom another team knows: asked, and nothing of them shown."""

import json

import pytest

from tests.attendance.conftest import end_it, go_to
from tests.participants.test_merge import everything, week
from tests.support.world import World

ASKED = "*The same Aled Jones as in Youth club?*"


def _youth_club(world: World) -> None:
    """M-1 of Max, with an Aled Jones whose carer's address is known; and M-2 of Farah."""
    max_, farah = world.person("U0MAN"), world.person("U0FAC")
    max_.command("/meeting", "new Hangout tomorrow at 10:00 in Youth club")
    max_.command("/participant", "add to M-1")
    max_.submit(names="Aled Jones", email="carer@example.org", whose="carer")
    max_.close(all_views=True)
    farah.command("/meeting", "new Cooking club tomorrow at 11:00 in Cooking")


@pytest.mark.both
def test_it_is_asked_without_a_detail_and_counts_one_person_and_each_team_sees_its_own(world: World) -> None:
    _youth_club(world)
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    added = farah.command("/participant", "add ALED JONES, Bo to M-2")
    assert "*The same ALED JONES as in Youth club?*" in added.text
    assert "M-1" not in str(added.blocks)
    assert "Bo as in" not in added.text
    assert added.private is not None
    before = everything(world)
    assert "nothing was changed" in farah.click("Somebody else", added.private).text
    assert everything(world) == before
    done = farah.click("The same", added.private)
    assert "*One person now:* ALED JONES." in done.text
    assert "Reports count them once." in done.text
    assert done.private is not None
    assert "ALED JONES*: one person already" in farah.click("The same", added.private).text
    assert "• ALED JONES (child, age not known)" in farah.command("/participant", "list M-2").text
    assert "• Aled Jones (child, age not known, carer's e-mail known)" in max_.command("/participant", "list M-1").text
    assert "carer@" not in str(farah.command("/invitation", "for ALED JONES M-2").blocks)
    assert "carer@example.org" in str(max_.command("/invitation", "for Aled Jones M-1").blocks)
    farah.command("/meeting", "new Cake club tomorrow at 12:00 in Cooking")
    assert "The same" not in farah.command("/participant", "add Aled Jones to M-3").text
    assert "• ALED JONES (child, age not known)" in farah.command("/participant", "list M-3").text
    farah.command("/participant", "remove Aled Jones from M-3")
    farah.click("Remove")
    assert "I know one record only" in farah.command("/participant", "merge Aled Jones into ALED JONES").text
    farah.click("Take it back", done.private)
    assert "Nothing was changed." in farah.click("Take it back", done.private).text
    farah.click("The same", added.private)
    go_to(world, minutes=65)
    world.write(end_it)
    world.clock_forward(3 * 3600)
    max_.command("/attendance", "M-1 all")
    farah.command("/attendance", "M-2 all")
    assert week(world) == {"Different people": 2, "There for the first time": 2, "Attended (visits)": 3}


def test_who_comes_to_what_is_not_told_by_a_question(world: World) -> None:
    max_, farah = world.person("U0MAN"), world.person("U0FAC")
    names = ("Aled Jones", "Mair Hughes", "Ned Ames")
    for number, planned in enumerate(("one-to-one because she asked", "sensitive", "", ""), start=1):
        max_.command("/meeting", f"new Talk tomorrow at {9 + number}:00 in Youth club {planned}".strip())
    for number, typed in enumerate((*names[:2], f"adults {names[2]}", "Cai Rees"), start=1):
        assert f"M-{number}: 1 registered" in max_.command("/participant", f"add {typed} to M-{number}").text
    farah.command("/meeting", "new Cooking club tomorrow at 15:00 in Cooking")
    said = farah.command("/participant", f"add {', '.join(names)}, Cai Rees to M-5").text
    assert "4 registered in all" in said
    assert [one for one in (*names, "Cai Rees") if f"The same {one}" in said] == ["Cai Rees"]


def test_whom_nobody_could_tell_apart_is_not_asked_about_and_two_clubs_have_a_button_each(world: World) -> None:
    _youth_club(world)
    head, lena, farah = (world.person(one) for one in ("U0HEAD", "U0LEAD", "U0FAC"))
    head.command("/meeting", "new Bakers tomorrow at 14:00 in Cooking")
    assert ASKED in head.command("/participant", "add Aled Jones to M-3").text
    asked = farah.command("/participant", "add Aled Jones to M-2")
    assert "*The same Aled Jones as in Youth club or in Cooking?*" in asked.text
    farah.click("The same as in Cooking")
    lena.command("/meeting", "new Disco tomorrow at 15:00 in Youth club")
    assert "as in Youth club or in Cooking?*" in lena.command("/participant", "add Aled Jones to M-4").text
    col = world.person("U0COW")
    col.command("/meeting", "new Chess tomorrow at 16:00 in Youth club")
    assert "*The same Aled Jones as in Cooking?*" in col.command("/participant", "add Aled Jones to M-5").text


def test_whoever_sees_both_is_told_where_and_makes_one_record_of_them(world: World) -> None:
    max_, farah = world.person("U0MAN"), world.person("U0FAC")
    max_.command("/meeting", "new Hangout tomorrow at 10:00 with @farah.facilitator in Youth club")
    max_.command("/participant", "add Aled Jones to M-1")
    farah.command("/meeting", "new Cooking club tomorrow at 11:00 in Cooking")
    asked = farah.command("/participant", "add aled jones to M-2")
    assert "*The same aled jones as in Youth club (M-1)?*" in asked.text
    farah.click("The same")
    assert "• Aled Jones (child, age not known)" in farah.command("/participant", "list M-2").text


def test_a_near_name_of_ones_own_meetings_is_asked_about_and_makes_no_second_child(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Hangout tomorrow at 10:00 in Youth club")
    farah.command("/participant", "add zoë king, Dylan O'Brien, Bronwen Price to M-1")
    farah.command("/meeting", "new Baking tomorrow at 12:00 in Cooking")
    for typed, meeting, asked in (
        ("zoe king, dylan obrien", "M-2", "zoe king the same person as zoë king, who is on M-1?"),
        ("zoe king, dillan o’brien", "M-2", "dillan o’brien the same person as Dylan O'Brien, who is on M-1?"),
        ("Aled, brownen", "M-1", "Is brownen the same person as Bronwen Price, who is on the list?"),
        ("Mair Hughes, Maire Huges", "M-2", "Is Maire Huges the same person as Mair Hughes, on your list?"),
    ):
        opened = farah.command("/participant", f"add {typed} to {meeting}").opened
        assert asked in json.dumps(opened, ensure_ascii=False)
        farah.close(all_views=True)
    farah.command("/participant", "add zoey king to M-2")
    farah.click("The same person")
    farah.submit()
    assert "• zoë king (child, age not known)" in farah.command("/participant", "list M-2").text
    # The same list again has nobody new on it, so there is nothing to press.
    again = farah.command("/participant", "add • Aled\n• zoë king\n• Zed\nto M-2")
    assert again.opened is not None
    assert again.opened["submit"]["text"] == "Register 2"
    farah.submit()
    again = farah.command("/participant", "add • Aled\n• zoë king\n• Zed\nto M-2")
    assert again.opened is None
    assert "On the list already" in again.text
    farah.close(all_views=True)
    assert "Register them" in farah.command("/participant", "Mia Stone to M-2").text
    farah.click("Register them")
    assert "• Mia Stone (child, age not known)" in farah.command("/participant", "list M-2").text
    assert "I know one record only" in farah.command("/participant", "merge zoe into zoë").text


def test_a_walk_in_is_asked_about_too(world: World) -> None:
    _youth_club(world)
    farah = world.person("U0FAC")
    farah.command("/participant", "add Bo to M-2")
    go_to(world, minutes=125)
    said = farah.command("/attendance", "M-2 all plus Aled Jones")
    assert "1 walk-in (Aled Jones)" in said.text
    assert ASKED in said.text
    assert "*One person now:* Aled Jones." in farah.click("The same").text
    farah.command("/meeting", "new Baking today at 22:00 in Cooking")
    farah.command("/participant", "add zoë king to M-3")
    near = farah.command("/attendance", "M-2 plus zoe kingg")
    assert "*The same zoe kingg as zoë king on M-3?*" in near.text
    assert "*One person now:* zoë king, also registered as zoe kingg." in farah.click("The same").text


def test_the_people_of_another_meeting_are_offered_and_stand_in_no_title(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 10:00")
    farah.command("/participant", "add young people Aled Jones, Bo to M-1")
    farah.command("/meeting", "new Hangout tomorrow at 12:00")
    asked = farah.command("/meeting", "new Cooking club same people as last week tomorrow at 18:00")
    assert "Nothing was scheduled" in asked.text
    farah.click("Schedule it")
    assert "*Cooking club*" in farah.command("/meeting", "show M-3").text
    for typed in ("same people as last week to M-3", "everyone from cooking club to hangout", "same lot to M-2"):
        answer = farah.command("/participant", f"add {typed}")
        if answer.opened is None:
            assert "Whose people are to come to M-2?" in answer.text
            continue
        assert "They are on the list of M-1, Cooking club" in json.dumps(answer.opened)
        farah.submit()
    assert "• Aled Jones (young person, age not known)" in farah.command("/participant", "list M-3").text
    assert "2 registered" in farah.command("/participant", "list M-2").text
