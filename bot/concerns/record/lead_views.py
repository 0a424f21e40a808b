"""What the forms of the lead's work have in common: the way back to the record, and both versions after a clash."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.concerns import content_views
from bot.concerns.content_views import ContentView, person
from bot.concerns.entries import Entry
from bot.concerns.ids import Ids
from bot.concerns.record import conflict_views, sheet_views, sheets
from bot.concerns.record.conflict_views import Standing
from bot.concerns.record.sheets import Field
from bot.concerns.record.targets import Target
from bot.slack import blocks as b
from bot.slack.text import when


def form(callback: str, title: str, blocks: Sequence[b.Block], target: Target, *, submit: str = "Save") -> ContentView:
    """A form in the place of the record. It carries ids and the version that it was drawn for."""
    return content_views.modal(
        target.concern_id,
        callback,
        title,
        [*blocks, back(target)],
        submit=submit,
        close="Cancel",
        metadata=str(target),
    )


def back(target: Target) -> b.Block:
    """The button that leads back to the record."""
    return b.actions("back", b.button("Back to the record", Ids.READ, str(target.concern_id)))


def clash(
    callback: str,
    standing: Entry,
    fields: Sequence[Field],
    typed: Mapping[str, Any],
    target: Target,
    zone: str,
    *,
    more: Sequence[b.Block] = (),
    words: Mapping[str, tuple[str, str]] | None = None,
) -> ContentView:
    """What somebody else saved meanwhile, and what was typed, to be saved as a version after it. `more` are the
    inputs that a sheet can't draw, `words` by their block id what stands there and what was typed."""
    shown = words or {}
    view = conflict_views.both(
        callback,
        Standing(
            standing.by,
            standing.at,
            standing.version,
            {**sheets.words(fields, standing.fields), **{name: pair[0] for name, pair in shown.items()}},
        ),
        [*sheet_views.inputs(fields, typed), *more],
        {**sheets.words(fields, typed), **{name: pair[1] for name, pair in shown.items()}},
        zone=zone,
        target=Target(target.concern_id, standing.id, standing.version),
    )
    view["blocks"].append(back(target))
    return view


def heading(title: str, entry: Entry, zone: str) -> str:
    """Whose entry it is and since when, and that there were earlier versions."""
    line = f"*{title}* · {person(entry.by)}, {when(entry.at, zone)}"
    return f"{line} (version {entry.version})" if entry.version > 1 else line
