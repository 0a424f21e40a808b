"""The group that somebody named, found among those that they may run: with a question where it is in doubt."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.errors import NotFound, Unclear
from bot.groups import service
from bot.groups.days import Dated
from bot.reading import titled
from bot.reading.titled import Cut, Titled
from bot.slack.text import clip, unescape
from db.models import Group

_BUTTONS = 5
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


def is_one(session: Session, caller: Caller, text: str) -> bool:
    """Whether the whole of a text is the title or the number of a group."""
    cut = titled.whole(unescape(text), _known(service.open_groups(session, caller)))
    return cut is not None and not cut.near


def at_start(session: Session, caller: Caller, text: str, command: str) -> tuple[Group, str]:
    """The group that a text begins with, and the words behind it. Raises as `find`."""
    return _apart(session, caller, text, command, at_end=False)


def at_end(session: Session, caller: Caller, text: str, command: str) -> tuple[Group, str]:
    """The group that stands behind *to* or *from*, or before a colon, and the other words. Raises as `find`."""
    return _apart(session, caller, text, command, at_end=True)


def before_day(
    session: Session, caller: Caller, dated: Dated, command: str
) -> tuple[Group, str, date | None, tuple[str, ...]]:
    """The same with the day that may stand behind the group: which group, the other words, the day (None: none was
    named) and what was assumed for it. A title that ends with a day is a title. Raises the day's problem, too."""
    mine = service.open_groups(session, caller)
    cut = titled.last(dated.whole, _known(mine))
    if cut is not None and not cut.near:
        return _one(cut, mine, command, cut.rest), cut.rest, None, ()
    if dated.problem is not None:
        raise dated.problem
    group, rest = at_end(session, caller, dated.rest, command)
    return group, rest, dated.day, dated.said


def _apart(session: Session, caller: Caller, text: str, command: str, *, at_end: bool) -> tuple[Group, str]:
    mine = service.open_groups(session, caller)
    among = _known(mine)
    whole = titled.whole(text, among)
    if whole is not None and not whole.near:
        return _one(whole, mine, command), ""
    cut = titled.last(text, among) if at_end else titled.first(text, among)
    if cut is not None:
        return _one(cut, mine, command, cut.rest), cut.rest
    if whole is not None:
        return _one(whole, mine, command), ""
    if not mine:
        raise NotFound(NONE_YET)
    raise _which("Which group?", mine, command, text)


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
