"""Recording what happened: typed, in the form, amended, followed up, and who may read it."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.incidents import views
from bot.paging import Page
from bot.sandbox.answers import Answer
from db.models import Incident, IncidentKind, IncidentText
from tests.support.rows import another
from tests.support.world import World

WHOLE = "{meeting} removed for swearing; twice; done: spoke to carer; follow up: call her by Friday @co-worker"


def _meeting(world: World) -> str:
    world.person("U0FAC").command("/meeting", "new Cooking club tomorrow at 16:00 with @col.co-worker")
    return "M-1"


def _typed(world: World, text: str, who: str = "U0FAC") -> Answer:
    return world.person(who).command("/incident", text.replace("@co-worker", "@col.co-worker"))


def _whole(world: World) -> Answer:
    return _typed(world, WHOLE.format(meeting=_meeting(world)))


def test_a_whole_typed_text_is_recorded_at_once(world: World) -> None:
    answer = _whole(world)
    assert "Saved as I-1" in answer.text
    assert "M-1" in answer.text
    assert "anyone's safety" in answer.text
    incident = world.read(lambda session: session.scalars(select(Incident)).one())
    assert incident.follow_up_by == "U0COW"
    assert incident.follow_up_due is not None
    assert incident.follow_up_due.weekday() == 4
    shown = world.person("U0FAC").command("/incident", "show I-1").text
    for words in ("removed for swearing; twice", "spoke to carer", "call her"):
        assert words in shown


@pytest.mark.parametrize(
    ("follow_up", "asked"),
    [
        ("ring mum by Friday or Monday", "By when: "),
        ("ring mum by yesterday", "has passed"),
        ("ring mum by 31 November", "There is no such day"),
        ("ring mum about Friday", "the day by when it is to be done?"),
        ("ring mum by 3 March 2099", "more than a year ahead"),
        ("ring mum", "By when is the follow-up"),
        ("ring mum by Tuesday, I mean Thursday", "takes something back"),
        ("not by Tuesday but Wednesday: ring mum", "takes something back"),
    ],
)
def test_a_day_in_doubt_is_asked_in_the_form_and_nothing_is_saved(world: World, follow_up: str, asked: str) -> None:
    person = world.person("U0FAC")
    person.command("/incident", f"{_meeting(world)} swearing; done: spoke to carer; follow up: {follow_up}")
    assert "Nothing is saved yet" in person.seen()
    assert asked in person.seen()
    assert "ring mum" in person.seen()
    assert world.count(Incident) == 0
    assert "Saved as I-1" in person.submit(due="2099-03-03", kind="Something else").text


def test_a_meeting_that_is_taken_back_is_asked_and_nothing_is_saved(world: World) -> None:
    person = world.person("U0FAC")
    for title in ("Cooking club", "Choir"):
        person.command("/meeting", f"new {title} tomorrow at 16:00 with @col.co-worker")
    for named in (
        "M-2, wait no, M-1: a row",
        "M-1 oops M-2 a row",
        "not in M-2 but in M-1, a row",
        "a row in M-2, I mean in M-1",
        "choir, sorry, cooking club: a row",
    ):
        _typed(world, f"{named}; done: spoke to both")
        assert "takes a meeting back" in person.seen()
        blocks = person.view["blocks"] if person.view else []
        assert "initial_option" not in next(str(one) for one in blocks if one["block_id"] == "meeting")
        person.close(all_views=True)
    assert world.count(Incident) == 0
    assert "Saved as I-1" in _typed(world, "M-2 no apology after a row; done: spoke to both").text


def test_what_was_assumed_of_day_and_kind_is_said(world: World) -> None:
    text = f"{_meeting(world)} shouted a word; done: spoke to carer; kind: swearing; follow up: ring mum tomorow"
    answer = _typed(world, text)
    assert "I took the kind to be “Inappropriate content or language”." in answer.text
    assert "I took “tomorow” as tomorrow." in answer.text
    assert "Saved as I-1" in answer.text
    assert world.read(lambda session: session.scalars(select(Incident)).one().kind) is IncidentKind.CONTENT


@pytest.mark.parametrize(
    ("kind", "asked"), [("staff swearing", "Which kind is it"), ("mobbing", "I don’t know that kind of incident")]
)
def test_a_kind_in_doubt_is_asked_in_the_form(world: World, kind: str, asked: str) -> None:
    person = world.person("U0FAC")
    person.command("/incident", f"{_meeting(world)} a word; done: spoke to carer; kind: {kind}")
    assert asked in person.seen()
    assert world.count(Incident) == 0


def test_what_was_written_is_sealed_and_in_no_message(world: World) -> None:
    _whole(world)
    sealed = world.read(
        lambda session: [bytes(vars(row)["words_sealed"]) for row in session.scalars(select(IncidentText))]
    )
    assert sealed
    assert not any(b"swearing" in one or b"carer" in one for one in sealed)
    assert not any("swearing" in message.words for message in world.person("U0FAC").private)
    assert not any(
        "swearing" in message.words
        for channel in ("C0GENERAL", "C0YOUTH")
        for message in world.sandbox.messages(channel)
    )


def test_the_same_request_again_makes_no_second_incident(world: World) -> None:
    _whole(world)
    again = world.sandbox.repeat()
    assert "saved already, as I-1" in again.text
    assert world.count(Incident) == 1


def test_an_unfinished_text_opens_the_form_with_what_was_typed(world: World) -> None:
    meeting = _meeting(world)
    person = world.person("U0FAC")
    _typed(world, f"{meeting} somebody shouted; kind: rules")
    assert "somebody shouted" in person.seen()
    answer = person.submit(done="asked them to stop")
    assert "Saved as I-1" in answer.text
    assert "Rules broken" in answer.text
    assert world.read(lambda session: session.scalars(select(Incident)).one().meeting_id) is not None


def test_a_title_at_the_beginning_chooses_its_meeting_and_is_said(world: World) -> None:
    farah = world.person("U0FAC")
    farah.command("/meeting", "new cooking today at 23:50")
    farah.command("/meeting", "new Art today at 23:30")
    world.clock_forward(86400)
    opened = farah.command("/incident", "cooking removed for swearing; done: spoke to mum").opened
    assert opened is not None
    assert "I took “cooking” for M-1." in str(opened)
    farah.submit(kind="rules")
    assert "Rules broken · M-1" in farah.seen()
    farah.close(all_views=True)
    said = farah.command("/incident", "M-2 somebody fell; done: plaster")
    assert "Its kind is “Something else”: Amend takes another." in said.text


def test_choosing_the_kind_says_what_to_do_and_keeps_what_was_typed(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/incident")
    person.fill(what="they saw it at 16:20", done="closed the share", kind="Suspected indecent image of a child")
    assert "Don't describe, copy or send the picture" in person.seen()
    answer = person.submit(meeting="No meeting")
    assert "must reach the safeguarding lead" in answer.text
    assert "Yes, raise a concern" in answer.text
    with pytest.raises(AssertionError):
        person.click("No")
    person.close()
    assert "they saw it at 16:20" in person.command("/incident", "show I-1").text


def test_no_form_takes_a_file(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/incident")
    form = person.view
    person.close()
    assert form is not None
    kinds = {block["element"]["type"] for block in form["blocks"] if block["type"] == "input"}
    assert kinds <= {"plain_text_input", "static_select", "users_select", "datepicker", "checkboxes"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"what": "  ", "done": "x"}, "what"),
        ({"what": "x", "done": " "}, "done"),
        ({"what": "x", "done": "x", "follow_up": "call"}, "due"),
        ({"what": "x", "done": "x", "due": "2099-01-01"}, "follow_up"),
        ({"what": "x", "done": "x", "follow_up": "call", "due": "2020-01-01"}, "due"),
        ({"what": "x", "done": "x", "follow_up": "call", "due": "2099-01-01", "by": "U0GUEST"}, "by"),
    ],
)
def test_a_form_that_lacks_something_says_so_at_its_field(world: World, values: dict[str, str], field: str) -> None:
    person = world.person("U0FAC")
    person.command("/incident")
    answer = person.submit({"meeting": "No meeting", "kind": "Something else", **values})
    assert list(answer.errors) == [field]
    assert world.count(Incident) == 0
    person.fill(what="x", done="x", follow_up=None, due=None, by=None)
    assert "Saved as I-1" in person.submit().text


def test_the_form_sent_again_changed_amends_and_drops_nothing(world: World) -> None:
    person = world.person("U0FAC")
    person.command("/incident")
    person.fill(meeting="No meeting", kind="Something else", what="first words", done="sat with her")
    view = person.view
    assert view is not None
    person.submit()
    assert "saved already" in world.sandbox.repeat().text
    view["state"]["values"]["what"]["v"]["value"] = "second words"
    user = {"id": "U0FAC", "team_id": "T0123456"}
    payload = {"type": "view_submission", "team": {"id": "T0123456"}, "user": user, "view": view, "trigger_id": "1.2"}
    body = urlencode({"payload": json.dumps(payload)})
    answer = world.sandbox.raw(body, world.sandbox.sign(body))
    assert "was amended" in str(answer.raw)
    assert world.count(Incident) == 1
    person.close()
    shown = person.command("/incident", "show I-1").text
    assert "first words" in shown
    assert "second words" in shown


def test_an_amendment_keeps_what_it_said_before(world: World) -> None:
    _whole(world)
    person = world.person("U0FAC")
    person.command("/incident", "amend I-1")
    assert "spoke to carer" in person.seen()
    answer = person.submit(done="spoke to the carer and the lead", kind="Rules broken", reason="remembered more")
    assert "I-1 is amended" in answer.text
    person.close(all_views=True)
    shown = person.command("/incident", "show I-1").text
    for words in ("spoke to the carer and the lead", "remembered more", "spoke to carer", "Something else"):
        assert words in shown
    assert world.count(Incident) == 1
    person.close(all_views=True)
    # Words behind the number stand in the form, each behind its own part; nothing is saved before.
    person.command("/incident", "amend I-1 it was Robin not Ben; done: rang his mum; kind: filming")
    assert "Nothing is saved yet" in person.seen()
    for words in ("\nit was Robin not Ben", "\nrang his mum"):
        assert words in person.seen()
    answer = person.submit(reason="the other boy")
    assert "I-1 is amended" in answer.text
    person.close(all_views=True)
    shown = person.command("/incident", "show I-1").text
    for words in ("it was Robin not Ben", "rang his mum", "Filming or screenshot"):
        assert words in shown
    person.close(all_views=True)
    person.command("/incident", "amend I-1 he said he wants to die")
    assert "This sounds like a concern" in person.seen()


def test_two_amendments_at_once_do_not_overwrite_each_other(world: World) -> None:
    _whole(world)
    one, two = world.person("U0FAC"), world.person("U0COW")
    one.command("/incident", "amend I-1")
    two.command("/incident", "amend I-1")
    one.submit(done="first", reason="a")
    answer = two.submit(done="second", reason="b")
    assert "Somebody amended I-1 meanwhile" in answer.text
    two.close()
    assert "first" in two.command("/incident", "show I-1").text


@pytest.mark.parametrize("who", ["U0FAC", "U0COW", "U0LEAD", "U0DEP", "U0HEAD"])
def test_the_team_and_the_leads_may_read(world: World, who: str) -> None:
    _whole(world)
    assert "I-1" in world.person(who).command("/incident", "list").text
    assert "removed for swearing" in world.person(who).command("/incident", "show I-1").text


@pytest.mark.parametrize("who", ["U0MAN", "U0ADM"])
def test_nobody_else_learns_that_it_exists(world: World, who: str) -> None:
    _whole(world)
    person = world.person(who)
    assert "I-1" not in person.command("/incident", "list").text
    assert (
        person.command("/incident", "show I-1").text.replace("I-1", "I-9")
        == person.command("/incident", "show I-9").text
    )


def test_the_follow_up_is_told_reminded_of_and_done_once(world: World) -> None:
    _whole(world)
    world.settle()
    worker = world.person("U0COW")
    told = world.sandbox.dm("U0COW")
    assert len(told) == 1
    assert "I-1" in told[0].words
    assert "call her" not in told[0].words
    world.clock_forward(timedelta(days=8).total_seconds())
    world.sandbox.wait_for(lambda: len(world.sandbox.dm("U0COW")) == 2)
    assert "is due" in world.sandbox.dm("U0COW")[1].words
    assert "Thank you" in worker.click("Follow-up done", told[0]).text
    assert "nothing was changed" in worker.click("Follow-up done", told[0]).text


def test_a_follow_up_that_is_done_is_not_reminded_of(world: World) -> None:
    _whole(world)
    world.settle()
    world.person("U0COW").click("Follow-up done")
    world.clock_forward(timedelta(days=8).total_seconds())
    world.settle()
    assert len(world.sandbox.dm("U0COW")) == 1


def test_no_worry_is_kept_and_a_worry_leaves_no_trace_in_the_incident(world: World) -> None:
    answer = _whole(world)
    person = world.person("U0FAC")
    assert "is saved" in person.click("No", answer.private).text
    assert world.read(lambda session: session.scalars(select(Incident)).one().worried) is False
    assert "orried" not in world.person("U0COW").command("/incident", "show I-1").text


def test_the_answer_leads_to_the_concern_form(world: World) -> None:
    answer = _whole(world)
    assert world.person("U0FAC").click("concern.from_incident", answer.private).opened is not None


def test_a_sentence_that_begins_with_a_known_word_is_no_command(world: World) -> None:
    person = world.person("U0FAC")
    for text in (
        "show of a screenshot in the chat",
        "list of names was visible to all",
        "amend the link, it was public",
    ):
        person.command("/incident", text)
        assert text in person.seen()
        person.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lst", "Did you mean `/incident list`"),
        ("shwo I-1", "Did you mean `/incident show`"),
        ("show", "Which incident?"),
        ("show I-99", "can't find that incident"),
        ("M-99 fell; done: sat with her", "can't find M-99"),
        ("fell; done: sat with her; kind: volcano", "don’t know that kind"),
        ("fell; done: sat; follow up: call by Friday @nobody-of-this-name", "don't know who"),
        ("help", "records it at once"),
        ("x" * 3001 + "; done: y", "3,010 characters"),
    ],
)
def test_what_cannot_be_used_is_answered_in_a_sentence(world: World, text: str, said: str) -> None:
    assert said in _typed(world, text).text
    assert world.count(Incident) == 0


def test_words_that_slack_would_act_on_are_shown_as_they_are(world: World) -> None:
    text = "wrote <!channel> & *Siân ✋ Llŷr*; done: nothing"
    _typed(world, text)
    assert "wrote <!channel> & *Siân ✋ Llŷr*" in world.person("U0FAC").command("/incident", "show I-1").text


def test_a_guest_and_a_stranger_are_refused(world: World) -> None:
    assert "can't use this" in world.person("U0GUEST").command("/incident", "fell; done: sat", channel="C0GENERAL").text
    assert world.count(Incident) == 0


def test_years_of_incidents_are_turned_page_by_page(world: World) -> None:
    _typed(world, "fell; done: sat with her")

    def more(session: Session) -> None:
        first = session.scalars(select(Incident)).one()
        session.add_all([another(first, number=number) for number in range(2, 61)])

    world.write(more)
    for who in ("U0FAC", "U0LEAD"):
        person = world.person(who)
        said = [person.command("/incident", "list").text]
        assert "of 60" in said[0] or "more" in said[0]
        while len(said) < 10 and "*I-1*" not in said[-1]:
            said.append(person.click("Older").text)
        found = [f"I-{number}" for number in range(1, 61) if not any(f"*I-{number}*" in one for one in said)]
        assert (found, len(said) > 1) == ([], True)


def test_a_long_list_is_whole() -> None:
    now = datetime(2026, 9, 23, 16, tzinfo=UTC)
    found = [
        Incident(number=number, kind=IncidentKind.DATA, recorded_at=now, follow_up_due=now.date())
        for number in range(1, 21)
    ]
    said = json.dumps(views.listing(Page([(one, None) for one in found]), "Europe/London").blocks)
    assert [one.reference for one in found if f"*{one.reference}*" not in said] == []
    assert said.count("follow-up by Wednesday 23 September") == 20
