"""The register as boxes to untick."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from bot.sandbox.model import Json
from bot.sandbox.person import Person
from db.models import AttendanceMark, Meeting
from tests.attendance.conftest import book_club, history, marks, walk_ins
from tests.support.world import World


def _boxes(view: Json | None) -> list[Json]:
    assert view is not None
    return [block["element"] for block in view["blocks"] if block.get("element", {}).get("type") == "checkboxes"]


def _ticked(person: Person) -> list[str]:
    return [option["text"]["text"] for box in _boxes(person.view) for option in box.get("initial_options", [])]


def _submit(person: Person, present: list[str], walk_ins: str | None = None) -> str:
    """Tick these people, in a form of one group of boxes, and save."""
    assert person.view is not None
    version = person.view["private_metadata"].split(":")[1]
    answer = person.submit({f"present.{version}.0": present, f"walk_ins.{version}": walk_ins})
    return answer.text


def test_everybody_is_ticked_and_one_submit_saves(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance")
    assert _ticked(farah) == ["Aled Jones", "Bo", "Mair"]
    said = _submit(farah, ["Aled Jones", "Mair"], "Zed")
    assert "Register of M-1 saved: 2 present, 1 absent (Bo), 1 walk-in (Zed)." in said
    assert marks(world) == {"Aled Jones": True, "Bo": False, "Mair": True, "Zed": True}
    assert walk_ins(world) == ["Zed"]


def test_all_boxes_cleared(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", meeting)
    assert "0 present, 3 absent" in _submit(farah, [])


def test_opened_again_it_shows_how_it_stands_and_amends(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Bo")
    farah.click("Change")
    assert _ticked(farah) == ["Aled Jones", "Mair"]
    assert "Taken by <@U0FAC>" in farah.seen()
    assert "changed: 2 present, 1 absent (Mair)" in _submit(farah, ["Aled Jones", "Bo"])
    farah.click("Change")
    assert _ticked(farah) == ["Aled Jones", "Bo"]
    assert "changed: 2 present, 1 absent (Bo)" in _submit(farah, ["Aled Jones", "Mair"])
    assert marks(world) == {"Aled Jones": True, "Bo": False, "Mair": True}
    assert len(history(world)) == 7
    assert sum(replaced for _present, _by, replaced in history(world)) == 4


def test_a_double_click_saves_once(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance")
    _submit(farah, ["Bo"], "Zed")
    assert "as it was saved before" in world.sandbox.repeat().text
    assert len(history(world)) == 4
    assert walk_ins(world) == ["Zed"]


def test_a_walk_in_like_somebody_registered_is_asked_about_with_the_ticks_kept(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance")
    said = _submit(farah, ["Aled Jones"], "Mari, Zed")
    assert "I don't know “Mari”" in said
    assert marks(world) == {}
    assert _ticked(farah) == ["Aled Jones"]
    said = farah.submit({"I don't know “Mari”. Who is it?": "It is Mair"}).text
    assert "2 present, 1 absent (Bo), 1 walk-in (Zed)" in said


def test_answers_are_kept_when_one_more_question_comes_up(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Quentin")
    absent = "“Quentin” was absent, but nobody on the list has that name. Who is it?"
    said = farah.submit({absent: "It is Bo", "walk_ins.0": "Mari"}).text
    assert "I don't know “Mari”" in said
    assert absent in said
    said = farah.submit({"I don't know “Mari”. Who is it?": "Mari is a walk-in"}).text
    assert "2 present, 1 absent (Bo), 1 walk-in (Mari)" in said


def test_answers_that_contradict_each_other_are_refused(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Quentin plus Boo")
    answer = farah.submit(
        {
            "“Quentin” was absent, but nobody on the list has that name. Who is it?": "It is Bo",
            "I don't know “Boo”. Who is it?": "It is Bo",
        }
    )
    assert answer.errors == {"walk_ins.0": "Your answers say both that Bo came and that they did not."}
    assert marks(world) == {}
    assert "2 present, 1 absent (Bo)" in farah.submit({"I don't know “Boo”. Who is it?": "Leave it out"}).text


def test_two_people_at_once_only_differences_are_written(world: World, meeting: str) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    farah.command("/attendance", "M-1 all")
    for person in (farah, col):
        person.command("/attendance", "M-1")
    assert "changed: 2 present, 1 absent (Bo)" in _submit(col, ["Aled Jones", "Mair"])
    said = _submit(farah, ["Aled Jones", "Bo"])
    assert "1 present, 2 absent (Bo, Mair)" in said
    assert "Bo absent: <@U0COW> said so at" in said
    assert "That stands" in said
    assert marks(world) == {"Aled Jones": True, "Bo": False, "Mair": False}


def test_two_people_at_once_who_contradict_each_other(world: World, meeting: str) -> None:
    farah, col = world.person("U0FAC"), world.person("U0COW")
    for person in (farah, col):
        person.command("/attendance", "M-1")
    _submit(col, ["Aled Jones", "Mair"])
    said = _submit(farah, ["Aled Jones", "Mair", "Bo"])
    assert "Bo absent: <@U0COW> had said otherwise at" in said
    assert "Your word counts now" in said
    assert "Mair absent" not in said
    assert marks(world) == {"Aled Jones": True, "Bo": True, "Mair": True}


def test_two_saves_in_the_same_moment_leave_one_mark_each(world: World, meeting: str) -> None:
    people = [world.person("U0FAC"), world.person("U0COW")]
    for person in people:
        person.command("/attendance", "M-1")
    with ThreadPoolExecutor(2) as both:
        said = list(both.map(lambda person: _submit(person, ["Bo"], "Zed"), people))
    assert all("Register of M-1" in one or "“Zed” is on the list" in one for one in said), said
    assert walk_ins(world) == ["Zed"]
    assert marks(world) == {"Aled Jones": False, "Bo": True, "Mair": False, "Zed": True}
    assert len(history(world)) == 4


def test_somebody_registered_since_is_shown_as_not_marked(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance")
    world.person("U0COW").command("/participant", "add Lena to M-1")
    assert "3 present, 0 absent, 1 not marked yet (Lena)" in _submit(farah, ["Aled Jones", "Bo", "Mair"])


def test_forty_people_in_groups_of_ten(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    names = ", ".join(f"Qu{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(32))
    farah.command("/participant", f"add {names} to M-1")
    farah.command("/attendance")
    assert [len(box["options"]) for box in _boxes(farah.view)] == [10, 10, 10, 5]
    answer = farah.submit({"present.0.3": [], "present.0.1": ["Quak"]})
    assert "21 present, 14 absent" in answer.text


def test_which_meeting_is_asked_where_several_fit(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    book_club(world)
    farah.command("/participant", "add Zed to M-2")
    farah.command("/attendance")
    chosen = world.read(lambda session: session.scalars(select(Meeting.id).where(Meeting.number == 2)).one())
    farah.submit(meeting=f"{chosen}")
    assert _ticked(farah) == ["Zed"]
    assert "Register of M-2 saved: 1 present" in farah.submit().text


def test_without_a_meeting_the_form_says_so(world: World) -> None:
    assert "no meeting that fits" in world.person("U0FAC").command("/attendance").text


def test_nobody_registered_but_somebody_came(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    book_club(world)
    farah.command("/attendance", "M-2")
    refused = farah.submit()
    assert "nothing to mark" in refused.errors["walk_ins.0"]
    assert "0 present, 0 absent, 1 walk-in (Zed)" in farah.submit({"walk_ins.0": "Zed"}).text


@pytest.mark.parametrize("words", ["🎸", "a" * 2_000])
def test_what_is_no_name_is_refused_at_its_field(world: World, meeting: str, words: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance")
    assert "walk_ins.0" in farah.submit({"walk_ins.0": words}).errors
    assert world.count(AttendanceMark) == 0
    assert "Register of M-1 saved" in farah.submit({"walk_ins.0": None}).text


def test_a_right_lost_while_the_form_was_open(world: World, meeting: str) -> None:
    col = world.person("U0COW")
    col.command("/attendance", "M-1")

    def leave(session: object) -> None:
        row = session.scalars(select(Meeting)).one()  # type: ignore[attr-defined]
        row.co_workers = []

    world.write(leave)
    answer = col.submit()
    assert "can't find" in " ".join(answer.errors.values())
    assert world.count(AttendanceMark) == 0
