"""What could be a concern is repeated by no message, whatever command it was typed after."""

import json

import pytest

from bot.slack.delicate import could_be_concern
from db.models import Fact, Group, Incident, Meeting, Participant
from tests.support.meetings import only
from tests.support.said import newest
from tests.support.world import World

LEFT_OUT = "was not kept"


@pytest.mark.parametrize(
    "typed",
    [
        "concrn about Robin",
        "consern Robin",
        "cocnern Robin",
        "raise a concern about Robin",
        "I am worried for Robin",
        "Robin's uncle touches him",
        "he hits her at home",
        "Robin wants to kill himself",
        "a disclosure by Robin",
        "SELF-HARM",
        "Violet 9 says her dad Bob grabbed her boobs",
        "her dad was violet with her, she says",
    ],
)
def test_what_could_be_a_concern(typed: str) -> None:
    assert could_be_concern(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Maths tomorrow at 5pm for Robin",
        "M-1 shouting at Robin",
        "Ben hurt his knee done: ice and rang his mother",
        "M-1 someone hit Sam with a ball done: first aid",
        "conference at the corner shop",
        "kick somebody out",
        "skills and consent forms",
        "Amy 10 mum Ann ann@example.org, Ben 12 dad Bob bob@example.org to Cooking club",
        "Violet 9 mum Ann, Ben 12 dad Gordon",
    ],
)
def test_what_is_given_back(typed: str) -> None:
    assert not could_be_concern(typed)


TYPED = [
    ("/facilitator", "concrn Zebedee is touched by his uncle"),
    ("/facilitator", "raise a concern about Zebedee"),
    ("/facilitator", "meeting I am worried about Zebedee"),
    ("/meeting", "concern Zebedee is beaten at home"),
    ("/guide", "Zebedee says his dad hits him"),
    ("/participant", "add worried about Zebedee to M-1"),
    ("/report", "abuse of Zebedee"),
    ("/checklist", "abused Zebedee"),
]
_WORRY = "I am worried, Zebedee says his dad hits him"
_BEFORE = {
    "attendance": ("M-1", "M-1 all except", "M-9"),
    "checklist": ("M-1", "tick M-1", "M-9"),
    "concern": ("list", "lst"),
    "facilitator": ("away until", "help", "meeting edit M-1"),
    "group": (
        "new",
        "list",
        "show",
        "edit",
        "members",
        "add",
        "leave",
        "next",
        "close",
        "new Art club on",
        "add Zed to",
    ),
    "guide": ("report",),
    "incident": ("list", "show I-9", "amend I-9"),
    "invitation": ("M-1", "for", "M-9"),
    "meeting": (
        "show",
        "edit M-1",
        "edit M-9",
        "start M-1",
        "tick M-1",
        "cancel",
        "list",
        "gates",
        "invite",
        "end M-9",
    ),
    "participant": ("list", "add", "remove", "add adults"),
    "report": ("last week", "from"),
}


def test_it_is_repeated_by_no_command(world: World) -> None:
    """Whatever stands before it; what a form takes over for its person to go on with is no message."""
    assert world.bot is not None
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    assert _BEFORE.keys() == world.bot.app.router.commands.keys()
    tries = [*TYPED, *((f"/{name}", _WORRY) for name in _BEFORE)]
    tries += [(f"/{name}", f"{words} {_WORRY}") for name, befores in _BEFORE.items() for words in befores]
    said = {}
    for command, typed in tries:
        for who in ("U0FAC", "U0MAN"):
            person = world.person(who)
            before = len(person.private)
            person.command(command, typed, channel="C0GENERAL")
            messages = "\n".join(one.words for one in person.private[before:])
            if "Zebedee" in messages:
                said[f"{command} {typed}"] = messages
            if person.view:
                person.close(all_views=True)
    assert said == {}


def test_it_is_said_that_it_was_not_kept_and_what_to_do(world: World) -> None:
    world.sandbox.faults.error("views.open", "expired_trigger_id", times=2)
    farah = world.person("U0FAC")
    for command in ("/incident", "/concern"):
        answer = farah.command(command, "Zebedee says his uncle touches him", channel="C0GENERAL")
        said = answer.text + json.dumps(answer.blocks)
        assert "Zebedee" not in said
        assert LEFT_OUT in said
        assert "/concern" in said


def test_a_reason_that_quotes_it_quotes_nothing(world: World) -> None:
    answer = world.person("U0MAN").command("/report", "last week in worried about Zebedee", channel="C0GENERAL")
    said = answer.text + json.dumps(answer.blocks, ensure_ascii=False)
    assert "“…”" in said
    assert "Zebedee" not in said
    assert LEFT_OUT in said


TOLD = [
    ("/invitation", "zebedee wants to die"),
    ("/checklist", "zebedee is being hurt at home"),
    ("/meeting", "urgent because zebedee says she took pills"),
    ("/meeting", "start zebedee has bruises on both arms"),
    ("/meeting", "zebedee told me she is scared of going home"),
    ("/attendance", "M-1 zebedee left crying says dad hits her"),
    ("/meeting", "tick M-1 notes because zebedee said dad hits her"),
    ("/facilitator", "zebedee told me his stepdad beats him"),
    ("/report", "zebedee said he wants to kill himself"),
    ("/participant", "add zebedee says her uncle touches her"),
    ("/group", "zebedee took an overdose"),
    ("/meeting", "new zebedee told me his dad hits him on Thursday at 16:00"),
    ("/meeting", "zebedee doesnt want to live anymore on Friday at 16:00"),
    ("/meeting", "edit M-1 about zebedee cut his wrists"),
    ("/meeting", "shwo zebedee took pills"),
    ("/participant", "add zebedee took pills to M-1"),
    ("/participant", "remve zebedee took pills"),
    ("/facilitator", "zebedee took pills"),
    ("/incident", "M-9 zebedee took pills; done: rang"),
    ("/checklist", "zebedee, a boy, waved an axe at the camera"),
    ("/invitation", "not to dad of zebedee, he broke nans wrist on sunday"),
    ("/participant", "add zebedee hasnt ate since friday no adult there to M-1"),
]
FIGURES = [
    ("/meeting", "new Coffee for anxious carers wed 5 may at 7pm"),
    ("/meeting", "new parents forum weds 5 may at 7pm"),
    ("/meeting", "cancel M-1 im dying of this flu"),
    ("/attendance", "M-1 zebedee is away, broke her arm at netball"),
]
"""What nobody is in danger of."""


def test_999_is_not_said_for_a_figure_of_speech_or_a_short_day(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    for command, typed in FIGURES:
        assert "Call 999" not in farah.command(command, typed, channel="C0GENERAL").text, typed
        if farah.view:
            farah.close(all_views=True)


def test_999_comes_before_what_any_command_answers(world: World) -> None:
    """Told to the wrong command: 999, whom to telephone, and one button to the lead. Nothing is recorded of it."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    for command, typed in TOLD:
        answer = farah.command(command, typed, channel="C0GENERAL")
        blocks = farah.view["blocks"] if farah.view else answer.blocks
        assert "Call 999" in json.dumps(blocks[0]), typed
        assert "Phone Lena" in json.dumps(blocks[0]), typed
        assert [one["value"] for one in blocks[1]["elements"]] == ["concern"], typed
        if farah.view:
            farah.close(all_views=True)
        else:
            assert "zebedee" not in answer.text + json.dumps(answer.blocks), typed
    assert [world.count(one) for one in (Fact, Participant, Incident, Meeting)] == [0, 0, 0, 1]
    answer = farah.command(*TOLD[0], channel="C0GENERAL")
    assert farah.click("command.again.99", answer.private).opened is not None


DANGER = "zebedee told me his dad hits him"
_KINDS = (Fact, Participant, Incident, Meeting, Group)


def test_a_form_keeps_it_for_its_person_and_stores_nothing(world: World) -> None:
    """Into every form's title, purpose, reason or list: the same answer as to typed words, over the form that stays."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00 with @Col.Co-worker", channel="C0GENERAL")
    before = [world.count(one) for one in _KINDS]
    forms: list[tuple[str, str, str]] = [
        ("/meeting", "", "title"),
        ("/meeting", "edit M-1", "title"),
        ("/meeting", "edit M-1", "purpose"),
        ("/group", "new", "purpose"),
        ("/participant", "", "names"),
        ("/meeting", "tick M-1", "why.purpose"),
    ]
    for command, typed, field in forms:
        farah.command(command, typed, channel="C0GENERAL")
        assert farah.view is not None, command
        named = next(
            one["block_id"]
            for one in farah.view["blocks"]
            if one["block_id"].startswith(field) and one["type"] == "input"
        )
        dated = {"date": "2027-01-14", "time": "16:00"} if not typed and command == "/meeting" else {}
        if command == "/group":
            dated = {"title": "Choir"}
        answer = farah.submit({named: DANGER, **dated})
        assert answer.errors == {}, (command, field, answer.errors)
        form, over = farah.views
        assert "Call 999" in json.dumps(over["blocks"][0])
        assert "Phone Lena" in json.dumps(over["blocks"][0])
        assert [one["value"] for one in over["blocks"][1]["elements"]] == ["concern"]
        assert DANGER in json.dumps(form["state"]), "their words are still theirs"
        assert DANGER not in json.dumps(over)
        farah.close(all_views=True)
    assert [world.count(one) for one in _KINDS] == before
    assert only(world).title == "Art"

    # From there one tap leads to the concern; the form is still below, and takes other words.
    farah.command("/meeting", "edit M-1", channel="C0GENERAL")
    farah.submit(title=DANGER)
    farah.click("I am worried about somebody")
    assert len(farah.views) == 3
    assert (farah.view or {})["callback_id"] == "concern.gate"
    farah.close()
    farah.close()
    farah.submit(title="Painting")
    assert only(world).title == "Painting"
    assert world.sandbox.violations == []


def test_over_another_form_it_stands_at_the_field(world: World) -> None:
    """Where Slack has no room for a third and a fourth view."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    farah.click("Tick reminders")
    field = next(
        one["block_id"]
        for one in (farah.view or {})["blocks"]
        if one.get("element", {}).get("type") == "plain_text_input"
    )
    answer = farah.submit({field: DANGER})
    assert list(answer.errors) == [field]
    assert "In danger: 999. Phone: Lena" in answer.errors[field]
    assert "/concern" in answer.errors[field]
    assert world.count(Fact) == 0


def test_urgent_contact_and_what_a_risk_is_are_kept(world: World) -> None:
    """What is written for the sake of somebody in danger, where those alone read it whom it is for."""
    farah = world.person("U0FAC")
    farah.command("/meeting", "new Art on Thursday at 16:00", channel="C0GENERAL")
    farah.command("/meeting", f"urgent M-1 because {DANGER}", channel="C0GENERAL")
    answer = farah.submit()
    assert answer.errors == {}
    assert newest(world)["urgent"].reason == DANGER
    assert "Call 999" in json.dumps((farah.view or {})["blocks"][0])


def test_titles_and_names_are_no_danger(world: World) -> None:
    farah = world.person("U0FAC")
    for command, typed in (
        ("/meeting", "new Knife crime awareness on Friday at 16:00"),
        ("/participant", "add Rob Hurt, Grace Savage, Kit Bruce to M-1"),
        ("/attendance", "M-1 all but Rob"),
        ("/meeting", "list"),
    ):
        answer = farah.command(command, typed, channel="C0GENERAL")
        assert "999" not in json.dumps(farah.view["blocks"] if farah.view else answer.blocks), typed
        if farah.view:
            farah.close(all_views=True)
