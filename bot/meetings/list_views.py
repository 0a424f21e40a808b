"""What people see of many meetings: those of a series, those to come, and those that are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.diary.pages import Listed
from bot.diary.states import OVER
from bot.meetings import repeats
from bot.meetings.for_groups import Told
from bot.meetings.past import Past
from bot.meetings.views import Ids, state_words
from bot.paging import Page
from bot.providers import needs_link
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.command import again_id
from bot.slack.text import clock_time, esc, mention, when
from db.models import Meeting, MeetingState

_MOST_OFFERED = 5
"""How many meetings of a list have a button: no phone shows a wall of them."""


@dataclass(frozen=True)
class Reader:
    """Who reads a list, in which time zone and when."""

    slack_id: str
    zone: str
    now: datetime


def several(made: Sequence[Meeting], zone: str, told: Told | None = None, *, again: bool = False) -> Say:
    """The meetings of a series that were just made, with what is `told` of their group, what comes next and the button
    that takes them back."""
    first = made[0]
    head = "These meetings were scheduled already; the first is here." if again else f"Scheduled {len(made)} meetings."
    said = f"*{head}* {told.words}" if told else f"*{head}*"
    blocks = b.paragraphs("several", [said, *rows(made, zone, ends=True)])
    people = b.button(f"Who comes to {first.reference}?", again_id(0), f"participant add {first.reference}")
    shown = b.button(f"Show {first.reference}", again_id(1), f"meeting show {first.reference}")
    if again:
        return Say(head, [*blocks, b.actions("next", people, shown)])
    words = f"All {len(made)} will be cancelled. For ten minutes that can be taken back."
    undo = b.button(
        f"Cancel these {len(made)}",
        Ids.CANCEL_LATER,
        f"{first.id}:{repeats.stamp(made)}",
        style="danger",
        ask=b.confirm("Not scheduled after all?", words, f"Cancel {len(made)}"),
    )
    change = f"Change them together: `/meeting edit {first.reference} and later …`"
    return Say(
        head,
        [*blocks, b.actions("next", people, shown, undo, *(told.buttons if told else ())), b.context("change", change)],
    )


def changed_together(changed: Sequence[Meeting], zone: str) -> Say:
    """The meetings of a series that were changed in one act."""
    head = f"Changed {len(changed)} meetings."
    said = f"*{head}* Please tell those who were invited."
    return Say(head, b.paragraphs("several", [said, *rows(changed, zone, ends=True)]))


def listing(mine: Page[Listed], others: Page[Listed], reader: Reader) -> Say:
    """The first page of the caller's own meetings to come, and of everybody else's."""
    if not mine.rows and not others.rows:
        text = "No meetings to come. Make one: `/meeting new Cooking club on Thursday at 16:00 for 60 min`"
        return Say("No meetings to come.", [b.section("empty", text)])
    blocks = own(mine, reader).blocks
    return Say("Meetings to come", blocks + (of_others(others, reader).blocks if others.rows else []))


def own(page: Page[Listed], reader: Reader) -> Say:
    """One page of the caller's own meetings to come, the first ones with what comes next for each."""
    head = "Your meetings"
    lines = _lines(page, reader)
    offered = _MOST_OFFERED if not page.before else 0
    blocks = [b.section("mine", f"*{head}*" if lines else f"*{head}*\nNone to come.")]
    for one, line in zip(page.rows[:offered], lines, strict=False):
        blocks.append(b.section(f"mine.{one.number}", line, accessory=_next(one, reader.now)))
    blocks += b.paragraphs("mine.more", lines[offered:]) if lines[offered:] else []
    return Say(head, blocks + _turn("mine", page, Ids.MORE_MINE))


def of_others(page: Page[Listed], reader: Reader) -> Say:
    """One page of the organisation's other meetings to come."""
    head = "Other meetings of the organisation"
    lines = _lines(page, reader) or ["None to come."]
    return Say(head, [*b.paragraphs("others", [f"*{head}*", *lines]), *_turn("others", page, Ids.MORE_OTHERS)])


def _turn(name: str, page: Page[Listed], action: str) -> list[b.Block]:
    if page.whole:
        return []
    words = f"{page.words}. Any other by its number: `/meeting show M-12`"
    return b.turn(name, words, "Next page", action, page.next)


def _next(meeting: Listed, now: datetime) -> b.Button | None:
    """The one button that fits a meeting's state; none while it is being made."""
    value, reference = f"{meeting.id}", meeting.reference
    match meeting.state:
        case MeetingState.DRAFT if needs_link(meeting.provider):
            return b.button("Paste its link", Ids.OPEN_EDIT, value)
        case MeetingState.DRAFT if meeting.provider_error:
            return b.button("Try again", Ids.TRY_AGAIN, value)
        case MeetingState.SCHEDULED:
            return b.button("What is open", again_id(0), f"meeting gates {reference}")
        case MeetingState.READY if meeting.is_near(now):
            return b.button("Start", Ids.START, value, style="primary")
        case MeetingState.READY:
            return b.button("Invitation", again_id(0), f"invitation {reference}")
        case MeetingState.STARTED:
            return b.button("End", Ids.END, value)
    return None


def past(page: Page[Past], zone: str) -> Say:
    """One page of the caller's own meetings that are over, each with how its register stands; the first ones without
    one have a button to it."""
    head = "Your meetings that are over"
    if not page.rows and not page.before:
        text = "Nothing yet: none of your meetings is over. `/meeting list` shows those to come."
        return Say("Nothing yet.", [b.section("empty", text)])
    blocks = [b.section("past", f"*{head}*" if page.rows else f"*{head}*\nNo more.")]
    missing = [one.meeting for one in page.rows if not _has_register(one)][:_MOST_OFFERED]
    lines: list[str] = []
    for one in page.rows:
        meeting = one.meeting
        at = when(meeting.starts_at, zone, weekday=True)
        lines.append(f"*{meeting.reference}* {at} · {esc(meeting.title)} ({_register(one)})")
        if meeting in missing:
            button = b.button("Register", again_id(0), f"attendance {meeting.reference}")
            blocks += b.paragraphs(f"past.before.{meeting.number}", lines[:-1]) if lines[:-1] else []
            blocks.append(b.section(f"past.{meeting.number}", lines[-1], accessory=button))
            lines = []
    blocks += b.paragraphs("past.more", lines) if lines else []
    if not page.whole:
        blocks += b.turn("past", f"{page.words}.", "Next page", Ids.MORE_PAST, page.next)
    return Say(head, blocks)


def _has_register(one: Past) -> bool:
    return bool(one.register.marks or one.meeting.nobody_came_at)


def _register(one: Past) -> str:
    """How the register of a meeting stands, in a few words."""
    register, meeting = one.register, one.meeting
    if not _has_register(one):
        begun = "" if meeting.started_at or meeting.state in OVER else "not started, "
        return f"{begun}no register yet"
    if not register.came and not register.walk_ins and not register.unmarked:
        return "nobody came"
    walk_ins = f", {register.walk_ins} more unannounced" if register.walk_ins else ""
    left = f", {register.unmarked} not marked" if register.unmarked else ""
    return f"{register.came} of {register.places} came{walk_ins}{left}"


def rows(meetings: Sequence[Meeting], zone: str, *, ends: bool = False) -> list[str]:
    """A line for each meeting, with `ends` when it is over."""
    return [_row(one, zone, f" to {clock_time(one.ends_at, zone)}" if ends else "", "") for one in meetings]


def _lines(page: Page[Listed], reader: Reader) -> list[str]:
    """A line for each meeting of a page, with who runs it where that is not who reads it."""
    return [
        _row(one, reader.zone, "", f", {mention(one.host)}" if one.host != reader.slack_id else "") for one in page.rows
    ]


def _row(meeting: Meeting | Listed, zone: str, until: str, by: str) -> str:
    at = when(meeting.starts_at, zone, weekday=True)
    return f"*{meeting.reference}* {at}{until} · {esc(meeting.title)} ({state_words(meeting)}{by})"


def moved_rows(meetings: Sequence[Meeting], to: Sequence[datetime], zone: str) -> list[str]:
    """A line for each meeting, with when it would be where that is another moment."""
    pairs = zip(rows(meetings, zone), meetings, to, strict=True)
    return [line if new == one.starts_at else f"{line} → *{when(new, zone, weekday=True)}*" for line, one, new in pairs]
