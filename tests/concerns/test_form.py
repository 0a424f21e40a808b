"""The raising form: what it offers, what it asks for by whom it is about, and what becomes of it."""

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import texts
from bot.concerns.words import label
from db.models import Concern, Meeting, Participant
from db.models.concern import Urgency
from tests.support.world import World

REQUIRED = {"about", "facts", "urgency"}
EVERYTHING = {
    "urgency": "week",
    "who": "a boy called Cai, I think",
    "facts": "He said that he is afraid to go home.",
    "words": "paid â deud",
    "questions": "Tell me more?",
    "date": "2026-11-20",
    "time": "16:05",
    "exact": "about",
    "place": "chat",
    "where": "in a private message",
    "opinion": "I think that he meant it",
    "injury": "a bruise on the left arm",
    "witnesses": "Col",
    "done": ["told the lead in person", "ended the session"],
    "did": "stayed until his aunt came, 16:40",
    "knows": "yes",
    "paper_date": "2026-11-20",
    "paper_time": "17:00",
}
OF_ADULTS = {"wishes": "to be left alone", "agreed": "no", "reason": "others are at risk", "able": "not sure"}


def open_form(world: World, about: str, who: str = "U0FAC", urgency: str | None = "today") -> None:
    """The form, with the branch for whom it is about, and how soon the lead needs to see it."""
    person = world.person(who)
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.continue")
    person.choose("about", about)
    person.fill(urgency=urgency)


def inputs(world: World, who: str = "U0FAC") -> dict[str, bool]:
    """The fields of the open form: whether each may stay empty."""
    view = world.person(who).view
    assert view is not None
    return {one["block_id"]: one.get("optional", False) for one in view["blocks"] if one["type"] == "input"}


def read(world: World) -> tuple[Concern, dict[str, str]]:
    """The one concern and its words."""

    def work(session: Session) -> tuple[Concern, dict[str, str]]:
        concern = session.scalars(select(Concern)).one()
        return concern, texts.texts_of(session, concern)

    return world.read(work)


@pytest.mark.parametrize("about", ["child", "adult", "staff", "unsure"])
def test_only_what_decides_the_way_is_required(world: World, about: str) -> None:
    open_form(world, about, urgency=None)
    fields = inputs(world)
    assert {name for name, optional in fields.items() if not optional} == REQUIRED
    assert ("wishes" in fields) == (about == "adult")
    assert ("subject_staff" in fields) == (about == "staff")
    view = world.person("U0FAC").view
    assert view is not None
    assert "file_input" not in {one["element"]["type"] for one in view["blocks"] if one["type"] == "input"}
    hurried = world.person("U0FAC").submit(facts="It worries me")
    assert list(hurried.errors) == ["urgency"]
    world.person("U0FAC").submit(urgency="today")
    assert read(world)[0].urgency is Urgency.TODAY
    assert read(world)[1]["facts"] == "It worries me"


def test_whoever_has_called_999_finds_now_chosen_and_may_choose_again(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/concern", "", channel="C0GENERAL")
    person.click("concern.called_999")
    person.choose("about", "child")
    person.submit(facts="It worries me")
    assert read(world)[0].urgency is Urgency.NOW


def test_everything_that_is_written_is_kept_apart_and_shown_to_the_lead(world: World) -> None:
    open_form(world, "adult")
    world.person("U0FAC").submit({**EVERYTHING, **OF_ADULTS})
    concern, words = read(world)
    assert concern.about == "adult"
    assert concern.urgency is Urgency.WEEK
    expected = {name: str(value) for name, value in (EVERYTHING | OF_ADULTS).items() if name in words}
    expected |= {
        "occurred": "2026-11-20 16:05 (about)",
        "done": "told the lead in person, ended the session",
        "paper": "2026-11-20 17:00",
    }
    assert words == expected
    assert {"urgency", "date", "time", "exact", "paper_date", "paper_time"} == set(EVERYTHING) - set(words)
    world.settle()
    lead = world.person("U0LEAD")
    lead.click("concern.read", message=world.sandbox.messages("G0CONCERN")[-1])
    for name, text in words.items():
        assert label(name) in lead.seen()
        assert text in lead.seen()


def test_another_branch_keeps_what_was_typed(world: World) -> None:
    open_form(world, "child")
    person = world.person("U0FAC")
    person.fill(facts="typed before", words="their words", urgency="now")
    for about in ("staff", "adult", "unsure"):
        person.choose("about", about)
    person.submit()
    concern, words = read(world)
    assert (words["facts"], words["words"]) == ("typed before", "their words")
    assert (concern.about, concern.urgency) == ("unsure", Urgency.NOW)


def test_the_people_and_sessions_offered_are_ones_own(world: World) -> None:
    farah, max_ = world.person("U0FAC"), world.person("U0MAN")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Aled Jones, Mair to M-1")
    max_.command("/meeting", "new Games tomorrow at 16:00 in Youth club")
    max_.command("/participant", "add Bo to M-2")
    world.clock_forward(3 * 86400)
    open_form(world, "child")
    view = farah.view
    assert view is not None
    offered = {
        one["block_id"]: [option["text"]["text"] for option in one["element"].get("options", ())]
        for one in view["blocks"]
        if one["type"] == "input"
    }
    assert offered["participants"] == ["Aled Jones · M-1", "Mair · M-1"]
    assert [text.split()[0] for text in offered["meeting"]] == ["M-1"]
    farah.submit(participants=["Mair · M-1"], meeting=offered["meeting"][0], facts="It worries me")
    concern, words = read(world)
    assert words["people"] == "Mair"
    assert words["meeting"].startswith("M-1 Cooking club, ")
    assert texts.PARTICIPANTS not in words

    def chosen(session: Session) -> list[str]:
        found = texts.everything(session, session.get_one(Concern, concern.id), [texts.PARTICIPANTS])
        return [session.get_one(Participant, UUID(one)).name for one in found[texts.PARTICIPANTS].split()]

    assert world.read(chosen) == ["Mair"]
    max_.command("/concern", "", channel="C0GENERAL")
    max_.click("concern.continue")
    assert "Aled" not in max_.seen()
    assert "Bo" in str(max_.view)


def test_a_session_that_is_gone_meanwhile_blocks_nothing(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Cooking club tomorrow at 16:00 in Cooking")
    farah.command("/participant", "add Aled Jones to M-1")
    world.clock_forward(2 * 86400)
    open_form(world, "child")
    farah.fill(participants=["Aled Jones · M-1"], meeting=_first_meeting(world))

    def taken_over(session: Session) -> None:
        found = session.scalars(select(Meeting)).one()
        found.host = found.created_by = "U0COW"

    world.write(taken_over)
    farah.submit(facts="It worries me")
    assert "Saved as" in farah.seen()
    assert "meeting" not in read(world)[1]


def _first_meeting(world: World) -> str:
    view = world.person("U0FAC").view
    assert view is not None
    element = next(one["element"] for one in view["blocks"] if one["block_id"] == "meeting")
    return str(element["options"][0]["value"])


def test_staff_of_the_safeguarding_team_are_chosen_by_name_and_passed_by(world: World) -> None:
    open_form(world, "staff")
    assert "choose them here" in world.person("U0FAC").seen()
    world.person("U0FAC").submit(subject_staff="U0DEP", facts="It worries me")
    assert "Dev" not in world.person("U0FAC").seen()
    world.settle()
    assert world.sandbox.dm("U0HEAD")
    assert not world.sandbox.dm("U0DEP")
    assert not world.sandbox.messages("G0CONCERN")


def test_whoever_is_to_be_left_out_learns_nothing(world: World) -> None:
    open_form(world, "child")
    world.person("U0FAC").submit(left_out=["U0LEAD"], facts="It worries me", urgency="now")
    assert "020 7946 0002" in world.person("U0FAC").seen()
    assert "020 7946 0001" not in world.person("U0FAC").seen()
    world.settle()
    assert not world.sandbox.messages("G0CONCERN")
    assert not world.sandbox.dm("U0LEAD")
    assert read(world)[1]["not_told"] == "Lena Lead"
    world.person("U0DEP").click("concern.read", message=world.sandbox.dm("U0DEP")[-1])
    assert "Must not learn of it" in world.person("U0DEP").seen()
    world.person("U0LEAD").command("/concern", "list", channel="C0GENERAL")
    assert "C-20" not in world.person("U0LEAD").seen()


def test_the_ladder_goes_past_whoever_is_left_out(world: World) -> None:
    open_form(world, "child")
    world.person("U0FAC").submit(left_out=["U0HEAD"], facts="It worries me", urgency="now")
    for _ in range(4):
        world.settle()
        world.clock_forward(15 * 60 + 1)
    world.settle()
    assert world.sandbox.dm("U0DEP")
    assert not world.sandbox.dm("U0HEAD")
    assert "telephone now" in world.sandbox.dm("U0FAC")[-1].words


def test_with_everybody_left_out_it_is_sealed_and_says_whom_to_phone(world: World) -> None:
    open_form(world, "staff")
    world.person("U0FAC").submit(subject_staff="U0LEAD", left_out=["U0HEAD"], facts="It worries me")
    assert "Nobody inside the organisation may be told" in world.person("U0FAC").seen()
    assert "020 7946 0009" in world.person("U0FAC").seen()
    world.settle()
    for one in ("U0LEAD", "U0DEP", "U0HEAD"):
        assert not world.sandbox.dm(one)
    assert read(world)[0].sealed_from_staff
