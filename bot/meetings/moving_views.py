"""What people see of a meeting that begins too early, of several cancelled at once, and of what was taken back."""

from collections.abc import Sequence
from datetime import datetime

from bot.meetings import repeats
from bot.meetings.list_views import rows
from bot.meetings.undoing import TakenBack
from bot.meetings.views import WHO_IS_TOLD, Ids, back_button
from bot.providers import title_of
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import esc, when
from db.models import Meeting, MeetingState

_NEW_LINK = "Its link leads nowhere any more: a new one is"
_MOST_NAMED = 6


def _named(every: Sequence[Meeting]) -> str:
    """The numbers of meetings, and how many more there are: those of a series seldom stand in one row."""
    first, more = [one.reference for one in every[:_MOST_NAMED]], len(every) - _MOST_NAMED
    if more > 0:
        return f"{', '.join(first)} and {more} more"
    return " and ".join([", ".join(first[:-1]), first[-1]] if len(first) > 1 else first)


def ask_cancel(every: Sequence[Meeting], zone: str, why: str = "") -> Say:
    """Meetings that are about to be cancelled in one act, and the button that does it; `why` they are shown again."""
    value = f"{every[0].id}:{repeats.stamp(every)}"
    button = b.button(f"Cancel these {len(every)}", Ids.CANCEL_LATER, value, style="danger")
    blocks = b.paragraphs("later", [f"{why} *Cancel these?*".strip(), *rows(every, zone)])
    words = f"{_named(every)} will be cancelled. For ten minutes it can be taken back. {WHO_IS_TOLD}"
    return Say(f"Cancel {len(every)} meetings?", [*blocks, b.actions("buttons", button), b.context("undo", words)])


def cancelled(gone: Sequence[Meeting], zone: str, now: datetime) -> Say:
    """Meetings that were cancelled in one act, and the button that takes it back."""
    head = f"*Cancelled {len(gone)} meetings.* {WHO_IS_TOLD}"
    blocks = b.paragraphs("later", [head, *rows(gone, zone)])
    return Say(f"Cancelled {len(gone)} meetings.", [*blocks, b.actions("buttons", *back_button(gone[0], now))])


def ask_early(meeting: Meeting, zone: str, *, late: bool) -> Say:
    """A meeting whose time is far off, or `late` over, and the button that starts it all the same."""
    how, at = ("was to end", meeting.ends_at) if late else ("begins", meeting.starts_at)
    text = f"*{meeting.reference} · {esc(meeting.title)}* {how} {when(at, zone, weekday=True)}."
    return Say(
        f"{meeting.reference} {'was to be over by now' if late else 'does not begin yet'}.",
        [
            b.section("early", f"{text} Start it now? Nothing was changed."),
            b.actions(
                "buttons",
                b.button("Start it now", Ids.START_EARLY, f"{meeting.id}"),
                b.button("Change its time", Ids.OPEN_EDIT, f"{meeting.id}"),
            ),
        ],
    )


def taken_back(back: TakenBack, state: MeetingState) -> str:
    """What was taken back, and what could not be."""
    meeting = back.meetings[0]
    if meeting.state is state:
        return f"*{meeting.reference} is {meeting.state.value} all the same.*"
    words = [f"*Taken back: {meeting.reference} is not {state.value} after all.*"]
    if len(back.meetings) > 1:
        nor, were = ("is", "was") if len(back.meetings) == 2 else ("are", "were")
        words.append(f"Nor {nor} {_named(back.meetings[1:])}, which {were} {state.value} with it.")
    if back.marks or back.walk_ins:
        words.append(_register(back))
    if back.gone and state is MeetingState.CANCELLED:
        each = "Their links lead nowhere any more: new ones are" if len(back.meetings) > 1 else _NEW_LINK
        words.append(f"{each} being made, to be sent out again.")
    elif back.gone:
        words.append(f"The call at {esc(title_of(meeting.provider))} may have been ended: open it again as host.")
    return " ".join(words)


def _register(back: TakenBack) -> str:
    said = []
    if back.marks:
        said.append(f"{back.marks} {'mark' if back.marks == 1 else 'marks'} of the register")
    if back.walk_ins:
        said.append(f"{back.walk_ins} {'walk-in' if back.walk_ins == 1 else 'walk-ins'}")
    return f"{' and '.join(said)} went with it."
