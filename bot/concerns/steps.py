"""The deliveries of concerns: making known, asking the next, telling the raiser. All without content."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bot import contacts
from bot.concerns import rights, telling, views
from bot.jobs.registry import GiveUp, Jobs, Record
from bot.kit import Kit
from bot.mail import MailError, MailServer, build, send
from bot.organisation.staff import emails
from bot.slack.client import SlackProblem
from db.models import Concern, ConcernPost, Organisation
from db.models.concern import About, ConcernState
from db.owed import Claimed, owe


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known; those that tell of a concern are never given up."""
    jobs.on("concern.announce", announce, stubborn=True)
    jobs.on("concern.dm", direct_message, stubborn=True)
    jobs.on("concern.escalate", escalate, stubborn=True)
    jobs.on("concern.redraw", redraw)
    jobs.on("concern.tell_raiser", tell_raiser, stubborn=True)
    jobs.on("concern.mail", mail)
    jobs.on("concern.mail_one", mail_one)


async def _load(kit: Kit, claimed: Claimed) -> tuple[Concern, Organisation, list[str]]:
    def work(session: Session) -> tuple[Concern, Organisation, list[str]]:
        concern = session.get_one(Concern, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return concern, organisation, rights.recipients(session, concern)

    return await kit.db.read(work, seconds=5)


async def announce(kit: Kit, claimed: Claimed) -> Record:
    """One post in the leads' channel if everybody in it may know; else a message to each who may. And one
    to whoever is asked first."""
    concern, organisation, permitted = await _load(kit, claimed)
    posted = None
    if concern.about != About.STAFF:
        posted = await _post_to_channel(kit, concern, organisation, permitted)
    if posted is None:
        return lambda session: _owe_messages(session, concern, permitted, kit)

    def record(session: Session) -> None:
        _posted(session, kit, concern.id, telling.CHANNEL, str(posted["channel"]), str(posted["ts"]), concern.version)
        _owe_messages(session, concern, permitted[:1], kit)

    return record


async def _post_to_channel(
    kit: Kit, concern: Concern, organisation: Organisation, permitted: list[str]
) -> Mapping[str, Any] | None:
    """Post where the channel's members, read now, are all among the permitted and the bot. None where they are
    not, and where Slack will never take it (an archived channel, say): then each is told alone."""
    channel = organisation.concern_channel
    text, blocks = views.post(concern, organisation.timezone)
    try:
        members = await kit.slack.members(channel)
        if not members or not members <= {*permitted, await kit.slack.me()}:
            return None
        return await kit.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks, unfurl_links=False)
    except SlackProblem as problem:
        if problem.passing:
            raise
        return None


def _owe_messages(session: Session, concern: Concern, to: list[str], kit: Kit) -> None:
    for slack_id in to:
        now = kit.clock.now()
        owe(session, concern.organisation_id, "concern.dm", at=now, target=slack_id, record_id=concern.id)


def _posted(session: Session, kit: Kit, concern_id: UUID, target: str, channel: str, ts: str, version: int) -> None:
    """Remember a message; if the concern moved on while it was sent, owe it a new drawing."""
    # Without the lock, an acknowledgement in the same moment and this would each miss the other.
    concern = session.get_one(Concern, concern_id, with_for_update={"key_share": True})
    post = telling.note_post(session, concern, target, channel, ts, kit.clock.now())
    if concern.version != version:
        lane = f"post:{channel}:{ts}"
        owe(session, concern.organisation_id, "concern.redraw", at=kit.clock.now(), record_id=post.id, lane=lane)


async def direct_message(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell one permitted person, unless they have lost the right meanwhile."""
    concern, organisation, permitted = await _load(kit, claimed)
    if claimed.target not in permitted or (claimed.step and concern.state is not ConcernState.RAISED):
        return None
    text, blocks = views.post(concern, organisation.timezone, asked=claimed.step > 0)
    channel = await kit.slack.direct(claimed.target)
    posted = await kit.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks, unfurl_links=False)
    target = f"{claimed.target}:{claimed.step}"
    return lambda session: _posted(session, kit, concern.id, target, channel, str(posted["ts"]), concern.version)


async def escalate(kit: Kit, claimed: Claimed) -> Record:
    """A deadline has come; whether anything is to be done is decided on the state as it is now."""
    if claimed.record_id is None:
        raise GiveUp("no_record")
    concern_id = claimed.record_id
    return lambda session: telling.ask_next(session, concern_id, claimed.step, kit.clock.now())


async def redraw(kit: Kit, claimed: Claimed) -> Record | None:
    """Draw one message anew from the state as it is now."""

    def work(session: Session) -> tuple[ConcernPost, Concern, Organisation, bool]:
        post = session.get_one(ConcernPost, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        concern = session.get_one(Concern, post.concern_id)
        return post, concern, organisation, _belongs(session, concern, post)

    post, concern, organisation, belongs = await kit.db.read(work, seconds=5)
    asked = not post.target.endswith((":0", telling.CHANNEL))
    text, blocks = views.taken_back(concern)
    if belongs:
        text, blocks = views.post(concern, organisation.timezone, asked=asked)
    await kit.slack.call("chat.update", channel=post.channel, ts=post.message_ts, text=text, blocks=blocks)
    return None


def _belongs(session: Session, concern: Concern, post: ConcernPost) -> bool:
    """Whether a message still stands where the concern may be known."""
    if post.target == telling.CHANNEL:
        return concern.about != About.STAFF
    return post.target.partition(":")[0] in rights.recipients(session, concern)


async def tell_raiser(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell the raiser that it was seen (step 0), or that nobody answered and they should telephone (step 1)."""
    concern, organisation, permitted = await _load(kit, claimed)
    if claimed.step and concern.state is not ConcernState.RAISED:
        return None
    text = views.seen(concern, organisation.timezone)
    if claimed.step:
        known = contacts.read(kit.settings.contacts_file)
        numbers = [one for one in known if one.slack in permitted]
        text = views.not_seen(concern, numbers, str(organisation.options.get("outside_contact") or views.OUTSIDE))
    channel = await kit.slack.direct(concern.raised_by)
    await kit.slack.call("chat.postMessage", channel=channel, text=text)
    return None


async def mail(kit: Kit, claimed: Claimed) -> Record | None:
    """A minute after the commit and no message made: owe each recipient a mail, so that one address that fails
    holds up no other."""
    concern, _, permitted = await _load(kit, claimed)
    if not await _unheard(kit, concern):
        return None

    def record(session: Session) -> None:
        now = kit.clock.now()
        for slack_id in permitted:
            owe(session, concern.organisation_id, "concern.mail_one", at=now, target=slack_id, record_id=concern.id)

    return record


async def mail_one(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell one permitted person by mail, without content."""
    concern, organisation, permitted = await _load(kit, claimed)
    addresses = await kit.db.read(lambda session: emails(session, organisation.id, {claimed.target}), seconds=5)
    if claimed.target not in permitted or not await _unheard(kit, concern):
        return None
    if kit.settings.smtp_url is None or kit.settings.mail_from is None:
        raise GiveUp("no_mail_server")
    if claimed.target not in addresses:
        raise GiveUp("no_address")
    message = build(
        addresses[claimed.target],
        views.MAIL_SUBJECT,
        views.mail(concern.reference, organisation.name),
        sender=kit.settings.mail_from,
        message_id=claimed.id.hex,
    )
    try:
        await send(message, MailServer.from_url(kit.settings.smtp_url.get_secret_value(), kit.settings.mail_from))
    except MailError as refused:
        if refused.permanent:
            raise GiveUp(refused.code) from None
        raise
    return None


async def _unheard(kit: Kit, concern: Concern) -> bool:
    """Whether nobody has answered and no message could be made yet."""
    posted = await kit.db.read(lambda session: bool(telling.posts(session, concern)), seconds=5)
    return not posted and concern.state is ConcernState.RAISED
