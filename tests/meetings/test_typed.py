"""Which meeting a typed command is about, through the commands themselves; none acts on another than the one named."""

import pytest

from bot.errors import Unclear
from bot.slack.command import Command, Word, split_reference
from db.models import MeetingState
from tests.support.clearing import make_urgent
from tests.support.meetings import only, say, schedule
from tests.support.world import World


@pytest.fixture
def one(world: World) -> World:
    schedule(world)
    return world


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("start M–2", "I can't find M-2 among your meetings. You have M-1 "),
        ("end #7", "I can't find M-7"),
        ("cancel 7", "I can't find M-7"),
        ("urgent M–2 because the carer phoned", "I can't find M-2"),
        ("urgent 2 because the carer phoned", "I can't find M-2"),
        ("urgent 2 M-1", "That names M-2 and M-1: one meeting at a time"),
        ("start I-1", "I-1 is the number of an incident"),
        ("start pottery", "I know no meeting called “pottery”"),
        ("start M-1 tomorrow", "I don't know what “tomorrow” is to say here"),
        ("end M-1 at 5", "“at 5”"),
        ("cancel M-1 for Ava only", "“for Ava only”"),
        ("don't start M-1", "“don't”"),
        ("do not start M-1", "“do not”"),
        ("start M-1?", "Do you mean M-1"),
    ],
)
def test_what_stops_a_command_leaves_the_meeting_alone(one: World, typed: str, said: str) -> None:
    before = only(one)
    answer = say(one, typed)
    assert said in answer
    assert "Nothing was changed." in answer
    assert (only(one).state, only(one).version, only(one).started_at) == (before.state, before.version, None)


@pytest.mark.parametrize("typed", ["M-1", "m1", "1", "M–1 show", "show #1", "show meeting 1", "show M-1 please"])
def test_a_number_however_it_is_written_shows_the_meeting(one: World, typed: str) -> None:
    assert f"*{only(one).title}*" in say(one, typed)


def test_what_is_in_the_way_leaves_a_button_for_the_rest(one: World) -> None:
    farah = one.person("U0FAC")
    assert "“because nobody can come” is to say here" in say(one, "cancel M-1 because nobody can come")
    farah.click("Cancel M-1")
    assert "For ten minutes it can be taken back" in farah.seen()
    assert "/meeting start" not in say(one, "don't start M-1").partition("What you typed")[0]
    assert "Is that somebody who comes?" in say(one, "edit M-1 add Dafydd Prys")
    farah.click("Register on M-1")
    assert "*Registered for M-1:* Dafydd Prys" in farah.seen()
    assert "Is that somebody who comes?" in say(one, "edit M-1 remove Dafydd Prys")
    farah.click("Take off the register of M-1")
    assert "Dafydd Prys" in farah.seen()
    assert "*Registered for M-1:* Robin, Tia" in farah.command("/participant", "add to M-1: Robin, Tia").text


def test_a_change_that_takes_itself_back_is_asked_and_nothing_is_changed(one: World) -> None:
    before, farah = only(one), one.person("U0FAC")
    for words in (
        "recorded because sport no not recorded",
        "recorded, not recorded",
        "to Friday not Monday at 17:00",
        "not Friday but Monday at 17:00",
        "to 17:00 instead of 18:00",
        "about sport, wait no, choir",
    ):
        said = say(one, f"edit M-1 {words}")
        assert "*Changed.*" not in said
        assert any(asked in said for asked in ("says what is not to be", "takes something back", "says two things"))
        if farah.view:
            farah.close(all_views=True)
    assert only(one).version == before.version
    assert "is it “*Choir*” or “Sport”?" in say(one, "edit M-1 title Sport oops *Choir*")
    farah.click("“*Choir*”")
    assert only(one).title == "*Choir*"
    # What would mark a title up, or end its bold, does nothing.
    assert "*\u2217Choir\u2217*" in say(one, "show M-1")


def test_whoever_is_in_a_hurry_has_a_way_on(one: World) -> None:
    say(one, "new Art clb tomorrow at 17:00")
    farah = one.person("U0FAC")
    assert "Is M-2 to be changed like that?" in say(one, "art clb half an hour later")
    farah.click("Change M-2")
    assert "17:30" in farah.seen()
    assert "Is M-2 to be changed like that?" in say(one, "M-2 and later to 6pm")
    assert "Did you mean `/meeting show`?" in say(one, "shw art clb")
    farah.click("/meeting show art clb")
    assert "*Art clb*" in farah.seen()
    assert "Do you mean M-2 Art clb" in say(one, "urgent clb cos her carer is on the phone")
    assert "Do you mean M-2 Art clb" in say(one, "urgent clb cos her carer is on the phone")
    farah.click("command.again.0")
    assert "M-2 is a group meeting" in farah.seen()
    farah.close(all_views=True)
    for typed in ("urgent pottery because her carer rang", "the child says he is hit at home"):
        say(one, typed)
        farah.click("I am worried about somebody")
        assert "999" in farah.seen()
        farah.close(all_views=True)


def test_a_part_of_a_title_is_asked_about_before_anything_acts(one: World) -> None:
    say(one, "new Film club tomorrow at 18:00")
    assert "*Film club*" in say(one, "show film")
    asked = say(one, "start film")
    assert "Do you mean M-2 Film club, " in asked
    assert "Did you mean `/meeting cancel`?" in say(one, "cancle M-2")
    farah = one.person("U0FAC")
    farah.click("/meeting cancel M-2")
    farah.click("Cancel it")
    assert "was cancelled already" in say(one, "cancel film club M-2")


def test_two_numbers_are_asked_about(one: World) -> None:
    say(one, "new Film club tomorrow at 18:00")
    assert "Which one?" in say(one, "start M-1 or M-2")
    assert "Which meeting?" in say(one, "start")
    assert "one at a time" in say(one, "start M-1 M-2")
    assert "That names M-1 and M-2: one meeting at a time" in say(one, "tick M-1 lock M-2")


def test_what_was_done_already_is_not_done_again(one: World) -> None:
    make_urgent(one.person("U0FAC"), "m 1 because the carer phoned")
    say(one, "start M-1")
    assert only(one).state is MeetingState.STARTED
    assert "had been started already" in say(one, "start 1 now")
    # While one is going on it is the one that is meant without a number, and that is said.
    say(one, "new Film club tomorrow at 18:00")
    assert "M-1 is going on now." in say(one, "show")
    assert "for M-1" in say(one, "tick lock")
    assert "M-1" in say(one, "end")
    assert "Which meeting?" in say(one, "show")
    assert "had been ended already" in say(one, "end M—1")
    assert "M-1 is ended; it can't be started" in say(one, "start M-1")


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("Robin, Tia to M–2", 2, "Robin, Tia"),
        ("Robin, Tia to meeting 2", 2, "Robin, Tia"),
        ("M-2: Robin, Tia", 2, "Robin, Tia"),
        ("for Robin M-2:", 2, "for Robin"),
        ("#2 all", 2, "all"),
        ("M 2 left the call", 2, "left the call"),
        ("Robin and M-2b", None, "Robin and M-2b"),
        ("all", None, "all"),
        ("staff meeting M–1", 1, "staff meeting"),
        ("M-2:\nRobin\nTia", 2, "Robin\nTia"),
    ],
)
def test_a_number_is_taken_off_words_of_a_commands_own(text: str, number: int | None, rest: str) -> None:
    assert split_reference(text) == (number, rest)


def test_two_numbers_around_words_are_none() -> None:
    with pytest.raises(Unclear):
        split_reference("M-1 Robin to M-2")


def test_a_number_may_stand_before_the_word() -> None:
    async def nothing(_call: object) -> object:
        return None

    word = Word("start", nothing, "", "")  # type: ignore[arg-type]
    command = Command("meeting", "", nothing, (word,), of_reference="show")  # type: ignore[arg-type]
    assert command.turned("M-2 start now") == "start M-2 now"
    assert command.turned("m2") == "show M-2"
    assert command.turned("start M-2") == "start M-2"
    assert command.turned("Cooking club thu 4pm") == "Cooking club thu 4pm"
