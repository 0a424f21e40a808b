"""What people see of participants: always only the person who asked."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from bot.participants.forms import SEEN, Listed
from bot.participants.service import Added
from bot.reading import Ask, NotOurs, Outcome, Understood, as_number
from bot.reading.persons.people import Doubt, People
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
    PUT_BACK = "participant.put_back"
    ANSWER = "participant.answer"
    ANSWER_2 = "participant.answer_2"
    ANSWER_3 = "participant.answer_3"


ANSWERS = (Ids.ANSWER, Ids.ANSWER_2, Ids.ANSWER_3)
"""The buttons under one question; no two in a row may have the same id."""
KIND_WORDS = {
    ParticipantKind.CHILD: "child",
    ParticipantKind.YOUNG_PERSON: "young person",
    ParticipantKind.ADULT: "adult",
}
_WHOSE = (("carer", "the parent's or carer's"), ("own", "the participant's own"))


_ASKED_AT_ONCE = 15


def form(meetings: Sequence[Meeting], zone: str, chosen: str = "") -> View:
    """The form for registering people; `chosen` is the id of the meeting to begin with."""
    if not meetings:
        text = "You have no meeting to come. `/meeting new` makes one."
        return b.modal(Ids.ADD, "Add participants", [b.section("none", text)])
    return b.modal(Ids.ADD, "Add participants", _fields(meetings, zone, chosen), submit="Register")


def _fields(
    meetings: Sequence[Meeting], zone: str, chosen: str, names: str = "", listed: Listed | None = None
) -> list[b.Block]:
    """The fields of the form; `names` is what the bot writes into it, under an id that no field had before."""
    choices = [(f"{one.id}", f"{one.reference} {picked(one.starts_at, zone)} {one.title}") for one in meetings[:100]]
    kinds = [(kind.value, words) for kind, words in KIND_WORDS.items()]
    kind = (listed and listed.kind) or ParticipantKind.CHILD
    block = f"names.{hashlib.sha256(names.encode()).hexdigest()[:8]}" if names else "names"
    whose = "own" if listed and listed.carers is False else "carer"
    return [
        b.select_input("meeting", "To which meeting?", choices, chosen=chosen or choices[0][0]),
        b.text_input(block, "Names", value=names, hint="One a line, or with commas between them.", multiline=True),
        b.radio_input("kind", "They are", kinds, chosen=kind.value),
        b.email_input("email", "E-mail address", hint="For one person at a time.", optional=True),
        b.radio_input("whose", "Whose address is it?", _WHOSE, chosen=whose),
        b.context("kept", "Names and addresses are kept encrypted. Only the meeting's staff see them."),
    ]


def check(meeting: Meeting, outcome: Ask[People] | Understood[People], listed: Listed, zone: str) -> View:
    """A list as it was read, before anybody is registered: what was assumed, and each question with its buttons."""
    people = outcome.value if isinstance(outcome, Understood) else outcome.kept or People(())
    count, addresses = len(people.people), sum(1 for one in people.people if one.email)
    lines = [f"{count} {'person' if count == 1 else 'people'} for *{meeting.reference} · {esc(meeting.title)}*."]
    if addresses:
        lines.append(f"{addresses} {'address' if addresses == 1 else 'addresses'}: say below whose.")
    lines += [esc(one.words) for one in outcome.said]
    blocks = b.paragraphs("read", lines)
    if people.doubts:
        words = "Nothing is saved yet. Please answer, or mend the list below."
        blocks.append(b.alert("ask", words, "info"))
    for number, doubt in enumerate(people.doubts[:_ASKED_AT_ONCE]):
        line = f"Line {doubt.number}: " if listed.form and doubt.kind == "line" else ""
        blocks.append(b.section(f"doubt.{number}", clip(esc(f"{line}{doubt.question}"), 2_000)))
        buttons = [
            b.button(clip(one.label, 70), action, f"{number}:{place}:{_key(doubt)}")
            for place, (action, one) in enumerate(zip(ANSWERS, doubt.choices, strict=False))
        ]
        if buttons:
            blocks.append(b.actions(f"answers.{number}", *buttons))
    if len(people.doubts) > _ASKED_AT_ONCE:
        blocks.append(b.context("more", f"{len(people.doubts) - _ASKED_AT_ONCE} more questions come after these."))
    kept = listed if listed.form else replace(listed, kind=ParticipantKind(people.kind) if people.kind else None)
    if kept.kind is ParticipantKind.ADULT and kept.carers is None:
        kept = replace(kept, carers=False)
    blocks += _fields([meeting], zone, f"{meeting.id}", people.text(), kept)
    submit = "Register" if people.doubts else f"Register {count}"
    return b.modal(Ids.ADD, "Is this right?", blocks, submit=submit, metadata=SEEN)


def with_answer(outcome: Outcome[People], answered: str) -> str:
    """The list with one of its questions answered. Raises NotOurs where the button is of another list."""
    people = outcome.kept if isinstance(outcome, Ask) else None
    number, place, key = [*answered.split(":"), "", "", ""][:3]
    doubts = people.doubts if people else ()
    if people is None or as_number(number) >= len(doubts):
        raise NotOurs
    doubt = doubts[as_number(number)]
    if _key(doubt) != key or as_number(place) >= len(doubt.choices):
        raise NotOurs
    return people.text(doubt, doubt.choices[as_number(place)].value)


def _key(doubt: Doubt) -> str:
    """What a button carries of a question, so that it answers no other one; no name can be read from it."""
    return hashlib.sha256(f"{doubt.kind} {doubt.about} {doubt.other}".encode()).hexdigest()[:16]


def names(registrations: Sequence[Registration]) -> str:
    """Names in a row, harmless in mrkdwn."""
    return ", ".join(esc(one.participant.name) for one in registrations)


def added(meeting: Meeting, done: Added, total: int, *, again: bool = False, said: Sequence[str] = ()) -> Say:
    """What came of adding people; `said` is what was taken to be meant."""
    lines = [esc(one) for one in said]
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
    blocks = b.paragraphs("removed", [head, f"{total} registered now."])
    if taken and taken[0].removed_at:
        # Which removal it was goes with it: a button of before undoes no later one.
        value = f"{taken[0].removed_at.isoformat()}|{','.join(one.id.hex for one in taken)}"
        blocks.append(b.actions("undo", b.button("Put back", Ids.PUT_BACK, value)))
        blocks.append(
            b.context("until", "By mistake? For ten minutes one click undoes it, with what was marked of them.")
        )
    return Say(f"{meeting.reference}: {total} registered", blocks)


def put_back(meeting: Meeting, back: Sequence[Registration], total: int) -> Say:
    """What came of undoing a removal; `back` is empty when that had been done before."""
    head = f"*On {meeting.reference} again:* {names(back)}"
    if not back:
        head = "Nobody is off the list by that removal any more. Nothing was changed."
    lines = [head, f"{total} registered now."]
    return Say(f"{meeting.reference}: {total} registered", b.paragraphs("put_back", lines))
