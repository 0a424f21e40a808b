"""What people see of the guide."""

from collections.abc import Sequence
from enum import StrEnum

from bot.guide.pages import CONCERNS, Line, Page
from bot.guide.service import Found, Guide
from bot.policy.filling import Words
from bot.reading.danger import Alarm
from bot.slack import blocks as b
from bot.slack.call import Say, View
from bot.slack.delicate import quoted
from bot.slack.text import clip, esc

RAISE_CONCERN = "concern.open"
"""The action of the concerns' room that opens its form."""
MOST_BUTTONS = 25
_LONGEST = 400


class Ids(StrEnum):
    """Every id that Slack sends back to this room; a button's has its number after a dot."""

    SEARCH = "guide.search"
    PAGE = "guide.page"
    TOPIC = "guide.topic"
    MORE = "guide.more"
    BROWSE = "guide.browse"


def topic_id(number: int) -> str:
    """The id of the button with that number, because Slack wants each in a block to have its own."""
    return f"{Ids.TOPIC}.{number}"


def answer(guide: Guide, found: Found, words: Words, typed: str = "") -> Say:
    """A page, or that there is none, with the topics that come next as buttons. `words` complete its sentences. 999 and
    /concern come first where the question spoke of danger or of a worry, and at the foot of everything else."""
    page = found.page
    if page is None:
        about = "that" if found.alarm else quoted(typed)
        text = f"Nothing in the guide fits {about}. The nearest topics:"
        said = "Nothing in the guide fits."
        blocks = [b.section("none", text), b.context("policy", f"Policy: {esc(guide.policy)}")]
    else:
        said = page.title
        lines = _steps(found) or found.lines
        head = "What your policy says to do" if lines is not found.lines else page.title
        blocks = [
            b.section("page", "\n".join([f"*{esc(head)}*", *(_line(line, words) for line in lines)])),
            b.context("policy", _source(guide, page, lines)),
        ]
    blocks.append(_buttons(found))
    if not found.alarm:
        return Say(said, [*blocks, b.context("danger", f"{_CALL} {_TELL}")])
    return Say(f"{_CALL} {_TELL} · {said}", [_danger(found.alarm), *blocks])


def _steps(found: Found) -> tuple[Line, ...]:
    """The policy's own steps about somebody in danger: what the answer begins with is not said twice."""
    if found.alarm is not Alarm.DANGER or found.page is None or found.page.id != CONCERNS:
        return ()
    return tuple(line for line in found.lines if line.clauses)


_CALL = "In danger now: call 999."
_TELL = "Worried about somebody: `/concern`."


def _danger(how: Alarm) -> b.Block:
    if how is Alarm.DANGER:
        text = f"*{_CALL}* You need nobody's permission.\n*{_TELL}* The safeguarding lead is told at once."
        return b.section("danger", text, accessory=_worried())
    return b.section("danger", f"*{_CALL}* {_TELL}")


def _worried() -> b.Button:
    return b.button("I am worried about somebody", RAISE_CONCERN, style="danger")


def _line(line: Line, words: Words) -> str:
    text = " ".join(words.complete(line.text, line.slot).split())
    return f"• {esc(clip(text, _LONGEST))}" + (f" `{', '.join(line.clauses)}`" if line.clauses else "")


def _source(guide: Guide, page: Page, lines: Sequence[Line]) -> str:
    policy = esc(guide.policy)
    if not any(line.clauses for line in page.lines):
        return f"The bot's own. Your policy says nothing of it. Policy: {policy}"
    if page.bots_own and not all(line.clauses for line in lines):
        return f"Policy: {policy}. A line without a clause is the bot's own, not in your policy."
    return f"Policy: {policy}"


def _buttons(found: Found) -> b.Block:
    buttons = [b.button(page.title, topic_id(n), page.id) for n, page in enumerate(found.others)]
    if found.page is not None and found.rest is not None:
        words = "The whole page" if found.rest == 0 else "More"
        buttons.insert(0, b.button(words, Ids.MORE, f"{found.page.id}:{found.rest}"))
    return b.actions("buttons", *buttons, b.button("All topics", Ids.BROWSE))


def answer_view(said: Say) -> View:
    """The same answer in the form."""
    return b.modal("note", "Guide", said.blocks)


def browse(guide: Guide) -> View:
    """All topics as buttons, a field to search, and everything else that the policy says in a menu."""
    blocks = [b.section("danger", f"*{_CALL}* {_TELL}", accessory=_worried())]
    blocks += [b.text_input("typed", "What are you looking for?", placeholder="lock meeting", limit=150, optional=True)]
    own = [page for page in guide.topics if page.bots_own]
    cited = [page for page in guide.topics if not page.bots_own]
    if cited:
        blocks.append(b.section("cited", f"*{esc(guide.policy)}*"))
        blocks.append(_topics("cited.topics", cited, 0))
    if own:
        blocks.append(b.section("own", "*The bot's own how-to*"))
        blocks.append(_topics("own.topics", own, len(cited)))
    choices = [(page.id, clip(page.title, 75)) for page in guide.policy_pages]
    blocks.append(b.actions("pages", b.menu(Ids.PAGE, choices, placeholder="Everything else in your policy")))
    return b.modal(Ids.SEARCH, "Guide", blocks, submit="Search")


def _topics(block_id: str, pages: Sequence[Page], first: int) -> b.Block:
    buttons = [b.button(page.title, topic_id(first + n), page.id) for n, page in enumerate(pages[:MOST_BUTTONS])]
    return b.actions(block_id, *buttons)
