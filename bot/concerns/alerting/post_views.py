"""What is said of a concern in messages and mails: a reference, a state and a time; no content."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.concerns.alerting.ladder import Nudge
from bot.concerns.ids import Ids
from bot.concerns.words import STATE_WORDS
from bot.contacts import Contact
from bot.slack import blocks as b
from bot.slack.text import esc, mention, when
from db.models import AuditEvent, Concern, Organisation
from db.models.concern import ConcernState

WHAT = "Safeguarding concern"
DROP_NOTHING = "Please type and drop nothing in this thread. Use the buttons: what you read and write there is sealed."


def post(concern: Concern, zone: str, *, asked: bool = False, again: bool = False) -> tuple[str, list[b.Block]]:
    """A message about a concern: (text, blocks), without any content, drawn from how it stands. `asked` is for
    whoever is next in the ladder, `again` for everybody in one of its rounds."""
    lead_in = ""
    if concern.state is ConcernState.RAISED:
        said = f"answer by {when(concern.answer_by, zone)}"
        if concern.escalation_step:
            said = f"not answered yet, was to be answered by {when(concern.answer_by, zone)}"
            lead_in = "Nobody has answered yet, so you are asked now.\n" if asked else ""
        if again:
            lead_in = f"Nobody has answered yet. Everybody is asked again, round {concern.rounds + 1}.\n"
    else:
        said = _how_it_stands(concern, zone)
    lines = f"{lead_in}*{WHAT}* · {said}\n*{concern.reference}* · raised {when(concern.raised_at, zone)}"
    blocks = [
        b.section("concern", lines),
        b.actions("buttons", *_buttons(concern)),
        b.context("drop_nothing", DROP_NOTHING),
    ]
    return notification(concern, zone), blocks


def notification(concern: Concern, zone: str, waits: str = "") -> str:
    """What a telephone shows before anybody opens Slack: what it is, by when it is to be answered (or where it
    stands, or `waits`), and the reference. No more, and the time in the organisation's own zone."""
    said = waits or STATE_WORDS[concern.state]
    if concern.state is ConcernState.RAISED:
        by = plain_deadline(concern, zone)
        said = f"was to be answered by {by}" if concern.escalation_step else f"answer by {by}"
    return f"{WHAT} · {said} · {concern.reference}"


def plain_deadline(concern: Concern, zone: str) -> str:
    """By when it is to be answered: `02:37`, and with the day where that is not within half a day of its raising."""
    local = concern.answer_by.astimezone(ZoneInfo(zone))
    near = concern.answer_by - concern.raised_at <= timedelta(hours=12)
    return f"{local:%H:%M}" if near else f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"


def _how_it_stands(concern: Concern, zone: str) -> str:
    """Where a concern stands that somebody has taken up: by whom, since when, until when."""
    if concern.state is ConcernState.ACKNOWLEDGED:
        at = concern.acknowledged_at
        said = f"acknowledged by {mention(concern.acknowledged_by or '')}" + (f", {when(at, zone)}" if at else "")
        if concern.lead not in (None, concern.acknowledged_by):
            said += f", {_looked_after(concern, zone)}"
        return said
    return " · ".join(part for part in (STATE_WORDS[concern.state], _looked_after(concern, zone)) if part)


def _buttons(concern: Concern) -> list[b.Button]:
    """[Acknowledge and open] while nobody has answered, and [Open]."""
    value = str(concern.id)
    buttons = [b.button("Open", Ids.READ, value)]
    if concern.state is ConcernState.RAISED:
        buttons.insert(0, b.button("Acknowledge and open", Ids.ACKNOWLEDGE, value, style="primary"))
    return buttons


def _looked_after(concern: Concern, zone: str) -> str:
    """By whom, and when it is to be looked at again, where that is known."""
    parts = [f"looked after by {mention(concern.lead)}"] if concern.lead else []
    if concern.state is ConcernState.MONITORING and concern.review_at:
        parts.append(f"to be looked at again by {when(concern.review_at, zone)}")
    return ", ".join(parts)


def taken_back(concern: Concern) -> tuple[str, list[b.Block]]:
    """What is left of a message where the concern does not belong any more: (text, blocks)."""
    text = f"*{concern.reference}* · no longer here. There is nothing for you to do."
    return f"{concern.reference}: no longer here", [b.section("concern", text)]


def moved(concern: Concern) -> tuple[str, list[b.Block]]:
    """What stands in the channel while somebody is in it who may not know: (text, blocks)."""
    text = f"*{concern.reference}* · goes on in direct messages to those who look after it."
    return f"{concern.reference}: goes on in direct messages", [b.section("concern", text)]


_DONE = {
    "concern.acknowledged": "acknowledged",
    "concern.escalated": "not answered, the next person is asked",
    "concern.asked_again": "not answered, everybody is asked again",
    "concern.lapsed": "acknowledged and then left, so it is new again",
    "concern.opened_again": "whoever looked after it may not any more, so it is new again",
    "concern.rerouted": "goes to other people now",
    "concern.amended": "the raiser has added something",
    "concern.added": "the raiser has added something",
    "concern.answered": "the raiser has answered a question",
    "concern.accepted": "taken over",
}
"""What was done, by its name in the audit chain; what is not here is told as work on it."""
_BY_NOBODY = frozenset(
    ["concern.escalated", "concern.asked_again", "concern.lapsed", "concern.opened_again", "concern.rerouted"]
)
_BY_RAISER = frozenset(["concern.amended", "concern.added", "concern.answered"])


def note(concern: Concern, done: AuditEvent, permitted: Sequence[str], zone: str) -> tuple[str, list[b.Block]]:
    """A line in a thread on what was done: the state, who acted and the deadline; (text, blocks). No content, and
    of people only those who may know of it, never the raiser as such."""
    state = STATE_WORDS[ConcernState(done.detail)] if done.action == "concern.state" else ""
    said = state or _DONE.get(done.action, "worked on")
    if done.action not in _BY_NOBODY | _BY_RAISER and done.actor in permitted:
        said += f" by {mention(done.actor)}"
    line = f"*{concern.reference}* · {said}, {when(done.at, zone)}"
    if concern.state is ConcernState.RAISED and not concern.escalation_step:
        line += f" · answer by {when(concern.answer_by, zone)}"
    elif concern.state is ConcernState.MONITORING and concern.review_at:
        line += f" · to be looked at again by {when(concern.review_at, zone)}"
    buttons = _buttons(concern)
    short = notification(concern, zone, state or "something was done")
    if len(buttons) == 1:
        return short, [b.section("note", line, accessory=buttons[0])]
    return short, [b.section("note", line), b.actions("buttons", *buttons)]


def nudge(concern: Concern, why: Nudge, zone: str) -> tuple[str, list[b.Block]]:
    """A message to one person that something waits for them: (text, blocks), with the reference only."""
    reference, by = f"*{concern.reference}*", when(concern.answer_by, zone)
    line = {
        Nudge.REMINDER: f"{reference} · still not answered. Please answer by {by}.",
        Nudge.UNTOUCHED: f"{reference} · nothing has been done for a while. Please go on, or hand it over.",
        Nudge.OVERDUE: f"{reference} · something in it is overdue. Please open it, and do it or change the date.",
        Nudge.REVIEW: f"{reference} · the day to look at it again has come.",
        Nudge.OPEN_AGAIN: f"{reference} · is new again: nobody looks after it. Please answer by {by}.",
        Nudge.GIVEN: f"{reference} · there is something in it for you to do. Please open it.",
    }[why]
    blocks = [b.section("nudge", line), b.actions("buttons", *_buttons(concern))]
    return notification(concern, zone, "waits for you"), blocks


def passed(concern: Concern, zone: str) -> tuple[str, list[b.Block]]:
    """What is left of an old reminder, or of an old asking, once somebody has answered or its reader was asked again:
    (text, blocks). No button, so that nobody takes up what is taken up; the first message has them."""
    line = f"*{concern.reference}* · {_how_it_stands(concern, zone)}. There is nothing to answer here any more."
    if concern.state is ConcernState.RAISED:
        line = f"*{concern.reference}* · you were asked again since: see the newer message."
    return notification(concern, zone), [b.section("concern", line)]


def stranger(channel: str, people: Sequence[str]) -> tuple[str, list[b.Block]]:
    """To a lead: the channel's members are not those who may know; (text, blocks)."""
    who = ", ".join(mention(one) for one in people[:10]) + (" and others" if len(people) > 10 else "")
    line = (
        f"*In <#{channel}> there is somebody who is neither lead nor deputy: {who}.* Being in the channel gives them "
        "no right to open anything. While they are in it, nothing new is posted there: each of you gets a direct "
        "message. Take them out of the channel, or ask an administrator to correct the roles."
    )
    return "Somebody is in the safeguarding channel who may not know.", [b.section("stranger", line)]


def broken(slack_id: str) -> str:
    """To an administrator: somebody who must be reachable is not."""
    return (
        f"*Slack takes no messages to {mention(slack_id)}*, who has a role in the organisation file. The bot asks the "
        "next person instead. Correct the file and run `python -m bot setup`, or give them their account back."
    )


def seen(concern: Concern, zone: str) -> str:
    """The raiser's notice that somebody has taken it up."""
    at = concern.acknowledged_at or concern.raised_at
    return f"*{concern.reference}* has been seen, {when(at, zone)}. Somebody is looking after it. Thank you."


def closed(concern: Concern, zone: str) -> str:
    """The raiser's notice that it is closed: no word of how."""
    at = f", {when(concern.closed_at, zone)}" if concern.closed_at else ""
    return (
        f"*{concern.reference}* has been looked into and closed{at}. Thank you for raising it. Still worried, or "
        "something new? `/concern list` has *Add more*, and `/concern` raises another."
    )


def not_seen(concern: Concern, contacts: Sequence[Contact], outside: str) -> str:
    """The raiser's notice that nobody has answered: telephone. `outside` is whom outside the organisation."""
    lines = [f"• {esc(one.name)}: *{esc(one.phone)}*" for one in contacts[:4]]
    numbers = "\n".join([*lines, f"• {esc(outside)}"])
    return (
        f"*{concern.reference}: nobody has answered yet. Please telephone now:*\n{numbers}\n"
        "In danger: 999. You can call social services or the police yourself."
    )


def mail(concern: Concern, organisation: Organisation, *, missed: bool) -> str:
    """The content-free mail that stands in for Slack, or goes out beside it where a deadline was missed."""
    waits = f"{concern.reference}: a concern is waiting for you at {organisation.name}"
    if concern.state is ConcernState.RAISED:
        waits += f", to be answered by {plain_deadline(concern, organisation.timezone)}"
    why = "Nothing was done about it in time. " if missed else "Slack could not be reached to tell you there. "
    return (
        f"{waits}.\n\n{why}Open Slack and look for this reference, or\n"
        "telephone the person who cares for the bot. Please don't answer this mail: it must not hold anything about\n"
        "the concern.\n"
    )
