"""The group that somebody named, found among those that they may run: with a question where it is in doubt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotFound, Unclear
from bot.groups import service
from bot.groups.days import Dated
from bot.reading import titled
from bot.reading.persons.lexicon import given
from bot.reading.titled import Cut, Titled
from bot.slack.text import clip, unescape
from db.models import Group

_BUTTONS = 5
_UNKNOWN = re.compile(r"\s(?:to|into|onto|in|from|for)\s+(?P<what>[^\n,;:@]{1,80})$", re.IGNORECASE)
"""The end of a text that names a group which nobody knows."""
_ANY = re.compile(r"(?:(?:the|my|our|this)\s+)?(?:group|club|class|course)", re.IGNORECASE)
"""What names no group in particular."""
NONE_YET = "You have no group yet. `/group new Cooking club on Thursdays at 16:00` makes one."


def find(session: Session, caller: Caller, text: str, command: str) -> Group:
    """The group that the whole of a text means; with no text the only one. Raises Unclear with a button for each that
    may be meant, which stands for `command` and its number, or NotFound."""
    mine = service.open_groups(session, caller)
    if not text.strip():
        return _only(mine, command)
    cut = titled.whole(unescape(text), _known(mine))
    if cut is None:
        raise NotFound(
            f"I can't find a group called “{clip(unescape(text), 60)}” among yours. {service.NOT_YOURS} "
            "`/group list` shows yours."
        )
    return _one(cut, mine, command)


@dataclass(frozen=True)
class Named:
    """The group that a text names, the other words, the day where one stands behind them, and what was assumed."""

    group: Group
    rest: str
    day: date | None = None
    said: tuple[str, ...] = ()


def at_start(session: Session, caller: Caller, text: str, command: str) -> Named:
    """The group that a text begins with; where it names none, the only one. Raises as `find`."""
    return _apart(service.open_groups(session, caller), text, command)


def with_people(session: Session, caller: Caller, dated: Dated, command: str) -> Named:
    """The group that stands behind *to* or *from*, before a colon, or first; where none is named, the only one. A day
    may stand behind it; a title that ends with a day is a title. Raises as `find`, and the day's problem."""
    mine = service.open_groups(session, caller)
    cut = titled.last(dated.whole, _known(mine))
    if cut is not None and not cut.near:
        return Named(_one(cut, mine, command, cut.rest), cut.rest)
    if dated.problem is not None:
        raise dated.problem
    found = _apart(mine, dated.rest, command, dated.whole[len(dated.rest) :], at_end=True)
    return replace(found, day=dated.day, said=(*found.said, *dated.said))


@dataclass(frozen=True)
class Mentioned:
    """A group whose title or number stands in a text, the other words, and whether the text begins with it."""

    group: Group
    rest: str
    first: bool


def mentioned(session: Session, caller: Caller, text: str) -> Mentioned | None:
    """The group that a text names somewhere, its title in full."""
    mine = service.open_groups(session, caller)
    among = _known(mine)
    whole = titled.whole(text, among)
    if whole is not None and not whole.near:
        return Mentioned(next(one for one in mine if one.number == whole.found[0].number), "", first=True)
    first = titled.first(text, among)
    sure = first is not None and not first.near
    cut = first if sure else titled.last(text, among) or first or titled.within(text, among)
    found = [one for one in mine if cut is not None and one.number == cut.found[0].number]
    return Mentioned(found[0], cut.rest, sure and len(cut.found) == 1) if cut and found else None


def what_with(named: Mentioned) -> Unclear:
    """The question what is to be done with a group that a text names beside other words: they are carried on."""
    group, title = named.group, clip(named.group.title, 50)
    people = [(f"Add them to {title}", f"group add {group.reference}")]
    people += [(f"They leave {title}", f"group leave {group.reference}")]
    change = [(f"Change {title}", f"group edit {group.reference}")]
    choices = [*(change if named.first else people), (f"Show {title}", f"group show {group.reference}")]
    return Unclear(
        f"{group.title} is one of your groups. What shall I do? Nothing was changed; `/group new` makes another group.",
        choices,
        [*[named.rest] * (len(choices) - 1), ""],
    )


def _apart(mine: Sequence[Group], text: str, command: str, tail: str = "", *, at_end: bool = False) -> Named:
    """`tail` is what stands behind the text, for the buttons of a question to go on with."""
    among = _known(mine)
    whole = titled.whole(text, among)
    if whole is not None and not whole.near:
        return Named(_one(whole, mine, command, tail), "")
    first, last = titled.first(text, among), titled.last(text, among) if at_end else None
    if first is not None and at_end:
        # A title without a mark behind it may be somebody's name: Art Garfunkel.
        first = replace(first, near=first.near or given(first.words))
    cut = next((one for one in (last, first) if one is not None and not one.near), None)
    cut = cut or last or first or (titled.within(text, among) if at_end else None)
    if cut is not None:
        return Named(_one(cut, mine, command, f"{cut.rest}{tail}"), cut.rest)
    if not mine:
        raise NotFound(NONE_YET)
    unknown = _UNKNOWN.search(text) if at_end else None
    if unknown is not None and _ANY.fullmatch(unknown["what"].strip(" .!")):
        text, unknown = text[: unknown.start()], None
    if unknown is not None:
        question = f"I know no group “{clip(unescape(unknown['what']), 60)}” among yours. Which one?"
        raise _which(question, mine, command, f"{text[: unknown.start()]}{tail}")
    if len(mine) > 1:
        raise _which("Which group?", mine, command, f"{text}{tail}")
    return Named(mine[0], text, said=(f"I took it for {mine[0].title}, your only group.",))


def _only(mine: Sequence[Group], command: str) -> Group:
    if not mine:
        raise NotFound(NONE_YET)
    if len(mine) == 1:
        return mine[0]
    raise _which("Which group?", mine, command)


def _one(cut: Cut, mine: Sequence[Group], command: str, carried: str = "") -> Group:
    found = [one for one in mine if one.number in {each.number for each in cut.found}]
    if len(found) == 1 and not cut.near:
        return found[0]
    question = f"Which “{cut.words}”?" if not cut.near else f"Do you mean this group by “{clip(cut.words, 60)}”?"
    raise _which(question, found, command, carried)


def _which(question: str, groups: Sequence[Group], command: str, carried: str = "") -> Unclear:
    choices = [(clip(label(one), 70), f"{command} {one.reference}") for one in groups[:_BUTTONS]]
    return Unclear(f"{question} Nothing was changed.", choices, carried)


def label(group: Group) -> str:
    """A group as a button says it: title, and its programme where it has one."""
    return f"{group.title}, {group.programme}" if group.programme else group.title


def _known(groups: Sequence[Group]) -> list[Titled]:
    return [Titled(one.number, one.title) for one in groups]
