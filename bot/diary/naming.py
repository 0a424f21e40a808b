"""The meeting that somebody named, found among those that they may see: with a question where it is in doubt."""

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.caller import Caller
from bot.diary import meetings
from bot.diary.meetings import ANY, Wanted
from bot.errors import NotFound, Unclear
from bot.reading import leading, numbering, references
from bot.reading.outcome import Ask, Outcome, Refused, Understood
from bot.reading.references import Known
from db.holding import note
from db.models import Meeting, MeetingState
from db.session import Database

_MOST = 4
"""How many numbers of one text are looked up."""
_BUTTONS = 5
_OVERTIME = timedelta(hours=1)
"""So long after its time a meeting that was not ended may still be going on."""
_MOST_TITLE = 4
"""How many words before a colon are taken for a title nobody knows."""


def _it_may(_session: Session, _words: str) -> bool:
    return True


def _is_not(_text: str) -> bool:
    return False


def _in_doubt(_rest: str) -> bool | None:
    return None


class OnlyOne(Unclear):
    """One meeting alone may be meant, which is asked about all the same: by a title that only comes near, say."""

    def __init__(self, question: str, choices: Sequence[tuple[str, str]], number: int) -> None:
        super().__init__(f"{question} Nothing was changed.", choices)
        self.question, self.number = question, number


@dataclass(frozen=True)
class Again:
    """What a button under a question goes on with: the command, and the words behind the meeting's number."""

    command: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True)
class Around:
    """How a command with words of its own names its meeting.

    `command` is what a button stands for, before the meeting's number and the other words. `bare`, `first_only` and
    `back` are those of the readers.
    `names`: the other words are names. Then `may_be_other` says whether a title may be one of them or another word of
    the command, and `leads` whether a number without a mark is the meeting's (None: it has to be asked). `lists`: the
    names may be a numbered list, or one with a head. `own` says of a text that it begins with the command's own words.
    `behind` are words that were taken off before, and that a button carries as well.
    """

    command: str
    wanted: Wanted = ANY
    bare: bool = False
    first_only: bool = False
    back: bool = False
    names: bool = False
    may_be_other: Callable[[Session, str], bool] = _it_may
    leads: Callable[[str], bool | None] = _in_doubt
    lists: bool = False
    own: Callable[[str], bool] = _is_not
    behind: str = field(default="", repr=False)


async def apart(db: Database, caller: Caller, text: str, now: datetime, how: Around) -> tuple[int | None, str]:
    """The number of the meeting that is named at an end of a text, however it is named, and the other words; None where
    it is named by nothing. Raises Unclear with a button for each that may be meant. The records are asked only where no
    number stands there."""
    found, rest = numbering.split(text, bare=how.bare or text.strip().isdigit(), first_only=how.first_only)
    if len(found) > 1:
        named = " and ".join(f"M-{one}" for one in found)
        raise Unclear(f"That names {named}: one meeting at a time, please. Nothing was changed.")
    if found or not text.strip() or how.own(text):
        return (found[0] if found else None), rest
    return await db.read(lambda session: _apart(session, caller, text, now, how))


def _apart(session: Session, caller: Caller, text: str, now: datetime, how: Around) -> tuple[int | None, str]:
    numbered_so = _bare_number(session, caller, text, now, how)
    if numbered_so is not None:
        return numbered_so
    known = {one.number: one for one in meetings.mine(session, caller, now, meetings.NAMED)}
    local = now.astimezone(ZoneInfo(caller.zone))
    named = leading.cut(
        text, _known(known, caller.zone), local, first_only=how.first_only, names=how.names, back=how.back
    )
    if named is None:
        _stop_at_unknown(session, caller, text, now, how)
        return None, text
    of_title = [known[one.number] for one in named.found]
    fitting = of_title if named.several else _likeliest(of_title, now, how.wanted)
    name_first = named.behind or how.leads(named.rest) is False
    other = not named.sure and ((name_first and not named.near) or how.may_be_other(session, named.words))
    if named.near and other:
        return None, text
    words = html.unescape(named.words)
    # Some write number and title, as the buttons say them.
    numbers, rest = numbering.split(named.rest, bare=False, first_only=how.first_only)
    if numbers:
        if len(numbers) > 1 or numbers[0] not in named.numbers:
            raise Unclear(
                f"That names {words} and M-{numbers[-1]}: one meeting at a time, please. Nothing was changed."
            )
        return numbers[0], rest
    question = _asked(named, words, len(fitting), other=other)
    if question:
        raise unclear(question, fitting, how.command, caller, f"{rest} {how.behind}".strip())
    return fitting[0].number, rest


def _asked(named: leading.Cut, words: str, fitting: int, *, other: bool) -> str:
    """What has to be asked of words that name a meeting; nothing where there is no doubt."""
    if named.several:
        return "That names more than one meeting: one at a time, please. Which one first?"
    if fitting > 1:
        return f"Which “{words}”?"
    if named.near:
        return f"Do you mean this meeting by “{words}”?"
    if other:
        return f"Is “{words}” the meeting, or somebody’s name? For a name give the meeting’s number as well."
    return ""


def _likeliest(found: Sequence[Meeting], now: datetime, wanted: Wanted) -> list[Meeting]:
    """Of meetings of one title those that fit; else those that are not cancelled; else all."""
    ways: tuple[Wanted, ...] = (wanted, ANY)
    return next(filter(None, ([one for one in found if meetings.fits(one, now, way)] for way in ways)), list(found))


def _bare_number(session: Session, caller: Caller, text: str, now: datetime, how: Around) -> tuple[int, str] | None:
    """The number without a mark that is a meeting's, and the other words. Raises Unclear where it may be one."""
    last = None if how.first_only else leading.number_last(text)
    first = leading.number_first(text, lists=how.lists) if how.names and last is None else None
    if first is None:
        return last
    number, rest, _ = first
    leads = how.leads(rest)
    if leads is None:
        mine = meetings.mine(session, caller, now, ANY)
        ordered = sorted(mine, key=lambda one: one.number != number)
        question = f"Is “{number}” the meeting’s number? Write it as M-{number}."
        raise unclear(question, ordered, how.command, caller, rest)
    return (number, rest) if leads else None


def _stop_at_unknown(session: Session, caller: Caller, text: str, now: datetime, how: Around) -> None:
    """Raises Unclear for words that name a meeting nobody knows."""
    unknown = leading.unknown_reference(text, lists=how.lists) if how.names else None
    if unknown is None or (not how.lists and how.may_be_other(session, unknown[0])):
        return
    words, rest = unknown
    fitting = meetings.mine(session, caller, now, how.wanted)
    question = f"I know no meeting called “{html.unescape(words)}”. Which meeting?"
    raise unclear(question, likely(session, caller, now, words, fitting), how.command, caller, rest)


def called(session: Session, caller: Caller, text: str, now: datetime, *, nearly: bool) -> list[Meeting]:
    """The caller's own meetings that the whole of a text means by title or day; `nearly`, a part of a title will do."""
    mine = {one.number: one for one in meetings.mine(session, caller, now, ANY)}
    known, local = _known(mine, caller.zone), now.astimezone(ZoneInfo(caller.zone))
    found = references.named_by(text, known, local) or (references.nearly_named_by(text, known) if nearly else [])
    return [mine[one.number] for one in found]


def mentioned(session: Session, caller: Caller, text: str, now: datetime) -> list[Meeting]:
    """The caller's own meetings whose whole title stands in a text; a few at most."""
    mine = {one.number: one for one in meetings.mine(session, caller, now, meetings.ANY)}
    return [mine[one.number] for one in leading.mentioned(text, _known(mine, caller.zone))][:_MOST]


def by_numbers(session: Session, caller: Caller, numbers: Sequence[int]) -> list[Meeting]:
    """The meetings of these numbers that the caller may run; a few at most."""
    return list(_numbered(session, caller, numbers[:_MOST], to_change=False).values())


@dataclass(frozen=True)
class Opening:
    """The caller's own meetings that the beginning of a sentence may name, and the sentence without what only names
    one. `sure`: it is the one. `words` are those that name the first one as a whole and may belong to the sentence."""

    meetings: tuple[Meeting, ...]
    rest: str
    sure: bool
    words: str = field(default="", repr=False)


def opening(session: Session, caller: Caller, text: str, now: datetime, wanted: Wanted) -> Opening | None:
    """What a sentence begins by naming, where that may be a meeting: `cooking club: somebody fell`; None where it does
    not. Meetings that are `wanted` come first. Raises NotFound for the number of no meeting of theirs."""
    mine = meetings.mine(session, caller, now, ANY)
    fitting = [one for one in mine if meetings.fits(one, now, wanted)]
    known = {one.number: one for one in mine}
    first = leading.number_first(text)
    if first is not None:
        number, rest, marked = first
        if marked:
            return Opening((numbered(session, caller, number, now, wanted, Again("")),), rest, sure=True)
        others = tuple(one for one in fitting if one.number != number)
        return Opening((known[number], *others), text, sure=False) if number in known else None
    local = now.astimezone(ZoneInfo(caller.zone))
    cut = leading.cut(text, _known(known, caller.zone), local, first_only=True, names=True, back=True)
    if cut is not None and (cut.sure or not cut.near):
        of_title = [known[one.number] for one in cut.found]
        named = tuple(_likeliest(of_title, now, wanted))
        sure = cut.sure and not cut.near and len(named) == 1
        others = () if sure else tuple(one for one in fitting if one not in named)
        if not sure and not cut.near and len(named) == 1 and cut.rest:
            return Opening((*named, *others), cut.rest, sure=False, words=html.unescape(cut.words))
        return Opening((*named, *others), cut.rest if cut.marked and sure else text, sure)
    told_of = [known[one.number] for one in leading.mentioned(text, _known(known, caller.zone))]
    if told_of and told_of != fitting:
        return Opening((*told_of, *(one for one in fitting if one not in told_of)), text, sure=False)
    head, mark, rest = text.partition(":")
    if mark and rest.strip() and len(head.split()) <= _MOST_TITLE and not re.search(r"[;,.\n]", head):
        return Opening(tuple(fitting), text, sure=False)
    return None


def unclear(question: str, meetings: Sequence[Meeting], command: str, caller: Caller, carried: str = "") -> Unclear:
    """A question with a button for each of some meetings, that stands for a command and its number and goes on with
    the words that are `carried`."""
    known = _known({one.number: one for one in meetings[:_BUTTONS]}, caller.zone)
    choices = [(one.label, f"{command} M-{one.number}") for one in known]
    return Unclear(f"{question} Nothing was changed.", choices, carried)


def without_title(text: str, meeting: Meeting, caller: Caller, now: datetime, *, whole: bool = False) -> str:
    """The words behind a meeting's number without its title, which some write beside it; nothing is left of a text that
    is no more only with `whole`."""
    own = _known({meeting.number: meeting}, caller.zone)
    cut = leading.cut(text, own, now.astimezone(ZoneInfo(caller.zone)), names=True)
    return cut.rest if cut and cut.sure and not cut.near and (cut.rest or whole) else text


def likely(session: Session, caller: Caller, now: datetime, text: str, others: Sequence[Meeting]) -> list[Meeting]:
    """The caller's own meetings that a text may mean, likely ones first: those of whose title it has a word, then
    `others`."""
    mine = meetings.mine(session, caller, now, ANY)
    alike = leading.alike(text, _known({one.number: one for one in mine}, caller.zone))
    first = [one for one in mine if one.number in alike]
    return [*first, *(one for one in others if one.number not in alike)]


def numbered(
    session: Session,
    caller: Caller,
    number: int | None,
    now: datetime,
    wanted: Wanted,
    again: Again,
    *,
    to_change: bool = False,
    running: bool = False,
) -> Meeting:
    """The meeting `M-number`, or where no number was given the only one of the caller's own that fits; with `running`,
    of several the one that is being held. Raises NotFound, or Unclear with a button for each that fits.

    A meeting that the caller may not run is not found, like one that does not exist. One that is found `to_change` is
    held until the end of the unit of work.
    """
    if number is not None:
        found = _numbered(session, caller, [number], to_change=to_change)
        if not found:
            raise NotFound(f"I can't find M-{number} among your meetings. `/meeting list` shows them.")
        return found[number]
    fitting = meetings.mine(session, caller, now, wanted, limit=meetings.OFFERED if running else _BUTTONS)
    if len(fitting) == 1:
        return fitting[0]
    held = _running(fitting, now) if running else None
    if held is not None:
        return held
    if not fitting:
        raise NotFound("You have no meeting that fits. `/meeting list` shows your meetings, `/meeting new` makes one.")
    raise unclear("Which meeting?", fitting, again.command, caller, again.words)


def find(
    session: Session,
    caller: Caller,
    text: str,
    now: datetime,
    wanted: Wanted = ANY,
    *,
    command: str,
    acts: bool = False,
    to_change: bool = False,
    running: bool = False,
) -> Meeting:
    """The meeting that the whole of a text means; with `running`, without a text the one of several that is being held.
    Raises Unclear with a button for each that may be meant, which stands for `command` and its number, or NotFound;
    what is left over stops a command that `acts`."""
    plain = numbering.plain(text)
    numbers = numbering.numbers(text)[:_MOST] if plain is None else (plain,)
    found = _numbered(session, caller, numbers, to_change=to_change)
    if plain is not None and plain in found:
        return found[plain]
    if len(found) < max(1, len(numbers)):
        mine = meetings.mine(session, caller, now, wanted, limit=meetings.OFFERED)
        found |= {one.number: one for one in mine if one.number not in found}
    held = _running(list(found.values()), now) if running and not text.strip() else None
    if held is not None:
        return held
    local = now.astimezone(ZoneInfo(caller.zone))
    outcome = references.which(text, _known(found, caller.zone), acts=acts, now=local)
    if isinstance(outcome, Refused) and not numbers:
        # A title may be that of a meeting which does not fit: the command says why.
        others = {one.number: one for one in meetings.mine(session, caller, now, meetings.NAMED)}
        again = references.which(text, _known(others, caller.zone), acts=True, now=local)
        near = isinstance(again, Ask) or (isinstance(again, Refused) and bool(again.nearest) and not outcome.nearest)
        told = isinstance(again, Understood) or (near and bool(text.strip()))
        found, outcome = ({**found, **others}, again) if told else (found, outcome)
    return found[_meant(outcome, command)]


def _running(found: Sequence[Meeting], now: datetime) -> Meeting | None:
    """The one of some meetings that is being held: it was started, and its time is not long over."""
    held = [one for one in found if one.state is MeetingState.STARTED and one.ends_at + _OVERTIME > now]
    return held[0] if len(held) == 1 else None


def _numbered(session: Session, caller: Caller, numbers: Sequence[int], *, to_change: bool) -> dict[int, Meeting]:
    found = {}
    for number in numbers:
        meeting = meetings.numbered(session, caller, number, to_change=to_change)
        if meeting is not None and meetings.may_run(caller, meeting):
            found[number] = meeting
            if to_change:
                note(session, meeting)
    return found


def _known(found: dict[int, Meeting], zone: str) -> list[Known]:
    return [Known(one.number, one.title, one.starts_at.astimezone(ZoneInfo(zone))) for one in found.values()]


def _meant(outcome: Outcome[int], command: str) -> int:
    match outcome:
        case Understood():
            return outcome.value
        case Ask():
            choices = [(one.label, f"{command} M-{one.value}") for one in outcome.choices]
            if len(outcome.choices) == 1:
                raise OnlyOne(outcome.question, choices, outcome.choices[0].value)
            raise Unclear(f"{outcome.question} Nothing was changed.", choices)
        case Refused():
            if outcome.nearest:
                word = command.rpartition(" ")[2].capitalize()
                choices = [(f"{word} M-{one}", f"{command} M-{one}") for one in outcome.nearest]
                raise Unclear(f"{outcome.why} Nothing was changed.", choices)
            raise NotFound(f"{outcome.why} Nothing was changed.")
