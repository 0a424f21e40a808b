"""What people see of participants: always only the person who asked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.diary import ages
from bot.paging import Page
from bot.participants.forms import AS_KNOWN, SEEN, Listed, grown_up
from bot.participants.merging import Merged, Pair, Seen
from bot.participants.service import Added
from bot.reading import Ask, NotOurs, Outcome, Understood, as_number
from bot.reading.persons.names import folded
from bot.reading.persons.people import Doubt, People
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.delicate import MOST_MEANT, quoted, which_is_meant
from bot.slack.pickers import picked
from bot.slack.text import bold, clip, esc
from db.models import Meeting, Participant, ParticipantKind, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    ADD = "participant.add"
    OPEN_ADD = "participant.open_add"
    REMOVE = "participant.remove"
    MORE = "participant.more"
    PUT_BACK = "participant.put_back"
    MERGE_ASK = "participant.merge_ask"
    MERGE = "participant.merge"
    TAKE_BACK = "participant.merge_undo"
    ANSWER = "participant.answer"
    ANSWER_2 = "participant.answer_2"
    ANSWER_3 = "participant.answer_3"
    OFFICE_FILE = "participant.office_file"
    OFFICE_COLUMNS = "participant.office_columns"
    OFFICE_PEOPLE = "participant.office_people"
    OFFICE_OTHER = "participant.office_other"


ANSWERS = (Ids.ANSWER, Ids.ANSWER_2, Ids.ANSWER_3)
"""The buttons under one question; no two in a row may have the same id."""
KIND_WORDS = {
    ParticipantKind.CHILD: "child",
    ParticipantKind.YOUNG_PERSON: "young person",
    ParticipantKind.ADULT: "adult",
    ParticipantKind.PROFESSIONAL: "professional",
}
WHOSE_ADDRESS = (("carer", "the parent's or carer's"), ("own", "the participant's own"))


_ASKED_AT_ONCE = 15
_NAMES_HINT = "One a line, or with commas between them; an age behind the name: Zoe Bell 14."


@dataclass(frozen=True)
class Target:
    """What the people of a list are added to: what the form chooses from, as (id, label), the words for it and the
    form's ids. `more` are further fields."""

    choices: Sequence[tuple[str, str]]
    called: str
    question: str = "To which meeting?"
    verb: str = "Register"
    form: str = Ids.ADD
    answers: Sequence[str] = ANSWERS
    more: Sequence[b.Block] = ()

    @classmethod
    def of(cls, meetings: Sequence[Meeting], zone: str) -> "Target":
        """Some meetings, of which the first is chosen."""
        choices = [(f"{one.id}", f"{one.reference} {picked(one.starts_at, zone)} {one.title}") for one in meetings]
        return cls(choices[:100], f"*{meetings[0].reference} · {esc(meetings[0].title)}*")


def form(meetings: Sequence[Meeting], zone: str) -> View:
    """The form for registering people; the first meeting is chosen to begin with."""
    if not meetings:
        text = "You have no meeting to come. `/meeting new` makes one."
        return b.modal(Ids.ADD, "Add participants", [b.section("none", text)])
    return form_for(Target.of(meetings, zone))


def form_for(target: Target) -> View:
    """The empty form for a list of people."""
    return b.modal(target.form, "Add participants", _fields(target), submit=target.verb)


def _fields(target: Target, names: str = "", listed: Listed | None = None) -> list[b.Block]:
    """The fields of the form; `names` is what the bot writes into it, under an id that no field had before."""
    choices = target.choices
    kinds = [(AS_KNOWN, "as they are known already, else by their age, else children")]
    kinds += [(kind.value, words) for kind, words in KIND_WORDS.items()]
    kind = listed.kind.value if listed and listed.kind else AS_KNOWN
    block = f"names.{hashlib.sha256(names.encode()).hexdigest()[:8]}" if names else "names"
    # Whose an address is decides who gets the link: nobody is taken to have said it.
    whose = None if listed is None or listed.carers is None else "carer" if listed.carers else "own"
    return [
        b.select_input("meeting", target.question, choices, chosen=choices[0][0]),
        b.text_input(block, "Names", value=names, hint=_NAMES_HINT, multiline=True),
        b.radio_input("kind", "They are", kinds, chosen=kind),
        b.email_input("email", "E-mail address", hint="For one person at a time.", optional=True),
        b.radio_input("whose", "Whose address is it?", WHOSE_ADDRESS, chosen=whose, optional=True),
        *target.more,
        b.context("kept", "Names and addresses are kept encrypted. Only the meeting's staff see them."),
    ]


def check(target: Target, outcome: Ask[People] | Understood[People], listed: Listed) -> View:
    """A list as it was read, before anybody is registered: what was assumed, and each question with its buttons."""
    people = outcome.value if isinstance(outcome, Understood) else outcome.kept or People(())
    count, addresses = len(people.people), sum(1 for one in people.people if one.email and not grown_up(one))
    new = count - len(people.already)
    lines = [f"{count} {'person' if count == 1 else 'people'} for {target.called}."]
    if addresses:
        lines.append(f"{addresses} {'address' if addresses == 1 else 'addresses'}: say below whose.")
    lines += [esc(one.words) for one in outcome.said]
    aged = sum(1 for one in people.people if one.age)
    if 0 < aged < count:
        lines.append(f"{count - aged} without an age on this list: whoever has none on record counts as under age.")
    blocks = b.paragraphs("read", lines)
    if people.doubts:
        words = "Nothing is saved yet. Please answer, or mend the list below."
        blocks.append(b.alert("ask", words, "info"))
    for number, doubt in enumerate(people.doubts[:_ASKED_AT_ONCE]):
        line = f"Line {doubt.number}: " if listed.form and doubt.kind == "line" else ""
        blocks.append(b.section(f"doubt.{number}", clip(esc(f"{line}{doubt.question}"), 2_000)))
        buttons = [
            b.button(clip(one.label, 70), action, f"{number}:{place}:{_key(doubt)}")
            for place, (action, one) in enumerate(zip(target.answers, doubt.choices, strict=False))
        ]
        if buttons:
            blocks.append(b.actions(f"answers.{number}", *buttons))
    if len(people.doubts) > _ASKED_AT_ONCE:
        blocks.append(b.context("more", f"{len(people.doubts) - _ASKED_AT_ONCE} more questions come after these."))
    kept = listed if listed.form else replace(listed, kind=ParticipantKind(people.kind) if people.kind else None)
    if kept.kind and kept.kind.grown_up and kept.carers is None:
        kept = replace(kept, carers=False)
    blocks += _fields(target, people.text(), kept)
    submit = target.verb if people.doubts else f"{target.verb} {new}" if new else "Save"
    return b.modal(target.form, "Is this right?", blocks, submit=submit, metadata=SEEN)


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
    if done.other_age:
        lines.append(f"Another age is on record for {names(done.other_age)}; it was left as it is.")
    if done.other_address or done.other_age:
        lines.append("`/participant show NAME` shows what is on record, to be mended there.")
    lines.append(f"{total} registered in all. Next: `/invitation {meeting.reference}`")
    blocks = b.paragraphs("added", lines)
    if done.new:
        undo = b.button("Take it back", Ids.REMOVE, ",".join(one.id.hex for one in done.new))
        blocks += [b.actions("undo", undo), b.context("until", "By mistake? It takes these people off again.")]
    return Say(f"{meeting.reference}: {total} registered", blocks)


def listing(meeting: Meeting, page: Page[Registration], zone: str, about: b.Block | None = None) -> Say:
    """A page of who is registered for a meeting; `about`: what opens the form about one of them."""
    more = b.actions("buttons", b.button("Add people", Ids.OPEN_ADD, f"{meeting.id}"))
    if not page.rows:
        text = f"Nobody is registered for {meeting.reference} yet. `/participant add NAME, NAME to {meeting.reference}`"
        return Say(text, [b.section("empty", text), more])
    head = f"*{meeting.reference} · {esc(meeting.title)}*: {page.total} registered"
    blocks = b.paragraphs("people", [head, *[_line(one, meeting, zone) for one in page.rows]])
    if not page.whole:
        after = None if page.next is None else f"{meeting.id}:{page.next}"
        blocks += b.turn("people", page.words, "Next page", Ids.MORE, after)
    return Say(f"{meeting.reference}: {page.total} registered", [*blocks, *([about] if about else []), more])


def _line(registration: Registration, meeting: Meeting, zone: str) -> str:
    person = registration.participant
    age = ages.shown(person, meeting.starts_at, zone)
    facts = [KIND_WORDS[person.kind]]
    if age or not person.kind.grown_up:
        facts.append(age or "age not known")
    if registration.walk_in:
        facts.append("walk-in")
    if person.carer:
        facts.append("carer's e-mail known")
    if person.email:
        facts.append("e-mail known")
    return f"• {esc(person.name)} ({', '.join(facts)})"


def ask_remove(
    meeting: Meeting,
    found: Sequence[Registration],
    unsure: Mapping[str, Sequence[Registration]],
    unknown: Sequence[str],
) -> Say:
    """Before anybody is taken off: who was found, who may be meant, and who is not on the list."""
    blocks = []
    if found:
        blocks.append(b.section("found", f"Take off {meeting.reference}: {clip(names(found), 2_500)}?"))
        blocks.append(b.actions("found_buttons", _remove_button("Remove", found)))
    for number, (name, each) in enumerate(list(unsure.items())[:10]):
        blocks.append(b.section(f"unsure.{number}", which_is_meant(name, [one.participant.name for one in each])))
        for place, one in enumerate(each[:MOST_MEANT]):
            button = _remove_button(f"Yes, remove {clip(one.participant.name, 50)}", [one])
            blocks.append(b.actions(f"unsure_buttons.{number}.{place}", button))
    if unknown:
        who = ", ".join(quoted(name) for name in unknown)
        text = f"Not on the list of {meeting.reference}: {who}. `/participant list {meeting.reference}` shows it."
        blocks.append(b.section("unknown", text))
    return Say(f"Take somebody off {meeting.reference}", blocks)


def _remove_button(text: str, who: Sequence[Registration]) -> b.Button:
    """It stands beside the question and can be undone: nothing is asked twice."""
    return b.button(text, Ids.REMOVE, ",".join(one.id.hex for one in who), style="danger")


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


_MEETINGS_NAMED = 6


def which_two(pairs: Sequence[Pair]) -> Say:
    """More than two records fit what was typed: each two of them, with a button."""
    blocks = [b.section("which", "More than two records fit. Which two are one person? Nothing was changed.")]
    for number, pair in enumerate(pairs):
        blocks.append(b.section(f"pair.{number}", f"{_seen(pair.gone)}\n{_seen(pair.stays)}"))
        label = f"{_short(pair.gone)} and {_short(pair.stays)}"
        blocks.append(b.actions(f"pair_buttons.{number}", b.button(clip(label, 70), Ids.MERGE_ASK, _pair(pair))))
    return Say("Which two are one person?", blocks)


def ask_merge(pair: Pair, typed: Sequence[str] = ()) -> Say:
    """Before two records become one person's: both, what differs, and what comes of it; first whom the bot took for
    somebody whom nobody is called quite like."""
    gone, stays = pair.gone.person, pair.stays.person
    # By their first name alone, say, somebody is called quite so.
    known = [f"{folded(name)} " for one in (pair.gone, pair.stays) for name in one.names]
    unknown = [one for one in typed if not any(name.startswith(f"{folded(one)} ") for name in known)]
    lines = [f"I know nobody called {quoted(one)}; is this who you mean?" for one in unknown]
    lines += ["*Are these one person?*", _seen(pair.gone), f"{_seen(pair.stays)}. This record stays."]
    if gone.kind is not stays.kind:
        kinds = f"{KIND_WORDS[gone.kind]} and {KIND_WORDS[stays.kind]}"
        lines.append(f"⚠️ The records say {kinds}: {KIND_WORDS[stays.kind]} stays, with all rules for that age.")
    theirs, others = stays.addresses, gone.addresses
    if theirs and others and theirs != others:
        lines.append("⚠️ Their e-mail addresses differ: that of the record that stays is used.")
    elif others and not theirs:
        lines.append(f"The e-mail address known for {esc(gone.name)} comes along.")
    both = [one for one in pair.gone.meetings if one in pair.stays.meetings]
    if both:
        lines.append(_both_on(both, "stays"))
    blocks = b.paragraphs("merge", lines)
    blocks.append(b.actions("merge_buttons", b.button("They are one person", Ids.MERGE, _pair(pair), style="primary")))
    blocks.append(b.context("kept", "Nothing is deleted. Not one person? Then do nothing."))
    return Say("Are these one person?", blocks)


def merged(stays: Participant, gone: Participant, made: Merged | None) -> Say:
    """What came of making two records one person's; None: they were one before."""
    name = esc(gone.name if gone.apart else stays.name)
    also = "" if gone.apart or stays.name == gone.name else f", also registered as {esc(gone.name)}"
    if made is None:
        return Say("One person", [b.section("merged", f"*{name}*{also}: one person already.")])
    lines = [f"*One person now:* {name}{also}."]
    if made.apart:
        lines.append("Reports count them once. Each team goes on seeing only what it wrote down itself.")
    if made.both_on:
        lines.append(_both_on(made.both_on, "stayed"))
    blocks = b.paragraphs("merged", lines)
    both = f"{made.gone.hex},{made.stays.hex}"
    value = "|".join([made.at.isoformat(), f"{int(made.address)}", both, *(one.hex for one in made.carried)])
    blocks.append(b.actions("undo", b.button("Take it back", Ids.TAKE_BACK, value)))
    blocks.append(b.context("until", "By mistake? For ten minutes one click makes two people of them again."))
    return Say("One person now", blocks)


def taken_back(two: Sequence[Participant]) -> Say:
    """What came of undoing that; nobody is named when it had been undone before."""
    words = "That was taken back before. Nothing was changed."
    if two:
        called = " and ".join(dict.fromkeys(esc(one.name) for one in two))
        words = f"*Two people again:* {called}, with the places and marks of before."
    return Say("Taken back", [b.section("taken_back", words)])


def _both_on(numbers: Sequence[int], verb: str) -> str:
    where = _numbers(numbers)
    return (
        f"Both {'are' if verb == 'stays' else 'were'} on {where}: one place {verb}, as there if either was marked so. "
        "What was marked before is kept. What was ticked for the other place alone is to be ticked again."
    )


def _seen(one: Seen) -> str:
    also = [esc(name) for name in one.names if name != one.person.name]
    called = f", also {', '.join(also)}" if also else ""
    return f"• {bold(one.person.name)} ({KIND_WORDS[one.person.kind]}{called}), on {_numbers(one.meetings)}"


def _numbers(numbers: Sequence[int]) -> str:
    named = ", ".join(f"M-{one}" for one in numbers[:_MEETINGS_NAMED])
    more = len(numbers) - _MEETINGS_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _short(one: Seen) -> str:
    return f"{clip(one.person.name, 24)} (M-{one.meetings[0]})"


def _pair(pair: Pair) -> str:
    return f"{pair.gone.person.id.hex},{pair.stays.person.id.hex}"
