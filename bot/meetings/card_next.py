"""Where a meeting stands, in words, and the one thing that is next: decided from its card alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.diary import states
from bot.gates import again_views, gate_views, readiness
from bot.meetings import views
from bot.meetings.card import EARLY, Card, Lack
from bot.policy.gates import NOT_RECORDED, SET_YOURSELF, Gate, Gates
from bot.providers import needs_link, title_of
from bot.slack.text import clip, clock_time, esc, when
from db.models import MeetingState, Moment

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_LONGEST = 190
"""How much of a rule stands on the card; all of it is one tap away."""
_ADDRESSES = {
    "carer-address": ("carer has no address", "carers have no address"),
    "own-address": ("has no address of their own", "have no address of their own"),
    "address": ("has no address", "have no address"),
}
_MOST_CLAUSES = 3
_NOBODY = "nobody yet"
_LATER = ("link-day",)
"""What waits for its day alone."""


@dataclass(frozen=True)
class Next:
    """The next thing: what it is, and the button to it. `action` is an action's id with its `value`, or where it is
    empty what one would type. Without a `label` there is nothing to press."""

    text: str
    label: str = ""
    value: str = ""
    action: str = ""


TRY_AGAIN, PASTE, ADD_PEOPLE = "meeting.try_again", "meeting.open_edit", "participant.open_add"
YES, LOCKED = "Yes, as last time", "Locked"
START, END, REMIND, GO_IN = "meeting.start", "meeting.end", "prompt.open", "live.go_in"
I_LEAD = "I lead"
ALL_DONE, REMIND_ALL = "All done", "prompt.all"


def of(card: Card) -> Next:
    """The next thing to do for a meeting."""
    meeting = card.meeting
    if meeting.state is MeetingState.CANCELLED:
        return Next(f"It is cancelled. {views.WHO_IS_TOLD}")
    if meeting.state in states.OVER:
        return _afterwards(card)
    if meeting.state is MeetingState.STARTED:
        return _running(card)
    if card.never_held:
        return _never_held(card)
    return _draft(card) if meeting.state is MeetingState.DRAFT else _set_up(card)


def _never_held(card: Card) -> Next:
    if card.register_taken:
        return Next("It was not started, and its time is over. Its register is taken. Nothing more to do.")
    how = f"Was it held all the same? Take the register. Else cancel it: `/meeting cancel {card.meeting.reference}`"
    return Next(f"It was not started, and its time is over. {how}", "Register", _typed(card, "attendance"))


def _draft(card: Card) -> Next:
    meeting = card.meeting
    if meeting.provider_error:
        return _ask_again(card)
    if needs_link(meeting.provider):
        return Next(
            f"Make the meeting and paste its link: `/meeting edit {meeting.reference} link https://…`",
            "Paste the link",
            *_id(card, PASTE),
        )
    if not card.people.registered:
        return _who_comes(card)
    return Next(f"It is being made at {esc(title_of(meeting.provider))}. You are told here how that went.")


def _ask_again(card: Card) -> Next:
    meeting, name = card.meeting, esc(title_of(card.meeting.provider))
    text = (
        f"Ask {name} again, or make it yourself and paste its link: `/meeting edit {meeting.reference} link https://…`"
    )
    return Next(text, "Try again", *_id(card, TRY_AGAIN))


def _who_comes(card: Card) -> Next:
    return Next("Who comes? Nobody is registered yet.", "Add people", *_id(card, ADD_PEOPLE))


def _id(card: Card, action: str, more: str = "") -> tuple[str, str]:
    return f"{card.meeting.id}{more}", action


def _typed(card: Card, command: str) -> str:
    return f"{command} {card.meeting.reference}"


def _set_up(card: Card) -> Next:
    """Before it begins: who comes, what comes before ready, the link, the hour before, the start."""
    steps = (_first_of_all, _before_ready, _last_hour, _sending, _get_ready)
    return next((found for step in steps if (found := step(card)) is not None), None) or _waiting(card)


def _first_of_all(card: Card) -> Next | None:
    if card.meeting.provider_error:
        return _ask_again(card)
    if card.people.told_wrong:
        return _tell(card)  # whoever waits at the wrong hour is alone
    if card.urgent is not None:
        return _urgent(card)
    if not card.people.registered and not card.starts_soon:
        return _who_comes(card)
    return None


def _urgent(card: Card) -> Next:
    """Nothing holds urgent contact up: the link goes to who is there, and it can start at any time."""
    near = card.meeting.is_near(card.now)
    if card.people.waiting and not (near and card.people.went):
        return _send(card)
    if near:
        return _start(card)
    if not card.people.registered:
        return _who_comes(card)
    return Next(
        "The link went to all who may have it. It is urgent: it can start at any time.", "Start", *_id(card, START)
    )


def _before_ready(card: Card) -> Next | None:
    unready = card.refusing("ready")
    if card.again is not None:
        return Next(again_views.words(card.again, card.zone), YES, card.again.drawn, again_views.Ids.YES)
    return _see_to(card, unready, "ready", "before it is ready") if unready else None


def _last_hour(card: Card) -> Next | None:
    unmet = card.refusing("start") if _within(card, _HOUR) else ()
    if unmet:
        return _see_to(card, unmet, "start", "before it can start")
    if not card.starts_soon:
        return None
    return _send(card) if card.people.waiting and not card.people.went else _start(card)


def _sending(card: Card) -> Next | None:
    """The link to those who may have it; days before it goes, first what the others lack."""
    gaps = tuple(gate for gate in card.refusing("invite") if gate.id not in _LATER)
    if card.people.refused:
        return _tell(card)
    if card.people.waiting > card.people.on_their_way and (not gaps or _within(card, _DAY)):
        return _send(card)
    return _gaps(card, gaps) if gaps else None


def _get_ready(card: Card) -> Next | None:
    moments = [Moment.PLANNING]
    moments = [Moment.DAY_BEFORE, *moments] if _within(card, _DAY) else moments
    moments = [Moment.HOUR_BEFORE, *moments] if _within(card, _HOUR) else moments
    moment = next((one for one in moments if card.left(one)), None)
    return _remind(card, moment, "Get ready") if moment else None


def _waiting(card: Card) -> Next:
    if _within(card, _HOUR):
        return Next(f"All is ready. It can start from {clock_time(card.meeting.starts_at - EARLY, card.zone)} on.")
    return Next(f"Nothing to do until {when(card.meeting.starts_at - _HOUR, card.zone)}.")


def _within(card: Card, time: timedelta) -> bool:
    return card.now >= card.meeting.starts_at - time


def _start(card: Card) -> Next:
    return Next("Let people in one by one.", "Start", *_id(card, START))


def _send(card: Card) -> Next:
    left = card.people.waiting
    whom = "to everybody" if left == card.people.registered else f"to {left} of {card.people.registered}"
    return Next(f"Send the link {whom}.", "See and send", _typed(card, "invitation send"))


def _tell(card: Card) -> Next:
    """Somebody was told another time than it is at, or has not got their mail."""
    people = card.people
    if people.told_wrong:
        know = "One person was" if people.told_wrong == 1 else f"{people.told_wrong} people were"
        return Next(f"{know} told another time.", "Tell them", _typed(card, "invitation send"))
    mails = "one mail" if people.refused == 1 else f"{people.refused} mails"
    return Next(f"The mail server refused {mails}. See why.", "Send again", _typed(card, "invitation send"))


def _gaps(card: Card, gaps: Gates) -> Next:
    gate = gate_views.first(gaps)
    if gate.id in _ADDRESSES:
        return Next(
            f"{lacking(Lack(gate, len(gate.people))).capitalize()}.", "Add addresses", _typed(card, "participant list")
        )
    return _see_to(card, gaps, "invite", "before everybody can have the link")


def _see_to(card: Card, gates: Gates, moment: str, before: str) -> Next:
    """The next of the gates, with how many more there are."""
    gate = gate_views.first(gates)
    more = f" · {len(gates) - 1} more {before}" if len(gates) > 1 else f" · {before}"
    text = f"{_rule(gate)}\n{gate_views.mark(gate.strength)} ({_cited(gate)}){more}"
    if gate.id == "roles" and len(card.meeting.team) > 1:
        # The buttons say how it is answered.
        text = f"{esc(clip(gate.rule, _LONGEST))}\n{gate_views.mark(gate.strength)} ({_cited(gate)}){more}"
        return Next(text, I_LEAD, f"{_typed(card, 'meeting edit')} led by <@{card.meeting.host}>")
    if _alone(gate, gates):
        return Next(text, "Yes, it is so", f"{_typed(card, 'meeting tick')} {gate.id}")
    if gate.id == "checklist":
        text = f"The risk checklist. {esc(gate.wrong)}\n{gate_views.mark(gate.strength)} ({_cited(gate)}){more}"
        return Next(text, "Confirm checklist", _typed(card, "checklist tick"))
    if gate.id == readiness.IN_SETUP:
        return Next(text, "See what is missing", "facilitator policy")
    return Next(text, "See to it", *_id(card, gate_views.OPEN, f":{moment}:"))


def _alone(gate: Gate, gates: Gates) -> bool:
    """Whether it is the only one that one tick of the whole meeting answers, so that it needs no form."""
    ticked = [one for one in gates if one.can_tick and not (one.needs_reason or one.needs_manager or one.people)]
    return ticked == [gate] and gate.lasts != "link" and not gate.private


def _rule(gate: Gate) -> str:
    if gate.private:
        # Its sentence says that it is told in a form alone.
        return esc(clip(gate.sentence, _LONGEST))
    wrong = "" if gate.wrong in (SET_YOURSELF, NOT_RECORDED) else f" {gate.wrong}"
    return esc(clip(f"{gate.rule}{wrong}", _LONGEST))


def _cited(gate: Gate) -> str:
    """The clauses, the first two of many: all of them are one tap away."""
    return gate_views.source(gate) if len(gate.clauses) < _MOST_CLAUSES else f"{', '.join(gate.clauses[:2])} …"


def _remind(card: Card, moment: Moment, label: str, about: str = "") -> Next:
    """What the policy reminds of at a moment: the first of it, and how much more there is."""
    left = card.left(moment)
    more = f" · {len(left) - 1} more" if len(left) > 1 else ""
    if card.met_before and left[0] not in card.locks:
        return Next(f"{about}{_things(len(left), 'reminder')}.", label, *_id(card, REMIND, f":{moment.value}"))
    told = left[0].partition(". ")[0].rstrip(".") + "." if card.met_before else left[0]
    text = f"{about}{esc(clip(told, _LONGEST))}{more}"
    if left[0] in card.locks:
        return Next(text, LOCKED, f"{_typed(card, 'meeting tick')} lock")
    return Next(text, label, *_id(card, REMIND, f":{moment.value}"))


def _running(card: Card) -> Next:
    """While it runs: read out, let in, lock, end."""
    meeting = card.meeting
    if card.now >= meeting.ends_at:
        return Next("Its time is over. Close the room for everybody.", "End", *_id(card, END))
    if card.said and card.last_time is not None:
        return _as_at_the_last_start(card, card.last_time)
    if card.said:
        text = f"Read out: {_things(card.said, 'point')}. Then let people in one by one."
        return Next(text, "Read it out", *_id(card, REMIND, f":{Moment.START.value}"))
    if card.left(Moment.START):
        return _remind(card, Moment.START, "Done")
    entry = card.refusing("entry")
    if entry:
        return _see_to(card, entry, "entry", "before everybody is let in")
    for moment in (Moment.ALL_PRESENT, Moment.DURING) if card.settled else ():
        if card.left(moment):
            return _remind(card, moment, "Done")
    over = clock_time(meeting.ends_at, card.zone)
    return Next(f"It runs until {over}. Anything wrong: *Incident*, behind ⋯", "End", *_id(card, END))


def _as_at_the_last_start(card: Card, last_time: datetime) -> Next:
    """What is said and done at each start, to those who did it before; what the policy requires of it in its words."""
    local = last_time.astimezone(ZoneInfo(card.zone))
    rest = len(card.left(Moment.START)) - len(card.agreed)
    more = f", and {_things(rest, 'reminder')}," if rest else ""
    required = esc(clip(" ".join(card.agreed), _LONGEST))
    text = f"Read out the {_things(card.said, 'point')}{more} as on {local.day} {local:%B}. {required}".strip()
    return Next(text, ALL_DONE, f"{card.meeting.id}:{Moment.START.value}", REMIND_ALL)


def _afterwards(card: Card) -> Next:
    """When it is over: the register, then what the policy reminds of."""
    if not card.register_taken:
        return Next("Close the room for everybody. Then take the register.", "Register", _typed(card, "attendance"))
    for moment in (Moment.END, Moment.AFTERWARDS):
        if card.left(moment) and card.meeting.state is MeetingState.ENDED:
            return _remind(card, moment, "Note it")
    return Next("Nothing more to do.")


def stands(card: Card) -> str:
    """Where the meeting stands with its people, in a sentence or two."""
    people, meeting = card.people, card.meeting
    if meeting.state in states.OVER:
        return _came(card)
    if meeting.state is MeetingState.CANCELLED:
        return f"{people.registered} were registered." if people.registered else ""
    if not people.registered:
        return ""
    if meeting.state is MeetingState.STARTED:
        if people.marked:
            return f"{people.came} of {people.registered} are in."
        expected = f"{_count(people.registered - people.said_no)} expected."
        noes = f" {people.said_no} answered no: not to be let in (`/invitation answers M-{meeting.number}`)."
        return f"{expected}{noes}" if people.said_no else expected
    if not card.judged:
        return f"{people.registered} registered."
    lacks = "; ".join(lacking(one) for one in card.people.lacks[:2] if one.gate.id not in _LATER)
    later = next((one for one in card.people.lacks if one.gate.id in _LATER), None)
    if people.link_on_its_way == people.on_their_way == people.registered and not people.refused:
        return f"{people.registered} registered. The link goes by itself."
    told, mailed = f"{people.registered} registered. {_link(card, later)}", _mailed(card)
    between = ": " if told.endswith(_NOBODY) else "; "
    return f"{told}{between}{lacks}{mailed}." if lacks else f"{told}{mailed}."


def _mailed(card: Card) -> str:
    """What of the mails the server refused, and what is still to go."""
    people = card.people
    refused = f"; {people.refused} refused by the mail server" if people.refused else ""
    return f"{refused}; {people.on_their_way} to be mailed by itself" if people.on_their_way else refused


def _link(card: Card, later: Lack | None) -> str:
    people, every = card.people, card.people.registered
    if people.went >= every:
        return "The link went to all of them" if every > 1 else "The link went to them"
    if people.went:
        rest = f", it can go to {people.waiting} more" if people.waiting else ""
        return f"The link went to {people.went} of {every}{rest}"
    if card.meeting.state is MeetingState.DRAFT and not card.meeting.join_url:
        return "There is no link yet"
    if later is not None:
        return "The link goes the day before"
    whom = "everybody" if people.may_have == every else f"{people.may_have} of {every}" if people.may_have else _NOBODY
    return f"The link can go to {whom}"


def _came(card: Card) -> str:
    people = card.people
    if card.meeting.nobody_came_at:
        return "Nobody came."
    if not people.marked:
        return f"{people.registered} registered." if people.registered else ""
    return f"{people.came} of {people.registered} came."


def lacking(one: Lack) -> str:
    """What keeps the link from some people, and from how many; of what stands in forms alone not what it is."""
    if one.gate.private:
        return f"{one.people} {'waits' if one.people == 1 else 'wait'} for something that their form says"
    single, several = _ADDRESSES.get(one.gate.id, ("", ""))
    if single:
        return f"{one.people} {single if one.people == 1 else several}"
    name = one.gate.id.replace("-", " ").replace("_", " ")
    return f"{one.people} without “{name}”"


def _things(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"


def _count(number: int) -> str:
    return "One person" if number == 1 else f"{number} people"
