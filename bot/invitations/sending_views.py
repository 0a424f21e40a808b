"""What the sender sees: who is to be sent what, who is not and why, how far it is, and who got what."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from bot.diary.sendings import History
from bot.gates import gate_views
from bot.invitations.sending import NO_SERVER, PASSCODE_INSIDE, ByHand, Held, Item, Preview, Standing
from bot.invitations.stages import Why
from bot.invitations.views import OPEN_SEND
from bot.meetings.card import Card
from bot.meetings.card_views import heading
from bot.participants.about_views import Ids as AboutIds
from bot.policy.gates import Gate
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import again_id
from bot.slack.text import clip, esc, when
from db.models import Meeting, Registration, Sending, SendingState, Stage


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room."""

    OPEN = OPEN_SEND
    SEND = "invitation.send"


STAGES = {
    Stage.ABOUT: "Information, and the question for permission",
    Stage.RULES: "The rules, and the question whether they agree",
    Stage.LINK: "The link",
    Stage.PASSCODE: "The passcode",
    Stage.CHANGED: "That it is at another time",
    Stage.CANCELLED: "That it is cancelled",
}
_PIECE, _PIECES, _NAMED, _GROUPS = 2800, 14, 12, 8
_CODES = {
    "mail_no_such_address": "the server does not know the address",
    "mail_refused": "the server refuses to pass it on",
    "mail_later": "the server is busy, the bot keeps trying",
    "mail_unreachable": "the server cannot be reached, the bot keeps trying",
    "mail_unknown": "the server did not say whether it took it, the bot tries again",
    "mail_login": "the server refuses the bot’s login, an administrator can see to it",
    "bad_address": "the address cannot be used",
    "no_mail_server": "no mail server is set",
    "blanks": "the letter has blanks to fill in",
    "private": "something is recorded about them that their form says",
    "link-day": "the day for it is over, and no reason is written down",
    Why.WALKED_IN: "they came without being invited",
    Why.SAID_NO: "they, or their parent or carer, said no",
    Why.NO_ADDRESS: "no address is recorded",
    Why.NO_LINK: "there is no link yet",
    Why.TOO_EARLY: "the day for it has not come",
    Why.OVER: "the meeting was over",
    Why.REMOVED: "they were taken off the meeting",
    Why.NOT_NEEDED: "it was not needed any more",
}
_WHYS = {
    Why.WALKED_IN: "Came without being invited.",
    Why.SAID_NO: "They, or their parent or carer, said no. Nobody asks them again.",
    Why.NO_ADDRESS: "No address is recorded that it may go to.",
    Why.NO_LINK: "There is no link yet.",
}


def why(code: str) -> str:
    """Why something did not go, in words; a gate by its name."""
    return _CODES.get(code) or f"“{code.replace('-', ' ')}” was open"


def form(seen: Preview, notice: str = "") -> View:
    """Who would be sent what, and the one button that asks for it."""
    meeting = seen.meeting
    blocks = [b.section("notice", notice)] if notice else []
    blocks += [b.section("head", _head(seen)), *_problems(seen)]
    for stage in Stage:
        blocks += _stage(seen, stage)
    blocks += _held(seen)
    if seen.on_its_way:
        told = ", ".join(
            f"{_name(one)} ({_lower(row.stage)}{_due(row, seen)})" for one, row in seen.on_its_way[:_NAMED]
        )
        blocks.append(b.context("on_its_way", f"⏳ Asked for already: {told}{_more(len(seen.on_its_way))}"))
    if seen.done:
        told = ", ".join(map(_name, seen.done[:_NAMED]))
        blocks.append(b.context("done", f"✅ Have what there is for them: {told}{_more(len(seen.done))}"))
    number, metadata = seen.mails, f"{meeting.id}:{seen.stamp}:{seen.only or ''}"
    submit = f"Send {number} mail{'s' if number > 1 else ''}" if seen.can_send else None
    title = f"Send {meeting.reference}"
    return b.modal(Ids.SEND, title, blocks, submit=submit, close="Not now", metadata=metadata)


def _head(seen: Preview) -> str:
    reference = seen.meeting.reference
    if not (seen.items or seen.held or seen.on_its_way or seen.done):
        return f"*Nobody is registered on {reference} yet.* `/participant add NAMES to {reference}` says who comes."
    if not seen.items:
        return f"*{reference}: nothing is to be sent now.*"
    what = "One mail" if seen.mails == 1 else f"{seen.mails} mails, each to one address"
    return f"*{what}*, from {esc(seen.sender)}."


def _problems(seen: Preview) -> Iterator[b.Block]:
    reference = seen.meeting.reference
    if seen.problem == NO_SERVER:
        text = (
            "⚠️ *The bot has no mail server, so it can send nothing.* An administrator can set SMTP_URL and MAIL_FROM. "
            f"`/invitation {reference}` gives you the text; `/invitation sent {reference} by phone` notes that you did."
        )
        yield b.section("no_server", text)
    if seen.problem == PASSCODE_INSIDE:
        text = (
            "⚠️ *The link has the passcode in it, and your organisation sends the two apart.* Paste a link without it: "
            f"`/meeting edit {reference} link https://…`"
        )
        yield b.section("inside", text)
    if seen.blanks:
        words = esc(", ".join(seen.blanks))
        how = "The meeting’s own you can fill in here; the organisation’s an administrator sets in its file."
        text = f"✏️ *The letter still has blanks:* {words}. Nothing goes out before they are filled. {how}"
        yield b.section("blanks", text)
        yield b.actions("blanks_buttons", b.button("Change the meeting", again_id(0), f"meeting edit {reference}"))


def _stage(seen: Preview, stage: Stage) -> Iterator[b.Block]:
    """Who is to be sent this, and where."""
    items = [one for one in seen.items if one.stage is stage]
    if not items:
        return
    to_carers = len(items) > 1 and all(one.address.carers for one in items)
    whose = ", all to carers" if to_carers else ""
    # Where all are sent the same, what stands above has counted them.
    many = "" if to_carers and len(items) == seen.mails else f" · {_people(len(items))}"
    lines = [f"*{STAGES[stage]}*{many}{whose}{_at(items, seen)}"]
    if stage is Stage.LINK and seen.apart:
        lines[0] += " · the passcode ten minutes later, in a mail of its own"
    lines += [_item(one, marked=not to_carers) for one in items]
    yield from _pieces(f"stage.{stage.value}", lines)


def _at(items: Sequence[Item], seen: Preview) -> str:
    later = {one.later for one in items}
    moment = next(iter(later))
    return f" · by itself on {when(moment, seen.zone)}" if len(later) == 1 and moment else ""


def _item(one: Item, *, marked: bool) -> str:
    whose = " (a carer’s)" if one.address.carers and marked else ""
    before = f" ⚠️ last time {why(one.refused)}" if one.refused else ""
    return f"• {_name(one.registration)} → {esc(one.address.email)}{whose}{before}"


def _pieces(block_id: str, lines: Sequence[str]) -> Iterator[b.Block]:
    piece, number = "", 0
    for at, line in enumerate(lines):
        if len(piece) + len(line) > _PIECE:
            yield b.section(f"{block_id}.{number}", piece)
            piece, number = "", number + 1
            if number == _PIECES:
                yield b.context(f"{block_id}.more", f"… and {len(lines) - at} more.")
                return
        piece = f"{piece}\n{line}".strip()
    yield b.section(f"{block_id}.{number}", piece)


def _held(seen: Preview) -> Iterator[b.Block]:
    """Who is sent nothing, by the reason, each with the button that mends it."""
    groups: dict[str, list[Held]] = {}
    for one in seen.held:
        groups.setdefault(one.verdict.code, []).append(one)
    for number, held in enumerate(list(groups.values())[:_GROUPS]):
        names = ", ".join(_name(one.registration) for one in held[:_NAMED]) + _more(len(held))
        yield b.section(f"held.{number}", f"🔒 *Nothing to {names}.* {_reason(held[0])}")
        button = _mend(seen.meeting, held, number)
        if button:
            yield b.actions(f"held_button.{number}", button)
    if len(groups) > _GROUPS:
        yield b.context("held.more", f"… and more: `/meeting gates {seen.meeting.reference}` shows all that is open.")


def _reason(one: Held) -> str:
    verdict = one.verdict
    gate = next(iter(verdict.gates), None)
    if verdict.why in (None, Why.GATES) and gate is not None:
        return _gate(gate)
    return _WHYS.get(verdict.why or Why.NOT_NEEDED, "") + (f" {_gate(gate)}" if gate and not gate.private else "")


def _gate(gate: Gate) -> str:
    text = gate.sentence if gate.private else f"{gate.rule} {gate.wrong}".strip()
    return f"{gate_views.mark(gate.strength)} {esc(clip(text, 400))} ({gate_views.source(gate)})"


def _mend(meeting: Meeting, held: Sequence[Held], number: int) -> b.Button | None:
    """The form in which it is put right: that of one person, the list, or that of the gates."""
    verdict, alone = held[0].verdict, held[0].registration if len(held) == 1 else None
    gate = next(iter(verdict.gates), None)
    if verdict.why in (Why.WALKED_IN, Why.NO_LINK):
        return None
    of_person = verdict.why in (Why.NO_ADDRESS, Why.SAID_NO) or (gate is not None and not gate.can_tick)
    if of_person and alone is not None:
        return b.button("Open their form", AboutIds.OPEN, f"{alone.participant.person_id}")
    if of_person:
        return b.button("See the list", again_id(number + 1), f"participant list {meeting.reference}")
    return gate_views.open_button(meeting, "invite", alone.id.hex if alone else "")


def progress(meeting: Meeting, rows: Sequence[Sending], now: datetime, zone: str) -> Say:
    """How far a round is, under the meeting's name as its card in Slack bears it: of people, numbers alone."""
    count = {state: sum(row.state is state for row in rows) for state in SendingState}
    sent, refused, back = count[SendingState.SENT], count[SendingState.REFUSED], count[SendingState.TAKEN_BACK]
    later = [row.due_at for row in rows if row.state is SendingState.WAITING and row.due_at > now]
    late = next((row.code for row in rows if row.state is SendingState.WAITING and row.code and row.due_at <= now), "")
    parts = [f"{sent} of {_mails(len(rows))} sent"]
    parts += [f"{refused} refused"] if refused else []
    parts += [f"{back} not sent, because they may not go or need not"] if back else []
    parts += [f"{len(later)} from {when(min(later), zone)} on"] if later else []
    which = heading(Card(meeting, zone, now, stays=True))
    text = f"*{which}:* {', '.join(parts)}." + (f" Now {why(late)}." if late else "")
    reference = meeting.reference
    buttons = [b.button("Who got what", again_id(0), f"invitation sent {reference}")]
    if refused:
        buttons.append(b.button("Send again", again_id(1), f"invitation send {reference}"))
    plain = f"{which}: {sent} of {_mails(len(rows))} sent"
    return Say(plain, [b.section("progress", text), b.actions("progress_buttons", *buttons)])


def listing(standing: Standing) -> Say:
    """Who got what, when and how; seen by the caller alone."""
    reference, zone = standing.meeting.reference, standing.zone
    rows = list(standing.rows)
    refused = [row for row in rows if row.state is SendingState.REFUSED]
    head = f"*{reference}: who got what.*"
    if refused:
        reasons = "; ".join(sorted({why(row.code or "") for row in refused}))
        head += f" {len(refused)} of {len(rows)} refused: {reasons}."
    lines = [f"• {_name(one)}: {_told(one, history, zone)}" for one, history in standing.people]
    blocks = [b.section("head", head), *b.paragraphs("lines", lines)]
    blocks.append(b.actions("buttons", b.button("Send what is next", again_id(0), f"invitation send {reference}")))
    return Say(f"{reference}: who got what", blocks)


def _told(registration: Registration, history: History, zone: str) -> str:
    if not history.rows and registration.link_shown_at is not None:
        return f"nothing by mail; the text with the link was shown to staff, {when(registration.link_shown_at, zone)}"
    if not history.rows:
        return "nothing yet"
    told = "; ".join(_row(row, zone) for row in history.rows[-4:])
    return f"{told} (not on the meeting any more)" if registration.removed_at else told


def _row(row: Sending, zone: str) -> str:
    what = _lower(row.stage)
    if row.state is SendingState.SENT:
        how = "by mail" if row.by_mail else f"by {row.how}, noted by <@{row.asked_by}>"
        whose = " to a carer" if row.carers else ""
        return f"✅ {what}{whose} {how}, {when(row.sent_at or row.asked_at, zone)}"
    if row.state is SendingState.WAITING:
        return f"⏳ {what} from {when(row.due_at, zone)} on" + (f": {why(row.code)}" if row.code else "")
    mark, said = ("⚠️", "refused") if row.state is SendingState.REFUSED else ("🔒", "taken back")
    return f"{mark} {what} {said}: {why(row.code or '')}"


def noted(done: ByHand) -> Say:
    """What was noted as given by hand, and for whom not."""
    reference = done.meeting.reference
    if not done.noted:
        lines = [f"*{reference}: nothing was noted.* Nothing may go to them now that they do not have."]
    else:
        lines = [f"*{reference}: noted, by {done.how}.*"]
    for stage in Stage:
        names = [_name(one.registration) for one in done.noted if one.stage is stage]
        if names:
            lines.append(f"{STAGES[stage]}: {', '.join(names[:_NAMED])}{_more(len(names))}")
    for one in done.held[:_NAMED]:
        lines.append(f"🔒 Not for {_name(one.registration)}: {why(one.verdict.code)}")
    return Say(f"{reference}: noted", b.paragraphs("noted", lines))


def _name(one: Registration) -> str:
    return esc(clip(one.participant.name, 60))


def _lower(stage: Stage) -> str:
    words = STAGES[stage]
    return words[0].lower() + words[1:]


def _due(row: Sending, seen: Preview) -> str:
    return f", {when(row.due_at, seen.zone)}" if row.due_at > seen.now else ""


def _people(number: int) -> str:
    return "one person" if number == 1 else f"{number} people"


def _mails(number: int) -> str:
    return "one mail" if number == 1 else f"{number} mails"


def _more(number: int) -> str:
    return f" and {number - _NAMED} more" if number > _NAMED else ""
