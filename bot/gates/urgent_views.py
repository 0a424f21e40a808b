"""What people see of urgent contact: the form that asks why, what the safeguarding lead is told, and the question after
the meeting. Neither the reason nor the title is ever in a message."""

from collections.abc import Sequence
from enum import StrEnum

from bot.diary import states
from bot.gates.clearing_views import START
from bot.gates.urgent import Came, asks_first
from bot.policy.gates import Tick
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import mention, when
from db.models import Meeting, MeetingState

REASON = "reason"
LONGEST_REASON = 1_000
"""As long as what fits after `/meeting`: a reason that was typed stands in the form whole."""
_ANSWERS = {
    Came.NEEDED: "It was needed",
    Came.NOT_NEEDED: "It was not needed",
    Came.NO_CONTACT: "No contact came about",
}
_RAISE = "Worried about somebody's safety, then or now? Raise it with `/concern`, where it reaches only whom it must."


class Ids(StrEnum):
    """Every id that Slack sends back to this part of the room; those of the answers begin alike."""

    OPEN = "urgent.open"
    SAVE = "urgent.save"
    NOT_AFTER_ALL = "urgent.not_after_all"
    NEEDED = "urgent.needed"
    NOT_NEEDED = "urgent.not_needed"
    NO_CONTACT = "urgent.no_contact"


ANSWERED_BY: dict[Ids, Came] = {
    Ids.NEEDED: Came.NEEDED,
    Ids.NOT_NEEDED: Came.NOT_NEEDED,
    Ids.NO_CONTACT: Came.NO_CONTACT,
}
"""The answer that each button gives."""


def form(meeting: Meeting, reason: str = "") -> View:
    """The form that asks why it is urgent, or for one press where a reason was typed for a group's meeting."""
    blocks = [b.section("danger", "*Somebody in danger now? Call 999 first.*")]
    if asks_first(meeting):
        group = (
            f"*{meeting.reference} is a group meeting.* Nothing of your policy holds up anybody in it then, not only "
            "the person at risk. For contact with one person alone, make a meeting of its own."
        )
        blocks.append(b.section("group", group))
    blocks += [
        b.text_input(
            REASON,
            "Why is this urgent contact?",
            value=reason,
            hint="A few words. Kept encrypted; a worry about somebody belongs into /concern.",
            multiline=True,
            limit=LONGEST_REASON,
        ),
        b.context(
            "what",
            "No rule of the policy holds this meeting up then. Your name and the time are kept. The safeguarding lead "
            "learns at once that it is urgent, not why.",
        ),
    ]
    submit = "It is urgent"
    return b.modal(Ids.SAVE, f"Urgent: {meeting.reference}", blocks, submit=submit, metadata=f"{meeting.id}")


def made(meeting: Meeting, told: Sequence[str]) -> Say:
    """The meeting is urgent contact, and who is told of it; the way on."""
    text = f"*{meeting.reference} is urgent contact now. Nothing holds it up.* Kept with your name and the time."
    if told:
        text += f" Told now, without the reason: {', '.join(mention(one) for one in told)}."
    blocks = [b.section("urgent", text)]
    back = b.button("Not urgent after all", Ids.NOT_AFTER_ALL, f"{meeting.id}")
    if meeting.state in states.SET_UP:
        start = b.button(f"Start {meeting.reference}", START, f"{meeting.id}", style="primary")
        blocks.append(b.actions("buttons", start, back))
    elif meeting.state is MeetingState.DRAFT:
        blocks.append(b.actions("buttons", back))
    link = f"Link and passcode: `/invitation {meeting.reference}`. A worry about somebody's safety: `/concern`."
    blocks.append(b.context("link", link))
    return Say(f"{meeting.reference} is urgent contact.", blocks)


def taken_back(meeting: Meeting, *, done: bool) -> Say:
    """It is no urgent contact after all; `done` unless it was none before."""
    text = f"*{meeting.reference} is no urgent contact.*"
    text += (
        " What your policy asks for comes first again. Whoever was told of it is told of this."
        if done
        else " Nothing was changed."
    )
    return Say(f"{meeting.reference} is no urgent contact.", [b.section("back", text)])


def told_back(meeting: Meeting) -> Say:
    """What whoever was told of it is told then."""
    text = (
        f"*No urgent contact after all: {meeting.reference}.* That it is urgent was said by mistake and taken back "
        f"within minutes. What your policy asks for comes first again. Host {mention(meeting.host)}."
    )
    return Say(f"No urgent contact after all: {meeting.reference}", [b.section("urgent", text)])


def already(meeting: Meeting, tick: Tick, zone: str) -> Say:
    """It was said before; the first reason stays, and another one is added in the form alone."""
    said = f"*{meeting.reference} was urgent contact already*, by {mention(tick.by)}, {when(tick.at, zone)}."
    more = b.button("Give another reason", Ids.OPEN, f"{meeting.id}")
    back = b.button("Not urgent after all", Ids.NOT_AFTER_ALL, f"{meeting.id}")
    blocks = [b.section("urgent", f"{said} Nothing was changed."), b.actions("buttons", more, back)]
    return Say(f"{meeting.reference} was urgent contact already.", blocks)


def told(meeting: Meeting, tick: Tick, zone: str) -> Say:
    """What the safeguarding lead is told at once: who said it, of which meeting."""
    text = (
        f"🚨 *Urgent contact: {meeting.reference}.* {mention(tick.by)} said {when(tick.at, zone)} that it is urgent "
        f"contact with somebody at risk. No rule of your policy holds it up. It is planned for "
        f"{when(meeting.starts_at, zone, weekday=True)}, host {mention(meeting.host)}."
    )
    more = f"Ask them what it is about: the reason stands in no message. `/meeting show {meeting.reference}`"
    return Say(f"Urgent contact: {meeting.reference}", [b.section("urgent", text), b.context("more", more)])


def question(meeting: Meeting, tick: Tick, zone: str) -> Say:
    """What whoever ran it is asked when it is over; a press answers, and nothing is written here."""
    text = (
        f"*{meeting.reference} was urgent contact*, by {mention(tick.by)}, {when(tick.at, zone)}. "
        "Was it needed, and what came of it?"
    )
    buttons = [b.button(_ANSWERS[came], action, f"{meeting.id}") for action, came in ANSWERED_BY.items()]
    return Say(
        f"{meeting.reference} was urgent contact: was it needed?",
        [b.section("question", text), b.actions("answers", *buttons), b.context("raise", _RAISE)],
    )


def answered(meeting: Meeting, said: Came, before: Tick | None, zone: str) -> Say:
    """What is written down now; `before`: who had said so already."""
    words = f"{meeting.reference}: “{_ANSWERS[said]}”"
    if before is None:
        text = f"Thank you. *{words}* is kept with your name and the time. Another button above changes it."
    else:
        text = f"*{words}* was said already, by {mention(before.by)}, {when(before.at, zone)}. Nothing was changed."
    return Say(words, [b.section("answered", text), b.context("raise", _RAISE)])
