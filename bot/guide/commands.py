"""`/guide`: what staff type, click and submit."""

from bot.errors import BadInput
from bot.guide import views
from bot.guide.service import Found, Guide, guide_to
from bot.guide.views import Ids
from bot.organisation.words import words_of
from bot.policy.filling import Words
from bot.reading import TooMuch, as_number, in_time
from bot.slack.call import Answer, Call, Kind, Modal, Redraw
from bot.slack.command import Command, Word
from bot.slack.router import Router
from bot.slack.text import unescape

_AGAIN = "Please try again in a minute."
_LONGEST = 20_000
"""More than Slack lets anybody type: whoever tells of danger at length is answered, too."""


def register(router: Router) -> None:
    """Make the room's handlers known. The guide keeps and changes nothing."""
    router.command(
        Command(
            name="guide",
            summary="how to do it, and what your policy says",
            bare=browse,
            answers_worries=True,
            free=Word(
                "find",
                find,
                "/guide lock meeting",
                "answers in a few lines, from your policy and the how-to",
                asks=_AGAIN,
            ),
            longest=_LONGEST,
        )
    )
    router.on(Kind.SUBMISSION, Ids.SEARCH, search, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.PAGE, click, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.MORE, click, asks=_AGAIN)
    router.on(Kind.ACTION, Ids.BROWSE, browse, asks=_AGAIN)
    for number in range(2 * views.MOST_BUTTONS):
        router.on(Kind.ACTION, views.topic_id(number), click, asks=_AGAIN)


def _guide(call: Call) -> Guide:
    return guide_to(call.caller.organisation.policy)


def _words(call: Call) -> Words:
    return words_of(call.caller.organisation)


async def browse(call: Call) -> Answer:
    """Bare `/guide`, or [All topics]."""
    view = views.browse(_guide(call))
    return Redraw(view) if call.view else Modal(view)


async def find(call: Call) -> Answer:
    """`/guide lock meeting`"""
    guide, typed = _guide(call), unescape(call.text)
    return views.answer(guide, await _found(guide, typed), _words(call), typed)


async def _found(guide: Guide, typed: str) -> Found:
    """What the guide answers. Where nobody could read the text in time it is taken for a cry for help."""
    try:
        return await in_time(guide.answer, typed)
    except TooMuch:
        return guide.in_danger()


async def search(call: Call) -> Answer:
    """The form was submitted with something to look for."""
    typed = str(call.state.get("typed") or "").strip()
    if not typed:
        raise BadInput("Type what you are looking for, or choose a topic.", field="typed")
    guide = _guide(call)
    return Redraw(views.answer_view(views.answer(guide, await _found(guide, typed), _words(call), typed)))


async def click(call: Call) -> Answer:
    """A topic was chosen; in a form it takes the form's place."""
    guide = _guide(call)
    said = views.answer(guide, _page(guide, call.value), _words(call))
    return Redraw(views.answer_view(said)) if call.view else said


def _page(guide: Guide, value: str) -> Found:
    page_id, _, start = value.partition(":")
    return guide.page(page_id, as_number(start))
