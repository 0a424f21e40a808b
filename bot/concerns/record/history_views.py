"""The history of a record: each change with what stood before, page by page."""

from uuid import UUID

from bot.concerns import content_views
from bot.concerns.content_views import ContentView, person
from bot.concerns.ids import Ids
from bot.concerns.record import record_views
from bot.concerns.record.history import Change, History, Row, Told, Visit
from bot.slack import blocks as b
from bot.slack.text import mention, when


def history(concern_id: UUID, found: History, zone: str, page: int) -> ContentView:
    """A page of the history, newest first; nothing is left out."""
    changes = [block for n, one in enumerate(found.changes) for block in _change(n, one, zone)]
    every = [*_told(found, zone), *_visits(found, zone), *changes]
    pages = record_views.paged(every)
    page = max(0, min(page, len(pages) - 1))
    buttons = [b.button("Back to the record", Ids.READ, str(concern_id))]
    if page:
        buttons.append(b.button("Page before", Ids.HISTORY_BEFORE, f"{concern_id}:{page - 1}"))
    if page + 1 < len(pages):
        buttons.append(b.button("Next page", Ids.HISTORY_NEXT, f"{concern_id}:{page + 1}", style="primary"))
    head = b.section("head", f"*History*, newest first · page {page + 1} of {len(pages)}")
    return content_views.modal(
        concern_id,
        "concern.history",
        "History",
        [head, b.actions("pages", *buttons), *pages[page]],
        metadata=str(concern_id),
    )


def _change(number: int, change: Change, zone: str) -> list[b.Block]:
    who = "the bot" if change.by == "system" else person(change.by)
    blocks = [b.section(f"change.{number}", f"*{change.title}* · {who}, {when(change.at, zone)}")]
    for place, row in enumerate(change.rows):
        blocks += _row(f"change.{number}.{place}", row)
    return blocks


def _row(block_id: str, row: Row) -> list[b.Block]:
    if not row.before:
        return [b.context(f"{block_id}.label", f"*{row.label}*"), *b.verbatim(f"{block_id}.after", row.after)]
    after = b.verbatim(f"{block_id}.after", row.after) if row.after else [b.context(f"{block_id}.none", "nothing")]
    return [
        b.context(f"{block_id}.was", f"*{row.label}* · before"),
        *b.verbatim(f"{block_id}.before", row.before),
        b.context(f"{block_id}.is", f"*{row.label}* · from then on"),
        *after,
    ]


def _told(found: History, zone: str) -> list[b.Block]:
    lines = [_told_line(one, zone) for one in found.told]
    return b.paragraphs("told", ["*Who was told, and by what*", *lines]) if lines else []


def _told_line(told: Told, zone: str) -> str:
    who = "The channel" if told.who == "channel" else mention(told.who)
    what = f"not accepted ({told.refused})" if told.refused else "accepted"
    if told.times == 1:
        return f"{who} · {told.way}: {what}, {when(told.first, zone)}"
    return f"{who} · {told.way}: {what} {told.times} times, {when(told.first, zone)} to {when(told.last, zone)}"


def _visits(found: History, zone: str) -> list[b.Block]:
    lines = [_visit(one, zone) for one in found.visits]
    return b.paragraphs("visits", ["*Who opened it*", *lines]) if lines else []


def _visit(visit: Visit, zone: str) -> str:
    what = "was refused" if visit.refused else "opened it"
    times = "once" if visit.times == 1 else f"{visit.times} times"
    return f"{mention(visit.who)} {what} {times}, last {when(visit.last, zone)}"
