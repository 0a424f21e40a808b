"""Offers to hand a concern over: in the record, in messages without content, and their forms."""

from collections.abc import Sequence

from bot.concerns import content_views
from bot.concerns.content_views import ContentView, person
from bot.concerns.ids import Ids
from bot.concerns.record import lead_views, sheet_views
from bot.concerns.record.handover import NOTE, REASON, TO, Offer, may_offer
from bot.concerns.record.service import Opened
from bot.concerns.record.targets import Target
from bot.concerns.states import Event
from bot.slack import blocks as b
from bot.slack.text import mention, when
from db.models import EntryKind

_TITLE = "Hand over"


def section(opened: Opened, zone: str) -> list[b.Block]:
    """The offers, with what the viewer can do about the open one, and the button for a new one."""
    offers = [Offer(one) for one in opened.of(EntryKind.HANDOVER)]
    found = [block for one in offers for block in _offer(opened, one, zone)]
    free = all(one.outcome for one in offers)
    if free and opened.can(Event.NOTE) and may_offer(opened.concern, opened.viewer, list(opened.permitted)):
        found.append(b.actions("handover", b.button("Hand over", Ids.OFFER, str(opened.concern.id))))
    return found


def _offer(opened: Opened, offer: Offer, zone: str) -> list[b.Block]:
    entry = offer.entry
    head = f"*Handing over* · {person(offer.by)} to {person(offer.to)} · {offer.outcome or 'not answered yet'}"
    key = f"offer.{entry.id.hex}"
    blocks = sheet_views.blocks(key, f"{head}, {when(entry.at, zone)}", (NOTE, REASON), entry.fields)
    if offer.outcome:
        return blocks
    value = str(Target(opened.concern.id, entry.id, entry.version))
    if opened.viewer == offer.to:
        return [*blocks, b.actions(f"{key}.buttons", *_answers(value))]
    if opened.viewer in (offer.by, opened.concern.lead):
        return [*blocks, b.actions(f"{key}.buttons", b.button("Withdraw the offer", Ids.OFFER_WITHDRAW, value))]
    return blocks


def _answers(value: str) -> list[b.Button]:
    return [
        b.button("Accept", Ids.OFFER_ACCEPT, value, style="primary"),
        b.button("Decline", Ids.OFFER_DECLINE, value),
    ]


def form(target: Target, people: Sequence[tuple[str, str]]) -> ContentView:
    """The form for an offer; `people` are those who may know of it, as (Slack id, name)."""
    if not people:
        text = "Nobody else may know of this, so it can't be handed over. Whoever is away stays on the list."
        return content_views.modal(
            target.concern_id,
            "concern.nobody",
            _TITLE,
            [b.section("nobody", text), lead_views.back(target)],
            metadata=str(target),
        )
    blocks = [
        b.select_input(TO, "To whom?", people, hint="You look after it until they accept."),
        *sheet_views.inputs((NOTE,), {}),
    ]
    return lead_views.form(Ids.OFFER_FORM, _TITLE, blocks, target, submit="Offer")


def decline_form(target: Target) -> ContentView:
    """The form for declining; the reason may be left out, and is sealed."""
    blocks = sheet_views.inputs((REASON,), {})
    return lead_views.form(Ids.OFFER_DECLINE_FORM, "Decline", blocks, target, submit="Decline")


def offered(target: Target, reference: str, by: str) -> tuple[str, list[b.Block]]:
    """The message to whom it is offered: (text, blocks), without content."""
    blocks = [
        b.section("offer", f"{mention(by)} asks you to look after *{reference}* from now on."),
        b.actions("buttons", *_answers(str(target)), b.button("Open", Ids.READ, str(target.concern_id))),
    ]
    return f"{reference}: you are asked to look after it.", blocks


def turned(reference: str, offer: Offer) -> str:
    """The message to whoever offered it, without content."""
    if offer.outcome == "accepted":
        return f"*{reference}*: {mention(offer.to)} looks after it now."
    return f"*{reference}*: {mention(offer.to)} can't take it over. You still look after it."
