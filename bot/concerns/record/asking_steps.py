"""The deliveries that tell of a question or of an offer to hand over. All without content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from bot.concerns import damaged, entries, rights
from bot.concerns.alerting import telling
from bot.concerns.entries import Entry
from bot.concerns.record import handover, handover_views, question_views, questions
from bot.concerns.record.targets import Target
from bot.deliveries import lanes
from bot.deliveries.registry import GiveUp, Jobs, Record
from bot.deps import Deps
from bot.slack import blocks as b
from db.models import Concern, EntryKind
from db.owed import Claimed


def register(jobs: Jobs) -> None:
    """Make the deliveries known. What Slack will never take is given up: the record says that nobody answered."""
    jobs.on(questions.ASKED, tell_question, lane=lanes.CONCERNS)
    jobs.on(questions.ANSWERED, redraw_question, lane=lanes.CONCERNS)
    jobs.on(handover.OFFERED, tell_offer, lane=lanes.CONCERNS)
    jobs.on(handover.TURNED, tell_turned, lane=lanes.CONCERNS)


@dataclass(frozen=True)
class _Loaded:
    concern: Concern
    entry: Entry
    permitted: list[str]


async def _load(deps: Deps, claimed: Claimed, kind: EntryKind) -> _Loaded:
    entry_id = claimed.record_id
    if entry_id is None:
        raise GiveUp("no_record")

    def work(session: Session) -> _Loaded | None:
        concern = questions.concern_of(session, claimed.organisation_id, entry_id, kind)
        entry = entries.get(session, concern, entry_id) if concern is not None else None
        if concern is None or entry is None:
            return None
        return _Loaded(concern, entry, rights.recipients(session, concern))

    found = await deps.db.read(work, seconds=5)
    if found is None:
        raise GiveUp("no_record")
    return found


async def tell_question(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell the raiser that there is a question, unless it is answered or the concern is about them by now."""
    found = await _load(deps, claimed, EntryKind.QUESTION)
    concern, entry = found.concern, found.entry
    if entry.done_at is not None or not questions.may_be_asked(concern):
        return None
    text, blocks = question_views.told(Target(concern.id, entry.id, 0), concern.reference)
    posted = await _say(deps, damaged.raiser(concern), text, blocks)
    channel, ts = str(posted["channel"]), str(posted["ts"])
    return lambda session: questions.told(session, concern, entry.id, channel, ts, deps.clock.now())


async def redraw_question(deps: Deps, claimed: Claimed) -> Record | None:
    """The question is answered: its message loses its button."""
    found = await _load(deps, claimed, EntryKind.QUESTION)
    concern, entry = found.concern, found.entry
    post = await deps.db.read(lambda session: telling.question_post(session, concern, entry.id), seconds=5)
    if post is None:
        return None
    text, blocks = question_views.told_answered(concern.reference)
    await deps.slack.call("chat.update", channel=post.channel, ts=post.message_ts, text=text, blocks=blocks)
    return None


async def tell_offer(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell somebody that they are asked to take a concern over, if they may know of it and the offer is open."""
    found = await _load(deps, claimed, EntryKind.HANDOVER)
    offer = handover.Offer(found.entry)
    if offer.outcome or offer.to not in found.permitted:
        return None
    target = Target(found.concern.id, found.entry.id, found.entry.version)
    text, blocks = handover_views.offered(target, found.concern.reference, offer.by)
    await _say(deps, offer.to, text, blocks)
    return None


async def tell_turned(deps: Deps, claimed: Claimed) -> Record | None:
    """Tell whoever offered it how it was answered, if they may still know of the concern."""
    found = await _load(deps, claimed, EntryKind.HANDOVER)
    offer = handover.Offer(found.entry)
    if offer.by in found.permitted:
        await _say(deps, offer.by, handover_views.turned(found.concern.reference, offer))
    return None


async def _say(deps: Deps, slack_id: str, text: str, blocks: Sequence[b.Block] = ()) -> Mapping[str, Any]:
    channel = await deps.slack.direct(slack_id)
    return await deps.slack.call(
        "chat.postMessage", channel=channel, text=text, blocks=list(blocks), unfurl_links=False
    )
