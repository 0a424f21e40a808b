"""What staff see of the families' pages in Slack. A message never holds an answer; the form does."""

from collections.abc import Sequence
from enum import StrEnum

from bot.facts.lasting import RULES_AGREED
from bot.families.answers import Answers, Line, Person
from bot.families.service import NO, RECORDING, YES, Shown
from bot.families.tokens import Place
from bot.families.words import EN
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.text import bold, clip, esc, mention, when
from db.models import Meeting, PagePurpose, Registration


class Ids(StrEnum):
    """Every id that Slack sends back to this room."""

    PERSON = "families.person"
    ANSWERS = "families.answers"
    PHONED = "families.phoned"


WHO = "who_phoned"
_IN_MESSAGE = 25
_SHOWN = 40
_TEXT = 400


def address(meeting: Meeting, registration: Registration, to_carer: bool, url: str | None) -> Say:
    """The address of one person's page, seen by whoever asked for it alone."""
    name = bold(registration.participant.name)
    whom = f"the parent or carer of {name}" if to_carer else name
    kept = (
        "It works until the meeting ends. An address that was given before leads nowhere now. Give it to nobody else: "
        "whoever has it can answer."
    )
    return Say(
        f"The page for {meeting.reference}",
        [
            b.section("whom", f"*The page of {meeting.reference} for {whom}.* Only you see this. Send it to them:"),
            b.preformatted("address", url or ""),
            b.context("kept", kept),
        ],
    )


def number(meeting: Meeting, registration: Registration, purpose: PagePurpose, code: str) -> Say:
    """The number of one person's letter, where there are no pages."""
    name = bold(registration.participant.name)
    whom = f"the parent or carer of {name}" if purpose is PagePurpose.CARER else name
    text = (
        f"The bot has no web address of its own (PUBLIC_URL), so there is no page. Give {whom} this number, to say "
        f"when they phone about {meeting.reference}. Then type `/invitation answer {code}`."
    )
    return Say(f"The number for {meeting.reference}", [b.section("number", text), b.preformatted("code", code)])


def by_phone(place: Place, page: Shown) -> View:
    """What somebody is asked who phones, for the worker to take down."""
    meeting, name = place.meeting, bold(page.name)
    whom = f"the parent or carer of {name}" if page.to_carer else name
    blocks = [b.section("head", f"*{meeting.reference}*, {when(meeting.starts_at, page.zone)}, for {whom}")]
    own = {
        RULES_AGREED: EN.agree_rules.format(rules=page.rules_name),
        RECORDING: EN.agree_recording_child if page.to_carer else EN.agree_recording,
    }
    for one in page.questions:
        label = one.words or own[one.key]
        blocks.append(b.radio_input(one.key, label, [(YES, EN.yes), (NO, EN.no)], optional=True))
    if not page.questions:
        return b.modal(Ids.PHONED, "By telephone", [*blocks, b.section("none", EN.nothing_to_answer)])
    hint = "For instance: Ann Bell, her mother, from the number that we have, at ten."
    blocks.append(b.text_input(WHO, "Who said so, and how do you know that it was they?", hint=hint, limit=300))
    metadata = f"{meeting.id.hex}:{place.registration.id.hex}:{place.purpose.value}"
    return b.modal(Ids.PHONED, "By telephone", blocks, submit="Save", metadata=metadata)


def phoned(meeting: Meeting, *, new: bool) -> View:
    """That it was taken down."""
    text = f"Saved for {meeting.reference}, as you were told." if new else "Nothing new was said. Nothing was changed."
    return b.modal("families.saved", "By telephone", [b.section("saved", text)])


def whose(meeting: Meeting, people: Sequence[Registration]) -> Say:
    """Several are registered: whose page?"""
    choices = [(f"{one.id.hex}:{meeting.id.hex}", one.participant.name) for one in people[:_IN_MESSAGE]]
    blocks = [b.section("whose", f"*The page of {meeting.reference}.* Whose?", b.menu(Ids.PERSON, choices))]
    if len(people) > _IN_MESSAGE:
        words = f"The menu lists {_IN_MESSAGE} people. For another, type `/invitation page NAME {meeting.reference}`."
        blocks.append(b.context("more", words))
    return Say("Whose page?", blocks)


def notice(meeting: Meeting, zone: str, *, link_out: bool) -> Say:
    """Word to the host that answers came in; whose, and what they are, is in the form behind the button."""
    day = when(meeting.starts_at, zone, weekday=True)
    text = f"📬 *An answer came in for {meeting.reference}*, {day}."
    if link_out:
        text = (
            f"{text} The link has gone out to somebody who may not have it as things stand now. See whom it is about, "
            "and do not let them in until it is settled."
        )
    button = b.button("See the answers", Ids.ANSWERS, meeting.id.hex)
    return Say(f"An answer came in for {meeting.reference}.", [b.section("notice", text), b.actions("see", button)])


def answers(found: Answers) -> View:
    """What families answered, for those who run the meeting."""
    meeting = found.meeting
    blocks = [b.section("head", f"*{meeting.reference}*, {when(meeting.starts_at, found.zone)}")]
    if not found.people:
        blocks.append(b.section("none", "Nobody has answered on a page yet."))
    for number, one in enumerate(found.people[:_SHOWN]):
        blocks.append(b.section(f"person.{number}", _person(one, found.zone)))
    if len(found.people) > _SHOWN:
        more = len(found.people) - _SHOWN
        words = f"… and {more} more. For one of them, type `/invitation answers NAME {meeting.reference}`."
        blocks.append(b.context("more", words))
    kept = "Given on their own pages. Kept encrypted. Is one about somebody’s safety? `/concern`"
    return b.modal("families.read", "Answers", [*blocks, b.context("kept", kept)])


def _person(person: Person, zone: str) -> str:
    head = bold(person.name)
    if person.link_out:
        head += "\n⚠️ *The link has gone out, and the answer is no.* Do not let them in until it is settled."
    return clip("\n".join([head, *(_line(one, zone) for one in person.lines)]), 2_900)


def _line(line: Line, zone: str) -> str:
    by = f"{mention(line.by)}, {when(line.at, zone)}"
    if line.text:
        return f"• {esc(line.asked)}: {esc(clip(line.text, _TEXT))} ({by})"
    return f"• {'✅ Yes' if line.yes else '✋ *No*'}: {esc(line.asked)} ({by})"
