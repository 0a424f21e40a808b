"""What people see of the risk checklist: the message in the channel and the form in which it is ticked."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.checklists.carry import Offer
from bot.checklists.forms import ALL_SETTINGS, SIGNS
from bot.checklists.service import SignedOff
from bot.gates.readiness import SYSTEM
from bot.gates.sheet import CHANGED_ROW, PHASES, SETTINGS_ROW, Box, Row, Sheet
from bot.providers import title_of
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import bold, clip, esc, mention, when
from db.models import ChecklistPost, Fact, Meeting, MeetingState

T = TypeVar("T")
ADD_ME = "/invite @Facilitator"


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    CHOOSE = "checklist.choose"
    OPEN = "checklist.open"
    SAVE = "checklist.save"
    SIGN_OFF = "checklist.sign_off"
    LEAVE = "checklist.leave"
    CARRY = "checklist.carry"


_BOXES = 10
_MANY = 3
_LINES = 10
_OPEN = 4
_NAMED = 5
_OWN = "our own suggestion"
OPEN_GATES = "gates.open"
"""The action of the meetings' room that opens the form of the gates; its value is meeting, moment and person."""
_HOW = 200


def _parts(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def message(sheet: Sheet) -> Say:
    """The checklist as it stands in its channel: a line a row, without the meeting's title, which may hold a name."""
    meeting = sheet.meeting
    head = f"*Risk checklist · {meeting.reference}*\n{when(meeting.starts_at, sheet.zone)}"
    blocks = [b.section("head", head)]
    shown = sheet.phase
    lines = [_line(title, row, sheet.zone) for title, row in _titled(sheet) if row.phase == shown]
    blocks += [b.section(f"rows.{number}", "\n".join(part)) for number, part in enumerate(_parts(lines, _LINES))]
    blocks.append(b.section("state", _state(sheet)))
    if sheet.open:
        blocks.append(b.actions("buttons", *_buttons(sheet)))
    blocks.append(b.context("policy", esc(sheet.policy)))
    return Say(f"Risk checklist of {meeting.reference}: {_met(sheet)}.", blocks)


_PHASES = {"before": "before the session", "during": "during it", "after": "afterwards"}


def _met(sheet: Sheet) -> str:
    """How many measures are met, by when they can be true."""
    counts = []
    for phase in PHASES:
        found = sheet.of_phase(phase)
        if found:
            counts.append(f"{sum(found.values())} of {len(found)} {_PHASES[phase]}")
    return "met " + ", ".join(counts)


def _titled(sheet: Sheet) -> Iterator[tuple[str, Row]]:
    """The rows with their titles, numbered as the policy has them; what changed stands before them without a number."""
    for row in sheet.rows:
        yield (f"{row.number}. " if row.number else "⚠️ " if row.id == CHANGED_ROW else "") + row.title, row


def _line(title: str, row: Row, zone: str) -> str:
    mark = "✅" if row.done == len(row.boxes) else "◑" if row.done else "☐"
    last = f" · last {_by(row.newest, zone)}" if row.newest else ""
    carried = sum(box.carried is not None for box in row.boxes)
    waiting = f" · {carried} carried over" if carried else ""
    return f"{mark} {esc(title)}  *{row.done} of {len(row.boxes)}*{waiting}{last}"


def _by(tick: Fact, zone: str) -> str:
    return f"{'the bot' if tick.by == SYSTEM else mention(tick.by)}, {when(tick.at, zone)}"


def _state(sheet: Sheet) -> str:
    checklist, met = sheet.checklist, f"*{_met(sheet).capitalize()}.*{_carried_words(sheet)}"
    if not sheet.open:
        return f"{met} {sheet.meeting.reference} is {sheet.meeting.state.value}."
    if checklist.signed_off_by is None or checklist.signed_off_at is None:
        return f"{met} Not signed off yet."
    signed = f"✅ Signed off by {mention(checklist.signed_off_by)}, {when(checklist.signed_off_at, sheet.zone)}."
    changed = " ⚠️ *Changed after the sign-off.*" if sheet.changed_after_sign_off else ""
    return f"{met} {signed}{_left_open(sheet)}{changed}"


def _left_open(sheet: Sheet) -> str:
    """What a sign-off left open, by the policy's own words; why stands in the form."""
    if not sheet.unmet:
        return ""
    named = "; ".join(f"“{esc(box.label)}”" for box in sheet.unmet[:_NAMED])
    more = f" and {len(sheet.unmet) - _NAMED} more" if len(sheet.unmet) > _NAMED else ""
    return f" Left open{', with a reason' if not sheet.unanswered else ''}: {named}{more}."


def _carried_words(sheet: Sheet) -> str:
    if sheet.carried is None:
        return ""
    waiting, unseen = len(sheet.unconfirmed), len(sheet.not_looked_at)
    carried = f" {waiting} carried over from {sheet.carried.reference}, not confirmed yet." if waiting else ""
    things = "1 thing" if unseen == 1 else f"{unseen} things"
    changed = f" ⚠️ {things} changed since {sheet.carried.reference}: look before you sign off." if unseen else ""
    return carried + changed


def _buttons(sheet: Sheet) -> list[b.Button]:
    checklist = sheet.checklist
    tick = b.button("Tick measures", Ids.OPEN, str(checklist.id), style="primary")
    signed = checklist.signed_off_sequence is not None
    if signed and not sheet.changed_after_sign_off:
        return [tick]
    label, value = "Sign off again" if signed else "Sign off", f"{checklist.id}:{sheet.answered_for}"
    if sheet.unmet:
        return [tick, b.button(label, Ids.LEAVE, value)]
    ask = b.confirm("Sign the checklist off?", _question(sheet), "Sign off")
    return [tick, b.button(label, Ids.SIGN_OFF, value, ask=ask)]


def _question(sheet: Sheet) -> str:
    reference = sheet.meeting.reference
    confirmed = sum(box.proposed for box in sheet.unconfirmed)
    if sheet.carried and confirmed:
        answers = "1 answer" if confirmed == 1 else f"{confirmed} answers"
        return (
            f"You confirm {answers} carried over from {sheet.carried.reference}. Everything else is ticked or checked."
        )
    return f"Everything is ticked or checked. You say that the risks of {reference} are looked after."


_REASONS = 15
"""For how many measures the form of a sign-off asks why: more are ticked first."""


def leaving(sheet: Sheet) -> View:
    """The form that names what is not ticked, and asks why; it carries the state that it was drawn for."""
    reference, boxes = sheet.meeting.reference, sheet.unmet
    if not boxes:
        return _nothing_left(sheet)
    head = f"*{reference} · {esc(sheet.meeting.title)}*\n{_counted(len(boxes))} not ticked."
    if sheet.required and len(boxes) > _REASONS:
        words = f"{head} Your policy requires this assessment, so tick what holds first; a reason is for what is left."
        return b.modal("note", f"Sign off {reference}", [b.section("many", words)])
    todo = "Say why for each: your policy requires this assessment." if sheet.required else "Say why, where you can."
    blocks = [b.section("head", f"{head} {todo}")]
    for number, box in enumerate(boxes[:_REASONS]):
        before = box.left_open.reason if box.left_open else None
        label = clip(" ".join(part for part in (box.label, box.detail) if part), 150)
        blocks.append(
            b.text_input(f"why.{number}.{box.id}", label, value=before, optional=not sheet.required, limit=500)
        )
    if len(boxes) > _REASONS:
        blocks.append(
            b.context("more", f"… and {len(boxes) - _REASONS} more. They stay open, and the sign-off says so.")
        )
    return _sign_off_form(sheet, blocks)


def _nothing_left(sheet: Sheet) -> View:
    """The one question that is left when all is ticked, with the way back to the measures."""
    blocks = [
        b.section("head", f"*{esc(sheet.meeting.title)}*\n{_question(sheet)}"),
        b.actions("measures", b.button("Look through", Ids.OPEN, str(sheet.checklist.id))),
    ]
    return _sign_off_form(sheet, blocks)


def _sign_off_form(sheet: Sheet, blocks: Sequence[b.Block]) -> View:
    metadata = f"{sheet.checklist.id}:{sheet.answered_for}"
    title = f"Sign off {sheet.meeting.reference}"
    return b.modal(Ids.LEAVE, title, blocks, submit="Sign off", close="Cancel", metadata=metadata)


def to_sign(sheet: Sheet, said: str = "") -> View | None:
    """The form of the sign-off where nothing is left to be ticked before the session and nobody has signed it off yet;
    None else. `said` is what came of the ticks before it."""
    signed = sheet.checklist.signed_off_sequence is not None and not sheet.changed_after_sign_off
    if signed or sheet.phase != "before" or sheet.unanswered or sheet.not_looked_at:
        return None
    if sheet.meeting.state is MeetingState.DRAFT:
        return None
    form = leaving(sheet)
    return {**form, "blocks": [b.section("said", said), *form["blocks"]]} if said else form


def _counted(number: int) -> str:
    return "1 measure is" if number == 1 else f"{number} measures are"


def moved(meeting: Meeting, channel: str) -> Say:
    """What remains where the checklist was shown before."""
    text = f"The risk checklist of {meeting.reference} moved to <#{channel}>."
    return Say(f"The risk checklist of {meeting.reference} moved.", [b.section("moved", text)])


def form(sheet: Sheet, offer: Offer | None = None, *, whole: bool = True) -> View:
    """The form with a group of boxes for each row; it carries the state that it was drawn for. Not `whole`, the rows
    that are done are counted, and one tap away."""
    meeting = sheet.meeting
    head = f"*{meeting.reference} · {esc(meeting.title)}*\n{when(meeting.starts_at, sheet.zone)}"
    done = [] if whole else [row for row in sheet.due if row.done == len(row.boxes)]
    done = done if len(done) < len(sheet.due) else []
    blocks = [b.section("head", esc(meeting.title) if done else head)]
    if not done:
        blocks.append(b.context("policy", f"Policy: {esc(sheet.policy)}"))
    if offer is not None:
        said = f"Answers of {offer.earlier.reference}, the last of this series, can come along: {offer.answers}."
        blocks.append(b.section("offer", said, accessory=_carry(offer, sheet.zone)))
    if sheet.carried and sheet.unconfirmed:
        blocks.append(b.section("carried", _how_to_confirm(sheet)))
    phase = None
    for title, row in _titled(sheet):
        if row not in sheet.due or row in done:
            continue
        if row.phase != phase and row.id != CHANGED_ROW and not done:
            phase = row.phase
            blocks.append(b.header(f"phase.{phase}", _PHASES[phase].capitalize()))
        blocks += _group(title, row, sheet, short=bool(done))
    later = [row for row in sheet.rows if row not in sheet.due]
    if done:
        risks = "One risk is" if len(done) == 1 else f"{len(done)} risks are"
        blocks.append(b.section("done", f"✅ {risks} looked after already."))
        blocks.append(b.actions("measures", b.button("Show all", Ids.OPEN, str(sheet.checklist.id))))
    if later and not done:
        counts = ", ".join(
            f"{sum(len(row.boxes) for row in later if row.phase == phase)} {_PHASES[phase]}"
            for phase in PHASES
            if any(row.phase == phase for row in later)
        )
        blocks.append(b.context("later", f"To be ticked in their time: {counts}."))
    if sheet.confirmed and not done:
        checked = f"✅ Checked at {_provider(sheet)}: {'; '.join(sheet.confirmed)}."
        blocks.append(b.context("confirmed", checked))
    signs = bool(done) and sheet.phase == "before" and sheet.checklist.signed_off_sequence is None
    metadata, submit = f"{sheet.checklist.id}:{sheet.sequence}", "Save and sign off" if signs else "Save"
    metadata += SIGNS if signs else ""
    return b.modal(Ids.SAVE, f"Checklist {meeting.reference}", blocks, submit=submit, close="Cancel", metadata=metadata)


def _carry(offer: Offer, zone: str) -> b.Button:
    day = offer.earlier.starts_at.astimezone(ZoneInfo(zone))
    label = f"Carry over from {offer.earlier.reference} ({day.day} {day:%b})"
    return b.button(label, Ids.CARRY, f"{offer.checklist_id}:{offer.earlier.id}")


def _how_to_confirm(sheet: Sheet) -> str:
    reference = sheet.carried.reference if sheet.carried else ""
    again = any(not box.proposed for box in sheet.unconfirmed)
    words = f"*Carried over from {reference}, not confirmed yet.* Untick what does not hold this time; what you leave "
    words += "ticked is confirmed by you when you save."
    return words + (" Where something changed, tick anew what holds." if again else "")


def _provider(sheet: Sheet) -> str:
    return esc(title_of(sheet.meeting.provider))


def _group(title: str, row: Row, sheet: Sheet, *, short: bool = False) -> list[b.Block]:
    """One row: what the bot checked, the boxes to tick, and in small print the clauses and the last change."""
    to_tick = [box for box in row.boxes if not box.read_back and not (short and box.done)]
    hint = f"At risk: {row.at_risk}" if row.at_risk else None
    blocks = [] if to_tick else [b.section(f"row.{row.id}.title", f"{bold(title)}")]
    if row.id == SETTINGS_ROW and sum(not box.ticked for box in to_tick) >= _MANY:
        every = [(ALL_SETTINGS, "All settings below are so", "Look at each at your video service.")]
        blocks.append(b.checkbox_input(f"row.{row.id}.all", "Every setting at once", every))
    for part, boxes in enumerate(_parts(to_tick, _BOXES), start=1):
        label = title if len(to_tick) <= _BOXES else f"{title} ({part})"
        told = [(box.label, clip(box.how, _HOW)) for box in boxes if box.how and not box.ticked]
        how = "\n".join(f"• *{esc(name)}*: {esc(words)}" for name, words in told)
        if how:
            blocks.append(b.section(f"row.{row.id}.{part}.how", how))
        choices = [(box.id, box.label, box.detail) for box in boxes]
        ticked = [box.id for box in boxes if box.ticked or box.proposed]
        # Slack keeps what a block of the same id held when a form is redrawn: with proposals it is another block.
        block_id = f"row.{row.id}.{part}" + (".carried" if any(box.proposed for box in boxes) else "")
        blocks.append(b.checkbox_input(block_id, label, choices, ticked=ticked, hint=hint))
    return [*blocks, b.context(f"row.{row.id}.note", _small_print(row, sheet, short=short))]


def _small_print(row: Row, sheet: Sheet, *, short: bool) -> str:
    lines = [_checked(box, sheet) for box in row.boxes if box.checked is not None and not short]
    lines += [_off(box, sheet) for box in row.boxes if box.off is not None]
    lines.append(f"Clauses {', '.join(row.clauses)}" if row.clauses else "The bot's own.")
    lines += _carried_by(row, sheet)
    if row.id.startswith(SETTINGS_ROW):
        lines[-1] += ". A setting that is also a measure above needs one tick only."
    if short:
        return "\n".join(lines)
    names = Counter(box.newest.by for box in row.boxes if box.newest and box.ticked and box.checked is None)
    if names:
        lines.append("Ticked by " + ", ".join(f"{mention(who)} ({count})" for who, count in names.items()))
    if row.newest is not None:
        lines.append(f"Last change: {_by(row.newest, sheet.zone)}")
    return "\n".join(lines)


def _carried_by(row: Row, sheet: Sheet) -> Iterator[str]:
    """Whose answers were carried over, in lines of small print."""
    first = Counter(box.carried.first_by for box in row.boxes if box.carried)
    if first and sheet.carried:
        owners = ", ".join(f"{mention(who or '')} ({count})" for who, count in first.items())
        changed = any(box.carried and box.changed for box in row.boxes)
        what = "The row changed: tick anew what holds." if changed else "Not confirmed yet."
        yield f"Carried over from {sheet.carried.reference}, ticked there by {owners}. {what}"


def _checked(box: Box, sheet: Sheet) -> str:
    return f"✅ checked at {_provider(sheet)}: {esc(box.label)} {esc(box.detail)} _{esc(box.checked or '')}_"


def _off(box: Box, sheet: Sheet) -> str:
    ticked = f" Ticked all the same by {mention(box.newest.by)}." if box.newest and box.ticked else ""
    says = f"⚠️ {_provider(sheet)} says that it is not so: {esc(box.label)} _{esc(box.off or '')}_"
    return f"{says}{ticked or ' ' + esc(box.how)}"


def posted(post: ChecklistPost, words: str, offer: Offer | None, zone: str) -> Say:
    """Where the checklist is, with the button that opens it, and the one that carries answers over."""
    where = f" <{post.permalink}|Show it>" if post.permalink else ""
    buttons = [b.button("Tick measures", Ids.OPEN, str(post.checklist_id), style="primary")]
    if offer is not None:
        buttons.append(_carry(offer, zone))
    said = f"{words}{where}"
    return Say(words, [b.section("posted", said), b.actions("buttons", *buttons)])


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
    return f"{done} Now {_met(sheet)}.{after}"


def signed(done: SignedOff) -> Say:
    """The checklist is signed off; by whom and when stands in the channel. Only the caller sees what is still open,
    as it may hold names."""
    meeting, by = done.sheet.meeting, done.sheet.checklist.signed_off_by
    state = f"{meeting.reference} is ready now." if meeting.state is MeetingState.READY else ""
    text = f"The checklist of {meeting.reference} is signed off by {mention(by or '')}. {state}".strip()
    blocks = [b.section("signed", text)]
    if done.left is not None and meeting.state is MeetingState.SCHEDULED:
        gates = done.left.gates
        lines = [f"🔴 {esc(gate.sentence)} ({', '.join(gate.clauses) or _OWN})" for gate in gates[:_OPEN]]
        more = [f"… and {len(gates) - _OPEN} more."] if len(gates) > _OPEN else []
        blocks += b.paragraphs("left", [f"*{meeting.reference} is not ready yet.* Still open:", *lines, *more])
        button = b.button("What your policy asks for", OPEN_GATES, f"{meeting.id}:ready:", style="primary")
        blocks.append(b.actions("buttons", button))
    return Say(f"The checklist of {meeting.reference} is signed off.", blocks)
