"""The deliveries of concerns: making known, asking the next, telling the raiser. All without content."""

from uuid import UUID

from sqlalchemy.orm import Session

from bot import contacts
from bot.concerns import service, views
from bot.jobs.registry import GiveUp, Jobs, Record
from bot.kit import Kit
from bot.mail import MailServer, build, send
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


async def _load(kit: Kit, claimed: Claimed) -> tuple[Concern, Organisation, list[str]]:
    def work(session: Session) -> tuple[Concern, Organisation, list[str]]:
        concern = session.get_one(Concern, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return concern, organisation, service.recipients(session, concern)

    return await kit.db.read(work, seconds=5)


async def announce(kit: Kit, claimed: Claimed) -> Record:
    """One post in the leads' channel if everybody in it may know; else a message to each who may. And one
    to whoever is asked first."""
    concern, organisation, permitted = await _load(kit, claimed)
    in_channel = concern.about != About.STAFF and await _all_permitted(kit, organisation.concern_channel, permitted)
    if not in_channel:
        return lambda session: _owe_messages(session, concern, permitted, kit)
    text, blocks = views.post(concern, organisation.timezone)
    posted = await kit.slack.call(
        "chat.postMessage", channel=organisation.concern_channel, text=text, blocks=blocks, unfurl_links=False
    )

    def record(session: Session) -> None:
        _posted(session, kit, concern.id, service.CHANNEL, str(posted["channel"]), str(posted["ts"]), concern.version)
        _owe_messages(session, concern, permitted[:1], kit)

    return record


async def _all_permitted(kit: Kit, channel: str, permitted: list[str]) -> bool:
    """Whether the channel's members, read now, are all among the permitted and the bot."""
    try:
        members = await kit.slack.members(channel)
        bot = await kit.slack.me()
    except SlackProblem as problem:
        if problem.passing:
            raise
        return False
    return bool(members) and members <= {*permitted, bot}


def _owe_messages(session: Session, concern: Concern, to: list[str], kit: Kit) -> None:
    for slack_id in to:
        now = kit.clock.now()
        owe(session, concern.organisation_id, "concern.dm", at=now, target=slack_id, record_id=concern.id)


def _posted(session: Session, kit: Kit, concern_id: UUID, target: str, channel: str, ts: str, version: int) -> None:
    """Remember a message; if the concern moved on while it was sent, owe it a new drawing."""
    concern = session.get_one(Concern, concern_id)
    post = service.note_post(session, concern, target, channel, ts, kit.clock.now())
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
    return lambda session: service.ask_next(session, concern_id, claimed.step, kit.clock.now())


async def redraw(kit: Kit, claimed: Claimed) -> Record | None:
    """Draw one message anew from the state as it is now."""

    def work(session: Session) -> tuple[ConcernPost, Concern, Organisation]:
        post = session.get_one(ConcernPost, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return post, session.get_one(Concern, post.concern_id), organisation

    post, concern, organisation = await kit.db.read(work, seconds=5)
    asked = not post.target.endswith((":0", service.CHANNEL))
    text, blocks = views.post(concern, organisation.timezone, asked=asked)
    await kit.slack.call("chat.update", channel=post.channel, ts=post.message_ts, text=text, blocks=blocks)
    return None


async def tell_raiser(kit: Kit, claimed: Claimed) -> Record | None:
    """Tell the raiser that it was seen (step 0), or that nobody answered and they should telephone (step 1)."""
    concern, organisation, permitted = await _load(kit, claimed)
    if claimed.step and concern.state is not ConcernState.RAISED:
        return None
    text = views.seen(concern, organisation.timezone)
    if claimed.step:
        known = contacts.read(kit.settings.contacts_file)
        numbers = [one for one in known if one.slack in permitted]
        text = views.not_seen(concern, numbers, str(organisation.options.get("outside_contact", "")))
    channel = await kit.slack.direct(concern.raised_by)
    await kit.slack.call("chat.postMessage", channel=channel, text=text)
    return None


async def mail(kit: Kit, claimed: Claimed) -> Record | None:
    """A minute after the commit and no message made: tell the recipients by mail, without content."""

    def work(session: Session) -> tuple[Concern, Organisation, bool, list[str]]:
        concern = session.get_one(Concern, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        return concern, organisation, bool(service.posts(session, concern)), service.emails(session, concern)

    concern, organisation, posted, addresses = await kit.db.read(work, seconds=5)
    if posted or concern.state is not ConcernState.RAISED:
        return None
    if kit.settings.smtp_url is None or kit.settings.mail_from is None:
        raise GiveUp("no_mail_server")
    server = MailServer.from_url(kit.settings.smtp_url.get_secret_value(), kit.settings.mail_from)
    for number, address in enumerate(addresses):
        message = build(
            address,
            views.MAIL_SUBJECT,
            views.mail(concern.reference, organisation.name),
            sender=kit.settings.mail_from,
            message_id=f"{claimed.id.hex}.{number}",
        )
        await send(message, server)
    return None
