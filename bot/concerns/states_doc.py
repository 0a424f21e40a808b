"""The states of a concern as a page of the docs, made from the table: `python -m bot.concerns.states_doc`."""

import sys
from collections.abc import Mapping, Sequence
from typing import TypeVar

from bot.concerns.states import CLOCKS, TABLE, Event, Step
from bot.concerns.words import STATE_WORDS
from db.models.concern import ConcernState

_HEAD = """# The states of a concern

Made from the table in `bot/concerns/states.py` by `make states`; change it there. What is not listed is not possible.
Steps of the clock are taken by the bot itself, all others by a person whose right was checked at that click.
"""
Found = TypeVar("Found", bound=tuple[object, ...])
_WORKED = "worked_on"
"""The box around the states from which the same steps lead on."""


def page() -> str:
    """The whole page: a drawing, the clocks, and every step with who may take it and what must hold."""
    return "\n".join([_HEAD, *_drawing(), "", *_clocks(), "", *_steps()]) + "\n"


def _drawing() -> list[str]:
    together = [one for one in ConcernState if TABLE[one] == TABLE[ConcernState.TRIAGED]]
    alone = [one for one in ConcernState if one not in together]
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {one.value}: {STATE_WORDS[one]}" for one in alone]
    lines.append(f'    state "worked on" as {_WORKED} {{')
    lines += [f"        {one.value}: {STATE_WORDS[one]}" for one in together]
    lines += _arrows(together[:1], together, "        ")
    lines.append("    }")
    lines.append(f"    note right of {_WORKED}: from each of these to each other, and out of it from each")
    lines.append(f"    [*] --> {ConcernState.RAISED.value}: raise")
    lines += _arrows(alone, list(ConcernState), "    ")
    out = _arrows(together[:1], alone, "    ")
    lines += [line.replace(f"{together[0].value} -->", f"{_WORKED} -->") for line in out]
    return [*lines, "```"]


def _arrows(states: Sequence[ConcernState], to: Sequence[ConcernState], indent: str) -> list[str]:
    """One arrow for each pair of states that steps join, with these steps on it; what leaves a state as it is has
    none."""
    labels: dict[tuple[ConcernState, ConcernState], list[str]] = {}
    for state in states:
        for event, step in TABLE[state].items():
            if step.to in to and step.to is not None and step.to is not state:
                labels.setdefault((state, step.to), []).append(event.value.replace("_", " "))
    return [f"{indent}{state.value} --> {after.value}: {', '.join(found)}" for (state, after), found in labels.items()]


def _clocks() -> list[str]:
    lines = ["| state | which clock runs |", "|---|---|"]
    for clocks, states in _alike(CLOCKS).items():
        lines.append(f"| {states} | {'; '.join(clocks) or 'none'} |")
    return lines


def _steps() -> list[str]:
    lines = ["| from | step | to | who | what must hold |", "|---|---|---|---|---|"]
    for steps, states in _alike({state: tuple(found.items()) for state, found in TABLE.items()}).items():
        lines += [_row(states, event, step) for event, step in steps]
    return lines


def _alike(by_state: Mapping[ConcernState, Found]) -> dict[Found, str]:
    """The states in words, together where the same holds of them."""
    found: dict[Found, str] = {}
    for state, value in by_state.items():
        found[value] = f"{found[value]}, {STATE_WORDS[state]}" if value in found else STATE_WORDS[state]
    return found


def _row(states: str, event: Event, step: Step) -> str:
    to = STATE_WORDS[step.to] if step.to else "stays"
    needs = "; ".join(step.needs) or "–"
    return f"| {states} | {event.value.replace('_', ' ')} | {to} | {step.who} | {needs} |"


if __name__ == "__main__":
    sys.stdout.write(page())
