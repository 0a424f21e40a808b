"""The list of concerns for those whom they reach: a reference, a state and a deadline each."""

from bot.concerns.ids import Ids
from bot.concerns.words import STATE_WORDS
from bot.concerns.work.lead_list import Listed, Row, Which
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import esc, when

_FILTERS = (
    (Which.OPEN, "Open", Ids.LIST_OPEN),
    (Which.LATE, "Overdue", Ids.LIST_LATE),
    (Which.MINE, "Mine", Ids.LIST_MINE),
    (Which.CLOSED, "Closed", Ids.LIST_CLOSED),
)
_EMPTY = {
    Which.OPEN: "No concern that reaches you is open.",
    Which.LATE: "Nothing is overdue.",
    Which.MINE: "You look after none, and nothing is for you to do.",
    Which.CLOSED: "None is closed yet.",
}


def view(found: Listed, which: Which, outside: str, zone: str) -> View:
    """A page of the list: filters, then the concerns, each with the button that opens it. `outside` is whom to
    telephone where nobody inside may be told."""
    filters = [
        b.button(_filter(name, found.counts.get(one)), action, "0", style="primary" if one is which else None)
        for one, name, action in _FILTERS
    ]
    blocks = [b.actions("filters", *filters)]
    for row in found.rows:
        blocks.append(b.section(f"row.{row.id.hex}", _line(row, zone), b.button("Open", Ids.READ, str(row.id))))
    if not found.rows:
        blocks.append(b.section("none", _EMPTY[which]))
    if found.page or found.more:
        blocks += _turn(which, found)
    said = f"Listed is only what reaches you. Where nobody inside may be told, phone: {esc(outside)}"
    blocks.append(b.context("outside", said))
    blocks.append(b.actions("raised", b.button("What I have raised", Ids.LIST_RAISED, "0")))
    return b.modal("note", "Concerns", blocks)


def _filter(name: str, count: int | None) -> str:
    return name if count is None else f"{name} ({count})"


def _line(row: Row, zone: str) -> str:
    line = f"*{row.reference}* · {STATE_WORDS[row.state]}"
    if row.deadline is not None:
        line += f" · *overdue since* {when(row.deadline, zone)}" if row.late else f" · due {when(row.deadline, zone)}"
    return line


def _turn(which: Which, found: Listed) -> list[b.Block]:
    action = next(action for one, _name, action in _FILTERS if one is which)
    row = []
    if found.page:
        row.append(b.button("Page before", action, str(found.page - 1)))
    if found.more:
        row.append(b.button("Next page", action, str(found.page + 1)))
    # The filter's own button and this one share an action; a second row keeps their ids apart.
    turns = [b.actions(f"turn.{number}", one) for number, one in enumerate(row)]
    there_is = "; there are more" if found.more else ", the last"
    return [b.context("page", f"Page {found.page + 1}{there_is}"), *turns]
