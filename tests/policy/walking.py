"""A walk through everything that a policy asks for, as a facilitator types and taps it: the gates of a group and of a
one-to-one, the checklist and the cards, each drawn from what the bot shows. Nothing is made up but by commands."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from bot.gates.gate_views import MOMENTS
from bot.gates.sheet import SETTINGS_ROW
from bot.sandbox.person import Person
from db.models import Meeting
from tests.facts.test_who_is_asked import CIRCUMSTANCES, everybody, say
from tests.prompts.conftest import go_to, reminders
from tests.support.clearing import choose_moment, make_urgent
from tests.support.meetings import begin
from tests.support.world import World

Seen = tuple[str, str, str, str, str]
"""A clause; where it is asked and before what; how hard; of whom; in which words."""
_GATE = re.compile(r"^[🔴🟠🔵⚪] _([a-z ]+)_ (.+) \(([^()]+)\)$")
_OPEN_FOR = re.compile(r" Open for (.+)\.$")
_CARD = re.compile(r"^(\d+)\. (.+)$")
_STRENGTH = re.compile(r"_([a-z ]+)_: (\d+(?:, \d+)*)")
_CITED = re.compile(r"(?:^|· )(\d+) ([A-Z0-9]{3}-\d{3}(?:, [A-Z0-9]{3}-\d{3})*)", re.MULTILINE)
_CLAUSE = re.compile(r"[A-Z0-9]{3}-\d{3}")
SHOW = "/participant show"


def walk(world: World) -> list[Seen]:
    """All that is asked about M-1, a group that is recorded and has breakout rooms, and M-2, a one-to-one."""
    everybody(world)
    for name, values in CIRCUMSTANCES.items():
        say(world, name, values)
    farah = world.person("U0FAC")
    starts = datetime.fromtimestamp(world.now(), UTC) + timedelta(days=4)
    alone = "one-to-one because she has nobody else"
    farah.command("/meeting", f"new Talk on {starts:%d %B %Y} at 11:00 {alone}", channel="C0GENERAL")
    farah.command("/meeting", "edit M-1 recording", channel="C0GENERAL")
    if farah.view is not None:
        farah.close(all_views=True)
    farah.command("/participant", "add Ann Anders to M-2", channel="C0GENERAL")
    if farah.view is not None:
        farah.close(all_views=True)
    world.settle()
    group, single = gates(world, "M-1", "group"), gates(world, "M-2", "one-to-one")
    of_group = {(clause, where.partition(": ")[2], hard) for clause, where, hard, *_ in group}
    seen = [*group, *(one for one in single if (one[0], one[1].partition(": ")[2], one[2]) not in of_group)]
    farah.command("/checklist", "M-1", channel="C0YOUTH")
    world.settle()
    # What can be true only while it runs or afterwards is asked when that time has come.
    seen += [*personal(farah), *checklist(world)]
    starts = world.read(lambda session: session.scalars(select(Meeting).where(Meeting.number == 1)).one()).starts_at
    for hours in (-24, -1, 0):
        seen += cards(world)
        go_to(world, starts + timedelta(hours=hours))
    seen += cards(world)
    make_urgent(farah, "M-1 because the walk goes on whatever is open")
    begin(world)
    go_to(world, starts + timedelta(minutes=6))
    seen += [*checklist(world), *cards(world)]
    go_to(world, starts + timedelta(hours=1))
    seen += cards(world)
    farah.command("/meeting", "end M-1", channel="C0GENERAL")
    go_to(world, starts + timedelta(hours=2))
    return [*seen, *checklist(world), *cards(world)]


def gates(world: World, reference: str, kind: str) -> list[Seen]:
    """What `/meeting gates` lists as open."""
    answer = world.person("U0FAC").command("/meeting", f"gates {reference}", channel="C0GENERAL")
    found: list[Seen] = []
    moment = ""
    titles = {f"*{title}*": name for name, title in MOMENTS.items()}
    for line in _lines(answer.blocks, "section"):
        moment = titles.get(line, moment)
        match = _GATE.match(line)
        if match and match[3] == "your policy":
            found.append(("", f"{kind}: {moment}", match[1], "", _short(match[2])))
        elif match:
            hard, sentence, clauses = match.groups()
            whom = _OPEN_FOR.search(sentence)
            found += [(one, f"{kind}: {moment}", hard, whom[1] if whom else "", _short(sentence))
                      for one in _CLAUSE.findall(clauses)]  # fmt: skip
    return found


def personal(farah: Person) -> list[Seen]:
    """What stands in no message, as the form of what the policy asks for names it."""
    farah.command("/meeting", "tick M-1", channel="C0GENERAL")
    found: list[Seen] = []
    for moment in ("invite", "entry"):
        choose_moment(farah, moment)
        assert farah.view is not None
        lines = [*_lines(farah.view["blocks"], "section"), ""]
        for line, after in pairwise(lines):
            if line.startswith("• ") and SHOW in after:
                whom = _OPEN_FOR.search(line.rpartition(" (")[0])
                found += [(one, f"form: {moment}", "", whom[1] if whom else "", _short(line[2:]))
                          for one in _CLAUSE.findall(line)]  # fmt: skip
    farah.close(all_views=True)
    return found


def checklist(world: World) -> list[Seen]:
    """Each measure of the form as it is now, with its phase; all are ticked, saved, and shown as ticked in it anew."""
    farah = world.person("U0FAC")
    post = next(one for one in world.sandbox.messages("C0YOUTH") if "Risk checklist" in one.words)
    farah.click("Tick measures", post)
    assert farah.view is not None
    found: list[Seen] = []
    values: dict[str, Any] = {}
    phase, waiting = "", []
    for block in farah.view["blocks"]:
        name = block["block_id"]
        if name.startswith("phase."):
            phase = name.removeprefix("phase.")
        elif block["type"] == "input" and not name.startswith(f"row.{SETTINGS_ROW}"):
            options = block["element"]["options"]
            values[name] = [one["value"] for one in options]
            risk = block.get("hint", {}).get("text", "").removeprefix("At risk: ")
            waiting += [(risk, one["text"]["text"], one["value"]) for one in options]
        elif name.startswith("row.") and name.endswith(".note"):
            cited = (
                ""
                if name.startswith(f"row.{SETTINGS_ROW}")
                else " ".join(_CLAUSE.findall(block["elements"][0]["text"]))
            )
            found += [(cited, f"checklist: {phase}", "", risk, _short(text)) for risk, text, _ in waiting if cited]
            waiting = []
    farah.submit(values)
    farah.close(all_views=True)
    world.settle()
    farah.click("Tick measures", post)
    stands = {one["value"] for block in farah.view["blocks"] if block["type"] == "input"
              for one in block["element"].get("initial_options", [])}  # fmt: skip
    assert {one for ticked in values.values() for one in ticked} <= stands
    farah.close(all_views=True)
    return found


def cards(world: World) -> list[Seen]:
    """Each reminder of the form as it is now: under which moment, how hard, in which words; and what is read out."""
    farah = reminders(world)
    assert farah.view is not None
    found: list[Seen] = []
    waiting: dict[str, str] = {}
    for block in farah.view["blocks"]:
        name = block["block_id"].partition(".")[0]
        if block["type"] == "input":
            options = block["element"].get("options", [])
            waiting |= {match[1]: match[2] for one in options if (match := _CARD.match(one["text"]["text"]))}
        elif block["type"] == "section" and name == "said":
            waiting |= {match[1]: match[2] for line in _lines([block], "section") if (match := _CARD.match(line))}
        elif block["type"] == "context" and block["block_id"].count(".") == 2:
            note = block["elements"][0]["text"]
            hard = {one: word for word, of in _STRENGTH.findall(note) for one in of.split(", ")}
            for number, cited in _CITED.findall(note):
                text = waiting.pop(number, "")
                found += [(one, f"card: {name}", hard.get(number, ""), "", _short(text))
                          for one in _CLAUSE.findall(cited)]  # fmt: skip
    farah.close(all_views=True)
    return found


def _short(text: str) -> str:
    return text[:48].rstrip()


def _lines(blocks: list[dict[str, Any]], kind: str) -> list[str]:
    texts = [block["text"]["text"] for block in blocks if block["type"] == kind]
    return [line for text in texts for line in text.splitlines()]
