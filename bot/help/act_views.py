"""What the organisation does once, under `/facilitator policy`: how it stands, the form, and the reminder."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from bot.facts.recording import REVIEWED_AFTER
from bot.facts.shown import ASKED, WORDS, in_words
from bot.organisation.acts import PLATFORMS, Kind, Seen, State
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import clip, esc, mention
from db.models import Fact, HowShown

WHAT, PLATFORM, PROGRAMME, SAID, YEARS, DAY, REVIEW, HOW = (
    "what",
    "platform",
    "programme",
    "said",
    "years",
    "day",
    "review",
    "how",
)
"""The fields of the form."""
CALLED = {
    Kind.ASSESSMENT: "Risk assessment of this way of working",
    Kind.PLATFORM: "Platform checked",
    Kind.MINIMUM_AGE: "Minimum age of the platform",
    Kind.REMIT: "Remit of the sessions approved",
    Kind.ACCOUNT: "Account that is shared by staff",
    Kind.VERSION: "Version of the policy that we work by",
}
NO_PROGRAMME = "-"


class Ids(StrEnum):
    """Every id that Slack sends back about what the organisation does once."""

    OPEN = "desk.act_open"
    FORM = "desk.act"
    BACK = "desk.act_back"


def listing(found: Sequence[Seen], *, may_record: bool) -> list[b.Block]:
    """What the policy asks of the organisation once, and how each stands."""
    if not found:
        return []
    lines = ["*Once for the organisation*", *(_line(one) for one in found)]
    blocks = b.paragraphs("acts", lines)
    if may_record:
        blocks.append(b.actions("record_act", b.button("Record one of these", Ids.OPEN)))
    return blocks


def _line(one: Seen) -> str:
    head = f"*{called(one)}* ({', '.join(one.act.clauses) or 'our own suggestion'})"
    if one.fact is None:
        waits = "meetings wait for it" if one.act.holds_up else "no meeting waits for it"
        return f"{'🔴' if one.act.holds_up else '⚪'} {head}: not recorded yet; {waits}."
    by = f"{mention(one.fact.by)}, {in_words(_day(one.fact))}"
    how = f", {WORDS[one.fact.shown_by]}" if one.fact.shown_by else ""
    if one.state is State.STANDS or one.review is None:
        review = f"; look at it anew by {in_words(one.review)}" if one.review else ""
        return f"✅ {head}: {by}{how}{review}."
    if one.state is State.DUE:
        return f"🟠 {head}: {by}{how}. *Due: look at it anew by {in_words(one.review)}.*"
    waits = "meetings wait for it" if one.act.holds_up else "your policy lets no meeting wait for it"
    return f"⚠️ {head}: {by}{how}. *Overdue since {in_words(one.review)}*, so it counts as not recorded; {waits}."


def called(one: Seen) -> str:
    """It in a few words, with the platform or the programme that it is about."""
    within = one.act.within
    about = f": {esc(within.capitalize() if within in PLATFORMS else within)}" if within else ""
    return f"{CALLED[one.act.kind]}{about}"


def _day(fact: Fact) -> date:
    return fact.day or fact.at.date()


def form(asked: Sequence[tuple[Kind, str]], platforms: Sequence[str], programmes: Sequence[str], today: date) -> View:
    """The form; `asked` are the kinds with the policy's words."""
    kinds = [(kind.value, clip(CALLED[kind], 75)) for kind, _ in asked]
    with_platform = [kind for kind, _ in asked if kind in (Kind.PLATFORM, Kind.MINIMUM_AGE)]
    first = [*platforms, *(one for one in PLATFORMS if one not in platforms)]
    blocks = b.paragraphs("says", [f"• *{CALLED[kind]}.* {esc(says)}" for kind, says in asked])
    blocks.append(b.radio_input(WHAT, "What was done?", kinds, chosen=kinds[0][0] if len(kinds) == 1 else None))
    if with_platform:
        choices = [(one, one.replace("_", " ").capitalize()) for one in first]
        chosen = first[0] if platforms else None
        blocks.append(b.select_input(PLATFORM, "Which platform?", choices, chosen=chosen, optional=len(asked) > 1))
    if any(kind is Kind.MINIMUM_AGE for kind, _ in asked):
        hint = "In years, as the provider’s own terms have it."
        blocks.append(
            b.text_input(YEARS, "From which age may it be used?", hint=hint, limit=2, optional=len(asked) > 1)
        )
    if any(kind is Kind.REMIT for kind, _ in asked) and programmes:
        choices = [(one, clip(one, 75)) for one in programmes]
        choices.append((NO_PROGRAMME, "meetings without a programme"))
        hint = "The approval of a remit holds for the meetings of that programme."
        blocks.append(b.select_input(PROGRAMME, "Which programme?", choices, chosen=choices[0][0], hint=hint))
    ways = [(one.value, WORDS[one]) for one in ASKED]
    year = today + REVIEWED_AFTER
    return b.modal(
        Ids.FORM,
        "For the organisation",
        [
            *blocks,
            b.text_input(SAID, "By whom, and what came of it?", multiline=True, limit=500),
            b.date_input(DAY, "On which day?", value=today),
            b.select_input(HOW, "How was it shown?", ways, chosen=HowShown.WRITING.value),
            b.date_input(REVIEW, "Look at it anew by", value=year, hint="A year, unless your policy says otherwise."),
            b.context("kept", "Kept encrypted. Managers are reminded once, thirty days before."),
        ],
        submit="Record",
    )


def recorded(one: Seen) -> Say:
    """What was written down."""
    lines = [_line(one), "It holds at every meeting that it is about."]
    blocks = b.paragraphs("recorded", lines)
    if one.fact:
        blocks.append(b.actions("undo", b.button("Take it back", Ids.BACK, f"{one.fact.id}")))
    return Say("Recorded for the organisation", blocks)


def back(*, done: bool) -> Say:
    """It was taken back, or could not be."""
    if done:
        return Say("Taken back: it stands as it stood before. `/facilitator policy` shows it.")
    return Say("Nothing was taken back: something else was recorded since. `/facilitator policy` shows how it stands.")


def reminder(one: Seen) -> Say:
    """To a manager, once: it is to be looked at anew."""
    title = f"{CALLED[one.act.kind]}: to be looked at anew"
    day = f" by {in_words(one.review)}" if one.review else ""
    after = (
        "After that day it counts as not recorded, and meetings wait for it."
        if one.act.holds_up
        else "After that day it counts as not recorded; no meeting waits for it."
    )
    clauses = ", ".join(one.act.clauses) or "our own suggestion"
    text = f"*{called(one)}* ({clauses}) is to be looked at anew{day}. {after}"
    todo = "Once that is done, record it: `/facilitator policy`. You are told this once, as a manager."
    return Say(f"{title}{day}.", [b.section("act", text), b.context("todo", todo)])
