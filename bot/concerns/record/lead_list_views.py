"""The list of concerns for those whom they reach: who, how serious, by when, who looks after it and what comes next."""

from datetime import datetime

from bot.concerns import content_views
from bot.concerns.content_views import ContentView
from bot.concerns.ids import Ids
from bot.concerns.record.lead_list import Listed, Row, Shown, Waiting, Which
from bot.concerns.record.triage import LEVELS
from bot.concerns.words import ABOUT_WHOM, HOW_SOON, STATE_WORDS
from bot.slack import blocks as b
from bot.slack.text import bold, clip, esc, mention, when

PERSON = "person"
"""The field with the name that is looked for; it stays in the form and goes nowhere else."""
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


def view(found: Listed, which: Which, outside: str, zone: str, person: str = "") -> ContentView:
    """A page of the list: filters, then the concerns, each with the button that opens it. `outside` is whom to
    telephone where nobody inside may be told; `person` the name that was looked for."""
    filters = [
        b.button(_filter(name, found.counts.get(one)), action, "0", style="primary" if one is which else None)
        for one, name, action in _FILTERS
    ]
    blocks = [b.actions("filters", *filters)]
    section = None
    for shown in found.rows:
        if which is not Which.CLOSED and shown.row.section is not section:
            section = shown.row.section
            blocks.append(b.section(f"section.{section.name.lower()}", f"*{section.value}*"))
        row = shown.row
        blocks.append(b.section(f"row.{row.id.hex}", _line(shown, zone), b.button("Open", Ids.READ, str(row.id))))
    if not found.rows:
        blocks.append(b.section("none", "Nobody of this name in what is open." if person else _EMPTY[which]))
    if found.page or found.more:
        blocks += _turn(which, found)
    blocks.append(b.text_input(PERSON, "Look for a person", value=person or None, optional=True, limit=100))
    said = f"Listed is only what reaches you. Where nobody inside may be told, phone: {esc(outside)}"
    blocks.append(b.context("outside", said))
    blocks.append(b.actions("raised", b.button("What I have raised", Ids.LIST_RAISED, "0")))
    return content_views.modal(
        None, Ids.LIST_FORM, "Concerns", blocks, submit="Look", metadata=f"{LISTS}:{which.value}"
    )


LISTS = "list"
"""How the metadata of a list begins: no concern's id, and nothing of what stands in it."""


def _filter(name: str, count: int | None) -> str:
    return name if count is None else f"{name} ({count})"


def _line(shown: Shown, zone: str) -> str:
    row = shown.row
    who = f"{bold(clip(shown.name, 80))}" if shown.name else "*Name not known*"
    first = [who, dict(ABOUT_WHOM)[row.about].lower(), _how_serious(row), row.reference]
    if row.state not in _PLAIN:
        first.append(STATE_WORDS[row.state])
    step = esc(clip(shown.step, 120))
    if row.deadline is not None:
        due = f"*overdue since* {when(row.deadline, zone)}" if row.late else f"by {when(row.deadline, zone)}"
        step = f"{step} {due}".strip()
    elif shown.by is not None:
        step = f"{step} by {when(shown.by, zone)}".strip()
    keeper = mention(row.keeper) if row.keeper else "nobody yet"
    return f"{' · '.join(first)}\n" + " · ".join(part for part in (step, keeper) if part)


_PLAIN = frozenset(state for state in STATE_WORDS if state.value in ("raised", "triaged", "acting", "monitoring"))
"""States that the section and the next step say already."""


def _how_serious(row: Row) -> str:
    """The level, or before the triage the urgency."""
    return dict(LEVELS).get(row.level or "") or dict(HOW_SOON)[row.urgency.value].lower()


def waiting(found: Waiting, zone: str, now: datetime) -> list[b.Block]:
    """What waits for somebody, on their Home tab: counts and a deadline, and one button."""
    parts = []
    if found.answer:
        by = ""
        if found.answer_by is not None:
            by = f", the first {'since' if found.answer_by < now else 'by'} {when(found.answer_by, zone)}"
        parts.append(f"*{found.answer} to answer*{by}")
    if found.overdue:
        parts.append(f"*{found.overdue} overdue*")
    if found.mine:
        parts.append(f"{found.mine} yours")
    text = " · ".join(parts) or "Nothing waits for you."
    button = b.button("Open the list", Ids.LIST_HOME, "0", style="primary" if found.answer else None)
    return [b.section("waiting", f"*Concerns:* {text}", accessory=button)]


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
