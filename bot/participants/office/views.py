"""What people see of a class from the office: the form for the file, its columns, its people, and what came of it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from bot.participants.forms import AS_KNOWN
from bot.participants.office.opening import KINDS, Sheet
from bot.participants.service import Place
from bot.participants.views import KIND_WORDS, Target
from bot.reading.persons.columns import Columns, Listed, Role, left_out, lines_of
from bot.reading.persons.office import LEFT_OUT, Register, key
from bot.reading.persons.roll import Doubt, Person
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc
from db.models import ParticipantKind

FILE, HEADED, QUESTION = "file", "headed", "q"
"""Fields of the forms; `QUESTION` is how the ids of questions begin."""
NONE = "-"
AT_ONCE = 20
"""How many questions one form asks."""
_TITLE = "A class from the office"
_SHOWN = 120
_ASKED: tuple[tuple[Role, str, str], ...] = (
    (Role.NAME, "Their name, or first name", ""),
    (Role.LAST, "Their surname, where it stands apart", ""),
    (Role.KNOWN_AS, "What they are known as", "They are registered by it, since that is how they are called."),
    (Role.AGE, "Their age, or date of birth", "Of a date its month and year are kept."),
    (Role.EMAIL, "Their own e-mail address", ""),
    (Role.CARER, "The parent’s or carer’s name", ""),
    (Role.RELATION, "What that carer is to them", "Such as mum or grandad."),
    (Role.CARER_EMAIL, "The parent’s or carer’s e-mail address", "Invitations of those under age go there."),
    (Role.CARER_PHONE, "The parent’s or carer’s telephone", ""),
)
_GONE = "The file is read and not kept here. At Slack it stays among your own files: delete it there when you are done."


@dataclass(frozen=True)
class Forms:
    """The ids by which one room's forms come back: of the file, of the columns, of the people, and of the button that
    goes back to the columns."""

    file: str
    columns: str
    people: str
    other: str


@dataclass(frozen=True)
class Carried:
    """What the forms carry from one to the next: ids, places of columns and answers; nothing of the file's content."""

    file: str
    target: str
    kind: str = ""
    day: str = ""
    columns: str = ""
    answers: Mapping[str, int] = field(default_factory=dict)

    @property
    def metadata(self) -> str:
        """It as a view carries it."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, metadata: str) -> "Carried":
        """What a view carried."""
        return cls(**json.loads(metadata))

    @property
    def as_kind(self) -> ParticipantKind | None:
        """As what they come; None where they are as they are known, else by their age."""
        return None if self.kind in ("", AS_KNOWN) else ParticipantKind(self.kind)

    @property
    def since(self) -> date | None:
        """From which day on, where that is asked."""
        return date.fromisoformat(self.day) if self.day else None


@dataclass
class Came:
    """What came of it so far: names by what was done. `total` are all who are on it now, `undo` what takes it back."""

    new: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    other_address: list[str] = field(default_factory=list)
    other_age: list[str] = field(default_factory=list)
    total: int = 0
    asked: list[b.Block] = field(default_factory=list)
    after: list[b.Block] = field(default_factory=list)

    def took(
        self,
        new: Iterable[Place],
        already: Iterable[Place],
        other_address: Iterable[Place],
        other_age: Iterable[Place],
    ) -> None:
        """Note whom one part took in, who was there already, and whose address or age on record is another."""
        self.new += [one.participant.name for one in new]
        self.already += [one.participant.name for one in already]
        self.other_address += [one.participant.name for one in other_address]
        self.other_age += [one.participant.name for one in other_age]

    def and_then(self, part: "Came") -> "Came":
        """It, with what came of a later part."""
        return Came(
            [*self.new, *part.new],
            [*self.already, *part.already],
            [*self.other_address, *part.other_address],
            [*self.other_age, *part.other_age],
            part.total,
            [*self.asked, *part.asked],
            part.after or self.after,
        )


def form(target: Target, ids: Forms) -> View:
    """The form that takes the file."""
    kinds = [(AS_KNOWN, "as they are known already, else by their age, else children")]
    kinds += [(kind.value, words) for kind, words in KIND_WORDS.items()]
    hint = "A CSV, Excel or OpenDocument file, up to 1 MB: one line for each, with names and carers’ addresses."
    blocks = [
        b.select_input("meeting", target.question, target.choices, chosen=target.choices[0][0]),
        b.file_input(FILE, "The list", KINDS, hint=hint),
        b.radio_input("kind", "They are", kinds, chosen=AS_KNOWN),
        *target.more,
        b.context("kept", _GONE),
    ]
    return b.modal(ids.file, _TITLE, blocks, submit="Read it")


def reading() -> View:
    """While a file is read, or its people are written down."""
    return progress("Reading…")


def progress(words: str) -> View:
    """How far it is."""
    more = "You may close this: nothing stops by it. Whoever is in already is added once, also if you begin again."
    return b.modal("office.working", _TITLE, [b.section("working", f"⏳ {esc(words)}\n{more}")])


def columns(sheet: Sheet, guessed: Columns, carried: Carried, ids: Forms, *, another: bool = False) -> View:
    """Which column holds what, as it seems, or as `another` said it, each to be corrected."""
    places = [(f"{place}", _column(sheet, place, guessed)) for place in range(len(sheet.rows[0]))]
    choices = [(NONE, "no column"), *places]
    lines = [f"{len(sheet.rows) - guessed.headed} lines.{_other_sheets(sheet)} Which column holds what? Please look."]
    if another:
        lines.append("A colleague chose so for a file with the same headings. You are asked once whether it is right.")
    blocks = b.paragraphs("head", lines)
    for role, label, hint in _ASKED:
        chosen = f"{guessed.of[role]}" if role in guessed.of else NONE
        blocks.append(b.select_input(role.value, label, choices, chosen=chosen, hint=hint or None))
    headed = [("yes", "The first line holds headings, nobody’s data", "")]
    blocks.append(b.checkbox_input(HEADED, "Headings", headed, ticked=["yes"] if guessed.headed else []))
    blocks.append(b.context("kept", "That is remembered for your files with the same headings."))
    return b.modal(ids.columns, _TITLE, blocks, submit="Show who they are", metadata=carried.metadata)


def _column(sheet: Sheet, place: int, guessed: Columns) -> str:
    """A column by its heading and an example."""
    body = sheet.rows[1:] if guessed.headed else sheet.rows
    example = next((row[place] for row in body if row[place]), "")
    head = sheet.rows[0][place] if guessed.headed else f"Column {place + 1}"
    return clip(f"{head or f'Column {place + 1}'}: {example}" if example else head or f"Column {place + 1}", 75)


def _other_sheets(sheet: Sheet) -> str:
    if not sheet.others:
        return ""
    more = "Another sheet of the file is" if sheet.others == 1 else f"{sheet.others} other sheets of the file are"
    return f" From the sheet “{esc(sheet.name)}”. {more} not read."


def people(
    sheet: Sheet,
    listed: Listed,
    found: Register,
    target: Target,
    carried: Carried,
    ids: Forms,
    asked: Sequence[Doubt] = (),
) -> View:
    """Who is on the list, what is left to ask about them, and the one button that adds them."""
    said = Columns.read(carried.columns)
    blocks = b.paragraphs(
        "read", [*_counted(found, target), *_told(listed, found), *_not_taken(sheet, said), _from(sheet, said)]
    )
    doubts = [*asked, *found.doubts]
    if doubts:
        words = f"Nothing is saved yet. {_questions(len(doubts))}"
        blocks.append(b.alert("ask", words, "info"))
    blocks += [_question(one) for one in doubts[:AT_ONCE]]
    new = len(found.people) - len(found.already)
    lines = [_line(one) for one in found.people[:_SHOWN]]
    if len(found.people) > _SHOWN:
        lines.append(f"… and {len(found.people) - _SHOWN} more.")
    blocks += b.paragraphs("people", lines) if lines else []
    blocks += [b.actions("other", b.button("Other columns", ids.other)), b.context("kept", _GONE)]
    submit = "Next" if doubts else f"{target.verb} {new}" if new else "Save"
    return b.modal(ids.people, "Is this right?", blocks, submit=submit, metadata=carried.metadata)


def _questions(count: int) -> str:
    if count == 1:
        return "One question first:"
    return f"{count} questions first{f', {AT_ONCE} at a time' if count > AT_ONCE else ''}:"


def _counted(found: Register, target: Target) -> list[str]:
    count = len(found.people)
    mailed = sum(any(carer.email for carer in one.carers) for one in found.people)
    ageless = sum(one.age is None for one in found.people)
    lines = [f"*{count} {'person' if count == 1 else 'people'}* for {target.called}."]
    if mailed:
        lines.append(f"{mailed} with a parent’s or carer’s address, {count - mailed} without.")
    if ageless:
        lines.append(f"{ageless} without an age on this list: whoever has none on record counts as under age.")
    return lines


def _told(listed: Listed, found: Register) -> list[str]:
    lines = [esc(one.words) for one in found.said]
    if listed.known_as:
        goes = "One goes" if listed.known_as == 1 else f"{listed.known_as} go"
        lines.append(f"{goes} by another name than the one on the list: that is the one registered.")
    for numbers, words in (
        (listed.ages, "an age that I can’t read is left out."),
        (listed.addresses, "an address that is not whole, or a second one, is left out."),
        (listed.without_name, "there is no name: left out."),
    ):
        if numbers:
            lines.append(f"⚠️ In {lines_of(numbers)} {words}")
    return lines


def _not_taken(sheet: Sheet, said: Columns) -> list[str]:
    """The columns of further carers."""
    heads = left_out(sheet.rows[0], said)
    if not heads:
        return []
    named = _and_more([f"“{esc(one)}”" for one in heads])
    return [f"⚠️ Not taken: {named}. One carer of each comes in; `/participant show NAME` takes the others."]


def _from(sheet: Sheet, said: Columns) -> str:
    heads = sheet.rows[0] if said.headed else [f"column {place + 1}" for place in range(len(sheet.rows[0]))]
    named = [f"{label.lower()} from “{esc(heads[said.of[role]])}”" for role, label, _ in _ASKED if role in said.of]
    return f"_I took {'; '.join(named)}.{_other_sheets(sheet)}_"


def _line(one: Person) -> str:
    age = one.age.words if one.age else ""
    carers = [" ".join(part for part in (c.relation, c.name, c.email, c.phone) if part) for c in one.carers]
    return f"• {esc(' · '.join(part for part in (one.name, age, one.email or '', *carers) if part))}"


def _question(doubt: Doubt) -> b.Block:
    row = f"Row {doubt.number}: " if doubt.kind == "line" and doubt.number else ""
    choices = [(f"{place}", clip(one.label, 75)) for place, one in enumerate(doubt.choices)]
    if doubt.kind not in ("columns", "carer") and all(one.value for one in doubt.choices):
        choices.append((f"{LEFT_OUT}", "Leave them out"))
    hint = "Two people? Give one an initial in the file, and choose it again." if doubt.kind == "twice" else None
    return b.radio_input(f"{QUESTION}.{key(doubt)}", clip(f"{row}{doubt.question}", 2000), choices, hint=hint)


def added(target: Target, done: Came, *, again: bool) -> Say:
    """What came of it."""
    lines = [f"✅ *{len(done.new)} new* for {target.called}, {done.total} in all."]
    if again:
        lines = [f"That was done already: {done.total} in all for {target.called}."]
    return _came(lines, done)


def stopped(target: Target, there: int, count: int, why: str, done: Came) -> Say:
    """That the first so many of a list are in, and the others are not: why, and what to do."""
    lines = [
        f"⚠️ *The first {there} of {count} are in* for {target.called}, and stay. "
        f"*The other {count - there} are NOT SAVED:* {esc(why)}",
        "Once that is mended begin again with the same file: whoever is in already is added once.",
    ]
    return _came(lines, done)


def _came(lines: list[str], done: Came) -> Say:
    for names, words in (
        (done.already, "On it already, so once:"),
        (done.other_address, "Another address is on record, and left as it is, for"),
        (done.other_age, "Another age is on record, and left as it is, for"),
    ):
        if names:
            lines.append(f"{words} {esc(_and_more(names))}.")
    if done.other_address or done.other_age:
        lines.append("`/participant show NAME` shows what is on record, to be mended there.")
    lines.append(_GONE)
    return Say(_TITLE, [*b.paragraphs("added", lines), *done.after, *done.asked[:60]])


def _and_more(names: Sequence[str]) -> str:
    shown = ", ".join(names[:10])
    return f"{shown} and {len(names) - 10} more" if len(names) > 10 else shown


def chosen(state: Mapping[str, Any]) -> Columns:
    """The columns as they were filled in."""
    found = {role: int(state[role.value]) for role in Role if state.get(role.value) not in (None, NONE)}
    return Columns(found, headed=bool(state.get(HEADED)))


def answers(state: Mapping[str, Any]) -> dict[str, int]:
    """The questions that were answered."""
    found = {name.partition(".")[2]: value for name, value in state.items() if name.partition(".")[0] == QUESTION}
    return {name: int(value) for name, value in found.items() if value is not None}
