"""What the raiser fills in: the danger gate and the form."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.concerns.ids import Ids
from bot.concerns.raising.choices import NOTHING, Offered
from bot.concerns.raising.forms import LONGEST
from bot.concerns.words import ABOUT_WHOM, HOW_SOON, ROLE_WORDS
from bot.contacts import Contact
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import esc
from db.models.concern import About

_PLACES = (
    ("main room", "Main room"),
    ("breakout room", "Breakout room"),
    ("chat", "Chat"),
    ("waiting room", "Waiting room"),
    ("phone", "On the phone"),
    ("outside a session", "Outside a session"),
    ("elsewhere", "Somewhere else"),
)
_DONE = (
    ("nothing yet", "Nothing yet", ""),
    ("told the lead in person", "Told the safeguarding lead in person", ""),
    ("told a parent or carer", "Told a parent or carer", ""),
    ("called 999 or 101", "Called 999 or 101", ""),
    ("ended the session", "Ended the session", ""),
    ("removed somebody", "Removed somebody from the session", ""),
    ("something else", "Something else", ""),
)
_EXACT = (("exact", "That is exact"), ("about", "That is about right"))
_STAFF_HINT = (
    "They are never told or shown this. If it is a safeguarding lead, a deputy, the head or the chair, choose them "
    "here, so that it goes past them. Leave it empty if they are not in Slack."
)

_OUT_HINT = "They are not told and can't read it. For instance: it is about them too, or about their family."


def gate_alone(contacts: Sequence[Contact], *, refused: bool) -> View:
    """The gate where it is all there is: for whoever is no member of staff, and without records."""
    text = "*The form can't be saved right now*, so please phone. Write on paper meanwhile."
    if refused:
        text = "*The form is for members of staff of this workspace.* Please phone, or tell one of them now."
    return b.modal("note", "Worried about somebody?", [_danger(contacts), b.section("down", text)])


def _danger(contacts: Sequence[Contact]) -> b.Block:
    """999 and the numbers, before anything else."""
    lines = ["*Is somebody in danger right now? Call 999.*", "You don't need anybody's permission."]
    if contacts:
        lines.append("Then phone your safeguarding people:")
        lines += [
            f"• *{esc(one.phone)}* {esc(one.name)}, {ROLE_WORDS[one.role]}"
            for one in [one for one in contacts if one.role in ROLE_WORDS][:6]
        ]
    else:
        lines.append("Then phone your safeguarding lead.")
    return b.section("danger", "\n".join(lines))


def gate(contacts: Sequence[Contact], *, facts: str = "", metadata: str = "") -> View:
    """The danger gate: 999 and the numbers, before anything else."""
    go_on = b.actions(
        "gate",
        b.button("Nobody is in danger: go on", Ids.CONTINUE, "no", style="primary"),
        b.button("I have called 999: go on", Ids.CALLED_999, "999"),
    )
    blocks = [_danger(contacts), go_on]
    if facts:
        if len(facts) > LONGEST:
            end = esc(facts[LONGEST - 40 : LONGEST])
            cut = f"*Only the first {LONGEST:,} characters fit here*, up to “…{end}”."
            blocks.append(b.alert("cut", f"{cut} Write the rest in the next fields."))
        blocks.append(
            b.text_input("facts", "What you typed so far", value=facts, multiline=True, optional=True, limit=LONGEST)
        )
        return b.modal(Ids.GATE, "Worried about somebody?", blocks, submit="Go on", metadata=metadata)
    return b.modal(Ids.GATE, "Worried about somebody?", blocks, metadata=metadata)


def form(state: Mapping[str, Any], offered: Offered = NOTHING, *, metadata: str = "") -> View:
    """The form. `state` is what the view holds now: it decides the branch and is kept by Slack itself."""
    about = state.get("about")
    blocks = [
        b.context("who_reads", "Shared only with those who need to know. Never promise anybody to keep a secret."),
        b.radio_input("about", "Whom is it about?", ABOUT_WHOM, chosen=about, dispatch=True, action=Ids.ABOUT),
    ]
    if about == About.STAFF:
        blocks.append(b.person_input("subject_staff", "Which member of staff?", hint=_STAFF_HINT, optional=True))
    # Nothing is chosen beforehand: what nobody chose would go out as somebody's word that it can wait.
    blocks.append(
        b.radio_input("urgency", "How soon does the lead need to see this?", HOW_SOON, chosen=state.get("urgency"))
    )
    blocks += _who(offered)
    blocks.append(b.people_input("left_out", "Must anybody at work not learn of it?", hint=_OUT_HINT, optional=True))
    blocks += account(state.get("facts"))
    if about == About.ADULT:
        blocks += _adult()
    blocks.append(b.context("rest", "*The rest can stay empty.* Save whenever you like; you can add more afterwards."))
    blocks += _when_and_where(offered)
    blocks += _around()
    true = "By saving you say that this is a true account in your own words. Your name and the time are added."
    blocks.append(b.context("true", true))
    return b.modal(Ids.FORM, "What is worrying you?", blocks, submit="Save and send", metadata=metadata)


def account(facts: str | None = None) -> list[b.Block]:
    """What was seen, said and asked: apart from each other, and apart from any opinion."""
    return [
        b.text_input(
            "facts",
            "What did you see or hear? Facts only",
            value=facts,
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
            hint="Word for word, even if rude. Don't tidy, correct or translate. Welsh or signed? Say so.",
        ),
        b.text_input(
            "questions",
            "What did you say or ask?",
            multiline=True,
            optional=True,
            limit=LONGEST,
            hint="Open questions are fine: tell me, explain, describe.",
        ),
    ]


def _who(offered: Offered) -> list[b.Block]:
    if not offered.participants:
        return [b.text_input("who", "Who? Name, or what you know", optional=True, limit=300)]
    hint = "Only people from your own sessions are listed."
    return [
        b.several_input("participants", "Who?", offered.participants, hint=hint, optional=True),
        b.text_input("who", "Somebody else? Name, or what you know", optional=True, limit=300),
    ]


def _when_and_where(offered: Offered) -> list[b.Block]:
    blocks = [
        b.date_input("date", "When did it happen, or when were you told?", optional=True),
        b.time_input("time", "At what time?", optional=True),
        b.radio_input("exact", "Is that exact?", _EXACT, optional=True),
    ]
    if offered.meetings:
        blocks.append(b.select_input("meeting", "At which session?", offered.meetings, optional=True))
    return [
        *blocks,
        b.select_input("place", "Where did it happen?", _PLACES, optional=True),
        b.text_input("where", "Where, in your own words?", optional=True, limit=300),
    ]


def _around() -> list[b.Block]:
    knows = (("yes", "Yes"), ("no", "No"), ("not safe to say", "It was not safe to say"))
    opinion = "What you think or feel about it. It is kept apart from the facts."
    return [
        b.text_input("opinion", "Your own view", multiline=True, optional=True, limit=LONGEST, hint=opinion),
        b.text_input(
            "injury",
            "An injury you saw on screen? Where on the body?",
            optional=True,
            limit=1000,
            hint="In words only. Never a screenshot, a photo or a recording.",
        ),
        b.text_input("witnesses", "Who else was there?", optional=True, limit=1000),
        b.checkbox_input("done", "What have you done already?", _DONE),
        b.text_input("did", "What else did you do, and when?", multiline=True, optional=True, limit=1000),
        b.radio_input("knows", "Do they know that you pass this on?", knows, optional=True),
        b.date_input(
            "paper_date",
            "On paper first? On which day did you write it?",
            optional=True,
            hint="Only where this was first written on paper, because Slack or the bot was out of reach.",
        ),
        b.time_input("paper_time", "On paper first? At what time?", optional=True),
    ]


def _adult() -> list[b.Block]:
    return [
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
        b.radio_input(
            "able",
            "Can they decide this for themselves?",
            (("yes", "Yes"), ("no", "No"), ("not sure", "I am not sure")),
            optional=True,
        ),
    ]
