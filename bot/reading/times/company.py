"""Who is named in a line, for which programme it is, and what is only politeness."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from bot.reading.persons.lexicon import SMALL_WORDS, given
from bot.reading.times import days, openings
from bot.reading.times.parts import Courtesy, Named, Person, Piece, Programme
from bot.reading.times.tokens import Line
from bot.reading.words import COURTESY, DASHES, GENERIC, fold, set_of

_GROUPS = set_of(
    "parents parent carers carer mums dads mum dad families family friends kids children staff team "
    "volunteers grandparents everyone everybody all us me food music maths english art others adults "
    "teens young people siblings babies toddlers pets dogs animals numbers lego clay paint paper the a an "
    "our their no and or"
)
"""What may stand behind `with` and is nobody in particular."""
_MOST_MARKS = 12
"""No more marks are looked at behind a courtesy."""
_THINGS = set_of(
    "zoom teams meet skype discord whatsapp google webex slack video camera sound screen chat quiz game lego book "
    "story tea coffee cake pizza breakfast lunch dinner supper bread rice pasta soup veg fruit chocolate cheese salt "
    "sugar ice milk juice water homework science history geography french spanish german welsh craft drama dance "
    "poetry pottery pen pencil string wool fabric wood sport football yoga archery nature fun hot cold special live "
    "new big small real free local extra more less some lots every each only limited optional feedback support help "
    "translation confidence anxiety stress money work care love style year key stage level grade"
)
"""What stands behind `with` and is nobody at all."""
_ALSO_THINGS = set_of(
    "hope faith joy grace summer may june april autumn rose dawn rain ray art robin poppy lily daisy ruby pearl amber "
    "jade heather ivy holly iris violet olive ginger basil sage rosemary clay mark bill will max pat pip star sunny "
    "sky skye harmony mercy charity patience verity penny frank flora"
)
"""Given names that are words, too."""
_STYLES = set_of("mr mrs ms miss mx dr prof rev cllr")
_ENDS = set_of(
    "on at for from next this every each tomorrow today tonight half in noon midday midnight quarter and & or to by "
    "until till w with"
)
"""What stands behind a name that is over."""
_NOBODY = _GROUPS | _THINGS | _ENDS | COURTESY | GENERIC | SMALL_WORDS
_ONE_TO_ONE = set_of("1 one 121 chat call catch catchup meet mentoring tutoring review supervision keywork up")
_MET = set_of("121 catch catchup mentoring tutoring review supervision keywork")
_JOINS = set_of("and & +")


def named(line: Line, at: int, before: list[Piece], names: frozenset[str]) -> tuple[int, object] | None:
    """Somebody named behind `with`, `w/`, `for`, or `and` behind other people, without a mention. `names` are the
    staff's; a word that is neither a name for certain nor plainly another is in doubt."""
    opening, place = line.word(at), at + 1
    if opening == "@" and (line.digits(place) or line.glued(at)):
        return None  # an hour, or an address
    if opening in _JOINS and not (before and before[-1].end == at and isinstance(before[-1].what, Person | Named)):
        return _a_colleague(line, at, names)
    place += opening == "w" and line.word(place) == "/"
    at_sign = "@" in (opening, line.word(place))
    place += line.word(place) == "@"
    first = place + (line.word(place) in _STYLES)
    end, sure = _end_of_name(line, first, names, sure=at_sign or first > place), True
    known = at_sign or first > place or _is_known(line, first, names)
    small = line.tokens[at].text.islower()
    if opening == "for" and end > first and not known:
        # `chess for Xanthe`, but not `Cooking For Beginners`.
        sure, end = False, end if small and at and line.tokens[at - 1].text.islower() else first
    elif opening == "with" and end > first and not known:
        sure = small
    elif opening in _JOINS and end == first:
        end = _end_of_doubt(line, first)
    elif opening not in (*_JOINS, "for") and end == first and place == first:
        sure, end = line.word(at - 1) in _ONE_TO_ONE, _end_of_doubt(line, first)
        end = first if opening == "w" and place == at + 1 else end
    if end == first:
        return None
    sure = sure and not (opening == "for" and end == first + 1 and line.word(first) in _ALSO_THINGS)
    while sure and line.word(end) == "," and _is_known(line, end + 1, names):
        end = _end_of_name(line, end + 1, names)
    return end, Named(line.slice(place, end), sure=sure)


def _a_colleague(line: Line, at: int, names: frozenset[str]) -> tuple[int, object] | None:
    """Somebody of the staff behind the *and* of a title: `Lego and Lena on Friday`, but not `Romeo and Juliet`."""
    first, word = at + 1, line.word(at + 1)
    if at == 0 or line.kind(at - 1) != "word" or given(line.word(at - 1)) or word not in names or word in _ALSO_THINGS:
        return None
    whole = (one for one in range(min(first + 4, len(line)), first, -1) if fold(line.slice(first, one)) in names)
    end = next(whole, first + 1)
    return (end, Named(line.slice(first, end))) if _is_over(line, end) else None


def together(pieces: list[Piece]) -> list[Piece]:
    """The same parts: who is joined to somebody for certain is somebody, too."""
    found = list(pieces)
    for at, (first, second) in enumerate(pairwise(pieces)):
        if first.end == second.at and isinstance(first.what, Named) and isinstance(second.what, Named):
            sure = first.what.sure or second.what.sure
            found[at] = replace(first, what=replace(first.what, sure=sure))
            found[at + 1] = replace(second, what=replace(second.what, sure=sure))
    return found


def alone(line: Line, at: int, names: frozenset[str]) -> tuple[int, object] | None:
    """Who is met one to one, named without *with*: `mentoring josh`, `Josh Patel 1:1`."""
    if not _is_known(line, at, names) or line.word(at) in _ALSO_THINGS:
        return None
    if line.word(at - 1) in _ONE_TO_ONE:
        end = _end_of_name(line, at, names)
        return end, Named(line.slice(at, end))
    ends = (at + 1, _end_of_name(line, at, names)) if at == 0 else ()
    end = next((one for one in ends if line.word(one) in _MET or _is_one_to_one(line, one)), 0)
    return (end, Named(line.slice(at, end))) if end else None


def _is_one_to_one(line: Line, at: int) -> bool:
    return line.word(at) in ("1", "one") and line.word(at + 1) in (":", "-", "to", "2") and line.glued(at + 1)


def _end_of_name(line: Line, at: int, names: frozenset[str], *, sure: bool = False) -> int:
    """The place behind somebody's name; the same place where none stands there."""
    end = at
    while end < at + 3 and line.kind(end) == "word" and _is_name(line, end, names, first=end == at, sure=sure):
        end += 1
    return end


def _is_name(line: Line, at: int, names: frozenset[str], *, first: bool, sure: bool) -> bool:
    word = line.word(at)
    if _is_nobody(line, at):
        return False
    if line.tokens[at].text[:1].isupper():
        return True
    if first:
        return sure or _is_known(line, at, names)
    return f"{line.word(at - 1)} {word}" in names or _is_over(line, at + 1)


def _is_known(line: Line, at: int, names: frozenset[str]) -> bool:
    """Whether somebody of the staff is called so, or many people are."""
    word = line.word(at)
    return line.kind(at) == "word" and not _is_nobody(line, at) and (word in names or given(word))


def _is_nobody(line: Line, at: int) -> bool:
    word = line.word(at)
    if word in _NOBODY or (word.endswith("s") and word[:-1] in _THINGS):
        return True
    return days.day(line, at) is not None


def _is_over(line: Line, at: int) -> bool:
    """Whether no name goes on here."""
    return line.kind(at) != "word" or line.word(at) in _ENDS | COURTESY or bool(days.day(line, at))


def _end_of_doubt(line: Line, at: int) -> int:
    """The place behind a word or two in small letters that may be a name, as nothing else is known of them."""
    word = line.word(at)
    other = len(word) < 2 or word.endswith("s") or (word.endswith("ing") and len(word) > 4)
    if line.kind(at) != "word" or other or _is_nobody(line, at):
        return at
    if _is_over(line, at + 1):
        return at + 1
    return at + 2 if not _is_nobody(line, at + 1) and _is_over(line, at + 2) else at


def programme(line: Line, at: int, programmes: Sequence[Line]) -> tuple[int, object] | None:
    for name in programmes:
        words = [token.word for token in name.tokens]
        if words and line.words(at + 1, *words):
            return at + 1 + len(words), Programme(name.text)
    return None


def _says_no_more(line: Line, at: int) -> bool:
    """Whether only marks and pictures stand from here on."""
    return all(line.kind(place) == "mark" for place in range(at, min(len(line), at + _MOST_MARKS + 1)))


def courtesy(line: Line, at: int) -> tuple[int, object] | None:
    word = line.word(at)
    if line.word(at + 1) in DASHES and line.glued(at + 1) and line.glued(at + 2):
        return None  # `Hi-vis workshop`
    edge = at == 0 or line.separator(at - 1) or _says_no_more(line, at + 1)
    begun = openings.opening(line, at)
    if begun:
        return begun, Courtesy()
    if at and word in ("x", "xx", "xxx") and _says_no_more(line, at + 1):
        return at + 1, Courtesy()
    if line.words(at, "thank", "you") or line.words(at, "many", "thanks"):
        return (at + 2, Courtesy()) if at == 0 or line.skip(at + 2) >= len(line) else None
    return (at + 1, Courtesy()) if word in COURTESY and (edge or line.word(at + 1) in COURTESY) else None
