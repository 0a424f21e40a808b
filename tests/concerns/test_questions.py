"""A question to the raiser and the answer: sealed, seen by the two of them, and in no message."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns.record.questions import NO_QUESTION
from bot.sandbox.model import Message
from db.models import AuditEvent, Concern, ConcernEntry, EntryKind
from tests.concerns.leading import close, current, decide, informed, only, opened, taken_up, triage, versions
from tests.concerns.pressing import press, submit
from tests.support.raising import SECRET as RAISED
from tests.support.world import World

ASKED, ANSWERED = "QUESTION-curlew-15", "ANSWER-wren-26 🙂\n  two lines"


def ask(world: World, words: str = ASKED, who: str = "U0LEAD") -> ConcernEntry:
    person = world.person(who)
    person.click("concern.question_add")
    person.submit(question=words)
    world.settle()
    return world.read(lambda session: session.scalars(select(ConcernEntry).order_by(ConcernEntry.at)).all()[-1])


def told(world: World) -> Message:
    """The newest message that tells the raiser of a question."""
    return [one for one in world.sandbox.dm("U0FAC") if "There is a question for you" in one.words][-1]


def elsewhere(world: World) -> str:
    """Everything that Slack received but views."""
    return str([call.args for call in world.sandbox.calls if not call.method.startswith("views.")])


def test_the_raiser_is_told_sees_it_and_answers(world: World) -> None:
    concern = taken_up(world)
    ask(world)
    message = told(world)
    assert concern.reference in message.words
    assert ASKED not in message.words
    raiser = world.person("U0FAC")
    while raiser.view:
        raiser.close()
    raiser.click("concern.answer", message=message)
    assert ASKED in raiser.seen()
    assert "answer" in raiser.submit(answer="  ").errors
    raiser.submit(answer=ANSWERED)
    assert "is saved" in raiser.seen()
    world.settle()
    (entry,) = current(world, concern.id, EntryKind.QUESTION)
    assert entry.fields == {"question": ASKED, "answer": ANSWERED}
    assert (entry.by, entry.version) == ("U0FAC", 2)
    assert entry.done_at is not None
    lead = opened(world, "U0LEAD", concern)
    assert ANSWERED in lead.seen()
    assert "answered by <@U0FAC>" in lead.seen()
    assert ASKED not in elsewhere(world)
    assert ANSWERED not in elsewhere(world)


def test_the_thread_notes_the_answer_without_the_raiser(world: World) -> None:
    taken_up(world)
    ask(world)
    before = len(world.sandbox.messages("G0CONCERN"))
    raiser = world.person("U0FAC")
    raiser.click("concern.answer", message=told(world))
    raiser.submit(answer=ANSWERED)
    world.settle()
    root = world.sandbox.messages("G0CONCERN")[0]
    notes = [one.words for one in world.sandbox.messages("G0CONCERN") if one.thread_ts == root.ts]
    assert len(world.sandbox.messages("G0CONCERN")) > before or notes
    assert any("the raiser has answered" in one for one in notes)
    assert not any("U0FAC" in one for one in notes)


def test_nobody_but_the_raiser_sees_or_answers(world: World) -> None:
    concern = taken_up(world)
    entry = ask(world)
    value = f"{concern.id}:{entry.entry}:0"
    for who in ("U0COW", "U0LEAD", "U0DEP", "U0HEAD", "U0MAN"):
        assert NO_QUESTION in press(world, who, "concern.answer", value)
        state = {"answer": {"v": {"type": "plain_text_input", "value": "x"}}}
        submit(world, who, "concern.answer_form", value, state)
    assert NO_QUESTION in press(world, "U0COW", "concern.answer", f"{concern.id}:{concern.id}:0")
    assert len(versions(world, concern.id)) == 1
    done = world.read(lambda session: list(session.scalars(select(AuditEvent.action))))
    assert done.count("refused concern.answered") == 5
    assert done.count("refused concern.question_read") == 6


def test_the_raiser_sees_nothing_else(world: World) -> None:
    concern = taken_up(world)
    triage(world.person("U0LEAD"), reason="LEVEL-reason-9")
    ask(world)
    raiser = world.person("U0FAC")
    raiser.click("concern.answer", message=told(world))
    assert RAISED not in raiser.seen()
    assert "LEVEL-reason-9" not in raiser.seen()
    assert "being looked into" not in raiser.seen()
    assert concern.reference in raiser.seen()


def test_answered_once_the_old_button_says_so(world: World) -> None:
    concern = taken_up(world)
    ask(world)
    message = told(world)
    raiser = world.person("U0FAC")
    raiser.click("concern.answer", message=message)
    raiser.submit(answer=ANSWERED)
    raiser.close()
    raiser.click("concern.answer", message=message)
    assert "is saved" in raiser.seen()
    assert ANSWERED not in raiser.seen()
    assert len(versions(world, concern.id)) == 2


def test_an_answer_comes_after_the_closing(world: World) -> None:
    concern = taken_up(world)
    lead = world.person("U0LEAD")
    triage(lead)
    decide(lead)
    ask(world)
    informed(lead)
    close(lead, world)
    touched = only(world).touched_at
    raiser = world.person("U0FAC")
    raiser.click("concern.answer", message=told(world))
    raiser.submit(answer=ANSWERED)
    (entry,) = current(world, concern.id, EntryKind.QUESTION)
    assert entry.fields["answer"] == ANSWERED
    assert only(world).touched_at == touched


def test_no_question_where_the_concern_is_about_the_raiser(world: World) -> None:
    concern = taken_up(world, "U0HEAD", about="staff", subject_staff="U0FAC")
    head = world.person("U0HEAD")
    assert "Ask the raiser" not in head.seen()
    press(world, "U0HEAD", "concern.question_add", str(concern.id))
    head.submit(question=ASKED)
    assert "about the person who raised it" in str(head.errors)
    assert world.count(ConcernEntry) == 0


def test_a_question_asked_before_it_was_about_the_raiser_is_withheld(world: World) -> None:
    concern = taken_up(world)
    entry = ask(world)

    def about_the_raiser(session: Session) -> None:
        session.get_one(Concern, concern.id).subject_staff = "U0FAC"

    world.write(about_the_raiser)
    said = press(world, "U0FAC", "concern.answer", f"{concern.id}:{entry.entry}:0")
    assert NO_QUESTION in said
    assert ASKED not in said


@pytest.mark.parametrize("words", ["", "   "])
def test_an_empty_question_is_refused(world: World, words: str) -> None:
    taken_up(world)
    lead = world.person("U0LEAD")
    lead.click("concern.question_add")
    assert "question" in lead.submit(question=words).errors
    assert world.count(ConcernEntry) == 0
