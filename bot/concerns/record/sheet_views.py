"""The lead's small forms drawn: inputs filled with what stands, and entries as the record shows them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.concerns import damaged
from bot.concerns.record.sheets import Ask, Field, words
from bot.slack import blocks as b
from bot.slack.text import esc

_LONGEST = {Ask.LINE: 300, Ask.LONG: 3000}


def inputs(fields: Sequence[Field], values: Mapping[str, Any]) -> list[b.Block]:
    """The fields as inputs, filled with `values`."""
    return [_input(one, values.get(one.name)) for one in fields]


def _input(field: Field, value: Any) -> b.Block:
    name, label, hint, optional = field.name, field.label, field.hint, not field.needed
    if field.ask is Ask.CHOICE:
        return b.select_input(name, label, field.choices, chosen=value, hint=hint, optional=optional)
    if field.ask is Ask.DAY:
        day = date.fromisoformat(value) if value else None
        return b.date_input(name, label, value=day, hint=hint, optional=optional)
    if field.ask is Ask.TIME:
        return b.time_input(name, label, value=value, hint=hint, optional=optional)
    long = field.ask is Ask.LONG
    limit = _LONGEST[field.ask]
    return b.text_input(name, label, value=value, hint=hint, optional=optional, multiline=long, limit=limit)


def blocks(
    block_id: str, head: str, fields: Sequence[Field], values: Mapping[str, Any], button: b.Button | None = None
) -> list[b.Block]:
    """One entry as the record shows it: `head` (mrkdwn) with the short fields under it and a button at its side,
    then the long ones verbatim."""
    shown = words(fields, values)
    if damaged.KEY in values:
        head += f"\n{damaged.WORDS}"
    short = [one for one in fields if one.name in shown and one.ask is not Ask.LONG]
    lines = [head, *(f"*{one.heading}:* {esc(shown[one.name])}" for one in short)]
    parts = [b.section(f"{block_id}.head", "\n".join(lines), button)]
    for one in fields:
        if one.name in shown and one.ask is Ask.LONG:
            parts.append(b.context(f"{block_id}.label.{one.name}", f"*{one.heading}*"))
            parts += b.verbatim(f"{block_id}.{one.name}", shown[one.name])
    return parts
