"""What is owed so that a concern is made known and stays known. All without content."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.concerns import damaged, routing
from bot.concerns.owing import owe_for
from bot.concerns.rights import recipients
from bot.staff.people import is_away
from bot.staff.ways import notify_ways
from db import audit
from db.base import new_id
from db.models import AuditEvent, Concern, ConcernPost, Delivery, Organisation, Staff
from db.models.concern import About, ConcernState, Urgency
from db.remember import remembered
from db.scope import of

MAIL_AFTER = timedelta(seconds=60)
CHANNEL = "channel"
SEEN, NOT_SEEN, CLOSED = 0, 1, 2
"""What the raiser is told: that somebody has taken it up, to telephone, or that it is closed."""
MAIL, ALERT = "concern.mail_one", "concern.alert"
"""The deliveries that tell one person by mail, or by a `notify` address: the target names the person, then the way."""
INSTEAD, MISSED, AT_ONCE = 0, 1, 2
"""Why somebody is told by another way: it stands in for a Slack that cannot be reached, a deadline was missed, or it
cannot wait."""
TOLD, NOT_TOLD, ACCEPTED = "concern.told", "concern.not_told", "accepted"
"""The links of the audit chain that say who was told by which way or what refused, and their last word."""
_ROUND = ":round"
_REMINDER, _QUESTION = ":reminder", "question"


def stamp(moment: datetime) -> str:
    """A moment as a number, so that a timer can say for which deadline it was set."""
    return str(round(moment.timestamp() * 1000))


def owe_telling(session: Session, concern: Concern, to: Sequence[str], now: datetime) -> None:
    """Owe a concern its announcement, a message to whoever of `to` is asked first, the mail that stands in for Slack,
    and its ladder. The channel is a target of its own: that Slack limits it holds up nothing but what goes there."""
    channel = session.get_one(Organisation, concern.organisation_id).concern_channel
    owe_for(session, concern, "concern.announce", now, target="" if concern.about == About.STAFF else channel)
    owe_first(session, concern, to[:1], now)
    owe_for(session, concern, "concern.mail", now, due=now + MAIL_AFTER)
    owe_ladder(session, concern, now)


def owe_first(session: Session, concern: Concern, to: Collection[str], now: datetime) -> None:
    """Owe each of these people the message with which the concern is made known to them, once."""
    for slack_id in to:
        once = f"concern.dm:{concern.id.hex}:{slack_id}"
        owe_for(session, concern, "concern.dm", now, target=slack_id, only_once=once)


def owe_ladder(session: Session, concern: Concern, now: datetime) -> None:
    """Set the deadline by which somebody must answer, counted from now, and owe its reminder, what follows when it
    is missed, and its first step. Timers of a ladder before are for another deadline and do nothing any more."""
    organisation = session.get_one(Organisation, concern.organisation_id)
    concern.answer_by = routing.answer_by(
        now, concern.urgency, organisation.acknowledge_within, organisation.timezone, organisation.nation
    )
    concern.escalation_step = concern.rounds = 0
    mark, due = stamp(concern.answer_by), routing.remind_at(now, concern.answer_by)
    owe_for(session, concern, "concern.remind", now, due=due, target=mark)
    owe_at_once(session, concern, now)
    owe_for(session, concern, "concern.missed", now, due=concern.answer_by, target=mark)
    owe_escalation(session, concern, 1, now, concern.answer_by)


def owe_escalation(session: Session, concern: Concern, step: int, now: datetime, due: datetime) -> None:
    """Owe the next step of the ladder that the concern's present deadline began."""
    owe_for(session, concern, "concern.escalate", now, due=due, target=stamp(concern.answer_by), step=step)


def owe_unless_waiting(
    session: Session, concern: Concern, kind: str, target: str, now: datetime, step: int = 0
) -> None:
    """Owe somebody a message about a concern, unless the same is still on its way to them: it is drawn from how
    things stand when it is sent, so that after an outage nobody gets a heap of them."""
    waiting = of(concern.organisation_id, Delivery).where(
        Delivery.kind == kind,
        Delivery.target == target,
        Delivery.record_id == concern.id,
        Delivery.step == step,
        Delivery.done_at.is_(None),
    )
    if session.scalar(waiting.limit(1)) is None:
        owe_for(session, concern, kind, now, target=target, step=step)


def owe_other_ways(session: Session, concern: Concern, people: Sequence[str], now: datetime) -> None:
    """A deadline was missed: owe these people a word by every way beside Slack."""
    for staff in _staff(session, concern, people):
        if staff.email:
            owe_unless_waiting(session, concern, MAIL, staff.slack_id, now, MISSED)
        for way in notify_ways(staff):
            owe_unless_waiting(session, concern, ALERT, f"{staff.slack_id}:{way}", now, MISSED)


def owe_at_once(session: Session, concern: Concern, now: datetime) -> None:
    """What cannot wait does not wait for Slack either: owe whoever may answer it a word by their `notify` addresses.
    Those who are away are left in peace while somebody else is there."""
    if concern.urgency is not Urgency.NOW:
        return
    able = _staff(session, concern, recipients(session, concern))
    here = [staff for staff in able if not is_away(staff, now)]
    for staff in here or able:
        for way in notify_ways(staff):
            owe_unless_waiting(session, concern, ALERT, f"{staff.slack_id}:{way}", now, AT_ONCE)


def _staff(session: Session, concern: Concern, people: Sequence[str]) -> Sequence[Staff]:
    return session.scalars(of(concern.organisation_id, Staff).where(Staff.slack_id.in_(people))).all()


def note_tried(session: Session, concern: Concern, who: str, way: str, now: datetime, refused: str = "") -> None:
    """Write into the audit chain that somebody (or the channel) was told by a way, or that it `refused`, a code. The
    record's history shows it."""
    action, said = (NOT_TOLD, refused) if refused else (TOLD, ACCEPTED)
    detail = f"{who} {way} {said}"
    audit.record(session, concern.organisation_id, now, "system", action, "concern", concern.id, detail)


def tell_raiser(session: Session, concern: Concern, what: int, now: datetime, *, by: str = "") -> None:
    """Owe the raiser a notice: `SEEN`, `NOT_SEEN` or `CLOSED`. Who was told last that it was seen is not told again,
    and nobody of what they did themselves (`by`), nor of the closing of what is about them."""
    raiser = damaged.raiser(concern)
    if raiser in ("", by) or (what == CLOSED and raiser == concern.subject_staff):
        return
    if what != SEEN or last_told(session, concern) != SEEN:
        owe_for(session, concern, "concern.tell_raiser", now, step=what)


def last_told(session: Session, concern: Concern) -> int | None:
    """What the raiser was told last, or None."""
    return session.scalar(
        select(Delivery.step)
        .where(
            Delivery.organisation_id == concern.organisation_id,
            Delivery.kind == "concern.tell_raiser",
            Delivery.record_id == concern.id,
        )
        .order_by(Delivery.created_at.desc())
        .limit(1)
    )


def redraw(session: Session, concern: Concern, now: datetime) -> None:
    """Owe every message about a concern a new drawing."""
    for post in posts(session, concern):
        _owe_redraw(session, concern, post, now)


def _owe_redraw(session: Session, concern: Concern, post: ConcernPost, now: datetime) -> None:
    owe_for(session, concern, "concern.redraw", now, record_id=post.id, queue=queue(post))


def note(session: Session, concern: Concern, now: datetime) -> None:
    """Owe the thread under each root a line on what was done last: the newest link of the concern's audit chain.
    Each is owed once, and a thread gets them in their order."""
    under = roots(posts(session, concern))

    def owe_lines(done: AuditEvent) -> None:
        for post in under:
            if reader(post) == done.actor:
                continue  # one's own work is not reported back to oneself
            owe_for(
                session,
                concern,
                "concern.note",
                now,
                target=post.channel,
                record_id=post.id,
                step=done.sequence,
                queue=queue(post),
                only_once=f"concern.note:{post.id.hex}:{done.sequence}",
            )

    audit.with_newest_of(session, concern.organisation_id, concern.id, owe_lines)


def state_changed(session: Session, concern: Concern, now: datetime) -> None:
    """Write into the audit chain to which state a concern went, by whoever did the last thing to it."""
    last = audit.newest_of(session, concern.organisation_id, concern.id)
    actor = "system" if last is None else last.actor
    state = ConcernState(concern.state).value
    audit.record(session, concern.organisation_id, now, actor, "concern.state", "concern", concern.id, state)


def queue(post: ConcernPost) -> str:
    """What goes to one message and its thread goes one at a time."""
    return f"post:{post.channel}:{post.message_ts}"


def posts(session: Session, concern: Concern) -> Sequence[ConcernPost]:
    """The messages that tell of a concern, oldest first; questions to its raiser are none of them."""
    rows = of(concern.organisation_id, ConcernPost).where(
        ConcernPost.concern_id == concern.id, ConcernPost.target.not_like(f"{_QUESTION}:%")
    )
    rows = rows.order_by(ConcernPost.posted_at, ConcernPost.id)
    return remembered(session, ("posts", concern.id), (ConcernPost,), lambda: session.scalars(rows).all())


def reader(post: ConcernPost) -> str:
    """Whom a message is for: a Slack id, or `CHANNEL`."""
    return post.target.partition(":")[0]


def asks_anew(post: ConcernPost) -> bool:
    """Whether it asks somebody who was not asked first, or was told before."""
    return reader(post) != CHANNEL and post.target.split(":")[1:2] != ["0"]


def round_target(concern: Concern, slack_id: str) -> str:
    """The name under which the message of a concern's present round to one person is kept."""
    return f"{slack_id}{_ROUND}:{concern.rounds}"


def is_round(post: ConcernPost) -> bool:
    """Whether it asks everybody anew."""
    return _ROUND in post.target


def is_reminder(post: ConcernPost) -> bool:
    """Whether it only reminds; no thread of it carries anything."""
    return _REMINDER in post.target


def roots(made: Sequence[ConcernPost]) -> list[ConcernPost]:
    """The messages whose threads carry a concern's life: the channel's, and the first that each person got."""
    first: dict[str, ConcernPost] = {}
    for post in made:
        if not is_reminder(post):
            first.setdefault(reader(post), post)
    return list(first.values())


def note_post(session: Session, concern: Concern, target: str, channel: str, ts: str, now: datetime) -> ConcernPost:
    """Remember a message about a concern, to draw it anew. One made anew for the same reader and step stands beside
    the one before, whose buttons must go too."""
    rows = of(concern.organisation_id, ConcernPost).where(ConcernPost.concern_id == concern.id)
    if session.scalar(rows.where(ConcernPost.target == target)) is not None:
        target = f"{target}:{ts}"
    before = [one for one in posts(session, concern) if reader(one) == target.partition(":")[0]]
    post = ConcernPost(
        id=new_id(),
        organisation_id=concern.organisation_id,
        concern_id=concern.id,
        target=target,
        channel=channel,
        message_ts=ts,
        posted_at=now,
    )
    session.add(post)
    session.flush()
    for one in before[1:]:
        _owe_redraw(session, concern, one, now)
    return post


def reminded(session: Session, drawn: Concern, slack_id: str, channel: str, ts: str, now: datetime) -> None:
    """Remember a reminder, so that it loses its buttons when somebody answers, or did while it was sent."""
    concern = session.get_one(Concern, drawn.id, with_for_update={"key_share": True})
    post = note_post(session, concern, f"{slack_id}{_REMINDER}:{ts}", channel, ts, now)
    if concern.version != drawn.version:
        _owe_redraw(session, concern, post, now)


def note_question(session: Session, concern: Concern, entry: UUID, channel: str, ts: str, now: datetime) -> None:
    """Remember the message with a question to the raiser, so that its button goes once it is answered."""
    note_post(session, concern, f"{_QUESTION}:{entry.hex}", channel, ts, now)


def question_post(session: Session, concern: Concern, entry: UUID) -> ConcernPost | None:
    """The message with a question to the raiser, if it is known where it is."""
    rows = of(concern.organisation_id, ConcernPost).where(ConcernPost.concern_id == concern.id)
    return session.scalar(rows.where(ConcernPost.target.like(f"{_QUESTION}:{entry.hex}%")).limit(1))


def waits(post: ConcernPost, concern: Concern, made: Sequence[ConcernPost]) -> bool:
    """Whether a message still has its buttons: those that carry the life do, and beside them the newest that asks
    or reminds its reader while nobody has answered. `made` are all that tell of the concern."""
    if post in roots(made):
        return True
    newest = [one for one in made if reader(one) == reader(post)][-1:]
    return concern.state is ConcernState.RAISED and newest == [post]


def forget_passed(session: Session, post: ConcernPost) -> None:
    """Forget a message that was drawn a last time and waits for nothing: a concern that stays open for months must
    not draw hundreds of them at every step."""
    concern = session.get_one(Concern, post.concern_id)
    if not waits(post, concern, posts(session, concern)):
        session.delete(post)
