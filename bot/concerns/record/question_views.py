"""Questions to the raiser: in the record, in the message that says there is one, and in the raiser's own form."""

from bot.concerns import content_views, damaged
from bot.concerns.content_views import ContentView, person
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.questions import ANSWER, QUESTION, Asked, may_be_asked
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.notices import note
from bot.slack.text import when
from db.models import EntryKind

_TITLE = "Question"


def section(opened: Opened, zone: str) -> list[b.Block]:
    """The questions with their answers, and the button for a new one."""
    found = [block for one in opened.of(EntryKind.QUESTION) for block in _entry(opened, one, zone)]
    if opened.can(Event.NOTE) and may_be_asked(opened.concern):
        button = b.button("Ask the raiser a question", Ids.QUESTION_ADD, str(opened.concern.id))
        found.append(b.actions("questions", button))
    return found


def _entry(opened: Opened, entry: Entry, zone: str) -> list[b.Block]:
    head = f"*Question to the raiser* · asked by {person(entry.by)}, {when(entry.at, zone)}"
    if entry.done_at is not None:
        head = f"*Question to the raiser* · answered by {person(opened.raised_by)}, {when(entry.done_at, zone)}"
    elif entry.version == 1:
        head += "\nNot answered yet."
    return sheet_views.blocks(f"question.{entry.id.hex}", head, (QUESTION, ANSWER), entry.fields)


def ask_form(target: Target) -> ContentView:
    """The lead's form for a question."""
    hint = b.context(
        "how",
        "The raiser gets a message that there is a question, without its words. They see it in a form, and "
        "nothing else of this record. Ask openly: tell me, explain, describe.",
    )
    blocks = [*sheet_views.inputs((QUESTION,), {}), hint]
    return lead_views.form(Ids.QUESTION_FORM, _TITLE, blocks, target, submit="Send")


def told(target: Target, reference: str) -> tuple[str, list[b.Block]]:
    """The message to the raiser: (text, blocks), without content."""
    text = f"There is a question for you about {reference}."
    button = b.button("Answer", Ids.ANSWER, str(target), style="primary")
    blocks = [
        b.section("question", f"There is a question for you about *{reference}*."),
        b.actions("buttons", button),
        b.context("not_here", "Please answer with the button, not in this thread."),
    ]
    return text, blocks


def told_answered(reference: str) -> tuple[str, list[b.Block]]:
    """What is left of that message once it is answered: (text, blocks)."""
    text = f"You have answered the question about {reference}. Thank you."
    return text, [b.section("question", f"You have answered the question about *{reference}*. Thank you.")]


def answer_form(asked: Asked) -> View:
    """The raiser's form: the question, and room for the answer; the note that it is answered, once it is."""
    if asked.entry.done_at is not None:
        return answered(asked)
    blocks = [
        b.context("label", f"*A question about {asked.reference}*"),
        *b.verbatim("question", str(asked.entry.fields.get("question", damaged.WORDS))),
        *sheet_views.inputs((ANSWER,), {}),
        b.context("who_reads", "Shared only with those who need to know."),
    ]
    target = Target(asked.concern_id, asked.entry.id, asked.entry.version)
    return content_views.modal(asked.concern_id, Ids.ANSWER_FORM, _TITLE, blocks, submit="Save", metadata=str(target))


def answered(asked: Asked) -> View:
    """What the raiser reads once the answer is saved: no content."""
    return note("Saved", f"Your answer about *{asked.reference}* is saved. Thank you.")
