"""How the card of a meeting looks: in the answer to `/meeting show`, in the host's direct messages and on the Home tab.
It fits on one screen of a phone."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.diary import states
from bot.gates import again_views, clearing_views, gate_views
from bot.meetings import card_next, option_views, relink_views
from bot.meetings.card import Card
from bot.meetings.card_next import Next
from bot.meetings.views import (
    back_button,
    old_link_words,
    provider_words,
    settings_lines,
    state_words,
)
from bot.providers import BigBlueButtonProvider, needs_link, title_of
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.command import again_id
from bot.slack.text import bold, clip, clip_marked, clock_time, esc, mention, when
from db.models import Meeting, MeetingState

_TITLE = 80
_NAMED = 4
_PLANNED = 140
_WARNING, _WARNINGS = 400, 2
_ALL_IN = 8
_WHILE_IT_RUNS = (card_next.LOCKED, "Done", "End")
_BEHIND_DOTS = 5
"""More Slack does not take."""


def heading(card: Card) -> str:
    """The meeting by its title, its day and its number, in plain words."""
    meeting = card.meeting
    local = meeting.starts_at.astimezone(ZoneInfo(card.zone))
    name = esc(clip(meeting.title, _TITLE)) if card.titled else "Your meeting"
    return f"{name}, {local:%A} {local.day} {local:%B} ({meeting.reference})"


def shown(card: Card, intro: str = "", under_intro: Sequence[b.Button] = ()) -> Say:
    """The card, with what is to be said first."""
    blocks = [b.section("intro", intro)] if intro else []
    blocks += [b.actions("intro_buttons", *under_intro)] if under_intro else []
    blocks += card_blocks(card)
    return Say(heading(card), blocks)


def told(meeting: Meeting, zone: str, words: str, buttons: Sequence[b.Button] = (), *, named: bool = True) -> Say:
    """What came of something, beside the card that shows how the meeting stands; `named` unless that card is new."""
    which = heading(Card(meeting, zone, meeting.starts_at))
    small = [b.context("which", which)] if named else []
    under = [b.actions("intro_buttons", *buttons)] if buttons else []
    return Say(which, [b.section("intro", words), *small, *under])


def news(card: Card, words: str) -> Say | None:
    """What has to be told beside the card, which moves on without a sound: that the meeting is made, or what is wrong.
    None where there is nothing of the kind."""
    told = [b.section("news", words)] if words else []
    told += _warnings(card)
    if not told:
        return None
    small = b.context("which", heading(card))
    show = b.button("Show it", again_id(0), f"meeting show {card.meeting.reference}")
    wrong = bool(card.meeting.provider_error)
    again = [b.button("Try again", card_next.TRY_AGAIN, f"{card.meeting.id}", style="primary")] if wrong else []
    return Say(heading(card), [*told, small, b.actions("show", *again, show)])


def handed_over(card: Card) -> Say:
    """What stands where the card of an earlier host was."""
    text = f"{heading(card)}: {mention(card.meeting.host)} hosts it now."
    return Say(f"{heading(card)} has another host", [b.section("handed_over", text)])


def card_blocks(card: Card) -> list[b.Block]:
    """The blocks of the card: what, when and who; where it stands; the next thing with its button; and the ways on."""
    meeting = card.meeting
    blocks = [b.section("facts", _facts(card)), b.context("small", _small(card))]
    blocks += option_views.asked(card.asked, meeting.reference)
    if card.asked and meeting.state is MeetingState.DRAFT:
        blocks.append(b.actions("asked_buttons", gate_views.open_button(meeting)))
    blocks += _warnings(card)
    following = card_next.of(card)
    blocks.append(b.section("next", f"*Next:* {following.text}" if following.label else following.text))
    if following.label:
        blocks.append(b.actions("next_button", _button(following), *_look(card, following)))
    ways = _ways(card, following)
    if ways:
        blocks.append(b.actions("ways", *ways))
    return [*blocks, *_settings(card)]


def _facts(card: Card) -> str:
    meeting, zone = card.meeting, card.zone
    title = f"{bold(clip(meeting.title, _TITLE))}\n" if card.titled else ""
    people = [mention(one) for one in meeting.team]
    others = f" and {len(people) - _NAMED} more" if len(people) > _NAMED else ""
    line = f"{when(meeting.starts_at, zone, weekday=True)} to {clock_time(meeting.ends_at, zone)}"
    stands = card_next.stands(card)
    who = f"{', '.join(people[:_NAMED])}{others}"
    return f"{title}{line} · {who}" + (f"\n{stands}" if stands else "")


def _small(card: Card) -> str:
    """In small print: the number, how it stands, the programme, and what is planned."""
    meeting = card.meeting
    planned = option_views.line(meeting, texts=not card.stays)
    parts = [meeting.reference, state_words(meeting), esc(clip(meeting.programme or "", 40)), clip(planned, _PLANNED)]
    return " · ".join(part for part in parts if part)


def _button(following: Next) -> b.Button:
    if following.action:
        return b.button(following.label, following.action, following.value, style="primary")
    return b.button(following.label, again_id(0), following.value, style="primary")


def _look(card: Card, following: Next) -> list[b.Button]:
    """What one tap would confirm can be read first; beside the lock, that all who are registered are in."""
    running = card.meeting.state is MeetingState.STARTED and following.label in _WHILE_IT_RUNS
    if running and card.settled and card.people.registered and not card.people.marked:
        return [b.button("All in", again_id(_ALL_IN), f"attendance {card.meeting.reference} all")]
    if following.label == card_next.I_LEAD and len(card.meeting.team) == 2:
        other = next(one for one in card.meeting.team if one != card.meeting.host)
        typed = f"meeting edit {card.meeting.reference} led by <@{other}>"
        return [b.button("My co-worker leads", again_id(_ALL_IN), typed)]
    if following.action == card_next.REMIND_ALL:
        return [b.button("Show them", card_next.REMIND, following.value)]
    if card.again is None or following.label != card_next.YES:
        return []
    return [b.button("Look through", again_views.Ids.LOOK, card.again.drawn)]


def _ways(card: Card, following: Next) -> list[b.Button]:
    """People, Invitation, Checklist, Register; the rest behind three dots."""
    meeting, reference = card.meeting, card.meeting.reference
    if meeting.state is MeetingState.CANCELLED:
        return [*back_button(meeting, card.now)]
    to_come, over = meeting.state in states.TO_COME, meeting.state in states.OVER
    ways = [("People", "participant list")]
    if not over:
        ways.append(("Invitation", "invitation"))
    if meeting.state is not MeetingState.CLOSED:
        ways.append(("Checklist", "checklist tick"))
    if not to_come or card.starts_soon:
        ways.append(("Register", "attendance"))
    go_in = meeting.provider == BigBlueButtonProvider.name and card.starts_soon and not over and bool(meeting.join_url)
    elements: list[b.Button] = [
        *([b.button("Go in", card_next.GO_IN, f"{meeting.id}")] if go_in else []),
        *_typed_ways(ways, following, reference),
    ]
    elements.append(b.overflow(again_id(9), _more(card, following)))
    return [*elements, *back_button(meeting, card.now)]


def _typed_ways(ways: Sequence[tuple[str, str]], following: Next, reference: str) -> list[b.Button]:
    return [
        b.button(label, again_id(number), f"{command} {reference}")
        for number, (label, command) in enumerate(ways, start=1)
        if label != following.label
    ]


def _more(card: Card, following: Next) -> list[tuple[str, str]]:
    """What stands behind the three dots, as (what one would type, its label)."""
    meeting, reference = card.meeting, card.meeting.reference
    near = meeting.state in states.SET_UP and meeting.is_near(card.now) and not card.never_held
    near = near and following.label != "Start"
    more = [(f"meeting start {reference}", "Start")] if near else []
    if meeting.state in states.OPEN:
        more.append((f"meeting gates {reference}", "All that your policy asks for"))
    if meeting.state is not MeetingState.CLOSED:
        more.append((f"meeting tick {reference}", "Tick what is done"))
    if meeting.state in states.TO_COME:
        more += [(f"meeting edit {reference}", "Change it"), (f"meeting cancel {reference}", "Cancel it")]
        if meeting.join_url and len(more) < _BEHIND_DOTS:
            more.append((f"meeting link new {reference}", "Its link got out"))
    else:
        if meeting.state is MeetingState.STARTED and following.label != "End":
            more.append((f"meeting end {reference}", "End"))
        more.append((f"incident {reference}", "Incident"))
    return more


def _settings(card: Card) -> list[b.Block]:
    """What the video service confirms and does not, in small print, from one source."""
    meeting = card.meeting
    # Of a meeting that is over nothing is to be set any more.
    if meeting.state not in states.OPEN:
        return []
    name = esc(title_of(meeting.provider))
    on_its_way = meeting.provider_since is not None and not needs_link(meeting.provider)
    if on_its_way and not meeting.provider_error and meeting.join_url:
        return [b.context("changing", f"The change is on its way to {name}.")]
    # What is asked for as the same as last time is not asked for here as well.
    same = {point.gate.replace("-", "_") for point in card.again.settings} if card.again else set()
    # Whoever ran such a meeting before reads on the card that leads them what is amiss alone.
    confirmed, amiss = settings_lines(meeting, card.gates, card.by_hand | same, counted=not card.met_before)
    # While something is owed to the provider, what it confirmed before may be true no more.
    told_of = confirmed and meeting.provider_since is None and (amiss or not card.met_before)
    told = [f"✅ Checked at {name}: {confirmed}."] if told_of else []
    return [b.context("settings", "\n".join([*told, *amiss]))] if told or amiss else []


def _warnings(card: Card) -> list[b.Block]:
    """What is wrong: at the provider, with whom else's meeting, and for whom."""
    meeting, told = card.meeting, list[str]()
    if card.urgent is not None:
        told.append(clearing_views.urgent_words(card.urgent, card.zone))
    if meeting.provider_error:
        told.append(provider_words(meeting, card.zone))
    if card.got_out:
        told.append(relink_views.standing(meeting))
    if card.beside and meeting.state in states.TO_COME:
        others = ", ".join(f"{one.reference} ({when(one.starts_at, card.zone)})" for one in card.beside[:3])
        told.append(
            f"⚠️ *Two meetings at one time:* the same {esc(title_of(meeting.provider))} user hosts {others}. It can "
            "hold one meeting at a time: choose another time, or another host."
        )
    if card.with_old_link and meeting.state in states.TO_COME:
        told.append(old_link_words(meeting, card.with_old_link, named=not card.stays))
    if meeting.state in states.OPEN:
        told.append(clearing_views.setup_words(card.gates))
    words = [clip_marked(one, _WARNING) for one in told if one][:_WARNINGS]
    return [b.section("warnings", "\n".join(words))] if words else []
