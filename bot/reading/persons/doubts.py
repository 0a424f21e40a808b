"""The questions about one entry of a list of people: what may be no name, several people in one place, and somebody who
is crossed out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.reading.corrections import corrections
from bot.reading.outcome import Choice
from bot.reading.persons.name import LONGEST_NAME, STAND_IN, ends_here, no_name, tidy, within
from bot.reading.persons.pasted import ADDRESS_WITHIN, Line, Mark, Piece
from bot.reading.persons.roll import ONE, Doubt, Person

_MOST = 40
"""So many are offered as people of one entry; of more it is asked without a button for all."""
_LEAVE_OUT = Choice("Leave it out", "")
_CALLED = re.compile(r"[\"“„«(]([^\s\"“”„«»()]{1,40})[\"”“»)]|(?<=\s)['‘`]([^\s'’‘`]{1,40})['’`](?=\s)")
_BREAKS = re.compile(
    r"[^\w\s.'’‘‛ʼʻʹ′`´＇\-‐‑‒–−·\u200c\u200d・=＝\u0300-\u036f]+"  # noqa: RUF001
    r"|(?<=\w)[-‐‑‒–−·・=＝]+(?=\s)|(?<=\s)[-‐‑‒–−·・=＝.]+(?=\s|\w)"  # noqa: RUF001
    r"|(?<=\w\w)['’‘‛′`´＇]+(?=\s)|(?<=\s)['‘`](?=[^'’`]{1,60}['’`](?:\s|$))|\.{2,}"  # noqa: RUF001
    r"|--+|=|(?<=\w\w)\.(?=\w\w)|(?<=\s)\d{1,4}[a-z]?(?=\s)|_",
    re.IGNORECASE,
)
_STOP = re.compile(r"(\w{2,40})\.\s{1,9}(?=\w)")
_AND = re.compile(r"(?<=\s)(?:and|plus)(?=\s)", re.IGNORECASE)
_JOINING = ("with", "then", "also", "or", "und", "et")
_BREAK = "\x00"


@dataclass(frozen=True)
class Part:
    """Words of an entry between two things that end a name, and what was set aside beside them."""

    name: str
    marks: tuple[Mark, ...] = ()
    crossed: bool = False

    def person(self) -> Person | None:
        """Whom the words name; None where they may be something else."""
        found = within(self.name)
        emails = addresses(one.text for one in self.marks if one.kind == "email")
        if found is None or found[1] or no_name(found[0]) or len(found[0]) > LONGEST_NAME or len(emails) > 1:
            return None
        return Person(found[0], emails[0] if emails else None)


def addresses(texts: Iterable[str]) -> list[str]:
    """The addresses in what was set aside with whose they are, each once."""
    found = [ADDRESS_WITHIN.search(one) for one in texts]
    return list(dict.fromkeys(one[0].strip(".-–") for one in found if one))


def parts(piece: Piece) -> list[Part]:
    """The words of an entry, apart at whatever may end one person's: a number, an address, a picture, a stop, marks of
    quotation. One part, or none, where nothing stands between words."""
    if STAND_IN.fullmatch(piece.name):
        return [Part(piece.name)]
    found: list[Part] = []
    early: tuple[Mark, ...] = ()
    for one in piece.whole:
        if isinstance(one, str):
            found += [Part(words) for words in _apart(one)]
        elif one.kind == "struck" and _letters(one.text):
            found += [Part(words, crossed=True) for words in _apart(_AND.sub(",", one.text))]
        elif found:
            last = found.pop()
            found.append(Part(last.name, (*last.marks, one), last.crossed))
        else:
            early = (*early, one)
        if early and found:
            found[0], early = Part(found[0].name, (*early, *found[0].marks), found[0].crossed), ()
    return found


def _apart(text: str) -> list[str]:
    called = list(_CALLED.finditer(text))
    if len(called) == 1:
        around = [len(side.split()) for side in (text[: called[0].start()], text[called[0].end() :])]
        if all(around) and 1 in around:
            # What somebody is called, in the middle of the name: `Robert “Bob” Smith`.
            text = f"{text[: called[0].start()]}{called[0][1] or called[0][2]}{text[called[0].end() :]}"
    text = _STOP.sub(lambda one: f"{one[1]}{_BREAK}" if ends_here(one[1]) else one[0], text)
    found = [tidy(" ".join(one.split())) for one in _BREAKS.split(text)]
    found = [one for one in found if _letters(one)]
    return [one.strip("'‘’`") for one in found] if len(found) > 1 else found


def _letters(text: str) -> bool:
    return any(one.isalpha() for one in text)


def unread(line: Line, about: str, text: str = "", emails: Sequence[str] = ()) -> Doubt:
    """The question about what may be no name; `text` is what of it may be one, and the address stays with that."""
    question = f"I can’t read “{about}” as a name."
    choices: list[Choice[str]] = [_LEAVE_OUT]
    taken_back = next((one for one in corrections(about) if one.sure or one.mark.islower()), None)
    if taken_back:
        either = [Part(one).person() for one in (taken_back.after, taken_back.before)]
        choices = [*(Choice(f"It is {one.name}", f"{one.line} {ONE}") for one in either if one), _LEAVE_OUT]
        return Doubt("line", line.number, about, about, f"“{about}”: who is meant?", tuple(choices))
    name, remark = (within(text) if text and len(emails) < 2 else None) or ("", "")
    if name and len(name) <= LONGEST_NAME:
        choices.append(Choice(f"It is {name}", Person(name, emails[0] if emails else None, ONE).line))
    other = _joined(remark)
    if other:
        choices.insert(0, _all([Person(name, emails[0] if emails else None), other]))
        question = f"Is “{about}” one person or 2?"
    elif remark:
        question = f"Is “{about}” {name}? The rest is left out then."
    return Doubt("line", line.number, about, about, question, tuple(choices))


def _joined(remark: str) -> Person | None:
    """Who comes too, of `with Bo Cox`."""
    first, _, rest = remark.partition(" ")
    return Part(rest).person() if rest and first.casefold() in _JOINING else None


def several(line: Line, about: str, found: Sequence[Part]) -> Doubt:
    """The question whether an entry is one person or as many as it has parts."""
    people = [one.person() for one in found]
    everybody = [one for one in people if one]
    first = people[0]
    if all(" " not in one.name for one in found):
        first = Part(" ".join(one.name for one in found), tuple(mark for one in found for mark in one.marks)).person()
    choices: list[Choice[str]] = []
    question = f"I can’t read “{about}” as a name."
    if first:
        choices.append(Choice(f"It is {first.name}", f"{first.line} {ONE}"))
        question = f"Is “{about}” {first.name}? The rest is left out then."
    if len(everybody) == len(found) <= _MOST:
        choices.insert(0, _all(everybody))
        question = f"Is “{about}” one person or {len(found)}?"
    return Doubt("line", line.number, about, about, question, (*choices, _LEAVE_OUT))


def _all(people: Sequence[Person]) -> Choice[str]:
    names = ", ".join(one.name for one in people)
    return Choice(f"{len(people)} people: {names}", "\n".join(one.line for one in people))


def crossed_out(line: Line, piece: Piece) -> Doubt:
    """The question whether somebody who is struck through comes, and who of an entry of several."""
    about, found = piece.text, parts(piece)
    if not found:
        return unread(line, about)
    people = [one.person() for one in found]
    everybody = [one for one in people if one]
    choices: list[Choice[str]] = []
    if len(everybody) == len(found) == 1:
        choices.append(Choice(f"{everybody[0].name} comes", everybody[0].line))
    elif len(everybody) == len(found) <= _MOST:
        left = [one for one, part in zip(everybody, found, strict=True) if not part.crossed]
        only = left if len(left) < len(found) else everybody[:1]
        if only:
            names = ", ".join(one.name for one in only)
            choices.append(Choice(f"Only {names}", "\n".join(one.line for one in only)))
        choices.append(_all(everybody))
    question = (
        f"“{about}” is struck through. Does {everybody[0].name} still come?" if len(found) == len(choices) == 1 else ""
    )
    question = question or f"Something in “{about}” is struck through. Who comes?"
    return Doubt("line", line.number, about, about, question, (*choices, Choice("Leave out", "")))
