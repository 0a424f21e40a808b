"""A concern's record in the order of events, as a copy of it is printed: pure data, no layout.

What was said stands in quotation marks, word for word; the raiser's opinion is left out; amendments stand as
amendments beside what they amend. The same record, copy and time give the same paper.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.concerns.words import label
from bot.slack.text import plain_when

QUOTED = frozenset(["facts", "words", "questions", "witnesses", "wishes", "reason", "injury", "did", "paper"])
"""The raiser's fields that are somebody's own words."""
LEFT_OUT = frozenset(["opinion"])
_ELSEWHERE = frozenset(["occurred", "done", "did"])
NOTHING_SAID = "Not said"
NOTHING = ("–",)
"""A column of a line that has nothing to say."""


@dataclass(frozen=True)
class Line:
    """One line of the chronology. `what` and the three columns after it are paragraphs."""

    event: str
    entered: str
    by: str
    source: str
    what: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    agency: tuple[str, ...] = ()
    decision: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """What stands above the lines, as (label, value), and what every page says."""

    reference: str
    rows: tuple[tuple[str, str], ...]
    copy: str
    made_at: datetime
    chain: str


@dataclass(frozen=True)
class Paper:
    """One copy of a record. `record` is the whole of it as JSON, for a copy that is not redacted."""

    header: Header
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    record: str | None


@dataclass(frozen=True)
class Said:
    """What somebody wrote at one moment, by field."""

    by: str
    at: datetime
    texts: dict[str, str]


def moment(at: datetime, zone: str) -> str:
    """A moment as it is printed, in the organisation's zone, to the minute."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{plain_when(local)} {local:%Z}"


def day_and_time(day: str, time: str, zone: str) -> str:
    """A day (`2026-11-26`) and a time of it (`16:00`, or empty) as a form gives them, printed like every moment."""
    if time:
        return moment(datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=ZoneInfo(zone)), zone)
    local = datetime.fromisoformat(day)
    return f"{local:%A} {local.day} {local:%B %Y}"


def quoted(text: str) -> str:
    """Somebody's own words."""
    return f"“{text}”"


def raised(said: Said, zone: str) -> Line:
    """The line of the raising."""
    done = [
        said.texts[name] if name == "done" else quoted(said.texts[name])
        for name in ("done", "did")
        if name in said.texts
    ]
    return Line(
        event=said.texts.get("occurred", NOTHING_SAID),
        entered=moment(said.at, zone),
        by=said.by,
        source="Raised",
        what=tuple(_paragraphs(said.texts)),
        action=tuple(done) or ("Nothing was said to have been done",),
    )


def amended(said: Said, earlier: Sequence[str], zone: str) -> Line:
    """The line of what the raiser added (a field of its own) or wrote differently (a field in `earlier`); what was
    written before stays in its own line."""
    changed = [name for name in said.texts if name in earlier]
    head = "Amendment: " + ("says differently" if changed else "adds to") + " what was raised; both stay."
    return Line(
        event=said.texts.get("occurred", "As raised"),
        entered=moment(said.at, zone),
        by=said.by,
        source="Amendment",
        what=(head, *_paragraphs(said.texts)),
        action=tuple(said.texts[name] for name in ("done", "did") if name in said.texts) or NOTHING,
    )


def _paragraphs(texts: dict[str, str]) -> list[str]:
    found = []
    for name, text in texts.items():
        last = name.rpartition(".")[2]
        if last in LEFT_OUT or last in _ELSEWHERE:
            continue
        found.append(f"{label(name)}:\n{quoted(text)}" if last in QUOTED else f"{label(name)}: {text}")
    return found


TYPED = frozenset(["About", "Produced for", "Purpose"])
"""What of the header somebody typed; the rest is the bot's own."""


def without(paper: Paper, redact: Callable[[str], str]) -> Paper:
    """The paper with every text of it that somebody typed passed through `redact`, and without the record itself."""
    rows = tuple((name, redact(value) if name in TYPED else value) for name, value in paper.header.rows)
    lines = tuple(
        replace(
            one,
            event=redact(one.event),
            what=tuple(map(redact, one.what)),
            action=tuple(map(redact, one.action)),
            agency=tuple(map(redact, one.agency)),
            decision=tuple(map(redact, one.decision)),
        )
        for one in paper.lines
    )
    return Paper(replace(paper.header, rows=rows), lines, paper.notes, None)
