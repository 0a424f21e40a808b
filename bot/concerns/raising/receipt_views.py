"""What the raiser sees afterwards: the receipt, the form for adding more, and the list of their own receipts.

None of it shows a word of what was written, or of what the lead does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.concerns.ids import Ids
from bot.concerns.raising.listing import Mine
from bot.concerns.raising.raising_views import account
from bot.concerns.words import HOW_SOON
from bot.contacts import Contact
from bot.paging import Page
from bot.slack import blocks as b
from bot.slack.call import View
from bot.slack.text import clock_time, esc, when
from db.models import Concern
from db.models.concern import ConcernState

MORE = "more"
"""How the metadata of the form for adding begins: it shows nothing of a record, so it stays open while one types."""


@dataclass(frozen=True)
class Receipt:
    """What the raiser is told. `told` are the roles that are told, in the order of asking; `phone` the people to
    telephone, neither the subject nor the raiser among them; `many` whether they have raised very many today;
    `readers` how many people can read it, beside the raiser."""

    concern: Concern
    told: Sequence[str]
    phone: Sequence[Contact]
    outside: str
    zone: str
    again: bool = False
    amended: bool = False
    many: bool = False
    readers: int = 0


def receipt(done: Receipt) -> View:
    """Saved: the reference, who is told, until when to wait, and whom to telephone. No content."""
    concern = done.concern
    head = "Saved as"
    if done.again:
        head = "Saved already, as"
    elif done.amended:
        head = "Added to what you had saved, as"
    yourself = "You can call 999, social services or the police yourself at any time."
    after = (
        "Please don't talk about it in Slack. Say nothing to anybody who may have caused it, or who may warn them. "
        "A child or adult who told you may know that you passed it on. Look after yourself too."
    )
    blocks = [
        b.section("saved", f"*{head} {concern.reference}*, {when(concern.raised_at, done.zone)}."),
        *(b.section(f"told.{number}", text) for number, text in enumerate(_told(done))),
        b.section("yourself", yourself),
        b.context("after", after),
    ]
    if done.many:
        words = "You have raised many today. Each one is saved and told. Please phone as well, so that none waits."
        blocks.insert(1, b.alert("many", words, "info"))
    if concern.subject_staff != concern.raised_by:
        blocks.append(b.actions("more", b.button("Add more", Ids.ADD_MORE, str(concern.id))))
    return b.modal("note", "Saved", blocks)


def _told(done: Receipt) -> list[str]:
    """Paragraphs: who is told, and whom to phone when."""
    concern = done.concern
    if concern.sealed_from_staff:
        return [
            "*Nobody inside the organisation may be told of this*, so the bot has told nobody. It is sealed.",
            f"*Please telephone now:* {esc(done.outside)}",
        ]
    lines = [f"• *{esc(one.phone)}* {esc(one.name)}" for one in done.phone[:4]] or [f"• {esc(done.outside)}"]
    numbers = "\n".join(lines)
    if concern.state is not ConcernState.RAISED:
        return ["It has been seen, and somebody is looking after it.", f"*If you can't wait, phone:*\n{numbers}"]
    by = clock_time(concern.answer_by, done.zone)
    if concern.answer_by - concern.raised_at > timedelta(hours=12):
        by = when(concern.answer_by, done.zone)
    if not done.told:
        return ["It reaches nobody in the organisation but you.", f"*Somebody outside whom you can phone:*\n{numbers}"]
    return [
        f"The bot is telling the {' and the '.join(done.told)} now. {_readers(done.readers)} "
        "You will hear when it has been seen.",
        f"*If you hear nothing by {by}, phone:*\n{numbers}",
    ]


def _readers(count: int) -> str:
    return "One person can read it, and nobody else." if count == 1 else f"{count} people can read it, and nobody else."


def more_form(concern: Concern) -> View:
    """The form for adding: what was written before is not shown, and stays."""
    intro = f"*{concern.reference}* · What you wrote before stays as it is. In danger now: call 999."
    blocks = [
        b.section("intro", intro),
        *account(),
        b.radio_input("urgency", "Has it become more urgent? Then how soon?", HOW_SOON, optional=True),
    ]
    return b.modal(Ids.MORE, "Add more", blocks, submit="Save and send", metadata=f"{MORE}:{concern.id}")


def added(concern: Concern, outside: str, zone: str, now: datetime) -> View:
    """More was saved."""
    lines = [f"*Added to {concern.reference}*, {when(now, zone)}. What you wrote before is kept."]
    if concern.sealed_from_staff:
        lines.append(f"Nobody inside may be told. *Please telephone:* {esc(outside)}")
    else:
        lines.append("Whoever looks after it is told that there is more to read.")
    return b.modal("note", "Saved", [b.section("added", "\n".join(lines))])


def mine(receipts: Page[Mine], zone: str) -> list[b.Block]:
    """A page of what somebody has raised, newest first, each with a word and a button; nothing is left out."""
    if receipts.whole and not receipts.rows:
        return [b.section("mine.none", "You have raised no concern. `/concern` opens the form.")]
    blocks = [b.section("mine.head", "*What you have raised*")]
    for one in receipts.rows:
        text = f"*{one.reference}* · {when(one.raised_at, zone)} · {one.word}"
        blocks.append(b.section(f"mine.{one.reference}", text, b.button("Add more", Ids.ADD_MORE, str(one.id))))
    turn = []
    if receipts.number:
        turn.append(b.button("Newer", Ids.MINE_NEWER, str(receipts.number - 1)))
    if receipts.more:
        turn.append(b.button("Older", Ids.MINE_OLDER, str(receipts.number + 1)))
    if turn:
        blocks += [b.context("mine.page", receipts.words), b.actions("mine.turn", *turn)]
    return blocks


def more_to_read(concern: Concern) -> tuple[str, list[b.Block]]:
    """The message that the raiser has added something: (text, blocks), without any content."""
    text = f"{concern.reference}: the raiser has added something"
    blocks = [
        b.section("added", f"*{concern.reference}* · the raiser has added something."),
        b.actions("buttons", b.button("Open", Ids.READ, str(concern.id))),
    ]
    return text, blocks


def many_raised(count: int, reference: str) -> str:
    """The word to the lead about very many concerns from one person: no name, no content."""
    return (
        f"One person has raised {count} concerns within a day, the newest is *{reference}*. "
        "All are saved and told as always. You may want to talk with them."
    )
