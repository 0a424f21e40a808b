"""What the sender sees: the text to copy, whom it is for, and how the policy wants it sent."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from bot.gates.gate_views import come_first, next_of
from bot.invitations.letter import Part
from bot.invitations.service import Prepared
from bot.providers import needs_link
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc
from db.models import Meeting, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    CHOOSE = "invitation.choose"
    PERSON = "invitation.person"


EVERYBODY = "all"
OPEN_SEND = "invitation.open_send"
"""What shows who would be sent what."""
_IN_MESSAGE = 25
"""How many people the menu of a message lists: a message holds far less than a form."""
_IN_FORM = 99
_PIECE = 2900
_NAMED = 10
_OWN = "our own suggestion"


def message(prepared: Prepared) -> Say:
    """The invitation as a message that only the caller sees."""
    return Say(f"Invitation to {prepared.meeting.reference}", _blocks(prepared, _IN_MESSAGE))


def form(prepared: Prepared) -> View:
    """The invitation as a view."""
    return b.modal("invitation", f"Invitation {prepared.meeting.reference}", _blocks(prepared, _IN_FORM))


def _blocks(prepared: Prepared, most: int) -> list[b.Block]:
    meeting, letter = prepared.meeting, prepared.letter
    blocks = [b.section("for_whom", _for_whom(prepared))]
    if prepared.address:
        blocks.append(b.preformatted("address", prepared.address.email))
    if prepared.with_old_link:
        names = ", ".join(esc(clip(one, 60)) for one in prepared.with_old_link)
        blocks.append(b.section("old_link", f"⚠️ *The link is new.* Had the old one, which leads nowhere: {names}."))
    if not meeting.join_url:
        blocks.append(b.section("no_link", _no_link(meeting)))
    elif prepared.held:
        blocks += _held(prepared)
    if letter.to_fill_in:
        # Above the text: below it, it has been copied by then.
        blocks.append(b.section("fill_in", f"✏️ Fill in before you send: {esc(', '.join(letter.to_fill_in))}"))
    for number, part in enumerate(letter.parts):
        blocks += _part(f"part.{number}", part, _only_to(prepared) if part.keys else "")
    blocks.append(b.context("policy", _how_to_send(prepared)))
    blocks.append(b.actions("send", b.button("Send by mail", OPEN_SEND, f"{meeting.id}")))
    if prepared.registrations:
        blocks.append(b.section("person", "Make it out to:", _menu(prepared, most)))
    if len(prepared.registrations) > most:
        words = f"The menu lists {most} people. For another, type `/invitation {meeting.reference} NAME`."
        blocks.append(b.context("more", words))
    return blocks


def _for_whom(prepared: Prepared) -> str:
    reference, chosen = prepared.meeting.reference, prepared.chosen
    if chosen is None:
        return f"*Invitation to {reference}, for everybody.* Only you see this. Copy it and send it."
    name = esc(chosen.participant.name)
    whom = f"the parent or carer of {name}" if prepared.to_carer else name
    send_to = "Send it to:" if prepared.address else "No e-mail address is known."
    return f"*Invitation to {reference}, for {whom}.* Only you see this. {send_to}"


def _no_link(meeting: Meeting) -> str:
    if needs_link(meeting.provider):
        mend = f"Paste it with `/meeting edit {meeting.reference} link https://…`, then ask for the invitation again."
    elif meeting.provider_error:
        mend = f"{esc(meeting.provider_error)} See `/meeting show {meeting.reference}`."
    else:
        mend = f"It is still being made; ask again in a moment, or see `/meeting show {meeting.reference}`."
    return f"⚠️ *{meeting.reference} has no link yet.* {mend} Until then, here is the text with the rules only."


def _held(prepared: Prepared) -> list[b.Block]:
    """Who has to wait for link and passcode, why, and the way on."""
    meeting, waiting = prepared.meeting, prepared.waiting
    who = "" if prepared.chosen or not waiting else f" for {_names(waiting)}"
    head = f"🔒 *No link and no passcode yet{who}.* {come_first(prepared.held)}"
    person = prepared.chosen.id.hex if prepared.chosen else ""
    return next_of("held", head, prepared.held, meeting, "invite", person, primary=True)


def _only_to(prepared: Prepared) -> str:
    """Whom the text with the link is for, where it is not for everybody."""
    return f", only to {_names(prepared.cleared)}" if prepared.waiting and not prepared.chosen else ""


def _names(registrations: Sequence[Registration]) -> str:
    shown = [esc(clip(one.participant.name, 60)) for one in registrations[:_NAMED]]
    if len(registrations) > len(shown):
        return f"{', '.join(shown)} and {len(registrations) - len(shown)} more"
    return " and ".join(one for one in (", ".join(shown[:-1]), shown[-1]) if one)


def _part(block_id: str, part: Part, only_to: str = "") -> list[b.Block]:
    pieces = list(_pieces(part.text))
    blocks = []
    for number, piece in enumerate(pieces, start=1):
        of = f" ({number} of {len(pieces)})" if len(pieces) > 1 else ""
        blocks.append(b.section(f"{block_id}.{number}.when", f"*{part.heading}{only_to}*{of}"))
        blocks.append(b.preformatted(f"{block_id}.{number}", piece))
    return blocks


def _pieces(text: str) -> Iterator[str]:
    """The text in pieces that fit into a block each, cut at the ends of lines."""
    piece = ""
    for line in text.splitlines(keepends=True):
        if len(piece) + len(line) > _PIECE and piece:
            yield piece.strip("\n")
            piece = ""
        piece += line
    yield piece.strip("\n")


def _how_to_send(prepared: Prepared) -> str:
    """How the policy wants the invitation sent, with the clauses that say so."""
    invitation = prepared.pack.invitation
    rules = (invitation.to, invitation.send, invitation.channel, invitation.never_public)
    cited = [f"{rule.say} ({', '.join(rule.clauses) or _OWN})" for rule in rules]
    return esc(f"{prepared.pack.title}. {' '.join(cited)}")


def _menu(prepared: Prepared, most: int) -> b.Element:
    everybody = f"{EVERYBODY}:{prepared.meeting.id.hex}"
    listed = list(prepared.registrations[:most])
    if prepared.chosen and prepared.chosen not in listed:
        listed[-1] = prepared.chosen
    choices = [(everybody, "Everybody"), *[(_value(one), one.participant.name) for one in listed]]
    chosen = _value(prepared.chosen) if prepared.chosen else everybody
    return b.menu(Ids.PERSON, choices, chosen)


def _value(registration: Registration) -> str:
    return f"{registration.id.hex}:{registration.meeting_id.hex}"
