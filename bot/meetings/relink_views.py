"""What people see where a meeting's link got out."""

from collections.abc import Sequence
from enum import StrEnum

from bot.meetings.views import facts, old_link_words
from bot.providers import removal, title_of
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.command import again_id
from bot.slack.text import esc
from db.models import Meeting, RetiredLink


class Ids(StrEnum):
    """Every id that Slack sends back about it."""

    MAKE = "relink.make"
    BY_HAND = "relink.by_hand"


def ask(meeting: Meeting, have_it: int, zone: str) -> Say:
    """What becomes of the old link, and the button that does it; pressing it is answer enough."""
    name = esc(title_of(meeting.provider))
    text = (
        f"{facts(meeting, zone)}\n*Has its link got out?* Then a new link and passcode are made at {name}, and the old "
        f"meeting is {removal(meeting.provider)} there: its link leads nowhere any more. {_told(have_it)}"
    )
    button = b.button("Make a new link", Ids.MAKE, f"{meeting.id}:{meeting.relinked}", style="danger")
    undo = "That can’t be taken back. What was ticked of its settings is asked anew."
    return Say(
        f"A new link for {meeting.reference}?",
        [b.section("facts", text), b.actions("buttons", button), b.context("undo", undo)],
    )


def form(meeting: Meeting, have_it: int) -> View:
    """The form for a link that the host pastes in the place of one that got out."""
    text = (
        "*Has its link got out?* Make another meeting in your video service, with a new passcode, and paste its link. "
        f"Delete the old meeting there yourself: I cannot. {_told(have_it)}"
    )
    blocks = [
        b.section("why", text),
        b.text_input(
            "link",
            "New link for participants",
            optional=True,
            multiline=True,
            hint="Or the whole invitation. Left empty, the old link is given to nobody from now on, and the meeting "
            "waits for its new one.",
        ),
        b.text_input("passcode", "New passcode", optional=True, limit=20),
        b.context("undo", "That can’t be taken back. What was ticked of its settings is asked anew."),
    ]
    metadata = f"{meeting.id}:{meeting.version}"
    return b.modal(Ids.BY_HAND, f"New link for {meeting.reference}"[:24], blocks, submit="Use it", metadata=metadata)


def _told(have_it: int) -> str:
    if not have_it:
        return "Nobody’s invitation was shown with it yet."
    have = "has" if have_it == 1 else "have"
    return f"{have_it} of those invited {have} the old one and must be told; whom I mailed it, I mail the new one."


def made(meeting: Meeting, with_old_link: Sequence[str]) -> Say:
    """What is said once it is under way: what is still to be done, whom to tell, and the way to an incident."""
    name = esc(title_of(meeting.provider))
    if meeting.join_url:
        head, text = "The link is new", "Now delete the old meeting in your video service: until then its link works."
    elif meeting.provider_since is not None:
        head = "The old link is taken out of use"
        gone = removal(meeting.provider)
        text = f"What it leads to is {gone} at {name} now, and a new meeting made there. You are told of both."
    else:
        head = "The old link is given to nobody any more"
        text = (
            "Delete the old meeting in your video service: until then its link works. Then paste the new one: "
            f"`/meeting edit {meeting.reference} link https://…`"
        )
    blocks = [b.section("made", f"*{meeting.reference}: {head[0].lower()}{head[1:]}.* {text}")]
    if with_old_link:
        blocks.append(b.section("old_link", old_link_words(meeting, with_old_link, named=True)))
    show = b.button("Show it", again_id(0), f"meeting show {meeting.reference}")
    return Say(head, [*blocks, b.actions("ways", incident(meeting), show)])


def incident(meeting: Meeting) -> b.Button:
    """The button that opens the incident form."""
    return b.button("Record an incident", again_id(20), f"incident {meeting.reference}")


def standing(meeting: Meeting) -> str:
    """That the old link has not been revoked."""
    name, gone = esc(title_of(meeting.provider)), removal(meeting.provider)
    return f"⚠️ *The link that got out still stands at {name}.* It is {gone} as soon as {name} does it."


def revoked(meeting: Meeting, old: RetiredLink) -> Say:
    """How the revocation stands, for whoever asked for it and the host."""
    name = esc(title_of(old.provider))
    show = b.button("Show it", again_id(0), f"meeting show {meeting.reference}")
    if old.revoked_at is not None:
        head = f"The old link of {meeting.reference} is dead"
        text = f"*{head}.* What it led to is {removal(old.provider)} at {name}."
    else:
        head, gone = f"The old link of {meeting.reference} still works", removal(old.provider)
        by_hand = f"Delete it in {name} yourself if you can" if gone == "deleted" else f"End any call there in {name}"
        text = (
            f"⚠️ *{head}.* {name} has not {gone} the meeting behind it yet. I keep trying. {by_hand}, and let "
            "nobody in there."
        )
    return Say(head, [b.section("revoked", text), b.actions("show", show, incident(meeting))])
