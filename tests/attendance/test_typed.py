"""The register in one line."""

import json
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from db.models import AttendanceMark, Meeting, Registration
from tests.attendance.conftest import book_club, history, marks, walk_ins
from tests.support.world import World


def test_all_except_somebody(world: World, meeting: str) -> None:
    answer = world.person("U0FAC").command("/attendance", f"{meeting} all except Aled", channel="C0GENERAL")
    assert "Register of M-1 saved: 2 present, 1 absent (Aled Jones)." in answer.text
    assert "<@U0FAC>" in answer.text
    assert marks(world) == {"Aled Jones": False, "Mair": True, "Bo": True}
    assert not any("Aled" in message.words for message in world.sandbox.messages("C0GENERAL"))


@pytest.mark.parametrize(
    ("words", "present"),
    [
        ("all", {"Aled Jones", "Mair", "Bo"}),
        ("none", set()),
        ("only Bo and Mair", {"Mair", "Bo"}),
        ("absent: none", {"Aled Jones", "Mair", "Bo"}),
        ("Mair and Bo (Aled absent)", {"Mair", "Bo"}),
        ("present: Mair, Bo\nabsent: Aled", {"Mair", "Bo"}),
        ("Mair P, Bo P, Aled A", {"Mair", "Bo"}),
    ],
)
def test_the_number_may_be_left_out_where_one_meeting_fits(
    world: World, meeting: str, words: str, present: set[str]
) -> None:
    assert "Register of M-1 saved" in world.person("U0FAC").command("/attendance", words).text
    assert {name for name, there in marks(world).items() if there} == present


def test_the_number_is_asked_for_where_two_fit(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    book_club(world)
    answer = farah.command("/attendance", "all except Aled")
    assert "Which meeting?" in answer.text
    assert "/attendance all except Aled" in answer.text
    assert marks(world) == {}


@pytest.mark.parametrize(
    "words", ["all but Aled absent", "Mair, Bo, Aled ill", "all but Aled + Mair", "Mair, Bo -Aled"]
)
def test_what_can_be_read_in_two_ways_is_asked_and_nothing_is_saved(world: World, meeting: str, words: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", f"M-1 {words}")
    assert "Nothing is saved yet" in farah.seen()
    assert marks(world) == {}


def test_a_repeated_request_and_the_same_again_change_nothing(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Bo")
    assert "as it was saved before: 2 present, 1 absent (Bo)" in world.sandbox.repeat().text
    assert "as it was saved before" in farah.command("/attendance", "M-1 all except Bo").text
    assert len(history(world)) == 3


def test_a_late_repetition_does_not_undo_what_came_after(world: World, meeting: str) -> None:
    who = {"team_id": "T0123456", "user_id": "U0FAC", "channel_id": "C0GENERAL", "trigger_id": "123.456"}
    body = urlencode({"command": "/attendance", "text": "M-1 all except Bo", **who})
    assert "saved: 2 present, 1 absent (Bo)" in str(world.sandbox.raw(body, world.sandbox.sign(body)).raw)
    world.person("U0FAC").command("/attendance", "M-1 all")
    late = world.sandbox.raw(body, world.sandbox.sign(body))
    assert "as it was saved before: 3 present, 0 absent" in str(late.raw)
    assert marks(world)["Bo"] is True
    assert len(history(world)) == 4


def test_an_amendment_keeps_the_old_mark(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Bo")
    answer = farah.command("/attendance", "M-1 all")
    assert "Register of M-1 changed: 3 present, 0 absent." in answer.text
    query = (
        select(AttendanceMark.present, AttendanceMark.replaced_at)
        .join(Registration, Registration.id == AttendanceMark.registration_id)
        .order_by(AttendanceMark.at)
    )
    rows = [row for row in world.read(lambda session: session.execute(query).all())]
    assert len(rows) == 4
    old = [row for row in rows if row.replaced_at is not None]
    assert [row.present for row in old] == [False]


@pytest.mark.parametrize(
    ("typed", "present"),
    [
        ("also Aled", {"Aled Jones", "Mair"}),
        ("Aled too", {"Aled Jones", "Mair"}),
        ("Aled came as well", {"Aled Jones", "Mair"}),
        ("+ Aled", {"Aled Jones", "Mair"}),
        ("Aled", {"Aled Jones", "Mair"}),
        ("Aled came in the end", {"Aled Jones", "Mair"}),
        ("sorry, Aled was there after all", {"Aled Jones", "Mair"}),
        ("Mair wasnt there", set()),
        ("no Mair", set()),
        ("Bo absent", {"Mair"}),
        ("all but Mair", {"Aled Jones", "Bo"}),
        ("only Aled", {"Aled Jones"}),
        ("Bo came, the rest absent", {"Bo"}),
        ("Aled came, nobody else did", {"Aled Jones"}),
    ],
)
def test_where_a_register_stands_who_is_not_named_stays_as_they_are(
    world: World, meeting: str, typed: str, present: set[str]
) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 only Mair")
    answer = farah.command("/attendance", f"M-1 {typed}")
    assert {name for name, there in marks(world).items() if there} == present
    assert len(marks(world)) == 3
    assert "I took the others" not in answer.text
    assert ("Were only they there?" in answer.text) is (present == {"Aled Jones", "Mair"} and "+" not in typed)


def test_a_word_that_adds_says_nothing_of_the_others(world: World, meeting: str) -> None:
    answer = world.person("U0FAC").command("/attendance", "M-1 also Aled")
    assert "1 present, 0 absent, 2 not marked yet (Bo, Mair)" in answer.text


def test_a_correction_names_whose_mark_changed_and_is_taken_back_with_a_button(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    assert "Take this change back" not in farah.command("/attendance", "M-1 all but Bo").text
    answer = farah.command("/attendance", "M-1 Bo came too, Aled absent plus Zed Zane")
    assert "Changed: Aled Jones: absent now (was present); Bo: present now (was absent)" in answer.text
    assert "Zed Zane: present now. Everybody else stays as they were." in answer.text
    answer = farah.click("Take this change back")
    assert "2 present, 1 absent (Bo)." in answer.text
    assert "Zed Zane: not marked now (was present)" in answer.text
    assert marks(world) == {"Aled Jones": True, "Bo": False, "Mair": True}
    assert len(history(world)) == 8
    assert "Zed" not in farah.command("/participant", "list M-1").text


def test_what_was_changed_again_since_is_not_taken_back(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all but Bo")
    farah.command("/attendance", "M-1 Bo came, Aled absent")
    world.person("U0COW").command("/attendance", "M-1 Bo absent")
    farah.click("Take this change back")
    assert marks(world) == {"Aled Jones": True, "Bo": False, "Mair": True}


def test_a_form_that_asks_shows_what_stands_with_what_was_understood(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    world.person("U0COW").command("/attendance", "M-1 only Mair")
    answer = farah.command("/attendance", "M-1 Aled came, Quentin absent")
    assert answer.opened is not None
    boxes = next(one for one in answer.opened["blocks"] if one["block_id"].startswith("present."))
    assert [one["text"]["text"] for one in boxes["element"]["initial_options"]] == ["Aled Jones", "Mair"]
    said = farah.submit({"“Quentin” was absent, but nobody on the list has that name. Who is it?": "Leave it out"})
    assert "changed: 2 present, 1 absent (Bo)" in said.text
    assert "Aled Jones: present now (was absent). Everybody else" in said.text
    farah.click("Take this change back")
    assert {name for name, there in marks(world).items() if there} == {"Mair"}


def test_somebody_else_had_said_otherwise(world: World, meeting: str) -> None:
    world.person("U0COW").command("/attendance", "M-1 all except Bo")
    answer = world.person("U0FAC").command("/attendance", "M-1 all")
    assert "Bo absent: <@U0COW> had said otherwise at" in answer.text
    assert "Your word counts now" in answer.text
    assert marks(world)["Bo"] is True


def test_a_name_that_matches_nobody_is_asked_about_before_anything_is_written(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    answer = farah.command("/attendance", "M-1 all except Mari plus Xyz")
    assert answer.opened is not None
    assert "Nothing is saved yet" in answer.text
    assert "“Mari” was absent, but nobody on the list has that name" in answer.text
    assert "Xyz" in json.dumps(answer.opened)
    assert "It is Mair" in answer.text
    assert marks(world) == {}
    assert walk_ins(world) == []
    said = farah.submit({"“Mari” was absent, but nobody on the list has that name. Who is it?": "It is Mair"})
    assert "2 present, 1 absent (Mair), 1 walk-in (Xyz)" in said.text
    assert marks(world) == {"Aled Jones": True, "Bo": True, "Mair": False, "Xyz": True}
    assert walk_ins(world) == ["Xyz"]


def test_a_walk_in_who_is_registered_is_no_second_person(world: World, meeting: str) -> None:
    said = world.person("U0FAC").command("/attendance", "M-1 none plus Bo, Zed Zane").text
    assert "Bo is registered, so no walk-in." in said
    assert "1 present, 2 absent (Aled Jones, Mair), 1 walk-in (Zed Zane)" in said
    assert marks(world) == {"Aled Jones": False, "Bo": True, "Mair": False, "Zed Zane": True}


def test_an_age_behind_a_walk_ins_name_is_kept_typed_and_in_the_form(world: World, meeting: str) -> None:
    def ages() -> dict[str, str | None]:
        rows = world.read(lambda session: list(session.scalars(select(Registration))))
        return {one.participant.name: one.participant.age for one in rows if one.walk_in}

    farah = world.person("U0FAC")
    assert "2 walk-ins (Kai, Zed)" in farah.command("/attendance", "M-1 all plus Kai 12, Zed").text
    assert ages() == {"Kai": "12", "Zed": None}
    farah.command("/attendance", "M-1 all except Mari plus Nell (9)")
    assert "Nell aged 9" in farah.seen()
    farah.submit({"“Mari” was absent, but nobody on the list has that name. Who is it?": "It is Mair"})
    assert ages() == {"Kai": "12", "Zed": None, "Nell": "9"}


@pytest.mark.parametrize(
    ("words", "present", "said"),
    [
        ("Bo absent", {"Aled Jones", "Mair"}, "I took the others to be present."),
        ("Aled, Mair", {"Aled Jones", "Mair"}, "I took the others to be absent."),
        ("1. Aled Jones\n2. Bo", {"Aled Jones", "Bo"}, "I took the others to be absent."),
        ("all, Bo 10 mins late", {"Aled Jones", "Bo", "Mair"}, "Present, and late: Bo."),
        ("no Mair", {"Aled Jones", "Bo"}, "I took the others to be present."),
        ("Bo ✅ Aled ❌ Mair ✅", {"Bo", "Mair"}, ""),
    ],
)
def test_what_was_not_typed_is_said(world: World, meeting: str, words: str, present: set[str], said: str) -> None:
    answer = world.person("U0FAC").command("/attendance", f"M-1 {words}")
    assert said in answer.text
    assert {name for name, there in marks(world).items() if there} == present


def test_of_whom_nothing_is_said_no_mark_is_made(world: World, meeting: str) -> None:
    answer = world.person("U0FAC").command("/attendance", "M-1 Bo late")
    assert "2 not marked yet (Aled Jones, Mair)" in answer.text
    assert marks(world) == {"Bo": True}


@pytest.mark.parametrize("words", ["12 present", "nearly everyone", "all but two", "done", "same as last week", "Bo?"])
def test_a_doubt_is_never_everybody(world: World, meeting: str, words: str) -> None:
    answer = world.person("U0FAC").command("/attendance", f"M-1 {words}")
    assert answer.opened is not None
    assert "Nothing is saved yet." in answer.text
    assert marks(world) == {}


def test_what_is_left_out_is_left_out(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Quentin")
    farah.submit({"“Quentin” was absent, but nobody on the list has that name. Who is it?": "Leave it out"})
    assert set(marks(world).values()) == {True}
    assert walk_ins(world) == []


def test_two_people_of_one_first_name_are_asked_about(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/participant", "add Aled Price to M-1")
    answer = farah.command("/attendance", "M-1 all except Aled")
    assert "It is Aled Price" in answer.text
    assert "It is Aled Jones" in answer.text
    assert marks(world) == {}


def test_only_from_half_an_hour_before_the_start(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00")
    farah.command("/participant", "add Aled to M-1")
    answer = farah.command("/attendance", "M-1 all")
    assert "too early" in answer.text
    assert "at 15:30, half an hour before the start" in answer.text
    assert "too early" in farah.command("/attendance", "M-1").text
    assert world.count(AttendanceMark) == 0


def test_a_cancelled_meeting_has_no_register(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Book club today at 17:30")
    farah.command("/meeting", "cancel M-2")
    farah.click("Cancel it")
    assert "is cancelled" in farah.command("/attendance", "M-2 all").text
    assert marks(world) == {}


def test_a_meeting_to_which_nobody_came_has_its_register(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    book_club(world)
    assert "no “all”" in farah.command("/attendance", "M-2 all").text
    manager = world.person("U0MAN")
    assert "M-2" in manager.command("/report", "this week").text.split("No register yet")[1]
    assert "Register of M-2 saved: 0 present, 0 absent." in farah.command("/attendance", "M-2 none").text
    assert "as it was saved before" in farah.command("/attendance", "M-2 nobody came").text
    assert "M-2" not in manager.command("/report", "this week").text.split("No register yet")[1].split("programme")[0]
    farah.command("/attendance", "M-2 plus Zed Zane")
    assert world.read(lambda session: session.scalars(select(Meeting.nobody_came_at)).all()) == [None, None]


@pytest.mark.parametrize("who", ["U0MAN", "U0GUEST"])
def test_it_is_the_teams_register(world: World, meeting: str, who: str) -> None:
    answer = world.person(who).command("/attendance", "M-1 all")
    assert "can't" in answer.text
    assert marks(world) == {}


def test_what_is_no_name_is_no_walk_in(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    assert "<!channel>" not in json.dumps(farah.command("/attendance", "M-1 all plus <!channel> Zed").opened)
    assert "“a new boy” is no name." in farah.command("/attendance", "M-1 all plus a new boy").text
    assert "I can’t read “a new boy” as a name." in str(farah.submit({"walk_ins.0": "a new boy"}).errors)
    assert marks(world) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [("only Bo and Quentin", "Tick who was there."), ("absent: Aled, Mair, Bo, Quentin", "Nobody is ticked.")],
)
def test_the_form_says_how_many_are_ticked(world: World, meeting: str, typed: str, said: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", f"M-1 {typed}")
    assert said in farah.seen()
    assert "Everybody is ticked" not in farah.seen()
    assert marks(world) == {}


def test_a_form_of_nothing_yet_says_that_everybody_is_ticked(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1")
    assert "Everybody is ticked. Untick who was absent." in farah.seen()


@pytest.mark.parametrize(
    "words",
    [
        "all except Bo, plus Mo, Mair left early crying",
        "all except Bo, plus Mo, Mair left early, she was crying",
        "all except Bo, Mair left early and seemed sad, plus Mo",
        "all except Bo, Mair left early (very upset), plus Mo in tears",
    ],
)
def test_how_somebody_felt_is_no_walk_in_and_not_kept(world: World, meeting: str, words: str) -> None:
    said = world.person("U0FAC").command("/attendance", f"M-1 {words}").text
    assert "Register of M-1 saved: 2 present, 1 absent (Bo), 1 walk-in (Mo)." in said
    assert "Present, and left early: Mair." in said
    assert "goes into `/incident` or, where you are worried, `/concern`: nothing of it is kept here." in said
    assert walk_ins(world) == ["Mo"]
    assert marks(world) == {"Aled Jones": True, "Mair": True, "Bo": False, "Mo": True}


def test_beside_a_name_alone_how_somebody_felt_is_asked_about(world: World, meeting: str) -> None:
    farah = world.person("U0FAC")
    farah.command("/attendance", "M-1 all except Bo, Mair seemed sad")
    assert "Nothing is saved yet" in farah.seen()
    assert marks(world) == {}
    farah.close(all_views=True)
    farah.command("/attendance", "M-1 all except Alde, Mair left early crying")
    assert "nothing of it is kept here" in farah.seen()
    assert walk_ins(world) == []
