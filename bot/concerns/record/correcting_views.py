"""Putting the record right: what is to be corrected, its form, and what the record shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.concerns import damaged
from bot.concerns.content_views import ContentView, person
from bot.concerns.entries import STRUCK, Entry
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.conflict_views import Standing, both
from bot.concerns.record.correcting import ABOUT, REASON, REFERENCE, SUBJECT, TEXT, Wording, field_label
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.concerns.words import ABOUT_WHOM, label
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.notices import note
from bot.slack.pickers import picked
from bot.slack.text import esc, when
from db.models import EntryKind

WHAT = "what"
TEXT_OF, ENTRY_OF, WAY_OF = "text:", "entry:", "way"
_TITLE = "Correct"
_CALLED = {
    EntryKind.PERSON: "Person",
    EntryKind.ACTION: "Action",
    EntryKind.REFERRAL: "Referral",
    EntryKind.INFORMED: "Who was informed",
    EntryKind.QUESTION: "Question",
}
_MOST = 100
"""Choices that Slack's menu takes."""


@dataclass(frozen=True)
class Chosen:
    """What is to be corrected: a field of the raiser's with its wording, an entry, or whom it is about (`way`: the
    kind and the Slack id of the member of staff); all None before choosing."""

    wording: Wording | None = None
    entry: Entry | None = None
    way: tuple[str, str | None] | None = None


def section(opened: Opened, zone: str) -> list[b.Block]:
    """The links to other concerns, why it was entered in error, the amendments, and the buttons."""
    found = [_line(one, zone) for one in opened.of(EntryKind.DUPLICATE, EntryKind.ERROR, EntryKind.AMENDMENT)]
    value = str(opened.concern.id)
    row = [b.button("Correct", Ids.CORRECT, value), b.button("History", Ids.HISTORY, f"{value}:0")]
    if opened.can(Event.MARK_DUPLICATE):
        row.append(b.button("Duplicate of …", Ids.DUPLICATE, value))
    if opened.can(Event.MARK_ERROR):
        row.append(b.button("Entered in error", Ids.ERROR, value))
    row.append(b.button("Same people elsewhere", Ids.PATTERNS, value))
    return [*found, b.actions("correcting", *row)]


def _line(entry: Entry, zone: str) -> b.Block:
    reason, other = esc(str(entry.fields.get(REASON.name, ""))), esc(str(entry.fields.get("other", "")))
    what = "Entered in error"
    if entry.kind is EntryKind.DUPLICATE:
        what = f"{other} is a duplicate of this" if entry.fields.get("goes_on") == "this" else f"Duplicate of {other}"
    elif entry.kind is EntryKind.AMENDMENT:
        what = f"Amended: {_amended(entry)}"
    # A reason can be as long as a section may be; it is shown in full in the history.
    reason = reason if len(reason) <= 2000 else f"{reason[:2000]}… (all of it: History)"
    line = f"*{what}* · {person(entry.by)}, {when(entry.at, zone)}\n*Why:* {reason}"
    return b.section(f"correct.{entry.id.hex}", line)


def _amended(entry: Entry) -> str:
    return field_label(str(entry.fields["field"])) if "field" in entry.fields else damaged.WORDS


def choices(texts: Sequence[str], entries: Sequence[Entry], zone: str) -> list[tuple[str, str]]:
    """What can be corrected, as (value, label): the raiser's fields, then the entries, newest first. Where there are
    more than the menu takes, the oldest entries are left to the history."""
    fields = [(f"{TEXT_OF}{name}", label(name)) for name in texts]
    lines = []
    for one in reversed(entries):
        struck = " (in error: bring back)" if STRUCK in one.fields else ""
        lines.append((f"{ENTRY_OF}{one.id}", f"{_CALLED[one.kind]}, {picked(one.at, zone)}{struck}"))
    return [*fields, (WAY_OF, "Whom it is about"), *lines][:_MOST]


def form(target: Target, offered: Sequence[tuple[str, str]], what: str | None, chosen: Chosen) -> ContentView:
    """First the question what is wrong; once chosen, in the same form, what it should say and why."""
    menu = b.select_input(
        WHAT,
        "What is wrong?",
        offered,
        chosen=what,
        dispatch=True,
        action=Ids.CORRECT_WHAT,
        hint="What was written stays in the history, whatever you change.",
    )
    if chosen.wording is not None:
        inputs = sheet_views.inputs((TEXT, REASON), {TEXT.name: chosen.wording.text})
        blocks = [menu, *(_named(one, what) for one in inputs)]
        return lead_views.form(Ids.CORRECT_FORM, _TITLE, blocks, target)
    if chosen.way is not None:
        return _way_form(target, menu, chosen.way)
    if chosen.entry is not None:
        back = STRUCK in chosen.entry.fields
        words = (
            "*It stands again as it stood before.* Give the reason."
            if back
            else "*This marks it as entered in error:* it leaves the record and the lists, not the history. To change "
            "what it says, use its own button in the record."
        )
        reason = [_named(one, what) for one in sheet_views.inputs((REASON,), {})]
        submit = "Bring it back" if back else "Entered in error"
        return lead_views.form(
            Ids.CORRECT_FORM, _TITLE, [menu, b.section("strike", words), *reason], target, submit=submit
        )
    return lead_views.form(Ids.CORRECT_FORM, _TITLE, [menu], target, submit="Go on")


def _way_form(target: Target, menu: b.Block, way: tuple[str, str | None]) -> ContentView:
    words = (
        "*It goes to those who may know of it then, at once.* Whoever may not know of it any more can't open it; that "
        "may be you."
    )
    hint = "Only where it is about staff or a volunteer. They are never told or shown this."
    inputs = [
        b.select_input(ABOUT, "Whom is it about?", ABOUT_WHOM, chosen=way[0]),
        b.person_input(SUBJECT, "Which member of staff?", chosen=way[1], hint=hint, optional=True),
        *sheet_views.inputs((REASON,), {}),
    ]
    blocks = [menu, b.section("reroutes", words), *(_named(one, WAY_OF) for one in inputs)]
    return lead_views.form(Ids.CORRECT_FORM, _TITLE, blocks, target)


def moved(reference: str) -> View:
    """What is said where the concern does not reach whoever put it right any more."""
    return note("Saved", f"*Saved.* {reference} goes to other people now; you can't open it any more.")


def _named(block: b.Block, what: str | None) -> b.Block:
    """An input for one choice: another choice gets a field of its own, or Slack would keep in it what was typed for
    the first."""
    return {**block, "block_id": field_id(str(block["block_id"]), what)}


def field_id(name: str, what: str | None) -> str:
    """The block id of an input of this form for one choice."""
    return f"{name}.{what}"


def clash(stands: Wording, target: Target, what: str, typed: str, reason: str, zone: str) -> ContentView:
    """What somebody else wrote meanwhile in this field, and what was typed."""
    name = field_id(TEXT.name, what)
    menu = b.select_input(WHAT, "What is wrong?", [(what, label(what.removeprefix(TEXT_OF)))], chosen=what)
    inputs = [_named(one, what) for one in sheet_views.inputs((TEXT, REASON), {TEXT.name: typed, REASON.name: reason})]
    return both(
        Ids.CORRECT_FORM,
        Standing(stands.by, stands.at, stands.version, {name: stands.text}),
        [menu, *inputs],
        {name: typed},
        zone=zone,
        target=Target(target.concern_id, None, stands.version),
    )


def error_form(target: Target) -> ContentView:
    """The form that marks the whole concern as entered in error."""
    words = (
        "*This sets the whole concern aside:* it leaves the lists and nobody is reminded of it any more. It stays in "
        "the audit and can be reopened. If somebody may be at risk, close it in the usual way instead."
    )
    blocks = [b.section("aside", words), *sheet_views.inputs((REASON,), {})]
    return lead_views.form(Ids.ERROR_FORM, "Entered in error", blocks, target, submit="Entered in error")


def duplicate_form(target: Target) -> ContentView:
    """The form that links the concern to the one that it repeats."""
    words = "The other one goes on; this one is set aside. Both records show the link."
    blocks = [b.section("aside", words), *sheet_views.inputs((REFERENCE, REASON), {})]
    return lead_views.form(Ids.DUPLICATE_FORM, "Duplicate", blocks, target, submit="Set aside as duplicate")
