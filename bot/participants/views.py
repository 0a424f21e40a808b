"""What people see of participants: always only the person who asked."""

from collections.abc import Sequence
from enum import StrEnum

from bot.participants.service import Added
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.delicate import quoted
from bot.slack.pickers import picked
from bot.slack.text import clip, esc
from db.models import Meeting, ParticipantKind, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    ADD = "participant.add"
    OPEN_ADD = "participant.open_add"
    REMOVE = "participant.remove"


KIND_WORDS = {
    ParticipantKind.CHILD: "child",
    ParticipantKind.YOUNG_PERSON: "young person",
    ParticipantKind.ADULT: "adult",
}
_WHOSE = (("carer", "the parent's or carer's"), ("own", "the participant's own"))


def form(meetings: Sequence[Meeting], zone: str, chosen: str = "") -> View:
    """The form for registering people; `chosen` is the id of the meeting to begin with."""
    if not meetings:
        text = "You have no meeting to come. `/meeting new` makes one."
        return b.modal(Ids.ADD, "Add participants", [b.section("none", text)])
    choices = [(f"{one.id}", f"{one.reference} {picked(one.starts_at, zone)} {one.title}") for one in meetings[:100]]
    kinds = [(kind.value, words) for kind, words in KIND_WORDS.items()]
    return b.modal(
        Ids.ADD,
        "Add participants",
        [
            b.select_input("meeting", "To which meeting?", choices, chosen=chosen or choices[0][0]),
            b.text_input("names", "Names", hint="One a line, or with commas between them.", multiline=True),
            b.radio_input("kind", "They are", kinds, chosen=ParticipantKind.CHILD.value),
            b.email_input("email", "E-mail address", hint="For one person at a time.", optional=True),
            b.radio_input("whose", "Whose address is it?", _WHOSE, chosen="carer"),
            b.context("kept", "Names and addresses are kept encrypted. Only the meeting's staff see them."),
        ],
        submit="Register",
    )


def names(registrations: Sequence[Registration]) -> str:
    """Names in a row, harmless in mrkdwn."""
    return ", ".join(esc(one.participant.name) for one in registrations)


def added(meeting: Meeting, done: Added, total: int, *, again: bool = False) -> Say:
    """What came of adding people."""
    lines = []
    if again:
        lines.append(f"These were added to *{meeting.reference}* already.")
    if done.new:
        lines.append(f"*Registered for {meeting.reference}:* {names(done.new)}")
    if done.already:
        twice = [f"{esc(one.participant.name)} ({KIND_WORDS[one.participant.kind]})" for one in done.already]
        lines.append(f"On the list already, so one registration: {', '.join(twice)}.")
        lines.append("Somebody else of the same name? Add an initial, such as “Sam B”.")
    if done.other_address:
        lines.append(f"Another address is on record for {names(done.other_address)}; it was left as it is.")
    lines.append(f"{total} registered in all. Next: `/invitation {meeting.reference}`")
    return Say(f"{meeting.reference}: {total} registered", b.paragraphs("added", lines))


def listing(meeting: Meeting, registrations: Sequence[Registration]) -> Say:
    """Who is registered for a meeting."""
    more = b.actions("buttons", b.button("Add people", Ids.OPEN_ADD, f"{meeting.id}"))
    if not registrations:
        text = f"Nobody is registered for {meeting.reference} yet. `/participant add NAME, NAME to {meeting.reference}`"
        return Say(text, [b.section("empty", text), more])
    head = f"*{meeting.reference} · {esc(meeting.title)}*: {len(registrations)} registered"
    lines = [head, *[_line(one) for one in registrations]]
    return Say(f"{meeting.reference}: {len(registrations)} registered", [*b.paragraphs("people", lines), more])


def _line(registration: Registration) -> str:
    person = registration.participant
    facts = [KIND_WORDS[person.kind]]
    if registration.walk_in:
        facts.append("walk-in")
    if person.email:
        facts.append("carer's e-mail known" if person.email_is_carers else "e-mail known")
    return f"• {esc(person.name)} ({', '.join(facts)})"


def ask_remove(
    meeting: Meeting, found: Sequence[Registration], unsure: dict[str, Registration], unknown: Sequence[str]
) -> Say:
    """Before anybody is taken off: who was found, who may be meant, and who is not on the list."""
    blocks = []
    if found:
        blocks.append(b.section("found", f"Take off {meeting.reference}: {clip(names(found), 2_500)}?"))
        blocks.append(b.actions("found_buttons", _remove_button("Remove", meeting, found)))
    for number, (name, one) in enumerate(list(unsure.items())[:10]):
        guess = one.participant.name
        text = f"I don't know {quoted(name)}. Did you mean *{esc(guess)}*?"
        blocks.append(b.section(f"unsure.{number}", text))
        button = _remove_button(f"Yes, remove {clip(guess, 50)}", meeting, [one])
        blocks.append(b.actions(f"unsure_buttons.{number}", button))
    if unknown:
        who = ", ".join(quoted(name) for name in unknown)
        text = f"Not on the list of {meeting.reference}: {who}. `/participant list {meeting.reference}` shows it."
        blocks.append(b.section("unknown", text))
    return Say(f"Take somebody off {meeting.reference}", blocks)


def _remove_button(text: str, meeting: Meeting, who: Sequence[Registration]) -> b.Button:
    people = clip(", ".join(one.participant.name for one in who), 200)
    ask = b.confirm("Remove from the meeting?", f"{people} will be taken off {meeting.reference}.", "Remove")
    value = ",".join(one.id.hex for one in who)
    return b.button(text, Ids.REMOVE, value, style="danger", ask=ask)


def removed(meeting: Meeting, taken: Sequence[Registration], asked: Sequence[Registration], total: int) -> Say:
    """What came of taking people off; `taken` is empty when it had been done before."""
    head = f"*Taken off {meeting.reference}:* {names(taken)}"
    if not taken:
        head = f"Not on {meeting.reference} any more: {names(asked)}. Nothing was changed."
    lines = [head, f"{total} registered now."]
    return Say(f"{meeting.reference}: {total} registered", b.paragraphs("removed", lines))
