"""The deliveries of concerns: making known, keeping known, telling the raiser. All without content."""

from datetime import timedelta

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from bot.concerns import damaged, nations, rights
from bot.concerns.alerting import post_views, reaching, rerouting, telling
from bot.concerns.alerting.reaching import NEVER, load, owe_messages, send, strangers
from bot.concerns.owing import owe_for
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Later, Patience, Record
from bot.deps import Deps
from bot.slack.problems import Cause, SlackProblem
from bot.staff.ways import SLACK
from db.models import AuditEvent, Concern, ConcernPost, Delivery, Organisation
from db.models.concern import About, ConcernState
from db.owed import Claimed
from db.scope import of

_TURN = timedelta(seconds=1)


def register(jobs: Jobs) -> None:
    """Make the room's deliveries known; those that tell of a concern are given up only where they never can be
    made, and then whoever is next is asked."""
    jobs.on("concern.announce", announce, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END)
    jobs.on("concern.dm", direct_message, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END)
    jobs.on("concern.round", ask_again, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END)
    jobs.on("concern.note", note, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END)
    jobs.on("concern.redraw", redraw, lane=lanes.CONCERNS)
    jobs.on("concern.tell_raiser", tell_raiser, lane=lanes.CONCERNS, patience=Patience.WITHOUT_END, kept=True)


async def announce(deps: Deps, claimed: Claimed) -> Record:
    """One post in the leads' channel if everybody in it may know; else a message to each who may. Whoever is asked
    first has one in any case."""
    concern, organisation, permitted = await load(deps, claimed)
    ts = None
    unwanted: set[str] | None = None
    if concern.about != About.STAFF:
        unwanted = await strangers(deps, organisation.concern_channel, permitted)
        if unwanted is not None and not unwanted:
            ts = await _post_to_channel(deps, concern, organisation)

    def record(session: Session) -> None:
        if unwanted:
            reaching.owe_membership(session, organisation.id, concern.id.hex, deps)
        if ts is None:
            _owe_first(session, concern, permitted, deps)
            return
        _posted(session, deps, concern, telling.CHANNEL, organisation.concern_channel, ts)
        _owe_first(session, concern, permitted[:1], deps)

    return record


def _owe_first(session: Session, concern: Concern, to: list[str], deps: Deps) -> None:
    """Owe each of these the message that makes the concern known to them, unless it was owed already: looked at first,
    for to write it and find it there would wait for whoever records it as made."""
    owed = of(concern.organisation_id, Delivery).where(
        Delivery.kind == "concern.dm", Delivery.record_id == concern.id, Delivery.step == 0
    )
    have = {one.target for one in session.scalars(owed)}
    telling.owe_first(session, concern, [one for one in to if one not in have], deps.clock.now())


async def _post_to_channel(deps: Deps, concern: Concern, organisation: Organisation) -> str | None:
    """The message's time stamp; None where Slack will never take it (an archived channel, say)."""
    text, blocks = post_views.post(concern, organisation.timezone)
    channel = organisation.concern_channel
    try:
        posted = await deps.slack.call(
            "chat.postMessage", channel=channel, text=text, blocks=blocks, unfurl_links=False
        )
    except SlackProblem as problem:
        if problem.passing:
            raise
        return None
    return str(posted["ts"])


def _posted(session: Session, deps: Deps, drawn: Concern, target: str, channel: str, ts: str) -> None:
    """Remember a message; if the concern moved on while it was sent, owe it a new drawing."""
    # Without the lock, an acknowledgement in the same moment and this would each miss the other.
    concern = session.get_one(Concern, drawn.id, with_for_update={"key_share": True})
    post = telling.note_post(session, concern, target, channel, ts, deps.clock.now())
    telling.note_tried(session, concern, telling.reader(post), SLACK, deps.clock.now())
    if concern.version != drawn.version:
        queue = telling.queue(post)
        owe_for(session, concern, "concern.redraw", deps.clock.now(), record_id=post.id, queue=queue)


async def direct_message(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell one permitted person, unless they have lost the right meanwhile."""
    concern, organisation, permitted = await load(deps, claimed)
    if claimed.target not in permitted or (claimed.step and concern.state is not ConcernState.RAISED):
        return None
    text, blocks = post_views.post(concern, organisation.timezone, asked=claimed.step > 0)
    posted = await send(deps, claimed.target, concern.id, text, blocks, attempt=claimed.attempt)
    target = f"{claimed.target}:{claimed.step}"
    return lambda session: _posted(session, deps, concern, target, str(posted["channel"]), str(posted["ts"]))


async def ask_again(deps: Deps, claimed: Claimed) -> Record | None:
    """Ask one permitted person anew, with the number of the round."""
    concern, organisation, permitted = await load(deps, claimed)
    if claimed.target not in permitted or concern.state is not ConcernState.RAISED:
        return None
    text, blocks = post_views.post(concern, organisation.timezone, again=True)
    posted = await send(deps, claimed.target, concern.id, text, blocks, attempt=claimed.attempt)
    target = telling.round_target(concern, claimed.target)
    return lambda session: _posted(session, deps, concern, target, str(posted["channel"]), str(posted["ts"]))


async def note(deps: Deps, claimed: Claimed) -> Record | None:
    """A line in the thread under one message: what was done, by whom, and what is due. The lines of a thread keep
    their order. Where the channel must not be written to any more, it goes on in direct messages."""

    def work(session: Session) -> tuple[ConcernPost, Concern, Organisation, list[str], AuditEvent, bool]:
        post = session.get_one(ConcernPost, claimed.record_id)
        concern = session.get_one(Concern, post.concern_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        done = session.scalars(of(organisation.id, AuditEvent).where(AuditEvent.sequence == claimed.step)).one()
        return post, concern, organisation, rights.recipients(session, concern), done, _not_its_turn(session, claimed)

    post, concern, organisation, permitted, done, early = await deps.db.read(work, seconds=5)
    if early:
        raise Later(deps.clock.now() + _TURN, "not_its_turn")
    if not _belongs(concern, post, permitted):
        return None
    if telling.reader(post) == telling.CHANNEL and await strangers(deps, post.channel, permitted) != set():
        return lambda session: _go_on_alone(session, deps, concern, permitted)
    text, blocks = post_views.note(concern, done, permitted, organisation.timezone)
    try:
        await deps.slack.call(
            "chat.postMessage", channel=post.channel, thread_ts=post.message_ts, text=text, blocks=blocks
        )
    except SlackProblem as problem:
        if problem.cause is not Cause.TARGET:
            raise
        # The message or the channel is no more, or takes no lines: those concerned get a message of their own.
        raise GiveUp(problem.code, lambda session: _go_on_alone(session, deps, concern, permitted)) from None
    return None


def _not_its_turn(session: Session, claimed: Claimed) -> bool:
    """Whether a line before this one is still owed to the same thread."""
    before = of(claimed.organisation_id, Delivery).where(
        Delivery.kind == claimed.kind,
        Delivery.record_id == claimed.record_id,
        Delivery.done_at.is_(None),
        Delivery.step < claimed.step,
    )
    return session.scalar(before.limit(1)) is not None


def _go_on_alone(session: Session, deps: Deps, concern: Concern, permitted: list[str]) -> None:
    """Owe a message of their own to everybody who may know, has none yet, and is owed none."""
    have = {telling.reader(post) for post in telling.posts(session, concern)}
    owed = of(concern.organisation_id, Delivery).where(
        Delivery.kind == "concern.dm", Delivery.record_id == concern.id, Delivery.done_at.is_(None)
    )
    have |= {one.target for one in session.scalars(owed)}
    owe_messages(session, concern, [one for one in permitted if one not in have], deps)
    reaching.owe_membership(session, concern.organisation_id, concern.id.hex, deps)


async def redraw(deps: Deps, claimed: Claimed) -> Record | None:
    """Draw one message anew from the state as it is now."""

    def work(session: Session) -> tuple[ConcernPost, Concern, Organisation, list[str], bool]:
        post = session.get_one(ConcernPost, claimed.record_id)
        organisation = session.get_one(Organisation, claimed.organisation_id)
        concern = session.get_one(Concern, post.concern_id)
        waits = telling.waits(post, concern, telling.posts(session, concern))
        return post, concern, organisation, rights.recipients(session, concern), waits

    try:
        post, concern, organisation, permitted, waits = await deps.db.read(work, seconds=5)
    except NoResultFound:
        return None  # drawn a last time already
    asked, again = telling.asks_anew(post), telling.is_round(post)
    text, blocks = post_views.post(concern, organisation.timezone, asked=asked, again=again)
    if not waits:
        text, blocks = post_views.passed(concern, organisation.timezone)
    elif telling.is_reminder(post):
        return None
    if not _belongs(concern, post, permitted):
        text, blocks = post_views.taken_back(concern)
    elif telling.reader(post) == telling.CHANNEL and await strangers(deps, post.channel, permitted) != set():
        text, blocks = post_views.moved(concern)
    await deps.slack.call("chat.update", channel=post.channel, ts=post.message_ts, text=text, blocks=blocks)
    if waits:
        return None

    def record(session: Session) -> None:
        telling.forget_passed(session, session.get_one(ConcernPost, post.id))

    return record


def _belongs(concern: Concern, post: ConcernPost, permitted: list[str]) -> bool:
    """Whether a message still stands where the concern may be known."""
    if telling.reader(post) == telling.CHANNEL:
        return concern.about != About.STAFF
    return telling.reader(post) in permitted


async def tell_raiser(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the raiser that it was seen, that nobody answered and they should telephone, or that it is closed."""
    concern, organisation, permitted = await load(deps, claimed)
    raiser = damaged.raiser(concern)
    if not raiser:
        raise GiveUp("no_raiser")
    if claimed.step == telling.NOT_SEEN and concern.state is not ConcernState.RAISED:
        return None
    if claimed.step == telling.CLOSED and concern.state is not ConcernState.CLOSED:
        return None
    drawn = post_views.closed if claimed.step == telling.CLOSED else post_views.seen
    text = drawn(concern, organisation.timezone)
    if claimed.step == telling.NOT_SEEN:
        known = await deps.numbers.of([organisation.team_id])
        numbers = [one for one in known if one.slack in permitted and one.slack != raiser]
        text = post_views.not_seen(concern, numbers, nations.outside_text(organisation, About(concern.about)))
    try:
        channel = await deps.slack.direct(raiser)
        await deps.slack.call("chat.postMessage", channel=channel, text=text)
    except SlackProblem as problem:
        if problem.code not in NEVER:
            raise
        code, concern_id = problem.code, concern.id
        raise GiveUp(
            code,
            lambda session: rerouting.raiser_unreachable(session, concern_id, claimed.step, code, deps.clock.now()),
        ) from None
    return None
