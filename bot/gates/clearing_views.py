"""What people see where a gate is open: the refusal with the way on, and the form in which the gates are ticked."""

import hashlib
import textwrap
from collections.abc import Iterable, Sequence
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.diary import states
from bot.facts.points import Point
from bot.facts.shown import ASKED, WORDS
from bot.facts.shown import shown as how_shown
from bot.gates import again_views
from bot.gates.clearing import EVERYBODY, Done, Shown
from bot.gates.clearing_forms import (
    ALL_SETTINGS,
    BACK,
    BOXES,
    HOW,
    LONGEST_REASON,
    SETTINGS,
    STANDS,
    WHOM,
    WHY,
    metadata,
)
from bot.gates.gate_views import MOMENTS, OPEN, clauses, come_first, mark, next_of, open_button, source
from bot.gates.readiness import IN_SETUP, NotYet
from bot.policy.gates import BEFORE, NOT_RECORDED, SET_YOURSELF, Gate, Moment, Refusal, Tick
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc, mention, when
from db.models import Fact, Meeting, MeetingState

START = "meeting.start"
"""The action of `/meeting` that starts the meeting whose id is the value."""
REMINDERS = "prompt.open"
"""The action of the prompts that opens their tick form for the meeting whose id is the value."""


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room."""

    OPEN = OPEN
    MOMENT = "gates.moment"
    SAVE = "gates.save"


_SET_FIRST = "I can’t look these up: set each one in the meeting’s settings first, then tick it here."
_TITLE = "What your policy asks"
_GROUP = 10
_LABEL = 75
_SHOWN = 6
_PEOPLE = 99
_MOST_REASONS = 20
_MOST_MENUS = 20
_MANY = 3
_ASKED: dict[str, str] = {
    "settings": "Settings of the meeting",
    "hard": "Tick what is done",
    "soft": "Advice and reminders: these hold nothing up",
}


HELD = "gates.held"
"""The view that says over a form what keeps it from being saved; from there the form of the gates takes its place."""


def refused(held: NotYet) -> Say:
    """That something has to wait, for how much, and what comes next. Only the caller sees it: it may hold names."""
    meeting, refusal = held.meeting, held.refusal
    what = {"start": "can't start yet", "invite": "can't be invited to yet"}.get(refusal.moment, "is not ready yet")
    head = f"*{meeting.reference} {what}.* {come_first(refusal.gates)}"
    return Say(
        f"{meeting.reference} {what}.",
        next_of("gates", head, refusal.gates, meeting, refusal.moment, primary=True),
    )


def not_ready(meeting: Meeting, refusal: Refusal) -> Say:
    """A message to the host that stays in Slack: it names gates and clauses, and nobody."""
    named = [f"• {_name(gate)} ({source(gate)})" for gate in refusal.gates[:_SHOWN]]
    text = "\n".join([f"*{meeting.reference} is not ready any more.* Open again:", *named])
    return Say(
        f"{meeting.reference} is not ready any more.",
        [b.section("open", text), b.actions("buttons", open_button(meeting, "ready"))],
    )


def _name(gate: Gate) -> str:
    return gate.id.replace("-", " ").replace("_", " ")


def form(shown: Shown) -> View:
    """The form: what this person can tick, what needs a reason, and what somebody or something else has to meet."""
    meeting, mine = shown.meeting, shown.mine
    blocks = [
        b.section("head", f"*{meeting.reference} · {MOMENTS[shown.moment]}*\n{when(meeting.starts_at, shown.zone)}")
    ]
    if shown.urgent is not None:
        blocks.append(b.alert("urgent", urgent_words(shown.urgent, shown.zone), "info"))
    blocks.append(b.actions("moments", _moments(shown), *_reminders(shown)))
    if shown.again is not None:
        blocks += again_views.offer(shown.again, shown.zone)
    if not mine.tickable:
        blocks.append(b.section("none", _nothing_to_tick(shown)))
    if shown.people and any(gate.people for gate in mine.tickable):
        choices = [(one.value, WORDS[one]) for one in ASKED]
        blocks += [_whom(shown), b.select_input(HOW, "How did they say so?", choices, chosen=ASKED[0].value)]
    blocks += _to_tick(shown)
    blocks += _in_words(mine.reasons[:_MOST_REASONS])
    if mine.managers:
        blocks += b.paragraphs("managers", ["*Only a manager can tick*", *(_line(gate) for gate in mine.managers)])
    if mine.others:
        blocks += b.paragraphs("others", ["*No tick is enough here*", *(_line(gate) for gate in mine.others)])
    back = _back(shown)
    blocks += back
    blocks.append(b.context("policy", esc(shown.policy)))
    submit = "Save" if mine.tickable or back else None
    carried = metadata(meeting.id, shown.moment, shown.person)
    return b.modal(Ids.SAVE, _TITLE, blocks, submit=submit, metadata=carried)


def _to_tick(shown: Shown) -> list[b.Block]:
    """What one tick each answers, under its headings; of many settings one box for all."""
    blocks: list[b.Block] = []
    for name, title in _ASKED.items():
        gates = [gate for gate in shown.mine.boxes if _heading(gate) == name]
        if name == "settings" and len(gates) >= _MANY:
            every = [(ALL_SETTINGS, f"All {len(gates)} settings below are so", "Look at each at your video service.")]
            blocks.append(b.checkbox_input(f"{SETTINGS}.all", "Every setting at once", every))
        blocks += _boxes(shown, name, title, gates)
    return blocks


def _heading(gate: Gate) -> str:
    if gate.lasts == "link":
        return "settings"
    return "hard" if _hard(gate) else "soft"


def _hard(gate: Gate) -> bool:
    return gate.strength in ("required", "when_possible")


def _moments(shown: Shown) -> b.Element:
    """A menu of the moments, each with how much is open before it."""
    choices = []
    for moment, title in MOMENTS.items():
        still = sum(gate.refuses for gate in shown.gates if gate.moment in BEFORE[moment])
        choices.append((metadata(shown.meeting.id, moment), f"{title} ({still} open)" if still else title))
    return b.menu(Ids.MOMENT, choices, metadata(shown.meeting.id, shown.moment))


def _reminders(shown: Shown) -> list[b.Button]:
    return [b.button("Tick reminders", REMINDERS, f"{shown.meeting.id}:")] if shown.runs else []


def _nothing_to_tick(shown: Shown) -> str:
    if shown.mine.managers or shown.mine.others:
        return "There is nothing here for you to tick. What is still open stands below."
    return "✅ Nothing is open here for you."


def _whom(shown: Shown) -> b.Block:
    people = list(shown.people.items())[:_PEOPLE]
    chosen = shown.person if shown.person in dict(people) else EVERYBODY
    choices = [(EVERYBODY, f"Everybody for whom it is open ({len(shown.people)})"), *people]
    hint = "Where a line names people, it is ticked for these."
    return b.several_input(WHOM, "For whom?", choices, chosen=[chosen], hint=hint)


def _boxes(shown: Shown, name: str, title: str, gates: Sequence[Gate]) -> list[b.Block]:
    blocks: list[b.Block] = []
    for part, start in enumerate(range(0, len(gates), _GROUP), start=1):
        some = gates[start : start + _GROUP]
        told = [line for gate in some if (line := _told(gate, shown))]
        blocks += b.paragraphs(f"whole.{name}.{part}", told) if told else []
        choices = [(gate.id, *_label(gate)) for gate in some]
        numbered = f"{title} ({part})" if len(gates) > _GROUP else title
        hint = _SET_FIRST if any(gate.wrong == SET_YOURSELF for gate in some) else None
        blocks.append(b.checkbox_input(f"{BOXES}.{name}.{part}", numbered, choices, hint=hint))
    return blocks


def _label(gate: Gate) -> tuple[str, str]:
    """What is asked, as a box's label, and the rest of it with the clauses as its description."""
    first, *more = textwrap.wrap(gate.rule, _LABEL) or [_name(gate)]
    return first, f"{' '.join(more)} ({source(gate)})".strip() if more else source(gate)


def _told(gate: Gate, shown: Shown) -> str:
    """What a box cannot hold: all of a long rule with its clauses, what is wrong, and for whom."""
    told = [] if len(_label(gate)[1]) <= _LABEL else [f"{esc(gate.rule)} ({source(gate)})"]
    if gate.wrong not in (SET_YOURSELF, NOT_RECORDED):
        told.append(esc(gate.wrong))
    if gate.people and len(gate.people) < len(shown.people):
        few = [shown.people[one] for one in gate.people if one in shown.people][:_SHOWN]
        told.append(f"Open for {esc(', '.join(few))}{' and others' if len(gate.people) > len(few) else ''}.")
    return f"*{_name(gate).capitalize()}.* {' '.join(told)}" if told else ""


def _in_words(gates: Sequence[Gate]) -> list[b.Block]:
    """What a word is needed for, under a heading of its own: it is no advice, and a tick is not enough."""
    head = [b.section("reasons", "*Needs a word from you*")] if gates else []
    return [*head, *(block for gate in gates for block in _why(gate))]


def _why(gate: Gate) -> list[b.Block]:
    text = f"{mark(gate.strength)} {esc(gate.in_full)}"
    return [
        b.section(f"{WHY}.{gate.id}.text", text),
        b.text_input(
            f"{WHY}.{gate.id}",
            "What is this meeting for?" if gate.id == "purpose" else f"Why? ({_name(gate)})",
            hint=clauses(gate),
            optional=True,
            limit=LONGEST_REASON,
        ),
    ]


def _line(gate: Gate) -> str:
    command = f"\n      `{gate.command}`" if gate.command and not gate.can_tick else ""
    return f"• {esc(gate.in_full)} ({clauses(gate)}){command}"


def _back(shown: Shown) -> list[b.Block]:
    """The ticks made by hand, each to be taken back where it was wrong: the newest as boxes that stand as ticked, the
    others in menus."""
    every = list(shown.ticked)
    if not every:
        return []
    choices = [
        (shown.ticked[one].id.hex, _tick_name(one, shown), _by(shown.ticked[one], shown.zone)) for one in shown.newest
    ]
    stands = [value for value, _, _ in choices]
    hint = "Untick what was wrong: it is taken back."
    blocks = [b.checkbox_input(f"{STANDS}.{_mark(stands)}", "Ticked by hand", choices, ticked=stands, hint=hint)]
    older = every[len(choices) :]
    for part, start in enumerate(range(0, min(len(older), _MOST_MENUS * _PEOPLE), _PEOPLE), start=1):
        some = [(shown.ticked[one].id.hex, _tick_name(one, shown)) for one in older[start : start + _PEOPLE]]
        blocks.append(b.several_input(f"{BACK}.{part}", "Ticked before: choose what to take back", some, optional=True))
    return blocks


def _mark(values: Sequence[str]) -> str:
    """What tells the boxes of a form drawn anew after another tick from those of the form before."""
    return hashlib.sha256(" ".join(values).encode()).hexdigest()[:12]


def _tick_name(point: Point, shown: Shown) -> str:
    name = shown.names.get(point.person, "somebody taken off") if point.person else ""
    return clip(f"{_gate_name(point)}{f', {name}' if name else ''}", _LABEL)


def _gate_name(point: Point) -> str:
    """What a tick is of, in words."""
    return point.gate.replace("-", " ").replace("_", " ")


def _by(tick: Fact, zone: str) -> str:
    local = tick.at.astimezone(ZoneInfo(zone))
    more = [f", {how_shown(tick)}" if how_shown(tick) else "", f": {tick.reason}" if tick.reason else ""]
    return clip(f"{local.day} {local:%b %Y, %H:%M}{''.join(more)}", _LABEL)


def done(result: Done) -> Say:
    """How things stand after the form, and the next step."""
    shown, meeting = result.shown, result.shown.meeting
    blocks = [b.section("ticked", _ticked_words(result))]
    left = result.left
    if left is not None and shown.runs:
        head = f"*Still {len(left.gates)} open before it {_GOAL[shown.moment]}.*"
        blocks += next_of("left", head, left.gates, meeting, shown.moment)
    elif left is not None:
        blocks.append(b.section("left", f"The staff of {meeting.reference} still have {len(left.gates)} to do."))
    else:
        blocks += _next(shown)
    return Say(f"{meeting.reference}: ticked", blocks)


_GOAL: dict[Moment, str] = {
    "ready": "is ready",
    "invite": "can send every link",
    "start": "can start",
    "entry": "lets everybody in",
}


def _ticked_words(result: Done) -> str:
    reference = result.shown.meeting.reference
    if result.again:
        return f"This was saved already for {reference}."
    said = [f"✅ Ticked for {reference}: {_named(result.ticked, result.shown)}."] if result.ticked else []
    said += [f"Taken back: {_named(result.taken_back, result.shown)}."] if result.taken_back else []
    return " ".join(said) or "Nothing was ticked."


def _named(points: Iterable[Point], shown: Shown) -> str:
    """Which measures, and for whom where they are for single people."""
    people: dict[str, list[str]] = {}
    for point in points:
        names = people.setdefault(_gate_name(point), [])
        if point.person:
            names.append(shown.names.get(point.person, ""))
    return "; ".join(f"{esc(gate)}{_for(names)}" for gate, names in people.items())


def _for(names: Sequence[str]) -> str:
    known = [esc(one) for one in names if one][:_SHOWN]
    if not names:
        return ""
    if not known:
        return f" for {len(names)} {'person' if len(names) == 1 else 'people'}"
    more = len(names) - len(known)
    return f" for {', '.join(known)}{f' and {more} more' if more else ''}"


def _next(shown: Shown) -> list[b.Block]:
    meeting = shown.meeting
    reference = meeting.reference
    match shown.moment:
        case "ready" if meeting.state is MeetingState.READY:
            text = f"✅ *{reference} is ready.* Get the text to send: `/invitation {reference}`"
        case "ready":
            text = "✅ Nothing holds it up any more."
        case "invite":
            text = f"✅ *Everybody may have the link.* Get the text to send: `/invitation {reference}`"
        case "start" if not meeting.is_near(shown.now):
            text = f"✅ *{reference} can start*, {when(meeting.starts_at, shown.zone)}."
        case "start" if meeting.state in states.SET_UP:
            start = b.button(f"Start {reference}", START, f"{meeting.id}", style="primary")
            return [b.section("next", f"✅ *{reference} can start.*"), b.actions("buttons", start)]
        case _:
            text = f"✅ *Nobody is held back.* Take the register: `/attendance {reference}`"
    return [b.section("next", text)]


def urgent_words(tick: Tick, zone: str) -> str:
    """That a meeting is urgent contact, by whom and since when; not why, which may tell of somebody."""
    by = f"{mention(tick.by)}, {when(tick.at, zone)}"
    return f"🚨 Urgent contact with somebody at risk: {by}. Nothing of your policy holds it up."


def setup_words(gates: Iterable[Gate]) -> str:
    """What to say to staff of an organisation that is still in set-up; empty where it is not."""
    found = next((gate for gate in gates if gate.id == IN_SETUP and gate.open), None)
    if found is None:
        return ""
    return f"⚠️ Your organisation is still in set-up ({source(found)}): `/facilitator policy` says what is missing."
