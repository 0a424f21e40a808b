"""What people see of help, and on the Home tab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.help.service import Standing
from bot.providers import needs_link, title_of
from bot.reading.times.due import Due
from bot.signs import Sign
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import Command, again_id
from bot.slack.notices import note
from bot.slack.text import bold, esc, mention, when
from bot.staff.people import is_away
from db.models import Meeting, Role, Staff

RAISE_CONCERN = "concern.open"
"""The action of the concerns' room that opens its form."""
AS_OF = "drawn"
"""The block that says when the tab was drawn: it is no news by itself."""

_MOST_MEETINGS = 10
_WHO_READS = (
    "Otherwise tell us here: the safeguarding lead and the deputies can read it, or the head where it is about staff. "
    "Nobody else, and never the person it is about."
)
_ROLE_WORDS = {
    Role.LEAD: "Safeguarding lead",
    Role.DEPUTY: "Deputy",
    Role.HEAD: "Head (concerns about staff)",
    Role.CHAIR: "Chair (concerns about the head)",
    Role.MANAGER: "Manager (reports)",
    Role.ADMINISTRATOR: "Administrator of the bot",
}
_SHOWS_PHONE = (Role.LEAD, Role.DEPUTY, Role.HEAD, Role.CHAIR)


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    AWAY = "desk.away"
    AWAY_ANYWAY = "desk.away_anyway"


@dataclass(frozen=True)
class Installation:
    """What an administrator is told about the bot itself."""

    provider: str
    policy: str
    database: str
    migration: str
    version: str
    accepted: datetime | None


def _worried() -> b.Button:
    return b.button("I am worried about somebody", RAISE_CONCERN, style="danger")


def command_lines(commands: Sequence[Command]) -> str:
    """The commands, one line each."""
    return "\n".join(f"*`/{one.name}`* {one.summary}" for one in commands)


def overview(commands: Sequence[Command]) -> View:
    """What the bot can do for this person."""
    return note(
        "Facilitator",
        "",
        [
            b.section("worried", "*Worried about somebody's safety?* In danger now: call 999.", accessory=_worried()),
            b.divider("line"),
            b.section("commands", f"*What you can type*\n{command_lines(commands)}"),
            b.context("more", "Typed alone, each opens a form. With `help`, it says what else you can type."),
            b.context("prefix", "Another app has taken one of these names? Type `/facilitator` before it."),
        ],
    )


def helping(commands: Sequence[Command]) -> Say:
    """All commands, one line each."""
    more = "More about one: `/facilitator help meeting` or `/meeting help`."
    blocks = [b.section("commands", command_lines(commands)), b.context("more", more)]
    return Say("What you can type", blocks)


def status(now: Standing, told: Installation, found: Sequence[Sign], zone: str, *, in_full: bool) -> Say:
    """How things stand, in plain words; `in_full` for an administrator."""
    lines = ["✅ The bot's records can be read."]
    lines += [f"⚠️ {esc(one.words)}{f' since {when(one.since, zone)}' if one.since else ''}." for one in found]
    if now.late:
        lines.append(
            f"⚠️ {_count(now.late, 'message is', 'messages are')} late. They are sent as soon as it is possible."
        )
    elif not any(one.stops for one in found):
        lines.append("✅ Messages go out to Slack without delay.")
    name = title_of(told.provider)
    if needs_link(told.provider):
        lines.append("✅ Meetings are made by their hosts, who paste the link.")
    elif now.provider_problems:
        lines.append(f"⚠️ {_count(now.provider_problems, 'meeting has', 'meetings have')} a problem at {name}.")
    else:
        lines.append(f"✅ No meeting has a problem at {name}.")
    blocks = [b.section("status", "\n".join([*lines, _on_call(now.asked)]))]
    if in_full:
        blocks.append(b.section("full", _in_full(now, told, zone)))
    return Say("How things stand", blocks)


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _in_full(now: Standing, told: Installation, zone: str) -> str:
    lines = [f"*Waiting:* {_count(now.waiting, 'delivery', 'deliveries')}"]
    if now.oldest:
        lines[0] += f", the oldest since {when(now.oldest, zone)}"
    lost = "; ".join(f"{one.count} × {one.kind} ({esc(one.code)})" for one in now.given_up)
    took = when(told.accepted, zone) if told.accepted else "none since the start"
    lines.append(f"*Last message that Slack took:* {took}")
    lines.append(f"*Given up in the last week:* {lost or 'none'}")
    lines.append(f"*Staff list read:* {when(now.last_sync, zone) if now.last_sync else 'not yet'}")
    refusing = "; ".join(esc(one) for one in now.refusing)
    lines.append(f"*Ways to people that did not take the last message:* {refusing or 'none'}")
    service = "none, links are pasted" if needs_link(told.provider) else title_of(told.provider)
    lines.append(f"*Policy:* {told.policy} · *Video service:* {service} · *Database:* {told.database}")
    lines.append(f"*Version:* {told.version} · *Migration:* {told.migration}")
    lines.append("`python -m bot check` looks at everything else.")
    return "\n".join(lines)


def who_is_who(found: Mapping[Role, Sequence[Staff]], asked: Staff | None, now: datetime, zone: str) -> Say:
    """Who has which role, how to telephone them, who is away, and who is asked first."""
    lines = []
    for role, people in found.items():
        shown = [_person(one, now, zone, phone=role in _SHOWS_PHONE) for one in people]
        lines.append(f"*{_ROLE_WORDS[role]}:* {'; '.join(shown) or 'nobody'}")
    blocks = [
        b.section("danger", "*Somebody in danger now? Call 999.*"),
        b.section("roles", "\n".join(lines)),
        b.section("asked", _on_call(asked)),
        b.context("others", "Everybody else who is a full member of this workspace is a facilitator."),
    ]
    return Say("Who is who", blocks)


def _person(one: Staff, now: datetime, zone: str, *, phone: bool) -> str:
    text = esc(one.called) if one.name else mention(one.slack_id)
    if phone and one.phone:
        text += f" {esc(one.phone)}"
    if is_away(one, now) and one.away_until:
        text += f" (away until {when(one.away_until, zone)})"
    return text


def drilling(people: int) -> Say:
    """A drill has begun."""
    words = _count(people, "person gets", "people get")
    text = f"*The drill has begun.* {words} a test alert by every way. A message to you lists what comes of it."
    return Say("The drill has begun.", [b.section("drill", text)])


def away_form(asked: str = "", kept: Due | None = None) -> View:
    """The form that asks until when; `asked` is what a typed day left open, and `kept` the day that was read."""
    return b.modal(
        Ids.AWAY,
        "Away until",
        [
            *([b.alert("asked", asked, "info")] if asked else []),
            b.date_input("date", "On which day are you back?", value=kept.day if kept else None),
            b.time_input(
                "time",
                "At what time?",
                value=f"{kept.moment:%H:%M}" if kept and kept.moment else None,
                optional=True,
                hint="Empty: from the start of that day.",
            ),
        ],
        submit="I am away",
    )


def _on_call(asked: Staff | None) -> str:
    """Who is asked first when a concern is raised now."""
    if asked is None:
        return "⚠️ *On call now: nobody.* Every lead and deputy is away, so a concern goes to the head."
    return f"*On call now:* {esc(asked.called) if asked.name else mention(asked.slack_id)}"


def away(until: datetime, zone: str, asked: Staff | None, said: Sequence[str] = ()) -> Say:
    """You are away now; `asked` is who is asked first meanwhile, `said` what was taken to be meant."""
    until_then = (
        "".join(f"{one} " for one in said)
        + f"You are away until {when(until, zone)}. Concerns go to the next person meanwhile."
    )
    text = f"{until_then} Back early? `/facilitator back`\n{_on_call(asked)}"
    return Say("You are away.", [b.section("away", text)])


def nobody_left(until: datetime, zone: str) -> Say:
    """Nobody among the leads and deputies would be there: is that meant?"""
    text = (
        "*Nothing is changed yet.* Without you, no safeguarding lead and no deputy is here to answer a concern "
        f"until {when(until, zone)}. Ask somebody to be here first, or say that you are away all the same."
    )
    button = b.button("I am away all the same", Ids.AWAY_ANYWAY, until.isoformat(), style="danger")
    return Say("Nobody would be left to answer a concern.", [b.section("nobody", text), b.actions("sure", button)])


def back(asked: Staff | None, *, was_away: bool) -> Say:
    """You are back; `asked` is who is asked first now."""
    text = "Welcome back. Concerns reach you again." if was_away else "You were not away; nothing was changed."
    return Say(text, [b.section("back", f"{text}\n{_on_call(asked)}")])


def home(
    meetings: Sequence[Meeting],
    commands: Sequence[Command],
    zone: str,
    now: datetime,
    waiting: Sequence[b.Block] = (),
    card: Sequence[b.Block] = (),
) -> View:
    """The Home tab: a way to raise a concern, what waits for this person, the card of the first of their meetings to
    come (both drawn already) and the others, and what to type."""
    blocks = [
        b.header("head", "Worried about somebody?"),
        b.section("danger", f"*In danger now: call 999.* {_WHO_READS}"),
        b.actions("concern", _worried()),
        *waiting,
        b.divider("line.meetings"),
        b.header("mine", "Your meetings"),
    ]
    blocks += card
    blocks += [_meeting(one, zone) for one in meetings[1:_MOST_MEETINGS]]
    if not meetings:
        text = "None to come. Type `/meeting new Cooking club on Thursday at 16:00 for 60 min`"
        blocks.append(b.section("none", text))
    if len(meetings) > _MOST_MEETINGS:
        blocks.append(b.context("further", f"And {len(meetings) - _MOST_MEETINGS} more: `/meeting list`"))
    blocks += [
        b.divider("line.commands"),
        b.header("help", "What you can type"),
        b.section("commands", command_lines(commands)),
        b.context(AS_OF, f"As of {when(now, zone)}. It is kept up to date."),
    ]
    return {"type": "home", "blocks": blocks}


def _meeting(meeting: Meeting, zone: str) -> b.Block:
    reference = meeting.reference
    text = f"{bold(meeting.title)} ({reference})\n{when(meeting.starts_at, zone, weekday=True)}"
    show = b.button("Show", again_id(0), f"meeting show {reference}")
    return b.section(f"meeting.{reference}", text, accessory=show)


def home_refused(words: str) -> View:
    """The Home tab of somebody who may not use the bot."""
    blocks = [b.section("danger", "*Somebody in danger now? Call 999.*"), b.section("refused", words)]
    return {"type": "home", "blocks": blocks}
