"""What people see of concerns. Messages carry a reference, a state and a time; words only modals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.concerns.forms import LONGEST
from bot.concerns.service import Opened
from bot.contacts import Contact
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import clock_time, esc, mention, when
from db.models import Concern
from db.models.concern import About, ConcernState, Urgency


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    OPEN = "concern.open"
    SHORTCUT = "concern.shortcut"
    MESSAGE_SHORTCUT = "concern.message_shortcut"
    FROM_INCIDENT = "concern.from_incident"
    CONTINUE = "concern.continue"
    CALLED_999 = "concern.called_999"
    GATE = "concern.gate"
    ABOUT = "concern.about"
    FORM = "concern.form"
    ACKNOWLEDGE = "concern.acknowledge"
    READ = "concern.read"


ABOUT_WHOM = (
    (About.CHILD.value, "A child or young person"),
    (About.ADULT.value, "An adult"),
    (About.STAFF.value, "A member of staff or a volunteer"),
    (About.UNSURE.value, "I am not sure"),
)
HOW_SOON = (
    (Urgency.NOW.value, "Now"),
    (Urgency.TODAY.value, "Today"),
    (Urgency.WEEK.value, "This week"),
)
_DONE = (
    ("nothing yet", "Nothing yet", ""),
    ("told the lead in person", "Told the safeguarding lead in person", ""),
    ("told a parent or carer", "Told a parent or carer", ""),
    ("called 999 or 101", "Called 999 or 101", ""),
    ("ended the session", "Ended the session", ""),
    ("removed somebody", "Removed somebody from the session", ""),
    ("other", "Something else (say what under “facts”)", ""),
)
_LABELS = {
    "who": "Who it is about",
    "occurred": "When",
    "where": "Where",
    "facts": "What was seen or heard",
    "words": "The person's exact words",
    "questions": "What the raiser said or asked",
    "opinion": "The raiser's own view (opinion, not fact)",
    "witnesses": "Who else was there",
    "done": "Already done",
    "knows": "Does the person know?",
    "wishes": "What the adult wants to happen",
    "agreed": "Did they agree to this being shared?",
    "reason": "Why it is shared without their agreement",
    "message": "Raised from a message",
}
ROLE_WORDS = {"lead": "safeguarding lead", "deputy": "deputy safeguarding lead", "head": "head of the organisation"}
OUTSIDE = "101, or 999 in an emergency"
"""Whom to telephone where the organisation's file names no outside contact."""
DROP_NOTHING = "Please type and drop nothing in this thread. Use the buttons: what you read and write there is sealed."


def gate(contacts: Sequence[Contact], *, facts: str = "", metadata: str = "", usable: bool = True) -> View:
    """The danger gate: 999 and the numbers, before anything else. Without records it is all there is."""
    lines = ["*Is somebody in danger right now? Call 999.*", "You don't need anybody's permission."]
    if contacts:
        lines.append("Then phone your safeguarding people:")
        lines += [
            f"• {esc(one.name)} ({ROLE_WORDS.get(one.role, one.role)}): *{esc(one.phone)}*" for one in contacts[:6]
        ]
    else:
        lines.append("Then phone your safeguarding lead.")
    blocks = [b.section("danger", "\n".join(lines))]
    if not usable:
        blocks.append(
            b.section("down", "*The form can't be saved right now*, so please phone. Write on paper meanwhile.")
        )
        return b.modal("note", "Worried about somebody?", blocks)
    blocks.append(
        b.actions(
            "gate",
            b.button("Nobody is in danger: go on", Ids.CONTINUE, "no", style="primary"),
            b.button("I have called 999: go on", Ids.CALLED_999, "999"),
        )
    )
    if facts:
        if len(facts) > LONGEST:
            end = esc(facts[LONGEST - 40 : LONGEST])
            cut = f"*Only the first {LONGEST:,} characters fit here*, up to “…{end}”."
            blocks.append(b.alert("cut", f"{cut} Write the rest in the next fields."))
        blocks.append(b.text_input("facts", "What you typed so far", value=facts, multiline=True, limit=LONGEST))
        return b.modal(Ids.GATE, "Worried about somebody?", blocks, submit="Go on", metadata=metadata)
    return b.modal(Ids.GATE, "Worried about somebody?", blocks, metadata=metadata)


def form(state: Mapping[str, Any], *, metadata: str = "") -> View:
    """The form. `state` is what the view holds now: it decides the branch and is kept by Slack itself."""
    about = state.get("about")
    blocks = [
        b.context("who_reads", "Shared only with those who need to know. Never promise anybody to keep a secret."),
        b.radio_input("about", "Whom is it about?", ABOUT_WHOM, chosen=about, dispatch=True, action=Ids.ABOUT),
    ]
    if about == About.STAFF:
        hint = "They are never told or shown this. Leave empty if they are not in Slack."
        blocks.append(b.person_input("subject_staff", "Which member of staff?", hint=hint, optional=True))
    blocks += [
        b.text_input("who", "Who? Name, or what you know", optional=True, limit=300),
        b.text_input(
            "facts",
            "What did you see or hear? Facts only",
            value=state.get("facts"),
            multiline=True,
            limit=LONGEST,
            hint="What happened, in order. Never take, keep or send a picture; describe in words.",
        ),
        b.text_input(
            "words",
            "Their exact words",
            multiline=True,
            optional=True,
            limit=LONGEST,
            hint="Word for word, even if rude. Don't tidy, correct or translate.",
        ),
        b.text_input(
            "questions",
            "What did you say or ask?",
            multiline=True,
            optional=True,
            limit=LONGEST,
            hint="Open questions are fine: tell me, explain, describe.",
        ),
        b.radio_input("urgency", "How soon does the lead need to see this?", HOW_SOON, chosen=Urgency.TODAY.value),
        b.date_input("date", "When did it happen, or when were you told?", optional=True),
        b.time_input("time", "At what time?", optional=True),
        b.text_input("where", "Where?", optional=True, limit=300, hint="For instance: main room, chat, phone."),
        b.text_input("opinion", "Your own view, kept apart", multiline=True, optional=True, limit=LONGEST),
        b.text_input("witnesses", "Who else was there?", optional=True, limit=1000),
        b.checkbox_input("done", "What have you done already?", _DONE),
        b.radio_input(
            "knows",
            "Do they know that you pass this on?",
            (("yes", "Yes"), ("no", "No"), ("not safe to say", "It was not safe to say")),
            optional=True,
        ),
    ]
    if about == About.ADULT:
        blocks += [
            b.text_input("wishes", "What do they want to happen?", multiline=True, optional=True, limit=LONGEST),
            b.radio_input(
                "agreed",
                "Did they agree to your sharing this?",
                (("yes", "Yes"), ("no", "No"), ("not asked", "I did not ask")),
                optional=True,
            ),
            b.text_input(
                "reason",
                "If not, why share it anyway?",
                optional=True,
                limit=1000,
                hint="For instance: others are at risk, a crime, somebody controls them, they can't decide.",
            ),
        ]
    return b.modal(Ids.FORM, "What is worrying you?", blocks, submit="Save and send", metadata=metadata)


@dataclass(frozen=True)
class Receipt:
    """What the raiser is told: `phone` are the people to telephone, the subject never among them."""

    concern: Concern
    phone: Sequence[Contact]
    outside: str
    zone: str
    again: bool = False
    amended: bool = False


def receipt(done: Receipt) -> View:
    """Saved: the reference, until when to wait, and whom to telephone. No content."""
    concern = done.concern
    head = "Saved as"
    if done.again:
        head = "Saved already, as"
    elif done.amended:
        head = "Added to what you had saved, as"
    lines = [f"*{head} {concern.reference}*, {when(concern.raised_at, done.zone)}."]
    if concern.sealed_from_staff:
        lines.append("*Nobody inside the organisation may be told of this*, so the bot has told nobody. It is sealed.")
        lines.append(f"*Please telephone now:* {esc(done.outside)}")
    else:
        lines.append("The bot is telling the person responsible now. Others are not told.")
        by = clock_time(concern.answer_by, done.zone)
        if (concern.answer_by - concern.raised_at).total_seconds() > 12 * 3600:
            by = when(concern.answer_by, done.zone)
        lines.append(f"You will hear when it has been seen. *If you hear nothing by {by}, phone:*")
        lines += [f"• {esc(one.name)}: *{esc(one.phone)}*" for one in done.phone[:4]] or [f"• {esc(done.outside)}"]
    lines.append("You can call 999, social services or the police yourself at any time.")
    after = "Please don't talk about it in Slack, and don't tell the person it is about. Look after yourself too."
    blocks = [b.section("saved", "\n".join(lines)), b.context("after", after)]
    return b.modal("note", "Saved", blocks)


def post(concern: Concern, zone: str, *, asked: bool = False) -> tuple[str, list[b.Block]]:
    """A message about a concern: (text, blocks), without any content, drawn from how it stands."""
    if concern.state is ConcernState.RAISED:
        state, deadline = "new", f"answer by {when(concern.answer_by, zone)}"
        if concern.escalation_step:
            state, deadline = "not answered yet", f"was to be answered by {when(concern.answer_by, zone)}"
    else:
        at = concern.acknowledged_at
        state = f"acknowledged by {mention(concern.acknowledged_by or '')}"
        deadline = when(at, zone) if isinstance(at, datetime) else ""
    lead_in = (
        "Nobody has answered yet, so you are asked now. " if asked and concern.state is ConcernState.RAISED else ""
    )
    line = f"{lead_in}*{concern.reference}* · {state} · {deadline}"
    value = str(concern.id)
    buttons = [b.button("Open", Ids.READ, value)]
    if concern.state is ConcernState.RAISED:
        buttons.insert(0, b.button("Acknowledge", Ids.ACKNOWLEDGE, value, style="primary"))
    blocks = [b.section("concern", line), b.actions("buttons", *buttons), b.context("drop_nothing", DROP_NOTHING)]
    return f"{concern.reference}: {state.split(' by ')[0]}", blocks


def taken_back(concern: Concern) -> tuple[str, list[b.Block]]:
    """What is left of a message where the concern does not belong any more: (text, blocks)."""
    text = f"*{concern.reference}* · no longer here. There is nothing for you to do."
    return f"{concern.reference}: no longer here", [b.section("concern", text)]


def seen(concern: Concern, zone: str) -> str:
    """The raiser's notice that somebody has taken it up."""
    at = concern.acknowledged_at or concern.raised_at
    return f"*{concern.reference}* has been seen, {when(at, zone)}. Somebody is looking after it. Thank you."


def not_seen(concern: Concern, contacts: Sequence[Contact], outside: str) -> str:
    """The raiser's notice that nobody has answered: telephone."""
    numbers = "\n".join(f"• {esc(one.name)}: *{esc(one.phone)}*" for one in contacts[:4]) or f"• {esc(outside)}"
    return (
        f"*{concern.reference}: nobody has answered yet. Please telephone now:*\n{numbers}\n"
        "In danger: 999. You can call social services or the police yourself."
    )


def record(opened: Opened, zone: str) -> View:
    """The whole record, for the one person whose right was just checked."""
    concern = opened.concern
    about = dict(ABOUT_WHOM)[concern.about]
    facts = (
        f"*{concern.reference}* · raised {when(concern.raised_at, zone)} by {mention(opened.raised_by)}\nAbout: {about}"
    )
    if concern.subject_staff:
        facts += f" ({mention(concern.subject_staff)})"
    blocks = [b.section("head", facts)]
    if opened.amended:
        blocks.append(
            b.context("amended", "The raiser has added to this; the newest words are shown, the old are kept.")
        )
    for name, text in opened.texts.items():
        blocks.append(b.context(f"label.{name}", f"*{_LABELS[name]}*"))
        blocks += b.verbatim(f"text.{name}", text)
    if concern.state is ConcernState.RAISED:
        button = b.button("Acknowledge", Ids.ACKNOWLEDGE, str(concern.id), style="primary")
        blocks.append(b.actions("buttons", button))
    elif concern.acknowledged_at:
        who = mention(concern.acknowledged_by or "")
        blocks.append(b.context("acknowledged", f"Acknowledged by {who}, {when(concern.acknowledged_at, zone)}"))
    return b.modal("concern.record", "Record", blocks)


MAIL_SUBJECT = "A concern is waiting for you"


def mail(reference: str, organisation: str) -> str:
    """The content-free mail that stands in for Slack."""
    return (
        f"{reference}: a concern is waiting for you at {organisation}.\n\n"
        "Slack could not be reached to tell you there. Open Slack and look for this reference, or telephone the\n"
        "person who cares for the bot. Please don't answer this mail: it must not hold anything about the concern.\n"
    )
