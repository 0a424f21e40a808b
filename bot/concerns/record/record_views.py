"""The record of a concern, for the one person whose right was just checked: page by page, and emptied at a touch."""

from collections.abc import Callable, Iterable, Sequence

from bot.concerns import content_views
from bot.concerns.content_views import ContentView, person
from bot.concerns.ids import Ids
from bot.concerns.record import (
    action_views,
    closing_views,
    correcting_views,
    deciding_views,
    handover_views,
    log_views,
    people_views,
    question_views,
    triage_views,
)
from bot.concerns.record.service import Opened
from bot.concerns.states import Event
from bot.concerns.words import ABOUT_WHOM, STATE_WORDS, label
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import mention, when
from db.models.concern import ConcernState

Section = Callable[[Opened, str], list[b.Block]]
SECTIONS: tuple[Section, ...] = (
    triage_views.section,
    people_views.section,
    deciding_views.section,
    action_views.section,
    log_views.section,
    question_views.section,
    handover_views.section,
    closing_views.section,
    correcting_views.section,
)
"""What the record shows under the raiser's words: each draws one kind of entry, with the buttons for it."""
_A_PAGE = 90
"""Blocks on a page; with the head and the buttons they stay under the hundred that Slack allows."""
TITLE = "Record"


def record(opened: Opened, zone: str, page: int = 0) -> ContentView:
    """A page of the record. What does not fit on one is on the next, nothing is left out."""
    pages = paged([*_words(opened, zone), *_together(block for draw in SECTIONS for block in draw(opened, zone))])
    page = max(0, min(page, len(pages) - 1))
    blocks = [b.section("head", "\n".join(_head(opened, zone))), *_top_buttons(opened), *pages[page]]
    if len(pages) > 1:
        blocks += _turn(opened, page, len(pages))
    return content_views.modal(opened.concern.id, "concern.record", TITLE, blocks, metadata=str(opened.concern.id))


def _together(blocks: Iterable[b.Block]) -> list[b.Block]:
    """Rows of buttons that follow on each other as one, so that a phone shows more of the record. Those of a single
    entry, which have a dot in their id, stay with it."""
    found: list[b.Block] = []
    for block in blocks:
        row = block["type"] == "actions" and "." not in block["block_id"]
        last = found[-1] if found else None
        if row and last is not None and last["type"] == "actions" and "." not in last["block_id"]:
            found[-1] = {**last, "elements": [*last["elements"], *block["elements"]]}
        else:
            found.append(block)
    return found


def paged(blocks: Sequence[b.Block]) -> list[list[b.Block]]:
    """The blocks in pages that Slack takes; always one at least."""
    return [list(blocks[start : start + _A_PAGE]) for start in range(0, len(blocks), _A_PAGE)] or [[]]


def hidden(concern_id: str) -> View:
    """The record put out of sight: nothing of it is left in the view."""
    blocks = [
        b.section("hidden", "Hidden."),
        b.actions("buttons", b.button("Open again", Ids.READ, concern_id)),
    ]
    return b.modal("note", TITLE, blocks)


def _head(opened: Opened, zone: str) -> list[str]:
    concern = opened.concern
    about = dict(ABOUT_WHOM)[concern.about]
    if concern.subject_staff:
        about += f" ({mention(concern.subject_staff)})"
    state = STATE_WORDS[concern.state]
    if concern.state is ConcernState.RAISED:
        state += f", answer by {when(concern.answer_by, zone)}"
    lines = [f"*{concern.reference}* · {state}"]
    if concern.lead and concern.state is not ConcernState.RAISED:
        lines.append(f"Looked after by {mention(concern.lead)}")
    lines.append(f"About: {about}")
    raised = f"Raised {when(concern.raised_at, zone)} by {person(opened.raised_by)}"
    if concern.state is not ConcernState.RAISED:
        raised += f", to be answered by {when(concern.answer_by, zone)}"
    lines.append(raised)
    if concern.acknowledged_at and concern.acknowledged_by:
        lines.append(f"Acknowledged by {mention(concern.acknowledged_by)}, {when(concern.acknowledged_at, zone)}")
    dues = [one.due_at for one in opened.entries if one.due_at is not None and one.done_at is None]
    if dues and opened.can(Event.NOTE):
        lines.append(f"Next thing due {when(min(dues), zone)}")
    if concern.review_at:
        lines.append(f"Look again on {when(concern.review_at, zone)}")
    return lines


def _top_buttons(opened: Opened) -> list[b.Block]:
    value = str(opened.concern.id)
    row = [b.button("Hide", Ids.HIDE, value), b.button("Take a copy", Ids.EXPORT, value)]
    if opened.can(Event.ACKNOWLEDGE):
        row.insert(0, b.button("Acknowledge", Ids.ACKNOWLEDGE, value, style="primary"))
    return [b.actions("buttons", *row)]


def _words(opened: Opened, zone: str) -> list[b.Block]:
    blocks = []
    if opened.amended:
        words = "The raiser has added to this; the newest words are shown, the old are kept."
        blocks.append(b.context("amended", words))
    for name, text in opened.texts.items():
        added = f" · {when(opened.added[name], zone)}" if name in opened.added else ""
        blocks.append(b.context(f"label.{name}", f"*{label(name)}*{added}"))
        blocks += b.verbatim(f"text.{name}", text)
    return blocks


def _turn(opened: Opened, page: int, pages: int) -> list[b.Block]:
    row = []
    if page:
        row.append(b.button("Page before", Ids.PAGE_BEFORE, f"{opened.concern.id}:{page - 1}"))
    if page + 1 < pages:
        row.append(b.button("Next page", Ids.PAGE_NEXT, f"{opened.concern.id}:{page + 1}", style="primary"))
    return [b.context("page", f"Page {page + 1} of {pages}"), b.actions("pages", *row)]
