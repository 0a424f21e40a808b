"""What people see of meetings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.diary import states
from bot.diary.pages import Listed
from bot.gates import clearing_views, gate_views
from bot.meetings import option_views, undoing
from bot.policy.gates import Gates, Tick
from bot.providers import SettingKey, needs_link, platform_of
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.text import clip, clock_time, esc, mention, when
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
_SO = {"not_applied": "Not so yet", "unknown": "Not known"}
"""How it stands with what a label says, where it is neither so nor the host's to make so."""
_MOST_AMISS = 4
_MARK = {"not_applied": "⚠️", "unknown": "❔"}


def state_words(meeting: Meeting | Listed) -> str:
    """How a meeting stands, in a few words."""
    if meeting.state is MeetingState.DRAFT and meeting.provider_error:
        return f"not at {meeting.provider.title()} yet"
    if meeting.state is MeetingState.DRAFT and not needs_link(meeting.provider):
        return f"being set up at {meeting.provider.title()}"
    return STATE_WORDS[meeting.state]


def already(meeting: Meeting, zone: str) -> str:
    """That a meeting stood already as somebody wanted it, and since when."""
    at = meeting.started_at if meeting.state is MeetingState.STARTED else meeting.ended_at
    since = f", {when(at, zone)}" if at else ""
    what = {MeetingState.STARTED: "started"}.get(meeting.state, "ended")
    return f"*{meeting.reference} had been {what} already{since}.* Nothing was changed."


@dataclass(frozen=True)
class MeetingCard:
    """A meeting with what else its card shows. `registered` is None for people who may not see it."""

    meeting: Meeting
    zone: str
    registered: int | None = None
    gates: Gates = ()
    titled: bool = True
    """Whether the title is shown: it may hold a name, so what stays in Slack leaves it out."""
    urgent: Tick | None = None
    """Who said that it is urgent contact with somebody at risk."""
    asked: Gates = ()
    """The open gates that follow from what was planned just now; they stand first."""
    beside: Sequence[Meeting] = ()
    """The meetings that the same account hosts at the same time."""
    with_old_link: Sequence[str] = ()
    """The names of those whose invitation had a link that leads nowhere any more."""
    now: datetime | None = None
    """The moment, where the card offers a start that is near, or to take back what was just done."""

    @property
    def heading(self) -> str:
        """The meeting's number, with its title where that may be shown."""
        return f"{self.meeting.reference} · {esc(self.meeting.title)}" if self.titled else self.meeting.reference


def facts(card: MeetingCard) -> str:
    """A meeting in a few lines."""
    meeting, zone = card.meeting, card.zone
    workers = ", ".join(mention(one) for one in meeting.team[1:]) or "nobody yet"
    lines = [
        f"*{card.heading}*  ({state_words(meeting)})",
        f"{when(meeting.starts_at, zone, weekday=True)} to {clock_time(meeting.ends_at, zone)}"
        + (f" · {esc(meeting.programme)}" if meeting.programme else ""),
        f"Host {mention(meeting.host)}, with {workers}",
    ]
    planned = option_views.line(meeting, texts=card.titled)
    if planned:
        lines.append(planned)
    if card.registered is not None:
        lines.append(f"{card.registered} registered" if card.registered else "Nobody registered yet")
    return "\n".join(lines)


def next_steps(card: MeetingCard) -> str:
    """What to do next, as commands to type."""
    meeting = card.meeting
    reference, steps = meeting.reference, []
    if meeting.state is MeetingState.DRAFT and needs_link(meeting.provider):
        steps.append(f"Make the meeting and paste its link: `/meeting edit {reference} link https://…`")
    elif meeting.state is MeetingState.DRAFT and not meeting.provider_error:
        steps.append(f"It is being made at {meeting.provider.title()}. You are told here how that went.")
    if meeting.state in (MeetingState.DRAFT, MeetingState.SCHEDULED):
        if not card.registered:
            steps.append(f"Say who comes: `/participant add NAME, NAME to {reference}`")
        steps.append(f"Work through the risks: `/checklist {reference}`")
        steps.append(f"Get the text to send: `/invitation {reference}`")
    if meeting.state is MeetingState.READY:
        steps.append(f"Get the text to send: `/invitation {reference}`. Begin: `/meeting start {reference}`")
    if meeting.state in (MeetingState.STARTED, MeetingState.ENDED):
        steps.append(f"Take the register: `/attendance {reference}`")
    return "\n".join(f"• {step}" for step in steps)


_FIRST = (
    SettingKey.WAITING_ROOM,
    SettingKey.PASSCODE,
    SettingKey.RANDOM_ID,
    SettingKey.NO_JOIN_BEFORE_HOST,
    SettingKey.HOST_ONLY_SHARE,
    SettingKey.NO_RECORDING,
)


def settings_lines(meeting: Meeting, gates: Gates = ()) -> tuple[str, list[str]]:
    """How the meeting's settings stand: (what the provider confirms, what the host has to do: each that is known to be
    amiss, and how many others there are). What staff have ticked is to do no more."""
    confirmed, amiss, others = [], [], 0
    ticked = {gate.id.replace("-", "_") for gate in gates if not gate.open}
    platform = platform_of(meeting.provider, meeting.join_url)
    for name, found in meeting.settings_read.items():
        key, state = SettingKey(name), found["state"]
        if state == "applied":
            confirmed.append(key)
        elif name in ticked and state != "not_applied":
            continue
        elif state == "by_host":
            others += 1
        else:
            label = f"{_SO[state]}: {key.label[:1].lower()}{key.label[1:]}"
            amiss.append(f"{_MARK[state]} *{label}.* {key.how_on(platform)}")
    others += len(amiss[_MOST_AMISS:])
    count = f"{others} more" if amiss else f"{others} of its settings"
    to_do = [*amiss[:_MOST_AMISS], *([f"☐ {count}: `/checklist {meeting.reference}`"] if others else [])]
    named = [key.label for key in _FIRST if key in confirmed]
    more = len(confirmed) - len(named)
    said = "; ".join(named) + (f"; and {more} more" if more and named else "")
    return said, to_do


def shown(card: MeetingCard, intro: str = "", under_intro: Sequence[b.Button] = ()) -> Say:
    """One meeting, with its buttons."""
    meeting = card.meeting
    blocks = [b.section("intro", intro)] if intro else []
    blocks += [b.actions("intro_buttons", *under_intro)] if under_intro else []
    blocks.append(b.section("facts", facts(card)))
    blocks += option_views.asked(card.asked, meeting.reference)
    if card.asked and meeting.state is MeetingState.DRAFT:
        blocks.append(b.actions("asked_buttons", gate_views.open_button(meeting)))
    blocks += _warnings(card)
    # Of a meeting that is over nothing is to be set any more.
    confirmed, to_do = settings_lines(meeting, card.gates) if meeting.state in states.OPEN else ("", [])
    on_its_way = meeting.provider_since is not None and not needs_link(meeting.provider)
    if on_its_way and not meeting.provider_error and meeting.join_url:
        blocks.append(b.context("changing", f"The change is on its way to {esc(meeting.provider.title())}."))
    # While something is owed to the provider, what it confirmed before may be true no more.
    if confirmed and meeting.provider_since is None:
        blocks.append(b.context("confirmed", f"✅ Checked at {esc(meeting.provider.title())}: {confirmed}."))
    if to_do:
        blocks += b.paragraphs("to_do", ["*Yours to set, as host*", *to_do])
    if card.urgent is not None:
        blocks.append(b.section("urgent", clearing_views.urgent_words(card.urgent, card.zone)))
    if card.gates and meeting.state in states.SET_UP:
        blocks += gate_views.teaser(card.gates, meeting, urgent=card.urgent is not None)
    if meeting.state in _NEEDS_SETUP and clearing_views.setup_words(card.gates):
        blocks.append(b.context("in_setup", clearing_views.setup_words(card.gates)))
    steps = next_steps(card)
    if steps:
        blocks.append(b.section("next", f"*Next*\n{steps}"))
    offered = [*buttons(meeting, card.now), *back_button(meeting, card.now)]
    if card.registered is not None and offered:
        blocks.append(b.actions("buttons", *offered))
    return Say(card.heading, blocks)


def _warnings(card: MeetingCard) -> list[b.Block]:
    """What is wrong at the provider, with whom else's meeting, and for whom."""
    meeting, blocks = card.meeting, []
    if meeting.provider_error:
        blocks.append(b.section("provider_error", provider_words(meeting, card.zone)))
    if card.beside and meeting.state in states.TO_COME:
        others = ", ".join(f"{one.reference} ({when(one.starts_at, card.zone)})" for one in card.beside[:5])
        words = (
            f"⚠️ *Two meetings at one time:* the same {esc(meeting.provider.title())} user hosts {others}. It can hold "
            "one meeting at a time: choose another time, or another host."
        )
        blocks.append(b.section("beside", words))
    if card.with_old_link and meeting.state in states.TO_COME:
        blocks.append(b.section("old_link", old_link_words(card)))
    return blocks


_NEEDS_SETUP = (*states.SET_UP, MeetingState.STARTED)


def provider_words(meeting: Meeting, zone: str) -> str:
    """What the provider has not done and what it said, since when, when it is asked again, and the way around it."""
    name = esc(meeting.provider.title())
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
    if meeting.state in states.TO_COME:
        lines.append(
            f"You can also make it yourself and paste its link: `/meeting edit {meeting.reference} link https://…`"
        )
    else:
        lines.append(f"Please see to it in {name} yourself.")
    return "\n".join(lines)


def old_link_words(card: MeetingCard) -> str:
    """Who has a link that leads nowhere; by number where names do not belong."""
    reference, names = card.meeting.reference, [esc(clip(one, 60)) for one in card.with_old_link]
    who = ", ".join(names) if card.titled else f"{len(names)} of those invited"
    have = "has" if len(names) == 1 else "have"
    more = "" if card.titled else f" `/meeting show {reference}` names them."
    send = f"send the new one, `/invitation {reference}`."
    return f"⚠️ *The link is new.* {who} {have} the old one, which leads nowhere: {send}{more}"


def buttons(meeting: Meeting, now: datetime | None = None) -> list[b.Button]:
    """What can be done with a meeting in its state; it is started when its time is near."""
    value = f"{meeting.id}"
    change = b.button("Change", Ids.OPEN_EDIT, value)
    words = f"{meeting.reference} will be cancelled. For ten minutes it can be taken back."
    ask = b.confirm("Cancel the meeting?", words, "Cancel it")
    stop = b.button("Cancel it", Ids.CANCEL, value, style="danger", ask=ask)
    again = [b.button("Try again", Ids.TRY_AGAIN, value)] if meeting.provider_error else []
    if meeting.state is MeetingState.DRAFT:
        return [*again, change, stop]
    if meeting.state in states.SET_UP:
        near = now is not None and meeting.is_near(now)
        start = [b.button("Start", Ids.START, value, style="primary")] if near else []
        return [*start, *again, change, stop]
    if meeting.state is MeetingState.STARTED:
        return [b.button("End", Ids.END, value, style="primary")]
    return []


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
    name = meeting.provider.title()
    if meeting.provider_error or needs_link(meeting.provider):
        return ""
    if made_anew_because:
        return f"*{meeting.reference} is made anew at {name}, with a new link.* {made_anew_because}."
    return f"*{meeting.reference} is set up at {name}.*"


def ask_cancel(card: MeetingCard, why: str = "") -> Say:
    """A meeting about to be cancelled, and the button that does it; pressing it is answer enough. `why` it is asked
    whether this one is meant."""
    meeting = card.meeting
    if meeting.state not in states.TO_COME:
        text = f"{meeting.reference} is {state_words(meeting)}; it can't be cancelled."
        return Say(text, [b.section("state", text)])
    cancel = b.button("Cancel it", Ids.CANCEL, f"{meeting.id}", style="danger")
    return Say(
        f"Cancel {meeting.reference}?",
        [
            *([b.section("why", f"{esc(why)} Nothing was changed.")] if why else []),
            b.section("facts", facts(card)),
            b.actions("buttons", cancel),
            b.context("undo", "For ten minutes it can be taken back."),
        ],
    )
