"""What people see of meetings."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from bot.diary import states
from bot.diary.pages import Listed
from bot.meetings import undoing
from bot.policy.gates import Gates
from bot.providers import SettingKey, needs_link, platform_of, title_of
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import bold, clip, clock_time, esc, mention, when
from db.models import Meeting, MeetingState


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    NEW = "meeting.new"
    EDIT = "meeting.edit"
    OPEN_EDIT = "meeting.open_edit"
    START = "meeting.start"
    START_EARLY = "meeting.start_early"
    END = "meeting.end"
    CANCEL = "meeting.cancel"
    CANCEL_LATER = "meeting.cancel_later"
    TAKE_BACK = "meeting.take_back"
    MORE_MINE = "meeting.more_mine"
    MORE_OTHERS = "meeting.more_others"
    MORE_PAST = "meeting.more_past"
    TRY_AGAIN = "meeting.try_again"


STATE_WORDS = {
    MeetingState.DRAFT: "no link yet",
    MeetingState.SCHEDULED: "scheduled",
    MeetingState.READY: "ready",
    MeetingState.STARTED: "running now",
    MeetingState.ENDED: "ended",
    MeetingState.CLOSED: "closed",
    MeetingState.CANCELLED: "cancelled",
}
_BACK = {
    MeetingState.STARTED: "Not started after all",
    MeetingState.ENDED: "Not over after all",
    MeetingState.CANCELLED: "Not cancelled after all",
}
_SO = {"not_applied": "Not so yet", "unknown": "Not known", "impossible": "Not possible there"}
"""How it stands with what a label says, where it is neither so nor the host's to make so."""
_MOST_AMISS = 1
_MOST_NAMED = 3
_MARK = {"not_applied": "⚠️", "unknown": "❔", "impossible": "⚠️"}


def state_words(meeting: Meeting | Listed) -> str:
    """How a meeting stands, in a few words."""
    if meeting.state is MeetingState.DRAFT and meeting.provider_error:
        return f"not at {title_of(meeting.provider)} yet"
    if meeting.state is MeetingState.DRAFT and not needs_link(meeting.provider):
        return f"being set up at {title_of(meeting.provider)}"
    return STATE_WORDS[meeting.state]


def already(meeting: Meeting, zone: str) -> str:
    """That a meeting stood already as somebody wanted it, and since when."""
    at = meeting.started_at if meeting.state is MeetingState.STARTED else meeting.ended_at
    since = f", {when(at, zone)}" if at else ""
    what = {MeetingState.STARTED: "started"}.get(meeting.state, "ended")
    return f"*{meeting.reference} had been {what} already{since}.* Nothing was changed."


def facts(meeting: Meeting, zone: str) -> str:
    """A meeting in two lines."""
    workers = ", ".join(mention(one) for one in meeting.team[1:]) or "nobody yet"
    return (
        f"{bold(meeting.title)} ({meeting.reference}, {state_words(meeting)})\n"
        f"{when(meeting.starts_at, zone, weekday=True)} to {clock_time(meeting.ends_at, zone)} · "
        f"host {mention(meeting.host)}, with {workers}"
    )


def settings_lines(
    meeting: Meeting, gates: Gates = (), by_hand: Collection[str] = (), *, counted: bool = True
) -> tuple[str, list[str]]:
    """How the meeting's settings stand: (how much the provider confirms, what is left to the host: what is known to
    be amiss, and how many others there are, where they are to be `counted`). What staff have ticked, `by_hand`
    anywhere, is to do no more."""
    confirmed, amiss, impossible, others = list[SettingKey](), list[str](), list[str](), 0
    ticked = {*(gate.id.replace("-", "_") for gate in gates if not gate.open), *by_hand}
    platform = platform_of(meeting.provider, meeting.join_url)
    for name, found in meeting.settings_read.items():
        key, state = SettingKey(name), found["state"]
        if state == "applied":
            confirmed.append(key)
        elif name in ticked and state != "not_applied":
            continue
        elif state == "by_host":
            # What can be set only in the meeting is reminded of in its time.
            others += counted and not key.in_meeting
        else:
            label = f"{_SO[state]}: {key.label[:1].lower()}{key.label[1:]}"
            (impossible if state == "impossible" else amiss).append(f"{_MARK[state]} *{label}.* {key.how_on(platform)}")
    # What can never be so does not stand in front of what somebody has to put right.
    amiss += impossible
    others += len(amiss[_MOST_AMISS:])
    count = f"{others} more" if amiss else f"{others} of its settings"
    to_do = amiss[:_MOST_AMISS]
    to_do += [f"☐ Yours to set, as host: {count}: `/checklist tick {meeting.reference}`"] if others else []
    settings = "one setting" if len(confirmed) == 1 else f"{len(confirmed)} settings"
    return settings if confirmed else "", to_do


def provider_words(meeting: Meeting, zone: str) -> str:
    """What the provider has not done and what it said, since when, when it is asked again, and the way around it."""
    name = esc(title_of(meeting.provider))
    if meeting.state not in states.TO_COME:
        head = f"*{meeting.reference} still stands at {name}.*"
    elif meeting.join_url:
        head = f"*Your change has not reached {name}.*"
    else:
        head = f"*{meeting.reference} is not made at {name} yet.*"
    tried = f" Tried since {when(meeting.provider_since, zone)}" if meeting.provider_since else ""
    if meeting.provider_next:
        tried += f"{';' if tried else ''} next try {when(meeting.provider_next, zone)}."
    elif tried:
        tried += "."
    lines = [f"⚠️ {head} {esc(meeting.provider_error or '')}{tried}"]
    if meeting.state not in states.TO_COME:
        lines.append(f"Please see to it in {name} yourself.")
    return "\n".join(lines)


def old_link_words(meeting: Meeting, with_old_link: Sequence[str], *, named: bool) -> str:
    """Who has a link that leads nowhere; by number where names do not belong."""
    names = [esc(clip(one, 60)) for one in with_old_link]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    who = f"{', '.join(names[:_MOST_NAMED])}{more}" if named else f"{len(names)} of those invited"
    have = "has" if len(names) == 1 else "have"
    shows = "" if named else f" `/meeting show {meeting.reference}` names them."
    send = f"send the new one, `/invitation {meeting.reference}`."
    return f"⚠️ *The link is new.* {who} {have} the old one, which leads nowhere: {send}{shows}"


def back_button(meeting: Meeting, now: datetime | None) -> list[b.Button]:
    """The button that takes the last step of a meeting back, while that can be."""
    latest = undoing.until(meeting)
    if now is None or latest is None or now > latest:
        return []
    ask = None
    if meeting.state is MeetingState.STARTED:
        words = "What the register was told since the start is taken back with it."
        ask = b.confirm("Not started after all?", words, "Take it back")
    return [b.button(_BACK[meeting.state], Ids.TAKE_BACK, f"{meeting.id}:{meeting.state.value}", ask=ask)]


def made_text(meeting: Meeting, made_anew_because: str = "") -> str:
    """What the host is told when the provider has made the meeting; empty while it has not."""
    name = title_of(meeting.provider)
    if meeting.provider_error or needs_link(meeting.provider):
        return ""
    if made_anew_because:
        return f"*{meeting.reference} is made anew at {name}, with a new link.* {made_anew_because}."
    return f"*{meeting.reference} is set up at {name}.*"


WHO_IS_TOLD = "Then I mail those whom I had mailed about it; please tell the others yourself."
CANCELLED = f"Cancelled. It can be taken back for ten minutes. {WHO_IS_TOLD}"


def ask_cancel(meeting: Meeting, zone: str, why: str = "") -> Say:
    """A meeting about to be cancelled, and the button that does it; pressing it is answer enough. `why` it is asked
    whether this one is meant."""
    if meeting.state not in states.TO_COME:
        text = f"{meeting.reference} is {state_words(meeting)}; it can't be cancelled."
        return Say(text, [b.section("state", text)])
    cancel = b.button("Cancel it", Ids.CANCEL, f"{meeting.id}", style="danger")
    return Say(
        f"Cancel {meeting.reference}?",
        [
            *([b.section("why", f"{esc(why)} Nothing was changed.")] if why else []),
            b.section("facts", facts(meeting, zone)),
            b.actions("buttons", cancel),
            b.context("undo", f"For ten minutes it can be taken back. {WHO_IS_TOLD}"),
        ],
    )
