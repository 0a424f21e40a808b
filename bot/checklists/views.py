"""What people see of the risk checklist: the message in the channel and the form in which it is ticked."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from bot.checklists.sheet import SETTINGS_ROW, Box, Row, Sheet
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import esc, mention, when
from db.models import ChecklistPost, ChecklistTick, Meeting, MeetingState

T = TypeVar("T")
ADD_ME = "/invite @Facilitator"


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    CHOOSE = "checklist.choose"
    OPEN = "checklist.open"
    SAVE = "checklist.save"
    SIGN_OFF = "checklist.sign_off"


_BOXES = 10
_LINES = 10


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def message(sheet: Sheet) -> Say:
    """The checklist as it stands in its channel: a line a row, without the meeting's title, which may hold a name."""
    meeting = sheet.meeting
    head = f"*Risk checklist · {meeting.reference}*\n{when(meeting.starts_at, sheet.zone)}"
    blocks = [b.section("head", head)]
    lines = [_line(number, row, sheet.zone) for number, row in enumerate(sheet.rows, start=1)]
    blocks += [b.section(f"rows.{number}", "\n".join(part)) for number, part in enumerate(_parts(lines, _LINES))]
    blocks.append(b.section("state", _state(sheet)))
    if sheet.open:
        blocks.append(b.actions("buttons", *_buttons(sheet)))
    blocks.append(b.context("policy", esc(sheet.policy)))
    return Say(f"Risk checklist of {meeting.reference}: {sheet.done} of {len(sheet.facts)} met.", blocks)


def _line(number: int, row: Row, zone: str) -> str:
    mark = "✅" if row.done == len(row.boxes) else "◑" if row.done else "☐"
    last = f" · last {_by(row.newest, zone)}" if row.newest else ""
    return f"{mark} {number}. {esc(row.title)}  *{row.done} of {len(row.boxes)}*{last}"


def _by(tick: ChecklistTick, zone: str) -> str:
    return f"{mention(tick.by)}, {when(tick.at, zone)}"


def _state(sheet: Sheet) -> str:
    checklist, met = sheet.checklist, f"*{sheet.done} of {len(sheet.facts)} met.*"
    if not sheet.open:
        return f"{met} {sheet.meeting.reference} is {sheet.meeting.state.value}."
    if checklist.signed_off_by is None or checklist.signed_off_at is None:
        return f"{met} Not signed off yet."
    signed = f"✅ Signed off by {mention(checklist.signed_off_by)}, {when(checklist.signed_off_at, sheet.zone)}."
    changed = " ⚠️ *Changed after the sign-off.*" if sheet.changed_after_sign_off else ""
    return f"{met} {signed}{changed}"


def _buttons(sheet: Sheet) -> list[b.Button]:
    checklist = sheet.checklist
    tick = b.button("Tick measures", Ids.OPEN, str(checklist.id), style="primary")
    signed = checklist.signed_off_sequence is not None
    if signed and not sheet.changed_after_sign_off:
        return [tick]
    return [
        tick,
        b.button(
            "Sign off again" if signed else "Sign off",
            Ids.SIGN_OFF,
            f"{checklist.id}:{sheet.sequence}",
            ask=b.confirm("Sign the checklist off?", _question(sheet), "Sign off"),
        ),
    ]


def _question(sheet: Sheet) -> str:
    reference = sheet.meeting.reference
    if not sheet.unticked:
        return f"Everything is ticked or checked. You say that {reference} is ready."
    measures = "1 measure is" if sheet.unticked == 1 else f"{sheet.unticked} measures are"
    return f"{measures} not ticked. Sign {reference} off all the same?"


def moved(meeting: Meeting, channel: str) -> Say:
    """What remains where the checklist was shown before."""
    text = f"The risk checklist of {meeting.reference} moved to <#{channel}>."
    return Say(f"The risk checklist of {meeting.reference} moved.", [b.section("moved", text)])


def form(sheet: Sheet) -> View:
    """The form with a group of boxes for each row; it carries the state that it was drawn for."""
    meeting = sheet.meeting
    head = f"*{meeting.reference} · {esc(meeting.title)}*\n{when(meeting.starts_at, sheet.zone)}"
    blocks = [b.section("head", head), b.context("policy", f"Policy: {esc(sheet.policy)}")]
    for number, row in enumerate(sheet.rows, start=1):
        blocks += _group(number, row, sheet)
    if sheet.confirmed:
        checked = f"✅ Checked at {_provider(sheet)}: {'; '.join(sheet.confirmed)}."
        blocks.append(b.context("confirmed", checked))
    metadata = f"{sheet.checklist.id}:{sheet.sequence}"
    return b.modal(Ids.SAVE, f"Checklist {meeting.reference}", blocks, submit="Save", close="Cancel", metadata=metadata)


def _provider(sheet: Sheet) -> str:
    return esc(sheet.meeting.provider.title())


def _group(number: int, row: Row, sheet: Sheet) -> list[b.Block]:
    """One row: what the bot checked, the boxes to tick, and in small print the clauses and the last change."""
    to_tick = [box for box in row.boxes if box.checked is None]
    title = f"{number}. {row.title}"
    hint = f"At risk: {row.at_risk}" if row.at_risk else None
    blocks = [] if to_tick else [b.section(f"row.{row.id}.title", f"*{esc(title)}*")]
    for part, boxes in enumerate(_parts(to_tick, _BOXES), start=1):
        label = title if len(to_tick) <= _BOXES else f"{title} ({part})"
        how = "\n".join(f"• *{esc(box.label)}*: {esc(box.how)}" for box in boxes if box.how and not box.ticked)
        if how:
            blocks.append(b.section(f"row.{row.id}.{part}.how", how))
        choices = [(box.id, box.label, box.detail) for box in boxes]
        ticked = [box.id for box in boxes if box.ticked]
        blocks.append(b.checkbox_input(f"row.{row.id}.{part}", label, choices, ticked=ticked, hint=hint))
    return [*blocks, b.context(f"row.{row.id}.note", _small_print(row, sheet))]


def _small_print(row: Row, sheet: Sheet) -> str:
    lines = [_checked(box, sheet) for box in row.boxes if box.checked is not None]
    lines.append(f"Clauses {', '.join(row.clauses)}" if row.clauses else "The bot's own.")
    if row.id == SETTINGS_ROW:
        lines[-1] += ". A setting that is also a measure above needs one tick only."
    names = Counter(box.newest.by for box in row.boxes if box.newest and box.ticked and box.checked is None)
    if names:
        lines.append("Ticked by " + ", ".join(f"{mention(who)} ({count})" for who, count in names.items()))
    if row.newest is not None:
        lines.append(f"Last change: {_by(row.newest, sheet.zone)}")
    return "\n".join(lines)


def _checked(box: Box, sheet: Sheet) -> str:
    return f"✅ checked at {_provider(sheet)}: {esc(box.label)} {esc(box.detail)} _{esc(box.checked or '')}_"


def posted(post: ChecklistPost, words: str) -> Say:
    """Where the checklist is, with the button that opens it."""
    where = f" <{post.permalink}|Show it>" if post.permalink else ""
    button = b.button("Tick measures", Ids.OPEN, str(post.checklist_id), style="primary")
    said = f"{words}{where}"
    return Say(words, [b.section("posted", said), b.actions("buttons", button)])


def not_posted(meeting: Meeting, channel: str) -> Say:
    """A checklist could not be posted."""
    text = (
        f"I could not post the risk checklist of {meeting.reference} in <#{channel}>. Add me there with "
        f"`{ADD_ME}` and type `/checklist {meeting.reference}` again."
    )
    return Say(f"The risk checklist of {meeting.reference} could not be posted.", [b.section("not_posted", text)])


def saved_words(sheet: Sheet, ticked: int, unticked: int, again: bool) -> str:
    """What came of a submitted form, in a sentence or two."""
    counts = ", ".join(
        words for words in (f"{ticked} ticked" if ticked else "", f"{unticked} unticked" if unticked else "") if words
    )
    done = "This was saved already." if again else f"Saved: {counts}." if counts else "Nothing was changed."
    after = " This is after the sign-off, and the checklist says so." if sheet.changed_after_sign_off else ""
    return f"{done} {sheet.done} of {len(sheet.facts)} are met now.{after}"


def signed(sheet: Sheet) -> Say:
    """The checklist is signed off; by whom and when stands in the channel."""
    meeting, by = sheet.meeting, sheet.checklist.signed_off_by
    state = "It is ready now." if meeting.state is MeetingState.READY else ""
    text = f"The checklist of {meeting.reference} is signed off by {mention(by or '')}. {state}".strip()
    return Say(f"The checklist of {meeting.reference} is signed off.", [b.section("signed", text)])
