"""Asks a pack what it does: through the gates, the letter, the checklist and the guide's pages.

The answers are short texts that the table of conflicts compares with what the documents say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.gates.sheet import draw_up
from bot.guide import views as guide_views
from bot.guide.pages import pages_of
from bot.guide.service import guide_to
from bot.invitations.letter import Facts, compose
from bot.meetings.card_times import CARDS
from bot.policy import Pack
from bot.policy.cited import Ruled, Text
from bot.policy.filling import Words
from bot.policy.gates import Answer, Gate, MeetingFacts, Person, Worker, evaluate, may
from bot.policy.overrides import NONE, Overrides
from bot.prompts import board
from bot.prompts import views as card_views
from db.models import (
    Carer,
    CarerOf,
    Checklist,
    Meeting,
    MeetingState,
    Moment,
    Participant,
    ParticipantKind,
    Registration,
)

STARTS = datetime(2026, 3, 19, 16, 0, tzinfo=UTC)
DAY_BEFORE = STARTS - timedelta(days=1)
FARAH = Worker("U0FAC", "Farah", email="farah@example.org")
COL = Worker("U0COW", "Col")
AMY = Person("amy", "Amy", "child", age=12, address="carer")
YES = Answer(True, "U0FAC", DAY_BEFORE)
NO = Answer(False, "U0FAC", DAY_BEFORE)
FACTS = MeetingFacts(
    reference="M-12",
    now=DAY_BEFORE,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=1),
    zone="Europe/London",
    platform="zoom",
    host=FARAH,
    people=(AMY,),
)


def gates(pack: Pack, overrides: Overrides = NONE, **changes: Any) -> Mapping[str, Gate]:
    """The gates of a meeting of Farah's with Amy, by id, each when its moment has come: those at the door and at the
    start as it begins, the others the day before. `changes` are facts that differ."""
    found = evaluate(pack, overrides, replace(FACTS, **changes))
    assert len({gate.id for gate in found}) == len(found)
    at_door = evaluate(pack, overrides, replace(FACTS, **{"now": STARTS, **changes}))
    later = {gate.id: gate for gate in at_door if gate.moment in ("start", "entry")}
    return {gate.id: later.get(gate.id, gate) for gate in found}


def verdict(gate: Gate | None) -> str:
    """What a gate answers to a request: `refused required`, `reason when_possible`, `tick required`, `met`, `free`.

    `own` comes before it where the policy is silent and the rule is the bot's.
    """
    if gate is None:
        return "free"
    own = "own " if gate.bots_own else ""
    if not gate.open:
        return f"{own}met"
    word = "reason" if gate.needs_reason else "tick"
    return f"{own}{word if gate.can_tick else 'refused'} {gate.strength}"


def asked(pack: Pack, *ids: str, overrides: Overrides = NONE, **changes: Any) -> str:
    """The verdicts of some gates, each under its id."""
    found = gates(pack, overrides, **changes)
    return "; ".join(f"{gate_id}: {verdict(found.get(gate_id))}" for gate_id in ids)


def told(pack: Pack, gate_id: str, **changes: Any) -> str:
    """The verdict of one gate, and what it tells the facilitator."""
    gate = gates(pack, **changes).get(gate_id)
    return f"{gate_id}: {verdict(gate)}" + (f": {gate.in_full}" if gate else "")


def gates_say(pack: Pack, beginning: str, **changes: Any) -> str:
    """The verdicts and sentences of all gates whose id begins so."""
    found = [gate for gate in gates(pack, **changes).values() if gate.id.startswith(beginning)]
    return "\n".join(f"{gate.id}: {verdict(gate)}: {gate.in_full}" for gate in found) or "free"


def withheld(pack: Pack, person: Person, **changes: Any) -> str:
    """The ids of what keeps the link from somebody because the document says so, in alphabetical order."""
    found = evaluate(pack, NONE, replace(FACTS, people=(person,), **changes))
    refusal = may(found, "invite", person.id)
    held = refusal.gates if refusal else ()
    return " ".join(sorted(gate.id for gate in held if gate.clauses and gate.people))


def value(rule: Ruled[Any]) -> str:
    """A typed value in words; `silent` where the document is."""
    return "silent" if rule.default else str(rule.value)


def lines(texts: Iterable[Text]) -> str:
    """What the document itself says in some texts."""
    return "\n".join(text.text for text in texts if not text.default)


def matching(text: str, pattern: str) -> str:
    """The lines in which a pattern is found."""
    return "\n".join(line for line in text.splitlines() if re.search(pattern, line, re.IGNORECASE))


def letter(pack: Pack, slots: Mapping[str, str] | None = None) -> str:
    """All that the family of a child is sent; `slots` are the organisation's own texts."""
    facts = Facts("Harbour Youth", "Europe/London", {}, slots=slots or {})
    parts = compose(pack, _meeting(), facts, _registration()).parts
    return "\n".join(f"{part.heading}\n{part.text}" for part in parts)


def sheet(pack: Pack) -> str:
    """The checklist as it is drawn: a line for each row and each measure."""
    drawn = draw_up(pack, Checklist(), _meeting(), [], "Europe/London")
    rows = [line for row in drawn.rows for line in (row.title, *(f"{b.label} {b.detail}" for b in row.boxes))]
    return "\n".join(rows)


_STRENGTHS = {"required": "*must*", "when_possible": "_when possible_", "advice": "_advice_"}


def card(pack: Pack, *moments: Moment) -> str:
    """What the host reads where the reminders of these moments are ticked, a line for each box with how strong it is;
    `-` where there is none."""
    meeting, texts = _meeting(), []
    for one in moments:
        together = next(each for each in CARDS if each[0] is one)
        groups = board.groups_of(pack, meeting, together, {}, Words())
        said = board.read_out(pack, Words()) if one is Moment.START else ()
        if not groups:
            continue
        blocks = card_views.form(board.Board(meeting, "", "Europe/London", groups, 0, said))["blocks"]
        shown = " ".join(str(blocks).split())
        texts += [one.text for one in said]
        for box in (box for group in groups for box in group.boxes):
            assert " ".join(box.text.split())[:40] in shown
            word = "_if you like_" if box.permits else _STRENGTHS.get(box.strength, "")
            texts.append(f"{box.text} ({word})" if word else box.text)
    return "\n".join(texts) or "-"


def cards_that_say(pack: Pack, pattern: str) -> str:
    """The moments on whose card a pattern is read."""
    return ", ".join(one[0].value for one in CARDS if matching(card(pack, one[0]), pattern)) or "no moment"


def page(pack: Pack, page_id: str) -> str:
    """What staff read on one page of `/guide`, to its end, each line with its clauses; `-` where there is none."""
    found = guide_to(pack.name)
    if page_id not in {one.id for one in found.pages}:
        return "-"
    read, start = [], 0
    while True:
        shown = found.page(page_id, start)
        read.append(_read(guide_views.answer(found, shown, Words()).blocks))
        if shown.rest is None:
            return "\n".join(read)
        start = shown.rest


def _read(blocks: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(block["text"]["text"] for block in blocks if block["type"] == "section")


def guide(pack: Pack) -> str:
    """Every line of the guide that comes from the document."""
    return "\n".join(line.text for page in pages_of(pack) for line in page.lines if line.clauses)


def _meeting() -> Meeting:
    return Meeting(
        number=12,
        title="Cooking club",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=1),
        state=MeetingState.SCHEDULED,
        join_url="https://zoom.us/j/12345678901",
        passcode="a-pass-code",
        settings_read={},
    )


def _registration() -> Registration:
    child = Participant(
        name="Amy",
        kind=ParticipantKind.CHILD,
        links=[CarerOf(may_consent=True, carer=Carer(email="carer@example.org"))],
    )
    return Registration(record=child)
