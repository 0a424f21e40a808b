"""What people see of many meetings: those of a series, those to come, and those that are over."""

from collections.abc import Sequence
from datetime import datetime

from bot.meetings.past import Past
from bot.meetings.views import Ids, state_words
from bot.paging import Page
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import esc, when
from db.models import Meeting, MeetingState

_ENDED = (MeetingState.ENDED, MeetingState.CLOSED)


def several(made: Sequence[Meeting], zone: str, *, again: bool = False) -> Say:
    """The meetings of a series that were just made."""
    head = "These meetings were scheduled already; the first is here." if again else f"Scheduled {len(made)} meetings."
    return Say(head, b.paragraphs("several", [f"*{head}*", *rows(made, zone)]))


def changed_together(changed: Sequence[Meeting], zone: str) -> Say:
    """The meetings of a series that were changed in one act."""
    head = f"Changed {len(changed)} meetings."
    return Say(head, b.paragraphs("several", [f"*{head}* Please tell those who were invited.", *rows(changed, zone)]))


def listing(mine: Page[Meeting], others: Page[Meeting], zone: str) -> Say:
    """The first page of the caller's own meetings to come, and of everybody else's."""
    if not mine.rows and not others.rows:
        text = "No meetings to come. Make one: `/meeting new Cooking club on Thursday at 16:00 for 60 min`"
        return Say("No meetings to come.", [b.section("empty", text)])
    blocks = listed(mine, zone, others=False).blocks
    return Say("Meetings to come", blocks + (listed(others, zone, others=True).blocks if others.rows else []))


def listed(page: Page[Meeting], zone: str, *, others: bool) -> Say:
    """One page of the caller's own meetings to come, or of the `others` of the organisation."""
    name, head = ("others", "Other meetings of the organisation") if others else ("mine", "Your meetings")
    blocks = b.paragraphs(name, [f"*{head}*", *(rows(page.rows, zone) or ["None to come."])])
    if not page.whole:
        words = f"{page.words}. Any other by its number: `/meeting show M-12`"
        blocks += b.turn(name, words, "Next page", Ids.MORE_OTHERS if others else Ids.MORE_MINE, page.next)
    return Say(head, blocks)


def past(page: Page[Past], zone: str) -> Say:
    """One page of the caller's own meetings that are over, each with how its register stands."""
    head = "Your meetings that are over"
    if not page.rows and not page.before:
        text = "Nothing yet: none of your meetings is over. `/meeting list` shows those to come."
        return Say("Nothing yet.", [b.section("empty", text)])
    lines = [
        f"*{one.meeting.reference}* {when(one.meeting.starts_at, zone)} · {esc(one.meeting.title)} ({_register(one)})"
        for one in page.rows
    ]
    blocks = b.paragraphs("past", [f"*{head}*", *(lines or ["No more."])])
    missing = next((one.meeting.reference for one in page.rows if not _has_register(one)), None)
    if missing is not None:
        blocks.append(b.context("missing", f"Take a register that is missing: `/attendance {missing}`"))
    if not page.whole:
        blocks += b.turn("past", f"{page.words}.", "Next page", Ids.MORE_PAST, page.next)
    return Say(head, blocks)


def _has_register(one: Past) -> bool:
    return bool(one.register.marks or one.meeting.nobody_came_at)


def _register(one: Past) -> str:
    """How the register of a meeting stands, in a few words."""
    register, meeting = one.register, one.meeting
    if not _has_register(one):
        begun = "" if meeting.started_at or meeting.state in _ENDED else "not started, "
        return f"{begun}no register yet"
    if not register.came and not register.walk_ins and not register.open:
        return "nobody came"
    walk_ins = f", {register.walk_ins} more unannounced" if register.walk_ins else ""
    left = f", {register.open} not marked" if register.open else ""
    return f"{register.came} of {register.expected} came{walk_ins}{left}"


def rows(meetings: Sequence[Meeting], zone: str) -> list[str]:
    """A line for each meeting."""
    return [
        f"*{one.reference}* {when(one.starts_at, zone)} · {esc(one.title)} ({state_words(one)})" for one in meetings
    ]


def moved_rows(meetings: Sequence[Meeting], to: Sequence[datetime], zone: str) -> list[str]:
    """A line for each meeting, with when it would be where that is another moment."""
    pairs = zip(rows(meetings, zone), meetings, to, strict=True)
    return [line if new == one.starts_at else f"{line} → *{when(new, zone, weekday=True)}*" for line, one, new in pairs]
