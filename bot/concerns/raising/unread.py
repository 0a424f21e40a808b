"""What somebody writes to the bot as a message reaches nobody: its words are dropped at the edge, and whoever wrote
them is told so, with 999, the numbers and the way to raise a concern."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns.ids import Ids
from bot.contacts import Contact
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.slack import blocks as b
from bot.slack.notices import phone_numbers
from bot.slack.router import Router
from bot.staff.people import installed
from db.models import Delivery, Organisation, Staff
from db.owed import Claimed, owe
from db.scope import of

TELL = "concern.unread"
ONCE_IN = timedelta(minutes=10)
_WRITTEN = (None, "", "file_share", "me_message", "thread_broadcast")
"""The kinds of message that a person writes; all others say that something happened to one."""
_SLACKBOT = "USLACKBOT"


def register(router: Router, jobs: Jobs, deps: Deps) -> None:
    """Make the event and its answer known."""

    async def written(body: Mapping[str, Any]) -> None:
        await note(deps, body)

    router.event("message.im", written)
    jobs.on(TELL, tell, lane=lanes.CONCERNS)


async def note(deps: Deps, body: Mapping[str, Any]) -> None:
    """Owe the answer to somebody who wrote to the bot, unless they had one just now. No word of theirs came here."""
    event = body.get("event") or {}
    person, channel = str(event.get("user") or ""), str(event.get("channel") or "")
    if event.get("bot_id") or event.get("subtype") not in _WRITTEN or person in ("", _SLACKBOT) or not channel:
        return
    now = deps.clock.now()

    def work(session: Session) -> None:
        organisation = installed(session, body.get("team_id"))
        if organisation is None:
            return
        lately = of(organisation.id, Delivery).where(
            Delivery.kind == TELL, Delivery.target == channel, Delivery.created_at > now - ONCE_IN
        )
        if session.scalar(lately.limit(1)) is None:
            slot = int(now.timestamp() // ONCE_IN.total_seconds())
            key = f"{TELL}:{channel}:{slot}"
            guest = session.scalar(
                select(Staff.id).where(
                    Staff.organisation_id == organisation.id, Staff.slack_id == person, Staff.guest.is_(True)
                )
            )
            owe(session, organisation.id, TELL, at=now, target=channel, record_id=guest, only_once=key)

    await deps.db.write(work)


async def tell(deps: Deps, claimed: Claimed) -> Record | None:
    """Say that nothing is read here, and what to do instead."""
    team = await deps.db.read(
        lambda session: session.scalar(select(Organisation.team_id).where(Organisation.id == claimed.organisation_id)),
        seconds=5,
    )
    if team is None:
        raise GiveUp("no_organisation")
    text, blocks = words(await deps.numbers.of([team]), guest=claimed.record_id is not None)
    await deps.slack.call("chat.postMessage", channel=claimed.target, text=text, blocks=blocks, unfurl_links=False)
    return None


def words(contacts: list[Contact], *, guest: bool = False) -> tuple[str, list[b.Block]]:
    """What is said, with the numbers; and for whoever may use them the button and the commands."""
    text = "Nothing is read here: what you wrote has reached nobody."
    raising = "Raise a concern: the form reaches the safeguarding lead, and nobody else."
    minutes = ONCE_IN.seconds // 60
    lines = [
        f"*{text}* The bot does not read or keep messages. Yours stays in this conversation; you can delete it. "
        f"For {minutes} minutes from now it does not answer again.",
        f"Worried about somebody's safety? {'Phone, or tell a member of staff now.' if guest else raising}",
    ]
    blocks = [b.section("unread", "\n".join(lines)), phone_numbers(contacts)]
    if guest:
        return text, blocks
    commands = "For anything else type a command here: `/meeting`, `/attendance`, `/guide`, or `/facilitator` for all."
    button = b.button("I am worried about somebody", Ids.OPEN, style="danger")
    return text, [*blocks, b.actions("raise", button), b.context("commands", commands)]
