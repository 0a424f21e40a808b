"""The deliveries that raising owes beside the telling: the link to a message, and words to the lead. No content."""

from sqlalchemy.orm import Session

from bot.concerns import rights, texts
from bot.concerns.raising import many, receipt_views
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.slack.problems import SlackProblem
from db.models import Concern
from db.owed import Claimed


def register(jobs: Jobs) -> None:
    """Make these deliveries known."""
    jobs.on("concern.link", link, lane=lanes.CONCERNS)
    jobs.on("concern.added", added, lane=lanes.CONCERNS)
    jobs.on("concern.many", many_raised, lane=lanes.CONCERNS)


async def link(deps: Deps, claimed: Claimed) -> Record | None:
    """Ask Slack for the link to the message that a concern was raised from; where the bot may not see the message,
    its bare ids stay."""

    def work(session: Session) -> str:
        concern = session.get_one(Concern, claimed.record_id)
        return texts.everything(session, concern, ["message"]).get("message", "")

    channel, _, ts = (await deps.db.read(work, seconds=5)).partition(":")
    if not ts or "/" in channel + ts:
        return None
    try:
        found = await deps.slack.query("chat.getPermalink", channel=channel, message_ts=ts)
    except SlackProblem as problem:
        if problem.passing:
            raise
        return None

    def record(session: Session) -> None:
        concern = session.get_one(Concern, claimed.record_id, with_for_update={"key_share": True})
        texts.write_link(session, concern, str(found["permalink"]), deps.clock.now())

    return record


async def added(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell whoever looks after a concern that its raiser has added something, unless they may not know of it now."""
    concern = await _reaching(deps, claimed)
    if concern is None:
        return None
    text, blocks = receipt_views.more_to_read(concern)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=text, blocks=blocks, unfurl_links=False)
    return None


async def many_raised(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell whoever is asked first that one person raises very many, with the tenth that they may know of, the
    twentieth and so on; never who it is."""
    concern = await _reaching(deps, claimed)
    if concern is None:
        return None

    count = await deps.db.read(lambda session: many.known_to(session, concern, claimed.target), seconds=5)
    if count % many.MANY:
        return None
    text = receipt_views.many_raised(count, concern.reference)
    channel = await deps.slack.direct(claimed.target)
    await deps.slack.call("chat.postMessage", channel=channel, text=text)
    return None


async def _reaching(deps: Deps, claimed: Claimed) -> Concern | None:
    """The concern, while it may reach the person whom this delivery is for."""
    if claimed.record_id is None:
        raise GiveUp("no_record")

    def work(session: Session) -> Concern | None:
        concern = session.get_one(Concern, claimed.record_id)
        return concern if claimed.target in rights.recipients(session, concern) else None

    return await deps.db.read(work, seconds=5)
