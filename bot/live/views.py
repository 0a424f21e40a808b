"""What the team of a meeting is told while it is held. No participant is named: it stays in Slack."""

from datetime import datetime
from enum import StrEnum

from bot.live.alarms import Alarm, Kind
from bot.slack import blocks as b
from bot.slack.call import Say
from bot.slack.command import again_id
from bot.slack.text import clock_time
from db.models import Meeting


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    GO_IN = "live.go_in"
    DOOR = "live.door"


def alarm(meeting: Meeting, kind: Kind, found: Alarm | None, zone: str, workers: int) -> Say:
    """One alarm as it stands; without one `found`, it is so no more by what the provider told since."""
    reference = meeting.reference
    if found is None:
        text = f"{reference}: {_SUBJECT[kind]}. By what was told since, this was not so, or over at once."
        return Say(text, [b.section("alarm", text)])
    head, what = _words(reference, kind, found, zone, workers)
    if found.until is not None:
        over = f"{head} Over since {clock_time(found.until, zone)}."
        return Say(over, [b.section("alarm", over), b.actions("ways", _incident(meeting))])
    show = b.button("Show it", again_id(0), f"meeting show {reference}")
    return Say(head, [b.section("alarm", f"🔴 *{head}* {what}"), b.actions("ways", show, _incident(meeting))])


def at_door(meeting: Meeting, at: datetime, zone: str) -> Say:
    """That the link of somebody who may not come in was opened, which need not have been by themselves."""
    reference = meeting.reference
    head = f"At {clock_time(at, zone)} the link of somebody was opened who may not take part in {reference} now."
    what = "They were not let in. If they write or phone, you decide what to tell them."
    who = b.button("Who may not, and why", again_id(0), f"meeting gates {reference}")
    return Say(head, [b.section("at_door", f"🔴 *{head}* {what}"), b.actions("ways", who, _incident(meeting))])


_SUBJECT = {
    Kind.RECORDING: "a recording began",
    Kind.NO_HOST: "it ran without any of its team",
    Kind.TOO_FEW: "too few workers were in it",
    Kind.NOT_LISTED: "people joined whose names are not on the list",
}


def _words(reference: str, kind: Kind, found: Alarm, zone: str, workers: int) -> tuple[str, str]:
    since = clock_time(found.since, zone)
    if kind is Kind.RECORDING:
        return (
            f"A recording of {reference} began at {since}, and it is not to be recorded.",
            "Stop it, tell everybody, and have what was recorded deleted.",
        )
    if kind is Kind.NO_HOST:
        return (
            f"{reference} runs without any of its team since {since}.",
            "Go in now, or end the meeting for everybody.",
        )
    if kind is Kind.TOO_FEW:
        return (
            f"{reference} has fewer workers in it than the {workers} your policy asks for, since {since}.",
            "Bring the other one back, ask a colleague in, or end the meeting.",
        )
    people = "1 person" if found.count == 1 else f"{found.count} people"
    names = "name is" if found.count == 1 else "names are"
    still = (
        "" if found.still_in == found.count else f" {found.still_in} of them still in." if found.still_in else " Gone."
    )
    return (
        f"{people} joined {reference} whose {names} not on the list.{still}",
        f"It may be a nickname. Look who they are; whoever does not belong is removed, and the meeting locked. "
        f"`/participant add NAME to {reference}` puts somebody on the list.",
    )


def _incident(meeting: Meeting) -> b.Button:
    return b.button("Record an incident", again_id(1), f"incident {meeting.reference}")
