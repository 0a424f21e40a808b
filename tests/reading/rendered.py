"""Tables of what people type, and the outcome of a reading written as they write it."""

import re
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.reading import Ask, Outcome, Refused, Said
from bot.reading.times.plans import Plan, Slot
from bot.reading.times.zones import twice
from tests.reading.rows import rows

LONDON = "Europe/London"


class Row(NamedTuple):
    """One row of a table: what is typed when, and what must be made of it."""

    id: str
    now: datetime
    text: str
    expect: str
    note: str

    @property
    def nation(self) -> str:
        """The nation of the organisation."""
        found = re.search(r"nation: (\w+)", self.note)
        return found.group(1) if found else "england"


def moments(*folders: str) -> list[Row]:
    """The rows of `meeting_times`, with the moment at which each is typed."""
    return [
        Row(
            one["id"],
            datetime.fromisoformat(one["now"]).replace(tzinfo=ZoneInfo(LONDON)),
            one["text"],
            one["expect"],
            one["note"],
        )
        for one in rows("meeting_times", *folders)
    ]


def slot(one: Slot) -> str:
    """`2026-11-19T16:00/60`, with the offset where the clock shows the hour twice."""
    shown = f"{one.start:%Y-%m-%dT%H:%M}"
    if twice(one.start):
        offset = f"{one.start:%z}"
        shown += f"{offset[:3]}:{offset[3:]}"
    return f"{shown}/{one.minutes}"


def slots(plan: Plan) -> str:
    """One meeting, or a series by its first and its last."""
    if len(plan.slots) > 1:
        return f"series {len(plan.slots)}: first {slot(plan.slots[0])} last {slot(plan.slots[-1])}"
    return slot(plan.slots[0])


def outcome(found: Outcome[Plan]) -> str:
    """The outcome as the tables write it, without what was said."""
    if isinstance(found, Refused):
        return f"refuse {found.what}"
    if isinstance(found, Ask):
        if found.what == "which":
            return f"ask which: {' | '.join(slots(one.value) for one in found.choices)}"
        return f"ask {found.what}: {found.about}" if found.what in ("who", "words") else f"ask {found.what}"
    plan = found.value
    parts = [slots(plan), f"title={plan.title}"]
    parts += [f"with={','.join(plan.people)}"] if plan.people else []
    parts += [f"programme={plan.programme}"] if plan.programme else []
    return " ".join(parts)


def split_said(expect: str) -> tuple[str, set[str]]:
    """What a table expects, and what must be said with it."""
    words, _, said = expect.partition(" said=")
    return words, {one.strip() for one in said.split(",")} if said else set()


def said(every: tuple[Said, ...]) -> set[str]:
    """What was said, as the tables write it."""
    return {f"{one.kind} {one.value}".strip() for one in every}
